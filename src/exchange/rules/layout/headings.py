"""Headings compared the way people read them: blanks, stars, full-width forms and explanations do not matter."""

import re
import unicodedata
from dataclasses import dataclass

from exchange.rules.layout.shape import Cell, Shape

_FILLER = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad*★☆]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_NUMBERED = re.compile(r"\d{6,}")

NEVER = "\0never"
"""What a heading that must not be read resolves to."""


def normalise(cell: Cell) -> str:
    """A heading's text after NFKC, without blanks, stars, zero-width characters and a closing colon."""
    if not isinstance(cell, str):
        return ""
    if cell.isascii() and cell.isalnum():
        return cell
    return _FILLER.sub("", unicodedata.normalize("NFKC", cell)).rstrip(":")


def plain(label: str) -> str:
    """A normalised heading without what stands in brackets; the heading itself when nothing else is left."""
    return _BRACKETS.sub("", label) or label


def tellable(labels: list[str]) -> tuple[str, ...]:
    """Headings fit for a report: short, distinct, in order, and none that holds a long number."""
    return tuple(dict.fromkeys(label[:40] for label in labels if label and not _NUMBERED.search(label)))


@dataclass(frozen=True)
class Meaning:
    """What a heading resolved to: a field's name or NEVER, and how good the match is (less is better)."""

    field: str
    rank: int


class Vocabulary:
    """Every heading of a source, exact and without explanations in brackets."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._exact: dict[str, Meaning] = {normalise(heading): Meaning(NEVER, 0) for heading in shape.never_read}
        for column in shape.columns:
            for rank, heading in enumerate(column.headings):
                self._exact.setdefault(normalise(heading), Meaning(column.name, rank))
        self._plain: dict[str, Meaning] = {}
        for label, meaning in self._exact.items():
            self._plain.setdefault(plain(label), meaning)

    def exact(self, label: str) -> Meaning | None:
        """The meaning of a normalised heading, as it stands."""
        return self._exact.get(label)

    def loose(self, label: str) -> Meaning | None:
        """The meaning of a normalised heading when explanations in brackets are left out on both sides."""
        return self._plain.get(plain(label)) if label else None

    def knows(self, cell: Cell) -> bool:
        """Whether the cell's text is a heading of this source."""
        return self.knows_label(normalise(cell))

    def knows_label(self, label: str) -> bool:
        """Whether a normalised text is a heading of this source."""
        return bool(label) and (label in self._exact or plain(label) in self._plain)
