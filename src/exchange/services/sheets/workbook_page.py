"""A sheet as it lies on paper: A4 landscape, headings on every page, footers that name recipient and purpose."""

import math
from collections.abc import Sequence
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from exchange.model.sheets import SheetColumn, SheetTable, WorkbookPlan, printed_scale
from exchange.services.sheets.workbook_styles import FONT

_A4: Final = 9
_CM: Final = 1 / 2.54
_PAGE_WIDTH: Final = 250
"""Characters across beyond which a sender's own columns go on on another page."""

_MARGIN_LETTERS: Final = 8
_MARGIN: Final = {"margin": 0.7 * _CM}


def set_page(
    sheet: Worksheet, table: SheetTable, plan: WorkbookPlan, columns: Sequence[SheetColumn], last_row: int
) -> None:
    """A4 landscape, one page wide, headings on every page, recipient and purpose in the margins of every page.

    Only a sender's own columns can be wider than a page: they go on as many as they need, each with the row's number.
    What stands at the right of `columns` is for the screen and not printed.
    """
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(pages_across(table), 0)
    if pages_across(table) > 1:
        sheet.repeat_columns(0, 0)
    sheet.set_margins(left=1.0 * _CM, right=1.0 * _CM, top=1.5 * _CM, bottom=1.5 * _CM)
    sheet.center_horizontally()
    sheet.repeat_rows(0, table.first_row - 1)
    sheet.print_area(0, 0, last_row, len(columns) - 1)
    sheet.freeze_panes(table.first_row, table.frozen)
    sheet.hide_gridlines(2)
    # The margins shrink with the sheet: their letters are so much larger that they print in their size all the same.
    scale = printed_scale([column.width for column in columns if not column.folded]) * pages_across(table)
    size = math.ceil(_MARGIN_LETTERS / min(1.0, scale))
    letters = f'&{size}&"{FONT},Regular"'
    owner = _plain(f"{plan.grade}　仅供{plan.recipient}使用")
    sheet.set_header(f"&L{letters}{_plain('用途：' + plan.purpose)}&R{letters}{_plain('批次：' + plan.batch)}", _MARGIN)
    sheet.set_footer(f"&L{letters}{owner}&C{letters}第 &P 页 共 &N 页&R{letters}打印时间 &D", _MARGIN)


def pages_across(table: SheetTable) -> int:
    """How many pages stand side by side: one, but for a sender's own table."""
    shown = (column.width for column in table.columns[: table.printed] if not column.folded)
    return math.ceil(sum(shown) / _PAGE_WIDTH)


def span(sheet: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    """`text` over the columns first..last; a single column is no merge."""
    if first == last:
        sheet.write_string(row, first, text, style)
    else:
        sheet.merge_range(row, first, row, last, text, style)


def _plain(text: str) -> str:
    """Text for a margin, where `&` begins an instruction."""
    return text.replace("&", "&&")
