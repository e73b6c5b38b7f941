"""Writes a planned workbook with XlsxWriter: a printed form, never a formula, equal bytes for an equal plan."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from itertools import cycle, groupby
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from exchange.model.errors import PublicationError
from exchange.model.sheets import Cell, SheetColumn, SheetTable, WorkbookPlan
from exchange.services.sheets import workbook_text as text_of
from exchange.services.sheets.workbook_cells import CellSheet
from exchange.services.sheets.workbook_cover import page_columns, write_beside
from exchange.services.sheets.workbook_page import clear_spans, set_page, span
from exchange.services.sheets.workbook_styles import FONT, Pair, Styles

_OPTIONS: dict[str, Any] = {
    # Nothing a clerk typed may become a formula, a link or a number; no temporary file may hold a person's row.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
    # Column widths are counted in digits of the default font: with the font of the data a Chinese character is two.
    "default_format_properties": {"font_name": FONT, "font_size": 10},
}
_FIRST_HEADING = 2
_FILTER_ARROW = 4.0
_MOST_LINKS = 20_000
"""A sheet holds 65,530 links and opens slowly long before."""


def write_workbook(plan: WorkbookPlan) -> bytes:
    """The workbook's bytes, the same for the same plan.

    Raises PublicationError when a text is too long for a cell, rather than cutting it.
    """
    target = BytesIO()
    book = xlsxwriter.Workbook(target, deepcopy(_OPTIONS))  # it takes its options apart
    _describe(book, plan)
    styles = {size: Styles(book, size) for size in sorted({table.font_size for table in plan.sheets})}
    for table in plan.sheets:
        _write_sheet(book, book.add_worksheet(table.name, CellSheet), table, styles[table.font_size], plan)
    book.close()
    return target.getvalue()


def _describe(book: Any, plan: WorkbookPlan) -> None:
    """Document properties: they name the recipient and the purpose, so a stray copy tells where it came from."""
    book.set_properties(
        {
            "title": plan.title,
            "subject": plan.purpose,
            "category": plan.grade,
            "keywords": plan.batch,
            "comments": f"仅供{plan.recipient}使用",
            "created": datetime.combine(plan.created, time()),
        }
    )
    own = {"接收单位": plan.recipient, "用途": plan.purpose, "批次": plan.batch, "密级": plan.grade}
    for name, value in (own | dict(plan.properties)).items():
        book.set_custom_property(name, value, "text")


def _write_sheet(book: Any, sheet: CellSheet, table: SheetTable, styles: Styles, plan: WorkbookPlan) -> None:
    for first, last in clear_spans(page_columns(table), table.font_size):
        span(sheet, 0, first, last, table.title, styles.line("title"))
    sheet.set_row(0, 34)
    _write_line(sheet, table, styles)
    top = _write_headings(sheet, table, styles)
    row, tall = _write_rows(sheet, table, styles)
    if table.exhibits:
        row = write_beside(book, sheet, table, styles, [top, *tall])
    else:
        row = _write_signature(sheet, _write_notes(sheet, row, table.notes, table, styles), table, styles)
    marks = (_watermark(plan),) if not table.exhibits else (*table.notes, _watermark(plan))
    end = _write_notes(sheet, row, marks, table, styles)
    set_page(sheet, table, plan, page_columns(table), end - 1)
    _offer_answers(sheet, table)


def _watermark(plan: WorkbookPlan) -> str:
    """The line at the foot of every sheet: for what, for whom, from which batch."""
    return f"用途：{plan.purpose}。{plan.grade}，仅供{plan.recipient}使用，不得转作他用。批次：{plan.batch}"


def _write_line(sheet: CellSheet, table: SheetTable, styles: Styles) -> None:
    """Row 2: who reports, which month, which unit; in one cell where the columns cannot be divided in three."""
    sheet.set_row(1, 22)
    looks = (styles.line("line_left"), styles.line("line_centre"), styles.line("line_right"))
    columns = page_columns(table)
    for start, end in clear_spans(columns, table.font_size):
        shares = text_of.shares(columns[start : end + 1], (table.left, table.centre, table.right))
        for (first, last, text), style in zip(shares, looks, strict=False):
            span(sheet, 1, start + first, start + last, text, style)


def _write_notes(sheet: CellSheet, row: int, notes: Sequence[str], table: SheetTable, styles: Styles) -> int:
    """Lines as wide as the first page; returns the next free row."""
    columns = page_columns(table)
    first, last = clear_spans(columns, table.font_size)[0]
    width = sum(column.width for column in columns[first : last + 1] if not column.folded)
    for note in notes:
        span(sheet, row, first, last, note, styles.line("note"))
        sheet.set_row(row, text_of.height(note, width, table.font_size))
        row += 1
    return row


def _write_signature(sheet: CellSheet, row: int, table: SheetTable, styles: Styles) -> int:
    """Lines for pens and seals; returns the next free row."""
    for line in table.signature:
        sheet.set_row(row, 30)
        for first, last, text in text_of.shares(table.columns[: table.printed], line):
            span(sheet, row, first, last, text, styles.line("sign"))
        row += 1
    return row


def _write_rows(sheet: CellSheet, table: SheetTable, styles: Styles) -> tuple[int, list[float]]:
    """The data, or the one line that stands for none; returns the next free row and the rows' heights."""
    first = table.first_row
    if not table.rows:
        span(sheet, first, 0, table.printed - 1, table.empty, styles.line("empty"))
        sheet.set_row(first, 28)
        return first + 1, [28.0]
    for position, (column, values) in enumerate(zip(table.columns, zip(*table.rows, strict=True), strict=True)):
        looks = styles.of(column, banded=table.filtered)
        write = _write_merged if column.merge else _write_column
        write(sheet, position, column, values, looks, first)
    for row, position in sorted(table.marks):
        marked, place = table.columns[position], first + row
        faulty = (styles.line("faulty"), styles.line("faulty"))
        _write_column(sheet, position, marked, [table.rows[row][position]], faulty, place)
    _link_cells(sheet, table, styles)
    end = first + len(table.rows)
    if table.filtered:
        sheet.autofilter(first - 1, 0, end - 1, len(table.columns) - 1)
    tall = text_of.heights(table)
    for row, height in enumerate(tall, first):
        sheet.set_row(row, height)
    return end, tall


def _link_cells(sheet: CellSheet, table: SheetTable, styles: Styles) -> None:
    """Cells that lead to another sheet: the link is put on a cell first, and its own content then written again."""
    looks = (styles.line("link"), styles.line("link"))
    for (row, position), (name, to_row, to_column) in sorted(table.links.items())[:_MOST_LINKS]:
        value, at = table.rows[row][position], table.first_row + row
        sheet.write_url(at, position, f"internal:'{name}'!{xl_rowcol_to_cell(to_row, to_column)}", styles.line("link"))
        _write_column(sheet, position, table.columns[position], [value], looks, at)


def _write_headings(sheet: CellSheet, table: SheetTable, styles: Styles) -> float:
    """One row of headings, or two: neighbours of one group share a cell above their own. Returns the row's height."""
    last, is_shut = table.first_row - 1, False
    for position, column in enumerate(table.columns):
        # What is folded can be opened again at the mark above the column after it.
        options = {"hidden": True, "level": 1} if column.folded else {"collapsed": True} if is_shut else {}
        sheet.set_column(position, position, column.width, None, options)
        is_shut = column.folded
        if column.group or last == _FIRST_HEADING:
            sheet.write_string(last, position, text_of.heading(column), styles.line("header"))
        else:
            sheet.merge_range(_FIRST_HEADING, position, last, position, text_of.heading(column), styles.line("header"))
    for group, run in groupby(enumerate(table.columns), key=lambda item: item[1].group):
        places = [place for place, _ in run]
        if group:
            span(sheet, _FIRST_HEADING, places[0], places[-1], group, styles.line("header"))
    tallest = text_of.head_height(table.columns, table.font_size)
    tallest += _FILTER_ARROW * (1 + 2 * table.filtered)
    sheet.set_row(last, tallest)
    return tallest


def _write_column(
    sheet: CellSheet, position: int, column: SheetColumn, values: Sequence[Cell], looks: Pair, first: int
) -> None:
    """A column's cells from row `first` on: texts as text whatever they look like, the rest as it is or blank."""
    told = [_serial(value) if isinstance(value, date) else None if value == "" else value for value in values]
    cut = sheet.put_column(first, position, told, cycle(looks))
    if cut is not None:
        raise _too_long(sheet, column, cut)


def _too_long(sheet: CellSheet, column: SheetColumn, row: int) -> PublicationError:
    return PublicationError(
        f"{sheet.get_name()}: the text under {column.heading} in row {row + 1} is too long for a cell",
        remedy="Find the delivery this row came from and ask its sender to shorten the text.",
    )


@lru_cache(maxsize=65536)
def _serial(day: date) -> int:
    """A day as spreadsheets count it, from 1900 on."""
    return day.toordinal() - date(1899, 12, 30).toordinal()


def _write_merged(
    sheet: CellSheet, position: int, column: SheetColumn, values: Sequence[Cell], looks: Pair, first: int
) -> None:
    """Texts of a column in which equal neighbours are one tall cell."""
    for value, run in groupby(enumerate(values, first), key=lambda item: item[1]):
        rows = [row for row, _ in run]
        if len(rows) == 1:
            _write_column(sheet, position, column, [value], looks, rows[0])
        else:
            sheet.merge_range(rows[0], position, rows[-1], position, str(value or ""), looks[0])


def _offer_answers(sheet: CellSheet, table: SheetTable) -> None:
    """Lists to choose from, and a hint where a clerk writes; nothing is locked."""
    if not table.rows:
        return
    for position, column in enumerate(table.columns):
        if not column.choices and not column.hint:
            continue
        rule: dict[str, Any] = {"validate": "any"}
        if column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
            rule |= {"error_title": column.heading, "error_message": "请从列表中选一项。"}
        if column.hint:
            rule |= {"input_title": column.heading, "input_message": column.hint}
        sheet.data_validation(table.first_row, position, table.first_row + len(table.rows) - 1, position, rule)
