"""A small SFTP server for the demo, the tests and `up`: one account, one key and one folder per agency or office.

It listens on 127.0.0.1 only. Its keys are thrown away with its root folder; it is no server for production.
"""

import argparse
import asyncio
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from exchange.services.keys import secret

HOST = "127.0.0.1"
HOST_KEY = "host_key"
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Accounts:
    """The server's folder: `files/<account>/` for each account, `keys/<account>` the key its owner logs in with."""

    root: Path

    @property
    def files(self) -> Path:
        """One folder per account; laid out like a drops folder when accounts are named after sources' folders."""
        return self.root / "files"

    @property
    def keys(self) -> Path:
        """Private keys of the accounts, for the clients."""
        return self.root / "keys"

    @property
    def server_keys(self) -> Path:
        """What only the server reads: its host key and the accounts' public keys."""
        return self.root / "server"

    def known_host(self, port: int) -> str:
        """The known_hosts line a client pins for this server on `port`."""
        host_key = asyncssh.read_private_key(str(self.server_keys / HOST_KEY))
        public = host_key.export_public_key("openssh").decode("ascii").split()
        return f"[{HOST}]:{port} {public[0]} {public[1]}"


def prepare_accounts(root: Path, accounts: Iterable[str]) -> Accounts:
    """Make a key pair and a folder for each account, and the server's host key; what exists is kept."""
    prepared = Accounts(root)
    secret(prepared.server_keys, HOST_KEY, make=_new_key)
    public = prepared.server_keys / "authorized"
    public.mkdir(exist_ok=True)
    for account in accounts:
        private = asyncssh.import_private_key(secret(prepared.keys, account, make=_new_key))
        (public / account).write_bytes(private.export_public_key("openssh"))
        (prepared.files / account).mkdir(parents=True, exist_ok=True)
    return prepared


class AccountFiles(asyncssh.SFTPServer):
    """An account sees its own folder as the whole world, and links that could lead out of it cannot be made."""

    def __init__(self, channel: "asyncssh.SSHServerChannel[bytes]") -> None:
        folder = channel.get_extra_info("account_folder")
        super().__init__(channel, chroot=os.fsencode(folder))

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """Refused."""
        raise asyncssh.SFTPPermissionDenied("links are not allowed")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        """Refused."""
        raise asyncssh.SFTPPermissionDenied("links are not allowed")


class _Logins(asyncssh.SSHServer):
    """Lets an account in with its own key only."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._conn = conn

    def begin_auth(self, username: str) -> bool:
        authorized = self._accounts.server_keys / "authorized" / username
        # A name with a slash in it is no account: it must not become a path.
        if authorized.name == username and authorized.is_file():
            self._conn.set_authorized_keys(str(authorized))
            self._conn.set_extra_info(account_folder=str(self._accounts.files / username))
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False


async def listen(
    accounts: Accounts, port: int = 0, files: type[asyncssh.SFTPServer] = AccountFiles
) -> asyncssh.SSHAcceptor:
    """Start serving on 127.0.0.1; port 0 takes a free one. `files` answers the file requests of one session."""
    return await asyncssh.listen(
        HOST,
        port,
        server_factory=lambda: _Logins(accounts),
        server_host_keys=[str(accounts.server_keys / HOST_KEY)],
        sftp_factory=files,
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
    )


@dataclass(frozen=True)
class Serving:
    """A server that is up: what a client needs to reach it."""

    accounts: Accounts
    port: int

    @property
    def known_host(self) -> str:
        """The line to pin."""
        return self.accounts.known_host(self.port)


@contextmanager
def serving(accounts: Accounts, port: int = 0, files: type[asyncssh.SFTPServer] = AccountFiles) -> Iterator[Serving]:
    """A server in a thread of this process, for the length of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sftp-server", daemon=True)
    thread.start()
    try:
        acceptor = asyncio.run_coroutine_threadsafe(listen(accounts, port, files), loop).result(30)
        yield Serving(accounts, acceptor.get_port())
        asyncio.run_coroutine_threadsafe(_stop(acceptor), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _stop(acceptor: asyncssh.SSHAcceptor) -> None:
    acceptor.close()
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(acceptor.wait_closed(), 5)
    pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def _serve_until_told(root: Path, port: int, parent: int) -> None:
    acceptor = await listen(Accounts(root), port)
    (root / "port").write_text(str(acceptor.get_port()), encoding="ascii")
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    # A parent that was killed cannot say goodbye: its children are then adopted by another process.
    while not told.is_set() and os.getppid() == parent:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(told.wait(), _POLL_SECONDS)
    await _stop(acceptor)


def _new_key() -> bytes:
    key: bytes = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh")
    return key


def main() -> None:
    """`python -m exchange.services.sftp_server --root DIR --port N`: serve until SIGTERM or the parent's death.

    DIR is what `prepare_accounts` made; the port that is used is written to DIR/port.
    """
    parser = argparse.ArgumentParser(description="SFTP server of a demo installation, on 127.0.0.1 only.")
    parser.add_argument("--root", type=Path, required=True, help="folder that prepare_accounts made")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    told = parser.parse_args()
    asyncio.run(_serve_until_told(told.root, told.port, os.getppid()))


if __name__ == "__main__":
    main()
