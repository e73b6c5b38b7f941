"""Finds the header among the first rows of a sheet, in one level or two, and maps columns to fields."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exchange.rules.layout.headings import NEVER, Meaning, Vocabulary, normalise, tellable
from exchange.rules.layout.shape import Cell, Merge

TOP_ROWS = 15
"""The header stands in the first fifteen rows or nowhere."""

_ENOUGH = 0.6
_MOST = 0.8


@dataclass(frozen=True)
class Header:
    """A header that was found.

    `index` is its row counted from 0, `depth` 1 or 2 its number of rows, `labels` their normalised
    texts. `fields` are (column, field) pairs in column order; `parts` are the columns of an address that
    stands in several. `missing` and `repeated` are Chinese titles of required fields that are absent and of
    fields whose heading stands twice.
    """

    index: int
    depth: int
    labels: tuple[tuple[str, ...], ...]
    fields: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]
    never: tuple[str, ...]
    width: int
    parts: Mapping[str, tuple[int, ...]]

    def column(self, field: str) -> int | None:
        """The column of `field`, counted from 0, or None."""
        return next((position for position, name in self.fields if name == field), None)

    def repeats(self, labels: Sequence[str], level: int) -> bool:
        """Whether a row with these normalised texts prints level `level` of this header again."""
        own = self.labels[level]
        filled = [position for position, label in enumerate(own) if label]
        same = sum(position < len(labels) and labels[position] == own[position] for position in filled)
        return same >= max(2, _MOST * len(filled)) or (len(filled) == 1 and same == 1)


def find_header(rows: Sequence[Sequence[Cell]], vocabulary: Vocabulary, merges: Sequence[Merge] = ()) -> Header | None:
    """The first of the top rows in which at least 60 % of the required headings stand, or None."""
    for index in range(min(TOP_ROWS, len(rows))):
        header = header_at(rows, index, vocabulary, merges)
        if header is not None and is_enough(header, vocabulary):
            return header
    return None


def is_enough(header: Header, vocabulary: Vocabulary) -> bool:
    """Whether so many required headings matched that this is the header and not a chance."""
    required = len(vocabulary.shape.required)
    return required - len(header.missing) >= max(1.0, _ENOUGH * required) and is_like_a_header(header)


def is_like_a_header(header: Header) -> bool:
    """Whether at least two of our headings stand in the row: a row of somebody's data has none, save by chance."""
    return len(header.fields) >= 2


def nearest_header(rows: Sequence[Sequence[Cell]], vocabulary: Vocabulary) -> Header | None:
    """The most header-like of the top rows, the one that lacks the fewest required headings: what to tell about."""
    found = [header_at(rows, index, vocabulary, ()) for index in range(min(TOP_ROWS, len(rows)))]
    return min((header for header in found if header is not None), key=lambda header: len(header.missing), default=None)


def header_at(
    rows: Sequence[Sequence[Cell]], index: int, vocabulary: Vocabulary, merges: Sequence[Merge], offset: int = 0
) -> Header | None:
    """The header that rows[index] would be, with rows[index + 1] as its second level where that fits.

    `offset` is the sheet row (from 0) of rows[0]; merged ranges count from the top of the sheet.
    None for a row with fewer than two texts.
    """
    upper = tuple(normalise(cell) for cell in rows[index])
    if sum(map(bool, upper)) < 2:
        return None
    groups = _groups(upper, merges, index + offset)
    lower: tuple[str, ...] = ()
    if index + 1 < len(rows) and _is_second_level(rows[index + 1], upper, groups, vocabulary):
        lower = tuple(normalise(cell) for cell in rows[index + 1])
    return _resolve(index, upper, lower, groups, vocabulary)


def _groups(upper: Sequence[str], merges: Sequence[Merge], row: int) -> dict[int, int]:
    """Column -> column of the heading it stands under, for headings spread over several columns.

    Merged ranges say so; a file without them (text) leaves the cells after a group's heading blank.
    """
    groups: dict[int, int] = {}
    wide = [(first[1], last[1]) for first, last in merges if first[0] <= row <= last[0] and last[1] > first[1]]
    for start, end in wide:
        groups.update(dict.fromkeys(range(start, end + 1), start))
    if not wide:
        for position, label in enumerate(upper):
            if not label and position and (parent := groups.get(position - 1, position - 1)) >= 0 and upper[parent]:
                groups[parent] = groups[position] = parent
    return groups


def _is_second_level(row: Sequence[Cell], upper: Sequence[str], groups: dict[int, int], vocabulary: Vocabulary) -> bool:
    """Texts only under spread headings (a data row has a name under a heading of its own), one of them known."""
    filled = [position for position, cell in enumerate(row) if not (isinstance(cell, str) and not cell.strip())]
    if not filled or any(position not in groups or not isinstance(row[position], str) for position in filled):
        return False
    for position in filled:
        label = normalise(row[position])
        parent = upper[groups[position]] if groups[position] < len(upper) else ""
        if vocabulary.knows_label(f"{parent}_{label}") or vocabulary.knows_label(label):
            return True
        if vocabulary.part(f"{parent}_{label}"):
            return True
    return False


def _resolve(
    index: int, upper: tuple[str, ...], lower: tuple[str, ...], groups: dict[int, int], vocabulary: Vocabulary
) -> Header:
    choices = [_choices(position, upper, lower, groups) for position in range(max(len(upper), len(lower)))]
    choices = [options[:1] if options and vocabulary.part(options[0]) else options for options in choices]
    children = Counter(options[1] for options in choices if len(options) > 1)
    # A child's bare name ("详细地址") decides nothing when it stands under two different parents.
    choices = [[label for label in options if label == options[0] or children[label] == 1] for options in choices]
    taken = _best(choices, vocabulary)
    fields = {position: meaning.field for position, meaning in taken.items() if meaning.field != NEVER}
    labels = [options[0] if options else "" for options in choices]
    parts = _parts(labels, taken, vocabulary)
    of_parts = {position for columns in parts.values() for position in columns}
    for name, columns in parts.items():
        if name not in fields.values():
            fields[columns[0]] = name
    first = {name: position for position, name in sorted(fields.items(), reverse=True)}
    repeated = [labels[p] for p, name in fields.items() if p != first[name]]
    wanted = vocabulary.shape.required
    return Header(
        index=index,
        depth=2 if lower else 1,
        labels=(upper, lower) if lower else (upper,),
        fields=tuple(sorted((position, name) for name, position in first.items())),
        missing=tuple(column.title for column in wanted if column.name not in first),
        repeated=tellable(repeated),
        unknown=tellable([label for p, label in enumerate(labels) if label and p not in taken and p not in of_parts]),
        never=tellable([labels[p] for p, meaning in taken.items() if meaning.field == NEVER]),
        width=max((p + 1 for p, label in enumerate(labels) if label), default=0),
        parts=parts,
    )


def _parts(labels: Sequence[str], taken: Mapping[int, Meaning], vocabulary: Vocabulary) -> dict[str, tuple[int, ...]]:
    """Address -> all its columns in order, for addresses of which some column holds only a part."""
    found: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        field = vocabulary.part(label) if label and position not in taken else None
        if field is not None:
            found.setdefault(field, []).append(position)
    whole = {meaning.field: position for position, meaning in sorted(taken.items(), reverse=True)}
    return {
        field: tuple(sorted({*columns, *([whole[field]] if field in whole else [])}))
        for field, columns in found.items()
    }


def _choices(position: int, upper: Sequence[str], lower: Sequence[str], groups: dict[int, int]) -> list[str]:
    """What the column may be called, best first: both levels joined, the lower alone; or its only level."""
    above = upper[position] if position < len(upper) else ""
    below = lower[position] if position < len(lower) else ""
    if not below:
        return [above] if above else []
    start = groups.get(position, position)
    parent = upper[start] if start < len(upper) else ""
    return [f"{parent}_{below}", below] if parent and parent != below else [below]


def _best(choices: Sequence[Sequence[str]], vocabulary: Vocabulary) -> dict[int, Meaning]:
    """Column -> meaning. Exact headings first; of several variants of one field the one declared first wins."""
    taken: dict[int, Meaning] = {}
    for exact in (True, False):
        owners = {meaning.field: position for position, meaning in taken.items()}
        for position, options in enumerate(choices):
            if position in taken:
                continue
            found = [vocabulary.exact(label) if exact else vocabulary.loose(label) for label in options]
            meaning = next((item for item in found if item is not None), None)
            if meaning is None or (not exact and meaning.field in owners and meaning.field != NEVER):
                continue
            taken[position] = meaning
    return _without_lesser_variants(taken, choices)


def _without_lesser_variants(taken: dict[int, Meaning], choices: Sequence[Sequence[str]]) -> dict[int, Meaning]:
    """Two different variants of one field (户籍地址 and 籍贯): the better stays, the other is unknown.

    The same heading twice stays twice: that is ambiguous, and the header reports it as repeated.
    """
    best: dict[str, tuple[int, str]] = {}
    for position, meaning in taken.items():
        label = choices[position][0]
        if meaning.field not in best or meaning.rank < best[meaning.field][0]:
            best[meaning.field] = (meaning.rank, label)
    return {
        position: meaning
        for position, meaning in taken.items()
        if meaning.field == NEVER or choices[position][0] == best[meaning.field][1]
    }
