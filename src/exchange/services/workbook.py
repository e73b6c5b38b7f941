"""Writes a planned workbook with XlsxWriter: a printed form, never a formula, equal bytes for an equal plan."""

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from itertools import accumulate, groupby
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange.model.errors import PublicationError
from exchange.model.sheets import Cell, SheetColumn, SheetTable, WorkbookPlan

_FONT = "宋体"
_A4 = 9
_CM = 1 / 2.54
_ROW_HEIGHT = 20.0
_OPTIONS: dict[str, Any] = {
    # Nothing a clerk typed may become a formula, a link or a number; no temporary file may hold a person's row.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
    # Column widths are counted in digits of the default font: with the font of the data a Chinese character is two.
    "default_format_properties": {"font_name": _FONT, "font_size": 10},
}
_FIRST_HEADING = 2
_PROSE_WIDTH = 18
_PAGE_WIDTH = 250
_LINE_SIZE = 1.1


@dataclass(frozen=True)
class _Formats:
    """The formats of one sheet, by what a cell is."""

    title: Format
    title_left: Format
    line_left: Format
    line_centre: Format
    line_right: Format
    header: Format
    text: Format
    wrapped: Format
    prose: Format
    whole: Format
    day: Format
    month: Format
    token: Format
    faulty: Format
    empty: Format
    note: Format
    sign: Format
    sign_box: Format


def write_workbook(plan: WorkbookPlan) -> bytes:
    """The workbook's bytes, the same for the same plan.

    Raises PublicationError when a text is too long for a cell, rather than cutting it.
    """
    target = BytesIO()
    book = xlsxwriter.Workbook(target, deepcopy(_OPTIONS))  # it takes its options apart
    _describe(book, plan)
    for table in plan.sheets:
        _write_sheet(book.add_worksheet(table.name), table, _formats(book, table.font_size), plan)
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


def _formats(book: Any, size: float) -> _Formats:
    def style(**extra: Any) -> Format:
        made: Format = book.add_format({"font_name": _FONT, "font_size": size, "valign": "vcenter"} | extra)
        return made

    box = {"border": 1, "num_format": "@"}
    return _Formats(
        title=style(bold=True, align="center", font_size=18),
        title_left=style(bold=True, align="left", font_size=18),
        line_left=style(align="left", font_size=11),
        line_centre=style(align="center", font_size=11),
        line_right=style(align="right", font_size=11),
        header=style(bold=True, align="center", text_wrap=True, border=1, bg_color="#D9D9D9"),
        text=style(align="center", shrink=True, **box),
        wrapped=style(align="center", text_wrap=True, **box),
        prose=style(align="left", text_wrap=True, indent=1, **box),
        whole=style(align="center", border=1, num_format="0"),
        day=style(align="center", border=1, num_format="yyyy-mm-dd"),
        month=style(align="center", border=1, num_format='yyyy"年"m"月"'),
        token=style(align="center", shrink=True, font_color="#808080", **(box | {"font_size": 8})),
        faulty=style(align="center", text_wrap=True, bg_color="#FFD9B3", **box),
        empty=style(align="center", border=1, font_size=12),
        note=style(align="left", text_wrap=True),
        sign=style(align="left", font_size=11),
        sign_box=style(align="left", font_size=11, border=1, indent=1),
    )


def _write_sheet(sheet: Worksheet, table: SheetTable, formats: _Formats, plan: WorkbookPlan) -> None:
    _set_page(sheet, table, plan)
    last = len(table.columns) - 1
    # What is centred over several pages is cut in two by their edges.
    _span(sheet, 0, 0, last, table.title, formats.title if _pages_across(table) == 1 else formats.title_left)
    sheet.set_row(0, 34)
    _write_line(sheet, table, formats)
    _write_headings(sheet, table, formats)
    row = _write_rows(sheet, table, formats)
    for note in table.notes:
        _span(sheet, row, 0, last, note, formats.note)
        sheet.set_row(row, _lines(note, sum(c.width for c in table.columns), table.font_size))
        row += 1
    _write_signature(sheet, row, table, formats)
    for position, column in enumerate(table.columns):
        if column.choices and table.rows:
            rule = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(table.first_row, position, table.first_row + len(table.rows) - 1, position, rule)


def _set_page(sheet: Worksheet, table: SheetTable, plan: WorkbookPlan) -> None:
    """A4 landscape, one page wide, headings on every page, recipient in the footer of every printed page.

    Only a sender's own columns can be wider than a page: they go on as many as they need, each with the row's number.
    """
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(_pages_across(table), 0)
    if _pages_across(table) > 1:
        sheet.repeat_columns(0, 0)
    sheet.set_margins(left=1.0 * _CM, right=1.0 * _CM, top=1.5 * _CM, bottom=1.5 * _CM)
    sheet.center_horizontally()
    sheet.repeat_rows(0, table.first_row - 1)
    sheet.freeze_panes(table.first_row, 0)
    sheet.hide_gridlines(2)
    owner = f"{plan.grade}　仅供{plan.recipient}使用".replace("&", "&&")
    sheet.set_footer(f"&L{owner}&C第 &P 页 共 &N 页&R打印时间 &D", {"margin": 0.7 * _CM})


def _pages_across(table: SheetTable) -> int:
    return math.ceil(sum(column.width for column in table.columns if not column.folded) / _PAGE_WIDTH)


def _write_line(sheet: Worksheet, table: SheetTable, formats: _Formats) -> None:
    """Row 2: who reports, which month, which unit; in one cell where the columns cannot be divided in three."""
    sheet.set_row(1, 22)
    styles = (formats.line_left, formats.line_centre, formats.line_right)
    texts: tuple[str, ...] = (table.left, table.centre, table.right)
    if _pages_across(table) > 1:
        texts = ("　　　　".join(texts),)
    shares = _shares(table.columns, texts)
    for (first, last, text), style in zip(shares, styles, strict=False):
        _span(sheet, 1, first, last, text, style)


def _write_signature(sheet: Worksheet, row: int, table: SheetTable, formats: _Formats) -> None:
    """Lines for pens and seals; boxed when there are several, as on a cover."""
    style = formats.sign_box if len(table.signature) > 1 else formats.sign
    for offset, line in enumerate(table.signature):
        sheet.set_row(row + offset, 30)
        for first, last, text in _shares(table.columns, line):
            _span(sheet, row + offset, first, last, text, style)


def _write_rows(sheet: Worksheet, table: SheetTable, formats: _Formats) -> int:
    """The data, or the one line that stands for none; returns the next free row."""
    if not table.rows:
        _span(sheet, table.first_row, 0, len(table.columns) - 1, table.empty, formats.empty)
        sheet.set_row(table.first_row, 28)
        return table.first_row + 1
    for position, column in enumerate(table.columns):
        values = [row[position] for row in table.rows]
        write = _write_merged if column.merge else _write_column
        write(sheet, position, column, values, _style(column, formats), table.first_row)
    for row, position in sorted(table.marks):
        marked, place = table.columns[position], table.first_row + row
        _write_column(sheet, position, marked, [table.rows[row][position]], formats.faulty, place)
    for row, height in enumerate(_heights(table), table.first_row):
        sheet.set_row(row, height)
    return table.first_row + len(table.rows)


def _write_headings(sheet: Worksheet, table: SheetTable, formats: _Formats) -> None:
    """One row of headings, or two: neighbours of one group share a cell above their own."""
    last = table.first_row - 1
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, column.width, None, {"hidden": column.folded})
        if column.group or last == _FIRST_HEADING:
            sheet.write_string(last, position, _heading(column), formats.header)
        else:
            sheet.merge_range(_FIRST_HEADING, position, last, position, _heading(column), formats.header)
    for group, run in groupby(enumerate(table.columns), key=lambda item: item[1].group):
        places = [place for place, _ in run]
        if group:
            _span(sheet, _FIRST_HEADING, places[0], places[-1], group, formats.header)
    sheet.set_row(last, max(_lines(_heading(column), column.width, table.font_size) for column in table.columns) + 4)


def _heading(column: SheetColumn) -> str:
    """A short heading that does not fit is broken in its middle: 婚姻/状况, not 婚姻状/况."""
    text = column.heading
    if _width(text) > column.width and 3 < len(text) < 6:
        return f"{text[: (len(text) + 1) // 2]}\n{text[(len(text) + 1) // 2 :]}"
    return text


def _style(column: SheetColumn, formats: _Formats) -> Format:
    named = {"integer": formats.whole, "date": formats.day, "month": formats.month, "token": formats.token}
    if column.wrap:
        return formats.prose if column.width >= _PROSE_WIDTH else formats.wrapped
    return named.get(column.kind, formats.text)


def _write_column(
    sheet: Worksheet, position: int, column: SheetColumn, values: Sequence[Cell], style: Format, first: int
) -> None:
    """A column's cells from row `first` on: texts as text whatever they look like, the rest as it is or blank."""
    write_string, write_blank = sheet.write_string, sheet.write_blank
    for row, value in enumerate(values, first):
        if value is None or value == "":
            write_blank(row, position, None, style)
        elif isinstance(value, str):
            if write_string(row, position, value, style) != 0:
                raise PublicationError(
                    f"{sheet.get_name()}: the text under {column.heading} in row {row + 1} is too long for a cell",
                    remedy="Find the delivery this row came from and ask its sender to shorten the text.",
                )
        elif isinstance(value, int):
            sheet.write_number(row, position, value, style)
        else:
            sheet.write_datetime(row, position, value, style)


def _write_merged(
    sheet: Worksheet, position: int, column: SheetColumn, values: Sequence[Cell], style: Format, first: int
) -> None:
    """Texts of a column in which equal neighbours are one tall cell."""
    for value, run in groupby(enumerate(values, first), key=lambda item: item[1]):
        rows = [row for row, _ in run]
        if len(rows) == 1:
            _write_column(sheet, position, column, [value], style, rows[0])
        else:
            sheet.merge_range(rows[0], position, rows[-1], position, str(value or ""), style)


def _span(sheet: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    """`text` over the columns first..last; a single column is no merge."""
    if first == last:
        sheet.write_string(row, first, text, style)
    else:
        sheet.merge_range(row, first, row, last, "", style)
        sheet.write_string(row, first, text, style)


def _shares(columns: Sequence[SheetColumn], texts: Sequence[str]) -> list[tuple[int, int, str]]:
    """The columns divided among `texts` as (first, last, text), at the boundaries nearest to equal shares.

    All in one cell when there are too few columns or a text would not fit its share.
    """
    edges = [0.0, *accumulate(column.width for column in columns)]
    cuts = [0]
    for share in range(1, len(texts)):
        wanted = edges[-1] * share / len(texts)
        free = range(cuts[-1] + 1, len(columns) - (len(texts) - share) + 1)
        cuts.append(min(free, key=lambda place: abs(edges[place] - wanted), default=-1))
    cuts.append(len(columns))
    shares = [(cuts[i], cuts[i + 1] - 1, text) for i, text in enumerate(texts)]
    if -1 in cuts or any(_width(text) * _LINE_SIZE > edges[last + 1] - edges[first] for first, last, text in shares):
        return [(0, len(columns) - 1, "　　　　".join(texts))]
    return shares


def _heights(table: SheetTable) -> list[float]:
    """Row heights in points that show the tallest wrapped cell of each row whole."""
    least = max(_ROW_HEIGHT, table.font_size * 2)
    heights = [least] * len(table.rows)
    for position, column in enumerate(table.columns):
        if not column.wrap:
            continue
        width = column.width - 2 * (column.width >= _PROSE_WIDTH)
        in_one_line = int(width * 10 / table.font_size) // 2
        for row, values in enumerate(table.rows):
            text = values[position]
            if isinstance(text, str) and len(text) > in_one_line:
                heights[row] = max(heights[row], _lines(text, width, table.font_size))
    return heights


def _lines(text: str, width: float, size: float) -> float:
    """Height of `text` in a column `width` characters wide, as many lines as its widest reading needs."""
    room = max(width * 10 / size, 4)
    lines = sum(max(1, math.ceil(_width(part) / (room - room % 2))) for part in text.split("\n"))
    return max(_ROW_HEIGHT, size * 2, lines * size * 1.35 + 6)


def _width(text: str) -> int:
    """Width in digits: what takes three bytes in UTF-8 (Chinese, full-width marks) is two wide."""
    return (len(text) + len(text.encode())) // 2
