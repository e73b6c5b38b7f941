"""Letters that ask the townships' offices who is who: two records a line, masked, no score; only where one is open."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from exchange.model.errors import PublicationError
from exchange.model.sheets import SheetTable
from exchange.registry.spec_linkage import linkage_of
from exchange.registry.spec_products import Product, Sheet
from exchange.rules.letters.letters import bind, file_name
from exchange.rules.letters.township_guard import id_numbers
from exchange.rules.letters.workbooks import print_table
from exchange.rules.persons.decisions import standings
from exchange.rules.persons.review import Question, cases, entry, of_kinds, pair_up, township_of, unanswered
from exchange.services.delivery.packages import Letter
from exchange.services.identity.decisions import statements
from exchange.services.identity.review import items, records
from exchange.services.sheets.guard import read_finished
from exchange.services.sheets.workbook import write_workbook
from exchange.stages.notify.month import Account, NotifiedMonth, meaning


def review_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """One account per township with open questions, for products with a sheet of kind review."""
    for product in month.registry.products.values():
        recipient = product.recipient("office")
        sheet = next((sheet for sheet in product.sheets if sheet.kind == "review"), None)
        if recipient is None or sheet is None:
            continue
        for township9, asked in _by_township(month).items():
            name = month.letterhead(township9).fill("{district}{township}{office}")
            account = month.account(product, recipient, name, township9=township9)
            yield account, _letters(month, product, sheet, township9, asked)


def _by_township(month: NotifiedMonth) -> dict[str, list[Question]]:
    """The questions that were open when the month was published, by the office that is asked."""
    registry, services = month.registry, month.services
    with services.warehouse.transaction() as conn:
        held = standings(statements(conn, month.booked["published_at"]))
        asked = unanswered(items(services, conn, period=month.run.period), held)
    found = pair_up(asked, records(services, registry, asked, month.policy.sensitive_classes))
    roles = {source.name: str(source.role) for source in registry.sources.values()}
    places: dict[str, list[Question]] = {place: [] for place in registry.townships()}
    for question in of_kinds(found, linkage_of(registry.linkage).review.offices):
        place = township_of(question, roles)
        if place in places:
            places[place].append(question)
    return {place: cases(own) for place, own in places.items() if own}


def _letters(
    month: NotifiedMonth, product: Product, sheet: Sheet, township9: str, asked: Sequence[Question]
) -> Iterator[Letter]:
    head = month.letterhead(township9)
    day = month.run.period.last_day
    tokens = month.services.vault
    rows = [entry(question, tokens.token("review", str(question.item["item_id"])), day) for question in asked]
    table = _marked(print_table(sheet, rows, head, month.registry.codes), sheet, rows)
    plan = bind(product, head, head.fill("{district}{township}{office}"), [table])
    content = write_workbook(plan)
    _guard(content, sheet, {row["token"] for row in rows}, township9)
    yield Letter(
        name=file_name(product.file_name, head),
        product=product.name,
        title=product.title,
        recipient=plan.recipient,
        content=content,
        rows=len(rows),
        meaning=meaning(plan),
        sheets=plan.rows,
        township9=township9,
    )


def _marked(table: SheetTable, sheet: Sheet, rows: Sequence[dict[str, Any]]) -> SheetTable:
    """The table with the cells coloured in which the two records differ; a birth date stands behind its age."""
    fields = [column.field for column in sheet.columns]
    marks = {
        (place, fields.index(f"{shown}_{side}"))
        for place, row in enumerate(rows)
        for shown in ({"birth": "age"}.get(field, field) for field in row["different"])
        for side in ("a", "b")
        if f"{shown}_{side}" in fields
    }
    return replace(table, marks=frozenset(marks))


def _guard(content: bytes, sheet: Sheet, wanted: set[str], township9: str) -> None:
    """Reads the finished bytes back. Raises PublicationError when a question is foreign, or a whole number in it."""
    heading = next(column.heading for column in sheet.columns if column.format == "token")
    found = read_finished(content, heading)
    seen = [token for each in found for token in each.tokens]
    if set(seen) != wanted or len(seen) != len(wanted) or id_numbers(found):
        raise PublicationError(
            f"the questions for {township9} were not released: they hold a foreign row or a whole number",
            remedy="Nothing was sent. This is a defect of the program: keep the home folder and report it.",
        )
