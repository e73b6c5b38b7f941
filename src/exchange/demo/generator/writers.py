"""Sheets to bytes, in each container that arrives: text in three encodings, workbooks, and HTML called a workbook."""

import csv
import html
import io
from datetime import UTC, date, datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from exchange.demo.generator.papers import Line, Sheet
from exchange.demo.generator.styles import Container
from exchange.demo.generator.wording import Written

_CREATED = datetime(2026, 1, 1, 8, tzinfo=UTC)
_BIG = 1e11


def file_bytes(container: Container, sheets: list[Sheet]) -> bytes:
    """The file; text and HTML hold the first sheet alone. Equal sheets give equal bytes."""
    if container == "xlsx":
        return _workbook(sheets)
    if container == "html":
        return _html(sheets[0])
    text = _delimited(sheets[0], "\t" if container == "utf16" else ",")
    if container == "gb18030":
        return text.encode("gb18030")
    return b"\xff\xfe" + text.encode("utf-16-le") if container == "utf16" else text.encode("utf-8-sig")


def _shown(value: Written) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:.5E}" if abs(value) >= _BIG else f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return value


def _width(sheet: Sheet) -> int:
    return max(len(line.cells) for line in sheet.lines)


def _delimited(sheet: Sheet, delimiter: str) -> str:
    width = _width(sheet)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    for line in sheet.lines:
        cells = [_shown(cell) for cell in line.cells]
        writer.writerow(cells + [""] * (width - len(cells)))
    return buffer.getvalue()


def _html(sheet: Sheet) -> bytes:
    width = _width(sheet)
    parts = ['<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>',
             '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">',
             "<style>td{mso-number-format:\"\\@\";border:.5pt solid black}</style></head><body>",
             '<table border="1" cellspacing="0">']  # fmt: skip
    for line in sheet.lines:
        parts.append(_html_row(line, width))
    parts.append("</table></body></html>")
    return "\r\n".join(parts).encode("gb18030")


def _html_row(line: Line, width: int) -> str:
    tag = "th" if line.kind == "header" else "td"
    if line.span:
        return f'<tr><{tag} colspan="{width}">{html.escape(_shown(line.cells[0]))}</{tag}></tr>'
    cells = [_shown(cell) for cell in line.cells]
    cells += [""] * (width - len(cells))
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell) or '&nbsp;'}</{tag}>" for cell in cells) + "</tr>"


def _workbook(sheets: list[Sheet]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED, "author": ""})
    looks = {
        "plain": book.add_format({"font_name": "宋体", "font_size": 10}),
        "header": book.add_format({"font_name": "宋体", "font_size": 10, "bold": True, "align": "center", "border": 1}),
        "title": book.add_format({"font_name": "黑体", "font_size": 14, "align": "center"}),
        "date": book.add_format({"font_name": "宋体", "font_size": 10, "num_format": "yyyy/m/d"}),
        "number": book.add_format({"font_name": "宋体", "font_size": 10, "num_format": "General"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        _fill(page, sheet, looks)
    book.close()
    return buffer.getvalue()


def _fill(page: Worksheet, sheet: Sheet, looks: "dict[str, xlsxwriter.format.Format]") -> None:
    width = _width(sheet)
    merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
    for row, line in enumerate(sheet.lines):
        look = looks[line.kind] if line.kind in looks else looks["plain"]
        if line.span and width > 1:
            page.merge_range(row, 0, row, width - 1, line.cells[0], look)
            continue
        for column, value in enumerate(line.cells):
            if (row, column) in merged:
                page.merge_range(row, column, *merged[row, column], value, look)
            elif value is not None and value != "":
                _cell(page, row, column, value, look, looks)
    for row in sheet.hidden_rows:
        page.set_row(row, None, None, {"hidden": True})
    if width > 3:
        page.set_column(0, width - 1, 12)


def _cell(
    page: Worksheet, row: int, column: int, value: Written, look: object, looks: "dict[str, xlsxwriter.format.Format]"
) -> None:
    if isinstance(value, date):
        page.write_datetime(row, column, value, looks["date"])
    elif isinstance(value, float | int):
        page.write_number(row, column, value, looks["number"])
    else:
        page.write_string(row, column, value or "", look)
