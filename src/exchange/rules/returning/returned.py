"""A sender's own file on its way back: every data row in its order and columns, masked, what is wrong beside it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from exchange.model.sheets import Cell, SheetTable
from exchange.model.words import KEPT
from exchange.registry.spec import Field, Source
from exchange.registry.spec_products import Column, Sheet
from exchange.rules.letters.masks import mask_returned
from exchange.rules.letters.workbooks import Letterhead, print_table
from exchange.rules.reporting.report_words import safe

OWN: Final = "own"
"""The column of a `returned` sheet that stands for the sender's own columns."""

WITHHELD: Final = "（敏感服务，不回显）"

Place = tuple[str, str, int, str]
"""File, sheet, row and field of a problem; the field is "" for the row as a whole."""

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
_WIDEST = 26.0
_NOT_IN_A_NAME = dict.fromkeys(map(ord, "\\/?*[]:'"), "_")
_LONGEST_NAME = 31
_KINDS = {
    "title": "标题", "header": "表头", "total": "合计", "footer": "表尾", "blank": "空", "block_title": "分段标题",
    "other": "其他",
}  # fmt: skip
_STATES = {
    "accept": "已采用", "warn": "已采用（有提醒）", "file_rejected": "整表退回，待改正", "superseded": "已被新版替换",
    "ignore": "暂存未用",
}  # fmt: skip
_RETURNED, _WAITING = "待改正", "待核实"
_CORRECTED = {"accept": "已改正", "warn": "已改正（有提醒）"}


@dataclass(frozen=True)
class OwnSheet:
    """All data rows of one sheet of a sender's file: columns (field, heading) from left to right, texts as read.

    `numbers` are physical row numbers; `cells` (by field), `tokens` and `dispositions` have one entry per row.
    `withheld` are the rows whose content must not travel. `others` counts the rows that are no data, by kind.
    `is_correction` says that the file itself was a correction of earlier rows.
    """

    file: str
    sheet: str
    columns: tuple[tuple[str, str], ...]
    numbers: Sequence[int]
    cells: Mapping[str, Sequence[str | None]]
    tokens: Sequence[str]
    dispositions: Sequence[str]
    withheld: frozenset[int] = frozenset()
    others: Mapping[str, int] = field(default_factory=dict)
    is_correction: bool = False


def returned_tables(
    sheet: Sheet,
    own: Iterable[OwnSheet],
    problems: Sequence[Mapping[str, Any]],
    source: Source,
    letterhead: Letterhead,
    reserved: Collection[str] = (),
) -> tuple[list[SheetTable], dict[Place, tuple[str, int, int]]]:
    """One table per sheet of the sender's files, and where in them (sheet, row, column) each problem stands.

    `problems` are lines of the list of problems with `file` (its name), sheet, row, field, column, rule, severity,
    says, asks; a row's several problems share one line. `reserved` are names no table may take.
    """
    by_place: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for problem in problems:
        by_place[problem["file"], problem["sheet"]].append(problem)
    taken = {name.lower() for name in reserved}
    tables: list[SheetTable] = []
    places: dict[Place, tuple[str, int, int]] = {}
    for one in own:
        if len(one.numbers):
            name = _sheet_name(one.sheet or sheet.name, taken)
            table = _table(sheet, one, by_place[one.file, one.sheet], source, letterhead, name, places)
            tables.append(table)
    return tables, places


def headings_of(columns: Sequence[tuple[str, str]], source: Source) -> list[tuple[Field, str]]:
    """The sender's columns and the heading each gets on its way back: its own, or the agreed title; none stands twice.

    The same columns give the same headings when the workbook returns.
    """
    fields = {one.name: one for one in source.fields}
    shown: dict[str, Field] = {}
    for name, heading in columns:
        if name in fields:
            title = heading or fields[name].title
            shown[title if title not in shown else f"{title}（{name}）"] = fields[name]
    return [(one, heading) for heading, one in shown.items()]


def printed(one: Field, text: str | None) -> str:
    """What a cell of a sender's own file shows on its way back."""
    return mask_returned(one.type, text, personal=one.personal)


def _table(
    sheet: Sheet,
    own: OwnSheet,
    problems: Sequence[Mapping[str, Any]],
    source: Source,
    letterhead: Letterhead,
    name: str,
    places: dict[Place, tuple[str, int, int]],
) -> SheetTable:
    shown = headings_of(own.columns, source)
    values = _own_values(own, shown)
    columns = tuple(
        made
        for column in sheet.columns
        for made in (
            [_column(*one, values[_PREFIX + one[0].name]) for one in shown] if column.field == OWN else [column]
        )
    )
    per_row: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for problem in problems:
        per_row[problem["row"]].append(problem)
    values |= _remarks(own, per_row)
    rows = tuple(zip(*(values[column.field] for column in columns), strict=True))
    expanded = sheet.model_copy(update={"name": name, "columns": columns})
    table = replace(print_table(expanded, (), letterhead, {}), rows=rows, left=_origin(own), filtered=True)
    at = {column.field.removeprefix(_PREFIX): place for place, column in enumerate(columns) if _is_own(column)}
    marks = set()
    for line, number in enumerate(own.numbers):
        for problem in per_row.get(number, ()):
            place = at.get(problem["field"], 0)
            places[own.file, own.sheet, number, problem["field"]] = (name, table.first_row + line, place)
            if problem["field"] in at and number not in own.withheld:
                marks.add((line, place))
    marked = {place for _, place in marks}
    folded = tuple(
        replace(made, folded=_is_own(column) and place not in marked and not any(values[column.field]))
        for place, (made, column) in enumerate(zip(table.columns, columns, strict=True))
    )
    return replace(table, columns=folded, marks=frozenset(marks), notes=(*_made_of(own), *table.notes))


def _own_values(own: OwnSheet, shown: Sequence[tuple[Field, str]]) -> dict[str, Sequence[Cell]]:
    """The sender's cells, column by column: each distinct text is masked once."""
    found: dict[str, Sequence[Cell]] = {}
    for place, (one, _) in enumerate(shown):
        texts = own.cells.get(one.name) or [None] * len(own.numbers)
        masks = {text: printed(one, text) for text in set(texts)}
        cells = [masks[text] for text in texts]
        if own.withheld:
            hidden = WITHHELD if place == 0 else ""
            cells = [hidden if row in own.withheld else cell for row, cell in zip(own.numbers, cells, strict=True)]
        found[_PREFIX + one.name] = cells
    return found


def _remarks(own: OwnSheet, per_row: Mapping[int, Sequence[Mapping[str, Any]]]) -> dict[str, Sequence[Cell]]:
    """What stands beside the sender's cells: nothing but the state for a row without problem."""
    lines = [per_row.get(number, ()) for number in own.numbers]
    return {
        "row": list(own.numbers),
        "row_token": list(own.tokens),
        "rule": ["\n".join(_distinct(problem["rule"] for problem in line)) for line in lines],
        "says": ["\n".join(_distinct(_told(problem) for problem in line)) for line in lines],
        "asks": ["\n".join(_distinct(problem["asks"] for problem in line)) for line in lines],
        "state": [_state(own, word, line) for word, line in zip(own.dispositions, lines, strict=True)],
    }


def _state(own: OwnSheet, disposition: str, problems: Sequence[Mapping[str, Any]]) -> str:
    if own.is_correction and disposition in KEPT:
        return _CORRECTED[disposition]
    if disposition in _STATES:
        return _STATES[disposition]
    return _RETURNED if any(problem["severity"] == "R" for problem in problems) else _WAITING


def _origin(own: OwnSheet) -> str:
    return f"文件：{safe(own.file)}" + (f"　工作表：{safe(own.sheet)}" if own.sheet else "")


def _made_of(own: OwnSheet) -> tuple[str, ...]:
    """What the reader made of the sheet's other rows, which do not come back."""
    others = "、".join(f"{word}行{own.others[kind]}行" for kind, word in _KINDS.items() if own.others.get(kind))
    return (f"本表读到数据{len(own.numbers)}行；另有{others}，未计为数据，不再列出。",) if others else ()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """The sender's own name for the sheet, as far as a workbook allows it; a second one of that name gets a number."""
    base = safe(wanted).strip().translate(_NOT_IN_A_NAME)[:_LONGEST_NAME] or "_"
    name, number = base, 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        name = f"{base[: _LONGEST_NAME - 4]}（{number}）"
    taken.add(name.lower())
    return name


def _is_own(column: Column) -> bool:
    return column.field.startswith(_PREFIX)


def _column(one: Field, heading: str, cells: Sequence[Cell]) -> Column:
    """As wide as its texts need, within reason; a heading that is wider is broken."""
    longest = max((_wide(str(cell)) for cell in set(cells) if cell), default=0) + 1.5
    width = max(_WIDTHS.get(one.type, 8.0), min(longest, _WIDEST), min(len(heading) * 2 + 1.0, 16.0))
    return Column(field=_PREFIX + one.name, heading=heading, width=width)


def _wide(text: str) -> int:
    """Width of a text in digits: what takes three bytes in UTF-8 is two wide."""
    return (len(text) + len(text.encode())) // 2


def _told(problem: Mapping[str, Any]) -> str:
    return f"{problem['column']}：{problem['says']}" if problem["column"] else str(problem["says"])


def _distinct(texts: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(text) for text in texts))
