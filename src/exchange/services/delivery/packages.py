"""Packages: files for one recipient, protected, with a signed manifest that vouches for them and a form to sign."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exchange.model.period import Period
from exchange.registry.spec_products import RecipientKind
from exchange.registry.spec_recipients import Method, Protection
from exchange.services.copying import canonical_json
from exchange.services.delivery.signing import SUFFIX, Signer

FORMAT = "exchange-package/2"

Form = Callable[[Mapping[str, Any]], tuple[str, bytes]]


@dataclass(frozen=True)
class Letter:
    """One finished file: `content` before it is protected, `meaning` a digest of what it says without its issue.

    `corrects` is the same digest of the generation before, told by the same program; "" where there is none.
    """

    name: str
    product: str
    title: str
    recipient: str
    content: bytes
    rows: int
    meaning: str
    sheets: Mapping[str, int] = field(default_factory=dict)
    township9: str | None = None
    unit_code: str | None = None
    corrects: str = ""

    @property
    def sha256(self) -> str:
        """SHA-256 of the content."""
        return sha256_of(self.content)

    def renamed(self, mark: str) -> "Letter":
        """The same letter with `mark` at the end of its name."""
        stem, dot, extension = self.name.rpartition(".")
        return replace(self, name=f"{stem}_{mark}{dot}{extension}")


@dataclass(frozen=True)
class Package:
    """Everything one account gets for one generation of a month; `folder` is relative to outbox and account alike.

    `form` makes the receipt to sign, name and content, from the package's facts; without it none is awaited.
    `attachments` (name, content) go along unprotected: they name no person.
    """

    account: str
    folder: str
    period: Period
    generation: int
    kind: RecipientKind
    recipient: str
    protection: Protection
    letters: tuple[Letter, ...]
    facts: Mapping[str, Any]
    form: Form | None = None
    attachments: tuple[tuple[str, bytes], ...] = ()

    @property
    def manifest_name(self) -> str:
        """Corrections carry their number: a sent manifest is never overwritten."""
        return manifest_name(self.generation)

    @property
    def package_id(self) -> str:
        """The package's key in the ledger."""
        key = "\0".join((str(self.period), str(self.generation), self.account, self.folder))
        return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()

    @property
    def series(self) -> str:
        """The chain its manifest belongs to: the account's folder of every month."""
        return f"{self.account}/{self.folder.replace(str(self.period), '*')}"


@dataclass(frozen=True)
class Sealed:
    """A letter as it leaves: under `name`, as `content` that only its recipient can open."""

    letter: Letter
    name: str
    content: bytes
    method: Method

    @property
    def sha256(self) -> str:
        """SHA-256 of what leaves."""
        return sha256_of(self.content)


@dataclass(frozen=True)
class Link:
    """A manifest's place in its chain: its number from 1, and name and SHA-256 of the one before it."""

    number: int
    previous: Mapping[str, str] | None


@dataclass(frozen=True)
class Parts:
    """What goes along with the letters. `extra` are attachments and signature by name; the manifest comes last."""

    package_sha256: str
    extra: Mapping[str, bytes]
    manifest: bytes


def manifest_name(generation: int) -> str:
    """Name of the manifest of a generation."""
    return "manifest.json" if generation == 1 else f"manifest_更正{generation - 1}.json"


def assemble(package: Package, sealed: Sequence[Sealed], link: Link, signer: Signer) -> Parts:
    """Form, manifest (canonical JSON) and signature: equal packages have equal parts.

    The package's digest is that of the list of files; the receipt names it, so the form can be listed as well.
    """
    files = sorted((_listed(one) for one in sealed), key=lambda entry: str(entry["name"]))
    package_sha256 = sha256_of(canonical_json(files).encode())
    attachments = dict([*package.attachments, *_form(package, files, package_sha256)])
    head = {
        "format": FORMAT, "account": package.account, "recipient": package.recipient, "period": str(package.period),
        "generation": package.generation, "series": package.series, "number": link.number, "previous": link.previous,
        "protection": {"method": package.protection.method, "reason": package.protection.reason},
        "key": signer.fingerprint, "package_sha256": package_sha256, "files": files,
        "attachments": [
            {"name": name, "bytes": len(content), "sha256": sha256_of(content)}
            for name, content in sorted(attachments.items())
        ],
    }  # fmt: skip
    manifest = canonical_json({**package.facts, **head}).encode() + b"\n"
    signature = {package.manifest_name + SUFFIX: signer.sign(manifest)}
    return Parts(package_sha256, attachments | signature, manifest)


def subject(letter: Letter) -> str:
    """What a letter is about, the same in every generation."""
    return subject_of(letter.product, letter.township9, letter.unit_code)


def subject_of(product: str, township9: str | None, unit_code: str | None) -> str:
    """What a file of `product` for that township or sender is about."""
    return f"{product}/{township9 or ''}/{unit_code or ''}"


def sha256_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _listed(sealed: Sealed) -> dict[str, Any]:
    letter = sealed.letter
    plain = {"name": letter.name, "bytes": len(letter.content), "sha256": letter.sha256}
    return {
        "name": sealed.name, "bytes": len(sealed.content), "sha256": sealed.sha256, "protection": sealed.method,
        "plain": None if sealed.method == "none" else plain, "rows": letter.rows, "sheets": dict(letter.sheets),
        "product": letter.product, "title": letter.title, "recipient": letter.recipient,
        "township9": letter.township9, "unit_code": letter.unit_code, "meaning": letter.meaning,
    }  # fmt: skip


def _form(package: Package, files: Sequence[Mapping[str, Any]], digest: str) -> list[tuple[str, bytes]]:
    if package.form is None:
        return []
    facts = {
        "recipient": package.recipient, "account": package.account, "period": str(package.period),
        "generation": package.generation, "files": len(files), "rows": sum(int(file["rows"]) for file in files),
        "package_sha256": digest,
    }  # fmt: skip
    return [package.form(facts)]
