"""Arithmetic on columns of days: full years, distances in days and months, and yes/no columns that may be unknown."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def sure(column: pd.Series) -> npt.NDArray[np.bool_]:
    """A yes/no column as plain truth values: unknown counts as no."""
    return np.asarray(column.fillna(False), bool)


def flag(values: npt.NDArray[Any], known: pd.Series) -> pd.Series:
    """True/false where `known`, null elsewhere (nullable boolean)."""
    answers = pd.array(np.asarray(values, bool), dtype="boolean")
    return pd.Series(answers, index=known.index).where(np.asarray(known, bool))


def whole(values: npt.NDArray[Any], known: npt.NDArray[np.bool_], index: pd.Index) -> pd.Series:
    """Integers where `known`, null elsewhere (Int64)."""
    numbers = pd.arrays.IntegerArray(np.where(known, values, 0).astype(np.int64), ~known)
    return pd.Series(numbers, index=index)


def full_years(born: pd.Series, at: pd.Series) -> pd.Series:
    """Age in full years on the day `at` (Int64, null where either day is missing).

    Somebody born on 29 February is a year older on 1 March of a common year.
    """
    b, a = (days.to_numpy().astype("datetime64[D]") for days in (born, at))
    known = ~np.isnat(b) & ~np.isnat(a)
    (by, bm), (ay, am) = (_year_month(np.where(known, d, np.datetime64(0, "D"))) for d in (b, a))
    bd, ad = (_day(np.where(known, d, np.datetime64(0, "D"))) for d in (b, a))
    before = (am < bm) | ((am == bm) & (ad < bd))
    return whole(ay - by - before, known, born.index)


def days_between(first: pd.Series, last: pd.Series) -> pd.Series:
    """Days from `first` to `last`, negative when it comes before (Int64)."""
    a, b = (days.to_numpy().astype("datetime64[D]") for days in (first, last))
    known = ~np.isnat(a) & ~np.isnat(b)
    return whole((b - a).astype(np.int64), known, first.index)


def months_between(first: pd.Series, last: pd.Series) -> pd.Series:
    """Calendar months from the month of `first` to the month of `last`: 0 in the same month (Int64)."""
    a, b = (days.to_numpy().astype("datetime64[M]") for days in (first, last))
    known = ~np.isnat(a) & ~np.isnat(b)
    return whole((b - a).astype(np.int64), known, first.index)


def full_months(first: pd.Series, last: pd.Series) -> pd.Series:
    """Whole months from `first` to `last` (Int64)."""
    months = months_between(first, last)
    short = _day(last.to_numpy().astype("datetime64[D]")) < _day(first.to_numpy().astype("datetime64[D]"))
    return months - pd.Series(short.astype(np.int64), index=first.index)


def _year_month(days: npt.NDArray[np.datetime64]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    months = days.astype("datetime64[M]").astype(np.int64)
    return months // 12 + 1970, months % 12 + 1


def _day(days: npt.NDArray[np.datetime64]) -> npt.NDArray[Any]:
    day: npt.NDArray[Any] = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    return day
