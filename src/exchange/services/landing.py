"""The landing store: every delivery's bytes as they were sent, named by their hash and sealed at rest."""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pyrage

from exchange.model.errors import ContentError, ServiceUnavailable, TransferError
from exchange.services.keys import KeyMissing, secret, sync_folder

IDENTITY = "landing.age"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


class Landing:
    """`<root>/<first two hex>/<sha256>.age`, each file encrypted to the identity in `keys`, mode 0400.

    The name is the hash of the plain bytes, so the same bytes are stored once and a file that was
    changed at rest cannot pass for what was sent. The identity is made with the first file that is
    stored; a store that holds files but has lost its identity raises KeyMissing.
    """

    def __init__(self, root: Path, keys: Path) -> None:
        self._root = root
        self._keys = keys
        self._open = root / ".open"

    def put(self, path: Path, sha256: str) -> bool:
        """Seal the file at `path` under its hash; False when these bytes are there already.

        Raises TransferError when the file's bytes do not have that hash.
        """
        target = self._place(sha256)
        if target.exists():
            return False
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.parent / f".{secrets.token_hex(8)}.tmp"
        try:
            self._seal(path, draft, sha256)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)
        return True

    def has(self, sha256: str) -> bool:
        """Whether the bytes are still here: after the retention date they are not."""
        return self._place(sha256).exists()

    def open(self, sha256: str) -> bytes:
        """The plain bytes. Raises ContentError when they are not here or not what the name says."""
        try:
            plain: bytes = pyrage.decrypt(self._stored(sha256).read_bytes(), [self._identity()])
        except pyrage.DecryptError:
            raise _damaged(sha256) from None
        if hashlib.sha256(plain).hexdigest() != sha256:
            raise _damaged(sha256)
        return plain

    @contextmanager
    def opened(self, sha256: str) -> Iterator[Path]:
        """The plain bytes as a file in a private folder that goes away with the block."""
        stored, identity = self._stored(sha256), self._identity()
        with self.receiving() as folder:
            plain = folder / sha256
            _decrypt(stored, plain, identity, sha256)
            if _hash(plain) != sha256:
                raise _damaged(sha256)
            plain.chmod(0o400)
            yield plain

    @contextmanager
    def receiving(self) -> Iterator[Path]:
        """A private folder for plain bytes on their way in or out; it goes away with the block.

        What a killed process left in such folders goes away when the next one is made.
        """
        self._sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=self._open))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def verify(self, sha256: str) -> bool:
        """Whether the stored bytes still open and hash to their name; False also when they are gone."""
        try:
            self.open(sha256)
        except ContentError:
            return False
        return True

    def hashes(self) -> list[str]:
        """Every stored hash, sorted."""
        return sorted(path.stem for path in self._root.glob("??/*.age"))

    def expire(self, before: date, retained: Mapping[str, date]) -> list[str]:
        """Remove the bytes whose retention date lies before `before`; the hashes removed, sorted.

        `retained` is the ledger's word: hash -> last day the bytes are kept. Bytes it does not
        name stay, because they may belong to a delivery that is being recorded right now.
        """
        due = sorted(sha256 for sha256, until in retained.items() if until < before and self.has(sha256))
        for sha256 in due:
            self._place(sha256).unlink()
        return due

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ContentError(
                "a landing name is not a SHA-256 hash",
                remedy="This is a defect of the program: keep the home folder and report it.",
            )
        return self._root / sha256[:2] / f"{sha256}.age"

    def _stored(self, sha256: str) -> Path:
        path = self._place(sha256)
        if not path.exists():
            raise ContentError(
                f"the bytes of delivery {sha256[:12]} are not in the landing store",
                remedy="Their retention date has passed, or home/landing was not restored with the database.",
            )
        return path

    def _seal(self, path: Path, draft: Path, sha256: str) -> None:
        recipient = self._identity(create=True).to_public()
        with path.open("rb") as plain:
            source = _Hashing(plain)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as out:
                pyrage.encrypt_io(source, out, [recipient])
                out.flush()
                os.fsync(out.fileno())
        if source.hexdigest() != sha256:
            raise TransferError(
                f"a fetched file changed on disk before it was stored ({path.name})",
                remedy="Run again; when it repeats, check the machine's disk.",
            )

    def _identity(self, *, create: bool = False) -> pyrage.x25519.Identity:
        # The first file makes the key; later on a missing key must not be replaced by a new one.
        may_create = create and not any(self._root.glob("??/*.age"))
        text = secret(self._keys, IDENTITY, create=may_create, make=_new_identity).decode("ascii", "replace")
        try:
            return pyrage.x25519.Identity.from_str(text.strip())
        except pyrage.IdentityError:
            raise KeyMissing(
                f"key {IDENTITY} in {self._keys} is damaged", remedy=f"Restore {self._keys} from its backup."
            ) from None

    def _sweep(self) -> None:
        """Make the folder of opened files and empty it of what killed processes left: plain bytes must not stay."""
        self._open.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._open.iterdir():
            owner = left.name.partition("-")[0]
            if owner.isdigit() and not _alive(int(owner)):
                shutil.rmtree(left, ignore_errors=True)


class _Hashing:
    """A reader that hashes what passes through it, so a file is read once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._digest.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _decrypt(stored: Path, plain: Path, identity: pyrage.x25519.Identity, sha256: str) -> None:
    try:
        with stored.open("rb") as sealed, plain.open("wb") as out:
            pyrage.decrypt_io(sealed, out, [identity])
    except pyrage.DecryptError:
        raise _damaged(sha256) from None
    except OSError as error:
        # pyrage reports a bad seal in the middle of a file as an OSError without a number.
        if error.errno is None:
            raise _damaged(sha256) from None
        raise ServiceUnavailable(
            f"delivery {sha256[:12]} cannot be opened for reading: {error.strerror}",
            remedy="Check disk space below home/landing, then run again.",
        ) from None


def _new_identity() -> bytes:
    return str(pyrage.x25519.Identity.generate()).encode("ascii")


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _alive(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


def _damaged(sha256: str) -> ContentError:
    return ContentError(
        f"the stored bytes of delivery {sha256[:12]} are damaged",
        remedy="Restore home/landing from its backup, or ask the sender for the file again.",
    )
