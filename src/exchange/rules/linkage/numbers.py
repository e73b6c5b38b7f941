"""Identity numbers as evidence: valid ones, what a mask leaves visible, which valid numbers a slip can come from."""

import re
from collections.abc import Iterable, Sequence
from operator import mul
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.rules.cells.distinct import as_arrow, text_column
from exchange.rules.cells.identity import parse_identity
from exchange.rules.cells.text import is_nothing, squash

_PARTS: Final = {"head3": (0, 3), "head6": (0, 6), "head14": (0, 14), "tail4": (14, 18)}
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_WHOLE: Final = re.compile(r"\d{17}[\dX]")
_ORDER: Final = {mark: place for place, mark in enumerate(_CHECK)}
_INVERSE: Final = {weight: pow(weight, -1, 11) for weight in _WEIGHTS}
_MASK: Final = str.maketrans(dict.fromkeys("＊×xX●•?？#", "*"))
_OLDEST, _YOUNGEST = 1885, 2099


def read_numbers(texts: Sequence[str]) -> pd.DataFrame:
    """Distinct numbers as typed -> one row each, in their order.

    `raw`: as typed. `number`: valid resident number or permit, 18 characters, checksum right; `born` (ISO) and `sex`
    (M, F) from it. `typed`: a number that is not valid, as typed, for comparison with valid ones. `head3`, `head6`,
    `head14`, `tail4`: the characters that are known at these places, also of a masked number. Placeholders, fillers and
    what a spreadsheet destroyed tell nothing.
    """
    raw = pa.array(texts, pa.string())
    column = text_column(raw, pd.RangeIndex(len(raw)))
    parsed = parse_identity(column, pd.Series("text", index=column.index), _latest(raw))
    years = parsed["birth"].dt.year
    valid = parsed["outcome"].isin(["ok", "upgraded"]) & parsed["scheme"].isin(["resident", "permit"])
    known = pa.array((valid & years.between(_OLDEST, _YOUNGEST)).to_numpy(dtype=bool))
    number = pc.if_else(known, as_arrow(parsed["value"]), pa.scalar(None, pa.string()))
    sexes = pa.array(["M", "F"]).take(pa.array(parsed["sex"].cat.codes.to_numpy(), mask=parsed["sex"].isna()))
    told = {
        "raw": raw, "number": number, "born": _joined(number, "-", (6, 10), (10, 12), (12, 14)),
        "sex": pc.if_else(known, sexes, pa.scalar(None, pa.string())),
    }  # fmt: skip
    odd = np.flatnonzero(~known.to_numpy(zero_copy_only=False))
    outcomes = parsed["outcome"].iloc[odd].tolist()
    seen = [_odd(text, outcome) for text, outcome in zip(raw.take(pa.array(odd)).to_pylist(), outcomes, strict=True)]
    nth = np.full(len(raw), len(seen))
    nth[odd] = np.arange(len(seen))
    for name, values in zip(("typed", *_PARTS), zip(*seen, (None,) * 5, strict=True), strict=True):
        told[name] = pa.array(values, pa.string()).take(pa.array(nth))
    for name, part in _PARTS.items():
        told[name] = pc.coalesce(told[name], pc.utf8_slice_codeunits(number, *part))
    frame: pd.DataFrame = pa.table(told).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _joined(number: pa.Array, between: str, *parts: tuple[int, int]) -> pa.Array:
    return pc.binary_join_element_wise(*(pc.utf8_slice_codeunits(number, *part) for part in parts), between)


def repairs(typed: Iterable[str]) -> pd.DataFrame:
    """Wrong numbers (17 or 18 characters) -> typed, number: every valid number one slip away.

    A slip is one wrong digit, two neighbours exchanged, or one digit left out. At every place exactly one digit
    satisfies the check (mod 11-2), so there are at most 18 + 17 candidates, not 173. A repair is never a correction:
    it says which number to look at.
    """
    rows: list[tuple[str, str]] = []
    for text in sorted(set(typed)):
        if len(text) == 18 and text[:17].isdigit():
            rows += [(text, number) for number in sorted(_one_slip(text))]
        elif len(text) == 17 and text[:16].isdigit():
            rows += [(text, number) for number in sorted(_one_left_out(text))]
    return pd.DataFrame(rows, columns=["typed", "number"]).astype("string[pyarrow]")


def _one_slip(text: str) -> set[str]:
    digits = [int(mark) for mark in text[:17]]
    total = sum(map(mul, digits, _WEIGHTS)) % 11
    found = {text[:17] + _CHECK[total]}
    wanted = _ORDER.get(text[17])
    if wanted is not None:
        for place, (digit, weight) in enumerate(zip(digits, _WEIGHTS, strict=True)):
            right = ((wanted - total) * _INVERSE[weight] + digit) % 11
            if right < 10:
                found.add(f"{text[:place]}{right}{text[place + 1 :]}")
        for place in range(16):
            a, b = digits[place], digits[place + 1]
            moved = total + (b - a) * (_WEIGHTS[place] - _WEIGHTS[place + 1])
            if moved % 11 == wanted:
                found.add(f"{text[:place]}{b}{a}{text[place + 2 :]}")
        if text[16].isdigit() and text[17].isdigit():
            swapped = text[:16] + text[17] + text[16]
            found.add(swapped)
    return {number for number in found - {text} if is_valid(number)}


def _one_left_out(text: str) -> set[str]:
    places = {f"{text[:place]}{digit}{text[place:]}" for place in range(17) for digit in "0123456789"}
    last = {text + mark for mark in _CHECK}
    return {number for number in places | last if is_valid(number)}


def is_valid(number: str) -> bool:
    """Whether 18 characters have a possible birth date and the right check digit."""
    if not _WHOLE.fullmatch(number) or not _OLDEST <= int(number[6:10]) <= _YOUNGEST:
        return False
    if not (1 <= int(number[10:12]) <= 12 and 1 <= int(number[12:14]) <= 31):
        return False
    return _CHECK[sum(map(mul, map(int, number[:17]), _WEIGHTS)) % 11] == number[17]


def _odd(text: str, outcome: str) -> tuple[str | None, ...]:
    """A number that is not valid -> typed, head3, head6, head14, tail4."""
    seen = squash(text).upper()
    nothing = (None,) * 5
    if outcome == "masked":
        shape = seen[:-1].translate(_MASK) + seen[-1]
        if len(shape) != 18:
            return nothing
        parts = (shape[:3], shape[:6], shape[:14], shape[14:])
        return (None, *(part if "*" not in part else None for part in parts))
    if outcome in ("bad_checksum", "bad_birth", "bad_length", "birth_certificate", "other_document", "upgraded", "ok"):
        if is_nothing(seen) or len(seen) < 6 or len(set(seen)) < 3:
            return nothing
        return (seen, None, None, None, None)
    return nothing


def _latest(raw: pa.Array) -> pd.Series:
    """A day after every birth written in the numbers: whether a birth date is believed does not depend on the clock."""
    plain = pc.match_substring_regex(raw, "^[0-9]{17}[0-9X]$").to_numpy(zero_copy_only=False)
    years = np.full(len(raw), 1990)
    years[plain] = pc.cast(pc.utf8_slice_codeunits(raw.filter(pa.array(plain)), 6, 10), pa.int64())
    odd = np.flatnonzero(~plain)
    for place, text in zip(odd.tolist(), raw.take(pa.array(odd)).to_pylist(), strict=True):
        seen = squash(text)
        year = "19" + seen[6:8] if len(seen) == 15 else seen[6:10]
        if re.fullmatch("[0-9]{4}", year):
            years[place] = int(year)
    last = np.clip(years, _OLDEST, _YOUNGEST) + 60
    return pd.Series((last - 1970).astype("datetime64[Y]").astype("datetime64[s]"))
