"""The shape of schemas/archive.yaml: what a six-month resident's comprehensive record must hold to be complete."""

from typing import Annotated

from pydantic import BeforeValidator
from pydantic import Field as Constraint

from exchange.registry.spec import Spec


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class ArchiveRule(Spec):
    """One thing a record must hold, in one of its four blocks, for people of these ages (full years, inclusive)."""

    field: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    block: str
    ages: Annotated[tuple[int, int], BeforeValidator(_frozen)] = (0, 150)


class Archive(Spec):
    """The rules of completeness (规范化) and where they come from; without rules every record is complete."""

    source: str = ""
    rules: Annotated[tuple[ArchiveRule, ...], BeforeValidator(_frozen)] = ()
