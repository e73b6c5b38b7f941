"""Receipts: taken from the recipients' accounts, held against what was sent, answered; who is late is reminded."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from exchange.model.claims import Judgement
from exchange.model.errors import ContentError, HostKeyError, RegistryError, TransferError
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.rules.letters.receipts import FOLDER, LARGEST, judge, read_receipt
from exchange.rules.letters.reminders import (
    ANSWERING,
    REMINDERS,
    REPLIES,
    day_of,
    is_due,
    is_late,
    packets_text,
    reminder_name,
    reminder_text,
    reply_name,
    reply_text,
)
from exchange.services.bundle import Services
from exchange.services.delivery.receipts import (
    book_receipt,
    book_reminder,
    leave_letter,
    names_of,
    package_by_digest,
    seen_before,
    unanswered,
    unsigned,
    waiting_accounts,
)
from exchange.services.lake import fingerprint
from exchange.services.transports import names
from exchange.services.transports.base import SeenFile, file_hash

_MOST = 200
"""Receipts taken from one account in one night: an account that is flooded must not hold up the others."""


@dataclass(frozen=True)
class Signed:
    """One receipt: its file and what became of it."""

    account: str
    name: str
    judged: Judgement


@dataclass(frozen=True)
class Reminder:
    """A letter about a package (columns of ledger.package), and everything it reminds of."""

    package: Mapping[str, Any]
    name: str
    text: bytes
    whys: tuple[str, ...]


def collect_receipts(run: Run, registry: Registry, services: Services) -> Receipt:
    """Takes what has come to every account that owes a receipt, then reminds those that are late.

    The rows of the receipt are receipt files. An account that cannot be reached is counted and tried the next night.
    Raises HostKeyError, and TransferError when no account at all could be reached.
    """
    found, unreachable = fetch_receipts(services, actor=run.actor, why="自动收取回执")
    reminded = remind(run, registry, services)
    counts = Counter(signed.judged.outcome for signed in found)
    accepted = counts["accepted"] + counts["repeated"]
    return Receipt(
        stage="receipts",
        subject=run.subject,
        rows_in=len(found),
        rows_out=accepted,
        rows_aside=len(found) - accepted,
        fingerprint=fingerprint("receipts", *sorted(f"{one.account}/{one.name}" for one in found)),
        outcome="done" if found or reminded else "empty",
        detail={**dict(sorted(counts.items())), "reminded": reminded, "unreachable": unreachable},
    )


def fetch_receipts(services: Services, *, actor: str, why: str) -> tuple[list[Signed], int]:
    """New receipts of every account that owes one, and how many accounts could not be reached."""
    found: list[Signed] = []
    accounts, failed, last = waiting_accounts(services), 0, None
    for account in accounts:
        try:
            found += _from_account(services, account, actor=actor, why=why)
        except HostKeyError:
            raise
        except TransferError as error:
            failed, last = failed + 1, error
    if last is not None and failed == len(accounts):
        raise last
    return found, failed


def import_receipt(services: Services, file: Path, *, actor: str, why: str) -> Signed:
    """One receipt a person brought, on paper's way or by mail. Raises ContentError when there is no such file."""
    if not file.is_file():
        raise ContentError(f"there is no {file}", remedy="Name the receipt that came back.")
    state = file.stat()
    seen = SeenFile("", str(file), names.printable(file.name), "", state.st_size, int(state.st_mtime))
    return _take(services, seen, file, actor=actor, why=why)


def remind(run: Run, registry: Registry, services: Services) -> int:
    """Leaves a letter with everybody who has not signed in time, and with who sent packets nobody answered; how many.

    Raises TransferError when none could be delivered; each is booked when it is delivered, and never sent twice.
    """
    sent, last = 0, None
    for reminder in _reminders(run, registry, services):
        try:
            leave_letter(services, reminder.package["account"], REMINDERS, reminder.name, reminder.text)
        except HostKeyError:
            raise
        except TransferError as error:
            last = error
            continue
        book_reminder(services, reminder.package, reminder.whys, actor=run.actor)
        sent += 1
    if last is not None and not sent:
        raise last
    return sent


def _reminders(run: Run, registry: Registry, services: Services) -> Iterator[Reminder]:
    """Letters that are due: for packages nobody signed for, and for packages with packets no county answered."""
    if registry.recipients is None:
        raise RegistryError("nothing says when to remind", remedy="Write schemas/recipients.yaml.")
    terms, at = registry.recipients.receipts, run.started_at
    for package in unsigned(services):
        if is_due(package, terms, at):
            text = reminder_text(package, names_of(services, package["package_id"]))
            yield Reminder(package, reminder_name(package), text, ("逾期未签收",))
    products = registry.products.values()
    packets = [product.name for product in products if any(sheet.kind == "packet" for sheet in product.sheets)]
    late = (packet for packet in unanswered(services, packets, day_of(at)) if is_late(packet, terms, at))
    for _, of_one in groupby(late, key=lambda packet: packet["package_id"]):
        told = list(of_one)
        whys = tuple(packet["why"] for packet in told)
        yield Reminder(told[0], reminder_name(told[0], ANSWERING), packets_text(told), whys)


def _from_account(services: Services, account: str, *, actor: str, why: str) -> list[Signed]:
    known = seen_before(services, account)
    fresh = [
        file
        for file in services.mailboxes.left_in(account, FOLDER)
        if not file.refused and (file.name, file.size, file.modified) not in known
    ]
    found = []
    with services.landing.receiving() as folder:
        for place, file in enumerate(fresh[:_MOST]):
            into = folder / f"receipt-{place}"
            if file.size <= LARGEST:
                services.mailboxes.fetch(file, into)
            else:
                into.write_bytes(b"")
            found.append(_take(services, file, into, actor=actor, why=why))
    return found


def _take(services: Services, file: SeenFile, path: Path, *, actor: str, why: str) -> Signed:
    """Judges one receipt, answers it when it closed nothing, and books it; in this order, so a crash repeats all."""
    digest, size = file_hash(path)
    claim = read_receipt(path.read_bytes()) if size <= LARGEST else None
    package = package_by_digest(services, claim.package_sha256) if claim and claim.package_sha256 else None
    judged = judge(claim, package, file.account)
    if judged.outcome not in ("accepted", "repeated") and file.account:
        leave_letter(services, file.account, REPLIES, reply_name(digest), reply_text(file.name, judged.message))
    book_receipt(services, file, digest, claim, package, judged, actor=actor, why=why)
    return Signed(file.account, file.name, judged)
