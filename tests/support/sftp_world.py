"""An SFTP server whose files a test may replace by misbehaving ones, and clients of it."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from exchange.model.period import Period
from exchange.registry.spec import Source, Transport
from exchange.services.settings import Settings
from exchange.services.sftp_server import AccountFiles, Serving, prepare_accounts, serving
from exchange.services.transports.base import SeenFile
from exchange.services.transports.sftp import SftpTransport
from exchange.services.transports.sftp_session import Pace

OCTOBER = Period(2026, 10)
A_RETRY_WOULD_SHOW = Pace(first_wait=30, longest_wait=30)
QUICK = Pace(tries=4, first_wait=0.01, longest_wait=0.02, connect=5, idle=5, whole=20)
SOURCE = Source(
    name="agency", code="AG", role="records", agency="某局", title="某表", kinds=("full",), event_key=(), precedence=1,
    fields=(), transport=Transport(account="agency", folder="agency"),
)  # fmt: skip
CONTENT = os.urandom(1_500_000)
NAME = "370306001_AG_2026-10_full_v1.csv"


class World:
    """One server, whose files a test may replace by misbehaving ones, and clients of it."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root = root
        self.accounts = prepare_accounts(root / "sftp", ["agency", "office"])
        self._stack = stack

    def serve(self, files: type[AccountFiles] = AccountFiles) -> Serving:
        return self._stack.enter_context(serving(self.accounts, files=files))

    def client(self, server: Serving, pace: Pace = QUICK, known_host: str | None = None) -> SftpTransport:
        settings = Settings(
            home=self.root, schemas=self.root, expectations=self.root, code_version="test", sftp_port=server.port,
            sftp_known_host=server.known_host if known_host is None else known_host, sftp_keys=self.accounts.keys,
        )  # fmt: skip
        client = SftpTransport(settings, pace)
        self._stack.callback(client.close)
        return client

    def drop(self, name: str = NAME, content: bytes = CONTENT) -> Path:
        path = self.accounts.files / "agency" / str(OCTOBER) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def package(self, name: str = "package.xlsx", content: bytes = CONTENT) -> Path:
        path = self.root / name
        path.write_bytes(content)
        return path

    def delivered(self) -> list[str]:
        return sorted(path.name for path in (self.accounts.files / "office").rglob("*") if path.is_file())


def only(client: SftpTransport) -> SeenFile:
    (file,) = client.list(SOURCE, [OCTOBER])
    return file


def faulty(**methods: Callable[..., Any]) -> type[AccountFiles]:
    """Account files with some answers replaced."""
    return type("Faulty", (AccountFiles,), methods)
