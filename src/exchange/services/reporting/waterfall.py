"""The picture of a weighed pair: what speaks for one person and what against, step by step up to the total."""

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from exchange.model.explained import Step, Weighing
from exchange.services.reporting.report import render_page

WIDTH: Final = 1108.0
"""Units across; four are a millimetre, so that the picture fills an A4 sheet on its side within 10 mm of margin."""
TALLEST: Final = 760.0
_EDGE, _LEFT, _RIGHT, _SUM = 26.0, 330.0, 930.0, 1082.0
_ROW, _NARROWEST = 42.0, 20.0
_LINE = 18.0
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100)
_TICKS: Final = 12
_UNITS: Final = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))


@dataclass(frozen=True)
class Row:
    """A bar with its words: `tone` is its class, `joint` the place from which a line leads to the next bar."""

    what: str
    level: str
    y: float
    x: float
    width: float
    tone: str
    bits: str
    sum: str
    joint: float | None


@dataclass(frozen=True)
class Mark:
    """A place on the axis and what stands there."""

    x: float
    words: str


@dataclass(frozen=True)
class Drawing:
    """A waterfall placed on paper."""

    title: str
    verdict: str
    sides: tuple[str, ...]
    rows: tuple[Row, ...]
    ticks: tuple[Mark, ...]
    zero: float
    link: Mark
    review: Mark
    notes: tuple[str, ...]
    top: float
    bottom: float
    row: float
    height: float
    words: str


def drawing(pair: Weighing) -> Drawing:
    """Places the pair: one row per step, the total, and the runner-up when there is one."""
    sides = tuple(line for side in pair.sides for line in _wrapped(side, 150))
    notes = tuple(line for note in pair.notes for line in _wrapped(note, 150))
    count = len(pair.steps) + 1 + (pair.runner_up is not None)
    top = 96.0 + _LINE * len(sides) + 44.0
    room = TALLEST - top - 44.0 - _LINE * len(notes) - 8.0
    row = max(min(_ROW, room / count), _NARROWEST)
    low, high, place = _scale(pair)
    rows = _rows(pair, place, top, row)
    bottom = top + row * count
    link = Mark(place(pair.threshold), f"认定界限 {plain(pair.threshold)}")
    review = Mark(place(pair.review), f"交人核实 {plain(pair.review)}")
    step = next(each for each in _STEPS if (high - low) / each <= _TICKS or each == _STEPS[-1])
    ticks = tuple(
        Mark(place(n * step), plain(n * step, 0)) for n in range(math.ceil(low / step), math.floor(high / step) + 1)
    )
    return Drawing(
        title=pair.title, verdict=_verdict(pair), sides=sides, rows=rows, ticks=ticks, zero=place(0), link=link,
        review=review, notes=notes, top=top, bottom=bottom, row=row,
        height=round(bottom + 44.0 + _LINE * len(notes) + 8.0, 2), words=_words(pair),
    )  # fmt: skip


def picture(pair: Weighing, *, width: str = "277mm", height: str | None = None) -> str:
    """The pair as an SVG of its own."""
    drawn = drawing(pair)
    tall = height or f"{drawn.height / 4:.1f}mm"
    return render_page("waterfall.svg", d=drawn, width=width, height=tall)


def pictures_page(title: str, pairs: Sequence[Weighing], lines: Sequence[str]) -> str:
    """All pairs as one page, each on a sheet of its own, after the sentences."""
    return render_page("waterfall.html", title=title, drawings=[drawing(pair) for pair in pairs], lines=lines)


def plain(bits: float, digits: int = 2) -> str:
    """A number with a true minus sign."""
    return f"{bits:.{digits}f}".replace("-", "−")


def _scale(pair: Weighing) -> tuple[float, float, Callable[[float], float]]:
    """Least and most bits on the axis, and bits -> place."""
    sums = list(accumulate(step.bits for step in pair.steps))
    shown = [0.0, pair.total, pair.threshold, pair.review, *sums]
    shown += [] if pair.runner_up is None else [pair.runner_up]
    air = max(max(shown) - min(shown), 1.0) * 0.04
    low, high = min(shown) - air, max(shown) + air

    def place(bits: float) -> float:
        return round(_LEFT + (bits - low) / (high - low) * (_RIGHT - _LEFT), 2)

    return low, high, place


def _rows(pair: Weighing, place: Callable[[float], float], top: float, row: float) -> tuple[Row, ...]:
    found: list[Row] = []
    at = 0.0
    for step in pair.steps:
        end = at + step.bits
        found.append(_row(step.what, step.level, (at, end), place, top + row * len(found), _tone(step),
                          _signed(step.bits), place(end)))  # fmt: skip
        at = end
    y = top + row * len(found)
    found.append(_row("合计", _odds(pair.total), (0.0, pair.total), place, y, "total", "", None, plain(pair.total)))
    if pair.runner_up is not None and pair.margin is not None:
        level = f"领先 {plain(pair.margin)} 比特" if pair.margin >= 0 else f"落后 {plain(-pair.margin)} 比特"
        bar = (0.0, pair.runner_up)
        found.append(_row("第二人选", level, bar, place, y + row, "rival", "", None, plain(pair.runner_up)))
    return tuple(found)


def _row(
    what: str, level: str, bar: tuple[float, float], place: Callable[[float], float], y: float, tone: str, bits: str,
    joint: float | None, told: str | None = None,
) -> Row:  # fmt: skip
    x, end = sorted(map(place, bar))
    # A step of no weight is still seen.
    return Row(what, level, round(y, 2), x, round(max(end - x, 1.5), 2), tone, bits, told or plain(bar[1]), joint)


def _tone(step: Step) -> str:
    if step.kind != "evidence":
        return step.kind
    return "up" if step.bits >= 0 else "down"


def _signed(bits: float) -> str:
    return f"{bits:+.2f}".replace("-", "−")


def _verdict(pair: Weighing) -> str:
    if pair.total >= pair.threshold:
        return f"合计 {plain(pair.total)} 比特，达到认定界限 {plain(pair.threshold)}：认作一人"
    return f"合计 {plain(pair.total)} 比特，未达认定界限 {plain(pair.threshold)}：凭此不认作一人"


def _odds(bits: float) -> str:
    """`是一人与否，约 16万 比 1`; two digits are all the model can vouch for."""
    odds = 2.0 ** min(abs(bits), 60.0)
    text = f"{odds:.2g}" if odds < 10 else f"{_two_digits(odds):,.0f}"
    for size, unit in _UNITS:
        if odds >= size:
            text = f"{_two_digits(odds) / size:,.4g}{unit}"
            break
    return f"是一人与否，约 {text} 比 1" if bits >= 0 else f"是一人与否，约 1 比 {text}"


def _two_digits(number: float) -> float:
    return round(number, 1 - math.floor(math.log10(number)))


def _words(pair: Weighing) -> str:
    """The picture for those who cannot see it."""
    steps = "，".join(f"{step.what}{step.level} {_signed(step.bits)}" for step in pair.steps)
    return f"{steps}，合计 {plain(pair.total)}，界限 {plain(pair.threshold)}"


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns; a Chinese character is two."""
    lines, line, used = [], "", 0
    for sign in text:
        wide = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used + wide > width:
            lines.append(line)
            line, used = "　　", 4
        line, used = line + sign, used + wide
    return [*lines, line]
