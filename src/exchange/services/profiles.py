"""The profile of an accepted month: how many rows carry no usable number, how often each code stands in a column."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exchange.model.period import Period
from exchange.model.words import KEPT, SET_ASIDE
from exchange.registry.spec import Source
from exchange.services.bundle import Services

_LOOKED_AT = (*KEPT, SET_ASIDE[0])
"""Rows of files that were taken: those that count and those that wait for a correction."""


@dataclass(frozen=True)
class Profile:
    """`without_number`: share of rows without a usable number; `codes`: kind of file -> column -> code -> rows.

    A whole register and a month's changes hold different rows: they are only ever compared with their like.
    """

    rows: int
    without_number: float
    codes: Mapping[str, Mapping[str, Mapping[str, int]]]


def profile_of(source: Source, period: Period, services: Services) -> Profile | None:
    """The profile of a source's month, worked out once and kept in the lake; None when the month was not validated."""
    fp = services.ledger.fingerprint_of(period, "validate", source.name)
    name = f"accepted/{source.name}/{period}"
    if fp is None or not services.lake.has(name, fp):
        return None
    kept = f"profile/{source.name}/{period}"
    if not services.lake.has(kept, fp):
        table = pq.ParquetFile(services.lake.path(name, fp, "rows"))
        wanted = [field.name for field in source.fields if field.type in ("code", "id_number")]
        present = [column for column in wanted if column in table.schema_arrow.names]
        services.lake.write(kept, fp, {}, _counted(source, table.read(["disposition", "kind", *present])))
    facts = services.lake.facts(kept, fp)
    return Profile(facts["rows"], facts["without_number"], facts["codes"])


def _counted(source: Source, table: pa.Table) -> dict[str, object]:
    taken = table.filter(pc.is_in(table["disposition"].cast(pa.string()), pa.array(_LOOKED_AT)))
    own = next((f.name for f in source.fields if f.type == "id_number" and f.name in taken.column_names), None)
    missing = taken[own].null_count if own else 0
    kinds = sorted(set(taken["kind"].cast(pa.string()).to_pylist()))
    codes = {kind: _codes(source, taken.filter(pc.equal(taken["kind"].cast(pa.string()), kind))) for kind in kinds}
    return {
        "rows": taken.num_rows,
        "without_number": round(missing / taken.num_rows, 6) if own and taken.num_rows else 0.0,
        "codes": codes,
    }


def _codes(source: Source, rows: pa.Table) -> dict[str, dict[str, int]]:
    return {
        field.name: _frequency(rows[field.name])
        for field in source.fields
        if field.type == "code" and field.name in rows.column_names
    }


def _frequency(column: pa.ChunkedArray) -> dict[str, int]:
    counts = pc.value_counts(pc.drop_null(column.cast(pa.string()))).to_pylist()
    return {str(one["values"]): int(one["counts"]) for one in sorted(counts, key=lambda one: str(one["values"]))}
