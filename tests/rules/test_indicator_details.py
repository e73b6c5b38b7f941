"""Indicators in detail: no row, and no difference between rows, tells of fewer people than the floor."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from exchange.registry.spec_indicators import Aside, Indicator
from exchange.rules.indicator_details import aside_text, dose_rows, village_rows

FLOOR = 10
BASE: dict[str, Any] = {
    "title": "建档率", "formula": "甲", "numerator": "乙", "denominator": "丙", "period": "stock",
    "numerator_by": "with_record", "denominator_by": "here_6_months", "source": "某文件", "status": "COMPUTED",
}  # fmt: skip
BY_VILLAGE = Indicator(id="K05", figure="K05", grain="village", **BASE)
BY_DOSE = Indicator(id="K01", figure="K01", by_part=True, **BASE)
LEFT = Indicator(id="K14", figure="K14", asides=(Aside(name="left", title="已离开", by="newborns_left"),), **BASE)


def detail(name: str, kind: str, about: str, numerator: int | None, denominator: int, people: int) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "detail": about, "numerator": numerator, "denominator": denominator,
        "people": people,
    }  # fmt: skip


def villages(people: dict[str, int]) -> list[dict[str, Any]]:
    found = [detail("K05", "village", place, count // 2, count, count) for place, count in people.items()]
    return village_rows([BY_VILLAGE], found, {"370306001201": "东庄村委会"}, FLOOR)


def test_villages_go_by_their_names_and_a_small_one_takes_the_next_larger_with_it() -> None:
    told = villages({"370306001201": 12, "北庄": 11, "南庄": 2})
    assert [(row["village"], row["k05_due"]) for row in told] == [
        ("东庄村委会", 12),
        ("其他村（居）", 13),
        ("合计", 25),
    ]


def test_people_without_a_village_are_a_village_of_their_own() -> None:
    assert [row["village"] for row in villages({"": 40, "北庄": 30})] == ["北庄", "未填村（居）", "合计"]


def test_ten_doses_of_one_child_are_one_person() -> None:
    found = [detail("K05", "village", place, 0, 40, people) for place, people in (("甲", 30), ("乙", 20), ("丙", 1))]
    told = village_rows([BY_VILLAGE], found, {}, FLOOR)
    assert [row["village"] for row in told] == ["甲", "其他村（居）", "合计"]


@given(st.dictionaries(st.text("甲乙丙丁戊己", min_size=1, max_size=3), st.integers(1, 40), max_size=12))
def test_no_row_stands_on_fewer_than_the_floor_unless_the_township_does_and_rows_add_up(people: dict[str, int]) -> None:
    told = villages(people)
    rows, total = told[:-1], sum(people.values())
    assert sum(row["k05_due"] for row in rows) == total
    assert all(row["k05_due"] >= FLOOR for row in rows) or total < FLOOR or len(rows) == 1
    assert not any(row["village"] == place for row in rows for place, count in people.items() if count < FLOOR)


def test_doses_come_in_the_order_of_the_schedule_and_add_up() -> None:
    found = [detail("K01", "part", dose, 1, due, due) for dose, due in (("乙肝第2剂", 40), ("卡介苗", 2), ("新苗", 3))]
    told = dose_rows([BY_DOSE], found, ("卡介苗", "乙肝第1剂", "乙肝第2剂"))
    assert [row["dose"] for row in told] == ["卡介苗", "乙肝第2剂", "新苗", "合计"]
    assert [row["k01_rate"] for row in told] == ["50.0%*", "2.5%", "33.3%*", "6.7%"]
    assert (told[-1]["k01_due"], told[-1]["k01_done"]) == (45, 3)


def test_who_is_counted_beside_a_rate_is_told_in_words_and_few_of_a_sensitive_service_are_not() -> None:
    found = [detail("K14", "aside", "left", None, 2, 2)]
    assert aside_text(LEFT, found) == "已离开2"
    assert aside_text(LEFT.model_copy(update={"sensitive": True}), found) == "已离开<3"
    assert (aside_text(LEFT, ()), aside_text(BY_DOSE, ())) == ("无", "—")
