"""A published month as it is known now: the same statements over everything received since, then rolled back."""

import re
from typing import Any, Final

from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec_indicators import Indicator
from exchange.rules import figures
from exchange.services.bundle import Services
from exchange.services.publication import Publication
from exchange.services.reporting.reported import plain_rows
from exchange.services.statements import statement

SCRATCH_GENERATION: Final = 0
"""No publication has this number; what is written under it is rolled back."""
_OF_THE_MONTH = re.compile(r":generation\b|(?:(?<!<)=|<|and) :period\b|month_doses|month_meaning")
"""What a statement of the month's own files, lists or care plan shows; `<= :period` only says what is a late row."""


def as_now_known(
    services: Services, conn: Connection, registry: Registry, period: Period, generation: int, place: str
) -> list[dict[str, Any]]:
    """Name, published and present numerator and denominator of every indicator that rests on persons and services.

    What rests on the month's own files, lists or care plan is what it was and is left out. Everything that is
    written on the way is undone before this returns.
    """
    latest = max((*services.ledger.published_periods(), period))
    chosen = [one for one in figures.published_indicators(registry, period) if _can_be_told_anew(one)]
    bound = figures.parameters(period, SCRATCH_GENERATION, registry)
    bound |= {
        "known": str(latest),
        "figure_names": [one.figure for one in chosen],
        "figure_states": [one.status for one in chosen],
    }
    undone = conn.begin_nested()
    try:
        services.warehouse.execute(conn, "trace/stock_now", bound)
        month = Publication(services.warehouse, conn, bound)
        month.run("child_years")
        for one in chosen:
            month.members(one)
        month.run("count_members")
        asked = {"period": str(period), "generation": generation, "place": place}
        return plain_rows(services.warehouse.query(conn, "trace/figures_now", asked))
    finally:
        undone.rollback()


def _can_be_told_anew(indicator: Indicator) -> bool:
    texts = [statement(f"indicators/{name}") for name in (indicator.numerator_by, indicator.denominator_by) if name]
    return not any(_OF_THE_MONTH.search(_body(text)) for text in texts)


def _body(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))
