"""What an operator asks the installation: how the months stand, and what to type next."""

from collections.abc import Sequence

import pandas as pd

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services

Listing = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Title, headings and rows of a table to print."""


def status_of(services: Services, registry: Registry, period: Period | None) -> list[Listing]:
    """The months, what is missing and held for `period` (default: the next to publish), and the command to type."""
    with services.warehouse.transaction() as conn:
        months = services.warehouse.query(conn, "inspect/months")
        month = period or _next_month(months)
        listings: list[Listing] = [("months", list(months.columns), _rows(months))]
        if month is not None:
            waiting = services.warehouse.query(conn, "inspect/waiting", {"period": str(month)})
            reported = services.warehouse.query(conn, "inspect/reported", {"period": str(month)})
            listings.append((f"{month}: senders missing", ("source", "unit", "name"), _missing(registry, reported)))
            listings.append((f"{month}: files not counted", list(waiting.columns), _rows(waiting)))
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
    unpublished = months[months["generation"] == 0]
    label = unpublished["period"].min() if len(unpublished) else months["period"].max()
    return Period.parse(str(label))


def _next_command(months: pd.DataFrame, month: Period | None) -> str:
    if month is None:
        return "exchange run PERIOD --drops DIR   (nothing was run here yet)"
    row = months[months["period"] == str(month)]
    if not len(row) or int(row["generation"].iloc[0]) == 0:
        return f"exchange run {month}"
    if str(row["state"].iloc[0]) == "published":
        return f"exchange run {month}   (delivers what is not delivered; changes nothing else)"
    return f"exchange run {month.next()}   (from {month.next().end:%Y-%m-%d} on)"


def _rows(frame: pd.DataFrame) -> list[list[str]]:
    return [["" if pd.isna(value) else str(value) for value in row] for row in frame.itertuples(index=False)]
