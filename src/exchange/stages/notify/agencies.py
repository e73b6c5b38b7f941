"""Letters to the agencies: each sender's own rows with what is wrong and what to do, or a receipt without problems."""

from collections.abc import Iterator

from exchange.registry.spec import Source
from exchange.registry.spec_products import Product
from exchange.rules.letters import SenderMonth, feedback_workbook, file_name
from exchange.services.packages import Letter
from exchange.services.workbook import write_workbook
from exchange.stages.notify.month import Account, NotifiedMonth, meaning


def agency_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """One account per source and product with recipients of kind agency; a letter for each unit that sent a file."""
    for product in month.registry.products.values():
        recipient = product.recipient("agency")
        if recipient is None:
            continue
        for source in month.registry.sources.values():
            account = month.account(product, recipient, source.agency, account=source.transport.account)
            yield account, _letters(month, product, source)


def _letters(month: NotifiedMonth, product: Product, source: Source) -> Iterator[Letter]:
    problems = month.published.problems(source.name)
    for unit_code, files in month.published.files(source.name).items():
        sent = SenderMonth(files, problems.get(unit_code, ()))
        unit = month.registry.unit(source.code, unit_code)
        name = unit.name if unit else f"{source.agency}（未识别单位{unit_code}）"
        head = month.letterhead(unit.township9 if unit else next(iter(month.registry.townships()), ""), name)
        plan = feedback_workbook(product, head, source, sent, month.registry.rules)
        problem_rows = sum(
            plan.rows[sheet.name] for sheet in product.sheets if sheet.name in plan.rows and sheet.kind == "problems"
        )
        pattern = product.file_name if problem_rows else product.file_name_empty or product.file_name
        yield Letter(
            name=file_name(pattern, head),
            product=product.name,
            title=product.title,
            recipient=name,
            content=write_workbook(plan),
            rows=problem_rows,
            meaning=meaning(plan),
            sheets=plan.rows,
            township9=unit.township9 if unit else None,
            unit_code=unit_code or None,
        )
