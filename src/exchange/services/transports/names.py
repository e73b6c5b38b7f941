"""Names of deliveries and their manifests: read here once, so that no other module takes a name apart."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from exchange.model.period import Period

MANIFEST_SUFFIX = ".manifest.json"
LARGEST_MANIFEST = 64 * 1024

_DELIVERY = re.compile(
    r"(?P<unit>[0-9A-Za-z]{1,20})_(?P<code>[A-Z]{2,4})_(?P<period>[0-9]{4}-(?:0[1-9]|1[0-2]))"
    r"_(?P<kind>full|delta|events)_[vV](?P<version>[1-9][0-9]{0,3})\.(?P<extension>[0-9A-Za-z]{1,5})"
)
# Letters, digits, Chinese and the punctuation of ordinary file names: what a person can read aloud.
_PLAIN = re.compile(r"[0-9A-Za-z\u3400-\u9fff（）【】、。，·\-_ .()\[\]+&=#@]{1,150}")
_UNFINISHED = re.compile(
    r"\.[^./][^/]*|~\$[^/]*|[^/]*\.(?:part|tmp|filepart|crdownload)|Thumbs\.db|desktop\.ini", re.IGNORECASE
)


@dataclass(frozen=True)
class DeliveryName:
    """`{unit}_{code}_{period}_{kind}_v{version}.{extension}` taken apart; `period` is text like 2026-10."""

    unit_code: str
    code: str
    period: str
    kind: str
    version: int
    extension: str


@dataclass(frozen=True)
class Manifest:
    """What a sender says about a file. Everything but the file's name is optional."""

    file: str
    rows: int | None = None
    size: int | None = None
    sha256: str | None = None
    sm3: str | None = None


def parse_name(name: str) -> DeliveryName | None:
    """The parts of a delivery's name, or None when it is not one."""
    match = _DELIVERY.fullmatch(name)
    if match is None:
        return None
    return DeliveryName(
        match["unit"], match["code"], match["period"], match["kind"], int(match["version"]), match["extension"].lower()
    )


def parse_period(label: str) -> Period | None:
    """The month a folder is named after, or None for any other folder."""
    try:
        return Period.parse(label)
    except ValueError:
        return None


def months_among(labels: Iterable[str], until: Period) -> list[Period]:
    """The months among folders' names, up to `until`, oldest first."""
    found = (parse_period(label) for label in labels)
    return sorted(period for period in found if period is not None and period <= until)


def is_plain(name: str) -> bool:
    """Whether a name may be handed to a server: no path, no control character, no odd encoding."""
    return _PLAIN.fullmatch(name) is not None and ".." not in name


def is_unfinished(name: str) -> bool:
    """Whether a name says of itself that it is no finished file: hidden, .part, an office program's lock."""
    return _UNFINISHED.fullmatch(name) is not None


def is_manifest(name: str) -> bool:
    """Whether the file speaks about another file."""
    return name.endswith(MANIFEST_SUFFIX)


def manifest_of(name: str) -> str:
    """Name of the manifest that would speak about `name`."""
    return name + MANIFEST_SUFFIX


def subject_of(manifest: str) -> str:
    """Name of the file a manifest speaks about."""
    return manifest.removesuffix(MANIFEST_SUFFIX)


def printable(name: str) -> str:
    """A name for the ledger and for people: what cannot be printed is escaped, and it is never overlong."""
    shown = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)
    return shown if len(shown) <= 200 else shown[:197] + "..."


def parse_manifest(content: bytes, subject: str) -> Manifest | None:
    """Read a manifest about the file `subject`; None when it is not readable or speaks about another file.

    Keys: file, rows (or row_count), bytes (or size), sha256, sm3; others are ignored.
    """
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("file", subject) != subject:
        return None
    manifest = Manifest(
        file=subject,
        rows=_count(told, "rows", "row_count"),
        size=_count(told, "bytes", "size"),
        sha256=_hex(told, "sha256"),
        sm3=_hex(told, "sm3"),
    )
    complete = all(told.get(key) is None or _understood(manifest, key) for key in ("sha256", "sm3"))
    return manifest if complete else None


def _understood(manifest: Manifest, key: str) -> bool:
    # A hash that was given but cannot be read must not count as "no hash given".
    return (manifest.sha256 if key == "sha256" else manifest.sm3) is not None


def _count(told: dict[str, object], *keys: str) -> int | None:
    for key in keys:
        value = told.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
            return value
    return None


def _hex(told: dict[str, object], key: str) -> str | None:
    value = told.get(key)
    if isinstance(value, str) and re.fullmatch(r"[0-9A-Fa-f]{64}", value.strip()):
        return value.strip().lower()
    return None
