"""A workbook before anybody writes it: titles, columns and cells as plain values, in the order they will stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

CellKind = Literal["text", "integer", "rate", "date", "month", "token", "answer"]
Cell = str | int | float | date | None
ExhibitKind = Literal["trend", "targets"]


_ACROSS: Final = 139.7
"""Characters across A4 landscape between margins of 1 cm: 785 points at 5.62 points for a digit of the default font.

So wide LibreOffice takes it where 宋体 is not installed; with 宋体 a digit is 5.25 points and prints larger."""

SMALLEST_PRINT: Final = 8
"""Points of the smallest letters on paper."""

_PADDING: Final = 5 / 7
"""What a spreadsheet adds to each column's width, in characters."""


def printed_scale(widths: Sequence[float]) -> float:
    """By how much a sheet of columns so wide shrinks to fit one page's width; never more than 1."""
    return min(1.0, _ACROSS / sum(width + _PADDING for width in widths)) if widths else 1.0


@dataclass(frozen=True)
class SheetColumn:
    """A printed column: width in characters; `choices` are the answers a clerk may pick, `hint` tells how to answer.

    A `folded` column keeps its place and takes no room until the clerk unfolds it. A `token` is for machines: it
    stands on the screen at the right of what is printed.
    """

    heading: str
    width: float
    kind: CellKind = "text"
    wrap: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    folded: bool = False
    group: str = ""
    merge: bool = False


@dataclass(frozen=True)
class Exhibit:
    """A small table beside a sheet's rows, and the chart drawn from it: the first column is what is compared."""

    kind: ExhibitKind
    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class SheetTable:
    """One sheet, ready to be written: no value is computed after this.

    `persons` says that each row is a person and carries a row token in the column of kind `token`.
    `empty` stands alone in the table when there are no rows. `notes` follow the table, `signature` is a
    block of lines to be filled in by hand, each a tuple of cells that share the page's width. `marks` are the
    (row, column) of cells that stand out because something is wrong with them. `links` lead from a (row, column) of
    the data to a sheet and its physical (row, column), all counted from nought. `filtered` offers a filter on every
    heading, `frozen` columns stay in sight on the screen. `steps` are what to do by when, `exhibits` stand beside the
    rows and the steps.
    """

    name: str
    title: str
    left: str
    centre: str
    right: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    notes: tuple[str, ...] = ()
    signature: tuple[tuple[str, ...], ...] = ()
    font_size: float = 10
    persons: bool = False
    marks: frozenset[tuple[int, int]] = frozenset()
    links: Mapping[tuple[int, int], tuple[str, int, int]] = field(default_factory=dict)
    filtered: bool = False
    frozen: int = 0
    steps: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()

    @property
    def printed(self) -> int:
        """How many columns are printed: all but the tokens at the right."""
        count = len(self.columns)
        while count > 1 and self.columns[count - 1].kind == "token":
            count -= 1
        return count

    @property
    def first_row(self) -> int:
        """Where the data begin, counted from nought: below title, line and one row of headings, or two with groups.

        Neighbouring columns of one `group` share a heading; equal neighbours in a `merge` column are one cell.
        """
        return 4 if any(column.group for column in self.columns) else 3


@dataclass(frozen=True)
class WorkbookPlan:
    """One workbook: its sheets, and what its properties and footer say about recipient, purpose and origin.

    `created` is fixed by the period, never by the clock: equal input gives equal bytes.
    """

    title: str
    recipient: str
    purpose: str
    grade: str
    batch: str
    created: date
    sheets: tuple[SheetTable, ...]
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, int]:
        """Rows per sheet, as the manifest states them."""
        return {sheet.name: len(sheet.rows) for sheet in self.sheets}


@dataclass(frozen=True)
class FoundSheet:
    """What an independent reader saw on one sheet of a finished workbook.

    `tokens` are the row tokens in sheet order, `numbered` counts the rows with a number in the first column,
    `texts` are all cells that hold text.
    """

    name: str
    tokens: tuple[str, ...]
    numbered: int
    texts: tuple[str, ...] = ()
