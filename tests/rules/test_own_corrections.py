"""What counts as changed when a sender's workbook comes back, and what a corrected row is made of."""

import pyarrow as pa
import pytest

from exchange.rules.returning.own_corrections import (
    EMPTY,
    MASKED,
    WIPED,
    Comparison,
    Corrected,
    agreed_headings,
    change_of,
    columns_for,
    standing_alone,
)
from exchange.rules.returning.returned import WITHHELD, headings_of
from exchange.rules.returning.returned_rows import originals
from tests.rules.test_masks import NUMBER
from tests.rules.test_returned import COLUMNS, REGISTRY, ROW, SOURCE

SHOWN = headings_of(COLUMNS, SOURCE)
ORIGINAL = {name: (text, "text") for name, text in ROW.items()}
SENT = {
    "人员姓名": "王**",
    "性别": "男",
    "身份证号": "110***************",
    "出生日期": "1990-**-**",
    "手机": "138****5678",
}


def change(*, withheld: bool = False, **cells: str) -> object:
    back = {heading: (text or None, "text" if text else "empty") for heading, text in (SENT | cells).items()}
    return change_of(SHOWN, ORIGINAL, back, withheld=withheld)


def test_a_workbook_nobody_touched_changes_nothing():
    assert change() == {}


def test_a_masked_cell_with_a_new_value_is_that_value():
    assert change(身份证号="110101199003078021") == {"id_number": ("110101199003078021", "text")}


def test_writing_the_original_in_full_changes_nothing():
    assert change(身份证号=NUMBER, 人员姓名="王小明") == {}


def test_stars_of_another_length_that_fit_the_original_are_still_the_mask():
    assert change(身份证号="110****") == {}


@pytest.mark.parametrize("text", ["120***************", "李**", "1101011990******"])
def test_a_cell_half_masked_is_refused_unless_the_original_fits(text):
    heading = "人员姓名" if text.startswith("李") else "身份证号"
    assert change(**{heading: text}) == (MASKED if text != "1101011990******" else {})


def test_a_filled_cell_that_is_empty_now_was_cleared_and_an_empty_one_stays():
    assert change(手机="") == {"phone": EMPTY}
    without_phone = {**ORIGINAL, "phone": EMPTY}
    back = {heading: (text, "text") for heading, text in SENT.items()} | {"手机": EMPTY}
    assert change_of(SHOWN, without_phone, back, withheld=False) == {}


def test_a_column_the_clerk_deleted_is_unchanged():
    back = {heading: (text, "text") for heading, text in SENT.items() if heading != "手机"}
    assert change_of(SHOWN, ORIGINAL, back, withheld=False) == {}


def test_a_row_wiped_clean_is_refused():
    assert change(**dict.fromkeys(SENT, "")) == WIPED


def test_of_a_withheld_row_only_what_was_written_is_new():
    empty = dict.fromkeys(SENT, "") | {"人员姓名": WITHHELD}
    assert change(withheld=True, **empty) == {}
    assert change(withheld=True, **empty | {"人员姓名": ""}) == {}
    assert change(withheld=True, **empty | {"手机": "13900000000"}) == {"phone": ("13900000000", "text")}


def test_blanks_that_an_office_program_adds_change_nothing():
    assert change(性别=" 男 ") == {}


def test_the_village_of_a_block_goes_with_the_row_that_stood_under_it():
    assert standing_alone({}, "一、苏李村", SOURCE)["village"] == ("苏李村", "text")
    own = {"village": ("王村", "text")}
    assert standing_alone(own, "一、苏李村", SOURCE) == own


def test_every_required_column_is_in_the_file_and_every_filled_one():
    fields = columns_for([{"phone": ("1", "text"), "note": EMPTY}], SOURCE)
    assert "phone" in fields
    assert "note" not in fields
    assert {field.name for field in SOURCE.fields if field.required} <= set(fields)


def test_every_field_has_a_heading_that_nobody_else_claims():
    for source in REGISTRY.sources.values():
        found = agreed_headings(source)
        assert set(found) == {field.name for field in source.fields}
        assert len(set(found.values())) == len(found)


def test_the_hash_rests_on_what_changed_and_on_nothing_else():
    row = Corrected("r", ("phone",), {"phone": ("1", "text"), "name": ("甲", "text")}, ORIGINAL)
    other = Corrected("r", ("phone",), {"phone": ("1", "text"), "name": ("乙", "text")}, ORIGINAL)
    assert row.told() == other.told()
    assert row.told(before=True) != row.told()


def test_what_is_told_names_places_and_never_values():
    comparison = Comparison(changed=3, unchanged=4, unknown=["“表1”第9行"], refused={MASKED: ["“表1”第5行"]}, loose=1)
    told = comparison.lines({"a.xlsx": 2})
    assert told[0] == "共3行有改动或须整表重报：新受理2行，此前已受理1行；另有4行未改动。"
    assert "“表1”第5行" in told[2]
    assert "补报" in told[1]


def test_a_ditto_is_unchanged_as_it_stood_and_stands_for_the_address_above():
    columns = {"sheet": ["一"] * 3, "row": [2, 3, 4], "row_kind": ["data"] * 3, "block": [None] * 3}
    addresses = {"current_address": ["西街一号", "同上", "〃"], "current_address__cell": ["text"] * 3}
    rows = originals(pa.table(columns | addresses), SOURCE)
    assert rows["一", 4].cells["current_address"] == ("〃", "text")
    assert rows["一", 4].dittos == {"current_address": ("西街一号", "text")}
    assert rows["一", 2].dittos == {}
