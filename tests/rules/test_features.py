"""What rows say about each other and about themselves, and which rule that leads to."""

from functools import cache

import pandas as pd
import pytest

from exchange.rules.intervals import full_months, full_years
from tests.support.rows import WHOLE_ROWS, number, rules, typed

CHILD = number("20240305", 11)
MOTHER = number("19920304", 762)


def day(text: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime([text])).astype("datetime64[s]")


@pytest.mark.parametrize(
    ("born", "at", "years"),
    [
        ("2019-10-31", "2026-10-31", 7),
        ("2019-11-01", "2026-10-31", 6),
        ("2016-02-29", "2023-02-28", 6),
        ("2016-02-29", "2023-03-01", 7),
        (None, "2023-03-01", None),
    ],
)
def test_full_years_are_reached_on_the_birthday(born: str | None, at: str, years: int | None) -> None:
    found = full_years(day(born), day(at))[0]
    assert (None if pd.isna(found) else found) == years


def test_full_months_are_reached_on_the_day() -> None:
    assert full_months(day("2026-01-31"), day("2026-02-28"))[0] == 0
    assert full_months(day("2026-01-15"), day("2026-07-15"))[0] == 6


@pytest.mark.parametrize("source", list(WHOLE_ROWS))
def test_a_faultless_row_breaks_no_rule(source: str) -> None:
    assert rules(source, {}) == [""]


@pytest.mark.parametrize("source", list(WHOLE_ROWS))
def test_no_rows_at_all_make_an_empty_table_with_every_column(source: str) -> None:
    assert list(typed(source).columns) == list(typed(source, {}).columns)


FAULTS: list[tuple[str, dict[str, str | None], str]] = [
    ("police", {"name": "不详"}, "R01"),
    ("police", {"id_number": "待补"}, "R02"),
    ("clinic", {"id_number": "待补"}, ""),
    ("clinic", {"id_number": None}, ""),
    ("police", {"id_number": "A123456789", "id_type": "99", "birth_date": "2026-09-01"}, ""),
    ("police", {"id_number": "3.70306E+17"}, "R03"),
    ("police", {"id_number": "370306199001011238", "id_number__cell": "number"}, "R03"),
    ("police", {"id_number": "\t370321199001011231"}, ""),
    ("police", {"id_number": "370321900101123"}, ""),
    ("police", {"id_number": "000000000000000000"}, "R04"),
    ("police", {"id_number": "37032119900101123"}, "R04"),
    ("police", {"id_number": "370321199001011230"}, "R05"),
    ("police", {"id_number": number("19900230")}, "R06"),
    ("police", {"id_number": number("19900101", 123, "730306")}, "W01"),
    ("police", {"id_number": number("19900101", 123, "370181")}, ""),
    ("police", {"sex": "女"}, "W02"),
    ("police", {"birth_date": "1990-01-02"}, "W02"),
    ("police", {"birth_date": "1990-01"}, ""),
    ("police", {"birth_date": "36岁"}, ""),
    ("police", {"name": "王小明、李四"}, "M03"),
    ("police", {"phone": "61234"}, "W06"),
    ("police", {"phone": None}, ""),
    ("police", {"arrive_date": "2026-02-30"}, "R07"),
    ("police", {"arrive_date": "2026-09"}, ""),
    ("police", {"arrive_date": "26.10.2"}, ""),
    ("police", {"arrive_date": "2026-10-04"}, "R08"),
    ("police", {"arrive_date": "2026-11-01", "register_date": "2026-11-01"}, "R08;W04"),
    ("police", {"cancel_date": "2026-10-01"}, "R08"),
    ("police", {"current_code": "370306002"}, "R09"),
    ("police", {"current_code": None, "current_address": "周村区大街街道和平路1号"}, "R09"),
    ("police", {"current_code": None, "current_address": "山东省淄博市张店区和平路1号"}, "R09"),
    ("police", {"current_code": None, "current_address": "和平路1号"}, ""),
    ("police", {"register_date": "2026-09-30", "arrive_date": "2026-09-30"}, "W04"),
    ("police", {"register_date": "2026-09-30", "arrive_date": "2026-09-30", "kind": "full"}, ""),
    ("police", {"register_date": "2026-09-30", "arrive_date": "2026-09-30", "cancel_date": "2026-10-05"}, ""),
    ("police", {"stay_reason": "种树"}, "W05"),
    ("police", {"stay_place": "02-自购房屋"}, "W05"),
    ("hr", {"work_from": "2001-02-02"}, "R10"),
    ("hr", {"work_from": "2001-02-03"}, ""),
    ("hr", {"work_from": "去年"}, "R07"),
    ("hr", {"hr_service_date": None}, ""),
    ("hr", {"hukou_address": "山东省淄博市周村区丝绸路街道"}, "W07"),
    ("hr", {"hukou_address": "山东省淄博市周村区大街街道"}, ""),
    ("clinic", {"service_date": None}, "R07"),
    ("clinic", {"service_date": "2026-09-30"}, "W09"),
    ("clinic", {"service_date": "2026-09-30", "month": "2026-09"}, ""),
    ("clinic", {"service_class": "06", "service_item": "0601"}, "W13"),
    ("clinic", {"service_class": "07", "service_item": "首诊测血压", "birth_date": None, "id_number": None}, ""),
]


@cache
def found_alone() -> dict[int, str]:
    """The rules found for each of FAULTS, every row in a file of its own."""
    found: dict[int, str] = {}
    for source in WHOLE_ROWS:
        places = [place for place, (of, _, _) in enumerate(FAULTS) if of == source]
        found |= zip(places, rules(source, *({**FAULTS[n][1], "delivery": str(n)} for n in places)), strict=True)
    return found


@pytest.mark.parametrize(
    "place", range(len(FAULTS)), ids=lambda place: f"{FAULTS[place][0]}-{FAULTS[place][2] or 'fine'}"
)
def test_one_fault_in_a_row_is_found_by_its_rule(place: int) -> None:
    assert found_alone()[place] == FAULTS[place][2]


def test_the_elderly_s_examination_is_for_those_who_turn_65_this_year() -> None:
    exam = {"service_class": "06", "service_item": "0601", "sex": "女"}
    turning = {**exam, "id_number": number("19611231", 2), "birth_date": "1961-12-31"}
    too_young = {**exam, "id_number": number("19620101", 2), "birth_date": "1962-01-01"}
    assert rules("clinic", turning, {**too_young, "name": "钱芳"}) == ["", "W13"]


def test_the_number_wins_over_what_is_printed() -> None:
    row = typed("police", {"sex": "女", "birth_date": "1991-01-01"}).iloc[0]
    assert (row["sex"], str(row["birth_date"].date())) == ("1", "1990-01-01")
    assert (row["sex_printed"], str(row["birth_printed"].date())) == ("2", "1991-01-01")


def test_a_child_s_row_with_a_guardian_s_number_is_set_aside_and_the_guardian_s_own_row_is_not() -> None:
    mother = {"name": "赵芳", "id_number": MOTHER}
    child = {
        "name": "王小宝",
        "id_number": MOTHER,
        "birth_date": "2024-03-05",
        "service_class": "04",
        "service_item": "0409",
    }
    assert rules("clinic", mother, child) == ["", "M01"]


def test_a_child_s_class_makes_a_child_and_a_name_alone_does_not() -> None:
    by_class = {"id_number": MOTHER, "birth_date": None, "service_class": "03", "service_item": "0301"}
    by_name = {"id_number": MOTHER, "name": "赵芳之女", "birth_date": None}
    assert rules("clinic", by_class) == ["M01"]
    assert rules("clinic", by_name) == [""]


def test_one_number_with_two_names_sets_every_row_of_that_number_aside() -> None:
    first, second, third = (
        {"name": "赵芳"},
        {"name": "李梅", "service_date": "2026-10-13"},
        {"service_date": "2026-10-14"},
    )
    assert rules("clinic", first, second, third) == ["M02", "M02", "M02"]


@pytest.mark.parametrize("other", ["赵方", "赵 芳", "赵芳（小）", "趙芳", "赵芳之女", "赵\ue800", None])
def test_names_that_sound_alike_or_are_no_names_are_no_conflict(other: str | None) -> None:
    found = rules("clinic", {"name": "赵芳"}, {"name": other, "service_date": "2026-10-13"})
    assert not any("M02" in rule for rule in found)


def test_a_name_conflict_needs_the_same_file() -> None:
    found = rules("clinic", {"name": "赵芳"}, {"name": "李梅", "delivery": "two"})
    assert found == ["", ""]


def test_a_row_with_several_people_stays_out_of_the_comparison() -> None:
    found = rules("clinic", {"name": "赵芳"}, {"name": "李梅、王芳", "service_date": "2026-10-13"})
    assert found == ["", "M03"]


def test_a_phone_of_six_people_belongs_to_nobody() -> None:
    people = [
        {"name": f"赵{letter}", "id_number": number("19920304", 100 + 2 * n)} for n, letter in enumerate("甲乙丙丁戊己")
    ]
    assert rules("clinic", *people[:5]) == [""] * 5
    assert rules("clinic", *people) == ["W06"] * 6
    assert typed("clinic", *people)["phone_shared"].tolist() == [True] * 6


def test_a_row_sent_twice_counts_once() -> None:
    found = rules("clinic", {}, {}, {"service_date": "2026-10-13"})
    assert found == ["", "W03", ""]


def test_without_a_number_the_same_person_is_the_same_sound_birth_date_and_phone() -> None:
    row = {"id_number": None, "birth_date": "2024-03-05", "service_class": "04", "service_item": "0409"}
    found = rules("clinic", row, {**row, "name": "赵 方"}, {**row, "phone": "13700137001"})
    assert found == ["", "W03", ""]


def test_doses_are_judged_by_the_list_of_vaccines() -> None:
    dose = {
        "name": "王小宝", "id_number": CHILD, "sex": "男", "birth_date": "2024-03-05", "service_class": "03",
        "service_item": "0302", "dose_date": "2026-10-12", "guardian_name": "赵芳",
    }  # fmt: skip
    found = rules(
        "clinic",
        {**dose, "vaccine": "乙肝疫苗", "dose_number": "3"},
        {**dose, "vaccine": "乙肝疫苗", "dose_number": "4"},
        {**dose, "vaccine": "神奇疫苗", "dose_number": "1"},
        {**dose, "vaccine": "百白破疫苗", "dose_number": "1", "dose_date": "2024-03-01"},
        {**dose, "vaccine": "甲肝减毒活疫苗", "dose_number": "1", "dose_date": "2026-11-01"},
        {**dose, "vaccine": "A+C", "dose_number": "1"},
        {**dose, "vaccine": "乙肝疫苗第四针"},
        {**dose, "vaccine": "百白破加强"},
        {**dose, "vaccine": "0201-乙肝疫苗（CHO）某厂", "dose_number": "1"},
    )
    assert found == ["", "R11", "R11", "R12;W10", "R12", "W10", "R11;W03", "", ""]


def woman(n: int, **cells: str | None) -> dict[str, str | None]:
    """One of several women, each with a name, number and phone of her own."""
    name = f"赵{'甲乙丙丁戊己庚辛'[n]}"
    return {"name": name, "id_number": number("19920304", 100 + 2 * n), "phone": f"1380013800{n}", **cells}


def test_an_antenatal_row_must_be_possible() -> None:
    visit = {"service_class": "05", "service_item": "0502", "last_menses": "2026-06-10"}
    after = {"service_item": "0507", "last_menses": "2025-11-20", "delivery_date": "2026-09-01"}
    found = rules(
        "clinic",
        woman(0, **visit),
        woman(1, **visit | {"last_menses": "2026-09-20"}),
        woman(2, **visit | {"id_number": number("19920304", 761), "sex": "男"}),
        woman(3, **visit | {"id_number": number("20160304", 762), "birth_date": "2016-03-04"}),
        woman(4, **visit | {"last_menses": None, "gestation": "45+1"}),
        woman(5, **visit | after),
    )
    assert found == ["", "R13", "R13", "R13", "R13", ""]


def test_a_case_is_not_reported_before_it_is_diagnosed() -> None:
    case = {"service_class": "11", "service_item": "1101", "disease": "流行性感冒"}
    found = rules(
        "clinic",
        woman(0, **case, diagnosed_at="2026-10-12 10:00", reported_at="2026-10-12 12:00"),
        woman(1, **case, diagnosed_at="2026-10-12 10:00", reported_at="2026-10-12 09:00"),
        woman(2, **case, diagnosed_at="2026-10-12 10:00", reported_at="2026-10-12"),
        woman(3, **case, diagnosed_at="2026-10-12", reported_at="2026-10-11"),
    )
    assert found == ["", "R14", "W12", "R14;W12"]


def test_the_same_as_above_is_followed_in_addresses_only() -> None:
    rows = typed(
        "police",
        {"hukou_code": None, "hukou_address": "河南省扶沟县城关镇"},
        {"hukou_code": None, "hukou_address": "同上"},
        {"hukou_code": None, "hukou_address": "〃", "stay_reason": "同上"},
        {"hukou_code": None, "hukou_address": "同上", "delivery": "two"},
    )
    assert rows["hukou_code6"].fillna("").tolist() == ["411621", "411621", "411621", ""]
    assert rows["stay_reason"].isna().tolist() == [False, False, True, False]


def test_a_block_title_names_the_village_of_its_rows() -> None:
    rows = typed("police", {"block": "一、苏李村"}, {"block": "一、苏李村", "village": "王村"})
    assert rows["village"].tolist() == ["苏李村", "王村"]


def test_the_scope_follows_from_hukou_and_the_sender_s_township() -> None:
    rows = typed("police", {}, {"hukou_code": None}, {"hukou_code": "341222"}, {"hukou_code": "370306002"})
    assert rows["scope"].tolist() == ["inter_county_same_city", "unknown", "inter_province", "intra_district"]


def test_a_row_s_name_depends_on_file_sheet_and_row_alone() -> None:
    one, other = typed("police", {}, {"name": "李四"}), typed("police", {"name": "周七"}, {})
    assert one["row_id"].tolist() == other["row_id"].tolist()
    assert one["row_id"].str.fullmatch("[0-9a-f]{24}").all()
    assert one["row_id"].is_unique
