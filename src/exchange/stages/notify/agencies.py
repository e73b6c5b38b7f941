"""Letters to the agencies: each sender's own rows with what is wrong and what to do, or a receipt without problems."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from exchange.model.report import Observation
from exchange.registry.spec import Source
from exchange.registry.spec_products import Product
from exchange.rules.letters import SenderMonth, feedback_workbook, file_name, wanted_rows
from exchange.rules.report_observed import remarks_for
from exchange.rules.returned import OwnSheet
from exchange.services.packages import Letter
from exchange.services.report_facts import report_facts
from exchange.services.returned import ReturnedFiles
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
    returned = ReturnedFiles(source, month.run.period, month.services)
    observed = _observed(month)
    files_of = month.published.files(source.name)
    answered = {row["unit_code"] or "" for row in month.answers if row["source"] == source.name}
    for unit_code in [*files_of, *sorted(answered - files_of.keys())]:
        files = files_of.get(unit_code, [])
        found = problems.get(unit_code, ())
        remarks = remarks_for(source, unit_code, observed, month.registry)
        answers = [row for row in month.answers if (row["source"], row["unit_code"]) == (source.name, unit_code)]
        sent = SenderMonth(files, found, tuple(_own(month, returned, found)), remarks, answers)
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


def _observed(month: NotifiedMonth) -> tuple[Observation, ...]:
    return report_facts(month.run.period, month.registry, month.services).observations


def _own(month: NotifiedMonth, returned: ReturnedFiles, problems: Sequence[Mapping[str, Any]]) -> Iterator[OwnSheet]:
    """The rows that have problems as the sender had them; of sensitive services nothing but their numbers."""
    for path, sheets in wanted_rows(problems, month.registry.rules).items():
        row_ids = {row_id for rows in sheets.values() for row_id in rows.values()}
        secret = returned.sensitive(row_ids, month.policy.sensitive_classes)
        for name, columns, rows in returned.sheets(path, sheets):
            withheld = frozenset(row for row, row_id in sheets[name].items() if row_id in secret)
            yield OwnSheet(path.rpartition("/")[2], name, columns, rows, withheld)
