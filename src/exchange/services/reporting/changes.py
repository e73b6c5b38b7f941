"""What a publication changes against another one, asked of its tables; counts only, nobody is named."""

from typing import Any

from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.model.report import ChangeFacts
from exchange.services.ledger import Ledger
from exchange.services.reporting.reported import plain_rows
from exchange.services.warehouse import Warehouse


def changes_of(
    warehouse: Warehouse, ledger: Ledger, conn: Connection, period: Period, generation: int
) -> tuple[ChangeFacts, ...]:
    """Lists, indicators and identities beside the newest publication of the month before, and, of a later generation,
    lists and indicators beside the generation it corrects. Nothing where there is nothing to compare with."""
    before = ledger.generation(period.previous())
    found = []
    if before is not None:
        bound = {"previous": str(period.previous()), "previous_generation": int(before["generation"])}
        found.append(_beside(warehouse, conn, period, generation, bound, 0))
    if generation > 1:
        bound = {"previous": str(period), "previous_generation": generation - 1}
        found.append(_beside(warehouse, conn, period, generation, bound, generation - 1))
    return tuple(found)


def _beside(
    warehouse: Warehouse, conn: Connection, period: Period, generation: int, bound: dict[str, Any], corrected: int
) -> ChangeFacts:
    bound = {"period": str(period), "generation": generation, **bound}

    def rows(name: str) -> tuple[dict[str, Any], ...]:
        return tuple(plain_rows(warehouse.query(conn, f"inspect/{name}", bound)))

    identities = () if corrected else rows("identity_changes")
    return ChangeFacts(corrected, rows("list_changes"), rows("indicator_changes"), identities)
