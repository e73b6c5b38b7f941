"""Plans workbook D: what became of a sender's files and rows, its own file back, and what is asked of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exchange.model.sheets import SheetTable, WorkbookPlan
from exchange.model.words import KEPT
from exchange.registry.spec import Rule, Source
from exchange.registry.spec_products import Product, Sheet
from exchange.rules.letters.letters import bind, noted
from exchange.rules.letters.workbooks import Letterhead, print_table
from exchange.rules.returning.answers import without_numbers
from exchange.rules.returning.returned import OwnSheet, Place, returned_tables
from exchange.rules.returning.unplaced import Unplaced

_NO_PROBLEM = ("I",)
"""Findings that ask for nothing: a full ledger would return thousands of such lines."""
_SET_ASIDE = {"R": "未入库，请改正后重报", "M": "未入库，待核实"}
_ALWAYS = ("deliveries",)
_LINKED = "row"
"""The column of the list of problems that leads to the row."""

HOW_TO = (
    "请在后面各原表中着色的格内直接改正，然后把本工作簿发回；也可在原文件中改正后以新版本号重报，二者取其一。",
    "带 * 的格不动即表示不变，要改请填写完整内容；把有内容的格清空即表示该项改为空；请勿改动“行标识”一列。",
)


@dataclass(frozen=True)
class SenderMonth:
    """What one sender sent in a month: its files with what became of them, and every finding about their rows.

    `own` are its files' sheets as it had them; `remarks` are hints about the month as a whole, `answers` what
    townships found when they checked its rows, `corrections` what became of rows it corrected, `unplaced` what of its
    files nobody has declared.
    """

    files: Sequence[Mapping[str, Any]]
    problems: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    own: Sequence[OwnSheet] = field(default_factory=tuple)
    remarks: Sequence[str] = field(default_factory=tuple)
    answers: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    corrections: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    unplaced: Sequence[Unplaced] = field(default_factory=tuple)


def feedback_workbook(
    product: Product,
    letterhead: Letterhead,
    source: Source,
    sent: SenderMonth,
    rules: Mapping[str, Rule],
    how_to: Sequence[str] = HOW_TO,
) -> WorkbookPlan:
    """A sender's own files back, masked, behind the list of their problems. Without problems only the receipt sheet."""
    problems = [_problem(row, source, rules) for row in sent.problems if asks_something(row, rules)]
    entries: dict[str, Sequence[Mapping[str, Any]]] = {
        "deliveries": [_file(row, rules) for row in sent.files],
        "rules": _by_rule(problems),
        "problems": problems,
        "answers": [_answer(row) for row in sent.answers],
        "corrections": [_correction(row, source, rules) for row in sent.corrections],
        "unplaced": [vars(one) for one in sent.unplaced],
    }
    notes = (*(how_to if problems else ("无问题。感谢配合。",)), *sent.remarks)
    own, places = _own_tables(product, sent, problems, source, letterhead)
    tables: list[SheetTable] = []
    for sheet in product.sheets:
        if sheet.kind == "returned":
            tables += own
        elif entries[sheet.kind] or sheet.kind in _ALWAYS:
            shown = noted(sheet, *notes) if sheet.kind in _ALWAYS else sheet
            table = print_table(shown, entries[sheet.kind], letterhead, {})
            tables.append(_linked(sheet, table, problems, places) if sheet.kind == "problems" else table)
    return bind(product, letterhead, letterhead.unit, tables)


def asks_something(problem: Mapping[str, Any], rules: Mapping[str, Rule]) -> bool:
    """Whether a finding is returned to the sender; mere information is not."""
    return rules[problem["rule"]].severity not in _NO_PROBLEM


def _own_tables(
    product: Product,
    sent: SenderMonth,
    problems: Sequence[Mapping[str, Any]],
    source: Source,
    letterhead: Letterhead,
) -> tuple[list[SheetTable], dict[Place, tuple[str, int, int]]]:
    names = [sheet.name for sheet in product.sheets]
    sheets = [sheet for sheet in product.sheets if sheet.kind == "returned"]
    if not problems or not sheets:
        return [], {}
    others = [name for name in names if name != sheets[0].name]
    return returned_tables(sheets[0], sent.own, problems, source, letterhead, others)


def _linked(
    sheet: Sheet,
    table: SheetTable,
    problems: Sequence[Mapping[str, Any]],
    places: Mapping[Place, tuple[str, int, int]],
) -> SheetTable:
    """The list of problems with a way from each line to its cell."""
    column = next((place for place, one in enumerate(sheet.columns) if one.field == _LINKED), None)
    if column is None:
        return table
    found = ((line, places.get((p["file"], p["sheet"], p["row"], p["field"]))) for line, p in enumerate(problems))
    return replace(table, links={(line, column): place for line, place in found if place}, filtered=True)


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """An answer by the place of its row; a number a clerk wrote into the correction is masked."""
    correction = without_numbers(str(row.get("correction") or ""))
    return {**row, "file": str(row["file"]).rpartition("/")[2], "correction": correction}


def _correction(row: Mapping[str, Any], source: Source, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """A corrected row by its old place: which columns were changed and what became of it."""
    fields = (source.field(name) for name in str(row["fields"]).split(";"))
    found = [rule for rule in str(row["rules"] or "").split(";") if rule in rules and rules[rule].severity not in "IW"]
    state = "已改正" if row["disposition"] in KEPT else "仍有问题，未入库"
    return {
        **row,
        "file": str(row["file"]).rpartition("/")[2],
        "columns": "、".join(field.title for field in fields if field) or "整行重报",
        "state": state + (f"：{'、'.join(f'{rule} {rules[rule].title}' for rule in found)}" if found else ""),
        "new_file": str(row["new_file"]).rpartition("/")[2],
    }


def _problem(row: Mapping[str, Any], source: Source, rules: Mapping[str, Rule]) -> dict[str, Any]:
    rule = rules[row["rule"]]
    column = source.field(row["field"]) if row.get("field") else None
    return {
        "file": str(row["file"]).rpartition("/")[2],
        "sheet": row["sheet"],
        "row": row["row"],
        "column": column.title if column else "",
        "field": row.get("field") or "",
        "rule": rule.id,
        "severity": rule.severity,
        "says": rule.says,
        "asks": rule.asks,
        "state": _state(str(row["disposition"]), rule),
        "row_token": row.get("row_token"),
    }


def _state(disposition: str, rule: Rule) -> str:
    """What became of the row, whatever this one finding by itself would have meant for it."""
    if disposition in KEPT:
        return "已入库，请核对"
    if disposition == "file_rejected":
        return "整表退回，请改正后重报"
    return _SET_ASIDE.get(rule.severity, "未入库，请一并核对")


def _file(row: Mapping[str, Any], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """A file's line; what its sender should do follows from the rule that sent it back, when there is one."""
    rule = rules.get(str(row.get("rule") or ""))
    said = str(row.get("message") or (f"{rule.says}；{rule.asks}" if rule else ""))
    late = "（迟报，计入本月）" if row.get("is_late") else ""
    return {**row, "file": str(row["file"]).rpartition("/")[2], "message": f"{late}{said}"}


def _by_rule(problems: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One line per rule, the one with most rows first; a row that breaks a rule in two columns counts once."""
    rows: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    texts: dict[str, Mapping[str, Any]] = {}
    states: dict[str, set[str]] = defaultdict(set)
    for problem in problems:
        states[problem["rule"]].add(problem["state"])
        rows[problem["rule"]].add((problem["file"], problem["sheet"], problem["row"]))
        texts[problem["rule"]] = problem
    ordered = sorted(rows, key=lambda rule: (-len(rows[rule]), rule))
    return [{**texts[rule], "rows": len(rows[rule]), "state": "；".join(sorted(states[rule]))} for rule in ordered]
