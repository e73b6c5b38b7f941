"""The file a sender's corrected rows travel in: a plain workbook the ordinary reader reads, every cell of its kind."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from python_calamine import CalamineWorkbook

from exchange.services.parsing.own_rows import seen

Seen = tuple[str | None, str]
"""A cell: its text, null when empty, and its kind."""

SHEET: Final = "更正"
FIRST_ROW: Final = 2
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_correction(rows: Sequence[Mapping[str, Seen]], columns: Sequence[tuple[str, str]], day: date) -> bytes:
    """The rows (field -> cell) as a delivery, one below the other from FIRST_ROW on; `columns` are (field, heading).

    A cell keeps its kind: a number that has lost its digits stays a number. Equal rows give equal bytes.
    """
    target = BytesIO()
    book = xlsxwriter.Workbook(target, dict(_OPTIONS))
    book.set_properties({"created": datetime.combine(day, time())})
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    as_moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet(SHEET)
    for position, (_, heading) in enumerate(columns):
        sheet.write_string(0, position, heading)
    for line, row in enumerate(rows, FIRST_ROW - 1):
        for position, (field, _) in enumerate(columns):
            _write(sheet, line, position, row.get(field, (None, "empty")), as_day, as_moment)
    book.close()
    return target.getvalue()


def read_correction(content: bytes, fields: Mapping[str, str]) -> dict[tuple[str, int], dict[str, Seen]]:
    """A file of ours read back: (sheet, physical row) -> field -> cell; `fields` says what the headings stand for."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    lines = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    names = [fields[str(cell)] for cell in lines[0]]
    found: dict[tuple[str, int], dict[str, Seen]] = {}
    for number, line in enumerate(lines[1:], FIRST_ROW):
        cells = ((name, seen(cell)) for name, cell in zip(names, line, strict=False))
        found[SHEET, number] = {name: (text or None, kind) for name, (text, kind) in cells}
    return found


def _write(sheet: Any, row: int, column: int, cell: Seen, as_day: Any, as_moment: Any) -> None:
    text, kind = cell
    if text is None:
        return
    if kind == "number":
        sheet.write_number(row, column, float(text))
    elif kind == "boolean":
        sheet.write_boolean(row, column, text == "TRUE")
    elif kind == "date" and (moment := _moment(text)) is not None:
        sheet.write_datetime(row, column, moment, as_day if moment.time() == time() else as_moment)
    else:
        sheet.write_string(row, column, text)


def _moment(text: str) -> datetime | None:
    """A day or moment as the reader writes it; None for a time of day and anything else, which stays text."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
