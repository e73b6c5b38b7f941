"""Reads a workbook a clerk sent back, inside the sandbox: row tokens and answers, whatever order the columns have."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineWorkbook

from exchange.services.parsing.unlock import unlock

ROW_MARK: Final = "行标识"
HEADINGS: Final = {
    ROW_MARK: "token",
    "核实结果": "answer",
    "更正内容": "correction",
    "核实人": "answered_by",
    "核实日期": "answered_on",
    "接收结果": "answer",
    "接收说明": "correction",
    "接收人": "answered_by",
    "接收日期": "answered_on",
    "核对结果": "answer",
    "核对人": "answered_by",
    "核对日期": "answered_on",
}
_HEADER_WITHIN = 20
_LONGEST = 500


def read_answers(arguments: dict[str, Any]) -> dict[str, Any]:
    """`rows`: sheet, row (1-based) and the answer columns found there as text, for every row with a token.

    A file that asks for a password is opened with one of the `passwords`.
    """
    content = unlock(Path(arguments["path"]).read_bytes(), arguments.get("passwords", ()))
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows: list[dict[str, Any]] = []
    for name in book.sheet_names:
        rows += _rows(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    return {"rows": rows}


def _rows(name: str, cells: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    for place, line in enumerate(cells[:_HEADER_WITHIN]):
        seen = {"".join(str(cell).split()): column for column, cell in enumerate(line)}
        if ROW_MARK in seen:
            columns = {field: seen[heading] for heading, field in HEADINGS.items() if heading in seen}
            return [
                {"sheet": name, "row": row, **{field: _text(body[column]) for field, column in columns.items()}}
                for row, body in enumerate(cells[place + 1 :], place + 2)
                if _text(body[columns["token"]])
            ]
    return []


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()[:_LONGEST]
