"""A workbook before anybody writes it: titles, columns and cells as plain values, in the order they will stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

CellKind = Literal["text", "integer", "date", "month", "token"]
Cell = str | int | date | None


@dataclass(frozen=True)
class SheetColumn:
    """A printed column: width in characters; `choices` are the answers a clerk may pick.

    A column without any content may be `folded`: it keeps its place and takes no room.
    """

    heading: str
    width: float
    kind: CellKind = "text"
    wrap: bool = False
    choices: tuple[str, ...] = ()
    folded: bool = False
    group: str = ""
    merge: bool = False


@dataclass(frozen=True)
class SheetTable:
    """One sheet, ready to be written: no value is computed after this.

    `persons` says that each row is a person and carries a row token in the column of kind `token`.
    `empty` stands alone in the table when there are no rows. `notes` follow the table, `signature` is a
    block of lines to be filled in by hand, each a tuple of cells that share the page's width. `marks` are the
    (row, column) of cells that stand out because something is wrong with them.
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
