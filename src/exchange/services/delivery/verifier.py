"""Writes the offline verifier out as one file that trusts this installation's public keys."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from exchange.model.errors import PublicationError

NAME = "verify_packages.py"
_EMPTY = "KEYS: tuple[str, ...] = ()"


def verifier_source(keys: Iterable[str]) -> bytes:
    """The verifier with `keys` (base64) written into it; the same bytes for the same keys."""
    text = resources.files("exchange.services.delivery").joinpath("offline_verifier.py").read_text(encoding="utf-8")
    trusted = "".join(f'\n    "{key}",' for key in sorted(set(keys)))
    if text.count(_EMPTY) != 1:
        raise PublicationError("the verifier has no place for its keys", remedy="This is a defect of the program.")
    return text.replace(_EMPTY, f"KEYS: tuple[str, ...] = ({trusted}\n)").encode()


def write_verifier(keys: Iterable[str], to: Path) -> Path:
    """The verifier as the file `to`."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(verifier_source(keys))
    return to
