"""Typed rows on disk, part by part: memory holds one part, however many rows a month has."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

KEYS: Final = ("row_id", "delivery_id")
_SPOOLED: Final = pa.ipc.IpcWriteOptions(compression="lz4", unify_dictionaries=True)
_PARTS: Final = ("typed", "files")


class Typed:
    """All typed rows of a source and month in file order, as Arrow files with one schema; there is at least one.

    A part is two files: what its rows show by themselves, and what only their whole files show of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: list[int] = []

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self._sizes)

    def add(self, table: pa.Table) -> None:
        """The next part: what its rows show by themselves."""
        self._write("typed", len(self._sizes), table)
        self._sizes.append(table.num_rows)

    def complete(self, table: pa.Table, parts: int) -> None:
        """Columns of the last `parts` parts together; one that a part has already takes its place."""
        first = len(self._sizes) - parts
        starts = accumulate(self._sizes[first:], initial=0)
        for place, start in zip(range(first, len(self._sizes)), starts, strict=False):
            self._write("files", place, table.slice(start, self._sizes[place]).unify_dictionaries())

    def tables(self, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The parts one after another, with all columns or those of `names` that there are."""
        for place in range(len(self._sizes)):
            table, more = (self._read(kind, place, names) for kind in _PARTS)
            for name in more.column_names:
                known = table.schema.get_field_index(name)
                table = (
                    table.append_column(name, more[name]) if known < 0 else table.set_column(known, name, more[name])
                )
            yield table

    def frames(self, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """`tables` as Arrow-backed frames with the keys of every row; words of a small vocabulary are categories."""
        for table in self.tables([*KEYS, *names]):
            yield table.to_pandas(types_mapper=_pandas_type)

    def columns_for(self, suite: Mapping[str, Any]) -> Iterator[pd.DataFrame]:
        """`frames` with just the columns a suite may name."""
        text = str(suite)
        return self.frames([name for kind in _PARTS for name in self._schema(kind, 0).names if name in text])

    def stored(self, added: pa.Table) -> Path:
        """All rows as one Parquet file, with the columns `added`; outcomes stay dictionaries, other texts are plain."""
        path = self._folder / "rows.parquet"
        starts = accumulate(self._sizes, initial=0)
        tables = (
            _with(table, added.slice(start, len(table))) for table, start in zip(self.tables(), starts, strict=False)
        )
        first = next(tables)
        with pq.ParquetWriter(path, first.schema, compression="zstd") as file:
            file.write_table(first)
            for table in tables:
                file.write_table(table)
        return path

    def _path(self, kind: str, place: int) -> Path:
        return self._folder / f"{kind}-{place:05}.arrow"

    def _write(self, kind: str, place: int, table: pa.Table) -> None:
        with pa.ipc.new_file(self._path(kind, place), table.schema, options=_SPOOLED) as file:
            file.write_table(table)

    def _schema(self, kind: str, place: int) -> pa.Schema:
        return pa.ipc.open_file(self._path(kind, place)).schema

    def _read(self, kind: str, place: int, names: Sequence[str] | None) -> pa.Table:
        present = self._schema(kind, place).names
        wanted = None if names is None else [i for i, name in enumerate(present) if name in names]
        if wanted == []:
            return pa.table({})
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        return pa.ipc.open_file(self._path(kind, place), options=options).read_all()


def _with(table: pa.Table, added: pa.Table) -> pa.Table:
    for name in added.column_names:
        table = table.append_column(name, added[name])
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type) and not field.name.endswith("__outcome"):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table


def _pandas_type(kind: pa.DataType) -> Any:
    if pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind):
        return None
    return pd.ArrowDtype(kind)
