"""What a month changes against the one before, asked of its tables: published, or rehearsed and rolled back."""

from typing import Any

from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.rules.reporting.month_changes import changed
from exchange.services.bundle import Services
from exchange.services.reporting.reported import plain_rows


def month_changes(
    services: Services, registry: Registry, period: Period, conn: Connection, generation: int
) -> tuple[TraceTable, ...]:
    """Lists, indicators and identities of a generation beside the month before; counts only, nobody is named."""
    bound: dict[str, Any] = {"period": str(period), "previous": str(period.previous()), "generation": generation}
    found = [
        plain_rows(services.warehouse.query(conn, f"inspect/{name}", bound))
        for name in ("list_changes", "indicator_changes", "identity_changes")
    ]
    return changed(found[0], found[1], found[2], registry, period)
