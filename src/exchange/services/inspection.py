"""What an operator asks the installation: how the months stand, and what to type next."""

from collections.abc import Sequence

import pandas as pd

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services

Listing = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Title, headings and rows of a table to print."""


def status_of(services: Services, registry: Registry, period: Period | None) -> list[Listing]:
    """The months, what is missing and held for `period` (default: the next to publish), and the command to type.

    People still registered in a township that has no sender any more stand there too: no office is told of them.
    """
    with services.warehouse.transaction() as conn:
        months = services.warehouse.query(conn, "inspect/months")
        month = period or _next_month(months)
        listings: list[Listing] = [("months", list(months.columns), _rows(months))]
        if month is not None:
            waiting = services.warehouse.query(conn, "inspect/waiting", {"period": str(month)})
            reported = services.warehouse.query(conn, "inspect/reported", {"period": str(month)})
            listings.append((f"{month}: senders missing", ("source", "unit", "name"), _missing(registry, reported)))
            listings.append((f"{month}: files not counted", list(waiting.columns), _rows(waiting)))
        left = services.warehouse.query(conn, "inspect/left_behind", {"townships": [*registry.townships()]})
        if len(left):
            listings.append(("registered where nobody reports any more", list(left.columns), _rows(left)))
    listings.append(("next", ("command",), [[_next_command(months, month)]]))
    return listings


def _missing(registry: Registry, reported: pd.DataFrame) -> list[list[str]]:
    seen = set(zip(reported["source"], reported["unit_code"], strict=True)) if len(reported) else set()
    return [
        [source.name, unit.unit_code, unit.name]
        for source in registry.sources.values()
        for unit in registry.senders(source)
        if (source.name, unit.unit_code) not in seen
    ]


def _next_month(months: pd.DataFrame) -> Period | None:
    if not len(months):
        return None
    unpublished = months[_is_open(months)]
    label = unpublished["period"].min() if len(unpublished) else months["period"].max()
    return Period.parse(str(label))


def _next_command(months: pd.DataFrame, month: Period | None) -> str:
    if month is None:
        return "exchange run PERIOD --drops DIR   (nothing was run here yet)"
    row = months[months["period"] == str(month)]
    if not len(row) or _is_open(row).iloc[0]:
        return f"exchange run {month}"
    if str(row["state"].iloc[0]) == "published":
        return f"exchange run {month}   (delivers what is not delivered; changes nothing else)"
    return f"exchange run {month.next()}   (from {month.next().end:%Y-%m-%d} on)"


def _is_open(months: pd.DataFrame) -> pd.Series:
    return (months["generation"] == 0) | (months["state"] == "reopened")


def _rows(frame: pd.DataFrame) -> list[list[str]]:
    return [["" if pd.isna(value) else str(value) for value in row] for row in frame.itertuples(index=False)]
