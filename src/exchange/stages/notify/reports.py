"""Letters without persons: the monthly report to the bureau and its office, and the ledger of what was exchanged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from exchange.model.errors import PublicationError
from exchange.model.sheets import WorkbookPlan
from exchange.registry.spec_products import Product, RecipientKind, SheetKind
from exchange.rules.care.programme import dose_titles
from exchange.rules.figures import DISTRICT
from exchange.rules.indicator_details import aside_text, dose_rows, village_rows
from exchange.rules.indicators import Figure, indicator_rows
from exchange.rules.letters.exchange_ledger import ledger_rows
from exchange.rules.letters.letters import file_name, office_workbook
from exchange.rules.letters.monthly_report import problems, report_rows
from exchange.rules.letters.notices import MonthFacts
from exchange.rules.letters.workbooks import Letterhead
from exchange.rules.registers.balances import balance_rows, difference_rows
from exchange.services.delivery.packages import Letter
from exchange.services.sheets.workbook import write_workbook
from exchange.stages.notify.month import Account, NotifiedMonth, written

BUREAU = "卫生健康局"
WHOLE = "全区"


def report_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """Monthly reports: the bureau gets every township's and the district's, an office its own."""
    for product in _products(month, "report"):
        yield from _accounts(month, product)


def ledger_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """Ledgers of the running year. To be asked for when all other letters are booked: they are in it.

    A correction brings one only to those who got something else of it.
    """
    for product in _products(month, "letters"):
        for account, letters in _accounts(month, product):
            yield account, _of_news(month, product, letters)


def _of_news(month: NotifiedMonth, product: Product, letters: Iterator[Letter]) -> Iterator[Letter]:
    if month.generation == 1:
        yield from letters
        return
    sent = [letter for letter in month.reported.letters(product.name) if letter["generation"] == month.generation]
    places = {letter["township9"] for letter in sent if letter["period"] == str(month.run.period)}
    yield from (letter for letter in letters if letter.township9 in places or (places and letter.township9 is None))


def numbers_of(month: NotifiedMonth, place: str) -> dict[str, list[dict[str, Any]]]:
    """`report`, `indicators`, `doses` and `villages` of a place as rows to print.

    Raises PublicationError when the report does not add up: then nothing of the place may leave.
    """
    registry, reported = month.registry, month.reported
    counts = reported.lines.get(place, {})
    wrong = problems(registry.report_lines, counts, reported.earlier_lines.get(place, {}))
    if wrong:
        raise PublicationError(
            f"{place} 的月报表未发出：" + "；".join(wrong),
            remedy="Nothing was sent. Run `exchange verify`, keep the home folder and report it.",
        )
    sensitive, is_district = month.policy.sensitive_classes, place == DISTRICT
    code6 = (place if not is_district else next(iter(registry.townships()), ""))[:6]
    figures = {name: Figure(*pair) for name, pair in reported.figures.get(place, {}).items()}
    told, details = registry.indicators, reported.details.get(place, ())
    rows = indicator_rows(told, registry.targets, figures, code6, month.run.period, is_district=is_district)
    beside = {one.id: aside_text(one, details if is_district or one.grain != "district" else ()) for one in told}
    return {
        "report": report_rows(registry.report_lines, counts, sensitive, is_district=is_district),
        "indicators": [row | {"aside": beside[row["id"]]} for row in rows],
        "doses": dose_rows(told, details, dose_titles(registry.schedules.versions_for(month.policy))),
        "villages": village_rows(told, details, registry.divisions.villages, month.policy.village_floor),
    }


def _products(month: NotifiedMonth, kind: SheetKind) -> Iterator[Product]:
    for product in month.registry.products.values():
        kinds = {sheet.kind for sheet in product.sheets}
        if kind in kinds and "persons" not in kinds:
            yield product


def _accounts(month: NotifiedMonth, product: Product) -> Iterator[tuple[Account, Iterator[Letter]]]:
    places = [*month.registry.townships(), DISTRICT]
    kinds: tuple[RecipientKind, ...] = ("bureau", "office")
    for kind in kinds:
        recipient = product.recipient(kind)
        if recipient is None:
            continue
        if kind == "bureau":
            account = month.account(product, recipient, BUREAU)
            yield account, _letters(month, product, places, BUREAU)
            continue
        for township9 in month.registry.townships():
            name = month.letterhead(township9).fill("{district}{township}{office}")
            account = month.account(product, recipient, name, township9=township9)
            yield account, _letters(month, product, [township9], name)


def _letters(month: NotifiedMonth, product: Product, places: Sequence[str], recipient: str) -> Iterator[Letter]:
    for place in places:
        yield _letter(month, product, place, recipient)


def _letter(month: NotifiedMonth, product: Product, place: str, recipient: str) -> Letter:
    head = _letterhead(month, place)
    is_district = place == DISTRICT
    plan, said = written(month, partial(_plan, product=product, place=place, recipient=recipient))
    return Letter(
        name=file_name(product.file_name, replace(head, township=WHOLE) if is_district else head),
        product=product.name,
        title=product.title,
        recipient=plan.recipient,
        content=write_workbook(plan),
        rows=0,
        sheets=plan.rows,
        township9=None if is_district else place,
        **said,
    )


def _plan(month: NotifiedMonth, product: Product, place: str, recipient: str) -> WorkbookPlan:
    head = _letterhead(month, place)
    is_district = place == DISTRICT
    senders = (
        [sender for own in month.senders.values() for sender in own] if is_district else month.senders.get(place, [])
    )
    elsewhere = "villages" if is_district else "differences"
    own = tuple(sheet for sheet in product.sheets if sheet.kind != elsewhere)
    product = product.model_copy(update={"sheets": own})
    facts = MonthFacts(head.period.last_day, {}, {}, senders, **_told(month, product, place, head))
    reader = f"{head.district}{BUREAU}" if recipient == BUREAU else recipient
    return office_workbook(product, head, facts, month.registry.codes, month.policy.sensitive_classes, reader)


def _told(month: NotifiedMonth, product: Product, place: str, head: Letterhead) -> Mapping[str, Any]:
    """What the product's sheets print, and nothing else."""
    if any(sheet.kind == "letters" for sheet in product.sheets):
        known = month.reported.files, month.reported.letters(product.name)
        return {"letters": ledger_rows(*known, "" if place == DISTRICT else place, month.registry, head)}
    registry, sensitive = month.registry, month.policy.sensitive_classes
    named = {
        "balances": balance_rows(month.reported.group_balances.get(place, ())),
        "differences": difference_rows(
            month.reported.differences, registry.indicators, registry.report_lines, sensitive
        ),
    }
    return numbers_of(month, place) | named


def _letterhead(month: NotifiedMonth, place: str) -> Letterhead:
    if place != DISTRICT:
        return month.letterhead(place)
    return replace(month.letterhead(), office=BUREAU)
