"""What every transport promises: to list, to fetch whole files, to deliver packages; and how each can fail."""

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from exchange.model.errors import TransferError
from exchange.model.period import Period
from exchange.registry.spec import Source
from exchange.services.transports.names import is_plain

LARGEST_BYTES = 2 * 1024**3
"""A file beyond this is refused unread: the largest monthly file of a city is a tenth of it."""


@dataclass(frozen=True)
class SeenFile:
    """A file in an inbox. `path` = folder/period/name, the same whichever transport found it.

    `refused` says why it is never fetched (an odd name, a link, a folder, too large); "" when it may be.
    """

    account: str
    path: str
    name: str
    period: str
    size: int
    modified: int
    refused: str = ""


@dataclass(frozen=True)
class Fetched:
    """A file that arrived whole: bytes counted, hashed, and unchanged at the sender while it was read."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Delivered:
    """A file that lies under its final name and was read back. `already`: it lay there before, with the same hash."""

    account: str
    path: str
    sha256: str
    size: int
    already: bool


class Inlet(Protocol):
    """Where agencies' files come from."""

    def periods(self, source: Source, until: Period) -> list[Period]:
        """Months up to `until` for which `source` may hold something, oldest first."""
        ...

    def list(self, source: Source, periods: Sequence[Period]) -> list[SeenFile]:
        """Every finished file in the folders of `periods`, sorted by path; a missing folder is an empty one."""
        ...

    def fetch(self, file: SeenFile, into: Path) -> Fetched:
        """Copy `file` to the path `into`. Raises FileChanged when it would not hold still, TransferError otherwise."""
        ...


class Mailboxes(Protocol):
    """The recipients' accounts, where their receipts come from."""

    def left_in(self, account: str, folder: str) -> list[SeenFile]:
        """Every finished file `account` has put into its `folder`, sorted by name; a missing folder is an empty one."""
        ...

    def fetch(self, file: SeenFile, into: Path) -> Fetched:
        """Copy `file` to the path `into`. Raises FileChanged when it would not hold still, TransferError otherwise."""
        ...


class Outlet(Protocol):
    """Where packages go."""

    def deliver(
        self, account: str, remote_dir: str, files: Sequence[Path], manifest: Path | None = None
    ) -> list[Delivered]:
        """Bring `files` under their names into `remote_dir` of `account`, the manifest last.

        A name that appears is complete; a file that lies there with the same hash is left alone.
        Raises TransferError.
        """
        ...


class Interrupted(TransferError):
    """The connection went away in the middle; worth another try."""


class FileChanged(TransferError):
    """The file is still being written, or the server ended it early; the next poll decides."""


class LoginRefused(TransferError):
    """The server does not accept the account's key. Trying again only locks the account."""

    retry = False


class PlaceRefused(TransferError):
    """The server is reachable but the path is not: missing, forbidden or full. A person has to put it right."""

    retry = False


class PlaceMissing(PlaceRefused):
    """There is nothing at the path."""


def refusal(name: str, mode: int | None, size: int | None) -> str:
    """Why a listed entry must never be fetched, in Chinese for its sender; "" when it may be."""
    if not is_plain(name):
        return "文件名含有不允许的字符"
    if mode is None or not stat.S_ISREG(mode):
        return "不是普通文件（文件夹、链接或设备）"
    if size is None:
        return "服务器未给出文件大小"
    if size > LARGEST_BYTES:
        return f"文件超过 {LARGEST_BYTES // 1024**3} GB"
    return ""


def file_hash(path: Path) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes of a local file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
