"""A sheet as it lies on paper: A4 landscape, headings on every page, footers that name recipient and purpose."""

import math
from collections.abc import Sequence
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange.model.sheets import SMALLEST_PRINT, SheetColumn, SheetTable, WorkbookPlan, printed_scale
from exchange.services.sheets.workbook_styles import FONT

_A4: Final = 9
_CM: Final = 1 / 2.54
_MARGIN: Final = {"margin": 0.7 * _CM}
_DOWN: Final = (21.0 - 3.0) * 72 * _CM
_PIXELS: Final = 4 / 3
"""Points of a page between its margins; pixels of a point, in which the writer keeps the heights of rows."""


def set_page(
    sheet: Worksheet, table: SheetTable, plan: WorkbookPlan, columns: Sequence[SheetColumn], last_row: int
) -> None:
    """A4 landscape, headings on every page, recipient and purpose in the margins of every page.

    A cover stands on one page unless its letters would be too small. What stands at the right of `columns` is for the
    screen and not printed.
    """
    sheet.set_paper(_A4)
    sheet.set_landscape()
    across = pages(columns, table.font_size)
    scale = min(_scale(columns, *page) for page in across)
    if len(across) == 1:
        onto_one = _DOWN / sum(size / _PIXELS for size, _ in sheet.row_sizes.values())
        is_cover = bool(table.exhibits) and table.font_size * onto_one >= SMALLEST_PRINT
        scale = min(scale, onto_one) if is_cover else scale
        sheet.fit_to_pages(1, int(is_cover))
    else:
        # A sheet that is made to fit is broken where the program that prints it likes.
        sheet.set_print_scale(math.floor(scale * 100))
        sheet.set_v_pagebreaks([first for first, _ in across[1:]])
        sheet.repeat_columns(0, 0)
    sheet.set_margins(left=1.0 * _CM, right=1.0 * _CM, top=1.5 * _CM, bottom=1.5 * _CM)
    sheet.center_horizontally()
    sheet.repeat_rows(0, table.first_row - 1)
    sheet.print_area(0, 0, last_row, len(columns) - 1)
    sheet.freeze_panes(table.first_row, table.frozen)
    sheet.hide_gridlines(2)
    # The margins shrink with the sheet: their letters are so much larger that they print in their size all the same.
    size = math.ceil(SMALLEST_PRINT / scale)
    letters = f'&{size}&"{FONT},Regular"'
    owner = _plain(f"{plan.grade}　仅供{plan.recipient}使用")
    sheet.set_header(f"&L{letters}{_plain('用途：' + plan.purpose)}&R{letters}{_plain('批次：' + plan.batch)}", _MARGIN)
    sheet.set_footer(f"&L{letters}{owner}&C{letters}第 &P 页 共 &N 页&R{letters}打印时间 &D", _MARGIN)


def pages(columns: Sequence[SheetColumn], size: float) -> list[tuple[int, int]]:
    """First and last column of every page across: one page, unless letters of `size` would print too small on it.

    On every page but the first the first column stands again.
    """
    found, first = [], 0
    if size * _scale(columns, 0, len(columns) - 1) >= SMALLEST_PRINT:
        return [(0, len(columns) - 1)]
    while first < len(columns):
        last = first
        while last + 1 < len(columns) and size * _scale(columns, first, last + 1) >= SMALLEST_PRINT:
            last += 1
        found.append((first, last))
        first = last + 1
    return found


def clear_spans(columns: Sequence[SheetColumn], size: float) -> list[tuple[int, int]]:
    """Of every page across the columns that stand on no other: what is written over them is cut by no page's edge."""
    (first, last), *others = pages(columns, size)
    return [(min(first + 1, last), last), *others] if others else [(first, last)]


def _scale(columns: Sequence[SheetColumn], first: int, last: int) -> float:
    """By how much a page of these columns shrinks, the first of all beside them."""
    shown = (*columns[: min(first, 1)], *columns[first : last + 1])
    return printed_scale([column.width for column in shown if not column.folded])


def span(sheet: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    """`text` over the columns first..last; a single column is no merge."""
    if first == last:
        sheet.write_string(row, first, text, style)
    else:
        sheet.merge_range(row, first, row, last, text, style)


def _plain(text: str) -> str:
    """Text for a margin, where `&` begins an instruction."""
    return text.replace("&", "&&")
