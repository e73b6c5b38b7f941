"""The typed rows of a month, worked out a few files at a time: memory follows the largest file, not the month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.features import add_features
from exchange.rules.parse import parse_rows
from exchange.services.lake import Lake

ROWS_AT_ONCE: Final = 250_000
"""Files are typed together until they hold this many rows; a larger file is typed on its own."""

_KEYS: Final = ("row_id", "delivery_id")


@dataclass(frozen=True)
class Typed:
    """All typed rows of a source and month, as Arrow tables with one schema, in file order."""

    parts: tuple[pa.Table, ...]

    @property
    def keys(self) -> pd.DataFrame:
        """delivery_id of every row."""
        return self.frame(["delivery_id"])

    @property
    def row_ids(self) -> pd.Series:
        """row_id of every row."""
        return self.frame(["row_id"])["row_id"]

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of all rows, Arrow-backed; words of a small vocabulary become categories."""
        whole = pa.concat_tables([part.select(list(columns)) for part in self.parts]).unify_dictionaries()
        frame: pd.DataFrame = whole.to_pandas(types_mapper=_pandas_type)
        return frame

    def columns_for(self, suite: Mapping[str, Any]) -> pd.DataFrame:
        """The rows with just the columns a suite may name."""
        text = str(suite)
        names = self.parts[0].schema.names
        return self.frame([name for name in names if name in _KEYS or name in text])

    def table(self, added: Mapping[str, pd.Series]) -> pa.Table:
        """All rows with the columns `added`; outcomes stay dictionaries, every other text is plain."""
        whole = pa.concat_tables(self.parts).unify_dictionaries()
        for name, column in added.items():
            whole = whole.append_column(name, pa.array(column, from_pandas=True))
        for place, field in enumerate(whole.schema):
            if pa.types.is_dictionary(field.type) and not field.name.endswith("__outcome"):
                whole = whole.set_column(place, field.name, whole.column(place).cast(pa.string()))
        return whole


def deliveries_of(entries: Sequence[Mapping[str, Any]], ledger: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row per delivery: what the ledger knows of it joined to what reading it told.

    Columns: delivery_id, file, sha256, unit_code, file_period, version, kind, is_late, status, rule, message (ledger);
    fingerprint, outcome, physical_rows, read_rows, control_total, zero_report, total_agrees (reading).
    """
    booked = {row["delivery_id"]: row for row in ledger}
    kept = (
        "delivery_id",
        "sha256",
        "unit_code",
        "file_period",
        "fingerprint",
        "outcome",
        "physical_rows",
        "zero_report",
    )
    rows = []
    for entry in entries:
        row = booked[entry["delivery_id"]]
        known = {name: row[name] for name in ("version", "kind", "is_late", "status", "rule")}
        total = entry["control_total"]
        rows.append(
            {name: entry[name] for name in kept}
            | known
            | {"file": entry["path"], "message": entry["message"] or row["message"], "read_rows": entry["data_rows"]}
            | {"control_total": total, "total_agrees": None if total is None else total == entry["data_rows"]}
        )
    frame = pd.DataFrame(rows, columns=[*kept, *_OF_DELIVERY])
    return frame.astype(
        {"control_total": "Int64", "total_agrees": "boolean", "read_rows": "int64", "is_late": "boolean"}
    )


_OF_DELIVERY: Final = (
    "version", "kind", "is_late", "status", "rule", "file", "message", "read_rows", "control_total", "total_agrees",
)  # fmt: skip


def typed_rows(source: Source, files: pd.DataFrame, registry: Registry, period: Period, lake: Lake) -> Typed:
    """Every data row of `files`, typed and with its features. Raises ContentError when a row of a file is missing."""
    parts = []
    for group in _groups(files):
        raw = _raw_rows(source, group, lake)
        frame = add_features(source, parse_rows(source, raw, group, registry, period), registry)
        parts.append(_table(frame))
    typed = Typed(tuple(parts))
    found, expected = sum(part.num_rows for part in parts), int(files["read_rows"].sum())
    if found != expected:
        raise ContentError(
            f"{source.name} {period}: {expected} data rows were read and {found} were typed",
            remedy="This is a defect of the program: keep the home folder and report it.",
        )
    return typed


def _groups(files: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Files in order, together until they are many rows; at least one group, so that no file is an outcome too."""
    group = (files["read_rows"].cumsum() - files["read_rows"]) // ROWS_AT_ONCE
    if files.empty:
        yield files
    for _, part in files.groupby(group, sort=True):
        yield part.reset_index(drop=True)


def _raw_rows(source: Source, files: pd.DataFrame, lake: Lake) -> pd.DataFrame:
    """The data rows of some deliveries as they were read, with their delivery_id."""
    parts = []
    for file in files[files["read_rows"] > 0].itertuples():
        # Thousands of small files: Arrow tables joined once cost a tenth of as many frames.
        path = lake.path(f"read/{source.name}", str(file.fingerprint), "rows")
        rows = pq.ParquetFile(path).read(use_threads=False)
        rows = rows.filter(pc.equal(rows["row_kind"], "data"))
        parts.append(rows.append_column("delivery_id", pa.repeat(str(file.delivery_id), len(rows))))
    if not parts:
        return pd.DataFrame(
            {name: pd.Series(dtype="object") for name in ("delivery_id", "sheet", "row", "row_kind", "block")}
        )
    whole = pa.concat_tables(parts, promote_options="default").combine_chunks()
    frame: pd.DataFrame = whole.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _table(frame: pd.DataFrame) -> pa.Table:
    """A typed frame as an Arrow table whose schema does not depend on what its rows hold."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(_WORDS))
        elif pa.types.is_null(field.type) or pa.types.is_large_string(field.type):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    return table


_WORDS: Final = pa.dictionary(pa.int8(), pa.string())


def _pandas_type(kind: pa.DataType) -> Any:
    if pa.types.is_dictionary(kind) or pa.types.is_timestamp(kind):
        return None
    return pd.ArrowDtype(kind)
