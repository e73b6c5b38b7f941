"""The proof an auditor may ask for at any time: stored bytes, row accounting, balances, packages, the audit chain."""

from dataclasses import dataclass

import sqlalchemy as sa

from exchange.services.bundle import Services
from exchange.services.config import frozen_registry
from exchange.services.delivery.outbox import outbox_of
from exchange.services.delivery.signing import SUFFIX, is_signed
from exchange.services.reporting.observations import publication_observed
from exchange.services.tables.packages import package as packages


@dataclass(frozen=True)
class Check:
    """One claim that was examined. `verdict` says what was found, without any value of a person."""

    name: str
    examined: int
    good: bool
    verdict: str


def verify_home(services: Services) -> list[Check]:
    """Every check, in a fixed order. Nothing is changed."""
    return [
        _landed(services),
        _rows_accounted(services),
        _balances(services),
        _expectations(services),
        _lineage(services),
        _packages(services),
        _manifests(services),
        _receipts(services),
        _audit(services),
    ]


def _landed(services: Services) -> Check:
    """Every stored file still has the bytes its name says."""
    hashes = services.landing.hashes()
    damaged = [sha256 for sha256 in hashes if not services.landing.verify(sha256)]
    return _check("landed files are as they were sent", len(hashes), damaged)


def _rows_accounted(services: Services) -> Check:
    with services.warehouse.transaction() as conn:
        rows = services.warehouse.query(conn, "inspect/rows_accounted")
    wrong = rows[rows["judged"] != rows["kept"]]
    return _check("every judged row has one place in the ledger", len(rows), list(wrong["period"]))


def _balances(services: Services) -> Check:
    with services.warehouse.transaction() as conn:
        breaks = services.warehouse.query(conn, "inspect/balance_breaks")
    return _check("closing stock is the next month's opening stock", len(breaks), list(breaks["period"]))


def _expectations(services: Services) -> Check:
    """The suite about published tables, over every month that stands with the declarations it was made with."""
    examined, wrong = 0, []
    for period in services.ledger.published_periods():
        booked = services.ledger.closed(period)
        if booked is None:
            continue
        registry = frozen_registry(services.settings, str(booked["config_fingerprint"]))
        for one in publication_observed(period, int(booked["generation"]), registry, services):
            examined += one.judged
            wrong += [f"{period} {one.rule}"] if one.found else []
    return _check("published tables meet their expectations", examined, wrong)


def _lineage(services: Services) -> Check:
    with services.warehouse.transaction() as conn:
        loose = services.warehouse.query(conn, "inspect/loose_rows")
    wrong = loose[loose["rows"] > 0]
    return _check("warehouse rows and source rows lead to each other", len(loose), list(wrong["place"]))


def _packages(services: Services) -> Check:
    """Every package in the outbox is what was dispatched; only files whose time was over may be missing."""
    outbox = outbox_of(services)
    examined, wrong = 0, []
    for booked in outbox.select(sa.select(packages)):
        examined += len(booked.hashes)
        wrong += outbox.damaged(booked)
    return _check("packages are the ones that were dispatched", examined, wrong)


def _manifests(services: Services) -> Check:
    """Every manifest is signed, and names the one before it of the same recipient without a gap."""
    wrong, last = [], dict[str, tuple[int, str]]()
    chosen = sa.select(packages).order_by(packages.c.series, packages.c.number)
    with services.warehouse.transaction() as conn:
        rows = conn.execute(chosen).mappings().all()
    for row in rows:
        number, digest = last.get(row["series"], (0, None))
        manifest = services.settings.home / "outbox" / row["account"] / row["folder"] / row["manifest"]
        signature = manifest.with_name(manifest.name + SUFFIX)
        whole = manifest.is_file() and signature.is_file()
        if not whole or not is_signed(manifest.read_bytes(), signature.read_bytes(), row["public_key"]):
            wrong.append(f"{row['account']}/{row['folder']}/{row['manifest']}")
        elif (row["number"], row["previous_sha256"]) != (number + 1, digest):
            wrong.append(f"{row['series']} no. {row['number']}")
        last[row["series"]] = (row["number"], row["manifest_sha256"])
    return _check("manifests are signed and follow each other", len(rows), wrong)


def _receipts(services: Services) -> Check:
    """Every package booked as received has a receipt that names it, and its letters say the same."""
    with services.warehouse.transaction() as conn:
        found = services.warehouse.query(conn, "inspect/receipts")
    return _check("receipts are for what was sent", len(found), list(found[~found["good"]]["package_id"]))


def _audit(services: Services) -> Check:
    found = services.ledger.verify_audit()
    return _check("the audit chain is whole", found.rows, list(found.problems))


def _check(name: str, examined: int, wrong: list[str]) -> Check:
    verdict = "ok" if not wrong else f"{len(wrong)} wrong: {', '.join(map(str, wrong[:5]))}"
    return Check(name, examined, not wrong, verdict)
