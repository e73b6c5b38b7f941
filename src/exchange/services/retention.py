"""Retention: bytes of deliveries go when their time is over; hashes and counts stay for ever."""

from datetime import datetime

from exchange.services.bundle import Services


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
