"""Sample: rows of a publication drawn for an auditor, the sheet he fills in, and what came of it."""

import hashlib
from pathlib import Path

from exchange.model.errors import ContentError, RegistryError
from exchange.model.period import Period
from exchange.model.sheets import WorkbookPlan
from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.registry.spec_products import Product
from exchange.rules.letters.letters import bind
from exchange.rules.letters.township_guard import id_numbers
from exchange.rules.letters.workbooks import letterhead_of, print_table
from exchange.rules.reporting.sampling import ANSWERS, result_table, sample_entry
from exchange.rules.returning.answers import judge
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import place
from exchange.services.reporting.sampling import Draw, draw, drawn_rows, keep_answers, results, samples_of
from exchange.services.returning.answers import read_returned
from exchange.services.sheets.guard import read_finished
from exchange.services.sheets.workbook import write_workbook

_ANY = "sample"


def draw_sample(
    services: Services, registry: Registry, period: Period, *, size: int, seed: str, to: Path, actor: str, why: str
) -> int:
    """Draw `size` rows per township of the newest publication and write the auditor's sheet to `to`; rows drawn.

    Without a `seed` the publication's own digest is taken. Drawing the same again gives the same sheet. Raises
    ContentError when the month is not published or the size is none, RegistryError when no product has such a sheet.
    """
    booked = services.ledger.generation(period)
    if booked is None or size < 1:
        raise ContentError(
            f"{period} is not published, or nothing is to be drawn", remedy="Name a published month and a size from 1."
        )
    seed = seed.strip() or str(booked["manifest_sha256"])[:16]
    wanted = Draw(period, int(booked["generation"]), size, seed)
    rows = draw(services, wanted, actor=actor, why=why)
    content = write_workbook(_plan(services, registry, wanted))
    if id_numbers(read_finished(content, "行标识")):
        raise ContentError(
            "the sheet was not written: a whole identity number stands in it",
            remedy="This is a defect of the program: keep the home folder and report it.",
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    place(to, content)
    return rows


def import_sample(
    services: Services, registry: Registry, period: Period, file: Path, *, actor: str, why: str
) -> tuple[list[str], TraceTable]:
    """Take over what an auditor found; what happened, in Chinese, and the accuracy of every sample up to the month.

    Raises ContentError when the file cannot be read or belongs to no sample of the month.
    """
    if not file.is_file():
        raise ContentError(f"there is no {file}", remedy="Name the sheet that came back.")
    rows = read_returned(file)
    tokens = {str(row["token"]) for row in rows}
    known = samples_of(services, period)
    sample_id = max(sorted(known), key=lambda one: (known[one] == tokens, len(known[one] & tokens)), default="")
    if not known.get(sample_id, set()) & tokens:
        raise ContentError(f"no sample of {period} has these rows", remedy="Name the month the sample was drawn from.")
    found = judge(rows, dict.fromkeys(known[sample_id], _ANY), {_ANY: tuple(ANSWERS)})
    answers = [
        {
            "token": given.token,
            "answer": ANSWERS[given.answer],
            "checked_by": given.answered_by,
            "checked_on": given.answered_on,
        }
        for given in found.answers
    ]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    fresh = keep_answers(services, sample_id, answers, digest, actor=actor, why=why)
    with services.warehouse.transaction() as conn:
        told = results(services.warehouse, conn, period)
    return found.lines(fresh), result_table([row for row in told if row["sample_id"] == sample_id], registry)


def _plan(services: Services, registry: Registry, wanted: Draw) -> WorkbookPlan:
    product = _product(registry)
    head = letterhead_of(registry, wanted.period, generation=wanted.generation)
    entries = [sample_entry(row, registry, head) for row in drawn_rows(services, wanted.sample_id)]
    (sheet,) = product.sheets
    drawn = f"抽样编号：{wanted.sample_id}　种子：{wanted.seed}　每镇街{wanted.size}行　第{wanted.generation}版"
    table = print_table(sheet.model_copy(update={"left": drawn}), entries, head, registry.codes)
    return bind(product, head, "审计", [table])


def _product(registry: Registry) -> Product:
    for product in registry.products.values():
        if any(sheet.kind == _ANY for sheet in product.sheets):
            return product
    raise RegistryError("no product has a sheet for samples", remedy="Declare one under schemas/products.")
