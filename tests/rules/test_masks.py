"""Masks: what they show, and that nothing printed beside them gives the number back."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from exchange.registry.spec_products import Sheet
from exchange.rules.letters.masks import mask_birth, mask_digits, mask_id, mask_name, mask_phone, mask_value

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NUMBER = "110101199003078013"


def check_digit(body: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def rebuilt(mask: str, area: str, births: list[date]) -> int:
    """Numbers that fit the mask for somebody who knows the county code and these possible birth dates."""
    numbers = (
        body + check_digit(body)
        for birth in births
        for order in range(1000)
        if (body := f"{area}{birth:%Y%m%d}{order:03d}")
    )
    return sum(all(shown in ("*", digit) for shown, digit in zip(mask, number, strict=True)) for number in numbers)


def test_an_id_keeps_three_and_two_characters():
    assert mask_id(NUMBER) == "110*************13"


def test_county_and_age_beside_the_mask_leave_more_than_a_thousand_numbers():
    a_year = [date(1989, 11, 1) + timedelta(days=day) for day in range(365)]
    assert rebuilt(mask_id(NUMBER), NUMBER[:6], a_year) > 1000


def test_the_customary_six_and_four_beside_a_birth_date_is_the_number_itself():
    assert rebuilt(NUMBER[:6] + "********" + NUMBER[-4:], NUMBER[:6], [date(1990, 3, 7)]) == 1


@pytest.mark.parametrize("beside", ["birth_date", "months"])
def test_a_sheet_that_would_undo_its_mask_is_refused(beside):
    column = {"heading": "x", "width": 9.0}
    columns = [
        {"field": "id_number", "format": "masked_id", **column},
        {"field": beside, "format": "date", **column},
        {"field": "token", "format": "token", **column},
    ]
    with pytest.raises(ValidationError, match="undo the mask"):
        Sheet.model_validate({"name": "名单", "title": "名单", "kind": "persons", "columns": columns})


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳小明", "欧**"), ("阿依古丽·买买提", "阿**"), ("张", "张*"), ("", ""), (None, "")],
)
def test_a_name_keeps_its_first_character(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812345678", "138****5678"), ("0533-6410012", "0533-*****12"), ("12345", "*****")]
)
def test_a_phone_keeps_what_tells_its_kind(phone, masked):
    assert mask_phone(phone) == masked


def test_a_birth_date_keeps_its_year():
    assert mask_birth("1990.3.7") == "1990-**-**"


def test_a_number_that_strayed_into_another_column_is_masked_and_a_date_is_not():
    assert mask_digits(f"见{NUMBER}") == "见110*************13"
    assert mask_digits("20260231") == "20260231"


@pytest.mark.parametrize("length", range(1, 26))
@pytest.mark.parametrize("kind", ["id_number", "phone", "text", "date", "birth", "name", "ehr"])
def test_no_mask_shows_more_than_seven_digits_of_a_long_number(kind, length):
    shown = mask_value(kind, "9" * length)
    assert sum(character == "9" for character in shown) <= 7
