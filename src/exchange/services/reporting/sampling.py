"""The audit's samples in the ledger: drawn once and for ever, read back with what was published, and their answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint
from exchange.services.reporting.reported import plain_rows
from exchange.services.tables.auditing import audit_sample, audit_sample_answer, audit_sample_row
from exchange.services.warehouse import Warehouse

MONTHS_TOLD = 12
Record = dict[str, Any]


@dataclass(frozen=True)
class Draw:
    """What decides a sample, with the installation's key: equal draws are the same sample."""

    period: Period
    generation: int
    size: int
    seed: str

    @property
    def sample_id(self) -> str:
        """The sample's key in the ledger."""
        return fingerprint("sample", self.period, self.generation, self.size, self.seed)


def draw(services: Services, wanted: Draw, *, actor: str, why: str) -> int:
    """Draw the sample, unless it was drawn before, and audit the act; how many rows it has."""
    key = {"period": str(wanted.period), "generation": wanted.generation}
    lot = services.vault.token("sample", str(wanted.period), str(wanted.generation), wanted.seed)
    with services.warehouse.transaction() as conn:
        found = plain_rows(services.warehouse.query(conn, "sample/draw", {**key, "size": wanted.size, "key": lot}))
        head = {"sample_id": wanted.sample_id, **key, "size": wanted.size, "seed": wanted.seed, "rows": len(found)}
        told = {"drawn_by": actor, "why": why, "drawn_at": sa.func.clock_timestamp()}
        fresh = conn.execute(insert(audit_sample).values(**head, **told).on_conflict_do_nothing()).rowcount
        if fresh:
            for row in found:
                token = services.vault.token(
                    str(wanted.period), row["township9"], row["list"], row["person_id"], row["entry_id"]
                )
                conn.execute(sa.insert(audit_sample_row).values(sample_id=wanted.sample_id, token=token, **row))
        target = f"{wanted.period} 第{wanted.generation}版 {wanted.sample_id}"
        counts: dict[str, int | str] = {"rows": len(found), "size": wanted.size, "seed": wanted.seed}
        services.ledger.append_audit(conn, actor, "sample", target, why, counts)
    return len(found)


def drawn_rows(services: Services, sample_id: str) -> list[Record]:
    """The sample's rows: the published payload with list, township9, source, token, person_id, id_number and place."""
    with services.warehouse.transaction() as conn:
        found = plain_rows(services.warehouse.query(conn, "sample/rows", {"sample_id": sample_id}))
    for row in found:
        cipher, payload = row.pop("id_cipher"), json.loads(row.pop("payload"))
        row["id_number"] = None if cipher is None else services.vault.open(cipher)
        row["payload"] = payload
    return found


def samples_of(services: Services, period: Period) -> dict[str, set[str]]:
    """The tokens of every sample of a month, by sample."""
    t = audit_sample_row
    chosen = sa.select(t.c.sample_id, t.c.token).join(audit_sample, audit_sample.c.sample_id == t.c.sample_id)
    found: dict[str, set[str]] = {}
    with services.warehouse.transaction() as conn:
        for row in conn.execute(chosen.where(audit_sample.c.period == str(period))):
            found.setdefault(row.sample_id, set()).add(row.token)
    return found


def keep_answers(
    services: Services, sample_id: str, answers: Sequence[Mapping[str, Any]], digest: str, *, actor: str, why: str
) -> int:
    """Keep what the auditor found (token, answer, checked_by, checked_on) and audit the act; how many were new."""
    fresh = 0
    with services.warehouse.transaction() as conn:
        for row in answers:
            values = {"sample_id": sample_id, "file_sha256": digest, "imported_at": sa.func.clock_timestamp(), **row}
            done = conn.execute(insert(audit_sample_answer).values(**values).on_conflict_do_nothing())
            fresh += int(done.rowcount)
        services.ledger.append_audit(
            conn, actor, "sample answers", sample_id, why, {"rows": len(answers), "new": fresh}
        )
    return fresh


def results(warehouse: Warehouse, conn: Connection, period: Period, until: datetime | None = None) -> list[Record]:
    """Rows drawn, checked and right by sample, township and list, of the year up to `period` as known by `until`."""
    bound = {"from_period": str(period.minus(MONTHS_TOLD - 1)), "until": until}
    return [row for row in plain_rows(warehouse.query(conn, "sample/results", bound)) if row["period"] <= str(period)]
