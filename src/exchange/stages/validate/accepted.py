"""The typed rows of a month, worked out a part at a time: memory follows neither the month nor its largest file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.cells.text import follow_dittos
from exchange.rules.features import file_columns, file_features, row_features
from exchange.rules.parse import parse_rows
from exchange.services.lake import Lake
from exchange.stages.validate.typed import Typed

ROWS_AT_ONCE: Final = 100_000
"""Files are typed together until they hold this many rows; a larger file is typed in parts."""


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


def typed_rows(
    source: Source, files: pd.DataFrame, registry: Registry, period: Period, lake: Lake, folder: Path
) -> Typed:
    """Every data row of `files`, typed and with its features, kept in `folder`.

    Raises ContentError when a row of a file is missing.
    """
    typed = Typed(folder)
    for group in _groups(files):
        shown = []
        for raw in _raw_rows(source, group, lake):
            frame = row_features(source, parse_rows(source, raw, group, registry, period), registry)
            typed.add(_table(frame))
            shown.append(file_columns(source, frame))
        whole = pd.concat(shown, ignore_index=True) if len(shown) > 1 else shown[0]
        typed.complete(_table(pd.DataFrame(file_features(source, whole))), len(shown))
    expected = int(files["read_rows"].sum())
    if typed.rows != expected:
        raise ContentError(
            f"{source.name} {period}: {expected} data rows were read and {typed.rows} were typed",
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


def _raw_rows(source: Source, files: pd.DataFrame, lake: Lake) -> Iterator[pd.DataFrame]:
    """The data rows of some deliveries as they were read, with their delivery_id; a large file in several parts."""
    parts: list[pa.Table] = []
    above = None
    for file in files[files["read_rows"] > 0].itertuples():
        # Thousands of small files: Arrow tables joined once cost a tenth of as many frames.
        path = lake.path(f"read/{source.name}", str(file.fingerprint), "rows")
        for batch in pq.ParquetFile(path).iter_batches(ROWS_AT_ONCE, use_threads=False):
            rows = pa.Table.from_batches([batch])
            rows = rows.filter(pc.equal(rows["row_kind"], "data"))
            parts.append(rows.append_column("delivery_id", pa.repeat(str(file.delivery_id), len(rows))))
            if sum(map(len, parts)) >= ROWS_AT_ONCE:
                frame = _follow(source, _frame(parts), above)
                above, parts = frame.tail(1), []
                yield frame
    if parts or above is None:
        yield _follow(source, _frame(parts), above)


def _frame(parts: Sequence[pa.Table]) -> pd.DataFrame:
    if not parts:
        return pd.DataFrame(
            {name: pd.Series(dtype="object") for name in ("delivery_id", "sheet", "row", "row_kind", "block")}
        )
    whole = pa.concat_tables(parts, promote_options="default").combine_chunks()
    frame: pd.DataFrame = whole.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _follow(source: Source, rows: pd.DataFrame, above: pd.DataFrame | None) -> pd.DataFrame:
    """Rows that go on where another part ended: `同上` at their beginning means its last row, which is `above`."""
    if above is None:
        return rows
    both = pd.concat([above, rows], ignore_index=True)
    block = both["delivery_id"] + "\0" + both["sheet"].fillna("")
    told = {
        field.name: follow_dittos(both[field.name], block)[1:].reset_index(drop=True)
        for field in source.fields
        if field.type == "address" and field.name in rows and field.name in above
    }
    return rows.assign(**told)


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
