"""A sender's own rows on their way back: its columns in its order, masked, what is wrong beside them, faults marked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exchange.model.sheets import SheetTable
from exchange.registry.spec import Field, Source
from exchange.registry.spec_products import Column, Sheet
from exchange.rules.masks import mask_returned
from exchange.rules.report_words import safe
from exchange.rules.workbooks import Letterhead, print_table

OWN = "own"
"""The column of a `returned` sheet that stands for the sender's own columns."""

_PREFIX = "own_"
_WIDTHS = {
    "id_number": 21.0,
    "address": 24.0,
    "name": 9.0,
    "phone": 13.0,
    "datetime": 17.0,
    "date": 11.5,
    "birth": 11.5,
}
_NOT_IN_A_NAME = dict.fromkeys(map(ord, "\\/?*[]:'"), "_")
_LONGEST_NAME = 31
_WITHHELD = "（敏感服务，不回显）"


@dataclass(frozen=True)
class OwnSheet:
    """Some rows of one sheet of a sender's file: its columns (field, heading) from left to right, texts as read.

    `withheld` are the rows whose content must not travel: only their numbers and problems go back.
    """

    file: str
    sheet: str
    columns: tuple[tuple[str, str], ...]
    rows: Mapping[int, Mapping[str, str | None]]
    withheld: frozenset[int] = frozenset()


def returned_tables(
    sheet: Sheet, own: Sequence[OwnSheet], problems: Sequence[Mapping[str, Any]], source: Source, letterhead: Letterhead
) -> list[SheetTable]:
    """One table per sheet of the sender's files that has rows to look at.

    `problems` are lines of the list of problems with `file` (its name), sheet, row, field, rule, says, asks, state,
    row_token; a row's several problems share one line.
    """
    by_place: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for problem in problems:
        by_place[problem["file"], problem["sheet"]].append(problem)
    tables: list[SheetTable] = []
    for one in own:
        found = [problem for problem in by_place[one.file, one.sheet] if problem["row"] in one.rows]
        if found:
            tables.append(_table(sheet, one, found, source, letterhead, len(tables) + 1))
    return tables


def _table(
    sheet: Sheet, own: OwnSheet, problems: Sequence[Mapping[str, Any]], source: Source, letterhead: Letterhead, no: int
) -> SheetTable:
    fields = {field.name: field for field in source.fields}
    shown = [(fields[name], heading) for name, heading in own.columns if name in fields]
    columns = tuple(
        made
        for column in sheet.columns
        for made in ([_column(*one) for one in shown] if column.field == OWN else [column])
    )
    per_row: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for problem in problems:
        per_row[problem["row"]].append(problem)
    numbers = sorted(per_row)
    entries = [_entry(own, number, per_row[number], shown) for number in numbers]
    name = safe(f"{sheet.name}{no} {own.sheet}".strip().translate(_NOT_IN_A_NAME))[:_LONGEST_NAME]
    own_file = f"文件：{safe(own.file)}" + (f"　工作表：{safe(own.sheet)}" if own.sheet else "")
    expanded = sheet.model_copy(update={"name": name, "columns": columns})
    table = replace(print_table(expanded, entries, letterhead, {}), left=own_file)
    places = {column.field.removeprefix(_PREFIX): place for place, column in enumerate(columns) if _is_own(column)}
    marks = {
        (line, places[problem["field"]])
        for line, number in enumerate(numbers)
        for problem in per_row[number]
        if problem["field"] in places and number not in own.withheld
    }
    used = {
        place for place in range(len(columns)) if not _is_own(columns[place]) or any(row[place] for row in table.rows)
    }
    used |= {place for _, place in marks}
    folded = tuple(replace(column, folded=place not in used) for place, column in enumerate(table.columns))
    return replace(table, columns=folded, marks=frozenset(marks))


def _is_own(column: Column) -> bool:
    return column.field.startswith(_PREFIX)


def _column(field: Field, heading: str) -> Column:
    title = heading or field.title
    width = max(_WIDTHS.get(field.type, 10.0), min(len(title) * 2 + 1.0, 16.0))
    return Column(field=_PREFIX + field.name, heading=title, width=width, wrap=True)


def _entry(
    own: OwnSheet, row: int, problems: Sequence[Mapping[str, Any]], shown: Sequence[tuple[Field, str]]
) -> dict[str, Any]:
    """One line: the row's number, its masked cells, its problems one below the other."""
    cells = own.rows[row]
    if row in own.withheld:
        texts = {f"{_PREFIX}{field.name}": _WITHHELD if place == 0 else "" for place, (field, _) in enumerate(shown)}
    else:
        texts = {
            f"{_PREFIX}{field.name}": mask_returned(field.type, cells.get(field.name), personal=field.personal)
            for field, _ in shown
        }
    return texts | {
        "row": row,
        "rule": "\n".join(_distinct(problem["rule"] for problem in problems)),
        "says": "\n".join(_distinct(_told(problem) for problem in problems)),
        "asks": "\n".join(_distinct(problem["asks"] for problem in problems)),
        "state": "；".join(_distinct(problem["state"] for problem in problems)),
        "row_token": problems[0]["row_token"],
    }


def _told(problem: Mapping[str, Any]) -> str:
    return f"{problem['column']}：{problem['says']}" if problem["column"] else str(problem["says"])


def _distinct(texts: Any) -> list[str]:
    return list(dict.fromkeys(str(text) for text in texts))
