"""The ledger: receipts, the state of every month, who holds it, publications and letters sent."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.errors import Busy, PeriodOrder
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.services import audit
from exchange.services.tables import ledger as tables
from exchange.services.tables.auditing import reopening
from exchange.services.warehouse import Warehouse, guarded

# First half of the advisory lock's key: a month of ours never meets another program's lock.
_LOCK_CLASS = 7_190_003


class Ledger:
    """What happened. Every method without `conn` is a transaction of its own."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._held: dict[Period, Connection] = {}

    # Receipts

    def record_receipt(self, run: Run, receipt: Receipt) -> None:
        """Stores the receipt of a stage; a rerun replaces the earlier one."""
        values = {
            "period": str(run.period), "stage": receipt.stage, "subject": receipt.subject, "run_id": run.run_id,
            "rows_in": receipt.rows_in, "rows_out": receipt.rows_out, "rows_aside": receipt.rows_aside,
            "fingerprint": receipt.fingerprint, "outcome": receipt.outcome, "detail": dict(receipt.detail),
            "ended_at": sa.func.clock_timestamp(),
        }  # fmt: skip
        with self._warehouse.transaction() as conn:
            _upsert(conn, tables.receipt, values)

    def receipt(self, period: Period, stage: str, subject: str = "") -> Receipt | None:
        """The last receipt of a stage for a month and subject."""
        t = tables.receipt
        chosen = sa.select(t).where(t.c.period == str(period), t.c.stage == stage, t.c.subject == subject)
        row = self._first(chosen)
        if row is None:
            return None
        names = ("stage", "subject", "rows_in", "rows_out", "rows_aside", "fingerprint", "outcome", "detail")
        return Receipt(**{name: row[name] for name in names})

    def fingerprint_of(self, period: Period, stage: str, subject: str = "") -> str | None:
        """Fingerprint of the artefact a stage made for a month; None before it ran."""
        found = self.receipt(period, stage, subject)
        return None if found is None else found.fingerprint

    # The month and its single writer

    def hold(self, period: Period, run_id: str, *, take_over: bool = False) -> int:
        """Takes the month for this process and returns the fencing epoch to pass to `fenced`.

        Held until `release`, `close` or the death of the process. Raises Busy while another process
        holds it; with `take_over` that process is cut off instead, and its epoch is worth nothing from then on.
        """
        with guarded():
            conn = self._warehouse.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with guarded():
                if not _try_lock(conn, period) and not (take_over and _cut_off_holder(conn, period)):
                    raise self._busy(conn, period)
                epoch = _next_epoch(conn, period, run_id)
        except BaseException:
            conn.invalidate()
            conn.close()
            raise
        self._held[period] = conn
        return epoch

    def release(self, period: Period) -> None:
        """Lets the month go; nothing happens when this ledger does not hold it."""
        conn = self._held.pop(period, None)
        if conn is not None:
            # The session ends with its lock: a pooled connection would carry the lock to its next user.
            conn.invalidate()
            conn.close()

    def close(self) -> None:
        """Releases every month this ledger holds."""
        for period in list(self._held):
            self.release(period)

    def fenced(self, conn: Connection, period: Period, epoch: int) -> None:
        """Call first in the publishing transaction: raises Busy when another run has taken the month since.

        The row stays locked until the transaction ends, so nobody can take over between check and commit.
        """
        t = tables.period
        row = conn.execute(sa.select(t).where(t.c.period == str(period)).with_for_update()).mappings().first()
        if row is None or row["epoch"] != epoch:
            raise self._busy(conn, period)

    def state(self, period: Period) -> str | None:
        """open, published, delivered, locked or reopened; None for a month never begun."""
        row = self._first(sa.select(tables.period).where(tables.period.c.period == str(period)))
        return None if row is None else str(row["state"])

    def set_state(self, conn: Connection, period: Period, state: str) -> None:
        """Moves the month on, in the caller's transaction."""
        _upsert(conn, tables.period, {"period": str(period), "state": state})

    def require_order(self, period: Period) -> None:
        """Raises PeriodOrder unless every earlier month that was begun, and every month since the first published
        one, is published and not reopened; a month before the first published one cannot be asked for any more."""
        t = tables.period
        begun = self._all(sa.select(t.c.period, t.c.generation, t.c.state))
        generations = {Period.parse(row["period"]): int(row["generation"]) for row in begun}
        published = sorted(month for month, number in generations.items() if number)
        reopened = {Period.parse(row["period"]) for row in begun if row["state"] == "reopened"}
        open_months = {month for month, number in generations.items() if not number or month in reopened}
        open_months = {month for month in open_months if month < period}
        if published and period < published[0]:
            raise PeriodOrder(
                f"{period} lies before {published[0]}, the first month published here",
                remedy="A month opens from the one before it: begin a new home folder with the earlier month.",
            )
        cursor = published[0] if published else period
        while cursor < period:
            if not generations.get(cursor):
                open_months.add(cursor)
            cursor = cursor.next()
        if open_months:
            first = min(open_months)
            raise PeriodOrder(
                f"{period} opens from the month before it, and {first} is "
                + ("reopened and not published again" if first in reopened else "not published"),
                remedy=f"Run {first} first, then the months up to {period} in order.",
            )

    # Publications

    def record_generation(self, conn: Connection, period: Period, values: Mapping[str, Any]) -> None:
        """Books a publication (columns of ledger.generation without period and published_at) and moves the month on."""
        booked = {**values, "period": str(period), "published_at": sa.func.clock_timestamp()}
        conn.execute(sa.insert(tables.generation).values(**booked))
        moved = {"period": str(period), "state": "published", "generation": values["generation"]}
        _upsert(conn, tables.period, moved)

    def generation(self, period: Period, number: int | None = None) -> dict[str, Any] | None:
        """The newest publication of a month, or the one of that number (columns of ledger.generation), or None."""
        t = tables.generation
        chosen = sa.select(t).where(t.c.period == str(period), t.c.generation == (number or t.c.generation))
        return self._first(chosen.order_by(t.c.generation.desc()).limit(1))

    def closed(self, period: Period) -> dict[str, Any] | None:
        """The publication that stands: the newest one, or None while the month is open, for the first time or again."""
        return None if self.state(period) == "reopened" else self.generation(period)

    def reopenings(self, period: Period) -> list[dict[str, Any]]:
        """Every reopening of a month (columns of ledger.reopening), the first one first."""
        t = reopening
        return self._all(sa.select(t).where(t.c.period == str(period)).order_by(t.c.generation))

    def published_periods(self) -> tuple[Period, ...]:
        """Months with at least one publication, in order."""
        t = tables.period
        rows = self._all(sa.select(t.c.period).where(t.c.generation > 0).order_by(t.c.period))
        return tuple(Period.parse(row["period"]) for row in rows)

    # Letters

    def record_dispatch(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Books finished packages; one already booked under its `dispatch_id` keeps its status and its times."""
        with self._warehouse.transaction() as conn:
            for row in rows:
                conn.execute(insert(tables.dispatch).values(**row).on_conflict_do_nothing())

    def set_dispatch_status(self, dispatch_id: str, status: str) -> None:
        """Moves a letter on to uploaded or received and books the moment; a repeat changes nothing."""
        t = tables.dispatch
        moment = {"uploaded": t.c.sent_at, "received": t.c.received_at}.get(status)
        values: dict[Any, Any] = {t.c.status: status}
        if moment is not None:
            values[moment] = sa.func.clock_timestamp()
        with self._warehouse.transaction() as conn:
            conn.execute(sa.update(t).where(t.c.dispatch_id == dispatch_id, t.c.status != status).values(values))

    def dispatches(self, period: Period, generation: int | None = None) -> list[dict[str, Any]]:
        """Letters of a month (of one generation), ordered by id."""
        t = tables.dispatch
        chosen = sa.select(t).where(t.c.period == str(period)).order_by(t.c.dispatch_id)
        return self._all(chosen if generation is None else chosen.where(t.c.generation == generation))

    # Audit

    def append_audit(
        self,
        conn: Connection,
        actor: str,
        act: str,
        target: str,
        why: str,
        counts: Mapping[str, int | str] | None = None,
    ) -> str:
        """Books an act in the caller's transaction (`target` is column `object`); returns the chain's new head."""
        return audit.append(conn, actor, act, target, why, counts)

    def verify_audit(self, known_heads: Mapping[int, str] | None = None) -> audit.AuditCheck:
        """Recomputes the audit chain and compares it with heads (seq -> hash) printed in delivered manifests."""
        with self._warehouse.transaction() as conn:
            return audit.verify(conn, known_heads)

    def _first(self, chosen: sa.Select[Any]) -> dict[str, Any] | None:
        rows = self._all(chosen)
        return rows[0] if rows else None

    def _all(self, chosen: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._warehouse.transaction() as conn:
            return [dict(row) for row in conn.execute(chosen).mappings()]

    def _busy(self, conn: Connection, period: Period) -> Busy:
        t = tables.period
        row = conn.execute(sa.select(t.c.holder, t.c.held_since).where(t.c.period == str(period))).first()
        who = "another run" if row is None else f"run {row.holder}"
        since = "" if row is None or row.held_since is None else f" since {row.held_since:%Y-%m-%d %H:%M}"
        return Busy(
            f"{who} holds {period}{since}",
            remedy="Wait until it has ended; if its process hangs, end that process and run again.",
        )


def _upsert(conn: Connection, table: sa.Table, values: dict[str, Any]) -> None:
    keys = [column.name for column in table.primary_key]
    fresh = insert(table).values(**values)
    changed = {name: fresh.excluded[name] for name in values if name not in keys}
    conn.execute(fresh.on_conflict_do_update(index_elements=keys, set_=changed))


def _try_lock(conn: Connection, period: Period) -> bool:
    key = sa.func.pg_try_advisory_lock(_LOCK_CLASS, _month_number(period))
    return bool(conn.execute(sa.select(key)).scalar_one())


def _cut_off_holder(conn: Connection, period: Period) -> bool:
    """Ends the holder's session and waits for its lock; True once we have it."""
    holder = sa.text(
        "select pg_terminate_backend(pid, 10000) from pg_locks"
        " where locktype = 'advisory' and classid = :lock_class and objid = :month and granted"
    )
    conn.execute(holder, {"lock_class": _LOCK_CLASS, "month": _month_number(period)}).all()
    return _try_lock(conn, period)


def _next_epoch(conn: Connection, period: Period, run_id: str) -> int:
    t = tables.period
    now = sa.func.clock_timestamp()
    fresh = insert(t).values(period=str(period), state="open", generation=0, epoch=1, holder=run_id, held_since=now)
    taken = {"epoch": t.c.epoch + 1, "holder": run_id, "held_since": now}
    again = fresh.on_conflict_do_update(index_elements=[t.c.period], set_=taken).returning(t.c.epoch)
    return int(conn.execute(again).scalar_one())


def _month_number(period: Period) -> int:
    return period.year * 100 + period.month
