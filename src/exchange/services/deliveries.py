"""The delivery half of the ledger: every file seen, what became of it, and which month it was counted in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.services.tables.base import Json
from exchange.services.tables.ledger import delivery, generation, receipt
from exchange.services.tables.ledger import period as month_table
from exchange.services.warehouse import Warehouse

REPLACED_UNUSED: Final = "L07"
"""Rule of a row whose name was sent again before any month used it: kept as history, never an input."""

OUTDATED: Final = "L06"
"""Rule of a version that was older than one already used when it came."""

_c = delivery.c
_TOLD = (_c.delivery_id, _c.status, _c.rule, _c.message)
_FIRST_SIGHT = ("delivery_id", "first_seen_period", "seen_at", "processed_period", "bytes_removed_at")
_READABLE = ("received", "duplicate", "superseded", "rejected")


class Deliveries:
    """Rows of ledger.delivery as mappings of its columns. Every method is a transaction of its own."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def seen(self, source: str) -> list[dict[str, Any]]:
        """Every file of a source ever seen, ordered by path and id."""
        return self._all(sa.select(delivery).where(_c.source == source))

    def for_period(self, source: str, period: Period) -> list[dict[str, Any]]:
        """The input of a month: the files frozen when its final run began, or for a draft what would be frozen now.

        Repeats and replaced versions are among them, because their rows too need a disposition;
        refused, incomplete and held files are not. Ordered by path and id.
        """
        if self.is_frozen(source, period):
            return self._all(sa.select(delivery).where(_c.source == source, _c.processed_period == str(period)))
        return self._all(sa.select(delivery).where(_pending(source, period)))

    def held(self, source: str | None = None) -> list[dict[str, Any]]:
        """Files kept back until a person or the next month decides, ordered by path and id."""
        chosen = sa.select(delivery).where(_c.status == "held")
        return self._all(chosen if source is None else chosen.where(_c.source == source))

    def is_frozen(self, source: str, period: Period) -> bool:
        """Whether a final run has fixed the month's input, even one without a file or one that failed after landing.

        A reopened month's is fixed anew by its next final run.
        """
        month = str(period)
        fixed = receipt.c.detail["final"].as_integer() == 1
        used = sa.or_(
            sa.exists().where(_c.source == source, _c.processed_period == month),
            sa.exists().where(generation.c.period == month),
        )
        reopened = sa.exists().where(month_table.c.period == month, month_table.c.state == "reopened")
        chosen = sa.select(sa.or_(sa.exists().where(*_landed(source, month), fixed), sa.and_(used, ~reopened)))
        with self._warehouse.transaction() as conn:
            return bool(conn.execute(chosen).scalar_one())

    def first_period(self) -> Period | None:
        """The earliest month in which this installation looked at any inbox; None before it ever did."""
        seen = sa.select(sa.func.min(_c.first_seen_period)).scalar_subquery()
        # A month in which nobody had sent anything left no file behind, and its late files are still to come.
        looked = sa.select(sa.func.min(receipt.c.period)).where(receipt.c.stage == "land").scalar_subquery()
        with self._warehouse.transaction() as conn:
            label = conn.execute(sa.select(sa.func.least(seen, looked))).scalar_one()
        return None if label is None else Period.parse(label)

    def record(
        self, rows: Iterable[Mapping[str, Any]], closed: Sequence[str] = (), freeze: tuple[str, Period] | None = None
    ) -> None:
        """Book a poll in one transaction: rows, rows they replace (`closed` ids), and the freeze of (source, period).

        A row that exists keeps when it was first seen and what month used it. Freezing counts every
        file that waits for the month in, and lets the month judge afresh what a draft run had judged.
        """
        with self._warehouse.transaction() as conn:
            if closed:
                _close(conn, closed)
            for names, alike in groupby(rows, key=tuple):
                fresh = insert(delivery)
                changed = {name: fresh.excluded[name] for name in names if name not in _FIRST_SIGHT}
                merged = fresh.on_conflict_do_update(index_elements=["delivery_id"], set_=changed)
                conn.execute(merged, [dict(row) for row in alike])
            if freeze is not None:
                _freeze(conn, *freeze)

    def set_status(self, changes: Iterable[Mapping[str, Any]]) -> None:
        """Write status, rule and message of deliveries by delivery_id; the status the reading stages decide."""
        told = [tuple(change[column.name] for column in _TOLD) for change in changes]
        if not told:
            return
        new = (
            sa.values(*(sa.column(column.name, column.type) for column in _TOLD), name="told").data(told).alias("told")
        )
        written = {column.name: new.c[column.name] for column in _TOLD[1:]}
        with self._warehouse.transaction() as conn:
            conn.execute(sa.update(delivery).where(_c.delivery_id == new.c.delivery_id).values(written))

    def retained(self) -> dict[str, date]:
        """Hash -> last day its bytes are kept, for bytes not removed yet; of several deliveries the latest day."""
        chosen = (
            sa.select(_c.sha256, sa.func.max(_c.retain_until).label("until"))
            .where(_c.bytes_removed_at.is_(None), _c.retain_until.is_not(None), _c.sha256 != "")
            .group_by(_c.sha256)
        )
        with self._warehouse.transaction() as conn:
            return {str(row.sha256): row.until for row in conn.execute(chosen)}

    def bytes_removed(self, hashes: Sequence[str], at: datetime) -> None:
        """Book that the bytes of these hashes are gone; hash and counts stay."""
        with self._warehouse.transaction() as conn:
            gone = sa.update(delivery).where(_c.sha256.in_(hashes), _c.bytes_removed_at.is_(None))
            conn.execute(gone.values(bytes_removed_at=at))

    def _all(self, chosen: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._warehouse.transaction() as conn:
            return [dict(row) for row in conn.execute(chosen.order_by(_c.path, _c.delivery_id)).mappings()]


def release(conn: Connection, period: Period) -> int:
    """Lets go of a reopened month's input, in the caller's transaction; how many files later months give back.

    Its files stay its files. Those that wait for the month after, or that one had booked as late, are its as well.
    """
    month = str(period)
    booked = _c.processed_period > month
    given = sa.update(delivery).where(booked, _c.file_period <= month).values(processed_period=None)
    number = conn.execute(given).rowcount
    loose = receipt.c.detail.op("||")(sa.cast({"final": 0}, Json))
    landed = sa.and_(receipt.c.period == month, receipt.c.stage == "land")
    conn.execute(sa.update(receipt).where(landed).values(detail=loose))
    return int(number)


def _landed(source: str, month: str) -> tuple[sa.ColumnElement[bool], ...]:
    return receipt.c.period == month, receipt.c.stage == "land", receipt.c.subject == source


def _pending(source: str, period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(
        _c.source == source,
        sa.func.coalesce(_c.processed_period, str(period)) == str(period),
        _c.file_period <= str(period),
        _c.sha256 != "",
        _c.status.in_(_READABLE),
        sa.func.coalesce(_c.rule, "") != REPLACED_UNUSED,
    )


def _close(conn: Connection, ids: Sequence[str]) -> None:
    message = "同名文件已重新报送，以重报的为准"
    closing = sa.update(delivery).where(_c.delivery_id.in_(ids))
    conn.execute(closing.values(status="superseded", rule=REPLACED_UNUSED, message=message))


def _freeze(conn: Connection, source: str, period: Period) -> None:
    judged_by_draft = sa.and_(
        _c.status.in_(("rejected", "superseded")), sa.func.coalesce(_c.rule, "").not_in((OUTDATED, REPLACED_UNUSED))
    )
    first_published = sa.select(sa.func.min(generation.c.published_at)).where(generation.c.period == str(period))
    reopened = sa.func.coalesce(_c.seen_at > first_published.scalar_subquery(), sa.false())
    counted = {
        "processed_period": str(period),
        "is_late": sa.or_(_c.file_period < str(period), reopened),
        "status": sa.case((judged_by_draft, "received"), else_=_c.status),
        "rule": sa.case((judged_by_draft, None), else_=_c.rule),
        "message": sa.case(
            (sa.and_(reopened, _c.status == "received"), "截止后收到，本月重开后计入"),
            (judged_by_draft, "已收到"),
            else_=_c.message,
        ),
    }
    conn.execute(sa.update(delivery).where(_pending(source, period)).values(counted))
    final = receipt.c.detail.op("||")(sa.cast({"final": 1}, Json))
    conn.execute(sa.update(receipt).where(*_landed(source, str(period))).values(detail=final))
