"""Turns rows of cells into Arrow columns: the text of each cell as seen, and beside it what kind of cell it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_FROM_1900_TO_1904 = 1_462
_FIRST_DAY, _LAST_DAY = 10_000, 98_538

Broken = Mapping[tuple[int, int], str]

_BASE = (
    ("sheet", pa.string()),
    ("sheet_no", pa.int32()),
    ("row", pa.int64()),
    ("row_kind", pa.string()),
    ("block", pa.string()),
)


def schema_of(fields: Sequence[str]) -> pa.Schema:
    """sheet, sheet_no, row, row_kind, block; then `<field>` and `<field>__cell` for every field."""
    pairs = [(name, pa.string()) for field in fields for name in (field, f"{field}__cell")]
    return pa.schema([*_BASE, *pairs])


def batch_of(
    place: Mapping[str, Any],
    rows: Sequence[Sequence[Any]],
    positions: Mapping[str, Sequence[int]],
    broken: Broken,
    schema: pa.Schema,
    from_1904: Collection[str] = (),
) -> pa.Table:
    """One table of the rows of a sheet.

    `place` holds sheet, sheet_no and the lists row, row_kind and block; `positions` says in which column each
    field stands, or in which when it was split (an address by province, town and house). Cells of rows that are not
    data are not kept: their kind is `empty`, their text null. Numbers that stand for days in the fields `from_1904`
    are told as everybody else counts them, from 1900.
    """
    count = len(rows)
    is_data = [kind == "data" for kind in place["row_kind"]]
    columns: dict[str, Any] = {
        "sheet": pa.repeat(pa.scalar(place["sheet"], pa.string()), count),
        "sheet_no": pa.repeat(pa.scalar(place["sheet_no"], pa.int32()), count),
        "row": pa.array(place["row"], pa.int64()),
        "row_kind": pa.array(place["row_kind"], pa.string()),
        "block": pa.array(place["block"], pa.string()),
    }
    empty = pa.repeat(pa.scalar("empty", pa.string()), count)
    for name in schema.names[len(_BASE) :: 2]:
        columns[name], columns[f"{name}__cell"] = pa.nulls(count, pa.string()), empty
    if any(is_data):
        width = max(map(len, rows))
        kept = [_padded(row, width) if keep else [""] * width for row, keep in zip(rows, is_data, strict=True)]
        by_column = list(zip(*kept, strict=True))
        for name, places in positions.items():
            found = [by_column[position] for position in places if position < width]
            if found:
                errors = {row: text for (row, column), text in broken.items() if column in places}
                cells = found[0] if len(found) == 1 else [_joined(parts) for parts in zip(*found, strict=True)]
                cells = [_since_1900(cell) for cell in cells] if name in from_1904 else cells
                columns[name], columns[f"{name}__cell"] = _column(cells, place["row"], is_data, errors)
    return pa.table(columns, schema=schema)


def with_constant(table: pa.Table, field: str, text: str) -> pa.Table:
    """The table with `text` as the value of `field` in every data row."""
    is_data = pc.equal(table["row_kind"], "data")
    texts = pc.if_else(is_data, pa.scalar(text, pa.string()), pa.scalar(None, pa.string()))
    kinds = pc.if_else(is_data, pa.scalar("text", pa.string()), pa.scalar("empty", pa.string()))
    for name, values in ((field, texts), (f"{field}__cell", kinds)):
        table = table.set_column(table.schema.get_field_index(name), name, values)
    return table


def _padded(row: Sequence[Any], width: int) -> Sequence[Any]:
    return row if len(row) == width else [*row, *[""] * (width - len(row))]


def _joined(parts: Sequence[Any]) -> str:
    """The parts of an address one behind the other, none of them twice."""
    whole = ""
    for part in parts:
        text = (cell_of(part)[0] or "").strip()
        whole = text if text.startswith(whole) else whole if text in whole else whole + text
    return whole


def _column(
    cells: Sequence[Any], numbers: Sequence[int], is_data: Sequence[bool], errors: Mapping[int, str]
) -> tuple[pa.Array, pa.Array]:
    if not errors and set(map(type, cells)) == {str}:
        texts = pa.array(cells, pa.string())
        is_empty = pc.equal(texts, "")
        kinds = pc.if_else(is_empty, pa.scalar("empty"), pa.scalar("text"))
        return pc.if_else(is_empty, pa.scalar(None, pa.string()), texts), kinds
    pairs = [cell_of(cell) for cell in cells]
    for index, number in enumerate(numbers):
        if number - 1 in errors and is_data[index]:
            pairs[index] = (errors[number - 1] or None, "error")
    return pa.array([text for text, _ in pairs], pa.string()), pa.array([kind for _, kind in pairs], pa.string())


def _since_1900(cell: Any) -> Any:
    """A number of five digits is a day; shorter ones may be years."""
    is_day = isinstance(cell, int | float) and not isinstance(cell, bool) and _FIRST_DAY <= cell < _LAST_DAY
    return cell + _FROM_1900_TO_1904 if is_day else cell


def cell_of(cell: Any) -> tuple[str | None, str]:
    """Text and kind of a cell. Whole numbers lose their .0 and no digit; dates and moments are ISO."""
    if isinstance(cell, str):
        return (cell, "text") if cell else (None, "empty")
    if isinstance(cell, bool):
        return ("TRUE" if cell else "FALSE"), "boolean"
    if isinstance(cell, int):
        return str(cell), "number"
    if isinstance(cell, float):
        return (str(int(cell)) if cell.is_integer() else repr(cell)), "number"
    if isinstance(cell, datetime):
        return (cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")), "date"
    if isinstance(cell, date | time):
        return cell.isoformat(), "date"
    if isinstance(cell, timedelta):
        return str(cell), "number"
    return str(cell), "text"
