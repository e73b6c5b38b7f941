"""The shape of schemas/linkage.yaml: by what evidence rows without a usable number are told to be one person's."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ValidationError
from pydantic import Field as Constraint

from exchange.model.errors import RegistryError
from exchange.registry.spec import Role, Spec

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


class Siblings(Spec):
    """Children `under` so many years whose names the model takes for one with a slip (levels `name`, from … to) are
    more likely brothers and sisters."""

    under: Annotated[int, Constraint(ge=0)]
    name: Annotated[tuple[int, int], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Scorer(Spec):
    """The frozen model (schemas/models) that weighs what the tiers left open, and its thresholds in bits: from which
    a pair is linked, from which it is shown to people, and how far the second best person must be behind. `siblings`
    says which pairs of children are left to people whatever they weigh."""

    model: Annotated[str, Constraint(pattern=r"^[a-z0-9-]+$")]
    link: float
    review: float
    margin: Annotated[float, Constraint(ge=0)]
    siblings: Siblings | None = None


class Hidden(Spec):
    """The monthly check without truth: in sources of these roles the number of `share` of 100 rows is hidden."""

    share: Annotated[int, Constraint(ge=1, le=50)]
    roles: Annotated[
        tuple[Role, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ]


_Kinds = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
_Roles = Annotated[tuple[Role, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]


class Review(Spec):
    """What people are asked. Questions of the kinds `two_people`, and with `served` the merging of two persons who
    both have service records, take effect only when two people said the same. `offices`: kinds that go to townships."""

    two_people: _Kinds = ()
    served: bool = True
    offices: _Kinds = ()


class Linkage(Spec):
    """All tiers in the order they are tried, strongest first.

    `candidates` is the evidence that is only shown to a person, never linked by. A key shared by more than
    `largest_group` people proves nothing. Without `scorer` only the tiers link; without `hidden` nothing is checked.
    `fill`: attribute of a person -> the roles whose word counts, first before last, or that the newest word counts;
    attributes not named there follow the sources' own precedence.
    """

    tiers: Annotated[
        tuple[Tier, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ]
    candidates: _Evidences
    largest_group: Annotated[int, Constraint(ge=2)]
    scorer: Scorer | None = None
    hidden: Hidden | None = None
    review: Review = Review()
    fill: dict[str, Literal["newest"] | _Roles] = Constraint(default_factory=dict)


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
