"""Full clusterings somebody ordered: written down by `exchange recluster`, acted on by the month that comes next."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.services.lake import fingerprint
from exchange.services.tables.reclustering import recluster, reclustered_row
from exchange.services.warehouse import Warehouse


@dataclass(frozen=True)
class Meant:
    """`person_of`: row -> the person a full clustering found it to be of, for everybody it changes. `mark`: its id,
    nothing where none was ordered; part of what a month's links depend on."""

    person_of: Mapping[str, str]
    mark: tuple[str, ...]


def read_meant(warehouse: Warehouse, period: Period) -> Meant:
    """What was ordered after the month before `period` was published, and so takes effect in `period`."""
    before = str(period.previous())
    told = sa.select(reclustered_row.c.row_id, reclustered_row.c.person_id)
    with warehouse.transaction() as conn:
        made = conn.execute(sa.select(recluster.c.recluster_id).where(recluster.c.known_until == before)).scalars()
        mark = tuple(made)
        rows = conn.execute(told.where(reclustered_row.c.known_until == before)) if mark else ()
        return Meant({row.row_id: row.person_id for row in rows}, mark)


def store_meant(
    warehouse: Warehouse, conn: Connection, known_until: Period, rows: pd.DataFrame, counts: Mapping[str, int],
    *, asked_by: str, why: str,
) -> str:  # fmt: skip
    """Replaces what was ordered after `known_until` by `rows` (row_id, person_id); its id, equal for equal rows."""
    made = fingerprint(str(known_until), *rows.sort_values("row_id").itertuples(index=False, name=None))
    conn.execute(sa.delete(recluster).where(recluster.c.known_until == str(known_until)))
    conn.execute(sa.insert(recluster).values(
        known_until=str(known_until), recluster_id=made, asked_by=asked_by, why=why,
        made_at=sa.func.clock_timestamp(), counts=dict(counts),
    ))  # fmt: skip
    warehouse.copy_in(conn, reclustered_row, rows.assign(known_until=str(known_until)))
    return made
