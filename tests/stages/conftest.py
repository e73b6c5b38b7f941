"""A district of two townships; a month delivered and waiting for receipts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.registry.load import Registry
from tests.conftest import administer
from tests.stages.months import registry_of
from tests.support.packages import World, install, open_world

COPIED = "packages_notified"


@pytest.fixture(name="registry", scope="session")
def _registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return registry_of(tmp_path_factory.mktemp("district"))


@pytest.fixture(scope="session")
def notified(server, template, tmp_path_factory) -> Iterator[Path]:
    """A notified month, made once; each test works on a copy of its folders and of its database."""
    folder = tmp_path_factory.mktemp("notified")
    administer(server, f"create database {COPIED} template {template}")
    install(folder, server.url(COPIED))
    yield folder
    administer(server, f"drop database {COPIED} with (force)")


@pytest.fixture
def world(notified, server, tmp_path) -> Iterator[World]:
    shutil.copytree(notified, tmp_path / "world")
    administer(server, f"create database packages_copy template {COPIED}")
    with open_world(tmp_path / "world", server.url("packages_copy")) as made:
        yield made
    administer(server, "drop database packages_copy with (force)")
