"""Letters to the agencies: each sender's own rows with what is wrong and what to do, or a receipt without problems."""

from collections.abc import Iterator, Sequence

from exchange.model.report import Observation
from exchange.registry.spec import Source, Unit
from exchange.registry.spec_products import Product
from exchange.rules.letters.letters import file_name
from exchange.rules.persons.disagreements import disagreement_remarks
from exchange.rules.reporting.report_observed import remarks_for
from exchange.rules.returning.feedback import SenderMonth, asks_something, feedback_workbook
from exchange.rules.returning.returned import OwnSheet
from exchange.rules.returning.returned_rows import judged_columns, own_sheets
from exchange.rules.returning.unplaced import Unplaced, unknown_words, unplaced
from exchange.rules.returning.verified import answer_line, is_told
from exchange.services.delivery.packages import Letter
from exchange.services.reporting.report_facts import report_facts
from exchange.services.returning.returned import ReturnedFile, ReturnedFiles
from exchange.services.sheets.workbook import write_workbook
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
    returned = ReturnedFiles(source.name, month.run.period, month.services, judged_columns(source))
    observed = _observed(month)
    files_of = month.published.files(source.name)
    corrections = month.published.corrections(source.name)
    disputed = month.published.disagreements(source.name)
    told = [row for row in month.answers if row["source"] == source.name and is_told(row)]
    answered = {row["unit_code"] or "" for row in told}
    for unit_code in [*files_of, *sorted(answered - files_of.keys())]:
        files = files_of.get(unit_code, [])
        found = problems.get(unit_code, ())
        remarks = remarks_for(source, unit_code, observed, month.registry)
        remarks += disagreement_remarks(source, disputed.get(unit_code, ()))
        own_answers = [row for row in told if row["unit_code"] == unit_code]
        answers = [answer_line(row, source, month.registry.answers) for row in own_answers]
        unit = month.registry.unit(source.code, unit_code)
        own_files = [(row["file"], file) for row in files if (file := returned.file(row["file"])) is not None]
        has_problems = any(asks_something(problem, month.registry.rules) for problem in found)
        sent = SenderMonth(
            files,
            found,
            tuple(_own(month, source, own_files)) if has_problems else (),
            remarks,
            answers,
            corrections.get(unit_code, ()),
            tuple(_unplaced(month, source, unit, own_files)),
        )
        name = unit.name if unit else f"{source.agency}（未识别单位{unit_code}）"
        head = month.letterhead(unit.township9 if unit else "", name)
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


def _own(month: NotifiedMonth, source: Source, found: Sequence[tuple[str, ReturnedFile]]) -> Iterator[OwnSheet]:
    """The sender's files sheet by sheet; of sensitive services nothing but the number of the row."""
    classes, token = month.policy.sensitive_classes, month.published.row_token
    for _, file in found:
        yield from own_sheets(file.rows, file.facts, file.judged, source, classes, token, kind=file.kind)


def _unplaced(
    month: NotifiedMonth, source: Source, unit: Unit | None, found: Sequence[tuple[str, ReturnedFile]]
) -> Iterator[Unplaced]:
    for path, file in found:
        words = unknown_words(file.rows, file.judged, source)
        yield from unplaced(path.rpartition("/")[2], file.facts, words, source, unit, month.registry)
