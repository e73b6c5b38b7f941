"""Counts, measures, yes/no answers, weeks of pregnancy and record numbers."""

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from exchange.rules.cells.distinct import Distinct
from exchange.rules.cells.text import core, is_nothing, squash

_YES: Final = frozenset(("是", "有", "√", "✓", "✔", "1", "Y", "YES", "TRUE", "T", "已", "对", "∨", "V", "☑", "■"))
_NO: Final = frozenset(
    ("否", "无", "×", "✗", "✘", "0", "N", "NO", "FALSE", "F", "未", "没有", "不是", "X", "☐", "□", "☒")
)
_DONE = re.compile(r"(?:已经?)(?:办理?|申[领办]|领取?|签订?|持有|建档?|参加)|有(?:证|效)|持有|签订")
_NOT_DONE = re.compile(r"(?:未|没有?|不|尚未)(?:办理?|申[领办]|领取?|签订?|持有|建档?|参加|有)?|无证|不持有")
_MARKED = re.compile(r"^\d[-.、:)](?=\D)|\(\d\)$|(?<=.)[√✓✔]$|^[√✓✔](?=.)|\.0$")
_NUMERALS = "一二三四五六七八九"
_COUNTED = re.compile(rf"第(?=\d)|第?([{_NUMERALS}])(?=\D{{0,3}}$)")
_NUMBER = re.compile(r"([+\-−]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:[^\d.,+\-]{0,4})")
_WEEKS = re.compile(r"(\d{1,2})(?:周|W)?(?:(?:(?<=[周W])|\+)\+?([0-6])(?:天|D)?)?")


def read_number(text: str) -> tuple[float | None, str]:
    """`1,234`, `36月`, `第一剂` -> the number. Outcomes: ok, empty, placeholder, invalid (also infinities, powers)."""
    seen = squash(text)
    found = _NUMBER.fullmatch(_COUNTED.sub(_counted, seen, count=1))
    if found:
        sign = -1.0 if found[1] in ("-", "−") else 1.0
        return sign * float(found[2].replace(",", "") + (found[3] or "")), "ok"
    if is_nothing(seen):
        return None, "placeholder" if seen else "empty"
    return None, "invalid"


def _counted(word: re.Match[str]) -> str:
    """`第` before a number says nothing; a Chinese numeral becomes its digit."""
    return str(_NUMERALS.index(word[1]) + 1) if word[1] else ""


def read_weeks(text: str) -> tuple[float | None, str]:
    """`12+3` (weeks and days) -> 12 + 3/7 weeks. Outcomes: ok, empty, placeholder, invalid."""
    seen = squash(text).upper()
    if is_nothing(seen):
        return None, "placeholder" if seen else "empty"
    found = _WEEKS.fullmatch(seen)
    if found:
        return int(found[1]) + int(found[2] or 0) / 7, "ok"
    number, outcome = read_number(seen)
    return number, outcome


def read_answer(text: str) -> tuple[bool | None, str]:
    """是/否, √/×, 1/0, 已/未 … -> True, False or None: a blank is no answer, not a no.

    Outcomes: ok, empty, placeholder, invalid.
    """
    seen = squash(text).upper()
    word = _MARKED.sub("", core(seen))
    if word in _YES or _DONE.fullmatch(word):
        return True, "ok"
    if word in _NO or _NOT_DONE.fullmatch(word):
        return False, "ok"
    if is_nothing(seen):
        return None, "placeholder" if seen else "empty"
    return None, "invalid"


def parse_numbers(column: pd.Series, *, whole: bool) -> dict[str, pd.Series]:
    """Counts (`whole`: Int64, a fraction is invalid) or measures (Float64) -> value and outcome."""
    distinct = Distinct.of(column)
    read = distinct.each(read_number)
    if whole:
        read = [(None, "invalid") if number is not None and number % 1 else (number, word) for number, word in read]
    return _numeric(distinct, read, pd.Int64Dtype() if whole else pd.Float64Dtype())


def parse_weeks(column: pd.Series) -> dict[str, pd.Series]:
    """Weeks of pregnancy -> value (Float64 weeks) and outcome."""
    distinct = Distinct.of(column)
    return _numeric(distinct, distinct.each(read_weeks), pd.Float64Dtype())


def parse_answers(column: pd.Series) -> dict[str, pd.Series]:
    """Yes/no answers -> value (nullable boolean) and outcome."""
    distinct = Distinct.of(column)
    read = distinct.each(read_answer)
    answers = pa.array([*(answer for answer, _ in read), None], pa.bool_())
    places = np.where(distinct.positions < 0, len(read), distinct.positions)
    taken: Any = answers.take(pa.array(places))
    value = pd.Series(pd.arrays.ArrowExtensionArray(taken), index=column.index)
    return {"value": value, "outcome": distinct.words_of([word for _, word in read], "empty")}


def _numeric(distinct: Distinct, read: list[tuple[float | None, str]], dtype: Any) -> dict[str, pd.Series]:
    numbers = np.array([np.nan if number is None else number for number, _ in read], np.float64)
    value = pd.Series(distinct.array_of(numbers, np.nan), index=distinct.index)
    return {"value": value.astype(dtype), "outcome": distinct.words_of([word for _, word in read], "empty")}
