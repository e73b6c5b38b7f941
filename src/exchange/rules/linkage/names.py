"""Names as evidence: what is left of a name once script, dots, blanks and clerks' habits are taken away."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from opencc import OpenCC

from exchange.rules.cells.names import SURNAMES, TEMPORARY, UNHEARD, name_key, read_name
from exchange.rules.cells.text import PLACEHOLDERS

SYLLABLES: Final = 4
"""A name is compared by so many places; what is longer is compared in the last one."""

COLUMNS: Final = ("raw", "name", "key", "length", *(f"s{place}" for place in range(1, SYLLABLES + 1)), "parent")

_TYPES: Final = pa.schema((name, pa.int64() if name == "length" else pa.string()) for name in COLUMNS)

_PLAIN: Final = "^[\u4e00-\u9fa5]{2,4}$"
_LONG_SURNAME: Final = f"^({'|'.join(name for name in SURNAMES if len(name) > 1)})"
_MOJIBAKE: Final = b"\xe3", b"\xea"
"""UTF-8 read as GBK begins with one of these bytes or between them, as hardly any surname does."""

_NOTHING: Final = (None,) * (3 + SYLLABLES)
_CHILD_OF = re.compile(r"之[长次三四五大小幼]?[子女儿]$|(?:毛毛|宝宝|婴儿|新生儿)$")
_BARE = re.compile(r"[\s·•・．.‧∙⋅･●()\[\]'’`,\-]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def read_names(texts: Iterable[str]) -> pd.DataFrame:
    """Distinct names as typed -> one row each with `COLUMNS`.

    `name`: simplified, without blanks and dots, an illegible character as `?`. `key`: its sound (null where a
    character is illegible). `length`: characters. `s1`…: the sound of each character. `parent`: the key of the name
    in 王芳之子, whose own name is not known yet. Rows come in no order.
    """
    raw = pa.array(texts, pa.string())
    plain = _is_plain(raw)
    rows = [_read(text) for text in raw.filter(pc.invert(plain)).to_pylist()]
    return _frame(pa.concat_tables([_plain(raw.filter(plain)), _table(rows)]))


def read_clean_names(texts: Iterable[str], children: Iterable[str]) -> pd.DataFrame:
    """As `read_names`, of names a month has read before; `children` are those of children not named yet."""
    raw = pa.array(texts, pa.string())
    plain = _has_plain_sounds(raw)
    rows = [_whole(text, text) for text in raw.filter(pc.invert(plain)).to_pylist()]
    rows += [_child(text, text) for text in children]
    return _frame(pa.concat_tables([_plain(raw.filter(plain)), _table(rows)]))


def _table(rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, _TYPES.types, strict=True)], schema=_TYPES)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _has_plain_sounds(raw: pa.Array) -> pa.Array:
    """Two to four Chinese characters, the surname being the first of them."""
    return pc.and_not(pc.match_substring_regex(raw, _PLAIN), pc.match_substring_regex(raw, _LONG_SURNAME))


def _is_plain(raw: pa.Array) -> pa.Array:
    """Names that `_read` would leave as they are: nothing to clean, no placeholder, nobody's unnamed child."""
    odd = pc.or_(pc.is_in(raw, pa.array(sorted(PLACEHOLDERS))), pc.match_substring_regex(raw, TEMPORARY))
    plain = pc.and_not(_has_plain_sounds(raw), odd)
    firsts = pc.unique(pc.utf8_slice_codeunits(raw.filter(plain), 0, 1)).to_pylist()
    low, high = _MOJIBAKE
    doubtful = [mark for mark in firsts if low <= mark.encode("gb18030")[:1] < high]
    return pc.and_not(plain, pc.is_in(pc.utf8_slice_codeunits(raw, 0, 1), pa.array(doubtful, pa.string())))


def _plain(raw: pa.Array) -> pa.Table:
    """What `_whole` tells of names of two to four Chinese characters, all at once: a character is looked up once."""
    length = pc.utf8_length(raw).to_numpy().astype(np.int64)
    marks = np.frombuffer("".join(raw.to_pylist()).encode("utf-32-le"), np.uint32)
    starts = np.append(0, np.cumsum(length))
    points = np.flatnonzero(np.bincount(marks, minlength=1))
    letters = [simplify(chr(point)) for point in points]
    place = np.zeros(int(points.max(initial=0)) + 1, np.int32)
    place[points] = np.arange(len(points))
    simple = np.array([ord(letter) for letter in letters], np.uint32)[place[marks]]
    whole = simple.astype("<u4").tobytes().decode("utf-32-le")
    names = [whole[start:end] for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]
    first = pa.array([sounds(letter)[0] for letter in letters], pa.string())
    later = pa.array([_sound(letter) for letter in letters], pa.string())
    spoken = [first.take(pa.array(place[marks[starts[:-1]]]))]
    for nth in range(1, SYLLABLES):
        there = np.minimum(starts[:-1] + nth, max(len(marks) - 1, 0))
        spoken.append(later.take(pa.array(place[marks[there]], mask=length <= nth)))
    key = pc.binary_join_element_wise(*spoken, "", null_handling="skip")
    nothing = pa.nulls(len(raw), pa.string())
    return pa.table([raw, pa.array(names, pa.string()), key, pa.array(length), *spoken, nothing], schema=_TYPES)


def _read(text: str) -> tuple[object, ...]:
    seen, _, outcome = read_name(unicodedata.normalize("NFC", text))
    if seen is None:
        return (text, *_NOTHING, None)
    return _child(text, seen) if outcome == "temporary" else _whole(text, seen)


def _child(text: str, seen: str) -> tuple[object, ...]:
    """王芳之子: a name that says whose child it is."""
    name = simplify(_BARE.sub("", seen).lower())
    child = _CHILD_OF.search(name)
    parent = name[: child.start()] if child else ""
    return (text, *_NOTHING, name_key(parent) if len(parent) > 1 else None)


def _whole(text: str, seen: str) -> tuple[object, ...]:
    name = simplify(_BARE.sub("", seen).lower())
    if not name:
        return (text, *_NOTHING, None)
    places = sounds(name)
    if 2 * places.count(UNHEARD) > len(places):
        return (text, *_NOTHING, None)
    key = None
    if UNHEARD in places:
        name = "".join(UNHEARD if sound == UNHEARD else mark for mark, sound in zip(name, places, strict=True))
    else:
        key = name_key(name)
    tail = [*places[: SYLLABLES - 1], "".join(places[SYLLABLES - 1 :])]
    return (text, name, key, len(places), *[sound or None for sound in (tail + [""] * SYLLABLES)[:SYLLABLES]], None)


def sounds(name: str) -> list[str]:
    """The sound of every character; the first is read as a surname."""
    return [*(SURNAMES.get(mark) or _sound(mark) for mark in name[:1]), *map(_sound, name[1:])]


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, character by character: names are not words."""
    return "".join(map(_simple, text))


def spelled(text: str) -> str:
    """A text with the sound in the place of every Chinese character."""
    return "".join(_sound(mark) if _HAN.match(mark) else mark for mark in text)


def is_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


def may_be_one_name(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names, as sounds of their characters, can be one name badly written.

    Equal up to one character, an illegible character, a dropped one (never the surname), or the same letters.
    """
    if "".join(one) == "".join(other):
        return True
    if len(one) == len(other):
        wrong = sum(a != b and UNHEARD not in (a, b) for a, b in zip(one, other, strict=True))
        return wrong == 0 or (wrong == 1 and len(one) > 1)
    short, long = sorted((list(one), list(other)), key=len)
    if len(long) - len(short) != 1 or len(short) < 2 or short[0] != long[0]:
        return False
    return any(long[:place] + long[place + 1 :] == short for place in range(1, len(long)))


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _sound(mark: str) -> str:
    return name_key(mark)


@cache
def _simple(mark: str) -> str:
    return str(_converter().convert(mark)) if _HAN.match(mark) else mark
