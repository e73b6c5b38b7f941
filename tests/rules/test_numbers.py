"""Counts, measures, answers and weeks: what stands for a number, and what only looks like one."""

import pandas as pd
import pytest

from exchange.rules.cells.numbers import parse_answers, parse_numbers, read_answer, read_number, read_weeks


@pytest.mark.parametrize(
    ("text", "number", "outcome"),
    [
        ("1,234", 1234.0, "ok"),
        ("１２３", 123.0, "ok"),
        ("−5", -5.0, "ok"),
        ("56.6", 56.6, "ok"),
        ("36月", 36.0, "ok"),
        ("第一剂", 1.0, "ok"),
        ("第2针", 2.0, "ok"),
        ("十三", None, "invalid"),
        ("0", 0.0, "ok"),
        ("1e3", None, "invalid"),
        ("∞", None, "invalid"),
        ("NaN", None, "placeholder"),
        ("1/2", None, "invalid"),
        ("无", None, "placeholder"),
        ("", None, "empty"),
    ],
)
def test_a_number_is_read_as_written(text: str, number: float | None, outcome: str) -> None:
    assert read_number(text) == (number, outcome)


@pytest.mark.parametrize(
    ("text", "days"),
    [("12+3", 87), ("12周+3天", 87), ("12周3天", 87), ("12W3D", 87), ("40", 280), ("12周", 84), ("12.5", 87.5)],
)
def test_weeks_may_have_days(text: str, days: float) -> None:
    weeks, outcome = read_weeks(text)
    assert outcome == "ok"
    assert weeks == pytest.approx(days / 7)


def test_three_digits_are_not_weeks_and_days() -> None:
    assert read_weeks("123")[0] == 123


@pytest.mark.parametrize("text", ["是", "有", "√", "1", "1.0", "y", "已", "已办理", "1-是", "是√"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert read_answer(text) == (True, "ok")


@pytest.mark.parametrize("text", ["否", "无", "×", "0", "0.0", "N", "未", "未办理", "0-否", "没有"])
def test_a_no_is_a_no(text: str) -> None:
    assert read_answer(text) == (False, "ok")


def test_a_blank_is_no_answer() -> None:
    read = parse_answers(pd.Series(["是", None, "也许", "-"], dtype="string[pyarrow]"))
    assert read["value"].tolist()[0] is True
    assert read["value"].isna().tolist() == [False, True, True, True]
    assert read["outcome"].tolist() == ["ok", "empty", "invalid", "placeholder"]


def test_a_count_is_whole() -> None:
    read = parse_numbers(pd.Series(["2", "2.0", "2.5", None], dtype="string[pyarrow]"), whole=True)
    assert read["value"].fillna(-1).tolist() == [2, 2, -1, -1]
    assert read["outcome"].tolist() == ["ok", "ok", "invalid", "empty"]
