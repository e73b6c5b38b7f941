"""Sending again: exactly the bytes that were sent, checked before and after, with an event and an act for it."""

from dataclasses import dataclass

import sqlalchemy as sa

from exchange.model.errors import ContentError, PublicationError, ServiceUnavailable
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import Booked, Outbox, outbox_of
from exchange.services.delivery.receipts import book_event
from exchange.services.tables.packages import package as packages


@dataclass(frozen=True)
class Resent:
    """One package that was sent again: where to, how many files, and how many of them were missing there."""

    place: str
    files: int
    uploaded: int


def resend(
    services: Services, registry: Registry, period: Period, recipient: str, *, actor: str, why: str
) -> list[Resent]:
    """Every package of the month for `recipient`: an account, its name, or a township by code or name.

    Raises ContentError when nothing was sent to such a recipient, PublicationError when stored bytes are missing or
    changed (then nothing is sent), ServiceUnavailable without a way out, TransferError.
    """
    outbox = outbox_of(services)
    chosen = packages_for(services, registry, period, recipient)
    if services.outlet is None:
        raise ServiceUnavailable(
            "this installation has no SFTP server to send to",
            remedy="Set EXCHANGE_SFTP_*; until then hand over the folder from home/outbox.",
        )
    for booked in chosen:
        _require_whole(outbox, booked)
    done = []
    for booked in chosen:
        uploaded = outbox.deliver(booked, services.outlet)
        _require_whole(outbox, booked)
        row = booked.row
        with services.warehouse.transaction() as conn:
            book_event(conn, row["package_id"], "resent", actor, why, len(booked.hashes))
            counts = {"files": len(booked.hashes), "uploaded": uploaded}
            about = f"{row['account']}/{row['period']}/{row['generation']}"
            services.ledger.append_audit(conn, actor, "resend", about, why, counts)
        done.append(Resent(booked.place, len(booked.hashes), uploaded))
    return done


def packages_for(services: Services, registry: Registry, period: Period, recipient: str) -> list[Booked]:
    """Packages of a month, corrections included, for whoever is meant. Raises ContentError when there are none."""
    t = packages
    codes = [code for code, name in registry.townships().items() if recipient in (code, name)]
    accounts = [recipient, *(f"{kind}-{code}" for code in codes for kind in ("office", "center"))]
    meant = sa.or_(t.c.account.in_(accounts), t.c.recipient == recipient)
    found = outbox_of(services).select(sa.select(t).where(t.c.period == str(period), meant))
    if not found:
        raise ContentError(
            f"nothing was sent to such a recipient in {period}",
            remedy=f"Take the account from `exchange receipts list {period} --all`.",
        )
    return found


def _require_whole(outbox: Outbox, booked: Booked) -> None:
    if booked.is_removed:
        raise PublicationError(
            f"{booked.place}: the files' time is over and they were removed from the outbox",
            remedy="They can be handed over again only from a backup of home/outbox.",
        )
    damaged = outbox.damaged(booked)
    if damaged:
        raise PublicationError(
            f"{len(damaged)} stored files are missing or changed, nothing was sent: {', '.join(damaged[:3])}",
            remedy="Restore home/outbox from its backup, then send again. Never send a changed file under its name.",
        )
