"""Telephone numbers: what can be called, and of several the first."""

import pandas as pd
import pytest

from exchange.rules.cells.phones import parse_phones, read_phone


@pytest.mark.parametrize(
    ("text", "number", "outcome"),
    [
        ("13800138000", "13800138000", "ok"),
        ("138 0013 8000", "13800138000", "ok"),
        ("138-0013-8000", "13800138000", "ok"),
        ("+8613800138000", "13800138000", "ok"),
        ("86 13800138000", "13800138000", "ok"),
        ("１３８００１３８０００", "13800138000", "ok"),
        ("13800138000.0", "13800138000", "ok"),
        ("0533-6410000", "0533-6410000", "ok"),
        ("０５３３－６４１００００", "0533-6410000", "ok"),
        ("(0533)6410000", "0533-6410000", "ok"),
        ("05336410000", "0533-6410000", "ok"),
        ("6410000", "6410000", "ok"),
        ("010-62345678-805", "010-62345678-805", "ok"),
        ("13800138000/13900139000", "13800138000", "ok"),
        ("13800138000、0533-6410000", "13800138000", "ok"),
        ("13800138000 13900139000", "13800138000", "ok"),
        ("61234/13900139000", "13900139000", "ok"),
        ("01062345678", "010-62345678", "ok"),
        ("86-0533-6410000", "0533-6410000", "ok"),
        ("0533—6410000", "0533-6410000", "ok"),
        ("0533/6410000", "0533-6410000", "ok"),
        ("（+86）13800138000", "13800138000", "ok"),
        ("013800138000", "13800138000", "ok"),
        ("138—0013—8000", "13800138000", "ok"),
        ("13800138000（妻）", "13800138000", "ok"),
        ("手机：13800138000", "13800138000", "ok"),
        ("13800138000 0533-6410000", "13800138000", "ok"),
        ("13800138000和13900139000", "13800138000", "ok"),
        ("没有电话", None, "placeholder"),
        ("00000000000", None, "placeholder"),
        ("61234", None, "invalid"),
        ("1.38E+10", None, "invalid"),
        ("1380013800", None, "invalid"),
        ("12800138000", None, "invalid"),
        ("138001380001", None, "invalid"),
        ("本人", None, "invalid"),
        ("无", None, "placeholder"),
        ("  ", None, "empty"),
    ],
)
def test_a_phone_number_is_the_first_that_can_be_called(text: str, number: str | None, outcome: str) -> None:
    assert read_phone(text) == (number, outcome)


def test_a_column_of_phones_keeps_plain_and_odd_numbers_apart_from_blanks() -> None:
    read = parse_phones(pd.Series(["13800138000", "138 0013 8000", None, "61234"], dtype="string[pyarrow]"))
    assert read["value"].fillna("").tolist() == ["13800138000", "13800138000", "", ""]
    assert read["outcome"].tolist() == ["ok", "ok", "empty", "invalid"]
