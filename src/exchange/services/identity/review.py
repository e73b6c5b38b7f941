"""Open questions about who is who: read with both records from the lake, answered in one audited transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.decisions import Pair, ordered
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.tables.registry import link, review_item

Item = dict[str, Any]
Record = dict[str, Any]
NEVER: Final = "9999-12"
"""Later than every month: asks about all of them."""

_COLUMNS: Final = (
    "row_id", "name", "sex", "birth_date", "id_number", "phone", "phone_shared", "hukou_address", "current_address",
    "guardian_name", "unit_code", "unit_township9", "service_class", "service_date", "register_date", "work_from",
)  # fmt: skip
_SAID_ON: Final = ("service_date", "register_date", "work_from")


def items(services: Services, conn: Connection, item_id: str = "", period: Period | None = None) -> list[Item]:
    """Questions of the months up to `period` with what hangs on them (sql/review/items), the most harmful first."""
    bound = {"item_id": item_id, "period": str(period) if period else NEVER}
    return plain(services.warehouse.query(conn, "review/items", bound))


def records(
    services: Services, registry: Registry, asked: Sequence[Mapping[str, Any]], sensitive: Collection[str]
) -> dict[str, Record]:
    """Row -> its record as it was accepted, for both rows of the items; rows the lake has no more are left out.

    `sensitive`: service classes nobody outside may see; the record says so (`is_sensitive`).
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    for item in asked:
        for side in ("a", "b"):
            wanted.setdefault((item[f"since_{side}"], item[f"source_{side}"]), set()).add(item[f"row_id_{side}"])
    found: dict[str, Record] = {}
    for (period, source), rows in sorted(wanted.items()):
        for record in _records(services, period, source, rows):
            unit = registry.unit(registry.sources[source].code, str(record.get("unit_code") or ""))
            more = {"source": source, "unit_name": unit.name if unit else str(record.get("unit_code") or "")}
            record |= more | {"is_sensitive": record.get("service_class") in sensitive}
            found[str(record["row_id"])] = record
    return found


def conflicting_schemes(services: Services, conn: Connection, one: str, other: str) -> list[str]:
    """Schemes in which both persons have a number, and not the same."""
    found = services.warehouse.query(conn, "review/numbers", {"one": one, "other": other})
    return [str(scheme) for scheme in found["scheme"]]


def ask(conn: Connection, item_id: str, pair: Pair, kind: str) -> bool:
    """Writes a question about two rows of published months; False when one of them is nobody's row."""
    known = sa.select(link.c.period).where(link.c.row_id.in_(pair))
    periods = [str(row.period) for row in conn.execute(known)]
    if len(periods) != 2:
        return False
    values = {"item_id": item_id, "period": max(periods), "kind": kind, "row_id_a": pair[0], "row_id_b": pair[1],
              "why": {}, "state": "new"}  # fmt: skip
    conn.execute(insert(review_item).values(**values).on_conflict_do_nothing())
    return True


def set_states(conn: Connection, states: Mapping[str, str]) -> None:
    """Item -> new or decided."""
    for item_id, state in sorted(states.items()):
        chosen = sa.update(review_item).where(review_item.c.item_id == item_id, review_item.c.state != "expired")
        conn.execute(chosen.values(state=state))


def judged_pair(services: Services, conn: Connection, item: Mapping[str, Any]) -> Pair:
    """The two rows a question is decided under: those under which its two persons were judged before, else its own."""
    bound = {"one": item["one"], "other": item["other"]}
    for line in plain(services.warehouse.query(conn, "review/judged_pair", bound)):
        return ordered(line["row_id_a"], line["row_id_b"])
    return ordered(item["row_id_a"], item["row_id_b"])


def _records(services: Services, period: str, source: str, rows: set[str]) -> list[Record]:
    """The accepted rows asked for; what a shared telephone says is nobody's."""
    made = services.ledger.fingerprint_of(Period.parse(period), "validate", source)
    name = f"accepted/{source}/{period}"
    if not made or not services.lake.has(name, made):
        return []
    path = services.lake.path(name, made, "rows")
    known = set(pq.read_schema(path).names)
    columns = [column for column in _COLUMNS if column in known]
    table = pq.read_table(path, columns=columns, filters=[("row_id", "in", sorted(rows))])
    found = []
    for record in table.to_pylist():
        record["said_on"] = next((record[name] for name in _SAID_ON if record.get(name)), None)
        birth = record.get("birth_date")
        record["birth_date"] = birth.date() if hasattr(birth, "date") else birth
        if record.get("phone_shared"):
            record["phone"] = None
        found.append(record)
    return found


def plain(frame: pd.DataFrame) -> list[Item]:
    """The rows as plain Python values, NULL as None."""
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[name]).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
