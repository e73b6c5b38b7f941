"""Who was expected to report and what came of it: one line per sender and month."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from exchange.registry.spec import Source, Unit

STATUS_COLUMNS: Final = (
    "source", "unit_code", "township9", "name", "status", "is_late", "rows_in", "accepted", "warned", "set_aside",
)  # fmt: skip
_TAKEN: Final = ("received", "unchanged", "duplicate", "superseded")


def unit_status(source: Source, units: Iterable[Unit], deliveries: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What every expected sender of `source` did (STATUS_COLUMNS).

    `deliveries`: unit_code, status, is_late of every file processed with the month; `rows`: unit_code and
    disposition of their data rows. `zero`: a file came and had no rows, which is a report; `rejected`: every file
    went back whole; `missing`: nothing came.
    """
    counts = pd.crosstab(rows["unit_code"].astype("object"), rows["disposition"].astype("object"))
    status = deliveries["status"].astype("object")
    by_unit = (
        deliveries.assign(taken=status.isin(_TAKEN), late=deliveries["is_late"].fillna(False).astype(bool))
        .groupby(deliveries["unit_code"].astype("object"))[["taken", "late"]]
        .max()
    )
    lines = []
    for unit in units:
        seen = counts.loc[unit.unit_code] if unit.unit_code in counts.index else pd.Series(dtype="int64")
        total, accepted, warned = int(seen.sum()), int(seen.get("accept", 0)), int(seen.get("warn", 0))
        came = unit.unit_code in by_unit.index
        taken = came and bool(by_unit.loc[unit.unit_code, "taken"])
        word = "missing" if not came else "rejected" if not taken else "reported" if total else "zero"
        late = came and bool(by_unit.loc[unit.unit_code, "late"])
        place = (source.name, unit.unit_code, unit.township9, unit.name)
        lines.append((*place, word, late, total, accepted, warned, total - accepted - warned))
    return pd.DataFrame(lines, columns=list(STATUS_COLUMNS))
