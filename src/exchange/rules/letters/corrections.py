"""A correction says so: its first sheet is marked, and a sheet of its own lists what is not what it was."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from exchange.model.sheets import Cell, SheetColumn, SheetTable, WorkbookPlan

SHEET: Final = "更正说明"
_COLUMNS: Final = (
    SheetColumn("序号", 6, "integer"),
    SheetColumn("表", 22),
    SheetColumn("变动", 10),
    SheetColumn("行（序号）", 14),
    SheetColumn("修改的栏目", 60, wrap=True),
)
_NOTES: Final = (
    "“新增”“修改”的行号是本文件中的序号，“删除”的行号是上一版文件中的序号；同一行以行标识为准，两版相同。",
    "请以本文件为准，重新签收；上一版已填的核实结果仍然有效，不必重填。",
)

Line = tuple[Cell, ...]


def corrected(plan: WorkbookPlan, before: WorkbookPlan, generation: int) -> WorkbookPlan:
    """`plan` as the correction of `before`: marked, with a sheet of what was added, removed and changed.

    The sheet names places, never a value: a list, the number of a row in it, the headings of changed columns.
    """
    first, *others = plan.sheets
    mark = f"更正（第{generation}版）"
    lines = tuple((number, *line) for number, line in enumerate(_lines(plan, before), 1))
    told = SheetTable(
        name=SHEET,
        title=f"{mark}与上一版的不同",
        left=first.left,
        centre=first.centre,
        right=f"共{len(lines)}处",
        columns=_COLUMNS,
        rows=lines,
        empty="各表内容与上一版相同",
        notes=_NOTES,
    )
    marked = replace(first, title=f"{first.title}　{mark}")
    return replace(plan, title=f"{plan.title}{mark}", sheets=(marked, told, *others))


def _lines(plan: WorkbookPlan, before: WorkbookPlan) -> Iterator[Line]:
    earlier = {sheet.name: sheet for sheet in before.sheets}
    for sheet in plan.sheets:
        old = earlier.pop(sheet.name, None)
        if sheet.persons and old is not None:
            yield from _rows(sheet, old)
        elif old is None or (sheet.rows, sheet.notes) != (old.rows, old.notes):
            yield sheet.name, "新增的表" if old is None else "修改", "", "" if old is None else _headings(sheet, old)
    for name in earlier:
        yield name, "删除的表", "", ""


def _rows(sheet: SheetTable, old: SheetTable) -> Iterator[Line]:
    """Rows by their token: a row that only moved is the same row."""
    now, then = _by_token(sheet), _by_token(old)
    for token, (number, row) in now.items():
        if token not in then:
            yield sheet.name, "新增", str(number), ""
        elif changed := _differing(sheet, row, old, then[token][1]):
            yield sheet.name, "修改", str(number), "、".join(changed)
    for token, (number, _) in then.items():
        if token not in now:
            yield sheet.name, "删除", f"上一版 {number}", ""


def _by_token(sheet: SheetTable) -> dict[Cell, tuple[int, Mapping[str, Cell]]]:
    place = next(number for number, column in enumerate(sheet.columns) if column.kind == "token")
    return {row[place]: (number, _named(sheet, row)) for number, row in enumerate(sheet.rows, 1)}


def _named(sheet: SheetTable, row: tuple[Cell, ...]) -> dict[str, Cell]:
    return {column.heading: cell for column, cell in zip(sheet.columns, row, strict=True) if column.heading != "序号"}


def _differing(sheet: SheetTable, row: Mapping[str, Cell], old: SheetTable, then: Mapping[str, Cell]) -> list[str]:
    headings = dict.fromkeys([*(one.heading for one in sheet.columns), *(one.heading for one in old.columns)])
    return [heading for heading in headings if row.get(heading) != then.get(heading)]


def _headings(sheet: SheetTable, old: SheetTable) -> str:
    """Columns of a sheet of figures that hold something else; nothing when rows came or went."""
    if len(sheet.rows) != len(old.rows):
        return ""
    pairs = [(_named(sheet, row), _named(old, then)) for row, then in zip(sheet.rows, old.rows, strict=True)]
    return "、".join(dict.fromkeys(name for row, then in pairs for name in _differing(sheet, row, old, then)))
