"""The trace as a workbook that is read without this installation: facts, members, source rows, rule texts."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from exchange.model.errors import RegistryError
from exchange.model.trace import Trace, TraceTable

_OPTIONS: Final[dict[str, Any]] = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_format_properties": {"font_name": "宋体", "font_size": 10},
}  # fmt: skip
_A4: Final = 9
_WIDEST: Final = 70
_NARROW: Final = 28
"""Columns of a table with many of them: long fingerprints fold, so that a page stays readable."""
_LINE: Final = 15
_HIGHEST: Final = 400
_LONGEST: Final = 32_000
"""Excel cuts a cell at 32,767 characters; a longer text goes on in the next row."""


def write_trace(trace: Trace, to: Path) -> Path:
    """Write the trace to `to` (.xlsx), whole or not at all and for its owner only.

    Raises RegistryError for another suffix.
    """
    if to.suffix != ".xlsx":
        raise RegistryError(f"a trace cannot be written as {to.suffix or 'a file without suffix'}", remedy="Use .xlsx.")
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(trace_book(trace))
    part.replace(to)
    return to


def trace_book(trace: Trace) -> bytes:
    """The workbook's bytes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, dict(_OPTIONS))
    book.set_properties({"title": trace.title, "comments": "仅供审计使用，不含姓名、证件号码"})
    facts = TraceTable("说明", ("项目", "内容"), tuple(trace.facts))
    for table in (facts, *trace.tables, _split(trace.texts)):
        _sheet(book, table, trace.title)
    book.close()
    return target.getvalue()


def _sheet(book: Any, table: TraceTable, title: str) -> None:
    sheet = book.add_worksheet(table.name)
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#EEEEEE"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.write_string(0, 0, f"{title}　{table.name}", book.add_format({"bold": True, "font_size": 14}))
    widest = _NARROW if len(table.columns) > 9 else _WIDEST
    widths = []
    for place, name in enumerate(table.columns):
        sheet.write_string(1, place, name, head)
        longest = max((_width(row[place]) for row in table.rows), default=0)
        widths.append(min(max(_width(name), longest) + 2, widest))
        sheet.set_column(place, place, widths[-1])
    for number, row in enumerate(table.rows, 2):
        lines = max(_lines(text, width) for text, width in zip(row, widths, strict=True))
        sheet.set_row(number, min(_LINE * lines, _HIGHEST))
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, cell)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&L仅供审计使用&R第&P页 共&N页")


def _split(table: TraceTable) -> TraceTable:
    """Texts that are longer than a cell go on in the next row."""
    rows = tuple(
        (*row[:-1], row[-1][start : start + _LONGEST])
        for row in table.rows
        for start in range(0, max(len(row[-1]), 1), _LONGEST)
    )
    return TraceTable(table.name, table.columns, rows)


def _lines(text: str, width: int) -> int:
    """Lines a text takes in a column of this width."""
    return sum(max(1, -(-_width(line) // max(width - 3, 1))) for line in text.splitlines()) or 1


def _width(text: str) -> int:
    """Columns the longest line takes: a Chinese character is two."""
    return max((sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in text.splitlines()), default=0)
