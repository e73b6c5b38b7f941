"""Reads a feedback workbook that came back, inside the sandbox: every row with a token, its cells by heading."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from exchange.services.parsing.answers import ROW_MARK

RULE_MARK: Final = "问题代码"
_LISTS: Final = {"文件", "工作表", "列"}
"""Headings of the list of problems, which has tokens as well but none of the sender's columns."""

_HEADER_WITHIN = 20
_FILE = "文件："
_SHEET = "　工作表："
_SCHEMA = pa.schema(
    [("place", pa.int32()), ("row", pa.int64()), ("token", pa.string())]
    + [(name, pa.list_(pa.string())) for name in ("texts", "kinds")]
)


def read_own_rows(arguments: dict[str, Any]) -> dict[str, Any]:
    """Writes place (of the sheet), row, token, texts and kinds per row to `arguments["out"]`.

    Returns `sheets`: name, headings, file (as the sheet's second line names it, or ""), loose (filled rows without a
    token). A sheet that is not a sender's own is left out.
    """
    book = CalamineWorkbook.from_filelike(BytesIO(Path(arguments["path"]).read_bytes()))
    sheets: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for name in book.sheet_names:
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        found = _sheet(name, cells)
        if found is not None:
            facts, own = found
            rows += [{**row, "place": len(sheets)} for row in own]
            sheets.append(facts)
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), arguments["out"])
    return {"sheets": sheets}


def _sheet(name: str, cells: Sequence[Sequence[Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    for place, line in enumerate(cells[:_HEADER_WITHIN]):
        headings = ["".join(str(cell).split()) for cell in line]
        if ROW_MARK in headings and RULE_MARK in headings and not set(headings) >= _LISTS:
            token = headings.index(ROW_MARK)
            rows, loose = [], 0
            for number, body in enumerate(cells[place + 1 :], place + 2):
                found = [seen(cell) for cell in body]
                if found[token][0]:
                    texts, kinds = [text for text, _ in found], [kind for _, kind in found]
                    rows.append({"row": number, "token": found[token][0], "texts": texts, "kinds": kinds})
                else:
                    # The notes below the table are one cell each; a row somebody added has more.
                    loose += sum(bool(text) for text, _ in found) > 1
            facts = {"name": name, "headings": headings, "file": _file(cells[:place]), "loose": loose}
            return facts, rows
    return None


def _file(above: Sequence[Sequence[Any]]) -> str:
    """The name of the file the sheet goes back to, from the line below the title."""
    for line in above:
        for cell in line:
            if isinstance(cell, str) and cell.startswith(_FILE):
                return cell.removeprefix(_FILE).split(_SHEET)[0].split("　　")[0].strip()
    return ""


def seen(cell: Any) -> tuple[str, str]:
    """Text and kind of a cell, as the reader of deliveries tells them apart; "" and `empty` for nothing."""
    if isinstance(cell, str):
        return cell.strip(), "text" if cell.strip() else "empty"
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), "boolean"
    if isinstance(cell, int | float):
        return (str(int(cell)) if float(cell).is_integer() else repr(cell)), "number"
    iso = cell.isoformat(" ", "seconds") if hasattr(cell, "hour") and hasattr(cell, "year") else str(cell)
    return iso.removesuffix(" 00:00:00"), "date"
