"""The monthly report: what its lines are counted from, what every cell says, and what must add up before it leaves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from exchange.registry.spec_indicators import ReportLine
from exchange.rules.indicators import percent

Counts = Mapping[str, Mapping[str, int | None]]
"""Line -> hukou, migrant, ge6m and the same with _year; None is: nobody reported it."""

NOT_REPORTED: Final = "未报"
NOT_APPLICABLE: Final = "—"
NOT_COMPUTABLE: Final = "不可计算"
SMALLEST: Final = 3
"""Smaller counts of a sensitive service are printed as `<3`."""

_PEOPLE = ("hukou", "migrant", "ge6m")
_PARTS = (
    ("certificates_have", "certificates_due", "已建证＞应建证"),
    ("doses_met", "doses_due", "有接种记录＞应种剂次"),
    ("doses_caught_up", "doses_given", "补种＞实种"),
    ("booked_early", "booked", "孕13周前建册＞新建册"),
    ("children_managed", "children_due", "健康管理人数＞应管理人数"),
    ("cases_in_time", "cases_reported", "及时＞报告"),
    ("cases_reported", "cases", "报告＞登记"),
)


def parameters(lines: Sequence[ReportLine]) -> dict[str, list[str]]:
    """What the statements of the report bind: the lines that count services, code by code, and the kinds of lines."""
    coded = [(line, code) for line in lines for code in line.codes if not line.reason]
    kinds: dict[str, list[str]] = {"events": [], "stock": [], "opening": []}
    for line in lines:
        if line.counts in kinds:
            kinds[line.counts].append(line.name)
    return {
        "line_names": [line.name for line, _ in coded],
        "line_codes": [code for _, code in coded],
        "line_counts": [line.counts for line, _ in coded],
        "line_onlys": [line.only for line, _ in coded],
        "event_lines": kinds["events"],
        "stock_lines": kinds["stock"],
        "opening_lines": kinds["opening"],
    }


def report_rows(
    lines: Sequence[ReportLine], counts: Counts, sensitive: Sequence[str], *, is_district: bool
) -> list[dict[str, Any]]:
    """The report's rows: block, title, unit, and for month and year the four columns as a clerk reads them.

    Small counts of classes in `sensitive` are `<3`, their total leaves as much open, and a part that all but few
    are in is not printed. Their year is printed for the district only: two years that follow each other would give
    the month away.
    """
    rows = []
    wholes = {part: next(line for line in lines if line.name == whole) for part, whole in _parts_of(lines)}
    for line in lines:
        is_closed = any(code[:2] in sensitive for code in line.codes)
        row: dict[str, Any] = {"block": line.block, "title": line.title, "unit": line.unit}
        for suffix in ("", "_year"):
            told = _cells(line, counts, suffix)
            if is_closed:
                whole = _cells(wholes[line.name], counts, suffix) if line.name in wholes else {}
                told = _hide(told, whole) if not suffix or is_district else dict.fromkeys(told, NOT_APPLICABLE)
            row |= {name + suffix: value for name, value in told.items()}
        rows.append(row)
    return rows


def problems(lines: Sequence[ReportLine], counts: Counts, earlier: Counts) -> list[str]:
    """Why the report may not leave, in Chinese without a person; `earlier` is last month's report of the same year."""
    found = []
    for suffix in ("", "_year"):
        for people in _PEOPLE:
            found += _sums(counts, people + suffix)
    for name in {name for line in counts.values() for name in line} & {f"{people}_year" for people in _PEOPLE}:
        people = name.removesuffix("_year")
        for line in lines:
            if line.counts == "events" and line.name in counts:
                now, before = counts[line.name], earlier.get(line.name, {})
                if (now.get(name) or 0) != (now.get(people) or 0) + (before.get(name) or 0):
                    found.append(f"{line.title.strip('　')}：本年累计≠上月累计＋本月")
    return sorted(set(found))


def _sums(counts: Counts, column: str) -> list[str]:
    """The row checks within one column; a line nobody reported is in no sum."""

    def get(name: str) -> int | None:
        return counts.get(name, {}).get(column)

    def told(*names: str) -> list[int] | None:
        values = [get(name) for name in names]
        return None if any(value is None for value in values) else [value for value in values if value is not None]

    found = []
    if (values := told("opening", "inflow", "outflow", "cancel", "closing")) is not None:
        opening, came, gone, cancelled, closing = values
        if opening + came - gone - cancelled != closing:
            found.append("月初数＋流入－流出－注销≠月末数")
    if (values := told("inflow", "new", "late_reg", "move_in", "return")) is not None and values[0] != sum(values[1:]):
        found.append("本月流入≠新增＋补登＋区内移入＋返回")
    for parts, says in (
        (("male", "female", "sex_unknown"), "男＋女＋性别不明≠月末数"),
        (("inter_province", "inter_city", "inter_county"), "跨省＋省内跨市＋市内跨县≠月末数"),
    ):
        values = told("closing", *parts)
        if values is not None and values[0] != sum(values[1:]):
            found.append(says)
    found += _larger_parts(told)
    if column.startswith("ge6m"):
        everybody = column.replace("ge6m", "migrant")
        for name, line in counts.items():
            if name != "records_due" and (line.get(column) or 0) > (line.get(everybody) or 0):
                found.append("居住满6个月＞流动人口")
    return found


def _larger_parts(told: Callable[..., list[int] | None]) -> list[str]:
    """Parts that are larger than what they are a part of."""
    values = ((told(smaller, larger), says) for smaller, larger, says in _PARTS)
    return [says for pair, says in values if pair is not None and pair[0] > pair[1]]


def _cells(line: ReportLine, counts: Counts, suffix: str) -> dict[str, Any]:
    """hukou, migrant, ge6m, total: a number, or the word that stands for none."""
    if line.reason:
        return dict.fromkeys((*_PEOPLE, "total"), NOT_COMPUTABLE)
    if line.share_of:
        done, due = (counts.get(name, {}) for name in line.share_of)
        cells = {
            people: _share(done.get(people + suffix), due.get(people + suffix)) if people in line.over else None
            for people in _PEOPLE
        }
        return {name: NOT_APPLICABLE if value is None else value for name, value in cells.items()} | {
            "total": NOT_REPORTED if "hukou" in line.over else NOT_APPLICABLE
        }
    own = counts.get(line.name, {})
    told: dict[str, Any] = {people: own.get(people + suffix) for people in _PEOPLE}
    parts = [told[people] for people in ("hukou", "migrant") if people in line.over]
    if line.only_when_sent and not any(part for part in parts):
        told, parts = dict.fromkeys(_PEOPLE), [None]
    known = parts and all(part is not None for part in parts)
    total = sum(parts) if known else NOT_REPORTED if parts else NOT_APPLICABLE
    return {
        people: NOT_APPLICABLE if people not in line.over else NOT_REPORTED if value is None else value
        for people, value in told.items()
    } | {"total": total}


def _share(done: int | None, due: int | None) -> str:
    return NOT_REPORTED if done is None or due is None else percent(done, due)


def _parts_of(lines: Sequence[ReportLine]) -> list[tuple[str, str]]:
    names = {line.name for line in lines}
    return [(part, whole) for part, whole, _ in _PARTS if {part, whole} <= names]


def _hide(told: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Small counts as `<3`; a total made of one says no more than its parts do, nor does a part of `whole`."""
    shown = dict(told)
    parts = [told[name] for name in ("hukou", "migrant")]
    small = [part for part in parts if isinstance(part, int) and 0 < part < SMALLEST]
    for name, value in told.items():
        if isinstance(value, int) and 0 < value < SMALLEST:
            shown[name] = f"<{SMALLEST}"
    if small and isinstance(told["total"], int) and told["total"] >= SMALLEST:
        known = told["total"] - sum(small)
        shown["total"] = f"{known + len(small)}—{known + len(small) * (SMALLEST - 1)}"
    few = [name for name, value in told.items() if _is_all_but_few(value, whole.get(name))]
    return shown | dict.fromkeys([*few, "total"] if few else (), NOT_APPLICABLE)


def _is_all_but_few(part: Any, whole: Any) -> bool:
    return isinstance(part, int) and isinstance(whole, int) and 0 < whole - part < SMALLEST
