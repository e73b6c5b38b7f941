"""What people decided about who is who, in the register: read whole, appended in one audited transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.model.decisions import Pair, Statement
from exchange.model.period import Period
from exchange.services.copying import canonical_json
from exchange.services.lake import fingerprint
from exchange.services.tables.decisions import decision, decision_applied
from exchange.services.warehouse import Warehouse

_LOCK = 7_190_006


@dataclass(frozen=True)
class Said:
    """All statements, and what decisions that earlier months acted upon did (decision -> effect)."""

    statements: tuple[Statement, ...]
    applied: Mapping[str, str]

    @property
    def mark(self) -> str:
        """A text that is equal for equal decisions; part of what a month's links depend on."""
        told = [(one.decision_id, one.verdict, one.revokes) for one in self.statements]
        return canonical_json([told, dict(sorted(self.applied.items()))])


def read_said(warehouse: Warehouse, period: Period | None = None) -> Said:
    """Every statement there is; of their effects those of the months before `period` (default: all)."""
    with warehouse.transaction() as conn:
        return Said(statements(conn), _applied(conn, period))


def statements(conn: Connection, until: datetime | None = None) -> tuple[Statement, ...]:
    """Every statement (of those made by `until`), the oldest first."""
    chosen = sa.select(decision).order_by(decision.c.seq)
    rows = conn.execute(chosen if until is None else chosen.where(decision.c.decided_at <= until)).mappings()
    return tuple(
        Statement(
            decision_id=row["decision_id"],
            seq=row["seq"],
            verdict=row["verdict"],
            pair=(row["row_id_a"], row["row_id_b"]),
            actors=tuple(actor for actor in (row["actor"], row["second_actor"]) if actor),
            needs_two=row["needs_two"],
            revokes=row["revokes"],
        )
        for row in rows
    )


def append(
    conn: Connection,
    pair: Pair,
    verdict: str,
    actors: Sequence[str],
    *,
    needs_two: bool,
    note: str,
    origin: str,
    item_id: str | None = None,
    revokes: str | None = None,
) -> str:
    """Writes a statement of one person or two; its id, derived from what it says and how many were before it.

    Writers wait for one another, so the order of statements has no gaps.
    """
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    seq = int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(decision.c.seq), 0))).scalar_one()) + 1
    made = fingerprint(*pair, verdict, *actors, revokes or "", str(seq))
    values: dict[str, Any] = {
        "decision_id": made, "seq": seq, "verdict": verdict, "row_id_a": pair[0], "row_id_b": pair[1],
        "item_id": item_id, "actor": actors[0], "second_actor": actors[1] if len(actors) > 1 else None,
        "needs_two": needs_two, "decided_at": sa.func.clock_timestamp(), "note": note, "revokes": revokes,
        "origin": origin,
    }  # fmt: skip
    conn.execute(sa.insert(decision).values(**values))
    return made


def _applied(conn: Connection, period: Period | None) -> dict[str, str]:
    chosen = sa.select(decision_applied.c.decision_id, decision_applied.c.effect)
    if period is not None:
        chosen = chosen.where(decision_applied.c.period < str(period))
    return {str(row.decision_id): str(row.effect) for row in conn.execute(chosen)}
