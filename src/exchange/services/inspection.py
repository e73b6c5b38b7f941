"""What an operator and an auditor ask the installation: how the months stand, and what lies behind a figure."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services

Listing = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Title, headings and rows of a table to print."""

FLOWS = ("NEW", "LATE_REG", "MOVE_IN", "RETURN", "OUT", "MOVE_OUT", "CANCEL")
_ROWS = ("township", "person", "file", "sheet", "row", "disposition", "rules", "sha256")


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


def trace_figure(
    services: Services, registry: Registry, period: Period, figure: str, township: str | None, *, actor: str, why: str
) -> list[Listing]:
    """Source rows behind a list (`inflow`), a movement (`NEW`), or the published numbers of an indicator (`K05`).

    Persons appear by id only. The act is audited in the same transaction.
    Raises ContentError when the month is not published or the figure is unknown.
    """
    generation = services.ledger.generation(period)
    if generation is None:
        raise ContentError(f"{period} is not published", remedy=f"Run `exchange run {period}` first.")
    place = _township(registry, township)
    asked: dict[str, Any] = {"period": str(period), "township9": place}
    with services.warehouse.transaction() as conn:
        listing = _behind(services, conn, figure, {**asked, "generation": int(generation["generation"])})
        counts = {"rows": len(listing[2])}
        services.ledger.append_audit(conn, actor, "trace", f"{period} {figure} {place or 'district'}", why, counts)
    return [listing]


def _behind(services: Services, conn: Connection, figure: str, asked: dict[str, Any]) -> Listing:
    """The first of: movement, list, indicator that goes by the name `figure`."""
    if figure.upper() in FLOWS:
        found = services.warehouse.query(conn, "inspect/flow_rows", _only(asked, kind=figure.upper()))
        return figure, _ROWS, _rows(found)
    found = services.warehouse.query(conn, "inspect/list_rows", {**asked, "list": figure})
    if len(found):
        return figure, _ROWS, _rows(found)
    found = services.warehouse.query(conn, "inspect/figures", {**asked, "name": figure})
    if not len(found):
        raise ContentError(
            f"nothing called {figure} was published in {asked['period']}",
            remedy="Name a list (inflow, outflow, pregnant, births, children_0_6, missed, served), a movement "
            f"({', '.join(FLOWS)}) or an indicator (K02 …).",
        )
    return figure, list(found.columns), _rows(found)


def _only(asked: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"period": asked["period"], "township9": asked["township9"], **more}


def _township(registry: Registry, named: str | None) -> str:
    """Code of the township a person named by code or name; '' for the whole district."""
    if not named:
        return ""
    for code, name in registry.townships().items():
        if named in (code, name):
            return code
    raise ContentError(
        "that is no township of this district", remedy="Give its name or nine-digit code as in the registry of senders."
    )


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
