"""The shape of an indicator, of a target, and of a line of the monthly report."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Constraint

from exchange.registry.spec import Spec, Words

Status = Literal["COMPUTED", "PARTIAL", "NOT_COMPUTABLE"]
Operator = Literal["at_least", "not_below_last_year"]
Population = Literal["hukou", "migrant", "ge6m"]
LineKind = Literal["stock", "opening", "events", "persons", "rate"]

_A_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class Aside(Spec):
    """People an indicator counts beside its rate and not in it: why (`title`), and the statement that tells who."""

    name: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    by: str


class Indicator(Spec):
    """One indicator: its rule in words, and where its integers come from.

    `figure` is its name in mart.figure; `denominator_by` and `numerator_by` are the statements under sql/indicators
    that tell who belongs to it. An indicator that is not COMPUTED says why in `reason`; one that is NOT_COMPUTABLE
    has no figure. `bound`: on which side of the truth a PARTIAL figure is. `sensitive`: small numerators are persons
    of a sensitive service and not printed. `sampled`: the denominator is a sample, and the rate has an interval.
    `asides` are counted and named beside the rate. `by_part`: every part of its members (a dose) has its own rate.
    `grain`: the smallest place it is printed for; no indicator of a sensitive service is told for a village.
    `only_in`: the policy profiles under which it is made; empty is all.
    """

    id: Annotated[str, Constraint(pattern=r"^[KT][0-9]{2}(_[a-z0-9]+)?$")]
    title: str
    formula: str
    numerator: str
    denominator: str
    exclusions: str = "无"
    period: Literal["stock", "month", "half", "year", "survey"]
    grain: Literal["village", "township", "district"] = "township"
    by_part: bool = False
    asides: Annotated[tuple[Aside, ...], BeforeValidator(_frozen)] = ()
    only_in: Words = ()
    figure: str | None = None
    numerator_by: str | None = None
    denominator_by: str | None = None
    source: str
    status: Status
    reason: str = ""
    bound: Literal["lower", "upper"] = "lower"
    sensitive: bool = False
    sampled: bool = False

    @property
    def statements(self) -> tuple[str, ...]:
        """Names of the statements under sql/indicators that tell who counts in it or beside it."""
        both = (self.numerator_by, self.denominator_by)
        return (*(name for name in both if name), *(aside.by for aside in self.asides))

    @model_validator(mode="after")
    def _is_honest(self) -> "Indicator":
        if (self.status == "COMPUTED") == bool(self.reason):
            raise ValueError(f"{self.id}: a reason is for what is not fully computed, and then it is needed")
        if (self.status == "NOT_COMPUTABLE") == (self.figure is not None):
            raise ValueError(f"{self.id}: a figure is for what can be computed, and then it is needed")
        if {self.figure is None} != {self.numerator_by is None, self.denominator_by is None}:
            raise ValueError(f"{self.id}: a figure needs the statements of its numerator and denominator")
        if self.figure is None and (self.asides or self.by_part or self.grain == "village"):
            raise ValueError(f"{self.id}: only a figure has asides, parts or villages")
        if self.sensitive and self.grain == "village":
            raise ValueError(f"{self.id}: no sensitive service is told by village")
        return self


class Target(Spec):
    """What an indicator has to reach in a jurisdiction (`prefix` of its division code) from month to month.

    `value` is a decimal as text (0.95), so that it is compared exactly. The longest prefix wins.
    """

    indicator: str
    prefix: Annotated[str, Constraint(pattern=r"^([0-9]{2}){0,3}$")]
    valid_from: Annotated[str, Constraint(pattern=_A_MONTH)]
    valid_to: Annotated[str, Constraint(pattern=_A_MONTH)] | None = None
    operator: Operator = "at_least"
    value: Annotated[str, Constraint(pattern=r"^[01]\.[0-9]{1,4}$")] | None = None
    source: str

    @model_validator(mode="after")
    def _has_a_value(self) -> "Target":
        if (self.operator == "at_least") != (self.value is not None):
            raise ValueError(f"{self.indicator} {self.prefix}: only at_least compares with a value, and it needs one")
        return self


class ReportLine(Spec):
    """One line of the monthly report.

    `counts` says how its year follows from its months: a stock stands, events add up, persons count once a year,
    a rate is `share_of` two other lines. `codes` are service classes or items to count; without them a statement
    fills the line by its name; `only`: of cases of infectious disease those reported, or reported in time.
    `only_when_sent`: nought means that nobody reports it. A line with `reason` cannot be computed and says so.
    """

    name: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")]
    block: str
    title: str
    unit: str = "人"
    counts: LineKind
    over: Annotated[tuple[Population, ...], BeforeValidator(_frozen)] = ("hukou", "migrant", "ge6m")
    codes: Words = ()
    only: Literal["", "reported", "in_time"] = ""
    only_when_sent: bool = False
    share_of: Words = ()
    reason: str = ""

    @model_validator(mode="after")
    def _fits(self) -> "ReportLine":
        if (self.counts == "rate") != (len(self.share_of) == 2):
            raise ValueError(f"{self.name}: a rate, and only a rate, is the share of one line in another")
        return self


def problems_of_indicators(indicators: Sequence[Indicator], targets: Sequence[Target]) -> list[str]:
    """What no single entry can see: an id given twice, a target of nothing, two targets at one time."""
    names = [indicator.id for indicator in indicators]
    found = [f"indicators.yaml: {name} stands twice" for name in sorted({n for n in names if names.count(n) > 1})]
    for position, target in enumerate(targets):
        if target.indicator not in names:
            found.append(f"targets.yaml: there is no indicator {target.indicator}")
        for other in targets[position + 1 :]:
            if (other.indicator, other.prefix) == (target.indicator, target.prefix) and _overlap(target, other):
                found.append(f"targets.yaml: {target.indicator} {target.prefix} has two targets at one time")
    return found


def _overlap(one: Target, other: Target) -> bool:
    return one.valid_from < (other.valid_to or "9999") and other.valid_from < (one.valid_to or "9999")
