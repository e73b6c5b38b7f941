"""One SFTP server as a client sees it: pinned connections, bounded retries, and errors that name path and cause."""

import base64
import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any, TypeVar

import paramiko
from paramiko import sftp as wire
from paramiko.pkey import UnknownKeyType
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from exchange.model.errors import ExchangeError, HostKeyError, TransferError
from exchange.services.transports.base import FileChanged, Interrupted, LoginRefused, PlaceMissing, PlaceRefused

_T = TypeVar("_T")


@dataclass(frozen=True)
class Pace:
    """How long to wait and how often to try, in seconds. `whole` is the longest one piece of work may take."""

    tries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 20.0
    connect: float = 20.0
    idle: float = 60.0
    whole: float = 900.0


@dataclass(frozen=True)
class SftpServer:
    """Where the server is, the key it must show (`known_hosts` line or `type base64`), and our keys by account."""

    host: str
    port: int
    known_host: str
    keys: Path
    pace: Pace = field(default_factory=Pace)


class Client(paramiko.SFTPClient):
    """paramiko's client with a listing that survives names in another encoding."""

    def entries(self, path: str) -> list[paramiko.SFTPAttributes]:
        """Entries of a folder with attributes as `lstat` gives them; undecodable bytes of a name become \\xNN.

        paramiko's own listing decodes names strictly: one GBK name would hide every other file.
        """
        ours: Any = self
        kind, answer = ours._request(wire.CMD_OPENDIR, ours._adjust_cwd(path))
        handle = answer.get_binary()
        found: list[paramiko.SFTPAttributes] = []
        try:
            while True:
                kind, answer = ours._request(wire.CMD_READDIR, handle)
                if kind != wire.CMD_NAME:
                    raise paramiko.SFTPError("a folder's listing was expected")
                for _ in range(answer.get_int()):
                    name = answer.get_binary().decode("utf-8", "backslashreplace")
                    answer.get_binary()  # the line `ls -l` would print, in the server's own format
                    entry: Any = paramiko.SFTPAttributes
                    attributes = entry._from_msg(answer, name)
                    if name not in (".", ".."):
                        found.append(attributes)
        except EOFError:
            pass  # how SFTP says that a listing is over
        ours._request(wire.CMD_CLOSE, handle)
        return found


class Connections:
    """Connections to one server, one per account, opened when needed and again after a failure."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._clients: dict[str, tuple[paramiko.SSHClient, Client]] = {}

    def call(self, account: str, place: str, work: Callable[[Client], _T]) -> _T:
        """Do `work` as `account`, at most `pace.tries` times when it was interrupted or the file would not hold still.

        `place` is the path the work is about, for messages. Raises HostKeyError and LoginRefused at
        once, the last TransferError otherwise.
        """
        pace = self._server.pace
        attempts = Retrying(
            stop=stop_after_attempt(pace.tries),
            wait=wait_exponential_jitter(initial=pace.first_wait, max=pace.longest_wait, jitter=pace.first_wait),
            retry=retry_if_exception_type((Interrupted, FileChanged)),
            reraise=True,
        )
        for attempt in attempts:
            with attempt:
                return self._once(account, place, work)
        raise AssertionError("tenacity re-raises the last error")

    def close(self) -> None:
        """Close every connection."""
        for account in list(self._clients):
            self._drop(account)

    def _once(self, account: str, place: str, work: Callable[[Client], _T]) -> _T:
        client = self._client(account)
        try:
            with _deadline(client, self._server.pace.whole), _named(self._label(account, place)):
                return work(client)
        except Interrupted:
            self._drop(account)
            raise

    def _client(self, account: str) -> Client:
        if account not in self._clients:
            self._clients[account] = self._connect(account)
        return self._clients[account][1]

    def _drop(self, account: str) -> None:
        ssh, client = self._clients.pop(account)
        for connection in (client, ssh):
            with suppress(Exception):  # it may be half dead, and closing is all that is left to do
                connection.close()

    def _connect(self, account: str) -> tuple[paramiko.SSHClient, Client]:
        server, pace = self._server, self._server.pace
        ssh = paramiko.SSHClient()
        ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
        pinned = pinned_key(server.known_host)
        ssh.get_host_keys().add(_host_name(server.host, server.port), pinned.get_name(), pinned)
        try:
            with _named_login(self._label(account, ""), pinned):
                ssh.connect(
                    server.host,
                    server.port,
                    username=account,
                    pkey=_private_key(server.keys, account),
                    look_for_keys=False,
                    allow_agent=False,
                    timeout=pace.connect,
                    banner_timeout=pace.connect,
                    auth_timeout=pace.connect,
                    channel_timeout=pace.connect,
                )
                return ssh, _open_client(ssh, pace)
        except ExchangeError:
            ssh.close()
            raise

    def _label(self, account: str, place: str) -> str:
        return f"sftp://{account}@{self._server.host}:{self._server.port}/{place.lstrip('/')}"


def pinned_key(known_host: str) -> paramiko.PKey:
    """The key in a known_hosts line or a bare `type base64`. Raises HostKeyError when there is none."""
    parts = known_host.split()
    start = next((at for at, part in enumerate(parts) if part.startswith(("ssh-", "ecdsa-"))), None)
    if start is None or start + 1 >= len(parts):
        raise HostKeyError(
            "no host key is pinned for the SFTP server",
            remedy="Ask its operator for the host key and set sftp_known_host to the line `ssh-keyscan` prints for it.",
        )
    try:
        return paramiko.PKey.from_type_string(parts[start], base64.b64decode(parts[start + 1], validate=True))
    except (ValueError, paramiko.SSHException, UnknownKeyType):
        raise HostKeyError(
            "the pinned host key of the SFTP server cannot be read",
            remedy="Set sftp_known_host to the whole known_hosts line of the server.",
        ) from None


def fingerprint(key: paramiko.PKey) -> str:
    """A key as `ssh-keygen -l` prints it: type and SHA256 fingerprint."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode("ascii").rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


def _open_client(ssh: paramiko.SSHClient, pace: Pace) -> Client:
    transport = ssh.get_transport()
    if transport is None:
        raise paramiko.SSHException("the connection closed right after login")
    transport.set_keepalive(15)
    client = Client.from_transport(transport)
    if client is None:
        raise paramiko.SSHException("the server has no SFTP subsystem")
    channel = client.get_channel()
    if channel is not None:
        channel.settimeout(pace.idle)
    return client


def _private_key(keys: Path, account: str) -> paramiko.PKey:
    path = keys / account
    try:
        return paramiko.PKey.from_path(path)
    except FileNotFoundError:
        cause = "is missing"
    except (ValueError, TypeError, OSError, paramiko.SSHException, UnknownKeyType):
        cause = "cannot be read, or has a passphrase"
    raise LoginRefused(f"the private key {path} {cause}", remedy=f"Put the account's private key at {path}, mode 0600.")


def _host_name(host: str, port: int) -> str:
    return host if port == 22 else f"[{host}]:{port}"


@contextmanager
def _deadline(client: Client, seconds: float) -> Iterator[None]:
    """Close the channel when the work takes too long: whatever call hangs then ends with an error."""
    timer = Timer(seconds, _hang_up, [client])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(client: Client) -> None:
    with suppress(Exception):  # the connection may be gone already, and that is all that was wanted
        client.close()


@contextmanager
def _named_login(label: str, pinned: paramiko.PKey) -> Iterator[None]:
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise HostKeyError(
            f"{label}: the server shows {fingerprint(error.key)}, pinned is {fingerprint(error.expected_key)}",
            remedy="Do not connect. Ask the operator by telephone whether the key was changed, then pin the new one.",
        ) from None
    except paramiko.AuthenticationException:
        raise LoginRefused(
            f"{label}: the server refused the account's key",
            remedy="Ask the operator whether the account exists, is locked or has another key. It was tried once.",
        ) from None
    except paramiko.ssh_exception.IncompatiblePeer:
        raise HostKeyError(
            f"{label}: the server offers no host key of the pinned type {pinned.get_name()}",
            remedy="Ask the operator by telephone whether the host key was changed, then pin the new one.",
        ) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise Interrupted(
            f"{label}: no connection ({_cause(error)})",
            remedy="Check that the server is up and reachable from this machine; the next run tries again.",
        ) from None


@contextmanager
def _named(label: str) -> Iterator[None]:
    """Turn what paramiko raises into our errors; ours pass through."""
    try:
        yield
    except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError) as error:
        raise Interrupted(
            f"{label}: the connection was lost ({_cause(error)})",
            remedy="Check the network and the server; nothing half-done is visible, the next run tries again.",
        ) from None
    except OSError as error:
        raise _refusal(label, error) from None


def _refusal(label: str, error: OSError) -> TransferError:
    if error.errno == errno.ENOENT:
        return PlaceMissing(f"{label}: no such path", remedy="Ask the operator to create the folder for this account.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return PlaceRefused(
            f"{label}: permission denied", remedy="Ask the operator to let this account read and write the path."
        )
    if str(error) == "Socket is closed" or error.errno in (errno.EPIPE, errno.EBADF):
        return Interrupted(
            f"{label}: the connection was closed, or the work took too long",
            remedy="Check the network and the server; the next run tries again.",
        )
    return TransferError(
        f"{label}: the server failed ({_cause(error)}); remote disk full or quota used up?",
        remedy="Ask the operator about disk space and quota of this account, then run again.",
    )


def _cause(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__
