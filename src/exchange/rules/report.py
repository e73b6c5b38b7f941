"""The validation report of a month as numbers and words: what came, what was judged by which rule, what was set aside.

Everything the page shows is decided here; the template adds nothing but ink. No value of a person comes in.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.model.period import Period
from exchange.model.report import ROWS_SHOWN, AsideFacts, DeliveryFacts, ReportFacts, StageFacts
from exchange.registry.load import Registry
from exchange.registry.spec import Source, Unit
from exchange.rules.report_rules import RuleLine, rule_lines

DISPOSITIONS = ("accept", "warn", "quarantine", "ignore", "file_rejected", "superseded")
"""What becomes of a data row, in the order the page shows it; together they are all data rows."""

_STATUS = {
    "received": "已接收",
    "unchanged": "已接收",
    "duplicate": "重复报送",
    "partial": "未收全",
    "rejected": "整表退回",
    "superseded": "已被新版替代",
    "held": "暂存待定",
}
_CONTAINERS = {
    "xlsx": "Excel 工作簿",
    "xls": "Excel 97 工作簿",
    "html": "网页表格",
    "csv": "CSV 文本",
    "tsv": "TSV 文本",
}
_ENCODINGS = {"utf-8-sig": "UTF-8（BOM）"}
_LONG_DIGITS = re.compile(r"\d{12,}[0-9Xx]?")


@dataclass(frozen=True)
class Tally:
    """Rows that add up: physical = other + data, data = the sum of `parts` (by disposition, in order)."""

    physical: int
    data: int
    parts: tuple[int, ...]

    @property
    def other(self) -> int:
        """Titles, headings, totals, blank lines, and rows of hidden or left-over sheets."""
        return self.physical - self.data

    @property
    def kept(self) -> int:
        """Rows that may move a figure."""
        return self.parts[0] + self.parts[1]

    @property
    def aside(self) -> int:
        """Rows waiting for a correction or a decision."""
        return self.parts[2]

    @property
    def share_aside(self) -> float:
        """Share of the data rows that was set aside, 0 to 1."""
        return self.parts[2] / self.data if self.data else 0.0


@dataclass(frozen=True)
class FileView:
    """One file as the page shows it."""

    name: str
    month: str
    status: str
    tone: str
    message: str
    fingerprint: str
    container: str
    encoding: str
    sheets: str
    tally: Tally


@dataclass(frozen=True)
class UnitView:
    """One expected sender (or one that nobody expected): its state and files."""

    code: str
    name: str
    township: str
    state: str
    tone: str
    files: tuple[FileView, ...]
    tally: Tally


@dataclass(frozen=True)
class AsideView:
    """Row numbers set aside on one sheet for one set of rules."""

    file: str
    sheet: str
    rules: str
    rows: int
    shown: str
    hidden: int


@dataclass(frozen=True)
class AgencyView:
    """One agency: its senders, what they add up to, and what was set aside."""

    title: str
    agency: str
    units: tuple[UnitView, ...]
    tally: Tally
    states: Mapping[str, int]
    files: int
    late_files: int
    aside: tuple[AsideView, ...]

    def names(self, state: str) -> tuple[str, ...]:
        """Names of the senders in one state."""
        return tuple(unit.name for unit in self.units if unit.state == state)

    @property
    def late(self) -> tuple[str, ...]:
        """Senders whose file of an earlier month was booked this month, with that month."""
        return tuple(f"{unit.name}（{file.month}）" for unit in self.units for file in unit.files if file.month)


@dataclass(frozen=True)
class Check:
    """Two counts of the same thing, and whether they are equal."""

    agency: str
    what: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """True when both sides are equal."""
        return self.left == self.right


@dataclass(frozen=True)
class ReportView:
    """The page."""

    title: str
    county: str
    month: str
    period: str
    generation: int
    stamps: tuple[tuple[str, str], ...]
    agencies: tuple[AgencyView, ...]
    tally: Tally
    states: Mapping[str, int]
    rules: tuple[RuleLine, ...]
    silent_rules: tuple[str, ...]
    checks: tuple[Check, ...]
    stages: tuple[tuple[str, StageFacts], ...]


REPORTED, ZERO, MISSING, REJECTED, PARTIAL, HELD = "已报", "零报告", "缺报", "退回未重报", "未收全", "暂存待定"
STATES = (REPORTED, ZERO, MISSING, REJECTED, PARTIAL, HELD)
_STATE_TONES = {REPORTED: "good", ZERO: "plain", MISSING: "bad", REJECTED: "bad", PARTIAL: "warn", HELD: "warn"}
_STATUS_TONES = {"received": "good", "unchanged": "good", "rejected": "bad", "partial": "warn", "held": "warn"}


def report_view(facts: ReportFacts, registry: Registry) -> ReportView:
    """The page of a month: every expected sender, every file, every rule, and sums that add up."""
    agencies = tuple(_agency(source, facts, registry) for source in registry.sources.values())
    states: Counter[str] = Counter()
    for agency in agencies:
        states.update(agency.states)
    told = rule_lines(facts.findings, facts.deliveries, registry)
    tally = _sum(agency.tally for agency in agencies)
    return ReportView(
        title="流动人口基本公共卫生计生服务信息交换数据核验报告",
        county=_county(registry),
        month=facts.period.chinese,
        period=str(facts.period),
        generation=facts.generation,
        stamps=facts.stamps,
        agencies=agencies,
        tally=tally,
        states={state: states[state] for state in STATES},
        rules=tuple(line for line in told if line.total or line.files),
        silent_rules=tuple(f"{line.id} {line.title}" for line in told if not line.total and not line.files),
        checks=_checks(facts, agencies, registry),
        stages=tuple((STAGES.get(stage.stage, stage.stage), stage) for stage in facts.stages),
    )


def _county(registry: Registry) -> str:
    codes = Counter(unit.township9[:6] for unit in registry.units)
    if not codes:
        return ""
    code = min(codes, key=lambda one: (-codes[one], one))
    city = registry.divisions.cities.get(code[:4], "")
    return (city if city.endswith(("市", "州", "盟", "地区")) else "") + (registry.divisions.area(code) or code)


def _agency(source: Source, facts: ReportFacts, registry: Registry) -> AgencyView:
    files: dict[str, list[DeliveryFacts]] = defaultdict(list)
    for delivery in facts.deliveries:
        if delivery.source == source.name:
            files[delivery.unit_code].append(delivery)
    expected = registry.senders(source)
    units = [_unit(unit, files.pop(unit.unit_code, []), facts.period) for unit in expected]
    units += [_stranger(code, own, facts.period) for code, own in sorted(files.items())]
    names = {unit.unit_code: unit.name for unit in expected}
    own_files = [file for unit in units for file in unit.files]
    return AgencyView(
        title=source.title,
        agency=source.agency,
        units=tuple(units),
        tally=_sum(unit.tally for unit in units),
        states=Counter(unit.state for unit in units if unit.code in names),
        files=len(own_files),
        late_files=sum(bool(file.month) for file in own_files),
        aside=tuple(_aside(one) for one in facts.aside if one.source == source.name),
    )


def _unit(unit: Unit, deliveries: Sequence[DeliveryFacts], period: Period) -> UnitView:
    state = _state([one for one in deliveries if one.file_period == str(period)])
    files = tuple(_file(one, period) for one in sorted(deliveries, key=lambda one: (one.file_period, one.path)))
    return UnitView(
        unit.unit_code, unit.name, unit.township_name, state, _STATE_TONES[state], files,
        _sum(file.tally for file in files),
    )  # fmt: skip


def _stranger(code: str, deliveries: Sequence[DeliveryFacts], period: Period) -> UnitView:
    files = tuple(_file(one, period) for one in sorted(deliveries, key=lambda one: one.path))
    tally = _sum(file.tally for file in files)
    return UnitView(code, f"名录外单位 {_safe(code)}", "", "名录外", "warn", files, tally)


def _state(deliveries: Sequence[DeliveryFacts]) -> str:
    """The state of a sender by its files of the month itself: a file that was taken outweighs any other."""
    found = {one.status for one in deliveries}
    taken = [one for one in deliveries if one.status in ("received", "unchanged")]
    if taken:
        return REPORTED if any(sum(one.rows.values()) for one in taken) else ZERO
    for status, state in (("partial", PARTIAL), ("held", HELD), ("rejected", REJECTED)):
        if status in found:
            return state
    return MISSING


def _file(one: DeliveryFacts, period: Period) -> FileView:
    return FileView(
        name=_safe(one.path.rsplit("/", 1)[-1]),
        month=one.file_period if one.file_period and one.file_period != str(period) else "",
        status=_STATUS.get(one.status, one.status),
        tone=_STATUS_TONES.get(one.status, "plain"),
        message="" if one.status == "received" and not one.is_late and not one.rules else _safe(one.message),
        fingerprint=one.sha256[:12],
        container=_CONTAINERS.get(one.container, one.container) or "—",
        encoding=_ENCODINGS.get(one.encoding.lower(), one.encoding.upper()),
        sheets="—" if one.sheets is None else str(one.sheets),
        tally=_tally(one),
    )


def _tally(one: DeliveryFacts) -> Tally:
    parts = tuple(one.rows.get(disposition, 0) for disposition in DISPOSITIONS)
    data = sum(one.rows.values())
    return Tally(max(one.physical_rows or 0, 0) or data, data, parts)


def _sum(tallies: Iterable[Tally]) -> Tally:
    listed = list(tallies)
    columns = zip(*(tally.parts for tally in listed), strict=True) if listed else ((0,) for _ in DISPOSITIONS)
    return Tally(
        sum(tally.physical for tally in listed), sum(tally.data for tally in listed), tuple(sum(one) for one in columns)
    )


def _aside(one: AsideFacts) -> AsideView:
    shown = sorted(one.first_rows)[:ROWS_SHOWN]
    return AsideView(
        _safe(one.path), _safe(one.sheet), one.rules.replace(";", "、"), one.rows, ranges(shown), one.rows - len(shown)
    )


def ranges(rows: Sequence[int]) -> str:
    """Row numbers in order, runs joined: [3, 4, 5, 9] -> `3–5、9`."""
    parts: list[tuple[int, int]] = []
    for row in rows:
        if parts and parts[-1][1] == row - 1:
            parts[-1] = (parts[-1][0], row)
        else:
            parts.append((row, row))
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in parts)


def _safe(text: str) -> str:
    """A name or message with any run of digits as long as an identity number blotted out but for its ends."""
    return _LONG_DIGITS.sub(lambda found: found[0] if len(found[0]) <= 12 else f"{found[0][:3]}…{found[0][-1]}", text)


def _checks(facts: ReportFacts, agencies: Sequence[AgencyView], registry: Registry) -> tuple[Check, ...]:
    """Sums that were counted in two places: by the reader, the expectations, the stages, and in the ledger."""
    checks = []
    for source, agency in zip(registry.sources.values(), agencies, strict=True):
        own = [one for one in facts.deliveries if one.source == source.name]
        judged = [one for one in facts.judged if one.source == source.name]
        receipt = next((one for one in facts.stages if (one.stage, one.subject) == ("validate", source.name)), None)
        total, name = agency.tally, agency.agency
        checks.append(
            Check(name, "读取时数出的数据行 = 台账登记的数据行", sum(one.read_rows or 0 for one in own), total.data)
        )
        checks.append(Check(name, "登记的数据行 = 六种去向之和", total.data, sum(total.parts)))
        if receipt is not None:
            checks.append(Check(name, "核验环节收到的行 = 登记的数据行", receipt.rows_in, total.data))
            checks.append(Check(name, "核验环节通过的行 = 接受 + 提示", receipt.rows_out, total.kept))
        checks.append(Check(name, "索引列出的搁置行 = 搁置", sum(one.rows for one in agency.aside), total.aside))
        found, booked = sum(one.found for one in judged), sum(one.booked for one in judged)
        checks.append(Check(name, "核验规则检出的问题 = 台账登记的问题", found, booked))
    return tuple(checks)


STAGES = {
    "land": "收件",
    "read": "读取",
    "validate": "核验",
    "resolve": "身份核对",
    "publish": "发布",
    "notify": "通报",
}
"""What the stages are called where an auditor reads."""
