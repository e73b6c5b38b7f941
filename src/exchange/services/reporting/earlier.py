"""Reads back what earlier months said, as it was known when a month was published: the cover compares with it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pyarrow as pa

from exchange.model.period import Period
from exchange.services.warehouse import Warehouse

Record = dict[str, Any]
MONTHS: Final = 12
_MISSED: Final = ("missed", "missed_may")
_LISTS: Final = ("inflow", "outflow", "pregnant", "births", "children_0_6", "due", "overdue", "missed")


@dataclass(frozen=True)
class Earlier:
    """The months before one generation of a month; a later correction of theirs does not change what this says."""

    warehouse: Warehouse
    period: Period
    generation: int

    @cached_property
    def trend(self) -> Mapping[str, list[Record]]:
        """Township -> `month`, `closing`, `came`, `left` of the last twelve months, the oldest first."""
        found: dict[str, list[Record]] = defaultdict(list)
        first = {"first_period": str(self.period.minus(MONTHS - 1)), "scope_group": "default"}
        for row in self._rows("notify/trend", first):
            found[row.pop("township9")].append(row)
        return found

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Township -> what its cover counted a month before; nothing of a month that was never published."""
        previous = self.period.previous()
        bound = {"previous": str(previous), "previous_start": previous.start, "scope_group": "default"}
        found: dict[str, dict[str, int]] = {}
        for row in self._rows("notify/counts_before", bound):
            counts = found.setdefault(row["township9"], dict.fromkeys(_LISTS, 0))
            name = "missed" if row["name"] in _MISSED else str(row["name"])
            counts[name] = counts.get(name, 0) + int(row["count"])
        return found

    @cached_property
    def unsigned(self) -> Mapping[str, Mapping[str, int]]:
        """Account -> month -> letters nobody signed for."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self._rows("notify/unsigned", {}):
            found[row["account"]][row["month"]] = int(row["letters"])
        return found

    def _rows(self, name: str, bound: Mapping[str, Any]) -> list[Record]:
        key = {"period": str(self.period), "generation": self.generation}
        with self.warehouse.transaction() as conn:
            frame = self.warehouse.query(conn, name, {**key, **bound})
        names = [str(column) for column in frame.columns]
        columns = [pa.array(frame[column]).to_pylist() for column in names]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
