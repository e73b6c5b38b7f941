"""The looks of our sheets: one family of formats per size of letters, in one typeface, for the screen and for paper."""

from collections.abc import Mapping
from typing import Any, Final

from xlsxwriter.format import Format

from exchange.model.sheets import SheetColumn
from exchange.services.sheets.workbook_text import INDENT_WIDTH, PROSE_WIDTH

FONT: Final = "宋体"
_BAND: Final = {"bg_color": "#F3F6FA"}
_ANSWER: Final = {"bg_color": "#FFF9E0"}
"""Cells for a clerk's answer, light enough to write on when printed."""

Pair = tuple[Format, Format]
"""The format of a cell on even and on odd rows."""

Look = Mapping[str, Any]

_TEXT: Final = {"align": "center", "num_format": "@"}
_LINES: Final[Mapping[str, Look]] = {
    "title": {"bold": True, "align": "center", "font_size": 18},
    "line_left": {"align": "left", "font_size": 11},
    "line_centre": {"align": "center", "font_size": 11},
    "line_right": {"align": "right", "font_size": 11},
    "header": {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#D9D9D9"},
    "faulty": {"border": 1, "text_wrap": True, "bg_color": "#FFD9B3", **_TEXT},
    "link": {"align": "center", "border": 1, "font_color": "#0563C1", "underline": 1, "num_format": "0"},
    "empty": {"align": "center", "border": 1, "font_size": 12},
    "note": {"align": "left", "text_wrap": True},
    "sign": {"align": "left", "font_size": 11},
    "sign_box": {"align": "left", "font_size": 11, "border": 1, "indent": 1},
    "step": {"align": "left", "text_wrap": True, "border": 1, "indent": 1},
}
_CELLS: Final[Mapping[str, Look]] = {
    "text": {"shrink": True, **_TEXT},
    "wrapped": {"text_wrap": True, **_TEXT},
    "prose": {"text_wrap": True, **_TEXT, "align": "left"},
    "indented": {"text_wrap": True, "indent": 1, **_TEXT, "align": "left"},
    # Shrinking is what keeps a number or a day from turning into ### with another font.
    "integer": {"align": "center", "shrink": True, "num_format": "0"},
    "rate": {"align": "center", "shrink": True, "num_format": "0.0"},
    "date": {"align": "center", "shrink": True, "num_format": "yyyy-mm-dd"},
    "month": {"align": "center", "shrink": True, "num_format": 'yyyy"年"m"月"'},
    "token": {"font_color": "#808080", "shrink": True, **_TEXT, "font_size": 8},
    "answer": {"text_wrap": True, **_TEXT, **_ANSWER},
}


class Styles:
    """The formats of one size in one workbook, made when they are first asked for: to make one takes time."""

    def __init__(self, book: Any, size: float) -> None:
        self._book = book
        self._size = size
        self._lines: dict[str, Format] = {}
        self._cells: dict[tuple[str, bool], Format] = {}

    def line(self, name: str) -> Format:
        """The format of what is no cell of the table: title, headings, notes, signatures."""
        if name not in self._lines:
            self._lines[name] = self._made(_LINES[name])
        return self._lines[name]

    def of(self, column: SheetColumn, *, banded: bool = False) -> Pair:
        """The formats of a column's cells, alternating in colour when `banded`."""
        kind: str = column.kind
        if column.wrap and kind in ("text", "integer"):
            kind = "wrapped" if column.width < PROSE_WIDTH else "prose" if column.width < INDENT_WIDTH else "indented"
        even = self._cell(kind, banded=False)
        return even, self._cell(kind, banded=True) if banded and kind != "answer" else even

    def _cell(self, kind: str, *, banded: bool) -> Format:
        key = (kind, banded)
        if key not in self._cells:
            box = {"border": 1, "border_color": "#7F7F7F", **(_BAND if banded else {})}
            self._cells[key] = self._made({**box, **_CELLS[kind]})
        return self._cells[key]

    def _made(self, look: Look) -> Format:
        made: Format = self._book.add_format({"font_name": FONT, "font_size": self._size, "valign": "vcenter", **look})
        return made
