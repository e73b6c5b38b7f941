"""A sender's own rows fetched back from the lake: as they were read, which never holds a column nobody may read."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exchange.model.period import Period
from exchange.registry.spec import Source
from exchange.services.bundle import Services

SheetRows = tuple[str, tuple[tuple[str, str], ...], dict[int, dict[str, str | None]]]
"""Sheet name, columns (field, heading) from left to right, row number -> field -> text."""

_CLASSES = "service_class"


class ReturnedFiles:
    """The deliveries of one source and month, by path."""

    def __init__(self, source: Source, period: Period, services: Services) -> None:
        self._source, self._lake = source, services.lake
        self._name = f"accepted/{source.name}/{period}"
        self._fp = services.ledger.fingerprint_of(period, "validate", source.name) or ""

    @cached_property
    def _marks(self) -> dict[str, str]:
        """path -> the lake's name of the file as read."""
        if not self._lake.has(self._name, self._fp):
            return {}
        table = pq.read_table(self._lake.path(self._name, self._fp, "deliveries"), columns=["file", "fingerprint"])
        return {row["file"]: str(row["fingerprint"]) for row in table.to_pylist()}

    def sheets(self, path: str, wanted: Mapping[str, Collection[int]]) -> Iterator[SheetRows]:
        """The wanted rows (sheet -> row numbers) of a file, in the order of its sheets; nothing for an unknown file."""
        mark, name = self._marks.get(path, ""), f"read/{self._source.name}"
        if not self._lake.has(name, mark):
            return
        facts = self._lake.facts(name, mark)
        table = pq.read_table(self._lake.path(name, mark, "rows"))
        for sheet in facts["sheets"]:
            if wanted.get(sheet["name"]):
                columns = _columns(sheet, facts, self._source)
                yield sheet["name"], columns, _rows(table, sheet["name"], wanted[sheet["name"]], columns)

    def sensitive(self, row_ids: Collection[str], classes: Collection[str]) -> frozenset[str]:
        """Those of `row_ids` whose service is of a class that may only be counted, or of no class anybody knows."""
        fields = [field.name for field in self._source.fields if field.codes == _CLASSES]
        if not fields or not row_ids or not self._lake.has(self._name, self._fp):
            return frozenset()
        table = pq.read_table(self._lake.path(self._name, self._fp, "rows"), columns=["row_id", fields[0]])
        chosen = table.filter(pc.is_in(table["row_id"], pa.array(sorted(row_ids), pa.string())))
        known = chosen[fields[0]].cast(pa.string()).to_pylist()
        pairs = zip(chosen["row_id"].to_pylist(), known, strict=True)
        return frozenset(row_id for row_id, code in pairs if code is None or code in classes)


def _columns(sheet: Mapping[str, Any], facts: Mapping[str, Any], source: Source) -> tuple[tuple[str, str], ...]:
    """As the sender had them; where the reader did not say so, in the declaration's order."""
    told = sheet.get("columns") or [[name, ""] for name in facts.get("fields", ())]
    known = {field.name for field in source.fields}
    return tuple((name, heading) for name, heading in told if name in known)


def _rows(
    table: pa.Table, sheet: str, numbers: Collection[int], columns: tuple[tuple[str, str], ...]
) -> dict[int, dict[str, str | None]]:
    here = pc.and_(
        pc.equal(table["sheet"], sheet),
        pc.is_in(table["row"], pa.array(sorted(numbers), table.schema.field("row").type)),
    )
    names = [name for name, _ in columns if name in table.column_names]
    chosen = table.filter(here).select(["row", *names])
    return {int(row["row"]): {name: row[name] for name in names} for row in chosen.to_pylist()}
