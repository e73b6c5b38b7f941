"""Reads “XML spreadsheet 2003” files, which web systems export under the name .xls, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from lxml import etree

from exchange.services.parsing.book import MAX_COLUMNS, Book, Refused, Row, SheetData
from exchange.services.parsing.precheck import MAX_ROWS

_SS: Final = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE: Final = "{urn:schemas-microsoft-com:office:excel}Visible"


@dataclass
class _Notes:
    """A sheet's name, whether it can be seen, merged ranges, and cells that show an error."""

    name: str
    visible: bool = True
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


def open_spreadsheet_xml(path: Path) -> Book:
    """The workbook's sheets. Raises Refused for a file that is cut short, declares entities, or has no sheet."""
    notes: list[_Notes] = []
    for number, element in _walk(path):
        if element.tag == f"{_SS}Worksheet":
            notes.append(_Notes(str(element.get(f"{_SS}Name", ""))))
        elif element.tag == _VISIBLE and notes:
            notes[-1].visible = "Hidden" not in (element.text or "")
        elif number and notes:
            _note(notes[-1], number - 1, element)
    if not notes:
        raise Refused("XML 电子表格里没有工作表")
    return Book(
        container="xml",
        encoding="",
        sheets=tuple(
            SheetData(one.name, one.visible, partial(_rows, path, place), tuple(one.merges), one.broken)
            for place, one in enumerate(notes)
        ),
    )


def _walk(path: Path) -> Iterator[tuple[int, etree._Element]]:
    """(0, a sheet as it begins or its visibility) and (number from 1, a row), in the order of the file."""
    tags = (f"{_SS}Worksheet", f"{_SS}Row", _VISIBLE)
    number = 0
    try:
        reader = etree.iterparse(
            str(path), events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        )
        for event, element in reader:
            if element.getroottree().docinfo.doctype:
                raise Refused("文件含有不允许的 XML 声明")
            if element.tag == tags[0] and event == "start":
                number = 0
                yield 0, element
            elif element.tag == tags[1] and event == "end":
                number = int(element.get(f"{_SS}Index", number + 1))
                if not 0 < number <= MAX_ROWS:
                    raise Refused(f"工作表在第 {MAX_ROWS} 行以外有单元格")
                yield number, element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif element.tag == _VISIBLE and event == "end":
                yield 0, element
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("文件不完整或已损坏，无法打开") from error


def _cells(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """(Column from 0, cell); a cell without a place of its own stands behind the one before and all that it spans."""
    column = 0
    for cell in row.iterfind(f"{_SS}Cell"):
        column = int(cell.get(f"{_SS}Index", column + 1)) - 1
        if not 0 <= column < MAX_COLUMNS:
            raise Refused(f"工作表在第 {MAX_COLUMNS} 列以外有单元格，请删除表外的内容和格式后重报")
        yield column, cell
        column += 1 + int(cell.get(f"{_SS}MergeAcross", 0))


def _note(notes: _Notes, row: int, element: etree._Element) -> None:
    for column, cell in _cells(element):
        across, down = (int(cell.get(f"{_SS}Merge{way}", 0)) for way in ("Across", "Down"))
        if across or down:
            notes.merges.append(((row, column), (row + down, column + across)))
        data = cell.find(f"{_SS}Data")
        if data is not None and data.get(f"{_SS}Type") == "Error":
            notes.broken[row, column] = "".join(data.itertext())


def _rows(path: Path, place: int) -> Iterator[Row]:
    """The rows of the sheet at `place`, blank ones between them included."""
    sheet, told = -1, 0
    for number, element in _walk(path):
        sheet += element.tag == f"{_SS}Worksheet"
        if not number or sheet != place:
            continue
        yield from ((blank, ()) for blank in range(told + 1, number))
        cells: list[Any] = []
        for column, cell in _cells(element):
            cells += [""] * (column - len(cells))
            cells.append(_value(cell.find(f"{_SS}Data")))
        yield number, cells
        told = number


def _value(data: etree._Element | None) -> Any:
    """A cell as the other readers of workbooks give it: text, number, boolean or moment."""
    text = "" if data is None else "".join(data.itertext())
    kind = "" if data is None else data.get(f"{_SS}Type")
    if not text or kind in (None, "", "String", "Error"):
        return text
    if kind == "Boolean":
        return text == "1"
    return datetime.fromisoformat(text) if kind == "DateTime" else float(text)
