"""Balances and differences as rows to print: what each group opened with, gained, lost and closed with, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from exchange.registry.spec_indicators import Indicator, ReportLine

GROUPS: Final = {
    "all": "全部流动人口",
    "children_0_6": "0—6岁儿童",
    "women_15_49": "15—49岁妇女",
    "aged_65": "65岁及以上",
}
_LISTS: Final = {"missed": "漏管待核实", "pregnant": "现孕妇女", "births": "本月分娩"}
_LINES: Final = {"must": "漏管待核实（号码有效）", "may": "漏管待核实（缺号码）", **_LISTS}
_WHY: Final = {
    "several": "同一人（孕产、服务）在几个镇街出现，各镇街各计一次，全区只计一次",
    "moved": "区内移动在两个镇街各计一次流入、流出，全区人口不增不减",
    "joined": "移动后户籍地与居住地的关系改变，进入或离开流动人口口径",
}


def balance_rows(balances: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row per group in house order: opening, inflow, move_in, outflow, move_out, cancel, aged, corrected, closing."""
    found = {str(row["group_name"]): row for row in balances}
    return [{**found[name], "group": title} for name, title in GROUPS.items() if name in found]


def difference_rows(
    differences: Iterable[Mapping[str, Any]],
    indicators: Sequence[Indicator],
    lines: Sequence[ReportLine],
    sensitive: Sequence[str],
) -> list[dict[str, Any]]:
    """A row per number of the district that is not the sum of its townships': title, both numbers, by how much, why.

    Numbers of the `sensitive` classes are left out: a difference of few people would tell of them.
    """
    own = [one for one in indicators if one.figure and not one.sensitive]
    titles = {f"figure/{one.figure}": f"{one.id} {one.title}（分子）" for one in own}
    titles |= {f"figure/missed/{name}": title for name, title in _LINES.items()}
    open_lines = [line for line in lines if not any(code[:2] in sensitive for code in line.codes)]
    titles |= {f"report/{line.name}": f"月报表：{line.title}" for line in open_lines}
    titles |= {"moves": "区内移动（人次）", "moves/scope": "区内移动：移入减移出（流动人口口径）"}
    return [
        {
            "title": titles[row["line"]],
            "townships": row["townships"],
            "district": row["district"],
            "beyond": row["townships"] - row["district"],
            "why": _WHY[row["why"]],
        }
        for row in differences
        if row["line"] in titles
    ]
