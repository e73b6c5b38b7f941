"""Check: one file judged with the month's own reader and rules, before it is sent and without any installation."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from exchange.model.errors import DeliveryError
from exchange.model.period import Period
from exchange.model.words import KEPT
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.services.lake import Lake
from exchange.services.suites import prepare
from exchange.services.transports.names import DeliveryName, parse_name
from exchange.stages.read import read_file
from exchange.stages.validate import judge_files
from exchange.stages.validate.accepted import deliveries_of, typed_rows

_SHOWN = 200
"""Problem rows that are printed one by one; the rest is counted."""

_TABLES: Final = ("rows", "issues", "deliveries")


@dataclass(frozen=True)
class Verdict:
    """What a sender is told: lines in Chinese, and whether every row would be taken."""

    lines: tuple[str, ...]
    fine: bool


def check_file(path: Path, source_name: str | None, registry: Registry) -> Verdict:
    """Judge one file. Its name tells source, unit and month; `source_name` overrides the source.

    Raises DeliveryError when there is no such file or its name does not say what it is.
    """
    name = parse_name(path.name)
    source = _source(name, source_name, registry)
    if name is None or source is None:
        raise DeliveryError(
            f"{path.name} 不是约定的文件名",
            remedy="文件名应为 单位代码_PS|HR|PH_2026-10_full|delta|events_v1.xlsx 的样式。",
        )
    suites = Thread(target=prepare, daemon=True)
    suites.start()  # while the reading process works
    month = Period.parse(name.period)
    table, facts = read_file(path, registry.source_in(source.name, month), month)
    suites.join()
    return verdict_of(source, facts, judge_one(path, name, source, registry, table, facts), registry)


def judge_one(
    path: Path, name: DeliveryName, source: Source, registry: Registry, table: pa.Table, facts: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """A file as read, judged: `rows`, `issues` and `deliveries` as `validate` leaves them in the lake."""
    month = Period.parse(name.period)
    with tempfile.TemporaryDirectory(prefix="exchange-check-") as folder:
        lake = Lake(Path(folder))
        lake.write(f"read/{source.name}", "file", {"rows": table}, dict(facts))
        files = deliveries_of([_entry(path, name, facts)], [_booked(name, facts)])
        tables, _ = judge_files(source, typed_rows(source, files, registry, month, lake), files, registry)
        lake.write("judged", "file", {key: tables[key] for key in _TABLES}, {})
        return {key: lake.read("judged", "file", key) for key in _TABLES}


def verdict_of(
    source: Source, facts: Mapping[str, Any], judged: Mapping[str, pd.DataFrame], registry: Registry
) -> Verdict:
    """What to tell the sender of a file that was read (`facts`) and judged (`judged`)."""
    told = [f"【提示】{finding['message']}" for finding in facts["findings"] if not finding["rule"]]
    if facts["outcome"] != "ok":
        rule = registry.rules[facts["outcome"]]
        refused = f"【退回】{rule.id} {rule.title}：{facts['message'] or rule.says}"
        return Verdict((refused, f"　怎么改：{rule.asks}", *told), False)
    lines = [*_lines(source, judged, registry), *told]
    whole = judged["deliveries"]["status"].iloc[0] == "rejected"
    return Verdict(tuple(lines), not whole and set(judged["rows"]["disposition"]) <= {"accept"})


def _source(name: DeliveryName | None, wanted: str | None, registry: Registry) -> Source | None:
    if wanted is not None:
        return registry.sources.get(wanted)
    return next((source for source in registry.sources.values() if name and source.code == name.code), None)


def _entry(path: Path, name: DeliveryName, facts: Mapping[str, Any]) -> dict[str, Any]:
    told = {
        key: facts[key] for key in ("outcome", "message", "physical_rows", "data_rows", "control_total", "zero_report")
    }
    known = {"delivery_id": "file", "fingerprint": "file", "sha256": "", "path": path.name}
    return {**told, **known, "unit_code": name.unit_code, "file_period": name.period}


def _booked(name: DeliveryName, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "delivery_id": "file", "version": name.version, "kind": name.kind, "is_late": False,
        "status": "received", "rule": None, "message": None,
    }  # fmt: skip


def _lines(source: Source, judged: Mapping[str, pd.DataFrame], registry: Registry) -> Iterator[str]:
    """Summary first, then one line per problem: sheet, row, column, rule, what to do. Never a value."""
    rows, issues, file = judged["rows"], judged["issues"], judged["deliveries"].iloc[0]
    counts = Counter(rows["disposition"])
    kept = sum(counts[word] for word in KEPT)
    yield f"{file['file']}：数据行 {len(rows)}，可入库 {kept}（其中提醒 {counts['warn']}），须改正 {len(rows) - kept}"
    for rule_id in str(file["rules"] or "").split(";"):
        if rule_id in registry.rules:
            yield f"【整表】{rule_id} {registry.rules[rule_id].says}：{registry.rules[rule_id].asks}"
    titles = {field.name: field.title for field in source.fields}
    places = {
        row_id: (sheet, row) for row_id, sheet, row in zip(rows["row_id"], rows["sheet"], rows["row"], strict=True)
    }
    shown = issues.head(_SHOWN)
    for row_id, field, rule_id in zip(shown["row_id"], shown["field"], shown["rule"], strict=True):
        sheet, row = places[row_id]
        rule = registry.rules.get(str(rule_id))
        words = f"{rule.says}；{rule.asks}" if rule else "见规则集说明"
        yield f"{sheet}第{row}行 {titles.get(str(field), '')} {rule_id} {words}"
    if len(issues) > _SHOWN:
        yield f"……另有 {len(issues) - _SHOWN} 个问题未逐一列出"
    if not len(issues):
        yield "没有发现问题，可以报送。"
