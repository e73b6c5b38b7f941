"""The validation report of a month as numbers and words: what came, what was judged by which rule, what was set aside.

Everything the page shows is decided here; the template adds nothing but ink. No value of a person comes in.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.model.period import Period
from exchange.model.report import ROWS_SHOWN, AsideFacts, DeliveryFacts, ReopeningFacts, ReportFacts, StageFacts
from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.registry.spec import Source, Unit
from exchange.rules.persons.corrigenda import report_corrigenda
from exchange.rules.reporting.month_changes import changed
from exchange.rules.reporting.report_compare import Comparison, compared
from exchange.rules.reporting.report_links import LinksView, links_view
from exchange.rules.reporting.report_observed import ObservedLine, observed_lines
from exchange.rules.reporting.report_places import References, RowReferences, ranges
from exchange.rules.reporting.report_rules import RuleLine, rule_lines, unit_anchor
from exchange.rules.reporting.report_trends import Trends, trends
from exchange.rules.reporting.report_words import (
    CONTAINERS,
    DISPOSITION_WORDS,
    ENCODINGS,
    HELD,
    MISSING,
    PARTIAL,
    REJECTED,
    REPORTED,
    STAGES,
    STATE_TONES,
    STATES,
    STATUS_TONES,
    STATUS_WORDS,
    ZERO,
    safe,
)
from exchange.rules.reporting.rulebook import Change, rulebook_changes
from exchange.rules.reporting.sampling import result_table
from exchange.rules.reporting.wording import all_rules

DISPOSITIONS = tuple(DISPOSITION_WORDS)
"""What becomes of a data row, in the order the page shows it; together they are all data rows."""


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
    references: RowReferences


@dataclass(frozen=True)
class UnitView:
    """One expected sender (or one that nobody expected): its state and files; `anchor` leads to its rows."""

    code: str
    anchor: str
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
    """One agency: its senders, what they add up to, and what was set aside; `name` is its source's."""

    name: str
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
class RuleBook:
    """What changed in the declarations since the month before; `known` is False when that month cannot be compared."""

    since: str
    known: bool
    changes: tuple[Change, ...]


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
    trends: Trends
    rules: tuple[RuleLine, ...]
    silent_rules: tuple[str, ...]
    observed: tuple[ObservedLine, ...]
    comparison: Comparison | None
    rulebook: RuleBook
    checks: tuple[Check, ...]
    stages: tuple[tuple[str, StageFacts], ...]
    links: LinksView | None
    corrigenda: tuple[tuple[str, ...], ...]
    changes: tuple[TraceTable, ...]
    reopenings: tuple[ReopeningFacts, ...]
    samples: TraceTable


def report_view(facts: ReportFacts, registry: Registry, earlier: Registry | None = None) -> ReportView:
    """The page of a month: every expected sender, every file, every rule, and sums that add up.

    `registry` are the declarations of the month, `earlier` those of the month before (None: not known).
    """
    references = References(facts.places, facts.found, all_rules(registry))
    agencies = tuple(_agency(source, facts, registry, references) for source in registry.sources.values())
    states: Counter[str] = Counter()
    for agency in agencies:
        states.update(agency.states)
    told = rule_lines(facts.findings, facts.deliveries, registry)
    observed = observed_lines(facts.observations, registry)
    silent = [line for line in told if not line.total and not line.files]
    spoken = {line.rule for line in observed}
    return ReportView(
        title="流动人口基本公共卫生计生服务信息交换数据核验报告",
        county=_county(registry),
        month=facts.period.chinese,
        period=str(facts.period),
        generation=facts.generation,
        stamps=facts.stamps,
        agencies=agencies,
        tally=_sum(agency.tally for agency in agencies),
        states={state: states[state] for state in STATES},
        trends=trends(facts.months, registry, str(facts.period)),
        rules=tuple(line for line in told if line.total or line.files),
        silent_rules=tuple(f"{line.id} {line.title}" for line in silent if line.id not in spoken),
        observed=observed,
        comparison=compared(facts, registry),
        rulebook=_rulebook(facts, registry, earlier),
        checks=_checks(facts, agencies, registry),
        stages=tuple((STAGES.get(stage.stage, stage.stage), stage) for stage in facts.stages),
        links=links_view(facts.links, registry),
        corrigenda=report_corrigenda(facts.corrigenda, registry),
        changes=tuple(table for one in facts.changes for table in changed(one, registry, facts.period)),
        reopenings=facts.reopenings,
        samples=result_table(facts.samples, registry),
    )


def _rulebook(facts: ReportFacts, registry: Registry, earlier: Registry | None) -> RuleBook:
    since = Period.parse(facts.earlier_period).chinese if facts.earlier_period else ""
    if earlier is None or not since:
        return RuleBook(since, False, ())
    return RuleBook(since, True, rulebook_changes(registry, earlier, facts.period))


def _county(registry: Registry) -> str:
    codes = Counter(unit.township9[:6] for unit in registry.units)
    if not codes:
        return ""
    code = min(codes, key=lambda one: (-codes[one], one))
    city = registry.divisions.cities.get(code[:4], "")
    return (city if city.endswith(("市", "州", "盟", "地区")) else "") + (registry.divisions.area(code) or code)


def _agency(source: Source, facts: ReportFacts, registry: Registry, references: References) -> AgencyView:
    files: dict[str, list[DeliveryFacts]] = defaultdict(list)
    for delivery in facts.deliveries:
        if delivery.source == source.name:
            files[delivery.unit_code].append(delivery)
    expected = registry.senders(source)
    views = _Views(source, facts.period, references)
    units = [views.unit(unit, files.pop(unit.unit_code, [])) for unit in expected]
    units += [views.stranger(code, own) for code, own in sorted(files.items())]
    names = {unit.unit_code for unit in expected}
    own_files = [file for unit in units for file in unit.files]
    return AgencyView(
        name=source.name,
        title=source.title,
        agency=source.agency,
        units=tuple(units),
        tally=_sum(unit.tally for unit in units),
        states=Counter(unit.state for unit in units if unit.code in names),
        files=len(own_files),
        late_files=sum(bool(file.month) for file in own_files),
        aside=tuple(_aside(one) for one in facts.aside if one.source == source.name),
    )


@dataclass(frozen=True)
class _Views:
    """Makes the views of one source's senders and files."""

    source: Source
    period: Period
    references: References

    def unit(self, unit: Unit, deliveries: Sequence[DeliveryFacts]) -> UnitView:
        """An expected sender."""
        state = _state([one for one in deliveries if one.file_period == str(self.period)])
        files = tuple(self.file(one) for one in sorted(deliveries, key=lambda one: (one.file_period, one.path)))
        anchor, tally = unit_anchor(self.source.name, unit.unit_code), _sum(file.tally for file in files)
        return UnitView(unit.unit_code, anchor, unit.name, unit.township_name, state, STATE_TONES[state], files, tally)

    def stranger(self, code: str, deliveries: Sequence[DeliveryFacts]) -> UnitView:
        """A sender nobody expected."""
        files = tuple(self.file(one) for one in sorted(deliveries, key=lambda one: one.path))
        anchor, tally = unit_anchor(self.source.name, code), _sum(file.tally for file in files)
        return UnitView(safe(code), anchor, f"名录外单位 {safe(code)}", "", "名录外", "warn", files, tally)

    def file(self, one: DeliveryFacts) -> FileView:
        """One file."""
        return FileView(
            name=safe(one.path.rsplit("/", 1)[-1]),
            month=one.file_period if one.file_period and one.file_period != str(self.period) else "",
            status=STATUS_WORDS.get(one.status, one.status),
            tone=STATUS_TONES.get(one.status, "plain"),
            message="" if one.status == "received" and not one.is_late and not one.rules else safe(one.message),
            fingerprint=one.sha256[:12],
            container=CONTAINERS.get(one.container, one.container) or "—",
            encoding=ENCODINGS.get(one.encoding.lower(), one.encoding.upper()),
            sheets="—" if one.sheets is None else str(one.sheets),
            tally=_tally(one),
            references=self.references.of(one.delivery_id, self.source),
        )


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
        safe(one.path), safe(one.sheet), one.rules.replace(";", "、"), one.rows, ranges(shown), one.rows - len(shown)
    )


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
