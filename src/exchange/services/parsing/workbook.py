"""Reads xlsx and xls workbooks with calamine: every sheet, hidden or not, every row from the first."""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import python_calamine

from exchange.services.parsing.book import Book, Refused, Row, SheetData
from exchange.services.parsing.precheck import SheetNotes, check_workbook

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
# The record that begins a workbook's stream (of Excel 97 and of Excel 5), and two that come later in it.
_GLOBALS = (b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00")
_GLOBALS_WITHIN = 8_192
_DATEMODE, _END = 0x22, 0x0A


def open_xlsx(path: Path) -> Book:
    """An xlsx workbook. Raises Refused when the look beforehand, or the reader, finds it unfit."""
    notes = check_workbook(path)
    return _open(path, "xlsx", notes.sheets, is_1904=notes.is_1904)


def open_xls(path: Path) -> Book:
    """A workbook in the old binary format. Raises Refused for passwords, macros and anything that is no workbook."""
    data = path.read_bytes()
    if _ENCRYPTED in data:
        raise Refused("文件有密码，请取消密码后重报")
    if _MACROS in data:
        raise Refused("文件带有宏，请另存为不含宏的 xlsx")
    is_1904 = _counts_from_1904(data)
    del data
    return _open(path, "xls", {}, is_1904=is_1904)


def _counts_from_1904(data: bytes) -> bool:
    """What the DATEMODE record says. It stands within the first kilobytes of the workbook's stream."""
    start = next((at for mark in _GLOBALS if (at := data.find(mark)) >= 0), -1)
    at = start
    while start >= 0 and at - start < _GLOBALS_WITHIN and at + 5 <= len(data):
        record, size = struct.unpack_from("<HH", data, at)
        if record in (_DATEMODE, _END):
            return record == _DATEMODE and data[at + 4] == 1
        at += 4 + size
    return False


def _open(path: Path, container: str, notes: Mapping[str, SheetNotes], *, is_1904: bool) -> Book:
    try:
        with path.open("rb") as file:  # given a path, the reader would believe the name's ending
            book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheets = tuple(
            _sheet(book, meta, notes.get(meta.name, SheetNotes()))
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        )
    except python_calamine.PasswordError as error:
        raise Refused("文件有密码，请取消密码后重报") from error
    except python_calamine.CalamineError as error:
        raise Refused("文件不完整或已损坏，无法打开") from error
    if not sheets:
        raise Refused("工作簿里没有工作表")
    return Book(container=container, encoding="", sheets=sheets, is_1904=is_1904)


def _sheet(book: python_calamine.CalamineWorkbook, meta: python_calamine.SheetMetadata, notes: SheetNotes) -> SheetData:
    sheet = book.get_sheet_by_name(meta.name)
    return SheetData(
        name=meta.name,
        visible=meta.visible == python_calamine.SheetVisibleEnum.Visible,
        rows=lambda: _rows(sheet),
        merges=tuple(sheet.merged_cell_ranges or ()),
        broken=notes.broken,
        hidden_rows=notes.hidden_rows,
    )


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    """Rows from 1. The reader counts rows from the top of the sheet but columns from the first used one."""
    if sheet.start is None:
        return
    left: list[Any] = [""] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, left + row if left else row
