"""What a publication changes against another: lists, indicators, identities; counts only, nobody is named."""

from collections.abc import Mapping
from typing import Any, Final

from exchange.model.period import Period
from exchange.model.report import ChangeFacts
from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.rules.indicators import Figure, is_attained, percent, target_for
from exchange.rules.reporting.tracing import list_title

_KINDS: Final = {"merge": "合并", "split": "拆分", "create": "新建", "retire": "停用"}
_LISTS: Final = ("名单", "镇街", "现有人数", "新进入", "已离开")
_FIGURES: Final = ("指标", "镇街", "原为", "现为", "目标", "变化")
_PERSONS: Final = ("变动", "人数")


def changed(facts: ChangeFacts, registry: Registry, period: Period) -> tuple[TraceTable, ...]:
    """Tables: how many enter and leave each list, which indicators cross a target, what became of identities.

    Beside the generation it corrects a publication names only what is not the same, and every such indicator.
    """
    since = f"（与第{facts.corrected}版相比）" if facts.corrected else ""
    towns = {**registry.townships(), "district": "全区"}
    entering = tuple(
        (list_title(row["list"]), _called(towns, row["township9"]), str(row["now"]), str(row["entered"]),
         str(row["gone"]))
        for row in facts.lists
        if not facts.corrected or row["entered"] or row["gone"]
    )  # fmt: skip
    told = _moved if facts.corrected else _crossing
    lines = tuple(line for row in facts.indicators if (line := told(row, registry, period, towns)))
    tables = (
        TraceTable(f"名单变动{since}", _LISTS, entering),
        TraceTable(f"有变化的指标{since}" if facts.corrected else "越过目标值的指标", _FIGURES, lines),
    )
    if facts.corrected:
        return tables
    persons = tuple((_called(_KINDS, row["kind"]), str(row["persons"])) for row in facts.identities)
    return (*tables, TraceTable("人员身份变动", _PERSONS, persons))


def _moved(
    row: Mapping[str, Any], registry: Registry, period: Period, towns: Mapping[str, str]
) -> tuple[str, ...] | None:
    """A line for an indicator that is not what it was."""
    before, now = (f"{row[f'numerator{end}']}/{row[f'denominator{end}']}" for end in ("_before", ""))
    if before == now:
        return None
    indicator = next((one for one in registry.indicators if one.figure == row["name"]), None)
    return (
        indicator.title if indicator else row["name"],
        _called(towns, row["township9"]),
        before,
        now,
        "",
        "数值更正",
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
