"""Reads xlsx and xls workbooks with calamine: every sheet, hidden or not, every row from the first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

from exchange.services.parsing.book import Book, Refused, Row, SheetData
from exchange.services.parsing.precheck import SheetNotes, check_workbook

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")


def open_xlsx(path: Path) -> Book:
    """An xlsx workbook. Raises Refused when the look beforehand, or the reader, finds it unfit."""
    return _open(path, "xlsx", check_workbook(path))


def open_xls(path: Path) -> Book:
    """A workbook in the old binary format. Raises Refused for passwords, macros and anything that is no workbook."""
    data = path.read_bytes()
    if _ENCRYPTED in data:
        raise Refused("文件有密码，请取消密码后重报")
    if _MACROS in data:
        raise Refused("文件带有宏，请另存为不含宏的 xlsx")
    return _open(path, "xls", {})


def _open(path: Path, container: str, notes: dict[str, SheetNotes]) -> Book:
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
    return Book(container=container, encoding="", sheets=sheets)


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
