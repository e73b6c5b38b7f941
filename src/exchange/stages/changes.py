"""What a month changes against the one before, and a correction against what it corrects; published or rehearsed."""

from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.rules.reporting.month_changes import changed
from exchange.services.bundle import Services
from exchange.services.reporting.changes import changes_of


def month_changes(
    services: Services, registry: Registry, period: Period, conn: Connection, generation: int
) -> tuple[TraceTable, ...]:
    """The tables of every comparison, those with the month before first; counts only, nobody is named."""
    found = changes_of(services.warehouse, services.ledger, conn, period, generation)
    return tuple(table for facts in found for table in changed(facts, registry, period))
