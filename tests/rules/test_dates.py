"""Dates: every form clerks use, what it means, and that no day is ever guessed."""

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.rules.cells.dates import parse_dates, read_date


def read(text: str, **how: bool) -> tuple[str | None, str]:
    moment, outcome = read_date(text, statistical_year=2017, **how)
    return (None if moment is None else moment.isoformat(" ", "minutes").removesuffix(" 00:00")), outcome


@pytest.mark.parametrize(
    ("text", "day", "outcome"),
    [
        ("2017-3-5", "2017-03-05", "ok"),
        ("2017/3/5", "2017-03-05", "ok"),
        ("2017.3.5", "2017-03-05", "ok"),
        ("20170305", "2017-03-05", "ok"),
        ("2017年3月5日", "2017-03-05", "ok"),
        ("2017-03-05 00:00:00", "2017-03-05", "ok"),
        ("2017-03-05T00:00:00", "2017-03-05", "ok"),
        ("２０１７－３－５", "2017-03-05", "ok"),
        (" 2017 年 3 月 5 日 ", "2017-03-05", "ok"),
        ("2017-3-5 00:00:00", "2017-03-05", "ok"),
        ("2017 3 5", "2017-03-05", "ok"),
        ("2017 - 03 - 05", "2017-03-05", "ok"),
        ("2017、3、5", "2017-03-05", "ok"),
        ("2017—3—5", "2017-03-05", "ok"),
        ("2017.3.5.", "2017-03-05", "ok"),
        ("“2017-3-5”", "2017-03-05", "ok"),
        ("二〇一七年三月五日", "2017-03-05", "ok"),
        ("2017年十二月二十五日", "2017-12-25", "ok"),
        ("2017年3月5日 星期日", "2017-03-05", "ok"),
        ("2017-03-05（补登）", "2017-03-05", "ok"),
        ("5-Mar-2017", "2017-03-05", "ok"),
        ("Mar 5, 2017", "2017-03-05", "ok"),
        ("5-Mar-17", "2017-03-05", "short_year"),
        ("2017-03-04T16:00:00Z", "2017-03-05", "ok"),
        ("2017-03-05T08:00:00+08:00", "2017-03-05", "ok"),
        ("17.3.5", "2017-03-05", "short_year"),
        ("98.3.5", "1998-03-05", "short_year"),
        ("42799", "2017-03-05", "excel_serial"),
        ("42799.5", "2017-03-05", "excel_serial"),
        ("民国106年3月5日", "2017-03-05", "minguo"),
        ("106.3.5", "2017-03-05", "minguo"),
        ("2017-03", "2017-03-01", "month"),
        ("2017年3月", "2017-03-01", "month"),
        ("201703", "2017-03-01", "month"),
        ("二〇一七年三月", "2017-03-01", "month"),
        ("2017年3月中旬", "2017-03-01", "month"),
        ("2017", None, "year_only"),
        ("2017年", None, "year_only"),
        ("1905-07-09", None, "year_as_serial"),
        ("2017-02-30", None, "impossible"),
        ("2017/13/1", None, "impossible"),
        ("2017-02-29", None, "impossible"),
        ("3/5/2017", None, "ambiguous"),
        ("25岁", None, "age_text"),
        ("3岁半", None, "age_text"),
        ("8个月", None, "age_text"),
        ("农历八月十五", None, "lunar"),
        ("阴历正月初三", None, "lunar"),
        ("腊月", None, "lunar"),
        ("2017年3月5日（农历）", None, "lunar"),
        ("二〇一七年八月初三", None, "lunar"),
        ("2017-3-5至2017-4-5", None, "unreadable"),
        ("不详", None, "placeholder"),
        ("0000-00-00", None, "placeholder"),
        ("", None, "empty"),
        ("去年春天", None, "unreadable"),
        ("2.02609E+07", None, "unreadable"),
    ],
)
def test_a_date_means_what_the_clerk_wrote(text: str, day: str | None, outcome: str) -> None:
    assert read(text) == (day, outcome)


def test_a_two_digit_year_of_birth_never_lies_ahead() -> None:
    assert read("18.3.5", born=True) == ("1918-03-05", "short_year")
    assert read("18.3.5") == ("2018-03-05", "short_year")


def test_a_birth_date_before_1906_is_believed() -> None:
    assert read("1905-07-09", born=True) == ("1905-07-09", "ok")


def test_a_month_stored_as_a_number_may_be_january_or_october() -> None:
    assert read("1990.1", number=True) == (None, "year_only")
    assert read("1990.10") == ("1990-10-01", "month")


@pytest.mark.parametrize(
    ("text", "moment", "outcome"),
    [
        ("2026-08-03 12:15", "2026-08-03 12:15", "ok"),
        ("2026/8/3 4:39:20", "2026-08-03 04:39", "ok"),
        ("2026/8/3 12:15", "2026-08-03 12:15", "ok"),
        ("2026年8月3日12时15分", "2026-08-03 12:15", "ok"),
        ("202608031215", "2026-08-03 12:15", "ok"),
        ("2026-08-03", "2026-08-03", "without_time"),
        ("2026-08-03 00:00", "2026-08-03", "ok"),
        ("2026-08-03 25:00", None, "impossible"),
    ],
)
def test_a_moment_keeps_its_minutes_and_says_when_it_has_none(text: str, moment: str | None, outcome: str) -> None:
    assert read(text, timed=True) == (moment, outcome)


def test_a_column_keeps_its_index_and_says_how_exact_each_day_is() -> None:
    column = pd.Series(["1990-05", "1990", None, "25岁", "1990-05-06"], index=[9, 7, 5, 3, 1], dtype="string[pyarrow]")
    read = parse_dates(column, pd.Series("text", index=column.index), 2026, born=True)
    assert read["precision"].fillna("").tolist() == ["M", "Y", "", "AGE", "D"]
    assert read["value"].index.tolist() == [9, 7, 5, 3, 1]
    assert read["value"].notna().tolist() == [True, False, False, False, True]


@given(st.dates(date(1906, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]))
def test_every_day_written_in_order_comes_back(day: date, form: str) -> None:
    moment, outcome = read_date(day.strftime(form), statistical_year=2026)
    assert (moment, outcome) == (datetime(day.year, day.month, day.day), "ok")


@given(st.text(max_size=20))
def test_any_text_at_all_has_an_outcome(text: str) -> None:
    assert read_date(text, statistical_year=2026)[1]
