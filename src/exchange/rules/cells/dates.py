"""Dates as clerks write them; a day is never guessed.

Outcomes that carry a day: ok · short_year (two digits) · excel_serial · minguo (Taiwan calendar) · month (no day
given: the first is used, precision M) · without_time (a moment was asked for and only its day is there).
Outcomes without one: year_only · age_text (25岁) · lunar · ambiguous (3/5/2017) · year_as_serial (a year that Excel
shows as a day of 1905) · impossible · unreadable · empty · placeholder.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from typing import Final

import numpy as np
import pandas as pd

from exchange.rules.cells.distinct import Distinct, objects
from exchange.rules.cells.text import core, is_nothing, tidy

READABLE: Final = ("ok", "short_year", "excel_serial", "minguo", "month", "without_time")
PRECISION: Final = {"month": "M", "year_only": "Y", "age_text": "AGE"}

_CLOCK = r"(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?)?分?"
_TAIL = rf"(?:[日号]|(?=[T ])|$)(?:[T ]?{_CLOCK})?"
_FULL = re.compile(rf"(\d{{4}})(?:[-/.]|年)(\d{{1,2}})(?:[-/.]|月)(\d{{1,2}}){_TAIL}")
_PACKED = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})(?:[T ]{_CLOCK}|(\d{{2}})(\d{{2}})(\d{{2}})?)?")
_SHORT = re.compile(rf"(\d{{2}})(?:[-/.]|年)(\d{{1,2}})(?:[-/.]|月)(\d{{1,2}}){_TAIL}")
_SIGNS = re.compile(r"(?<=\d)[。、,_~\\‐–—−](?=\d)")
_AFTER_DAY = re.compile(r" ?(?:\([^()]*\)|(?:星期|周)[一二三四五六日天])$|^公元")
_NUMERAL = "〇零○一二三四五六七八九"
_NUMERALS = str.maketrans(_NUMERAL, "000123456789")
_CHINESE = re.compile(rf"(?<![{_NUMERAL}十])(?:[{_NUMERAL}]{{1,4}}|[一二三]?十[一二三四五六七八九]?)(?=[年月日号])")
_ZONE = re.compile(r"(?<=[\d])(Z|[+-]\d{2}:?\d{2})$")
_ENGLISH = re.compile(r"(?:([A-Z]{3,9})\.? (\d{1,2}),? ?|(\d{1,2})[- ]?([A-Z]{3,9})[- ,]*)(\d{2}|\d{4})(?: .*)?")
_ENGLISH_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SPACED = re.compile(r"(\d{2}|\d{4}) (\d{1,2}) (\d{1,2})")
_AROUND_MARKS = re.compile(r" *([-/.:年月日号时点分秒]) *")
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:月份?[初中底]?|月[上中下]旬)?")

_PACKED_MONTH = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
_YEAR = re.compile(r"((?:1[89]|20|21)\d{2})年?(?:\.0)?")
_MINGUO = re.compile(r"(?:(?:中华)?民[国國](\d{1,3})|(\d{3}))(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?")
_DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_AGE = re.compile(r"(?:约|大概)?[\d一二两三四五六七八九十半]+(?:周?岁|个?月龄?|天|周)(?:半|多|零?\d+个?月|大)*")
_LUNAR = re.compile(r"农历|阴历|旧历|腊月|正月|闰|初[一二三四五六七八九十]|廿")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_CHINA: Final = timezone(timedelta(hours=8))
_EPOCH: Final = date(1899, 12, 30)

_Read = tuple[datetime | None, str]


def read_date(
    text: str, *, statistical_year: int, born: bool = False, timed: bool = False, number: bool = False
) -> _Read:
    """One cell -> (moment or None, outcome).

    `statistical_year` settles two-digit years: at most it is 20xx (one year ahead for days to come, none for births).
    `born`: a birth date, so days before 1906 are believed. `timed`: the hour and minute are asked for.
    `number`: the cell held a number, so `1990.1` may be January or October.
    """
    seen = _spelling(text)
    if is_nothing(seen):
        return None, "placeholder" if seen else "empty"
    if number and re.fullmatch(r"\d{4}\.\d", seen):
        return None, "year_only"
    for pattern, read in ((_FULL, _full), (_PACKED, _packed)):
        found = pattern.fullmatch(seen)
        if found:
            return _settle(*read(found), born=born, timed=timed)
    short = _SHORT.fullmatch(seen)
    if short:
        two, *rest = (int(part) if part else None for part in short.groups())
        pivot = statistical_year + (0 if born else 1)
        year = int(two or 0) + (2000 if 2000 + int(two or 0) <= pivot else 1900)
        moment, outcome = _settle(year, rest, born=born, timed=timed)
        return moment, "short_year" if outcome == "ok" else outcome
    return _read_partial(seen, born=born)


def _spelling(text: str) -> str:
    """Half-width, without blanks except between a day and a time; a day written with blanks gets dashes.

    Chinese numerals and English months become digits, and a moment of another zone the day it was here.
    """
    seen = _AROUND_MARKS.sub(r"\1", " ".join(unicodedata.normalize("NFKC", tidy(text)).split()))
    if _LUNAR.search(seen):
        return seen
    seen = _SIGNS.sub("-", _AFTER_DAY.sub("", core(seen)))
    seen = _CHINESE.sub(lambda found: _digits(found[0]), seen)
    if english := _ENGLISH.fullmatch(seen.upper()):
        seen = _in_digits(english) or seen
    elif _ZONE.search(seen) and "T" in seen:
        seen = _here(seen)
    return _SPACED.sub(r"\1-\2-\3", seen) if _SPACED.fullmatch(seen) else seen


def _digits(numeral: str) -> str:
    """二〇二六 -> 2026, 十 -> 10, 二十三 -> 23."""
    if "十" not in numeral:
        return numeral.translate(_NUMERALS)
    tens, _, ones = numeral.partition("十")
    return str(int(tens.translate(_NUMERALS) or 1) * 10 + int(ones.translate(_NUMERALS) or 0))


def _in_digits(found: re.Match[str]) -> str | None:
    """`Oct 2, 2026` or `2-Oct-26` -> year-month-day; None when the word is no month."""
    month, day = found[1] or found[4], found[2] or found[3]
    place = _ENGLISH_MONTHS.index(month[:3]) + 1 if month[:3] in _ENGLISH_MONTHS else None
    return None if place is None else f"{found[5]}-{place}-{day}"


def _here(seen: str) -> str:
    """A moment with its zone as wall-clock time in China, where a day begins eight hours before Greenwich's."""
    try:
        moment = datetime.fromisoformat(seen)
        return moment.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return seen


def _full(found: re.Match[str]) -> tuple[int, list[int | None]]:
    year, *rest = (int(part) if part else None for part in found.groups())
    return int(year or 0), rest


def _packed(found: re.Match[str]) -> tuple[int, list[int | None]]:
    year, month, day, *times = (int(part) if part else None for part in found.groups())
    clock = times[:3] if times[0] is not None else times[3:]
    return int(year or 0), [month, day, *clock]


def _moment(*parts: int) -> datetime:
    """Wall-clock time as written: files carry no zone and all senders share one."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def _settle(year: int, rest: list[int | None], *, born: bool, timed: bool) -> _Read:
    month, day, hour, minute, second = rest
    try:
        moment = _moment(year, month or 0, day or 0, hour or 0, minute or 0, second or 0)
    except ValueError:
        return None, "impossible"
    if not 1800 <= year <= 2100:
        return None, "impossible"
    if year < 1906 and not born:
        return None, "year_as_serial"
    if timed and (hour is None or minute is None):
        return moment, "without_time"
    return moment if timed else moment.replace(hour=0, minute=0, second=0), "ok"


def _read_partial(seen: str, *, born: bool) -> _Read:
    """Everything that is not a whole day in the usual order."""
    month = _MONTH.fullmatch(seen) or _PACKED_MONTH.fullmatch(seen)
    if month:
        if not (1 <= int(month[2]) <= 12 and 1800 <= int(month[1]) <= 2100):
            return None, "impossible"
        return _moment(int(month[1]), int(month[2]), 1), "month"
    if _YEAR.fullmatch(seen):
        return None, "year_only"
    serial = _SERIAL.fullmatch(seen)
    if serial:
        day = _EPOCH + timedelta(days=int(serial[1]))
        return _moment(day.year, day.month, day.day), "excel_serial"
    minguo = _MINGUO.fullmatch(seen)
    if minguo:
        moment, outcome = _settle(
            1911 + int(minguo[1] or minguo[2]),
            [int(minguo[3]), int(minguo[4]), None, None, None],
            born=born,
            timed=False,
        )
        return moment, "minguo" if outcome == "ok" else outcome
    for pattern, outcome in ((_DAY_FIRST, "ambiguous"), (_AGE, "age_text")):
        if pattern.fullmatch(seen):
            return None, outcome
    return None, "lunar" if _LUNAR.search(seen) else "unreadable"


def parse_dates(
    column: pd.Series, kind: pd.Series, statistical_year: int, *, born: bool = False, timed: bool = False
) -> dict[str, pd.Series]:
    """A column of dates -> value (datetime64[s], NaT where no day is known), outcome, precision (D, M, Y, AGE)."""
    numeric = objects(kind) == "number"
    marked = column if not numeric.any() else column.where(~numeric, column + "\0")
    distinct = Distinct.of(marked)

    def read(text: str) -> _Read:
        bare = text.removesuffix("\0")
        return read_date(bare, statistical_year=statistical_year, born=born, timed=timed, number=bare != text)

    answers = distinct.each(read)
    moments = np.array(
        [np.datetime64("NaT") if m is None else np.datetime64(m, "s") for m, _ in answers], "datetime64[s]"
    )
    value = distinct.array_of(moments, np.datetime64("NaT"))
    precisions = [PRECISION.get(word, "D" if word in READABLE else None) for _, word in answers]
    return {
        "value": pd.Series(value, index=column.index),
        "outcome": distinct.words_of([word for _, word in answers], "empty"),
        "precision": distinct.texts_of(precisions),
    }
