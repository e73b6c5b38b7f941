"""Reads back what a publication says in numbers: lines of the monthly report, indicators, files sent and received."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa

from exchange.model.period import Period
from exchange.services.warehouse import Warehouse

Record = dict[str, Any]
Lines = dict[str, dict[str, Mapping[str, int | None]]]


@dataclass(frozen=True)
class Reported:
    """The numbers of one generation of one month, by place (`district` is the whole)."""

    warehouse: Warehouse
    period: Period
    generation: int

    @cached_property
    def lines(self) -> Lines:
        """Place -> line -> hukou, migrant, ge6m and the same with _year; None where nobody reported."""
        return self._lines("notify/report_lines", {"generation": self.generation})

    @cached_property
    def earlier_lines(self) -> Lines:
        """The same of the month before, nothing in January."""
        return self._lines("notify/earlier_report", {"previous": str(self.period.previous())})

    @cached_property
    def figures(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Place -> indicator -> numerator and denominator."""
        found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for row in self._rows("notify/indicators", {"generation": self.generation}):
            found[row["township9"]][row["name"]] = (int(row["numerator"]), int(row["denominator"]))
        return found

    @cached_property
    def details(self) -> dict[str, list[Record]]:
        """Place -> indicators by part and by village, and what is counted beside them."""
        return self._by_place("notify/indicator_details")

    @cached_property
    def group_balances(self) -> dict[str, list[Record]]:
        """Place -> balances by group: opening, every term, closing."""
        return self._by_place("notify/group_balances")

    @cached_property
    def differences(self) -> list[Record]:
        """Numbers of the district that are not the sum of its townships', and why."""
        return self._rows("notify/differences", {"generation": self.generation})

    def letters(self, product: str) -> list[Record]:
        """Files sent this year up to now, but for those of `product`."""
        bound = {"generation": self.generation, "year_period": self._january, "product": product}
        return self._rows("notify/letters_of_year", bound)

    @cached_property
    def files(self) -> list[Record]:
        """Files received this year up to now."""
        return self._rows("notify/files_of_year", {"year_period": self._january})

    @property
    def _january(self) -> str:
        return f"{self.period.year:04d}-01"

    def _by_place(self, name: str) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self._rows(name, {"generation": self.generation}):
            found[row["township9"]].append(row)
        return found

    def _lines(self, name: str, bound: Mapping[str, Any]) -> Lines:
        found: Lines = defaultdict(dict)
        for row in self._rows(name, bound):
            place, line = row.pop("township9"), row.pop("line")
            found[place][line] = row
        return found

    def _rows(self, name: str, bound: Mapping[str, Any]) -> list[Record]:
        with self.warehouse.transaction() as conn:
            frame = self.warehouse.query(conn, name, {"period": str(self.period), **bound})
        return plain_rows(frame)


def plain_rows(frame: pd.DataFrame) -> list[Record]:
    """Rows of a query's result as plain Python values, NULL as None."""
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[column]).to_pylist() for column in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
