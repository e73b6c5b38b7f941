"""What a month changes against the one before: lists, indicators that cross their target, identities; counts only."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from exchange.model.period import Period
from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.rules.indicators import Figure, is_attained, percent, target_for
from exchange.rules.reporting.tracing import list_title

_KINDS: Final = {"merge": "合并", "split": "拆分", "create": "新建", "retire": "停用"}
_LISTS: Final = ("名单", "镇街", "本月人数", "新进入", "已离开")
_FIGURES: Final = ("指标", "镇街", "上月", "本月", "目标", "变化")
_PERSONS: Final = ("变动", "人数")

Rows = Iterable[Mapping[str, Any]]


def changed(
    lists: Rows, indicators: Rows, identities: Rows, registry: Registry, period: Period
) -> tuple[TraceTable, TraceTable, TraceTable]:
    """Three tables: who enters and leaves each list, which indicators cross a target, what became of identities."""
    towns = {**registry.townships(), "district": "全区"}
    entering = tuple(
        (list_title(row["list"]), _called(towns, row["township9"]), str(row["now"]), str(row["entered"]),
         str(row["gone"]))
        for row in lists
    )  # fmt: skip
    crossing = tuple(line for row in indicators if (line := _crossing(row, registry, period, towns)))
    persons = tuple((_called(_KINDS, row["kind"]), str(row["persons"])) for row in identities)
    return (
        TraceTable("名单变动", _LISTS, entering),
        TraceTable("越过目标值的指标", _FIGURES, crossing),
        TraceTable("人员身份变动", _PERSONS, persons),
    )


def _crossing(
    row: Mapping[str, Any], registry: Registry, period: Period, towns: Mapping[str, str]
) -> tuple[str, ...] | None:
    """A line for an indicator that reaches its target now and did not before, or the other way round."""
    indicator = next((one for one in registry.indicators if one.figure == row["name"]), None)
    code6 = next(iter(registry.townships()), "")[:6]
    target = None if indicator is None else target_for(registry.targets, indicator.id, code6, period)
    if indicator is None or target is None:
        return None
    before = Figure(row["numerator_before"], row["denominator_before"])
    now = Figure(row["numerator"], row["denominator"])
    reached = is_attained(before, target), is_attained(now, target)
    if None in reached or reached[0] == reached[1]:
        return None
    shown = [f"{percent(one.numerator, one.denominator)}%" for one in (before, now)]
    town = _called(towns, row["township9"])
    return (indicator.title, town, *shown, f"≥{target.value}", "由未达到变为达到" if reached[1] else "由达到变为未达到")


def _called(names: Mapping[str, str], name: str) -> str:
    return names.get(name, name)
