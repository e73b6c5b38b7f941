"""Indicators in detail as rows to print: dose by dose, village by village, and what is counted beside a rate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from exchange.registry.spec_indicators import Indicator
from exchange.rules.indicators import NO_RATE, SMALL_COUNT, SMALL_DENOMINATOR, percent

POOLED: Final = "并入其他"
OTHERS: Final = "其他村（居）"
NO_VILLAGE: Final = "未填村（居）"
TOTAL: Final = "合计"
SMALL_MARK: Final = "*"
"""Behind a rate on fewer than `SMALL_DENOMINATOR`."""

Detail = Mapping[str, Any]
"""A row of mart.figure_detail."""


@dataclass(frozen=True)
class _Share:
    numerator: int
    denominator: int
    people: int

    def __add__(self, other: "_Share") -> "_Share":
        return _Share(
            self.numerator + other.numerator, self.denominator + other.denominator, self.people + other.people
        )


_NOTHING: Final = _Share(0, 0, 0)


def aside_text(indicator: Indicator, details: Iterable[Detail]) -> str:
    """Who is counted beside the rate: `满28天前母亲已离开2`; few people of a sensitive service are `<3`."""
    if not indicator.asides:
        return NO_RATE
    found = {row["detail"]: row["denominator"] for row in _of(details, indicator.figure, "aside")}
    hidden = indicator.sensitive
    told = [
        f"{aside.title}{f'<{SMALL_COUNT}' if hidden and count < SMALL_COUNT else count}"
        for aside in indicator.asides
        if (count := found.get(aside.name, 0))
    ]
    return "；".join(told) or "无"


def dose_rows(
    indicators: Sequence[Indicator], details: Sequence[Detail], titles: Sequence[str]
) -> list[dict[str, Any]]:
    """A row per dose in the order of `titles`, and their sum: `dose`, and three cells of every indicator by part."""
    shares = {one: _shares(details, one, "part") for one in indicators if one.by_part}
    known = {dose for own in shares.values() for dose in own}
    rows = [dose for dose in titles if dose in known] + sorted(known - set(titles))
    return [
        {"dose": dose} | _line({one: _cells(one, own.get(dose, _NOTHING)) for one, own in shares.items()})
        for dose in rows
    ] + _total("dose", shares)


def village_rows(
    indicators: Sequence[Indicator], details: Sequence[Detail], names: Mapping[str, str], floor: int
) -> list[dict[str, Any]]:
    """A row per village of a township, the rest together, and the sum: `village`, and of every indicator three cells.

    A village with fewer than `floor` people behind an indicator is told with the other small ones, and these with the
    next larger village until they are enough: neither they nor the difference from the sum tell of few. A village
    that is told nowhere has no row. `names`: village code -> name; what is no code is printed as the senders wrote it.
    """
    shares = {one: _shares(details, one, "village") for one in indicators if one.grain == "village"}
    pooled = {one: _small(own, floor) for one, own in shares.items()}
    told = sorted({place for one, own in shares.items() for place in own if place not in pooled[one]}, key=_order)
    rows = []
    for place in told:
        line = {
            one: _filled(one, POOLED, "") if place in pooled[one] else _cells(one, own.get(place, _NOTHING))
            for one, own in shares.items()
        }
        rows.append({"village": names.get(place, place) or NO_VILLAGE} | _line(line))
    if any(pooled.values()):
        rest = {one: _cells(one, _sum(own[place] for place in pooled[one])) for one, own in shares.items()}
        rows.append({"village": OTHERS} | _line(rest))
    return rows + _total("village", shares)


def _small(own: Mapping[str, _Share], floor: int) -> set[str]:
    """The villages that are not told by themselves."""
    found: set[str] = set()
    people = 0
    for place in sorted(own, key=lambda place: (own[place].people, place)):
        if own[place].people >= floor and (not found or people >= floor):
            break
        found.add(place)
        people += own[place].people
    return found


def _shares(details: Iterable[Detail], one: Indicator, kind: str) -> dict[str, _Share]:
    rows = _of(details, one.figure, kind)
    return {row["detail"]: _Share(row["numerator"], row["denominator"], row["people"]) for row in rows}


def _of(details: Iterable[Detail], figure: str | None, kind: str) -> list[Detail]:
    return [row for row in details if row["name"] == figure and row["kind"] == kind]


def _total(heading: str, shares: Mapping[Indicator, Mapping[str, _Share]]) -> list[dict[str, Any]]:
    if not any(shares.values()):
        return []
    return [{heading: TOTAL} | _line({one: _cells(one, _sum(own.values())) for one, own in shares.items()})]


def _sum(shares: Iterable[_Share]) -> _Share:
    return sum(shares, _NOTHING)


def _cells(one: Indicator, share: _Share) -> dict[str, Any]:
    if not share.denominator:
        return _filled(one, NO_RATE, NO_RATE)
    mark = SMALL_MARK if share.denominator < SMALL_DENOMINATOR else ""
    rate = f"{percent(share.numerator, share.denominator)}%{mark}"
    return dict(zip(_fields(one), (share.denominator, share.numerator, rate), strict=True))


def _filled(one: Indicator, first: str, others: str) -> dict[str, Any]:
    return dict(zip(_fields(one), (first, others, others), strict=True))


def _fields(one: Indicator) -> tuple[str, str, str]:
    """What an indicator's cells are called in a product: k01_due, k01_done, k01_rate."""
    stem = one.id.lower()
    return f"{stem}_due", f"{stem}_done", f"{stem}_rate"


def _line(cells: Mapping[Indicator, Mapping[str, Any]]) -> dict[str, Any]:
    return {field: value for own in cells.values() for field, value in own.items()}


def _order(place: str) -> tuple[bool, str]:
    return (not place, place)
