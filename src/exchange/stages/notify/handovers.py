"""Letters to other counties: people who left the district with services not finished, one file per county."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from exchange.model.errors import PublicationError
from exchange.registry.spec_products import Product
from exchange.rules.letters.letters import file_name, office_workbook
from exchange.rules.letters.notices import MonthFacts
from exchange.rules.letters.packets import packet_rows
from exchange.rules.letters.township_guard import check_township, id_numbers
from exchange.services.delivery.packages import Letter
from exchange.services.sheets.guard import read_finished
from exchange.services.sheets.workbook import write_workbook
from exchange.stages.notify.month import Account, NotifiedMonth, meaning

BUREAU = "卫生健康局"
LIST = "handover"


def handover_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """One account: the district's bureau, which writes to the counties. Nothing in a month in which nobody left so."""
    for product in month.registry.products.values():
        recipient = product.recipient("bureau")
        if recipient is not None and any(sheet.kind == "packet" for sheet in product.sheets):
            yield month.account(product, recipient, BUREAU), _letters(month, product)


def _letters(month: NotifiedMonth, product: Product) -> Iterator[Letter]:
    expected = month.published.packet_tokens()
    packets: dict[str, list[dict[str, Any]]] = {}
    for township9 in month.registry.townships() if expected else ():
        for entry in month.published.entries(township9, (LIST,)):
            if entry.get("packet_id"):
                packets.setdefault(entry["packet_id"], []).append(entry)
    for packet_id, entries in sorted(packets.items()):
        yield _letter(month, product, packet_id, entries, expected.get(packet_id, set()))


def _letter(
    month: NotifiedMonth, product: Product, packet_id: str, entries: Sequence[Mapping[str, Any]], tokens: set[str]
) -> Letter:
    place, code6 = str(entries[0]["to_place"]), str(entries[0]["to_code6"])
    head = month.letterhead(unit=place)
    head = replace(head, township="", office=BUREAU)
    sender = f"{head.district}{BUREAU}"
    facts = MonthFacts(
        head.period.last_day, {}, {LIST: entries}, (), packet=packet_rows(packet_id, place, entries, sender)
    )
    recipient = f"{place}卫生健康部门（由{sender}函告）"
    plan = office_workbook(product, head, facts, month.registry.codes, month.policy.sensitive_classes, recipient)
    content = write_workbook(plan)
    _guard(month, product, packet_id, entries, tokens, content)
    return Letter(
        name=file_name(product.file_name, head),
        product=product.name,
        title=product.title,
        recipient=recipient,
        content=content,
        rows=len(entries),
        meaning=meaning(plan),
        sheets=plan.rows,
        unit_code=code6,
    )


def _guard(
    month: NotifiedMonth,
    product: Product,
    packet_id: str,
    entries: Sequence[Mapping[str, Any]],
    tokens: set[str],
    content: bytes,
) -> None:
    """Reads the finished bytes: the packet's people, all and only they, without a service that may not leave.

    Raises PublicationError; then nothing was sent.
    """
    sheet = next(sheet for sheet in product.sheets if sheet.kind == "persons")
    heading = next(column.heading for column in sheet.columns if column.format == "token")
    found = read_finished(content, heading)
    people = sorted({str(entry["person_id"]) for entry in entries})
    foreign = month.published.foreign_to(people, id_numbers(found))
    problems = check_township(found, {sheet.name: tokens}, foreign)
    secret = sum(entry["service_class"] in month.policy.sensitive_classes for entry in entries)
    if secret:
        problems.append(f"{secret} services of a class that may only be counted")
    if problems:
        raise PublicationError(
            f"the packet {packet_id} was not released: " + "; ".join(problems),
            remedy="Nothing was sent. Publish the month again; if it stays so, keep the home folder and report it.",
        )
