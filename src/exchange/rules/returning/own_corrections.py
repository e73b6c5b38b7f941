"""A sender's own workbook comes back: which cells of which rows were changed, and what the corrected rows look like.

A cell that shows what it showed when it left is unchanged and stands for the original text, masked or not. A cell that
was filled and is empty now was cleared. Whatever else stands in a cell is its new content.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from exchange.registry.spec import Field, Source
from exchange.rules.layout.headings import normalise
from exchange.rules.returning.returned import WITHHELD, printed

Seen = tuple[str | None, str]
"""A cell: its text, null when empty, and its kind (see exchange.model.words.CellKind)."""

EMPTY: Final[Seen] = (None, "empty")
MASKED, WIPED, TWICE = "masked", "wiped", "twice"
VILLAGE: Final = "village"
"""The field a block's title stands for where a row leaves it empty."""

_REASONS: Final = {
    MASKED: "改过的格里仍有 *，请填写完整内容",
    WIPED: "整行被清空，未作处理；如该行应删除请书面说明",
    TWICE: "同一行标识出现两次且内容不同",
}
_BLANKS = re.compile(r"\s+")
_NUMBERED = re.compile(r"^\s*[(（]?[一二三四五六七八九十百0-9]+[)）]?[、.．]\s*")
_SHOWN = 20


@dataclass(frozen=True)
class BackRow:
    """A row of the returned workbook: where it stands, its token, its cells by heading."""

    place: str
    token: str
    cells: Mapping[str, Seen]


@dataclass(frozen=True)
class Corrected:
    """A row as its sender wants it: its old name, what changed, and its cells (field -> cell) after and before.

    `fields` are none for a row that only comes along with a file that went back whole.
    """

    row_id: str
    fields: tuple[str, ...]
    cells: Mapping[str, Seen]
    before: Mapping[str, Seen]

    def told(self, *, before: bool = False) -> str:
        """The cells that changed as one text, to be hashed; all cells of a row that only comes along."""
        cells = self.before if before else self.cells
        return json.dumps([[name, *cells.get(name, EMPTY)] for name in self.fields or sorted(cells)])


@dataclass
class Comparison:
    """A returned workbook against what had been sent: rows to take over, the rest by place, never by value."""

    changed: int = 0
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    loose: int = 0

    def lines(self, taken: Mapping[str, int]) -> list[str]:
        """What to tell the sender; `taken` counts the rows that were new in each new delivery."""
        fresh = sum(taken.values())
        told = [
            f"共{self.changed}行有改动或须整表重报：新受理{fresh}行，此前已受理{self.changed - fresh}行；"
            f"另有{self.unchanged}行未改动。"
        ]
        told += [f"{file}：{rows}行，随下一个未截止的月份办理，按补报计入。" for file, rows in taken.items()]
        for reason, words in _REASONS.items():
            if places := self.refused.get(reason):
                told.append(f"{len(places)}行未受理（{words}）：{_places(places)}")
        if self.unknown:
            told.append(f"{len(self.unknown)}行的行标识不是本系统发出的，未受理：{_places(self.unknown)}")
        if self.loose:
            told.append(f"{self.loose}行没有行标识，未受理；新增人员请随下月数据报送。")
        return told


def change_of(
    shown: Sequence[tuple[Field, str]], original: Mapping[str, Seen], back: Mapping[str, Seen], *, withheld: bool
) -> dict[str, Seen] | str:
    """The changed cells of one row (field -> new cell), or the reason why the row cannot be taken.

    `shown` are the columns as they went out, `original` the row as first read, `back` its cells by heading. A column
    that is missing now is unchanged, and so is what is empty in a row whose content was withheld.
    """
    found: dict[str, Seen] = {}
    filled = left = 0
    for place, (one, heading) in enumerate(shown):
        before = original.get(one.name, EMPTY)[0]
        cell = back.get("".join(heading.split()))
        sent = (WITHHELD if place == 0 else "") if withheld else printed(one, before)
        filled += bool(sent)
        if cell is None or (withheld and not cell[0]) or _same(cell[0], sent, before):
            left += bool(sent)
        elif not cell[0]:
            found[one.name] = EMPTY
        elif "*" in cell[0] or WITHHELD in cell[0]:
            return MASKED
        else:
            found[one.name] = cell
            left += 1
    return WIPED if filled > 1 and not left else found


def standing_alone(cells: Mapping[str, Seen], block: str | None, source: Source) -> dict[str, Seen]:
    """A row's cells with what only its place in the file told: the block it stood under names its village."""
    found = dict(cells)
    if block and source.field(VILLAGE) is not None and not found.get(VILLAGE, EMPTY)[0]:
        found[VILLAGE] = (_NUMBERED.sub("", block), "text")
    return found


def agreed_headings(source: Source) -> dict[str, str]:
    """Field -> a heading that nobody can take for another column."""
    taken = {normalise(heading) for heading in source.never_read}
    found: dict[str, str] = {}
    for one in source.fields:
        for heading in one.headings:
            if normalise(heading) not in taken:
                taken.add(normalise(heading))
                found.setdefault(one.name, heading)
    return found


def columns_for(rows: Sequence[Mapping[str, Seen]], source: Source) -> list[str]:
    """The fields a file of these rows needs: those it must have, and those that are filled."""
    filled = {name for row in rows for name, cell in row.items() if cell[0] is not None}
    return [one.name for one in source.fields if one.required or one.name in filled]


def _same(seen: str | None, sent: str, before: str | None) -> bool:
    """Whether a cell says what it said: as it was sent, as it was read, or as a mask that the original fits."""
    text = _BLANKS.sub("", seen or "")
    if text in (_BLANKS.sub("", sent), _BLANKS.sub("", before or "")):
        return True
    if "*" not in text or not before or not text.replace("*", ""):
        return False
    pattern = ".+".join(re.escape(part) for part in re.split(r"\*+", text))
    return re.fullmatch(pattern, _BLANKS.sub("", before)) is not None


def _places(places: Sequence[str]) -> str:
    more = f"等{len(places)}处" if len(places) > _SHOWN else ""
    return "、".join(places[:_SHOWN]) + more
