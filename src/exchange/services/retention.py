"""Retention: bytes of deliveries and packages go when their time is over; hashes and counts stay for ever."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from exchange.registry.spec_recipients import Recipients
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import outbox_of
from exchange.services.delivery.receipts import book_event
from exchange.services.tables.ledger import dispatch
from exchange.services.tables.packages import package as packages


def expire_landed(services: Services, at: datetime, actor: str) -> int:
    """Destroys landed bytes whose retention date lies before `at` and books it; how many files' bytes went.

    The date was fixed when the file came (13 months by policy, 个人信息保护法 第十九条). Booked after the bytes
    are gone and from the ledger's list, so that a crash in between is made good by the next call.
    """
    kept_until = services.deliveries.retained()
    due = sorted(sha256 for sha256, until in kept_until.items() if until < at.date())
    if not due:
        return 0
    services.landing.expire(at.date(), kept_until)
    services.deliveries.bytes_removed(due, at)
    with services.warehouse.transaction() as conn:
        services.ledger.append_audit(conn, actor, "expire", "landing", "保存期限届满", {"files": len(due)})
    return len(due)


def expire_packages(services: Services, policy: Recipients | None, at: datetime, actor: str) -> int:
    """Removes the files of packages that were signed for long enough ago, and books it; how many files went.

    The outbox is for sending again, no archive (个人信息保护法 第十九条): what its recipient holds and has signed for
    leaves it `keep_days` later. Manifests and signatures stay, so hashes and chain can be checked for ever.
    """
    if policy is None:
        return 0
    before = at - timedelta(days=policy.receipts.keep_days)
    kept = sa.exists().where(dispatch.c.package_id == packages.c.package_id, dispatch.c.bytes_removed_at.is_(None))
    removed = 0
    for booked in outbox_of(services).select(sa.select(packages).where(packages.c.received_at < before, kept)):
        for letter in booked.letters:
            (services.settings.home / "outbox" / str(letter["path"])).unlink(missing_ok=True)
        package_id, files = booked.row["package_id"], len(booked.letters)
        with services.warehouse.transaction() as conn:
            mine = dispatch.c.package_id == package_id
            conn.execute(sa.update(dispatch).where(mine).values(bytes_removed_at=at))
            book_event(conn, package_id, "removed", actor, "保存期限届满", files)
            about = f"{booked.row['account']}/{booked.row['period']}/{booked.row['generation']}"
            services.ledger.append_audit(conn, actor, "expire", about, "保存期限届满", {"files": files})
        removed += files
    return removed
