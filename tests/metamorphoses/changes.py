"""What happens to a layout overnight: each change takes a sheet's rows and says where every row went."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exchange.registry.spec import Source
from exchange.rules.layout.headings import Vocabulary, normalise
from exchange.stages.read import shape_of

Line = tuple[int | None, list[Any]]
"""The row it was originally (from 1, None for a new one) and its cells."""

AFTER = ("total", "footer")


@dataclass(frozen=True)
class Paper:
    """A sheet, and what the reader said of the untouched one: the header's row (from 0) and each row's kind."""

    source: Source
    lines: tuple[Line, ...]
    header: int
    kinds: tuple[str, ...]
    sheet: str = "Sheet1"
    container: str = ""
    moved: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, rows: Sequence[Sequence[Any]], header: int, kinds: Sequence[str]) -> "Paper":
        """The sheet as it was sent."""
        return cls(source, tuple((number, list(row)) for number, row in enumerate(rows, 1)), header, tuple(kinds))

    def kind(self, line: Line) -> str:
        """What the row was in the untouched sheet."""
        return self.kinds[line[0] - 1] if line[0] is not None else "new"

    def where(self) -> dict[int, int]:
        """Row now -> row originally, both from 1."""
        return {now: line[0] for now, line in enumerate(self.lines, 1) if line[0] is not None}

    def with_lines(self, lines: Sequence[Line]) -> "Paper":
        """The same sheet with other rows."""
        return replace(self, lines=tuple(lines))


def nothing(paper: Paper) -> Paper:
    """The sheet written anew."""
    return paper


def shuffled_columns(paper: Paper) -> Paper:
    """Columns of header and data in another order; titles, totals and signatures stay where they are."""
    width = max(len(row) for _, row in paper.lines)
    order = random.Random(4).sample(range(width), width)

    def moved(line: Line) -> Line:
        if paper.kind(line) not in ("header", "data"):
            return line
        padded = line[1] + [""] * (width - len(line[1]))
        return line[0], [padded[position] for position in order]

    return paper.with_lines([moved(line) for line in paper.lines])


def other_headings(paper: Paper) -> Paper:
    """Every heading in another spelling that its source declares, dressed up with blanks and a star."""
    vocabulary = Vocabulary(shape_of(paper.source))
    variants = {item.name: item.headings for item in paper.source.fields}

    def spelt(cell: Any) -> Any:
        meaning = vocabulary.exact(normalise(cell)) or vocabulary.loose(normalise(cell))
        if meaning is None or meaning.field not in variants:
            return cell
        others = [one for one in variants[meaning.field] if normalise(one) != normalise(cell) and "_" not in one]
        return f" {others[-1]}*" if others else f"{cell} "

    return paper.with_lines(
        [
            (number, [spelt(cell) for cell in row]) if paper.kind((number, row)) == "header" else (number, row)
            for number, row in paper.lines
        ]
    )


def dressed_headings(paper: Paper) -> Paper:
    """Every heading numbered, quoted and explained, with its English name behind."""
    return paper.with_lines(
        [
            (number, [f"{place}、“{cell}”（必填）/Column" if cell else cell for place, cell in enumerate(row, 1)])
            if paper.kind((number, row)) == "header"
            else (number, row)
            for number, row in paper.lines
        ]
    )


def explained_columns(paper: Paper) -> Paper:
    """Below the header a row that numbers the columns and one that says which must be filled."""
    width = len(paper.lines[paper.header][1])
    below: list[Line] = [(None, [str(place) for place in range(1, width + 1)]), (None, ["必填", "选填"] * (width // 2))]
    return paper.with_lines([*paper.lines[: paper.header + 1], *below, *paper.lines[paper.header + 1 :]])


def said_to_be_nothing(paper: Paper) -> Paper:
    """Every empty cell of a person filled with what a program prints for nothing."""
    return paper.with_lines(
        [
            (number, [cell if cell != "" else "(null)" for cell in row])
            if paper.kind((number, row)) == "data"
            else (number, row)
            for number, row in paper.lines
        ]
    )


def forced_texts(paper: Paper) -> Paper:
    """Every text of a person forced to stay text: quotes around it and a tab behind."""
    return paper.with_lines(
        [
            (number, [f'"{cell}"\t' if isinstance(cell, str) and cell else cell for cell in row])
            if paper.kind((number, row)) == "data"
            else (number, row)
            for number, row in paper.lines
        ]
    )


def signed_otherwise(paper: Paper) -> Paper:
    """Below it all a count in other words, and who sent, approved and printed it."""
    ends = (["本表合计", "", "见附件"], ["报送人：某某", "", "所长：某某", "", "打印时间：2026-11-03 09:12"])
    return paper.with_lines([*paper.lines, *((None, row) for row in ends)])


def one_title_more(paper: Paper) -> Paper:
    """An office's name above everything."""
    return paper.with_lines([(None, ["某区流动人口服务管理办公室"]), *paper.lines])


def no_totals(paper: Paper) -> Paper:
    """Totals and signatures left out."""
    return paper.with_lines([line for line in paper.lines if paper.kind(line) not in AFTER])


def blank_rows(paper: Paper) -> Paper:
    """An empty row behind every second person."""
    lines: list[Line] = []
    for line in paper.lines:
        lines.append(line)
        if paper.kind(line) == "data" and (line[0] or 0) % 2:
            lines.append((None, [""]))
    return paper.with_lines(lines)


def header_again(paper: Paper) -> Paper:
    """The header printed again in the middle, as at a page break."""
    data = [place for place, line in enumerate(paper.lines) if paper.kind(line) == "data"]
    middle = data[len(data) // 2]
    again: Line = (None, list(paper.lines[paper.header][1]))
    return paper.with_lines([*paper.lines[:middle], again, *paper.lines[middle:]])


def unknown_column(paper: Paper) -> Paper:
    """One more column at the end that nobody agreed on."""
    width = max(len(row) for _, row in paper.lines)
    added = {"header": "血型", "data": "AB"}
    return paper.with_lines(
        [
            (number, row + [""] * (width - len(row)) + [added[kind]])
            if (kind := paper.kind((number, row))) in added
            else (number, row)
            for number, row in paper.lines
        ]
    )


def other_sheet_name(paper: Paper) -> Paper:
    """The sheet called by what it holds."""
    return replace(paper, sheet="登记明细")


def as_container(container: str) -> Callable[[Paper], Paper]:
    """The same rows in another kind of file."""
    return lambda paper: replace(paper, container=container)


def everything(paper: Paper) -> Paper:
    """All of it in one night."""
    for change in (shuffled_columns, other_headings, unknown_column, header_again, blank_rows, no_totals):
        paper = change(paper)
    return one_title_more(paper)


CHANGES: dict[str, Callable[[Paper], Paper]] = {
    "written anew": nothing,
    "columns shuffled": shuffled_columns,
    "headings renamed": other_headings,
    "headings dressed": dressed_headings,
    "columns explained": explained_columns,
    "nothing said in words": said_to_be_nothing,
    "texts forced": forced_texts,
    "signed in other words": signed_otherwise,
    "a title row more": one_title_more,
    "totals left out": no_totals,
    "blank rows": blank_rows,
    "header repeated": header_again,
    "an unknown column": unknown_column,
    "another sheet name": other_sheet_name,
    "as comma-separated text": as_container("csv"),
    "as GB18030 text": as_container("gb18030"),
    "as Unicode text": as_container("utf-16"),
    "as a page": as_container("html"),
    "as a workbook": as_container("xlsx"),
    "everything at once": everything,
}
"""Name -> change."""
