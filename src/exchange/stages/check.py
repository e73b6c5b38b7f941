"""Check: one file judged with the month's own reader and rules, before it is sent and without any installation."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
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
from exchange.registry.spec_products import Product
from exchange.rules.letters.workbooks import letterhead_of
from exchange.rules.returning.feedback import SenderMonth, feedback_workbook
from exchange.rules.returning.returned_rows import own_sheets
from exchange.rules.returning.unplaced import HINT, Unplaced, unknown_words, unplaced
from exchange.services.lake import Lake
from exchange.services.sheets.workbook import write_workbook
from exchange.services.suites import prepare
from exchange.services.transports.names import DeliveryName, parse_name
from exchange.stages.read import read_file
from exchange.stages.validate import judge_files
from exchange.stages.validate.accepted import deliveries_of, typed_rows

_SHOWN = 200
"""Problem rows that are printed one by one; the rest is counted."""

HOW_TO: Final = (
    "这是报送前的自检结果，不必发回：请按行号在原文件中改正后报送。",
    "可按“问题代码”筛选；姓名、证件号码等已遮盖，敏感服务的行不回显内容。",
)
_TABLES: Final = ("rows", "issues", "deliveries")


@dataclass(frozen=True)
class Verdict:
    """What a sender is told: lines in Chinese, and whether every row would be taken.

    `workbook` makes the workbook of problems: a sender reads the lines meanwhile.
    """

    lines: tuple[str, ...]
    fine: bool
    workbook: Callable[[], bytes] | None = None


@dataclass(frozen=True)
class _Judged:
    """One file with everything that was found out about it."""

    path: Path
    name: DeliveryName
    source: Source
    registry: Registry
    table: pa.Table
    facts: Mapping[str, Any]
    judged: Mapping[str, pd.DataFrame]
    strange: Sequence[Unplaced]


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
    judged = judge_one(path, name, source, registry, table, facts)
    strange = _unplaced(path, name, source, registry, table, facts, judged)
    verdict = verdict_of(source, facts, judged, registry, strange)
    product = next((one for one in registry.products.values() if one.recipient("agency")), None)
    if verdict.fine or product is None:
        return verdict
    found = _Judged(path, name, source, registry, table, facts, judged, strange)
    return replace(verdict, workbook=partial(_workbook, product, found))


def judge_one(
    path: Path, name: DeliveryName, source: Source, registry: Registry, table: pa.Table, facts: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """A file as read, judged: `rows`, `issues` and `deliveries` as `validate` leaves them in the lake."""
    month = Period.parse(name.period)
    with tempfile.TemporaryDirectory(prefix="exchange-check-") as folder:
        lake = Lake(Path(folder))
        lake.write(f"read/{source.name}", "file", {"rows": table}, dict(facts))
        files = deliveries_of([_entry(path, name, facts)], [_booked(name, facts)])
        typed = typed_rows(source, files, registry, month, lake, Path(folder))
        tables, _ = judge_files(source, typed, files, registry)
        lake.write("judged", "file", {key: tables[key] for key in _TABLES}, {})
        return {key: lake.read("judged", "file", key) for key in _TABLES}


def verdict_of(
    source: Source,
    facts: Mapping[str, Any],
    judged: Mapping[str, pd.DataFrame],
    registry: Registry,
    strange: Sequence[Unplaced] = (),
) -> Verdict:
    """What to tell the sender of a file that was read (`facts`) and judged (`judged`).

    `strange` is what of it found no place: it says of unknown headings what the reader's own remark says, and more.
    """
    remarks = [finding["message"] for finding in facts["findings"] if not finding["rule"]]
    told = [f"【提示】{remark}" for remark in remarks if not (strange and remark.startswith("未约定的列"))]
    told += [one.line() for one in strange if one.kind != HINT]
    if facts["outcome"] != "ok":
        rule = registry.rules[facts["outcome"]]
        refused = f"【退回】{rule.id} {rule.title}：{facts['message'] or rule.says}"
        return Verdict((refused, f"　怎么改：{rule.asks}", *told), False)
    lines = [*_lines(source, judged, registry), *told]
    whole = judged["deliveries"]["status"].iloc[0] == "rejected"
    return Verdict(tuple(lines), not whole and set(judged["rows"]["disposition"]) <= {"accept"})


def _unplaced(
    path: Path,
    name: DeliveryName,
    source: Source,
    registry: Registry,
    table: pa.Table,
    facts: Mapping[str, Any],
    judged: Mapping[str, pd.DataFrame],
) -> list[Unplaced]:
    words = unknown_words(table, _arrow(judged["rows"]), source) if facts["outcome"] != "F01" else {}
    return unplaced(path.name, facts, words, source, registry.unit(source.code, name.unit_code), registry)


def _workbook(product: Product, found: _Judged) -> bytes:
    """The workbook the sender would get back, with the same masks, but without row tokens: nothing was sent yet."""
    path, name, source, registry, judged = found.path, found.name, found.source, found.registry, found.judged
    month = Period.parse(name.period)
    classes = registry.policy_for(month).sensitive_classes
    rows, file = judged["rows"], judged["deliveries"].iloc[0]
    own = own_sheets(found.table, found.facts, _arrow(rows), source, classes, lambda row_id: "")
    counts = Counter(rows["disposition"])
    kept = sum(counts[word] for word in KEPT)
    told = {
        "file": path.name, "status": file["status"], "rule": _text(file["rule"]), "message": _text(file["message"]),
        "is_late": False, "rows_in": len(rows), "rows_kept": kept, "rows_warned": counts["warn"],
        "rows_aside": len(rows) - kept,
    }  # fmt: skip
    sent = SenderMonth([told], _problems(judged), tuple(own), unplaced=found.strange)
    unit = registry.unit(source.code, name.unit_code)
    place = unit.township9 if unit else name.unit_code[:6]
    head = letterhead_of(registry, month, place, unit.name if unit else name.unit_code)
    return write_workbook(feedback_workbook(product, head, source, sent, registry.rules, HOW_TO))


def _problems(judged: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The findings with their places, in file order."""
    places = judged["rows"][["row_id", "file", "sheet", "row", "disposition"]]
    found = judged["issues"].merge(places, on="row_id").sort_values(["file", "sheet", "row", "rule", "field"])
    lines = found.assign(row_token="").to_dict("records")
    return [{str(name): value for name, value in line.items()} for line in lines]


def _arrow(rows: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(rows, preserve_index=False)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


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
