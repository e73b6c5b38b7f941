"""Reads the tables of an HTML page, which many systems export under the name .xls, without holding the page."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from exchange.services.parsing.book import MAX_COLUMNS, Book, Refused, Row, SheetData
from exchange.services.parsing.delimited import encoding_of
from exchange.services.parsing.gb18030_pua import MOVED

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_OPEN = re.compile(r"<table\b", re.IGNORECASE)
_CLOSED = re.compile(r"</table\s*>", re.IGNORECASE)
_MAX_SPAN_ROWS = 65_534
_CHUNK = 2**16
_LONGEST_TAG = 2**12

_Merge = tuple[tuple[int, int], tuple[int, int]]


def open_html(path: Path) -> Book:
    """The page's tables as one sheet, rows numbered by their <tr> from 1. Raises Refused for a page cut short."""
    encoding, is_private = encoding_of(path)
    _check_whole(path, encoding)
    merges: list[_Merge] = []
    if not any(True for _ in _rows(path, encoding, is_private, merges)):
        raise Refused("网页里没有表格")
    sheet = SheetData(name="", visible=True, rows=lambda: _rows(path, encoding, is_private, []), merges=tuple(merges))
    return Book(container="html", encoding=encoding, sheets=(sheet,))


def _chunks(path: Path, encoding: str, is_private: bool) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        while chunk := file.read(_CHUNK):
            yield chunk.translate(MOVED) if is_private else chunk


def _check_whole(path: Path, encoding: str) -> None:
    """Refuse a page whose tables are not all closed: the parser closes them itself and says nothing."""
    opened = closed = 0
    rest = ""
    for chunk in _chunks(path, encoding, is_private=False):
        text = rest + chunk
        # A tag may go on in the next piece: keep what follows the last "<", unless it is too long for a tag.
        cut = text.rfind("<", max(len(text) - _LONGEST_TAG, 0))
        text, rest = (text, "") if cut < 0 else (text[:cut], text[cut:])
        opened, closed = opened + len(_OPEN.findall(text)), closed + len(_CLOSED.findall(text))
    if opened + len(_OPEN.findall(rest)) != closed + len(_CLOSED.findall(rest)):
        raise Refused("网页表格不完整，文件可能被截断")


def _rows(path: Path, encoding: str, is_private: bool, merges: list[_Merge]) -> Iterator[Row]:
    """The rows as the page is parsed, numbered from 1; `merges` is filled on the way."""
    target = _Tables(merges)
    parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    for chunk in _chunks(path, encoding, is_private):
        parser.feed(chunk.encode("utf-8"))
        yield from target.take()
    parser.close()
    yield from target.take(is_over=True)


@dataclass
class _Line:
    """A row being read. `below` are columns that its cells also fill in so many rows after it."""

    index: int
    cells: list[str] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)
    parts: list[str] | None = None
    columns: int = 1


@dataclass
class _Table:
    """A table being read: its current row, and columns that cells of rows above still fill."""

    row: _Line | None = None
    hanging: Mapping[int, int] = field(default_factory=dict)


class _Tables:
    """What the parser calls: rows come out in the order they begin, spanned cells empty beside and below the text.

    A cell's text does not include that of a table inside it, whose rows are rows of their own.
    """

    def __init__(self, merges: list[_Merge]) -> None:
        self._merges = merges
        self._stack = [_Table()]
        self._done: dict[int, list[str]] = {}
        self._ready: deque[Row] = deque()
        self._begun = self._told = 0

    def take(self, *, is_over: bool = False) -> Iterator[Row]:
        """The rows that are complete, each once."""
        if is_over:
            for table in self._stack:
                self._end_row(table)
        while self._ready:
            yield self._ready.popleft()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        table = self._stack[-1]
        if tag in ("td", "th"):
            # Some programs leave out the row's own tag around the headings.
            self._begin_cell(table, table.row or self._begin_row(table), attributes)
        elif tag == "tr":
            self._begin_row(table)
        elif tag == "table":
            self._stack.append(_Table())

    def data(self, text: str) -> None:
        row = self._stack[-1].row
        if row is not None and row.parts is not None:
            row.parts.append(text)

    def end(self, tag: str) -> None:
        table = self._stack[-1]
        if tag in ("td", "th"):
            if table.row is not None:
                _end_cell(table.row)
        elif tag in ("tr", "thead", "tbody", "tfoot"):
            self._end_row(table)
        elif tag == "table" and len(self._stack) > 1:
            self._end_row(self._stack.pop())

    def close(self) -> None:
        """Nothing is kept for the end."""

    def _begin_row(self, table: _Table) -> _Line:
        self._end_row(table)
        table.row = row = _Line(self._begun)
        self._begun += 1
        return row

    def _begin_cell(self, table: _Table, row: _Line, attributes: Mapping[str, str]) -> None:
        _end_cell(row)
        while table.hanging.get(len(row.cells), 0):
            row.cells.append("")
        row.parts, row.columns = [], 1
        if attributes:
            row.columns = columns = _span(attributes, "colspan", MAX_COLUMNS)
            height, left = _span(attributes, "rowspan", _MAX_SPAN_ROWS), len(row.cells)
            if columns > 1 or height > 1:
                self._merges.append(((row.index, left), (row.index + height - 1, left + columns - 1)))
            if height > 1:
                row.below.update(dict.fromkeys(range(left, left + columns), height - 1))

    def _end_row(self, table: _Table) -> None:
        row, table.row = table.row, None
        if row is None:
            return
        _end_cell(row)
        table.hanging = {place: left - 1 for place, left in table.hanging.items() if left > 1} | row.below
        self._done[row.index] = row.cells
        # A row that holds a table begins before that table's rows: they wait until it has ended.
        while (cells := self._done.pop(self._told, None)) is not None:
            self._told += 1
            self._ready.append((self._told, cells))


def _end_cell(row: _Line) -> None:
    if row.parts is None:
        return
    text = row.parts[0] if len(row.parts) == 1 else "".join(row.parts)
    row.cells.append(_BLANKS.sub(" ", text).strip(" "))
    row.cells += [""] * (row.columns - 1)
    row.parts = None
    if len(row.cells) > MAX_COLUMNS:
        raise Refused(f"第 {row.index + 1} 行超过 {MAX_COLUMNS} 列")


def _span(attributes: Mapping[str, str], name: str, most: int) -> int:
    value = attributes.get(name, "1").strip()
    return min(max(int(value), 1), most) if value.isascii() and value.isdecimal() and len(value) < 9 else 1
