"""Files in local folders: a drops root laid out folder/period/file, and an outbox that recipients collect from."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from exchange.model.errors import TransferError
from exchange.model.period import Period
from exchange.registry.spec import Source
from exchange.services.keys import sync_folder
from exchange.services.transports import names
from exchange.services.transports.base import (
    Delivered,
    Fetched,
    FileChanged,
    PlaceMissing,
    PlaceRefused,
    SeenFile,
    file_hash,
    refusal,
)

_CHUNK = 1 << 20


class FolderInlet:
    """A root with one folder per source and month, as the agencies' accounts look when they are mounted."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def periods(self, source: Source, until: Period) -> list[Period]:
        """Months up to `until` that have a folder, oldest first."""
        folder = self._root / source.transport.folder
        if not folder.is_dir():
            return []
        labels = [entry.name for entry in folder.iterdir() if entry.is_dir()]
        return names.months_among(labels, until)

    def left_in(self, account: str, folder: str) -> list[SeenFile]:
        """Every finished file in `folder` of the recipient's account, which stands beside the agencies' folders."""
        found: list[SeenFile] = []
        place = self._root / account / folder
        with _named(place), suppress(FileNotFoundError):
            found = [
                _seen(account, account, folder, entry)
                for entry in os.scandir(place)
                if not names.is_unfinished(entry.name)
            ]
        return sorted(found, key=lambda file: file.name)

    def list(self, source: Source, periods: Sequence[Period]) -> list[SeenFile]:
        """Every finished file in the months' folders, sorted by path; what may not be fetched says why."""
        found: list[SeenFile] = []
        for period in periods:
            folder = self._root / source.transport.folder / str(period)
            with _named(folder), suppress(FileNotFoundError):
                found += [
                    _seen(source.transport.account, source.transport.folder, str(period), entry)
                    for entry in os.scandir(folder)
                    if not names.is_unfinished(entry.name)
                ]
        return sorted(found, key=lambda file: file.path)

    def fetch(self, file: SeenFile, into: Path) -> Fetched:
        """Copy a listed file; raises FileChanged when it changed meanwhile."""
        origin = self._root / file.path
        with _named(origin):
            before = origin.lstat()
            if file.refused or not stat.S_ISREG(before.st_mode):
                raise PlaceRefused(f"{origin}: not an ordinary file", remedy="Put an ordinary file there.")
            _copy(origin, into, before.st_size)
            after = origin.lstat()
        digest, size = file_hash(into)
        if (before.st_size, before.st_mtime_ns, size) != (after.st_size, after.st_mtime_ns, before.st_size):
            raise FileChanged(
                f"{origin}: the file changed while it was read ({before.st_size} bytes before, {after.st_size} after)",
                remedy="The sender is still copying; the next poll takes it.",
            )
        return Fetched(into, digest, size)


class FolderOutlet:
    """A root with one folder per recipient's account."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def deliver(
        self, account: str, remote_dir: str, files: Sequence[Path], manifest: Path | None = None
    ) -> list[Delivered]:
        """Copy each file as .part, read it back, rename it; the manifest last. Raises TransferError."""
        relative = PurePosixPath(account) / remote_dir.lstrip("/")
        if ".." in relative.parts or relative.is_absolute():
            raise PlaceRefused(f"{relative} leaves the outbox", remedy="Correct the recipient's account or folder.")
        ordered = [*sorted(files), *([manifest] if manifest is not None else [])]
        return [self._place(account, remote_dir, local, self._root / relative / local.name) for local in ordered]

    def _place(self, account: str, remote_dir: str, local: Path, target: Path) -> Delivered:
        digest, size = file_hash(local)
        done = Delivered(account, str(PurePosixPath(remote_dir) / local.name), digest, size, already=False)
        with _named(target):
            if target.is_file() and file_hash(target) == (digest, size):
                return Delivered(account, done.path, digest, size, already=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            try:
                _write_through(local, part)
                if file_hash(part) != (digest, size):
                    raise TransferError(
                        f"{target}: the copied bytes differ from the package",
                        remedy="Check the disk the outbox lies on, then run again.",
                    )
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
            sync_folder(target.parent)
        return done


def _seen(account: str, above: str, label: str, entry: "os.DirEntry[str]") -> SeenFile:
    state = entry.stat(follow_symlinks=False)
    name = entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return SeenFile(
        account=account,
        path=f"{above}/{label}/{names.printable(name)}",
        name=name,
        period=label,
        size=state.st_size,
        modified=int(state.st_mtime),
        refused=refusal(name, state.st_mode, state.st_size),
    )


def _copy(origin: Path, into: Path, size: int) -> None:
    # O_NOFOLLOW: between the look and the open somebody may have put a link in its place. Never beyond
    # the size it had: a file that grows as fast as it is read would have no end.
    with os.fdopen(os.open(origin, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source, into.open("wb") as out:
        left = size
        while left > 0 and (chunk := source.read(min(_CHUNK, left))):
            out.write(chunk)
            left -= len(chunk)


def _write_through(local: Path, part: Path) -> None:
    with local.open("rb") as source, part.open("wb") as out:
        while chunk := source.read(_CHUNK):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn the operating system's errors into ours, naming path and cause."""
    try:
        yield
    except FileNotFoundError:
        raise PlaceMissing(f"{path}: no such path", remedy="Create the folder, or copy the file again.") from None
    except PermissionError:
        raise PlaceRefused(f"{path}: permission denied", remedy="Let this user read and write the path.") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise PlaceRefused(f"{path}: a link, not a file", remedy="Put an ordinary file there.") from None
        raise TransferError(
            f"{path}: {error.strerror or 'I/O error'}", remedy="Check disk space and the mount, then run again."
        ) from None
