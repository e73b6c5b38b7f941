"""Identity numbers as evidence: valid ones, what a mask leaves visible, which valid numbers a slip can come from."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from exchange.rules.cells.distinct import TEXT
from exchange.rules.cells.identity import check_digits, parse_identity
from exchange.rules.cells.text import is_nothing, squash

_Numbers = npt.NDArray[Any]

COLUMNS: Final = ("raw", "number", "born", "sex", "typed", "head3", "head6", "head14", "tail4")
_WEIGHTS: Final = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK: Final = "10X98765432"
_ORDER: Final = {mark: place for place, mark in enumerate(_CHECK)}
_INVERSE: Final = {weight: pow(int(weight), -1, 11) for weight in map(int, set(_WEIGHTS))}
_MASK: Final = str.maketrans(dict.fromkeys("＊×xX●•?？#", "*"))
_OLDEST, _YOUNGEST = 1885, 2099


def read_numbers(texts: Sequence[str]) -> pd.DataFrame:
    """Distinct numbers as typed -> one row each with `COLUMNS`.

    `number`: valid resident number or permit, 18 characters, checksum right; `born` (ISO) and `sex` (M, F) from it.
    `typed`: a number that is not valid, as typed, for comparison with valid ones. `head3`, `head6`, `head14`,
    `tail4`: the characters that are known at these places, also of a masked number. Placeholders, fillers and what a
    spreadsheet destroyed tell nothing.
    """
    raw = pd.Series(list(texts), dtype="string[pyarrow]")
    parsed = parse_identity(raw.astype(TEXT), pd.Series("text", index=raw.index), _latest(raw))
    outcome = parsed["outcome"].astype(str)
    scheme = parsed["scheme"].astype(str)
    year = parsed["birth"].dt.year
    valid = outcome.isin(["ok", "upgraded"]) & scheme.isin(["resident", "permit"]) & year.between(_OLDEST, _YOUNGEST)
    number = parsed["value"].astype(object).where(valid, None)
    odd = [
        _odd(text, word) if not known else (None,) * 5 for text, word, known in zip(texts, outcome, valid, strict=True)
    ]
    frame = pd.DataFrame(odd, columns=["typed", "head3", "head6", "head14", "tail4"], dtype=object)
    for name, start, stop in (("head3", 0, 3), ("head6", 0, 6), ("head14", 0, 14), ("tail4", 14, 18)):
        frame[name] = frame[name].where(~valid, number.str[start:stop])
    born = parsed["birth"].dt.strftime("%Y-%m-%d").astype(object).where(valid, None)
    sex = parsed["sex"].astype(str).map({"1": "M", "2": "F"}).astype(object).where(valid, None)
    told = pd.DataFrame({"raw": list(texts), "number": number, "born": born, "sex": sex})
    return pd.concat([told, frame], axis=1)[list(COLUMNS)].astype(object).where(lambda cell: cell.notna(), None)


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
    total = sum(d * int(w) for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
    found = {text[:17] + _CHECK[total]}
    wanted = _ORDER.get(text[17])
    if wanted is not None:
        for place, (digit, weight) in enumerate(zip(digits, map(int, _WEIGHTS), strict=True)):
            right = ((wanted - total) * _INVERSE[weight] + digit) % 11
            if right < 10:
                found.add(f"{text[:place]}{right}{text[place + 1 :]}")
        for place in range(16):
            a, b = digits[place], digits[place + 1]
            moved = total + (b - a) * int(_WEIGHTS[place]) + (a - b) * int(_WEIGHTS[place + 1])
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
    if not re.fullmatch(r"\d{17}[\dX]", number) or not _OLDEST <= int(number[6:10]) <= _YOUNGEST:
        return False
    if not (1 <= int(number[10:12]) <= 12 and 1 <= int(number[12:14]) <= 31):
        return False
    return chr(check_digits(np.array([list(map(int, number[:17]))]))[0]) == number[17]


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


def _latest(raw: pd.Series) -> pd.Series:
    """A day after every birth written in the numbers: whether a birth date is believed does not depend on the clock."""
    plain = raw.str.fullmatch(r"[0-9]{17}[0-9X]").to_numpy(dtype=bool)
    year = raw.str.slice(6, 10).to_numpy(dtype=object)
    for place in np.flatnonzero(~plain):
        seen = squash(str(raw.iloc[place]))
        year[place] = "19" + seen[6:8] if len(seen) == 15 else seen[6:10]
    known = np.array([int(text) if re.fullmatch("[0-9]{4}", str(text)) else 1990 for text in year])
    latest = np.clip(known, _OLDEST, _YOUNGEST) + 60
    return pd.Series(np.array([f"{last}-01-01" for last in latest], dtype="datetime64[s]"), index=raw.index)
