"""Receipts in the ledger: who has signed for what, who has not, and the letters that ask for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.claims import Claim, Judgement
from exchange.model.period import Period
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import place
from exchange.services.reporting.reported import plain_rows
from exchange.services.tables.ledger import dispatch
from exchange.services.tables.packages import dispatch_event, package_receipt
from exchange.services.tables.packages import package as packages
from exchange.services.transports.base import SeenFile


def waiting_accounts(services: Services) -> list[str]:
    """Accounts with packages nobody has signed for, sorted."""
    chosen = sa.select(packages.c.account).distinct()
    chosen = chosen.where(packages.c.awaits_receipt, packages.c.received_at.is_(None))
    with services.warehouse.transaction() as conn:
        return sorted(conn.execute(chosen).scalars())


def unsigned(services: Services) -> list[dict[str, Any]]:
    """Packages nobody has signed for (columns of ledger.package), oldest first."""
    chosen = sa.select(packages).where(packages.c.awaits_receipt, packages.c.received_at.is_(None))
    order = (packages.c.period, packages.c.account, packages.c.folder, packages.c.generation)
    with services.warehouse.transaction() as conn:
        return [dict(row) for row in conn.execute(chosen.order_by(*order)).mappings()]


def seen_before(services: Services, account: str) -> set[tuple[str, int, int]]:
    """Name, size and time of every receipt already taken from the account: those are not fetched again."""
    t = package_receipt
    chosen = sa.select(t.c.name, t.c.bytes, t.c.modified).where(t.c.account == account)
    with services.warehouse.transaction() as conn:
        return {(row.name, row.bytes, row.modified) for row in conn.execute(chosen)}


def package_by_digest(services: Services, digest: str | None) -> dict[str, Any] | None:
    """The package with that digest (columns of ledger.package); None when nothing was sent with it."""
    chosen = sa.select(packages).where(packages.c.package_sha256 == digest)
    with services.warehouse.transaction() as conn:
        row = conn.execute(chosen.order_by(packages.c.number).limit(1)).mappings().first()
    return None if row is None else dict(row)


def book_receipt(
    services: Services,
    file: SeenFile,
    sha256: str,
    claim: Claim | None,
    package: Mapping[str, Any] | None,
    judged: Judgement,
    *,
    actor: str,
    why: str,
) -> bool:
    """Keeps a receipt with its verdict and, when it was accepted, closes package and letters; False when known.

    Receipt, closing and audit are one transaction.
    """
    claim = claim or Claim()
    values = {
        "file_sha256": sha256, "account": file.account, "name": file.name, "bytes": file.size,
        "modified": file.modified, "package_id": package and package["package_id"], "outcome": judged.outcome,
        "message": judged.message, "told_sha256": claim.package_sha256, "told_rows": claim.rows,
        "signed_by": claim.signed_by, "signed_on": claim.signed_on, "seen_at": sa.func.clock_timestamp(),
    }  # fmt: skip
    with services.warehouse.transaction() as conn:
        if not conn.execute(insert(package_receipt).values(**values).on_conflict_do_nothing()).rowcount:
            return False
        if judged.outcome == "accepted" and package is not None:
            _close(conn, package, claim)
        about = f"{package['account']}/{package['period']}/{package['generation']}" if package else sha256[:24]
        services.ledger.append_audit(conn, actor, "receipt", about, why, {"outcome": judged.outcome})
    return True


def leave_letter(services: Services, account: str, folder: str, name: str, content: bytes) -> None:
    """A small letter for an account: it rests in the outbox and is delivered where there is a way out."""
    path: Path = services.settings.under("outbox", account, folder) / name
    place(path, content)
    if services.outlet is not None:
        services.outlet.deliver(account, folder, [path])


def packages_of(services: Services, period: Period, *, unsigned_only: bool) -> list[list[str]]:
    """Packages of a month as rows to print, or those nobody has signed for."""
    with services.warehouse.transaction() as conn:
        asked = {"period": str(period), "unsigned_only": unsigned_only}
        found = services.warehouse.query(conn, "inspect/packages", asked)
    return [["" if pd.isna(value) else str(value) for value in row] for row in found.itertuples(index=False)]


def names_of(services: Services, package_id: str) -> list[str]:
    """Names of a package's files, sorted."""
    chosen = sa.select(dispatch.c.path).where(dispatch.c.package_id == package_id)
    with services.warehouse.transaction() as conn:
        return sorted(str(path).rpartition("/")[2] for path in conn.execute(chosen).scalars())


def unanswered(services: Services, products: Sequence[str], today: date) -> list[dict[str, Any]]:
    """Packets of `products` nobody answered for by their day: a package's columns, and what is late since when."""
    with services.warehouse.transaction() as conn:
        asked = {"products": list(products), "today": today}
        found = services.warehouse.query(conn, "notify/unanswered_packets", asked)
    return plain_rows(found)


def book_reminder(services: Services, package: Mapping[str, Any], whys: Sequence[str], *, actor: str) -> None:
    """Counts a reminder that was sent, with an event for everything it is about, and an act."""
    mine = packages.c.package_id == package["package_id"]
    with services.warehouse.transaction() as conn:
        conn.execute(sa.update(packages).where(mine).values(reminders=packages.c.reminders + 1))
        for why in whys:
            book_event(conn, package["package_id"], "reminded", actor, why, 1)
        about = f"{package['account']}/{package['period']}/{package['generation']}"
        counts = {"reminders": package["reminders"] + 1}
        services.ledger.append_audit(conn, actor, "remind", about, "；".join(whys), counts)


def book_event(conn: Connection, package_id: str, event: str, actor: str, why: str, files: int) -> None:
    """Appends what happened to a package, in the caller's transaction."""
    t = dispatch_event
    last = sa.select(sa.func.coalesce(sa.func.max(t.c.number), 0) + 1).where(t.c.package_id == package_id)
    conn.execute(
        sa.insert(t).values(
            package_id=package_id,
            number=last.scalar_subquery(),
            event=event,
            at=sa.func.clock_timestamp(),
            actor=actor,
            why=why,
            files=files,
        )
    )


def _close(conn: Connection, package: Mapping[str, Any], claim: Claim) -> None:
    now = sa.func.clock_timestamp()
    mine = packages.c.package_id == package["package_id"]
    signed = {"received_at": now, "signed_by": claim.signed_by, "signed_on": claim.signed_on}
    conn.execute(sa.update(packages).where(mine, packages.c.received_at.is_(None)).values(**signed))
    letters = sa.and_(dispatch.c.package_id == package["package_id"], dispatch.c.status != "received")
    conn.execute(sa.update(dispatch).where(letters).values(status="received", received_at=now))
