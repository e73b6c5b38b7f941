"""Plans the workbooks of a month: which sheet shows what to whom, and the name the file gets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from exchange.model.sheets import SheetTable, WorkbookPlan
from exchange.registry.spec import CodeList
from exchange.registry.spec_products import Product, Sheet
from exchange.rules.letters.cover import cover_rows, cover_steps, target_rows, trend_rows
from exchange.rules.letters.notices import MonthFacts, quality_rows, service_note
from exchange.rules.letters.workbooks import Entry, Letterhead, print_exhibit, print_table

LONGEST_NAME = 100


def file_name(pattern: str, letterhead: Letterhead) -> str:
    """The name of a product's file; a correction carries its number (_更正1). Raises ValueError when it is too long."""
    stem, dot, extension = letterhead.fill(pattern).rpartition(".")
    correction = "" if letterhead.generation == 1 else f"_更正{letterhead.generation - 1}"
    name = f"{stem}{correction}{dot}{extension}".replace(" ", "").replace("/", "／")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a file name of {len(name)} characters is longer than {LONGEST_NAME}")
    return name


def office_workbook(
    product: Product,
    letterhead: Letterhead,
    facts: MonthFacts,
    codes: Mapping[str, CodeList],
    sensitive: Sequence[str],
    recipient: str = "",
) -> WorkbookPlan:
    """The township's workbook: cover, lists, service ledger, data quality; or the part of them the product declares.

    `facts.services` counts by class code; the classes in `sensitive` are printed as counts only. `recipient` is who
    gets it when that is not the township's office.
    """
    tables = []
    for sheet in product.sheets:
        note = _service_note(facts, codes, sensitive) if "served" in sheet.lists else ""
        table = print_table(noted(sheet, note), _rows(sheet, facts), letterhead, codes, facts.senders)
        tables.append(_cover(table, sheet, facts) if sheet.kind == "notice" else table)
    return bind(product, letterhead, recipient or letterhead.fill("{district}{township}{office}"), tables)


def bind(product: Product, letterhead: Letterhead, recipient: str, tables: Sequence[SheetTable]) -> WorkbookPlan:
    """The sheets as one workbook, with what its properties say of recipient, purpose and origin."""
    return WorkbookPlan(
        title=f"{recipient}{product.title}（{letterhead.period.chinese}）",
        recipient=recipient,
        purpose=letterhead.fill(product.purpose),
        grade=product.grade,
        batch=f"{letterhead.period}-g{letterhead.generation}",
        created=letterhead.period.last_day,
        sheets=tuple(tables),
    )


def _cover(table: SheetTable, sheet: Sheet, facts: MonthFacts) -> SheetTable:
    rows = {"trend": trend_rows, "targets": target_rows}
    shown = tuple(print_exhibit(exhibit, rows[exhibit.kind](facts), facts.day) for exhibit in sheet.exhibits)
    return replace(table, steps=cover_steps(facts), exhibits=shown)


def _rows(sheet: Sheet, facts: MonthFacts) -> Sequence[Entry]:
    if sheet.kind == "notice":
        return cover_rows(facts)
    if sheet.kind == "senders":
        return quality_rows(facts)
    told = {
        "report": facts.report,
        "indicators": facts.indicators,
        "doses": facts.doses,
        "villages": facts.villages,
        "letters": facts.letters,
        "balances": facts.balances,
        "differences": facts.differences,
        "packet": facts.packet,
    }
    if sheet.kind in told:
        return told[sheet.kind]
    return [entry for name in sheet.lists for entry in facts.lists.get(name, ())]


def noted(sheet: Sheet, *notes: str) -> Sheet:
    """The sheet with more notes, before its own; empty ones are left out."""
    told = tuple(note for note in notes if note)
    return sheet.model_copy(update={"notes": (*told, *sheet.notes)}) if told else sheet


def _service_note(facts: MonthFacts, codes: Mapping[str, CodeList], sensitive: Sequence[str]) -> str:
    names = {code: entry.name for code, entry in codes["service_class"].entries.items()}
    counted = {code: count for code, count in sorted(facts.services.items()) if count}
    return service_note(
        {names.get(code, code): count for code, count in counted.items() if code not in sensitive},
        {names.get(code, code): count for code, count in counted.items() if code in sensitive},
    )
