"""Identity numbers: what each spelling is taken for, and that the check digit is the standard's."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.rules.cells.identity import check_digits, parse_identity, read_odd_number
from tests.support.rows import valid_number

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def parse(*texts: str | None, kinds: list[str] | None = None, latest: str = "2026-10-31") -> pd.DataFrame:
    column = pd.Series(list(texts), dtype="string[pyarrow]")
    kind = pd.Series(kinds or ["text"] * len(texts))
    day = pd.Series(np.full(len(texts), np.datetime64(latest, "s")))
    return pd.DataFrame(parse_identity(column, kind, day))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("370306199001011238", "ok"),
        ("370306199001011246", "ok"),
        ("370306201710150011", "ok"),
        ("37030620171015002X", "ok"),
        ("11010519491231002X", "ok"),
        ("330113202203050016", "ok"),
        ("810000199408230021", "ok"),
        ("37030620171015002x", "ok"),
        ("37030620171015002×", "ok"),
        ("37030620171015002＊", "ok"),
        ("37030620171015002Χ", "ok"),
        ("37030620171015002Ⅹ", "ok"),
        ("３７０３０６１９９００１０１１２３８", "ok"),
        ("370306 19900101 1238", "ok"),
        ("370306\u00a019900101\u30001238\u200b", "ok"),
        ("\t370306199001011238", "ok"),
        ("'370306199001011238", "ok"),
        ('="370306199001011238"', "ok"),
        ("370306199001011238\n", "ok"),
        ("370306199001011238_x000D_", "ok"),
        ("\u202d370306199001011238\u202c", "ok"),
        ('"370306199001011238"', "ok"),
        ("''370306199001011238", "ok"),
        ("370306·19900101·1238", "ok"),
        ("370306199001011238。", "ok"),
        ("身份证号：370306199001011238", "ok"),
        ("370306199001011238（本人）", "ok"),
        ("370306199001011238（母亲）", "bad_charset"),
        ("370306199001011238/370306199001011246", "bad_charset"),
        ("370306900101123", "upgraded"),
        ("A123456789", "birth_certificate"),
        ("E12345678", "other_document"),
        ("H1234567890", "other_document"),
        ("无", "placeholder"),
        ("待补", "placeholder"),
        ("未办理", "placeholder"),
        ("无身份证", "placeholder"),
        ("(null)", "placeholder"),
        ("-", "placeholder"),
        ("　", "empty"),
        ("000000000000000000", "filler"),
        ("000000199001010000", "filler"),
        ("3.70306E+17", "scientific"),
        ("3.70306e17", "scientific"),
        ("3.70306e+017", "scientific"),
        ("370306********1238", "masked"),
        ("37030619900101123", "bad_length"),
        ("3703061990010112380", "bad_length"),
        ("王五370306199001011", "bad_charset"),
        ("37030619900101123X", "bad_checksum"),
        ("370306199002301237", "bad_birth"),
        ("370306999999999", "bad_birth"),
        ("440524188001010014", "bad_birth"),
    ],
)
def test_a_number_is_taken_for_what_it_is(text: str, outcome: str) -> None:
    assert parse(text)["outcome"].tolist() == [outcome]


def test_only_a_usable_number_is_kept() -> None:
    found = parse("370306199001011238", "37030619900101123X", "A123456789", "无", None)
    assert found["value"].fillna("-").tolist() == ["370306199001011238", "-", "A123456789", "-", "-"]
    assert found["scheme"].astype(object).fillna("").tolist() == ["resident", "", "birth_cert", "", ""]


def test_fifteen_digits_become_eighteen_and_centenarians_are_born_in_the_1800s() -> None:
    found = parse("370306900101123", "110105491231002", "110105800101998", latest="1990-01-01")
    assert found["value"].fillna("").tolist() == ["370306199001011238", "11010519491231002X", "110105188001019986"]
    assert found["birth"].dt.year.fillna(0).astype(int).tolist() == [1990, 1949, 1880]


def test_a_number_cell_has_lost_digits_whatever_it_looks_like() -> None:
    found = parse("370306199001011000", "370306199001011238", None, kinds=["number", "number", "empty"])
    assert found["outcome"].tolist() == ["numeric_cell", "numeric_cell", "empty"]
    assert found["value"].isna().all()


def test_birth_date_sex_and_county_come_out_of_the_number() -> None:
    found = parse("370306199001011238", "370306199001011246", "830000199408230025")
    assert found["birth"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["1990-01-01"] * 2
    assert found["sex"].tolist() == ["1", "2", "2"]
    assert found["county"].fillna("").tolist() == ["370306", "370306", ""]


def test_nobody_is_born_after_the_month_or_120_years_before() -> None:
    late, old = valid_number("37030620261101001"), valid_number("37030619051231001")
    assert parse(late, old)["outcome"].tolist() == ["bad_birth", "bad_birth"]
    assert parse(late, latest="2026-11-30")["outcome"].tolist() == ["ok"]


@given(st.text("0123456789", min_size=17, max_size=17))
def test_exactly_one_of_eleven_check_digits_fits(body: str) -> None:
    fitting = [
        digit
        for digit in "0123456789X"
        if (sum(int(one) * weight for one, weight in zip(body, WEIGHTS, strict=True)) + "0123456789X".index(digit)) % 11
        == 1
    ]
    assert [chr(check_digits(np.array([[int(one) for one in body]]))[0])] == fitting


@given(st.dates(date(1930, 1, 1), date(2026, 10, 31)), st.integers(0, 999), st.integers(0, 16))
def test_one_wrong_digit_is_always_noticed(day: date, sequence: int, place: int) -> None:
    whole = valid_number(f"370306{day:%Y%m%d}{sequence:03d}")
    assert parse(whole)["outcome"].tolist() == ["ok"]
    wrong = [whole[:place] + digit + whole[place + 1 :] for digit in "0123456789" if digit != whole[place]]
    assert not parse(*wrong)["outcome"].isin(["ok", "upgraded"]).any()


@given(st.text(max_size=24))
def test_any_text_at_all_has_an_outcome(text: str) -> None:
    number, outcome = read_odd_number(text)
    assert outcome
    assert (number is None) == (outcome not in ("ok", "upgraded", "birth_certificate", "other_document"))
