"""Frozen configuration: a content-addressed copy of the declarations every published month was made with."""

import shutil
import tempfile
from pathlib import Path

from exchange.model.errors import RegistryError
from exchange.registry.load import Registry, load_registry
from exchange.services.settings import Settings


def current_registry(settings: Settings) -> Registry:
    """The declarations as they stand now. Raises RegistryError with every problem."""
    return load_registry(settings.schemas, settings.expectations, _senders(settings), _recipients(settings))


def remember_senders(settings: Settings, units: Path) -> None:
    """Keep `units` as this home's registry of senders, so that later commands need not name it again.

    Raises RegistryError when there is no such file or it has problems; then the one kept before stays.
    """
    if not units.is_file():
        raise RegistryError(f"there is no {units}", remedy="Name an existing file with --units.")
    kept = settings.under("config") / "units.csv"
    if not kept.exists() or kept.read_bytes() != units.read_bytes():
        load_registry(settings.schemas, settings.expectations, units, _recipients(settings))
        shutil.copyfile(units, kept.with_suffix(".part"))
        kept.with_suffix(".part").replace(kept)


def freeze(settings: Settings, registry: Registry) -> Path:
    """Copy every declaration `registry` was made from to `home/config/<fingerprint>`; returns that folder.

    Raises RegistryError when the files changed since they were read: the copy would not be what was used.
    """
    folder = settings.under("config") / registry.fingerprint[:24]
    if folder.exists():
        return folder
    building = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        shutil.copytree(settings.schemas, building / "schemas")
        shutil.copytree(settings.expectations, building / "expectations")
        shutil.copyfile(_senders(settings) or settings.schemas / "units.csv", building / "units.csv")
        recipients = _recipients(settings)
        if recipients is not None:
            shutil.copyfile(recipients, building / "schemas" / "recipients.yaml")
        copied = load_registry(building / "schemas", building / "expectations", building / "units.csv")
        if copied.fingerprint != registry.fingerprint:
            raise RegistryError(
                "the declarations changed while the month was running",
                remedy="Run the month again: it starts from the declarations as they are now.",
            )
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def frozen_registry(settings: Settings, fingerprint: str) -> Registry:
    """The declarations a month was published with. Raises RegistryError when the copy is gone or was changed."""
    folder = settings.home / "config" / fingerprint[:24]
    if not folder.is_dir():
        raise RegistryError(
            f"the frozen declarations {fingerprint[:24]} are not in {settings.home / 'config'}",
            remedy="Restore the home's config folder from the backup.",
        )
    registry = load_registry(folder / "schemas", folder / "expectations", folder / "units.csv")
    if registry.fingerprint != fingerprint:
        raise RegistryError(
            f"the frozen declarations {fingerprint[:24]} are not what was frozen",
            remedy="Restore the home's config folder from the backup; somebody changed it.",
        )
    return registry


def _senders(settings: Settings) -> Path | None:
    kept = settings.home / "config" / "units.csv"
    return settings.units or (kept if kept.exists() else None)


def _recipients(settings: Settings) -> Path | None:
    """This installation's own policy on recipients; None means the one under schemas/."""
    kept = settings.home / "config" / "recipients.yaml"
    return settings.recipients or (kept if kept.exists() else None)
