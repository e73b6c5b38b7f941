"""Model and spec files of the linker, read from disk."""

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from exchange.model.errors import RegistryError
from exchange.registry.pair_model import Model, model_of
from exchange.registry.spec_link import LinkSpec, link_spec

MODEL = "linkage-1"
"""The frozen model in use; a new one gets a new name, so that a link always tells which it was made with."""


def read_model(schemas: Path, name: str = MODEL) -> Model:
    """The frozen model `name`. Raises RegistryError when it is not there or not JSON."""
    try:
        return model_of(json.loads(_bytes(schemas, name)))
    except (ValueError, KeyError) as error:
        kind = type(error).__name__
        raise RegistryError(f"schemas/models/{name}.json cannot be used ({kind})", remedy="Restore the file.") from None


def model_hash(schemas: Path, name: str = MODEL) -> str:
    """SHA-256 of the model file: which weights a month was linked with. Raises RegistryError when it is not there."""
    return hashlib.sha256(_bytes(schemas, name)).hexdigest()


def _bytes(schemas: Path, name: str) -> bytes:
    try:
        return (schemas / "models" / f"{name}.json").read_bytes()
    except OSError as error:
        kind = type(error).__name__
        raise RegistryError(f"schemas/models/{name}.json cannot be used ({kind})", remedy="Restore the file.") from None


def read_spec(path: Path) -> LinkSpec:
    """A spec file. Raises RegistryError that lists every problem in it."""
    try:
        declared: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        kind = type(error).__name__
        raise RegistryError(f"{path.name} cannot be read ({kind})", remedy="Give a YAML file in UTF-8.") from None
    if not isinstance(declared, dict):
        raise RegistryError(f"{path.name} holds no mapping", remedy="See docs/linkage.md for an example.")
    return link_spec(declared)
