"""The servers of one machine, started together on one home and ended together: PostgreSQL, SFTP, Airflow."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from exchange.demo import airflow
from exchange.demo.children import kept
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.services import postgres
from exchange.services.bundle import open_services
from exchange.services.config import current_registry
from exchange.services.settings import Settings, code_version, from_environ
from exchange.services.sftp_server import Serving, prepare_accounts, serving

PROJECT = Path(__file__).resolve().parents[3]
AUDITOR = "auditor"
BUREAU = "bureau"
_STOP = """
import pathlib, sys
from exchange.services import postgres
postgres.stop_if_running(pathlib.Path(sys.argv[1]))
"""
_SLEEP = "import signal; signal.pause()"


@dataclass(frozen=True)
class Machine:
    """PostgreSQL and SFTP, up. `environ` holds secrets; never log it."""

    settings: Settings
    airflow_url: str = field(repr=False)
    sftp: Serving

    @property
    def home(self) -> Path:
        """The folder that holds all state."""
        return self.settings.home

    def environ(self) -> dict[str, str]:
        """EXCHANGE_* and AIRFLOW_CONN_EXCHANGE, over this process's own environment."""
        return exchange_environ(self.settings, os.environ)

    def receive(self, drops: Path, source: Source, period: str) -> int:
        """The agency puts its month's files of `drops` (folder/period/file) on its account; the number of files."""
        folder = drops / source.transport.folder / period
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in files:
            self.put(source, period, path)
        return len(files)

    def put(self, source: Source, period: str, path: Path) -> None:
        """One file on an agency's account, visible under its name only when it is whole."""
        target = self.sftp.accounts.files / source.transport.account / period / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target.with_name(f".{path.name}.part"))
        target.with_name(f".{path.name}.part").rename(target)


def settings_of(home: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of `home`: declarations as the environment has them, and no outside place for files."""
    outside = ("EXCHANGE_SFTP_", "EXCHANGE_DROPS")
    inside = {name: value for name, value in environ.items() if not name.startswith(outside)}
    return from_environ({**inside, "EXCHANGE_HOME": str(home)}, code_version=code_version(), project=PROJECT)


def exchange_environ(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """`settings` as the environment a child process reads them from; holds the database's password."""
    values = {
        "HOME": settings.home,
        "SCHEMAS": settings.schemas,
        "EXPECTATIONS": settings.expectations,
        "UNITS": settings.units,
        "RECIPIENTS": settings.recipients,
        "DATABASE_URL": settings.database_url,
        "SFTP_HOST": settings.sftp_host if settings.sftp_port else None,
        "SFTP_PORT": settings.sftp_port or None,
        "SFTP_KNOWN_HOST": settings.sftp_known_host,
        "SFTP_KEYS": settings.sftp_keys,
    }
    ours = {f"EXCHANGE_{name}": str(value) for name, value in values.items() if value is not None}
    connection = (settings.database_url or "").replace("postgresql+psycopg2:", "postgresql:")
    return {**base, **ours, "AIRFLOW_CONN_EXCHANGE": connection}


@contextmanager
def machine(home: Path, units: Path | None = None) -> Iterator[Machine]:
    """PostgreSQL and SFTP on `home` for the length of the block; nothing of them is left, even when we are killed.

    `units` replaces the registry of senders. The caller holds the home (see `demo.home.held`).
    """
    settings = settings_of(home, os.environ)
    settings = replace(settings, units=units or settings.units)
    with _database(settings) as server:
        settings = settings.with_database(server.url())
        names = accounts_of(current_registry(settings))
        with serving(prepare_accounts(home / "sftp", names)) as sftp:
            settings = replace(
                settings, sftp_port=sftp.port, sftp_known_host=sftp.known_host, sftp_keys=sftp.accounts.keys
            )
            with open_services(settings):  # brings the database to this version before several tasks want to
                pass
            yield Machine(settings, server.url("airflow"), sftp)


@contextmanager
def _database(settings: Settings) -> Iterator[postgres.Server]:
    """PostgreSQL is a daemon that outlives a killed parent; a keeper stands by to stop it then."""
    home = settings.home
    sleep = [sys.executable, "-S", "-E", "-c", _SLEEP]
    with kept(sleep, os.environ, home / "run" / "keeper.log", afterwards=[sys.executable, "-c", _STOP, str(home)]):
        yield postgres.start(settings)


def accounts_of(registry: Registry) -> list[str]:
    """An account for each agency, township office, health centre, the bureau and the auditor."""
    agencies = [source.transport.account for source in registry.sources.values()]
    townships = registry.townships()
    return [*agencies, *(f"office-{t}" for t in townships), *(f"center-{t}" for t in townships), BUREAU, AUDITOR]


@contextmanager
def scheduler(on: Machine, more: Mapping[str, str], port: int | None = None) -> Iterator[airflow.Airflow]:
    """Airflow on the machine's second database: metadata prepared, servers started, not yet ready.

    `more` is added to the environment; `port` is where its pages should be, when that is free.
    """
    base = {**on.environ(), **more}
    environ = airflow.environment(on.home, PROJECT, on.airflow_url, airflow.free_port(port), base)
    airflow.migrate(environ, on.home)
    with airflow.running(on.home, environ) as started:
        yield started
