"""Letters to the townships' health offices: the month's workbook, held against the warehouse before it leaves."""

from collections.abc import Iterator
from functools import partial

from exchange.model.errors import PublicationError
from exchange.model.sheets import WorkbookPlan
from exchange.registry.spec_products import Product
from exchange.rules.letters.letters import file_name, office_workbook
from exchange.rules.letters.notices import MonthFacts
from exchange.rules.letters.township_guard import check_township, id_numbers
from exchange.rules.registers.balances import balance_rows
from exchange.services.delivery.packages import Letter
from exchange.services.sheets.guard import read_finished
from exchange.services.sheets.workbook import write_workbook
from exchange.stages.notify.month import Account, NotifiedMonth, written
from exchange.stages.notify.reports import numbers_of


def office_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """One account per township and product with recipients of kind office."""
    for product in month.registry.products.values():
        recipient = product.recipient("office")
        if recipient is None or all(sheet.kind != "persons" for sheet in product.sheets):
            continue
        for township9 in month.registry.townships():
            head = month.letterhead(township9)
            name = head.fill("{district}{township}{office}")
            account = month.account(product, recipient, name, township9=township9)
            yield account, _letters(month, product, township9, account.name)


def _letters(month: NotifiedMonth, product: Product, township9: str, account: str) -> Iterator[Letter]:
    plan, said = written(month, partial(_plan, product=product, township9=township9, account=account))
    content = write_workbook(plan)
    guard_township(month, product, township9, content)
    yield Letter(
        name=file_name(product.file_name, month.letterhead(township9)),
        product=product.name,
        title=product.title,
        recipient=plan.recipient,
        content=content,
        rows=sum(len(sheet.rows) for sheet in plan.sheets if sheet.persons),
        sheets=plan.rows,
        township9=township9,
        **said,
    )


def _plan(month: NotifiedMonth, product: Product, township9: str, account: str) -> WorkbookPlan:
    head = month.letterhead(township9)
    senders = month.senders.get(township9, [])
    lists: dict[str, list[dict[str, object]]] = {}
    names = month.registry.townships()
    printed = sorted({name for sheet in product.sheets for name in sheet.lists})
    for entry in month.published.entries(township9, printed):
        to = entry.get("destination")
        named = {"destination": names.get(to, to)} if to else {}
        lists.setdefault(entry["list"], []).append(entry | named)
    numbers = numbers_of(month, township9)
    told = (month.problems(senders), month.service_counts.get(township9, {}))
    facts = MonthFacts(
        head.period.last_day,
        month.balances.get(township9, {}),
        lists,
        senders,
        *told,
        report=numbers["report"],
        indicators=numbers["indicators"],
        doses=numbers["doses"],
        villages=numbers["villages"],
        answered=month.answered(township9),
        before=month.earlier.counts.get(township9),
        trend=month.earlier.trend.get(township9, ()),
        unsigned=month.earlier.unsigned.get(account, {}),
        verified=month.answer_counts.get(township9, {}),
        balances=balance_rows(month.reported.group_balances.get(township9, ())),
    )
    return office_workbook(product, head, facts, month.registry.codes, month.policy.sensitive_classes)


def guard_township(month: NotifiedMonth, product: Product, township9: str, content: bytes) -> None:
    """Reads the finished bytes and holds them against the warehouse.

    Raises PublicationError when a person is foreign, missing or printed with a number of somebody else.
    """
    persons = [sheet for sheet in product.sheets if sheet.kind == "persons"]
    expected = month.published.expected_tokens(township9, sorted({name for sheet in persons for name in sheet.lists}))
    heading = next(column.heading for sheet in persons for column in sheet.columns if column.format == "token")
    found = read_finished(content, heading)
    wanted = {sheet.name: {token for name in sheet.lists for token in expected.get(name, ())} for sheet in persons}
    foreign = month.published.foreign_numbers(township9, id_numbers(found))
    problems = check_township(found, wanted, foreign)
    if problems:
        raise PublicationError(
            f"the workbook of {township9} was not released: " + "; ".join(problems),
            remedy="Nothing was sent. Publish the month again; if it stays so, keep the home folder and report it.",
        )
