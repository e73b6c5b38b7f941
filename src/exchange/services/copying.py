"""Frames as the CSV that COPY reads: NULL is an unquoted nothing, an empty text is `""`, bytes are hex."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

_BATCH_ROWS = 50_000


def as_arrow(frame: pd.DataFrame | pa.Table) -> pa.Table:
    """An Arrow table of types COPY understands; lists, dicts and structs become canonical JSON, bytes `\\x…`."""
    table = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(_json_text(frame), preserve_index=False)
    columns = [_textual(column) for column in table.itercolumns()]
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no blanks and real characters: equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


class CsvStream(io.TextIOBase):
    """A readable stream over the table, rendered batch by batch so that memory stays flat."""

    def __init__(self, table: pa.Table) -> None:
        self._batches: Iterator[pa.RecordBatch] = iter(table.to_batches(max_chunksize=_BATCH_ROWS))
        self._rest = io.BytesIO()

    def read(self, size: int | None = -1) -> bytes:  # type: ignore[override]
        """Up to `size` bytes; b"" at the end. COPY reads bytes, whatever the stream calls itself."""
        wanted = 1 << 62 if size is None or size < 0 else size
        pieces: list[bytes] = []
        have = 0
        while have < wanted:
            piece = self._rest.read(wanted - have)
            if not piece:
                batch = next(self._batches, None)
                if batch is None:
                    break
                self._rest = io.BytesIO(_render(batch))
                continue
            pieces.append(piece)
            have += len(piece)
        return b"".join(pieces)


def _render(batch: pa.RecordBatch) -> bytes:
    sink = io.BytesIO()
    pa_csv.write_csv(pa.Table.from_batches([batch]), sink, pa_csv.WriteOptions(include_header=False))
    return sink.getvalue()


def _json_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of Python dicts or lists as JSON text; Arrow would make structs of them and lose absent keys."""
    changed: dict[str, Any] = {}
    for name in frame.columns:
        column = frame[name]
        if column.dtype != object:
            continue
        first = next((value for value in column if value is not None), None)
        if isinstance(first, dict | list | tuple):
            changed[name] = [None if value is None else canonical_json(value) for value in column]
    return frame.assign(**changed) if changed else frame


def _textual(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _textual(column.cast(kind.value_type))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.chunked_array([pa.array(_hex(column), pa.string())])
    if pa.types.is_nested(kind):
        values = (value.as_py() for value in column)
        return pa.chunked_array([pa.array([None if v is None else canonical_json(v) for v in values], pa.string())])
    if pa.types.is_floating(kind):
        # NaN is pandas' word for nothing; PostgreSQL would store it as a number.
        return pc.if_else(pc.is_nan(column), None, column)
    return column


def _hex(column: pa.ChunkedArray) -> list[str | None]:
    return [None if value is None else "\\x" + value.hex() for value in column.to_pylist()]
