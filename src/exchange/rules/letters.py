"""Plans the workbooks of a month: which sheet shows what to whom, and the name the file gets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.model.sheets import SheetTable, WorkbookPlan
from exchange.model.words import KEPT
from exchange.registry.spec import CodeList, Rule, Source
from exchange.registry.spec_products import Product, Sheet
from exchange.rules.answers import without_numbers
from exchange.rules.notices import MonthFacts, cover_rows, quality_rows, service_note
from exchange.rules.returned import OwnSheet, returned_tables
from exchange.rules.workbooks import Entry, Letterhead, print_table

LONGEST_NAME = 100
_NO_PROBLEM = ("I",)
"""Findings that ask for nothing: a full ledger would return thousands of such lines."""
_SET_ASIDE = {"R": "未入库，请改正后重报", "M": "未入库，待核实"}


@dataclass(frozen=True)
class SenderMonth:
    """What one sender sent in a month: its files with what became of them, and every finding about their rows.

    `own` are the rows to look at as the sender had them; `remarks` are hints about the month as a whole,
    `answers` what townships found when they checked its rows.
    """

    files: Sequence[Mapping[str, Any]]
    problems: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    own: Sequence[OwnSheet] = field(default_factory=tuple)
    remarks: Sequence[str] = field(default_factory=tuple)
    answers: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def file_name(pattern: str, letterhead: Letterhead) -> str:
    """The name of a product's file; a correction carries its number (_更正1). Raises ValueError when it is too long."""
    stem, dot, extension = letterhead.fill(pattern).rpartition(".")
    correction = "" if letterhead.generation == 1 else f"_更正{letterhead.generation - 1}"
    name = f"{stem}{correction}{dot}{extension}".replace(" ", "").replace("/", "／")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a file name of {len(name)} characters is longer than {LONGEST_NAME}")
    return name


def office_workbook(
    product: Product,
    letterhead: Letterhead,
    facts: MonthFacts,
    codes: Mapping[str, CodeList],
    sensitive: Sequence[str],
    recipient: str = "",
) -> WorkbookPlan:
    """The township's workbook: cover, lists, service ledger, data quality; or the part of them the product declares.

    `facts.services` counts by class code; the classes in `sensitive` are printed as counts only. `recipient` is who
    gets it when that is not the township's office.
    """
    tables = []
    for sheet in product.sheets:
        note = _service_note(facts, codes, sensitive) if "served" in sheet.lists else ""
        tables.append(print_table(_noted(sheet, note), _rows(sheet, facts), letterhead, codes, facts.senders))
    return _workbook(product, letterhead, recipient or letterhead.fill("{district}{township}{office}"), tables)


def feedback_workbook(
    product: Product, letterhead: Letterhead, source: Source, sent: SenderMonth, rules: Mapping[str, Rule]
) -> WorkbookPlan:
    """A sender's own rows back, by file, sheet and row, masked. Without problems only the receipt sheet."""
    problems = [_problem(row, source, rules) for row in sent.problems if asks_something(row, rules)]
    files = [_file(row, rules) for row in sent.files]
    kinds = {"deliveries": files, "rules": _by_rule(problems), "problems": problems}
    note = "问题见“问题汇总”“问题明细”两表，请按行号在原文件中改正后重报。" if problems else "无问题。感谢配合。"
    tables: list[SheetTable] = []
    for sheet in product.sheets:
        if sheet.kind == "returned":
            tables += returned_tables(sheet, sent.own, problems, source, letterhead)
        elif sheet.kind == "answers":
            if sent.answers:
                tables.append(print_table(sheet, [_answer(row) for row in sent.answers], letterhead, {}))
        elif problems or sheet.kind == "deliveries":
            noted = _noted(sheet, note, *sent.remarks) if sheet.kind == "deliveries" else sheet
            tables.append(print_table(noted, kinds[sheet.kind], letterhead, {}))
    return _workbook(product, letterhead, letterhead.unit, tables)


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """An answer by the place of its row; a number a clerk wrote into the correction is masked."""
    correction = without_numbers(str(row.get("correction") or ""))
    return {**row, "file": str(row["file"]).rpartition("/")[2], "correction": correction}


def asks_something(problem: Mapping[str, Any], rules: Mapping[str, Rule]) -> bool:
    """Whether a finding is returned to the sender; mere information is not."""
    return rules[problem["rule"]].severity not in _NO_PROBLEM


def wanted_rows(
    problems: Sequence[Mapping[str, Any]], rules: Mapping[str, Rule]
) -> dict[str, dict[str, dict[int, str]]]:
    """File -> sheet -> row number -> row_id of the rows that go back one by one; a file refused whole lists none."""
    found: dict[str, dict[str, dict[int, str]]] = {}
    for row in problems:
        if asks_something(row, rules) and row["disposition"] != "file_rejected":
            found.setdefault(str(row["file"]), {}).setdefault(str(row["sheet"]), {})[int(row["row"])] = row["row_id"]
    return found


def _workbook(product: Product, letterhead: Letterhead, recipient: str, tables: Sequence[SheetTable]) -> WorkbookPlan:
    return WorkbookPlan(
        title=f"{recipient}{product.title}（{letterhead.period.chinese}）",
        recipient=recipient,
        purpose=product.purpose,
        grade=product.grade,
        batch=f"{letterhead.period}-g{letterhead.generation}",
        created=letterhead.period.last_day,
        sheets=tuple(tables),
    )


def _rows(sheet: Sheet, facts: MonthFacts) -> Sequence[Entry]:
    if sheet.kind == "notice":
        return cover_rows(facts)
    if sheet.kind == "senders":
        return quality_rows(facts)
    if sheet.kind in ("report", "indicators", "letters"):
        return {"report": facts.report, "indicators": facts.indicators, "letters": facts.letters}[sheet.kind]
    return [entry for name in sheet.lists for entry in facts.lists.get(name, ())]


def _noted(sheet: Sheet, *notes: str) -> Sheet:
    told = tuple(note for note in notes if note)
    return sheet.model_copy(update={"notes": (*told, *sheet.notes)}) if told else sheet


def _service_note(facts: MonthFacts, codes: Mapping[str, CodeList], sensitive: Sequence[str]) -> str:
    names = {code: entry.name for code, entry in codes["service_class"].entries.items()}
    counted = {code: count for code, count in sorted(facts.services.items()) if count}
    return service_note(
        {names.get(code, code): count for code, count in counted.items() if code not in sensitive},
        {names.get(code, code): count for code, count in counted.items() if code in sensitive},
    )


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
