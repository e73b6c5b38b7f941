"""A sender's own files fetched back from the lake: as they were read, which never holds a column nobody may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exchange.model.period import Period
from exchange.services.bundle import Services

_STANDING = ("received", "rejected")


@dataclass(frozen=True)
class ReturnedFile:
    """One file: its rows as read, what the reader said beside them, and what became of its data rows, in their order.

    `kind` is the delivery's: full, delta, events or correction.
    """

    rows: pa.Table
    facts: Mapping[str, Any]
    judged: pa.Table
    kind: str


class ReturnedFiles:
    """The deliveries of one source and month, by path; of the judged rows only `columns` are fetched."""

    def __init__(self, source: str, period: Period, services: Services, columns: Sequence[str]) -> None:
        self._lake, self._columns = services.lake, columns
        self._read, self._name = f"read/{source}", f"accepted/{source}/{period}"
        self._fp = services.ledger.fingerprint_of(period, "validate", source) or ""

    def file(self, path: str) -> ReturnedFile | None:
        """A file that stands or went back whole; None for any other."""
        found = self._files.get(path)
        if found is None or found["status"] not in _STANDING or not self._lake.has(self._read, found["fingerprint"]):
            return None
        judged, spans = self._judged
        return ReturnedFile(
            rows=pq.read_table(self._lake.path(self._read, found["fingerprint"], "rows")),
            facts=self._lake.facts(self._read, found["fingerprint"]),
            judged=judged.slice(*spans.get(path, (0, 0))),
            kind=found["kind"],
        )

    @cached_property
    def _files(self) -> dict[str, Mapping[str, str]]:
        """path -> fingerprint, kind and status of the file."""
        if not self._lake.has(self._name, self._fp):
            return {}
        columns = ["file", "fingerprint", "kind", "status"]
        table = pq.read_table(self._lake.path(self._name, self._fp, "deliveries"), columns=columns)
        return {row["file"]: {name: str(row[name]) for name in columns} for row in table.to_pylist()}

    @cached_property
    def _judged(self) -> tuple[pa.Table, dict[str, tuple[int, int]]]:
        """What became of every row of the month, and where (offset, length) each file's rows stand in it."""
        path = self._lake.path(self._name, self._fp, "rows")
        names = pq.read_schema(path).names
        table = pq.read_table(path, columns=[name for name in self._columns if name in names])
        runs = pc.run_end_encode(table["file"].cast(pa.string()).combine_chunks())
        spans, start = {}, 0
        for file, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            spans[file] = (start, end - start)
            start = end
        return table, spans
