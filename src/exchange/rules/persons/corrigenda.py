"""What published months would have said, had they known who is who: told beside them, for they do not move."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from exchange.model.report import CorrigendumFacts
from exchange.registry.load import Registry

LISTS: Final[Mapping[str, str]] = {
    "inflow": "新增流入人员", "outflow": "流出及注销人员", "pregnant": "现孕妇女", "births": "本月分娩",
    "children_0_6": "0—6岁儿童", "missed": "漏管待核实", "missed_may": "漏管待核实（可能）", "served": "服务统计台账",
    "due": "应服务人员", "unserved": "有登未服人员", "handover": "服务接续", "verifying": "核实中",
    "changes": "变动", "archive": "综合档案", "regrouped": "归类变动", "whereabouts": "去向待查",
}  # fmt: skip
FLOWS: Final[Mapping[str, str]] = {
    "NEW": "新增", "LATE_REG": "补登", "MOVE_IN": "区内移入", "RETURN": "返回", "OUT": "流出", "MOVE_OUT": "区内移出",
    "CANCEL": "注销",
}  # fmt: skip
HEADINGS: Final = ("统计月份", "镇街", "名单或指标", "已发布计入", "应为")
FOUND: Final = ("统计月份", "镇街", "名单或指标", "其后查明", "人数")
"""Headings of `report_corrigenda`."""


def corrigenda(
    lines: Iterable[Mapping[str, Any]], townships: Mapping[str, str], indicators: Mapping[str, str], *, is_one: bool
) -> list[list[str]]:
    """Rows under HEADINGS for the published numbers that a decision touches.

    `lines`: rows of sql/review/effect. `is_one`: the two persons are one, so that what counts both counts one too
    many; else one person is two, so that what counts him counts one too few, or the wrong one.
    """
    rows = []
    for line in lines:
        counted = int(line["persons"])
        if is_one and counted < 2:
            continue
        rows.append([
            str(line["period"]), _place(str(line["township9"]), townships),
            _named(line, indicators), f"{counted}人", "1人" if is_one else "1人或2人",
        ])  # fmt: skip
    return rows


def _place(township9: str, townships: Mapping[str, str]) -> str:
    return "全区" if township9 == "district" else townships.get(township9, township9)


def _named(line: Mapping[str, Any], indicators: Mapping[str, str]) -> str:
    name = str(line["name"])
    if line["what"] == "list":
        return f"名单：{LISTS.get(name, name)}"
    if line["what"] == "flow":
        return f"变动平衡：{FLOWS.get(name, name)}"
    return f"指标：{name} {indicators.get(name, '')}".rstrip()


def report_corrigenda(facts: Iterable[CorrigendumFacts], registry: Registry) -> tuple[tuple[str, ...], ...]:
    """Rows of the report's 更正说明: month, township, number, what was found out since, persons concerned."""
    townships, indicators = registry.townships(), indicator_titles(registry)
    return tuple(
        (
            one.period,
            _place(one.township9, townships),
            _named({"what": one.what, "name": one.name}, indicators),
            "两人实为一人，重复计入" if one.is_one else "一人实为两人，少计或错计",
            f"{one.persons}人",
        )
        for one in facts
    )


def indicator_titles(registry: Registry) -> dict[str, str]:
    """Name in mart.figure -> the indicator's title."""
    return {one.figure or one.id: one.title for one in registry.indicators}
