"""Township workbooks against XlsxWriter alone writing the same cells: two hundred townships, and one large one."""

import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

from exchange.model.period import Period
from exchange.model.sheets import Cell
from exchange.registry.load import Registry, load_registry
from exchange.registry.spec_products import Column, Product, Sheet
from exchange.rules.letters.letters import office_workbook
from exchange.rules.letters.notices import MonthFacts
from exchange.rules.letters.workbooks import Entry, Letterhead, SenderState
from exchange.services.sheets.guard import read_finished
from exchange.services.sheets.workbook import write_workbook

Cells = list[list[tuple[int, int, bool, str | None]]]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PROJECT = Path(__file__).resolve().parents[1]
MONTH = Period(2026, 9)
TOWNSHIPS, LARGE, ROUNDS = 200, 2_000, 3
SIZES = (1_000, 250)
SHARES = {
    "inflow": 0.06, "outflow": 0.05, "pregnant": 0.02, "births": 0.01, "children_0_6": 0.16, "missed": 0.10,
    "missed_may": 0.02, "handover": 0.03, "due": 0.25, "unserved": 0.10, "served": 0.40, "archive": 0.60,
}  # fmt: skip
"""Entries of a list per person in care; a list not named here gets 0.03."""

TEXTS = (
    "王村镇苏李村",
    "周村区王村镇苏李村三号路48号东院二楼",
    "乙肝第2、3剂；脊灰第1—4剂；百白破第1—3剂",
    "电话联系",
    "",
)


def measure(folder: Path) -> Iterator[str]:
    """Planning, writing and reading back, over XlsxWriter alone writing the same cells."""
    registry = load_registry(PROJECT / "schemas", PROJECT / "expectations")
    names = ("notice_office", "notice_center", "monthly_report")
    # Two hundred townships of equal size: their people are made once, only the names on the files differ.
    for people in SIZES:
        facts = month_of(registry, 0, people)
        books = [cells_of(finished(registry, name, head_of(0), facts)) for name in names]
        alone = seconds(alone_writing, books * TOWNSHIPS)
        ours = seconds(_all_of, registry, names, facts)
        cells = TOWNSHIPS * sum(len(sheet) for sheets in books for sheet in sheets)
        yield (
            f"{TOWNSHIPS} townships of {people:,}, {TOWNSHIPS * len(names)} workbooks, {cells:,} cells:"
            f" XlsxWriter alone {alone:.1f} s, ours {ours:.1f} s, {ours / alone:.2f} times"
        )
    large = (head_of(0), month_of(registry, 0, LARGE))
    book = cells_of(finished(registry, names[0], *large))
    alone = min(seconds(alone_writing, [book]) for _ in range(ROUNDS))
    ours = min(seconds(finished, registry, names[0], *large) for _ in range(ROUNDS))
    rows = sum(len(entries) for entries in large[1].lists.values())
    yield (
        f"one office of {LARGE:,} people, {rows:,} rows of persons: XlsxWriter alone {alone:.2f} s, ours {ours:.2f} s,"
        f" {ours / alone:.2f} times"
    )


def seconds(work: Any, *arguments: Any) -> float:
    """Seconds of the processor that `work` takes."""
    began = time.process_time()  # of the processor: whoever else is on the machine does not count
    work(*arguments)
    return time.process_time() - began


def _all_of(registry: Registry, names: Sequence[str], facts: MonthFacts) -> None:
    for number in range(TOWNSHIPS):
        for name in names:
            finished(registry, name, head_of(number), facts)


def finished(registry: Registry, name: str, head: Letterhead, facts: MonthFacts) -> bytes:
    """A workbook as the notify stage makes it: planned, written, and opened again by the guard."""
    plan = office_workbook(registry.products[name], head, facts, registry.codes, ("08", "09", "11", "20"))
    content = write_workbook(plan)
    read_finished(content, "行标识")
    return content


def cells_of(content: bytes) -> Cells:
    """Every cell of a finished workbook by sheet: row, column, whether it is a number, its text."""
    found: Cells = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        shared = [
            "".join(text.text or "" for text in entry.iter(f"{_MAIN}t"))
            for entry in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        for name in sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")):
            cells = []
            for cell in ElementTree.fromstring(archive.read(name)).iter(f"{_MAIN}c"):
                row, column = xl_cell_to_rowcol(cell.attrib["r"])
                value = cell.findtext(f"{_MAIN}v")
                told = value if value is None or cell.get("t") != "s" else shared[int(value)]
                cells.append((row, column, told is not None and cell.get("t") != "s", told))
            found.append(cells)
    return found


def alone_writing(books: Sequence[Cells]) -> None:
    """The same cells in as many sheets by XlsxWriter, each with a border, and nothing else."""
    for sheets in books:
        with xlsxwriter.Workbook(BytesIO(), {"in_memory": True}) as book:
            boxed = book.add_format({"border": 1})
            for cells in sheets:
                sheet = book.add_worksheet()
                for row, column, is_number, told in cells:
                    if told is None:
                        sheet.write_blank(row, column, None, boxed)
                    elif is_number:
                        sheet.write_number(row, column, float(told), boxed)
                    else:
                        sheet.write_string(row, column, told, boxed)


def head_of(number: int) -> Letterhead:
    """The letterhead of the township of that number."""
    return Letterhead("370306", "周村区", f"第{number}镇", f"第{number}镇卫生院", "卫生健康办公室", MONTH)


def month_of(registry: Registry, township: int, people: int) -> MonthFacts:
    """A month made of nothing but the columns the products print."""
    lists: dict[str, list[Entry]] = {}
    for product in registry.products.values():
        for sheet in product.sheets:
            for name in sheet.lists:
                lists.setdefault(name, [{} for _ in range(round(people * SHARES.get(name, 0.03)))])
                _fill(lists[name], name, product, sheet, township)
    senders = [SenderState("residence_register", "PS", "公安", str(n), f"第{n}所", "reported") for n in range(5)]
    figures = {
        "title": "某指标",
        "rate": "94.2%",
        "target": "≥95%",
        "numerator": 5,
        "denominator": 9,
        "rule": TEXTS[1] * 3,
    }
    lines = {"block": "一 人口", "title": "月末数", "unit": "人", "hukou": "未报", "migrant": 8, "total": "未报"}
    trend = [{"month": f"2026-{month:02d}", "closing": people, "came": 9, "left": 8} for month in range(1, 10)]
    facts = MonthFacts(MONTH.last_day, {"opening": 1, "closing": people}, lists, senders)
    return replace(facts, indicators=[figures] * 32, report=[lines] * 72, trend=trend)


def _fill(entries: list[Any], name: str, product: Product, sheet: Sheet, township: int) -> None:
    for number, entry in enumerate(entries):
        entry |= {column.field: _value(column, number) for column in sheet.columns if column.field not in entry}
        entry |= {
            "list": name,
            "person_id": f"P{number}",
            "name": f"人{number}",
            "id_number": f"37030619900307{number:04d}",
        }
        entry |= {"birth_date": "1990-03-07", "token": f"{township:03d}{name[:4]}{number:05d}"}


def _value(column: Column, number: int) -> Cell | Mapping[str, str]:
    if column.format in ("integer", "count", "weeks"):
        return number % 90
    if column.format in ("date", "month"):
        return (date(2026, 9, 1) + timedelta(days=number % 30)).isoformat()
    if column.format == "flag":
        return number % 2
    if column.words:
        return sorted(column.words)[number % len(column.words)]
    return TEXTS[(number + len(column.field)) % len(TEXTS)]
