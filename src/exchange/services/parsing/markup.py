"""Reads the tables of an HTML page, which many systems export under the name .xls."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from exchange.services.parsing.book import MAX_COLUMNS, Book, Refused, Row, SheetData
from exchange.services.parsing.delimited import decode_text

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_OPEN = re.compile(r"<table\b", re.IGNORECASE)
_CLOSED = re.compile(r"</table\s*>", re.IGNORECASE)
_MAX_SPAN_ROWS = 65_534


def open_html(path: Path) -> Book:
    """The page's tables as one sheet, rows numbered by their <tr> from 1. Raises Refused for a page cut short."""
    text, encoding = decode_text(path.read_bytes())
    if "\0" in text:
        raise Refused("文件含有不可见的空字符，不是正常的网页表格")
    if len(_OPEN.findall(text)) != len(_CLOSED.findall(text)):
        raise Refused("网页表格不完整，文件可能被截断")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode("utf-8"), parser)
    if root is None or root.find(".//tr") is None:
        raise Refused("网页里没有表格")
    rows, merges = _unfold(root)
    sheet = SheetData(name="", visible=True, rows=lambda: _numbered(rows), merges=tuple(merges))
    return Book(container="html", encoding=encoding, sheets=(sheet,))


def _numbered(rows: list[list[str]]) -> Iterator[Row]:
    yield from enumerate(rows, start=1)


def _unfold(root: etree._Element) -> tuple[list[list[str]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    """Rows with spanned cells left empty beside and below the cell that holds the text, and the spans."""
    rows: list[list[str]] = []
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = []
    hanging: dict[int, int] = {}
    table = None
    for index, row in enumerate(root.iter("tr")):
        owner = next(row.iterancestors("table"), None)
        if owner is not table:
            table, hanging = owner, {}
        cells: list[str] = []
        below: dict[int, int] = {}
        for cell in row.iterchildren("td", "th"):
            while hanging.get(len(cells), 0):
                cells.append("")
            columns, height = _span(cell, "colspan", MAX_COLUMNS), _span(cell, "rowspan", _MAX_SPAN_ROWS)
            if columns > 1 or height > 1:
                merges.append(((index, len(cells)), (index + height - 1, len(cells) + columns - 1)))
            if height > 1:
                below.update(dict.fromkeys(range(len(cells), len(cells) + columns), height - 1))
            cells += [_text(cell), *[""] * (columns - 1)]
            if len(cells) > MAX_COLUMNS:
                raise Refused(f"第 {index + 1} 行超过 {MAX_COLUMNS} 列")
        hanging = {position: left - 1 for position, left in hanging.items() if left > 1} | below
        rows.append(cells)
    return rows, merges


def _span(cell: etree._Element, name: str, most: int) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), most) if value.isascii() and value.isdecimal() else 1


def _text(cell: etree._Element) -> str:
    """The cell's text as a browser shows it: source line breaks and runs of blanks are one blank."""
    if not len(cell):
        return _BLANKS.sub(" ", cell.text or "").strip(" ")
    return _BLANKS.sub(" ", "".join(str(part) for part in cell.itertext())).strip(" ")
