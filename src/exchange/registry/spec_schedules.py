"""The shape of schemas/schedules: which service is due to whom at what age, by version and birth cohort."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, RootModel, model_validator
from pydantic import Field as Constraint

from exchange.registry.spec import CodeList, Policy, Spec, Words


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_MANY = BeforeValidator(_frozen)
_Months = Annotated[int, Constraint(ge=0, le=216)]
_Count = Annotated[int, Constraint(ge=1)]
Anchor = Literal["birth", "last_menses", "delivery"]
"""The day from which the ages of a list of visits are counted."""


class Dose(Spec):
    """One dose of a group: due from `months`, not given any more from `until_months`.

    `within_*` is the recommended limit of completion, `interval_days` the least distance from the dose before it;
    a dose with a `title` is not called by its number in the group.
    """

    vaccine: str
    number: _Count
    months: _Months
    title: str | None = None
    within_days: _Count | None = None
    within_months: _Months | None = None
    until_months: _Months | None = None
    interval_days: Annotated[int, Constraint(ge=0)] = 28

    @model_validator(mode="after")
    def _limits_follow(self) -> "Dose":
        if any(limit is not None and limit <= self.months for limit in (self.within_months, self.until_months)):
            raise ValueError(f"{self.vaccine}{self.number}: a limit lies before the dose is due")
        return self


class Counted(Spec):
    """How a vaccine counts in a group: `offset` doses precede its first; `ages` are its own minimum ages in months.

    `given_from` and `given_before` (months of age) divide a vaccine between two groups.
    """

    offset: Annotated[int, Constraint(ge=0)] = 0
    ages: Annotated[tuple[int, ...], _MANY] = ()
    given_from: _Months | None = None
    given_before: _Months | None = None


class Group(Spec):
    """Doses that protect against the same thing, in order; vaccines that count for each other.

    `instead` is the course that applies when only that vaccine was given.
    """

    name: str
    title: str
    counts: Mapping[str, Counted]
    doses: Annotated[tuple[Dose, ...], _MANY]
    instead: Mapping[str, Annotated[tuple[Dose, ...], _MANY]] = Constraint(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> "Group":
        for course in (self.doses, *self.instead.values()):
            ages = [dose.months for dose in course]
            if ages != sorted(ages) or not course:
                raise ValueError(f"{self.name}: doses must follow each other by age")
            if any(dose.vaccine not in self.counts for dose in course):
                raise ValueError(f"{self.name}: a scheduled vaccine does not count in its own group")
        return self


class _Declared(Spec):
    name: str
    title: str
    source: str


class Immunisation(_Declared):
    """A version of the immunisation schedule.

    In force from `valid_from`, for those born from `cohort_from`; doses that were due before keep the version before.
    """

    kind: Literal["immunisation"]
    valid_from: date
    cohort_from: date
    groups: Annotated[tuple[Group, ...], _MANY]

    @property
    def doses(self) -> Iterator[Dose]:
        """Every dose of the version, group by group."""
        return (dose for group in self.groups for dose in group.doses)


class ImmunisationRules(_Declared):
    """What all versions share: grace, validity of doses, distance between live vaccines."""

    kind: Literal["immunisation_rules"]
    grace_months: _Months = 1
    ahead_months: _Months = 1
    early_tolerance_days: Annotated[int, Constraint(ge=0)] = 4
    early_doses_count: bool = False
    live_vaccines: Words = ()
    live_interval_days: Annotated[int, Constraint(ge=0)] = 28


class Age(Spec):
    """A length of time since an anchor day."""

    months: _Months = 0
    weeks: Annotated[int, Constraint(ge=0)] = 0
    days: Annotated[int, Constraint(ge=0)] = 0


class Step(BaseModel):
    """One visit: due from `begins`, in good time before `ends`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    item: str
    name: str
    begins: Annotated[Age, Constraint(alias="from")]
    ends: Annotated[Age, Constraint(alias="to")]


class Visits(_Declared):
    """Visits in order, counted from an anchor day; nothing is due any more from `ends` on."""

    kind: Literal["visits"]
    service_class: str
    valid_from: date
    anchor: Anchor
    ends: Age
    steps: Annotated[tuple[Step, ...], _MANY]


class Repeat(Spec):
    """A service that comes again: `times` a calendar year, or `every_months` after the last.

    Due to those known by a service (`known_by`), or who reach an age in the year and have lived here long enough.
    """

    item: str
    name: str
    times: _Count
    every_months: _Count | None = None
    known_by: Words = ()
    reaches_age: _Count | None = None
    resident_months: _Months = 0

    @model_validator(mode="after")
    def _of_somebody(self) -> "Repeat":
        if bool(self.known_by) == (self.reaches_age is not None):
            raise ValueError(f"{self.item}: say either known_by or reaches_age")
        return self


class Repeats(_Declared):
    """Services that come again, of one class."""

    kind: Literal["repeats"]
    service_class: str
    valid_from: date
    repeats: Annotated[tuple[Repeat, ...], _MANY]


Schedule = Immunisation | ImmunisationRules | Visits | Repeats


class AnySchedule(RootModel[Annotated[Schedule, Constraint(discriminator="kind")]]):
    """A file under schemas/schedules, told apart by `kind`."""

    model_config = ConfigDict(frozen=True, strict=True)


class Schedules:
    """All schedules by name, and each kind by itself."""

    def __init__(self, declared: Mapping[str, Schedule]) -> None:
        self.all = dict(declared)
        found = declared.values()
        self.versions = sorted((s for s in found if isinstance(s, Immunisation)), key=lambda s: s.valid_from)
        self.visits = {s.name: s for s in found if isinstance(s, Visits)}
        self.repeats = {s.name: s for s in found if isinstance(s, Repeats)}
        rules = [s for s in found if isinstance(s, ImmunisationRules)]
        self.rules = rules[0] if rules else None

    def versions_for(self, policy: Policy) -> tuple[Immunisation, ...]:
        """The versions a policy knows: its own and all that are older."""
        own = self.all.get(policy.immunisation)
        limit = own.valid_from if isinstance(own, Immunisation) else date.max
        return tuple(version for version in self.versions if version.valid_from <= limit)


def problems_of(
    schedules: Mapping[str, Schedule], codes: Mapping[str, CodeList], policies: tuple[Policy, ...]
) -> Iterator[str]:
    """What no single schedule can see: codes nobody knows, classes that may never be used, policies without one."""
    vaccines = codes["vaccine"].entries if "vaccine" in codes else {}
    items = codes["service_item"].entries if "service_item" in codes else {}
    sensitive = {kind for policy in policies for kind in policy.sensitive_classes}
    for schedule in schedules.values():
        where = f"schedules/{schedule.name}.yaml"
        if isinstance(schedule, Immunisation):
            named = {vaccine for group in schedule.groups for vaccine in group.counts}
            yield from (f"{where}: no vaccine {name} in codes/vaccine.yaml" for name in sorted(named - set(vaccines)))
        elif isinstance(schedule, Visits | Repeats):
            if schedule.service_class in sensitive:
                yield f"{where}: class {schedule.service_class} is sensitive and may not make a list"
            for step in schedule.steps if isinstance(schedule, Visits) else schedule.repeats:
                if step.item not in items or not step.item.startswith(schedule.service_class):
                    yield f"{where}: {step.item} is no item of class {schedule.service_class}"
    if schedules:
        for policy in policies:
            if not isinstance(schedules.get(policy.immunisation), Immunisation):
                yield f"policies/{policy.name}.yaml: there is no schedules/{policy.immunisation}.yaml"
        if sum(isinstance(schedule, ImmunisationRules) for schedule in schedules.values()) != 1:
            yield "schedules: exactly one file of kind immunisation_rules is needed"
