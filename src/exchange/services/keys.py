"""Secret keys of an installation: made at first use, readable by their owner only, never made twice."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from exchange.model.errors import ServiceUnavailable

KEY_BYTES = 32


class KeyMissing(ServiceUnavailable):
    """A key that sealed earlier data is gone or damaged. Waiting does not bring it back, so it is never retried."""

    retry = False


def secret(folder: Path, name: str, *, create: bool = True, make: Callable[[], bytes] | None = None) -> bytes:
    """The bytes of `folder/name`; with `create`, a missing key is made by `make` (default: 32 random bytes).

    Two processes that ask for a missing key at the same moment get the same one. Raises KeyMissing
    when the key is not there and may not be made, or is empty.
    """
    path = folder / name
    if not path.exists():
        if not create:
            raise KeyMissing(
                f"key {name} is missing from {folder}, and data sealed with it exists",
                remedy=f"Restore {folder} from its backup. A new key cannot open what the old one sealed.",
            )
        _make(folder, path, make or (lambda: secrets.token_bytes(KEY_BYTES)))
    value = path.read_bytes()
    if not value:
        raise KeyMissing(f"key {name} in {folder} is empty", remedy=f"Restore {folder} from its backup.")
    return value


def _make(folder: Path, path: Path, make: Callable[[], bytes]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    draft = folder / f".{path.name}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(make())
            out.flush()
            os.fsync(out.fileno())
        # link() refuses an existing name: of two makers the first one's key stands.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable: the entry itself, not only the file's bytes."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
