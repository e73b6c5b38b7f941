"""The shape of schemas/linkage.yaml: by what evidence rows without a usable number are told to be one person's."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ValidationError
from pydantic import Field as Constraint

from exchange.model.errors import RegistryError
from exchange.registry.spec import Spec

Evidence = Literal[
    "name",
    "birth_date",
    "sex",
    "phone",
    "guardian_number",
    "guardian_name",
    "health_record",
    "certificate",
    "township",
]
"""What a row may tell about its person beside a number."""

_Evidences = Annotated[
    tuple[Evidence, ...],
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
    Constraint(min_length=1),
]


class Tier(Spec):
    """One level of evidence: rows that agree in all of `by` are one person's, unless something contradicts it."""

    name: Annotated[str, Constraint(pattern=r"^[A-Z][A-Z0-9]*$")]
    title: str
    by: _Evidences

    @property
    def is_named(self) -> bool:
        """Whether the tier's key holds the name; if not, the names known on both sides must not contradict."""
        return "name" in self.by


class Linkage(Spec):
    """All tiers in the order they are tried, strongest first.

    `candidates` is the evidence that is only shown to a person, never linked by. A key shared by more than
    `largest_group` people proves nothing.
    """

    tiers: Annotated[
        tuple[Tier, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ]
    candidates: _Evidences
    largest_group: Annotated[int, Constraint(ge=2)]


def linkage_of(declared: Mapping[str, Any]) -> Linkage:
    """The parsed schemas/linkage.yaml. Raises RegistryError that lists every problem in it."""
    try:
        return Linkage.model_validate(dict(declared))
    except ValidationError as error:
        problems = (
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise RegistryError(
            "linkage.yaml: " + "; ".join(problems), remedy="Correct schemas/linkage.yaml, then try again."
        ) from None
