"""What runs inside the sandbox for one file: open it, find its tables, write its rows, and say what was found."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from exchange.model.period import Period
from exchange.rules.layout.header import Header
from exchange.rules.layout.headings import Vocabulary, normalise
from exchange.rules.layout.rows import Sorter
from exchange.rules.layout.shape import Shape
from exchange.services.parsing.open import open_book
from exchange.stages.read.facts import facts_of
from exchange.stages.read.survey import Sheet, survey
from exchange.stages.read.table import batch_of, schema_of, with_constant

_CHUNK = 8_192
_DAYS = ("date", "birth", "datetime")


class _MoreFields(Exception):
    def __init__(self, fields: Iterable[str]) -> None:
        super().__init__()
        self.fields = tuple(fields)


def read_to_parquet(job: Mapping[str, Any]) -> dict[str, Any]:
    """Read `job["path"]` and write its rows to `job["out"]` as Parquet; returns the facts (see the page of names).

    `job["shape"]` is the layout of the source, `job["period"]` the month in the file's name.
    Raises Refused when the file is no readable table.
    """
    shape, period = Shape.from_json(job["shape"]), Period.parse(job["period"])
    vocabulary = Vocabulary(shape)
    book = open_book(Path(job["path"]))
    sheets = survey(book, vocabulary, period)
    days = frozenset(column.name for column in shape.columns if column.type in _DAYS)
    fields = _in_order(shape, [name for sheet in sheets for name in _names(sheet)])
    while True:
        try:
            _write(sheets, vocabulary, fields, Path(job["out"]), days if book.is_1904 else frozenset())
            break
        except _MoreFields as more:
            fields = _in_order(shape, [*fields, *more.fields])
    return facts_of(book, sheets, shape, period, fields)


def _names(sheet: Sheet) -> list[str]:
    if sheet.role != "data" or sheet.header is None:
        return []
    return [name for _, name in sheet.header.fields] + ([sheet.carried] if sheet.carried else [])


def _in_order(shape: Shape, names: Sequence[str]) -> tuple[str, ...]:
    found = set(names)
    return tuple(column.name for column in shape.columns if column.name in found)


def _write(
    sheets: Sequence[Sheet], vocabulary: Vocabulary, fields: Sequence[str], out: Path, from_1904: frozenset[str]
) -> None:
    schema = schema_of(fields)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for sheet in sheets:
            sheet.kinds, sheet.header_rows, sheet.ragged = Counter(), [], []
            for place, rows, positions in _placed(sheet, vocabulary, set(fields)):
                table = batch_of(place, rows, positions, sheet.data.broken, schema, from_1904)
                if sheet.carried:
                    table = with_constant(table, sheet.carried, sheet.data.name)
                writer.write_table(table)


def _placed(
    sheet: Sheet, vocabulary: Vocabulary, fields: set[str]
) -> Iterator[tuple[dict[str, Any], list[Sequence[Any]], Mapping[str, Sequence[int]]]]:
    """Chunks of rows of one header, with where and what each row is. Raises _MoreFields at a header with new ones."""
    walker = _walk(sheet, vocabulary)
    while chunk := list(islice(walker, _CHUNK)):
        start = 0
        for index in range(1, len(chunk) + 1):
            if index == len(chunk) or chunk[index][4] is not chunk[start][4]:
                part, header = chunk[start:index], chunk[start][4]
                positions = {name: header.parts.get(name, (at,)) for at, name in header.fields} if header else {}
                if missing := positions.keys() - fields:
                    raise _MoreFields(missing)
                place = {"sheet": sheet.data.name, "sheet_no": sheet.number, "row": [item[0] for item in part]}
                place |= {"row_kind": [item[2] for item in part], "block": [item[3] for item in part]}
                yield place, [item[1] for item in part], positions
                start = index


def _walk(sheet: Sheet, vocabulary: Vocabulary) -> Iterator[tuple[int, Sequence[Any], str, str | None, Header | None]]:
    """(row number, cells, kind, block, header in force) of every physical row."""
    header = sheet.header
    if sheet.role != "data" or header is None:
        for number, _ in sheet.data.rows():
            sheet.kinds[sheet.role] += 1
            yield number, (), sheet.role, None, None
        return
    headlines = frozenset(normalise(cell) for _, cells in sheet.head[: header.index] for cell in cells) - {""}
    sorter = Sorter(vocabulary, header, headlines, sheet.data.merges)
    for index, (number, cells) in enumerate(sheet.data.rows()):
        if index < header.index:
            kind = "title" if any(isinstance(cell, str) and cell.strip() for cell in cells) else "blank"
        elif index < header.index + header.depth:
            kind = "header"
        else:
            kind = sorter.place(index, cells)
        sheet.kinds[kind] += 1
        if kind == "header":
            sheet.header_rows.append(number)
        elif kind == "data" and len(cells) > sorter.header.width and any(cells[sorter.header.width :]):
            sheet.ragged.append(number)
        yield number, cells, kind, sorter.block if kind in ("data", "block_title") else None, sorter.header
    sheet.control_total, sheet.zero_report = sorter.control_total, sorter.zero_report
