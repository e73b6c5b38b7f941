"""One embedded PostgreSQL for the whole session; every test gets a database, a home and services of its own."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from exchange.registry.load import Registry, load_registry
from exchange.services import postgres
from exchange.services.bundle import Services, open_services
from exchange.services.ledger import Ledger
from exchange.services.settings import Settings
from exchange.services.warehouse import Warehouse

PROJECT = Path(__file__).resolve().parents[1]
# Nobody loses data when a test machine loses power, and the tests take a third of the time.
UNSAFE_BUT_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_numbers = itertools.count(1)


def settings_for(home: Path, database_url: str | None = None) -> Settings:
    """Settings of an installation that uses the project's own declarations."""
    return Settings(
        home=home,
        schemas=PROJECT / "schemas",
        expectations=PROJECT / "expectations",
        code_version="test",
        database_url=database_url,
    )


def administer(server: postgres.Server, statement: str) -> None:
    """Runs one statement that must stand outside a transaction."""
    connection = psycopg2.connect(server.url("postgres").replace("+psycopg2", ""))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """The session's server, removed with everything it wrote."""
    home = tmp_path_factory.mktemp("server")
    yield postgres.start(settings_for(home), UNSAFE_BUT_QUICK)
    postgres.remove(home)


@pytest.fixture(scope="session")
def template(server: postgres.Server) -> str:
    """A migrated database nobody connects to, from which each test's database is copied."""
    administer(server, "create database template_exchange")
    warehouse = Warehouse(server.url("template_exchange"))
    warehouse.migrate()
    warehouse.close()
    return "template_exchange"


@pytest.fixture
def database_url(server: postgres.Server, template: str) -> Iterator[str]:
    """URL of a fresh, migrated database of this test."""
    name = f"test_{next(_numbers)}"
    administer(server, f"create database {name} template {template}")
    yield server.url(name)
    administer(server, f"drop database {name} with (force)")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(home: Path, database_url: str) -> Settings:
    """Settings of this test's installation."""
    return settings_for(home, database_url)


@pytest.fixture
def warehouse(database_url: str) -> Iterator[Warehouse]:
    """The warehouse on this test's database."""
    opened = Warehouse(database_url)
    yield opened
    opened.close()


@pytest.fixture
def ledger(warehouse: Warehouse) -> Iterator[Ledger]:
    """The ledger on this test's database."""
    opened = Ledger(warehouse)
    yield opened
    opened.close()


@pytest.fixture(name="services")
def _services(settings: Settings) -> Iterator[Services]:
    """Services on this test's own database and home."""
    with open_services(settings) as opened:
        yield opened


@pytest.fixture(name="registry", scope="session")
def _registry() -> Registry:
    """The project's own declarations."""
    return load_registry(PROJECT / "schemas", PROJECT / "expectations")
