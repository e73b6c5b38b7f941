"""Files over SFTP: fetched whole or not at all, delivered under their names only after they were read back."""

import hashlib
import stat
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath

import paramiko

from exchange.model.errors import TransferError
from exchange.model.period import Period
from exchange.registry.spec import Source
from exchange.services.settings import Settings
from exchange.services.transports import names
from exchange.services.transports.base import (
    Delivered,
    Fetched,
    FileChanged,
    Interrupted,
    PlaceMissing,
    PlaceRefused,
    SeenFile,
    file_hash,
    refusal,
)
from exchange.services.transports.sftp_session import Client, Connections, Pace, SftpServer

_CHUNK = 1 << 18


class SftpTransport:
    """The accounts of one SFTP server: agencies' are read from, recipients' are written to.

    An agency's account holds one folder per month. Connections are opened when needed, one per account.
    """

    def __init__(self, settings: Settings, pace: Pace | None = None) -> None:
        self._connections = Connections(
            SftpServer(
                host=settings.sftp_host,
                port=settings.sftp_port,
                known_host=settings.sftp_known_host or "",
                keys=settings.sftp_keys or settings.home / "sftp" / "keys",
                pace=pace or Pace(),
            )
        )

    def periods(self, source: Source, until: Period) -> list[Period]:
        """Months up to `until` that have a folder on the source's account, oldest first."""
        entries = self._connections.call(source.transport.account, "", lambda client: client.entries("."))
        labels = [entry.filename for entry in entries if stat.S_ISDIR(entry.st_mode or 0)]
        return names.months_among(labels, until)

    def fetch(self, file: SeenFile, into: Path) -> Fetched:
        """Copy a listed file: regular, same size and time before and after, every byte counted and hashed."""
        if file.refused:
            raise PlaceRefused(
                f"a refused file was asked for in {file.period} of account {file.account}",
                remedy="This is a defect of the program: refused files are listed, never fetched.",
            )
        remote = f"{file.period}/{file.name}"
        return self._connections.call(file.account, remote, partial(_receive, remote=remote, into=into))

    def deliver(
        self, account: str, remote_dir: str, files: Sequence[Path], manifest: Path | None = None
    ) -> list[Delivered]:
        """Upload each file as .part, read it back, rename it; the manifest last. Raises TransferError."""
        ordered = [*sorted(files), *([manifest] if manifest is not None else [])]
        return [self._send(account, local, PurePosixPath(remote_dir) / local.name) for local in ordered]

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def left_in(self, account: str, folder: str) -> list[SeenFile]:
        """Every finished file in `folder` of the recipient's account, sorted by name."""
        with suppress(PlaceMissing):
            entries = self._connections.call(account, folder, partial(Client.entries, path=folder))
            found = [_seen(account, account, folder, one) for one in entries if not names.is_unfinished(one.filename)]
            return sorted(found, key=lambda file: file.name)
        return []

    def list(self, source: Source, periods: Sequence[Period]) -> list[SeenFile]:
        """Every finished file in the months' folders, sorted by path; what may not be fetched says why."""
        found: list[SeenFile] = []
        for period in periods:
            read_folder = partial(Client.entries, path=str(period))
            with suppress(PlaceMissing):
                entries = self._connections.call(source.transport.account, str(period), read_folder)
                account, folder = source.transport.account, source.transport.folder
                found += [
                    _seen(account, folder, str(period), entry)
                    for entry in entries
                    if not names.is_unfinished(entry.filename)
                ]
        return sorted(found, key=lambda file: file.path)

    def _send(self, account: str, local: Path, target: PurePosixPath) -> Delivered:
        digest, size = file_hash(local)
        work = partial(_place, local=local, target=target, digest=digest, size=size)
        already = self._connections.call(account, str(target), work)
        return Delivered(account, str(target), digest, size, already)


def _seen(account: str, above: str, label: str, entry: paramiko.SFTPAttributes) -> SeenFile:
    return SeenFile(
        account=account,
        path=f"{above}/{label}/{names.printable(entry.filename)}",
        name=entry.filename,
        period=label,
        size=entry.st_size or 0,
        modified=int(entry.st_mtime or 0),
        refused=refusal(entry.filename, entry.st_mode, entry.st_size),
    )


def _receive(client: Client, remote: str, into: Path) -> Fetched:
    # paramiko's get() reports success for a file the server ended early or that grew meanwhile: it
    # compares what it copied with the local file only. Hence both stats, the count and the hash.
    before = client.lstat(remote)
    problem = refusal(PurePosixPath(remote).name, before.st_mode, before.st_size)
    if problem:
        raise FileChanged(f"{remote}: {problem}", remedy="Ask the sender to put an ordinary file there.")
    digest, count = _copy(client, remote, into, before.st_size or 0)
    after = client.lstat(remote)
    if (before.st_size, before.st_mtime) != (after.st_size, after.st_mtime):
        raise FileChanged(
            f"{remote}: the file changed while it was read ({before.st_size} bytes before, {after.st_size} after)",
            remedy="The sender is still uploading; the next poll takes it.",
        )
    if count != before.st_size:
        raise FileChanged(
            f"{remote}: {count} of {before.st_size} bytes arrived, then the server ended the file",
            remedy="The next poll tries again; if it repeats, ask the sender to upload the file again.",
        )
    return Fetched(into, digest, count)


def _copy(client: Client, remote: str, into: Path, size: int) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    try:
        with client.open(remote, "rb") as source, into.open("wb") as out:
            source.prefetch(size)
            # Never beyond the size it had: a file that grows as fast as it is read would have no end.
            while count < size and (chunk := source.read(min(_CHUNK, size - count))):
                digest.update(chunk)
                out.write(chunk)
                count += len(chunk)
    except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError):
        raise Interrupted(
            f"{remote}: the connection was lost at byte {count} of {size}",
            remedy="Check the network and the server; the next run tries again.",
        ) from None
    return digest.hexdigest(), count


def _place(client: Client, local: Path, target: PurePosixPath, digest: str, size: int) -> bool:
    """Bring `local` under the name `target`; True when it was there already with the same bytes."""
    if _read_back(client, str(target), size) == digest:
        return True  # an earlier try succeeded and only its acknowledgement was lost
    _make_folders(client, target.parent)
    part = f"{target}.part"
    try:
        _upload(client, local, part)
        if _read_back(client, part, size) != digest:
            raise Interrupted(
                f"{target}: the uploaded bytes differ from the package when read back",
                remedy="The next run tries again; if it repeats, ask the operator to check the server's disk.",
            )
        _rename(client, part, str(target))
    except (TransferError, OSError):
        with suppress(OSError, EOFError, paramiko.SSHException):
            client.remove(part)
        raise
    return False


def _upload(client: Client, local: Path, part: str) -> None:
    try:
        client.put(str(local), part, confirm=True)
    except OSError as error:
        # confirm=True compares sizes afterwards; its message has lost the server's "no space left".
        if "size mismatch" in str(error):
            with suppress(OSError, EOFError, paramiko.SSHException):
                client.remove(part)
            raise TransferError(
                f"{part}: the server kept only a part of the file; remote disk full or quota used up?",
                remedy="Ask the operator about disk space and quota of this account, then run again.",
            ) from None
        raise


def _read_back(client: Client, path: str, size: int) -> str | None:
    """SHA-256 of a remote file of that size; None when there is no such file or it has another size."""
    try:
        there = client.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(there.st_mode or 0) or there.st_size != size:
        return None
    digest = hashlib.sha256()
    with client.open(path, "rb") as file:
        file.prefetch(size)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _make_folders(client: Client, folder: PurePosixPath) -> None:
    for level in [*reversed(folder.parents), folder]:
        if str(level) in (".", "/"):
            continue
        try:
            client.lstat(str(level))
        except FileNotFoundError:
            client.mkdir(str(level))


def _rename(client: Client, part: str, target: str) -> None:
    try:
        client.posix_rename(part, target)
    except PermissionError:
        raise
    except OSError as error:
        if "nsupported" not in str(error):
            raise
        # Without the posix-rename extension an existing name cannot be replaced in one step.
        try:
            client.rename(part, target)
        except OSError:
            raise PlaceRefused(
                f"{target}: another file has this name, and the server cannot replace a file in one step",
                remedy="Ask the operator to enable posix-rename@openssh.com, or remove the old file by hand.",
            ) from None
