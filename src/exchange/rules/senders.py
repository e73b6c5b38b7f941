"""Who was expected to report and what came of it: one line per sender and month."""

from collections import Counter
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
    pairs = zip(rows["unit_code"].astype("object"), rows["disposition"].astype("object"), strict=True)
    counts = Counter(pairs)
    totals = Counter(rows["unit_code"].astype("object"))
    codes = deliveries["unit_code"].astype("object")
    came = set(codes)
    taken = set(codes[deliveries["status"].astype("object").isin(_TAKEN)])
    late = set(codes[deliveries["is_late"].fillna(False).astype(bool)])
    lines = []
    for unit in units:
        code, total = unit.unit_code, totals[unit.unit_code]
        word = "missing" if code not in came else "rejected" if code not in taken else "reported" if total else "zero"
        accepted, warned = counts[code, "accept"], counts[code, "warn"]
        place = (source.name, code, unit.township9, unit.name)
        lines.append((*place, word, code in late, total, accepted, warned, total - accepted - warned))
    return pd.DataFrame(lines, columns=list(STATUS_COLUMNS))
