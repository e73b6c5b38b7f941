"""The validation report's outer half: gathers a month's facts from ledger and lake once, renders and files the page.

What a publication's report says is fixed with the publication: the facts are kept in the lake under
the publication's fingerprint, so that the same generation gives the same bytes whenever it is asked for.
"""

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pyarrow as pa

from exchange.model.period import Period
from exchange.model.report import ROWS_SHOWN, AsideFacts, DeliveryFacts, JudgedFacts, ReportFacts, RuleRows, StageFacts
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint

_ZONE = ZoneInfo("Asia/Shanghai")
_TEMPLATE = "validation_report.html"
Record = dict[str, Any]


def report_facts(period: Period, services: Services) -> ReportFacts:
    """The facts of the month's newest generation as they were when they were first asked for; of a draft, as they are.

    Raises ServiceUnavailable when the database is away.
    """
    booked = services.ledger.generation(period)
    if booked is None:
        return _gather(period, services, None)
    name = f"report/{period}"
    fp = fingerprint("report", period, booked["generation"], booked["manifest_sha256"])
    if not services.lake.has(name, fp):
        services.lake.write(name, fp, {}, asdict(_gather(period, services, booked)) | {"period": str(period)})
    return _restored(period, services.lake.facts(name, fp))


def render(report: object) -> str:
    """The page for a view of `rules.report`: equal views give equal text."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("exchange.services", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = lambda number: f"{number:,}"
    environment.filters["percent"] = lambda share: f"{share * 100:.1f}%"
    return environment.get_template(_TEMPLATE).render(report=report)


def file_report(facts: ReportFacts, page: str, services: Services) -> Path:
    """Puts the page in its place below `home/reports/<period>/` (a draft: in `draft/` there); returns the path."""
    parts = ("reports", str(facts.period)) if facts.generation else ("reports", str(facts.period), "draft")
    target = services.settings.under(*parts) / f"validation_{facts.period}.html"
    _replace(target, page.encode("utf-8"))
    return target


def _restored(period: Period, kept: Mapping[str, Any]) -> ReportFacts:
    return ReportFacts(
        period=period,
        generation=int(kept["generation"]),
        stamps=tuple((label, value) for label, value in kept["stamps"]),
        deliveries=tuple(DeliveryFacts(**{**one, "rules": tuple(one["rules"])}) for one in kept["deliveries"]),
        findings=tuple(RuleRows(**one) for one in kept["findings"]),
        aside=tuple(AsideFacts(**{**one, "first_rows": tuple(one["first_rows"])}) for one in kept["aside"]),
        judged=tuple(JudgedFacts(**one) for one in kept["judged"]),
        stages=tuple(StageFacts(**one) for one in kept["stages"]),
    )


def _gather(period: Period, services: Services, booked: Mapping[str, Any] | None) -> ReportFacts:
    month = {"period": str(period)}
    until = booked["published_at"] if booked else None
    listed = _rows(services, "report/deliveries", month | {"until": until})
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(services, "report/dispositions", month):
        counts[row["delivery_id"]][row["disposition"]] = int(row["rows"])
    accepted = {source: _accepted(period, services, source) for source in sorted({row["source"] for row in listed})}
    readings = {name: seen for artefact in accepted.values() for name, seen in artefact.files.items()}
    aside = _rows(services, "report/set_aside", month | {"shown": ROWS_SHOWN})
    return ReportFacts(
        period=period,
        generation=int(booked["generation"]) if booked else 0,
        stamps=_stamps(period, booked, listed),
        deliveries=tuple(_delivery(row, counts.get(row["delivery_id"], {}), readings) for row in listed),
        findings=tuple(RuleRows(**row) for row in _rows(services, "report/findings", month)),
        aside=tuple(_aside(row) for row in aside),
        judged=tuple(_judged(accepted, _rows(services, "report/issues", month))),
        stages=tuple(StageFacts(**row) for row in _rows(services, "report/stages", month)),
    )


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


def _replace(target: Path, content: bytes) -> None:
    """Puts the page in place whole, and leaves an equal page alone."""
    if target.exists() and target.read_bytes() == content:
        return
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o640)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
