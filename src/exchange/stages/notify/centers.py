"""Letters to the townships' health centres: three lists with what care needs, held against the warehouse as A is."""

from collections.abc import Iterator
from functools import partial

from exchange.model.sheets import WorkbookPlan
from exchange.registry.spec_products import Product
from exchange.rules.letters.letters import file_name, office_workbook
from exchange.rules.letters.notices import MonthFacts
from exchange.services.delivery.packages import Letter
from exchange.services.sheets.workbook import write_workbook
from exchange.stages.notify.month import Account, NotifiedMonth, written
from exchange.stages.notify.offices import guard_township


def center_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """One account per township and product with recipients of kind center."""
    for product in month.registry.products.values():
        recipient = product.recipient("center")
        if recipient is None:
            continue
        for township9, center in month.registry.health_centers().items():
            account = month.account(product, recipient, center, township9=township9)
            yield account, _letters(month, product, township9, center)


def _letters(month: NotifiedMonth, product: Product, township9: str, center: str) -> Iterator[Letter]:
    plan, said = written(month, partial(_plan, product=product, township9=township9, center=center))
    content = write_workbook(plan)
    guard_township(month, product, township9, content)
    yield Letter(
        name=file_name(product.file_name, month.letterhead(township9, center)),
        product=product.name,
        title=product.title,
        recipient=center,
        content=content,
        rows=sum(len(sheet.rows) for sheet in plan.sheets if sheet.persons),
        sheets=plan.rows,
        township9=township9,
        **said,
    )


def _plan(month: NotifiedMonth, product: Product, township9: str, center: str) -> WorkbookPlan:
    """The centre's workbook. Entries of lists the product does not print never reach it."""
    head = month.letterhead(township9, center)
    entitled = {name for sheet in product.sheets for name in sheet.lists}
    lists: dict[str, list[dict[str, object]]] = {}
    for entry in month.published.entries(township9, sorted(entitled)):
        lists.setdefault(entry["list"], []).append(entry)
    facts = MonthFacts(head.period.last_day, {}, lists, month.senders.get(township9, []))
    return office_workbook(product, head, facts, month.registry.codes, month.policy.sensitive_classes, center)
