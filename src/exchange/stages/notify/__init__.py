"""Stage notify: every recipient's package for a published month, guarded, booked and sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

from exchange.model.errors import PublicationError, RegistryError
from exchange.model.run import Outcome, Receipt, Run
from exchange.registry.load import Registry
from exchange.rules.letters.receipts import receipt_form
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import Outbox, outbox_of
from exchange.services.delivery.packages import Letter, Package, subject
from exchange.services.delivery.verifier import NAME, verifier_source
from exchange.services.lake import fingerprint
from exchange.stages.notify.agencies import agency_letters
from exchange.stages.notify.auditor import auditor_letters
from exchange.stages.notify.centers import center_letters
from exchange.stages.notify.handovers import handover_letters
from exchange.stages.notify.month import Account, NotifiedMonth
from exchange.stages.notify.offices import office_letters
from exchange.stages.notify.reports import ledger_letters, report_letters
from exchange.stages.notify.reviews import review_letters


def notify_recipients(run: Run, registry: Registry, services: Services) -> Receipt:
    """Packages of the month's newest generation: townships' workbooks, senders' feedback, the auditor's report.

    Account by account: written, checked, booked, sent; a rerun sends the stored bytes again and changes nothing.
    A correction goes only to those whose content it changes. Rows counted are rows of letters.
    Raises PublicationError when the month is not published or a workbook fails the guard, TransferError.
    """
    if not run.final:
        return Receipt("notify", run.subject, 0, 0, 0, fingerprint("draft"), "empty")
    month = _month(run, registry, services)
    outbox = outbox_of(services)
    is_through = services.ledger.state(run.period) in ("delivered", "locked")
    sent: list[Mapping[str, object]] = []
    written = uploaded = 0
    for account, letters in _accounts(month):
        key = (account.name, account.folder, run.period, month.generation)
        booked = outbox.find(*key)
        if booked is None and is_through:
            continue  # nothing was due to this account; a file that came since is the next month's
        if booked is None or outbox.damaged(booked):
            package = _package(month, outbox, account, _only_news(outbox, month, account, list(letters)))
            if not package.letters:
                continue
            outbox.put(package, actor=run.actor, why=f"{run.period} 第{month.generation}版")
            booked = outbox.find(*key)
            written += len(package.letters)
        if booked is not None:
            uploaded += outbox.send(booked, actor=run.actor)
            sent += booked.letters
    if services.ledger.state(run.period) == "published":
        with services.warehouse.transaction() as conn:
            services.ledger.set_state(conn, run.period, "delivered")
    rows = sum(int(str(letter["rows"])) for letter in sent)
    marks = sorted(f"{letter['path']} {letter['sha256']}" for letter in sent)
    outcome: Outcome = "empty" if not sent else "done" if written or uploaded else "unchanged"
    detail = {"letters": len(sent), "written": written, "uploaded": uploaded}
    return Receipt("notify", run.subject, rows, rows, 0, fingerprint(*marks), outcome, detail)


def _month(run: Run, registry: Registry, services: Services) -> NotifiedMonth:
    generation = services.ledger.generation(run.period)
    if generation is None:
        raise PublicationError(
            f"{run.period} is not published", remedy=f"Run the stage publish for {run.period} first."
        )
    return NotifiedMonth(run, registry, services, generation)


def _accounts(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """Every account with its letters, which are only made when they are asked for."""
    makers = (
        office_letters, review_letters, report_letters, center_letters, agency_letters, auditor_letters,
        handover_letters,
    )  # fmt: skip
    yield from _together(chain.from_iterable(maker(month) for maker in makers))
    yield from ledger_letters(month)


def _together(accounts: Iterable[tuple[Account, Iterator[Letter]]]) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """Letters of several products for one account's folder in one package: it has one manifest."""
    found: dict[tuple[str, str], tuple[Account, list[Iterator[Letter]]]] = {}
    for account, letters in accounts:
        found.setdefault((account.name, account.folder), (account, []))[1].append(letters)
    for account, parts in found.values():
        yield account, chain.from_iterable(parts)


def _only_news(outbox: Outbox, month: NotifiedMonth, account: Account, letters: list[Letter]) -> tuple[Letter, ...]:
    """All letters of a first publication; of a correction those that say something else than before.

    What a newer program or layout merely puts another way is no news.
    """
    earlier = outbox.earlier_meanings(account.name, account.folder, month.generation)
    fresh = [letter for letter in letters if _is_news(letter, earlier.get(subject(letter)))]
    return tuple(_distinct(fresh))


def _is_news(letter: Letter, told: str | None) -> bool:
    return told is None or letter.meaning not in (told, letter.corrects)


def _distinct(letters: list[Letter]) -> Iterator[Letter]:
    """Two senders of one name must not share a file: from the second on the name carries the sender's code."""
    seen: defaultdict[str, int] = defaultdict(int)
    for letter in letters:
        seen[letter.name] += 1
        yield letter if seen[letter.name] == 1 else letter.renamed(letter.unit_code or str(seen[letter.name]))


def _package(month: NotifiedMonth, outbox: Outbox, account: Account, letters: tuple[Letter, ...]) -> Package:
    policy = month.registry.recipients
    if policy is None:
        raise RegistryError(
            "nothing says how recipients' files are protected",
            remedy="Write schemas/recipients.yaml; docs/deploy/recipients.yaml is a pattern.",
        )
    facts = {
        "purpose": account.purpose,
        "grade": account.grade,
        "code_version": month.booked["code_version"],
        "config_fingerprint": month.booked["config_fingerprint"],
        "audit": month.published.audit_head(),
    }
    protection = policy.protection(account.kind, account.name)
    is_awaited = any(letter.product in policy.receipts.products for letter in letters)
    return Package(
        account=account.name,
        folder=account.folder,
        period=month.run.period,
        generation=month.generation,
        kind=account.kind,
        recipient=account.recipient,
        protection=protection,
        letters=letters,
        facts=facts,
        form=partial(receipt_form, for_system=protection.method == "age") if is_awaited else None,
        # Whoever audits checks every package with a program of his own; the others need none.
        attachments=((NAME, verifier_source(outbox.public_keys())),) if account.kind == "auditor" else (),
    )
