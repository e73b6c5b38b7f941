"""Reopen: one audited act that takes a published month back to what was known before it, to be published again."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.model.errors import ContentError, PeriodClosed, PeriodOrder
from exchange.model.period import Period
from exchange.services.bundle import Services
from exchange.services.deliveries import release
from exchange.services.tables.auditing import reopening


@dataclass(frozen=True)
class Reopening:
    """What was reopened: the generation to come, warehouse rows put back, files given back by later months."""

    period: Period
    generation: int
    rows: int
    files: int


def reopen_period(
    services: Services, period: Period, *, asked_by: str, approved_by: str, why: str, actor: str
) -> Reopening:
    """Let `period` be run and published again, as its next generation; what was published and sent stays as it is.

    Registers and persons go back to what they were before the month, so only the newest month that stands can be
    reopened. Raises ContentError without a reason or a second person, PeriodOrder for a month that is not delivered,
    PeriodClosed for one that a later month rests on, is locked, or lies too far back, and Busy.
    """
    _two_people(asked_by, approved_by, why)
    generation = _publication(services, period) + 1
    epoch = services.ledger.hold(period, f"reopen {period}")
    try:
        with services.warehouse.transaction() as conn:
            services.ledger.fenced(conn, period, epoch)
            rows, void = _taken_back(services, conn, period)
            files = release(conn, period)
            told = {"asked_by": asked_by.strip(), "approved_by": approved_by.strip()}
            now = sa.func.clock_timestamp()
            booked = {"period": str(period), "generation": generation, **told, "why": why, "reopened_at": now}
            conn.execute(sa.insert(reopening).values(**booked))
            services.ledger.set_state(conn, period, "reopened")
            counts: dict[str, int | str] = {**told, "rows": rows, "files": files, "reclusterings": void}
            services.ledger.append_audit(conn, actor, "reopen", f"{period} 第{generation - 1}版", why, counts)
    finally:
        services.ledger.release(period)
    return Reopening(period, generation, rows, files)


def _two_people(asked_by: str, approved_by: str, why: str) -> None:
    if not all(text.strip() for text in (asked_by, approved_by, why)):
        raise ContentError("a month is reopened for a reason, by somebody, with somebody's approval", remedy=_SAY)
    if asked_by.strip().casefold() == approved_by.strip().casefold():
        raise ContentError("whoever asks for a month to be reopened cannot approve it", remedy=_SAY)


_SAY = "Say --why, --by and --approved-by; the two are different people."


def _publication(services: Services, period: Period) -> int:
    """The generation that stands and may be taken back."""
    booked, state = services.ledger.generation(period), services.ledger.state(period)
    if booked is None:
        raise PeriodOrder(
            f"{period} is not published", remedy=f"Run `exchange run {period}`; nothing is to be reopened."
        )
    if state == "published":
        raise PeriodOrder(
            f"{period} has not been delivered to everybody",
            remedy=f"Run `exchange run {period}` to its end, then reopen.",
        )
    if state == "reopened":
        raise PeriodOrder(f"{period} is reopened already", remedy=f"Run `exchange run {period}` to publish it again.")
    if state == "locked":
        raise PeriodClosed(f"{period} is locked", remedy="A locked month stands; what was wrong is booked in the next.")
    standing = [later for later in services.ledger.published_periods() if later > period]
    standing = [later for later in standing if services.ledger.closed(later) is not None]
    if standing:
        newest = max(standing)
        raise PeriodClosed(
            f"{newest} is published and opens from the months before it",
            remedy=f"Reopen {newest} first, then back to {period}; afterwards run them again in order.",
        )
    return int(booked["generation"])


def _taken_back(services: Services, conn: Connection, period: Period) -> tuple[int, int]:
    """Rows put back, and reclusterings that are void because they rest on the month."""
    found = services.warehouse.query(conn, "reopen/take_back", {"period": str(period)}).iloc[0]
    if not found["was_remembered"]:
        raise PeriodClosed(
            f"what was known before {period} is not kept any more",
            remedy="What was wrong is booked in the next month; the report of that month says so.",
        )
    return int(found["rows"]), int(found["reclusterings"])
