import pytest

from exchange.rules.linkage.numbers import is_valid, read_numbers, repairs

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(body: str) -> str:
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


NUMBER = number("37030619900101123")


def read(text):
    found = read_numbers([text]).astype(object)
    return found.where(found.notna(), None).iloc[0].to_dict()


@pytest.mark.parametrize(
    "typed", [NUMBER, NUMBER.lower(), " " + NUMBER, "'" + NUMBER, NUMBER[:6] + " " + NUMBER[6:],
              "".join(chr(ord(mark) + 0xFEE0) for mark in NUMBER)],
)  # fmt: skip
def test_ways_of_typing_a_number_make_no_other_number(typed):
    assert read(typed)["number"] == NUMBER


def test_a_valid_number_tells_birth_and_sex():
    assert (read(NUMBER)["born"], read(NUMBER)["sex"]) == ("1990-01-01", "M")


def test_fifteen_digits_are_the_same_number_as_eighteen():
    assert read(NUMBER[:6] + NUMBER[8:17])["number"] == NUMBER


@pytest.mark.parametrize(
    "typed", ["000000000000000000", "无", "待补", "111111111111111111", "4.40306E+17", "/", "不详", "123456"]
)
def test_placeholders_and_what_a_spreadsheet_destroyed_never_match_anything(typed):
    told = read(typed)
    assert told["number"] is None
    assert told["head6"] is None
    assert told["tail4"] is None
    if typed != "123456":
        assert told["typed"] is None


@pytest.mark.parametrize(
    ("typed", "visible"),
    [
        (NUMBER[:6] + "********" + NUMBER[14:], ("370", "370306", None, NUMBER[14:])),
        (NUMBER[:3] + "***********" + NUMBER[14:], ("370", None, None, NUMBER[14:])),
        (NUMBER[:14] + "****", ("370", "370306", NUMBER[:14], None)),
    ],
)
def test_a_mask_tells_what_it_leaves_visible(typed, visible):
    told = read(typed)
    assert (told["head3"], told["head6"], told["head14"], told["tail4"]) == visible
    assert told["number"] is None


def test_every_one_digit_slip_and_exchange_leads_back_to_the_number():
    for place in range(17):
        for digit in "0123456789":
            wrong = NUMBER[:place] + digit + NUMBER[place + 1 :]
            if wrong != NUMBER:
                assert NUMBER in set(repairs([wrong])["number"]), place
        if place < 16 and NUMBER[place] != NUMBER[place + 1]:
            wrong = NUMBER[:place] + NUMBER[place + 1] + NUMBER[place] + NUMBER[place + 2 :]
            assert NUMBER in set(repairs([wrong])["number"]), place


def test_a_digit_left_out_leads_back_to_the_number():
    assert all(NUMBER in set(repairs([NUMBER[:place] + NUMBER[place + 1 :]])["number"]) for place in range(18))


def test_repairs_are_few_and_valid():
    wrong = NUMBER[:5] + ("1" if NUMBER[5] != "1" else "2") + NUMBER[6:]
    found = repairs([wrong])["number"].tolist()
    assert len(found) <= 35
    assert all(is_valid(each) for each in found)
