"""`exchange db`: psql, or any command, with the home's database up and its URLs in the environment."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from exchange.demo import airflow, servers
from exchange.model.errors import ServiceUnavailable
from exchange.services import postgres
from exchange.services.postgres_files import noted_place


def db(home: Path, command: Sequence[str]) -> int:
    """Run `command` (psql when empty) and return its exit code.

    It finds EXCHANGE_DATABASE_URL, AIRFLOW_CONN_EXCHANGE and Airflow's own settings, metadata included, in its
    environment. A server that runs already is used and left running; else one runs as long as the command.
    """
    home = home.absolute()
    settings = servers.settings_of(home, os.environ)
    with postgres.running(settings) as server:
        base = servers.exchange_environ(settings.with_database(server.url()), os.environ)
        environ = airflow.environment(home, servers.PROJECT, server.url("airflow"), airflow.PAGES_PORT, base)
        words = list(command[1:] if command[:1] == ["--"] else command)
        if not words:
            words = [str(_psql(home))]
            environ |= _for_psql(server.url())
        with _interrupts_left_to_the_command():
            return _run(words, environ)


def _run(words: Sequence[str], environ: dict[str, str]) -> int:
    try:
        return subprocess.run(list(words), env=environ, check=False).returncode
    except (FileNotFoundError, PermissionError):
        raise ServiceUnavailable(f"there is no command {words[0]}", remedy="Name one that is installed.") from None


def _psql(home: Path) -> Path:
    """The embedded server's own psql, else the machine's. Raises ServiceUnavailable when there is none."""
    place = noted_place(home)
    inside = place.tool("psql") if place else None
    found = inside if inside and inside.exists() else shutil.which("psql")
    if found is None:
        raise ServiceUnavailable(
            "there is no psql on this machine",
            remedy="Install PostgreSQL's client, or run a command of yours: exchange db -- CMD.",
        )
    return Path(found)


def _for_psql(url: str) -> dict[str, str]:
    """The connection as libpq's variables: a password on a command line can be read by every user."""
    at = make_url(url)
    names = {"PGHOST": at.host, "PGPORT": at.port, "PGUSER": at.username, "PGPASSWORD": at.password}
    return {name: str(value) for name, value in {**names, "PGDATABASE": at.database}.items() if value is not None}


@contextmanager
def _interrupts_left_to_the_command() -> Iterator[None]:
    """Ctrl-C in psql cancels a query; it must not end us, and with us the server."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
