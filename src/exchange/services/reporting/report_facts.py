"""The validation report's facts: gathered once from ledger and lake, then fixed with the publication they describe.

What a publication's report says is kept in the lake under the publication's fingerprint, so that the same generation
gives the same bytes whenever it is asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from pydantic import TypeAdapter

from exchange.model.period import Period
from exchange.model.report import (
    MONTHS_SHOWN,
    ROWS_SHOWN,
    AsideFacts,
    ChangeFacts,
    CorrigendumFacts,
    DeliveryFacts,
    EarlierGeneration,
    FoundFacts,
    JudgedFacts,
    MonthTotals,
    PlaceFacts,
    ReopeningFacts,
    ReportFacts,
    RuleRows,
    StageFacts,
)
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.identity.linked import links_of_months
from exchange.services.lake import fingerprint
from exchange.services.reporting.changes import changes_of
from exchange.services.reporting.observations import months_observed, publication_observed
from exchange.services.reporting.sampling import results

_ZONE = ZoneInfo("Asia/Shanghai")
_SHAPE = 5
"""Of the kept facts; facts kept in another shape are gathered again."""

_KEPT = ("accept", "warn")
Record = dict[str, Any]


def report_facts(period: Period, registry: Registry, services: Services) -> ReportFacts:
    """The facts of the month's newest generation as they were when they were first asked for; of a draft, as they are.

    `registry` are the declarations that hold for the month. Raises ServiceUnavailable when the database is away.
    """
    booked = services.ledger.generation(period)
    if booked is None:
        return _gather(period, registry, services, None)
    name, fp = _kept(period, booked)
    if not services.lake.has(name, fp):
        services.lake.write(name, fp, {}, asdict(_gather(period, registry, services, booked)))
    return _restored(services, name, fp)


def _kept(period: Period, booked: Mapping[str, Any]) -> tuple[str, str]:
    """Name and fingerprint of the artefact that holds a generation's facts."""
    return f"report/{period}", fingerprint("report", _SHAPE, period, booked["generation"], booked["manifest_sha256"])


def _restored(services: Services, name: str, fp: str) -> ReportFacts:
    return TypeAdapter(ReportFacts).validate_python(services.lake.facts(name, fp))


def _gather(period: Period, registry: Registry, services: Services, booked: Mapping[str, Any] | None) -> ReportFacts:
    month = {"period": str(period)}
    shown = month | {"shown": ROWS_SHOWN}
    generation = int(booked["generation"]) if booked else 0
    listed = _rows(services, "report/deliveries", month | {"until": booked["published_at"] if booked else None})
    findings = tuple(RuleRows(**row) for row in _rows(services, "report/findings", month))
    deliveries = tuple(_deliveries(period, services, listed))
    accepted = {source: _accepted(period, services, source) for source in sorted({row["source"] for row in listed})}
    before = services.ledger.generation(period.previous())
    observed = months_observed(period, registry, services)
    if booked:
        observed += publication_observed(period, generation, registry, services)
    own = tuple(_totals(period, deliveries, findings))
    return ReportFacts(
        period=period,
        generation=generation,
        stamps=_stamps(period, booked, listed),
        deliveries=deliveries,
        findings=findings,
        aside=tuple(_aside(row) for row in _rows(services, "report/set_aside", shown)),
        judged=tuple(_judged(accepted, _rows(services, "report/issues", month))),
        stages=tuple(StageFacts(**row) for row in _rows(services, "report/stages", month)),
        places=tuple(_place(row) for row in _rows(services, "report/places", shown)),
        found=tuple(_found(row) for row in _rows(services, "report/found", shown)),
        observations=observed,
        months=(*_months_before(period, services), *own),
        figures=_figures(period, generation, services) if booked else (),
        earlier=_earlier(period, generation, services),
        config=str(booked["config_fingerprint"]) if booked else registry.fingerprint,
        earlier_config=str(before["config_fingerprint"]) if before else "",
        earlier_period=str(period.previous()) if before else "",
        links=tuple(links_of_months(period, services)),
        corrigenda=tuple(CorrigendumFacts(**row) for row in _rows(services, "report/corrigenda", month)),
        changes=_changes(period, generation, services) if booked else (),
        samples=_samples(period, booked["published_at"], services) if booked else (),
        reopenings=tuple(
            _reopening(row) for row in services.ledger.reopenings(period) if row["generation"] <= generation
        ),
    )


def _changes(period: Period, generation: int, services: Services) -> tuple[ChangeFacts, ...]:
    with services.warehouse.transaction() as conn:
        return changes_of(services.warehouse, services.ledger, conn, period, generation)


def _samples(period: Period, until: datetime, services: Services) -> tuple[Record, ...]:
    with services.warehouse.transaction() as conn:
        return tuple(results(services.warehouse, conn, period, until))


def _reopening(row: Record) -> ReopeningFacts:
    return ReopeningFacts(**{name: row[name] for name in ReopeningFacts.__dataclass_fields__})


def _deliveries(period: Period, services: Services, listed: list[Record]) -> Iterator[DeliveryFacts]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(services, "report/dispositions", {"period": str(period)}):
        counts[row["delivery_id"]][row["disposition"]] = int(row["rows"])
    sources = sorted({row["source"] for row in listed})
    readings = {name: seen for source in sources for name, seen in _accepted(period, services, source).files.items()}
    for row in listed:
        yield _delivery(row, counts.get(row["delivery_id"], {}), readings)


def _totals(period: Period, deliveries: Iterable[DeliveryFacts], findings: Iterable[RuleRows]) -> Iterator[MonthTotals]:
    """The month in three numbers per source, and its rules."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    for one in deliveries:
        rows[one.source].update(one.rows)
    for finding in findings:
        rules[finding.source][finding.rule] += finding.rows
    for source, counts in sorted(rows.items()):
        kept = sum(counts[word] for word in _KEPT)
        yield MonthTotals(
            str(period), source, counts.total(), kept, counts["quarantine"], dict(sorted(rules[source].items()))
        )


def _months_before(period: Period, services: Services) -> Iterator[MonthTotals]:
    """Totals of the published months before this one, oldest first; from their own kept facts where there are any."""
    earlier = [month for month in services.ledger.published_periods() if month < period]
    for month in sorted(earlier)[-(MONTHS_SHOWN - 1) :]:
        booked = services.ledger.generation(month)
        name, fp = _kept(month, booked or {"generation": 0, "manifest_sha256": ""})
        if services.lake.has(name, fp):
            yield from (one for one in _restored(services, name, fp).months if one.period == str(month))
            continue
        listed = _rows(services, "report/deliveries", {"period": str(month), "until": None})
        findings = [RuleRows(**row) for row in _rows(services, "report/findings", {"period": str(month)})]
        yield from _totals(month, _deliveries(month, services, listed), findings)


def _figures(period: Period, generation: int, services: Services) -> tuple[tuple[str, int], ...]:
    key = {"period": str(period), "generation": generation}
    return tuple((row["name"], int(row["value"])) for row in _rows(services, "report/key_figures", key))


def _earlier(period: Period, generation: int, services: Services) -> EarlierGeneration | None:
    """The generation before this one as its own report kept it; without kept facts only its figures are known."""
    known = _rows(services, "report/generations", {"period": str(period)})
    before = [row for row in known if int(row["generation"]) < generation]
    if not before:
        return None
    number = int(before[-1]["generation"])
    figures = _figures(period, number, services)
    name, fp = _kept(period, before[-1])
    if not services.lake.has(name, fp):
        return EarlierGeneration(number, (), figures, ())
    facts = _restored(services, name, fp)
    totals = tuple(one for one in facts.months if one.period == str(period))
    return EarlierGeneration(number, totals, figures, tuple((one.path, one.status) for one in facts.deliveries))


@dataclass(frozen=True)
class _Accepted:
    """One source's accepted artefact: delivery_id -> what the reader saw, rule -> findings of the expectations."""

    files: Mapping[str, Record]
    found: Mapping[str, int]


def _accepted(period: Period, services: Services, source: str) -> _Accepted:
    fp = services.ledger.fingerprint_of(period, "validate", source)
    name = f"accepted/{source}/{period}"
    if fp is None or not services.lake.has(name, fp):
        return _Accepted({}, {})
    files = {}
    frame = services.lake.read(name, fp, "deliveries")
    for row in pa.Table.from_pandas(frame, preserve_index=False).to_pylist():
        read_fp = str(row.get("fingerprint") or "")
        known = bool(read_fp) and services.lake.has(f"read/{source}", read_fp)
        files[row["delivery_id"]] = row | {"reading": services.lake.facts(f"read/{source}", read_fp) if known else {}}
    return _Accepted(files, services.lake.facts(name, fp).get("expectations", {}))


def _judged(accepted: Mapping[str, _Accepted], issues: list[Record]) -> Iterator[JudgedFacts]:
    """Every rule the expectations looked for, beside what the ledger books; rules of later stages are not theirs."""
    booked = {(row["source"], row["rule"]): int(row["booked"]) for row in issues}
    for source, artefact in accepted.items():
        for rule, found in sorted(artefact.found.items()):
            yield JudgedFacts(source, rule, int(found), booked.get((source, rule), 0))


def _delivery(row: Record, counts: Mapping[str, int], readings: Mapping[str, Record]) -> DeliveryFacts:
    seen = readings.get(row["delivery_id"], {})
    reading: Mapping[str, Any] = seen.get("reading", {})
    told = f"{row['rule']};{seen.get('rules') or ''}".split(";")
    names = ("delivery_id", "source", "unit_code", "file_period", "version", "path", "sha256", "status", "is_late")
    return DeliveryFacts(
        **{name: row[name] for name in names},
        rules=tuple(sorted({rule for rule in told if rule})),
        message=row["message"] or str(seen.get("message") or ""),
        rows=dict(sorted(counts.items())),
        physical_rows=_whole(seen.get("physical_rows")),
        read_rows=_whole(seen.get("read_rows")),
        container=str(reading.get("container") or ""),
        encoding=str(reading.get("encoding") or ""),
        sheets=len(reading["sheets"]) if reading.get("sheets") else None,
    )


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None


def _aside(row: Record) -> AsideFacts:
    numbers = tuple(int(number) for number in row["first_rows"].split())
    return AsideFacts(
        row["source"], row["unit_code"], row["file"], row["sheet"], row["rules"], int(row["rows"]), numbers
    )


def _place(row: Record) -> PlaceFacts:
    runs = tuple((int(first), int(last)) for first, last in (run.split("-") for run in row["runs"].split()))
    return PlaceFacts(row["delivery_id"], row["sheet"], row["disposition"], int(row["rows"]), runs)


def _found(row: Record) -> FoundFacts:
    numbers = tuple(int(number) for number in row["first_rows"].split())
    return FoundFacts(**{**row, "rows": int(row["rows"]), "kept": int(row["kept"]), "first_rows": numbers})


def _stamps(period: Period, booked: Mapping[str, Any] | None, listed: list[Record]) -> tuple[tuple[str, str], ...]:
    """When the intake ended and the month was published, and the fingerprints that identify it."""
    seen = [row["seen_at"] for row in listed]
    stamps = [("统计月份", period.chinese), ("收件截至", _moment(max(seen)) if seen else "本月未收到文件")]
    if booked is None:
        return (*stamps, ("状态", "草稿，尚未发布"))
    stamps += [
        ("发布时间", _moment(booked["published_at"])),
        ("版次", f"第 {booked['generation']} 版"),
        ("发布清单指纹", booked["manifest_sha256"]),
        ("约定文件指纹", booked["config_fingerprint"]),
        ("程序版本", booked["code_version"]),
    ]
    if booked["model_hash"]:
        stamps.append(("身份比对模型指纹", booked["model_hash"]))
    return tuple(stamps)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(_ZONE):%Y年%m月%d日 %H:%M}（北京时间）"


def _rows(services: Services, name: str, params: Mapping[str, Any]) -> list[Record]:
    """Rows of a statement as plain Python values."""
    with services.warehouse.transaction() as conn:
        frame = services.warehouse.query(conn, name, params)
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[column]).to_pylist() for column in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
