"""Headings compared the way people read them: blanks, marks, full-width forms and explanations do not matter."""

import re
import unicodedata
from dataclasses import dataclass

from exchange.rules.layout.shape import Cell, Shape

_FILLER = re.compile(r"(?:_x000[dDaA]_|[\s\u200b-\u200d\u2060\ufeff\u00ad*★☆※▲△▼])+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_ORDINAL = re.compile(r"^(?:\d{1,2}|\(\d{1,2}\))[.、:)]*(?=\D)|(?<=\D)\d$")
_EDGES = "\"'“”‘’`()[]【】〔〕<>《》/|.。,，:;；、-—"
_LATIN = re.compile(r"[/|]?[A-Za-z][A-Za-z .'_/-]*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ALIKE = (
    (re.compile(r"号码|编号"), "号"),
    (re.compile(r"(?:公民|居民|有效)?身份(?:证件?)?号|(?:居民|有效)?身份证件?$"), "身份证号"),
    (re.compile(r"时间|年月日"), "日期"),
    (re.compile(r"(?:所在)?地?(?:详细)?(?:地址|住址|详址)$|所在地$|(?<=[籍口住居])地$"), "地址"),
    (re.compile(r"情况|状态"), "状况"),
    (re.compile(r"编码"), "代码"),
)
"""Words that mean the same in a heading: 建档时间 and 建档日期, 身份证号 and 身份证号码, 户籍地 and 户籍详细地址."""
_PART = re.compile(
    r"(?:[省市县区旗州盟镇乡街办村居社组楼栋号室路巷级/(),、或]|街道|城市|地市|小区|单元|门牌|委会|村民|详细|具体|地址|住址|名称|所[在属])+"
)
"""What the columns of an address that stands in several are called."""
_STEM = re.compile(r"(?:所在)?地?(?:详细)?(?:地址|住址|详址)?$")
_STEM_HEAD = re.compile(r"^(?:所在地?|地)?(?:详细)?(?:地址|住址|详址)?_|^地")
_LONGEST = 40
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
    """A normalised heading without brackets, numbering, quotes and English, and with one word for several alike.

    Each level of a heading in two (joined by `_`) on its own; the heading itself when nothing else is left.
    """
    return "_".join(map(_plain, label.split("_"))) if "_" in label else _plain(label)


def _plain(label: str) -> str:
    bare = (_BRACKETS.sub("", label) or label).strip(_EDGES)
    bare = _ORDINAL.sub("", bare).strip(_EDGES)
    if _HAN.search(bare):
        bare = _LATIN.sub("", bare).strip(_EDGES)
    for words, word in _ALIKE:
        bare = words.sub(word, bare)
    return bare or label


def tellable(labels: list[str]) -> tuple[str, ...]:
    """Headings fit for a report: short, distinct, in order, and none that holds a long number."""
    return tuple(dict.fromkeys(label[:40] for label in labels if label and not _NUMBERED.search(label)))


@dataclass(frozen=True)
class Meaning:
    """What a heading resolved to: a field's name or NEVER, and how good the match is (less is better)."""

    field: str
    rank: int


class Vocabulary:
    """Every heading of a source, exact and as `plain` leaves it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._exact: dict[str, Meaning] = {normalise(heading): Meaning(NEVER, 0) for heading in shape.never_read}
        for column in shape.columns:
            for rank, heading in enumerate(column.headings):
                self._exact.setdefault(normalise(heading), Meaning(column.name, rank))
        self._plain: dict[str, Meaning] = {}
        for label, meaning in self._exact.items():
            self._plain.setdefault(plain(label), meaning)
        coded = {column.name for column in shape.columns if column.type == "code"}
        for label, meaning in list(self._plain.items()):
            if meaning.field in coded:
                self._plain.setdefault(f"{label}代码", meaning)
        places = {column.name for column in shape.columns if column.type == "address"}
        own = {_STEM.sub("", label): meaning.field for label, meaning in self._exact.items() if meaning.field in places}
        self._stems = sorted(((stem, field) for stem, field in own.items() if stem), key=lambda item: -len(item[0]))

    def exact(self, label: str) -> Meaning | None:
        """The meaning of a normalised heading, as it stands."""
        return self._exact.get(label)

    def loose(self, label: str) -> Meaning | None:
        """The meaning of a normalised heading when only what `plain` leaves of it counts, on both sides."""
        return self._plain.get(plain(label)) if label else None

    def part(self, label: str) -> str | None:
        """The address of which a normalised heading names one part: 户籍地_省, 现住地镇街, 家庭住址_门牌号."""
        if label in self._exact or plain(label) in self._plain:
            return None
        for stem, field in self._stems:
            rest = _STEM_HEAD.sub("", label.removeprefix(stem)) if label.startswith(stem) else ""
            if rest and _PART.fullmatch(rest):
                return field
        return None

    def knows(self, cell: Cell) -> bool:
        """Whether the cell's text is a heading of this source."""
        return self.knows_label(normalise(cell))

    def knows_label(self, label: str) -> bool:
        """Whether a normalised text is a heading of this source."""
        if label in self._exact:
            return True
        # Asked of every cell of an odd row: numbers and days are never headings, nor are long texts.
        return len(label) <= _LONGEST and _HAN.search(label) is not None and plain(label) in self._plain
