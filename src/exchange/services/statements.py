"""The SQL of the project: one statement per file under `exchange/sql/<stage>/`, loaded by name."""

from functools import cache
from importlib import resources

from exchange.model.errors import RegistryError

_HEADER = ("-- reads:", "-- writes:", "-- parameters:")


@cache
def statement(name: str) -> str:
    """Text of `exchange/sql/<name>.sql`, e.g. `statement("resolve/known_identifiers")`.

    Raises RegistryError when the file is missing or does not say what it reads, writes and binds.
    """
    found = resources.files("exchange").joinpath("sql", *f"{name}.sql".split("/"))
    if not found.is_file():
        raise RegistryError(f"no statement {name}", remedy=f"Add src/exchange/sql/{name}.sql.")
    text = found.read_text(encoding="utf-8")
    missing = [line for line in _HEADER if line not in text]
    if missing:
        raise RegistryError(f"sql/{name}.sql lacks {missing}", remedy="Say in its first comment what it touches.")
    return text


def composed(name: str, **parts: str) -> str:
    """Statement `name` with every `{{part}}` replaced by the statement of that name, e.g. a numerator's."""
    text = statement(name)
    for part, other in parts.items():
        text = text.replace(f"{{{{{part}}}}}\n", f"{statement(other)}\n")
    return text
