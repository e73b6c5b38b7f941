"""What every container becomes: sheets of rows of cells, with the physical number of each row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.model.errors import LayoutError

Row = tuple[int, Sequence[Any]]
"""Physical row number (from 1) and the cells; "" is an empty cell."""

MAX_COLUMNS = 512


class Refused(LayoutError):
    """The file cannot be read as a table; the message tells the sender why, in Chinese, without any cell's value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, remedy="请在电脑上确认能正常打开，另存为 xlsx 后以新版本（v2）重报。")


@dataclass(frozen=True)
class SheetData:
    """One sheet. `rows()` starts from the top every time it is called.

    `merges` are ranges ((row, column), (row, column)) from 0, both ends inside. `broken` holds cells, by
    (row, column) from 0, that show an error or a formula without its result: the error's text or "".
    """

    name: str
    visible: bool
    rows: Callable[[], Iterable[Row]]
    merges: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0


@dataclass(frozen=True)
class Book:
    """A file's content: container xlsx | xls | html | csv | tsv, the text's encoding, the sheets in order.

    `is_1904`: a bare number that stands for a day counts from 1904, as old Macintosh workbooks do, not from 1900.
    """

    container: str
    encoding: str
    sheets: tuple[SheetData, ...]
    is_1904: bool = False
