"""The right half of a cover: charts beside the ten lines, and below them their figures beside what is to be done."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from exchange.model.sheets import Exhibit, SheetColumn, SheetTable
from exchange.services.sheets.workbook_page import span
from exchange.services.sheets.workbook_styles import FONT, Styles
from exchange.services.sheets.workbook_text import height, shares

STEPS: Final = "本月要办的事"
_GAP: Final = 1.0
_LEAST: Final = 18.0
_SIGN: Final = 20.0
_BLUE, _GREY, _GREEN = "#4472C4", "#BFBFBF", "#548235"


def page_columns(table: SheetTable) -> tuple[SheetColumn, ...]:
    """The columns of the printed sheet: the table's own, then those of its exhibits, a narrow one before each."""
    beside = ((SheetColumn("", _GAP), *exhibit.columns) for exhibit in table.exhibits)
    return (*table.columns[: table.printed], *chain.from_iterable(beside))


def write_beside(book: Any, sheet: Worksheet, table: SheetTable, styles: Styles, heights: Sequence[float]) -> int:
    """Charts right of the rows, whose `heights` begin with the headings'; steps, signature and figures below them.

    Returns the next free row.
    """
    columns, first = page_columns(table), table.printed + 1
    for place in range(table.printed, len(columns)):
        sheet.set_column(place, place, columns[place].width)
    top = table.first_row + len(heights) - 1
    band = _write_left(sheet, table, styles, top)
    for exhibit, position in _places(table):
        _write_figures(sheet, exhibit, position, styles, top)
        for row, tall in enumerate(_figure_heights(exhibit, table.font_size)):
            band[row : row + 1] = [max([tall, *band[row : row + 1]])]
    for row, tall in enumerate(band, top):
        sheet.set_row(row, tall)
    shown = [placed for placed in _places(table) if placed[0].rows]
    wide = sum(_pixels_wide(column.width) for column in columns[first:])
    high = sum(int(4 / 3 * points) for points in heights)
    for number, (exhibit, position) in enumerate(shown):
        chart = _chart(book, table.name, exhibit, position, top)
        chart.set_size({"width": wide, "height": high // len(shown) - 2})
        where = {"y_offset": number * (high // len(shown)), "object_position": 3, "description": exhibit.title}
        sheet.insert_chart(table.first_row - 1, first, chart, where)
    return top + len(band)


def _places(table: SheetTable) -> Iterator[tuple[Exhibit, int]]:
    """Every exhibit with its first column."""
    position = table.printed
    for exhibit in table.exhibits:
        yield exhibit, position + 1
        position += len(exhibit.columns) + 1


def _write_left(sheet: Worksheet, table: SheetTable, styles: Styles, row: int) -> list[float]:
    """What to do, then the lines for pens and seals, from `row` on; returns the heights they need."""
    columns = table.columns[: table.printed]
    width = sum(column.width for column in columns) - 2
    span(sheet, row, 0, table.printed - 1, STEPS, styles.line("header"))
    for place, step in enumerate(table.steps, row + 1):
        span(sheet, place, 0, table.printed - 1, step, styles.line("step"))
    for place, line in enumerate(table.signature, row + 1 + len(table.steps)):
        for first, last, text in shares(columns, line):
            span(sheet, place, first, last, text, styles.line("sign_box"))
    steps = [max(_LEAST, height(step, width, table.font_size)) for step in table.steps]
    return [_SIGN, *steps, *([_SIGN] * len(table.signature))]


def _write_figures(sheet: Worksheet, exhibit: Exhibit, position: int, styles: Styles, top: int) -> None:
    """The exhibit's small table, headings in row `top`."""
    for place, column in enumerate(exhibit.columns, position):
        sheet.write_string(top, place, column.heading, styles.line("header"))
        style, _ = styles.of(column)
        for row, values in enumerate(exhibit.rows, top + 1):
            value = values[place - position]
            if value is None or value == "":
                sheet.write_blank(row, place, None, style)
            elif isinstance(value, str):
                sheet.write_string(row, place, value, style)
            else:
                sheet.write(row, place, value, style)


def _figure_heights(exhibit: Exhibit, size: float) -> list[float]:
    """Heights of the small table's rows, headings first."""
    told = (
        [height(str(cell), column.width - 2, size) for column, cell in zip(exhibit.columns, row, strict=True)
         if column.wrap]
        for row in exhibit.rows
    )  # fmt: skip
    return [_SIGN, *(max([_LEAST, *row]) for row in told)]


def _chart(book: Any, name: str, exhibit: Exhibit, position: int, top: int) -> Any:
    """A chart of what stands in the small table, and nothing else."""
    first, last = top + 1, top + len(exhibit.rows)

    def series(place: int, colour: str, **extra: Any) -> dict[str, Any]:
        return {
            "name": [name, top, position + place],
            "categories": [name, first, position, last, position],
            "values": [name, first, position + place, last, position + place],
            "fill": {"color": colour},
            "border": {"none": True},
            "data_labels": {"value": True, "font": _letters(11)},
            **extra,
        }

    is_trend = exhibit.kind == "trend"
    chart = book.add_chart({"type": "column" if is_trend else "bar"})
    if is_trend:
        chart.add_series(series(1, _BLUE, gap=80))
        chart.set_legend({"none": True})
    else:
        targets = any(row[2] is not None for row in exhibit.rows)
        chart.add_series(series(1, _GREEN, gap=50, overlap=-5))
        if targets:
            chart.add_series(series(2, _GREY))
        chart.set_legend({"position": "bottom", "font": _letters(11)} if targets else {"none": True})
    chart.set_title({"name": exhibit.title, "name_font": _letters(13) | {"bold": True}, "overlay": False})
    names = {"num_font": _letters(11), "reverse": not is_trend, "line": {"color": _GREY}}
    values = {"min": 0, "visible": False, "major_gridlines": {"visible": False}}
    # Lying bars have their names on the axis that stands.
    chart.set_x_axis(names if is_trend else values)
    chart.set_y_axis(values if is_trend else names)
    chart.set_chartarea({"border": {"color": _GREY}})
    return chart


def _letters(size: int) -> dict[str, Any]:
    return {"name": FONT, "size": size, "bold": False}


def _pixels_wide(width: float) -> int:
    return int(width * 7 + 0.5) + 5
