"""How much room printed text needs: widths in characters, heights in points, shares of a page for lines of a form."""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from exchange.model.sheets import SheetColumn, SheetTable

PROSE_WIDTH = 16
"""From this width on a wrapped column is read as prose, from the left."""

INDENT_WIDTH = 24
"""From this width on prose can spare the room for an indent."""

ROW_HEIGHT = 20.0
_LINE_SIZE = 1.1
_BESIDE_CHARTS = 22.0
"""Points of a row beside charts: ten of them leave room for two, and the sheet stays on one page."""

_TALLEST = 409.0
"""No row of a spreadsheet is taller."""


def heights(table: SheetTable) -> list[float]:
    """Row heights in points that show the tallest wrapped cell of each row whole."""
    least = _BESIDE_CHARTS if table.exhibits else max(ROW_HEIGHT, table.font_size * 2)
    found = [least] * len(table.rows)
    for position, column in enumerate(table.columns):
        if not column.wrap or column.folded:
            continue
        width = column.width - 2 * (column.width >= INDENT_WIDTH)
        in_one_line = int(width * 10 / table.font_size) // 2
        for row, values in enumerate(table.rows):
            text = values[position]
            if isinstance(text, str) and len(text) > in_one_line:
                found[row] = max(found[row], height(text, width, table.font_size))
    return found


@lru_cache(maxsize=4096)
def height(text: str, width: float, size: float) -> float:
    """Height of `text` in a column `width` characters wide, as many lines as its widest reading needs."""
    room = max(width * 10 / size, 4)
    lines = sum(max(1, math.ceil(_width(part) / (room - room % 2))) for part in text.split("\n"))
    return min(max(ROW_HEIGHT, size * 2, lines * size * 1.35 + 6), _TALLEST)


@lru_cache(maxsize=1024)
def head_height(columns: tuple[SheetColumn, ...], size: float) -> float:
    """Height of a row of headings."""
    return max(height(heading(column), column.width, size) for column in columns if not column.folded)


def heading(column: SheetColumn) -> str:
    """A heading that does not fit is broken where it reads well: 婚姻/状况, not 婚姻状/况; 村/（居）."""
    text = column.heading
    if _width(text) > column.width and text.find("（") > 0:
        return text.replace("（", "\n（", 1)
    if _width(text) > column.width and 3 < len(text) < 6:
        return f"{text[: (len(text) + 1) // 2]}\n{text[(len(text) + 1) // 2 :]}"
    return text


def shares(columns: Sequence[SheetColumn], texts: Sequence[str]) -> list[tuple[int, int, str]]:
    """The columns divided among `texts` as (first, last, text), at the boundaries nearest to equal shares.

    All in one cell when there are too few columns or a text would not fit its share.
    """
    edges = [0.0, *accumulate(0.0 if column.folded else column.width for column in columns)]
    cuts = [0]
    for share in range(1, len(texts)):
        wanted = edges[-1] * share / len(texts)
        free = range(cuts[-1] + 1, len(columns) - (len(texts) - share) + 1)
        cuts.append(min(free, key=lambda place: abs(edges[place] - wanted), default=-1))
    cuts.append(len(columns))
    found = [(cuts[i], cuts[i + 1] - 1, text) for i, text in enumerate(texts)]
    if -1 in cuts or any(_width(text) * _LINE_SIZE > edges[last + 1] - edges[first] for first, last, text in found):
        return [(0, len(columns) - 1, "　　　　".join(texts))]
    return found


def _width(text: str) -> int:
    """Width in digits: what takes three bytes in UTF-8 (Chinese, full-width marks) is two wide."""
    return (len(text) + len(text.encode())) // 2
