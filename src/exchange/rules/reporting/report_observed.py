"""What the expectations about months and published tables say, with places in words a reader knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from exchange.model.report import Observation
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.reporting.report_rules import unit_anchor
from exchange.rules.reporting.wording import all_rules

_BELONGS = "|"
_KINDS = {"full": "全量表", "delta": "变动表", "events": "服务表"}
TABLES = {
    "balance": "人口变动平衡表",
    "list_entry": "各镇街名单",
    "figure": "指标与存量",
    "service_count": "服务人次",
    "unit_status": "单位报送情况",
    "volumes": "各单位报送行数",
    "sources": "各部门到位与证件号",
    "distributions": "代码列取值分布",
}


@dataclass(frozen=True)
class ObservedPlace:
    """One place an expectation was not met at; `anchor` leads to the rows of a sender."""

    name: str
    told: str
    anchor: str


@dataclass(frozen=True)
class ObservedLine:
    """One expectation: its rule, what it expects, how many entries were judged, where it was not met."""

    suite: str
    table: str
    rule: str
    title: str
    asks: str
    notes: str
    judged: int
    found: tuple[ObservedPlace, ...]


def observed_lines(observations: tuple[Observation, ...], registry: Registry) -> tuple[ObservedLine, ...]:
    """Every expectation about a month or a publication, in the order it was judged; equal ones in one line."""
    return tuple(_lines(observations, registry))


def _lines(observations: tuple[Observation, ...], registry: Registry) -> Iterator[ObservedLine]:
    rules = all_rules(registry)
    merged: dict[tuple[str, str, str, str], list[Observation]] = {}
    for one in observations:
        merged.setdefault((one.suite, one.table, one.rule, one.notes), []).append(one)
    for (suite, table, rule, notes), group in merged.items():
        places = sorted({place for one in group for place in one.found})
        yield ObservedLine(
            suite=suite,
            table=TABLES.get(table, table),
            rule=rule,
            title=rules[rule].title if rule in rules else rule,
            asks=rules[rule].asks if rule in rules else "",
            notes=notes,
            judged=group[0].judged,
            found=tuple(_place(table, place, told, registry) for place, told in places),
        )


def _place(table: str, place: str, told: str, registry: Registry) -> ObservedPlace:
    first, _, rest = place.partition(_BELONGS)
    source = registry.sources.get(first)
    if source is None:
        towns = registry.townships() | {"district": "全区"}
        return ObservedPlace(f"{towns.get(first, first)} {rest.replace(_BELONGS, ' ')}".strip(), told, "")
    second, _, kind = rest.partition(_BELONGS)
    if table == "distributions":
        field = source.field(second)
        return ObservedPlace(f"{source.agency} {field.title if field else second} {_KINDS.get(kind, kind)}", told, "")
    unit = registry.unit(source.code, second)
    name = " ".join(filter(None, (source.agency, unit.name if unit else second, _KINDS.get(kind, kind))))
    return ObservedPlace(name, told, unit_anchor(first, second) if second else "")


def remarks_for(
    source: Source, unit_code: str, observations: tuple[Observation, ...], registry: Registry
) -> tuple[str, ...]:
    """What a sender is told of its month as a whole: how many rows, how many were usual, what to check."""
    rules = all_rules(registry)
    remarks = []
    for one in observations:
        rule = rules.get(one.rule)
        for place, told in one.found:
            if rule and told and place.split(_BELONGS)[:2] == [source.name, unit_code]:
                kind = place.split(_BELONGS)[2] if place.count(_BELONGS) > 1 else ""
                remarks.append(f"{_KINDS.get(kind, kind)}{told}。{rule.asks}。")
    return tuple(remarks)
