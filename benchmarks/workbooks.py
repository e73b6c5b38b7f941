"""Township workbooks against XlsxWriter alone writing the same cells."""

import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import xlsxwriter

from benchmarks.clock import timed
from exchange.demo.district import make_district
from exchange.model.period import Period

MONTH = Period(2026, 9)


def measure(folder: Path) -> Iterator[str]:
    """The notify stage's seconds over bare XlsxWriter's for every workbook of one month."""
    facts = make_district(folder, 10_000, [MONTH], seed=3)
    home = folder / "home"
    common = ["--drops", str(facts.drops), "--units", str(facts.units), "--home", str(home)]
    timed(["exchange", "run", str(MONTH), *common])
    books = sorted((home / "outbox").rglob("*.xlsx"))
    tables = [
        [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(path).worksheets]
        for path in books
    ]
    began = time.perf_counter()
    for number, sheets in enumerate(tables):
        with xlsxwriter.Workbook(folder / f"{number}.xlsx") as book:
            for rows in sheets:
                sheet = book.add_worksheet()
                for row_number, row in enumerate(rows):
                    sheet.write_row(row_number, 0, ["" if value is None else str(value) for value in row])
    bare = time.perf_counter() - began
    for path in books:
        path.unlink()
    taken, _ = timed(["exchange", "run", str(MONTH), *common])
    yield f"{len(books)} workbooks: bare XlsxWriter {bare:.2f} s; a rerun that writes them all again {taken:.2f} s"
