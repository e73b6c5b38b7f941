"""Row references of the report: on which rows of which sheet something is, as runs of row numbers; never a value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.model.report import FoundFacts, PlaceFacts
from exchange.registry.spec import Rule, Source
from exchange.rules.reporting.report_words import DISPOSITION_WORDS, safe
from exchange.rules.reporting.wording import severity_words


@dataclass(frozen=True)
class PlaceView:
    """Rows of one sheet with one fate: their number, the row numbers shown, and how many are not shown."""

    sheet: str
    fate: str
    rows: int
    shown: str
    hidden: int


@dataclass(frozen=True)
class FoundView:
    """Rows of one sheet in which one rule was found in one column."""

    rule: str
    title: str
    severity_text: str
    tone: str
    column: str
    sheet: str
    rows: int
    kept: int
    shown: str
    hidden: int


@dataclass(frozen=True)
class RowReferences:
    """Everything the page says about the rows of one file."""

    places: tuple[PlaceView, ...]
    found: tuple[FoundView, ...]


class References:
    """Looks up the row references of a file by its delivery_id."""

    def __init__(self, places: Iterable[PlaceFacts], found: Iterable[FoundFacts], rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._places: dict[str, list[PlaceFacts]] = defaultdict(list)
        self._found: dict[str, list[FoundFacts]] = defaultdict(list)
        for place in places:
            self._places[place.delivery_id].append(place)
        for one in found:
            self._found[one.delivery_id].append(one)

    def of(self, delivery_id: str, source: Source) -> RowReferences:
        """The references of one file; empty for a file without rows."""
        order = list(DISPOSITION_WORDS)
        places = sorted(self._places[delivery_id], key=lambda one: (one.sheet, order.index(one.disposition)))
        found = sorted(self._found[delivery_id], key=lambda one: (one.rule, one.field, one.sheet))
        return RowReferences(tuple(map(_place, places)), tuple(self._finding(one, source) for one in found))

    def _finding(self, one: FoundFacts, source: Source) -> FoundView:
        rule = self._rules.get(one.rule)
        text, tone = severity_words(rule) if rule else ("", "plain")
        field = source.field(one.field)
        rows = sorted(one.first_rows)
        return FoundView(
            rule=one.rule,
            title=rule.title if rule else one.rule,
            severity_text=text,
            tone=tone,
            column=field.title if field else "",
            sheet=safe(one.sheet),
            rows=one.rows,
            kept=one.kept,
            shown=ranges(rows),
            hidden=one.rows - len(rows),
        )


def _place(one: PlaceFacts) -> PlaceView:
    shown = "、".join(_run(first, last) for first, last in one.runs)
    hidden = one.rows - sum(last - first + 1 for first, last in one.runs)
    return PlaceView(safe(one.sheet), DISPOSITION_WORDS[one.disposition], one.rows, shown, hidden)


def ranges(rows: Sequence[int]) -> str:
    """Row numbers in order, runs joined: [3, 4, 5, 9] -> `3–5、9`."""
    parts: list[tuple[int, int]] = []
    for row in rows:
        if parts and parts[-1][1] == row - 1:
            parts[-1] = (parts[-1][0], row)
        else:
            parts.append((row, row))
    return "、".join(_run(first, last) for first, last in parts)


def _run(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
