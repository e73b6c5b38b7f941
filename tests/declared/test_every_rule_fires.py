"""Every rule of the catalogue that decides something fires on a row made for it, and not on the row beside it."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from exchange.rules.deliveries import Intake, Known, Sighting, decide, delivery_id
from exchange.services.suites import run_suite
from tests.support.rows import PERIOD, WHOLE_ROWS, number, registry, rules

Row = dict[str, Any]

CHILD = {"name": "钱小宝", "id_number": None, "birth_date": "2026-05-31"}
DOSE = {**CHILD, "service_class": "03", "service_item": "0302", "vaccine": "乙肝疫苗", "dose_number": "1"}
CASE = {"service_class": "11", "service_item": "1101", "diagnosed_at": "2026-10-12 08:00"}
PREGNANT = {"service_class": "05", "service_item": "0502", "last_menses": "2026-06-15"}
FIRST = {**PREGNANT, "last_menses": "2026-02-01", "service_date": "2026-10-02"}

FIRES: list[tuple[str, str, Row | list[Row], Row | list[Row]]] = [
    ("R01", "police", {"name": "待补"}, {"name": "无名"}),
    ("R02", "hr", {"id_number": "无"}, {"id_number": "H12345678"}),
    ("R03", "clinic", {"id_number": "3.70321E+17"}, {"id_number": "'37032119920304762X"}),
    ("R04", "police", {"id_number": "37032119900101123"}, {"id_number": "370321900101123"}),
    ("R05", "police", {"id_number": "370321199001011230"}, {"id_number": "370321199001011231"}),
    ("R06", "hr", {"id_number": number("19850230")}, {"id_number": number("19850228")}),
    ("R07", "police", {"arrive_date": "2026-02-30"}, {"arrive_date": "2026-09"}),
    ("R08", "police", {"arrive_date": "2026-10-04"}, {"arrive_date": "2026-10-03"}),
    ("R09", "police", {"current_code": "370306002"}, {"current_code": "370306001"}),
    ("R10", "hr", {"work_from": "2001-02-02"}, {"work_from": "2001-02-03"}),
    ("R11", "clinic", {**DOSE, "vaccine": "神药", "dose_date": "2026-10-12"}, {**DOSE, "dose_date": "2026-10-12"}),
    ("R11", "clinic", {**DOSE, "dose_number": "9", "dose_date": "2026-10-12"}, {**DOSE, "dose_number": "3"}),
    ("R12", "clinic", {**DOSE, "dose_date": "2026-05-30"}, {**DOSE, "dose_date": "2026-05-31"}),
    ("R12", "clinic", {**DOSE, "dose_date": "2026-11-01"}, {**DOSE, "dose_date": "2026-10-31"}),
    ("R13", "clinic", {**PREGNANT, "last_menses": "2025-10-01"}, PREGNANT),
    ("R13", "clinic", {**PREGNANT, "id_number": None, "sex": "男"}, {**PREGNANT, "id_number": None, "sex": "女"}),
    ("R14", "clinic", {**CASE, "reported_at": "2026-10-12 07:59"}, {**CASE, "reported_at": "2026-10-12 08:00"}),
    ("R15", "hr", {"name": "李\ufffd国"}, {"name": "李?国"}),
    ("M01", "clinic", {**DOSE, "id_number": number("19920304", 102)}, {**DOSE, "id_number": number("20260531", 102)}),
    ("M01", "police", {**CHILD, "id_number": number("19920304")}, {**CHILD, "id_number": number("20260531")}),
    ("M02", "hr", [{}, {"name": "张三"}], [{}, {"name": "李建囯"}]),
    ("M03", "police", {"name": "王小明、李四"}, {"name": "阿依·古丽"}),
    ("W01", "police", {"id_number": number("19900101", 1, "730306")}, {"id_number": number("19900101", 1, "370181")}),
    ("W02", "police", {"sex": "女"}, {"sex": "男"}),
    ("W03", "hr", [{}, {}], [{}, {"work_from": "2025-04-01"}]),
    ("W04", "police", {"register_date": "2026-09-30", "arrive_date": "2026-09-30"}, {"register_date": "2026-10-31"}),
    ("W05", "police", {"stay_reason": "种树"}, {"stay_reason": "01-务工"}),
    ("W06", "hr", {"phone": "61234"}, {"phone": "0533-6410000"}),
    ("W09", "clinic", {"service_date": "2026-09-30"}, {"service_date": "2026-10-01"}),
    ("W10", "clinic", {**DOSE, "dose_number": "2", "dose_date": "2026-06-02"}, {**DOSE, "dose_date": "2026-06-02"}),
    ("W11", "clinic", [FIRST, PREGNANT], [{**FIRST, "termination": "2026-04-01"}, PREGNANT]),
    ("W11", "clinic", [FIRST, PREGNANT], [{**FIRST, "last_menses": "2026-06-01"}, PREGNANT]),
    ("W12", "clinic", {**CASE, "reported_at": "2026-10-12"}, {**CASE, "reported_at": "2026-10-12 09:00"}),
    ("W13", "clinic", {"service_class": "06", "service_item": "0601"},
     {"service_class": "06", "service_item": "0601", "birth_date": "1961-12-31", "id_number": None}),
]  # fmt: skip
"""Rule, source, rows of one file the last of which breaks it, and rows of a file in which none does."""

FILES = ("F01", "F02", "F03", "F04", "F06", "F07")
ELSEWHERE = {"W08": "tests/sql/publish/mark_w08", "P": "expectations/published.json"}
"""Rules that need the register or the published tables, and where they are shown or declared."""


@cache
def found() -> dict[tuple[int, str], list[str]]:
    """(Place in FIRES, fires or not) -> the rules of each row; every file by itself, all files of a source at once."""
    answers: dict[tuple[int, str], list[str]] = {}
    for source in WHOLE_ROWS:
        files = [
            (place, word, rows if isinstance(rows, list) else [rows])
            for place, (_, of, *both) in enumerate(FIRES)
            if of == source
            for word, rows in zip(("breaks", "keeps"), both, strict=True)
        ]
        flat = [{**row, "delivery": f"{place}-{word}"} for place, word, rows in files for row in rows]
        judged = iter(rules(source, *flat))
        answers |= {(place, word): [next(judged) for _ in rows] for place, word, rows in files}
    return answers


@pytest.mark.parametrize("place", range(len(FIRES)), ids=[f"{rule}-{source}" for rule, source, _, _ in FIRES])
def test_a_rule_fires_on_its_row_and_not_on_the_neighbour(place: int) -> None:
    rule = FIRES[place][0]
    assert rule in found()[place, "breaks"][-1].split(";")
    assert not any(rule in one.split(";") for one in found()[place, "keeps"])


def test_rules_about_files_fire_on_their_file_and_not_on_the_neighbour() -> None:
    files = pd.DataFrame(
        {
            "delivery_id": ["F01", "F02", "F03", "F06", "F07", "good"],
            "outcome": ["F01", "F02", "F03", "ok", "ok", "ok"],
            "total_agrees": pd.array([None, None, None, False, True, True], dtype="boolean"),
            "data_rows": [0, 0, 20, 20, 20, 20],
            "returned_share": pd.array([0.0, 0.0, 0.0, 0.2, 0.21, 0.2], dtype="Float64"),
        }
    )
    run = run_suite("deliveries", registry().suites["deliveries"], files, "delivery_id")
    assert {one.rule: one.ids for one in run.findings if one.ids} == {name: (name,) for name in FILES if name != "F04"}


def test_a_file_sent_twice_is_told_so_and_another_is_not() -> None:
    intake = Intake(code="PS", senders=("370306001",), kinds=("delta",), period=PERIOD, frozen=False)
    path = "police/2026-10/370306001_PS_2026-10_delta_v{}.csv"
    parts = {"unit_code": "370306001", "file_period": "2026-10", "kind": "delta"}
    before = Known(
        delivery_id=delivery_id(path.format(1), "aa"), path=path.format(1), sha256="aa", version=1, status="received",
        rule=None, processed_period=None, **parts,
    )  # fmt: skip

    def rule_of(sha256: str) -> str | None:
        file = Sighting(path.format(2), "2026-10", code="PS", version=2, sha256=sha256, **parts)
        return decide([file], [before], intake).decisions[0].rule

    assert (rule_of("aa"), rule_of("bb")) == ("F04", None)


def test_no_rule_that_decides_is_left_without_its_test() -> None:
    deciding = {rule.id for rule in registry().rules.values() if rule.severity in "FRMW"}
    shown = {rule for rule, *_ in FIRES} | set(FILES)
    left = {rule for rule in deciding - shown if rule not in ELSEWHERE and rule[0] not in ELSEWHERE}
    assert not left
    assert all((Path(__file__).parents[2] / place).exists() for place in ELSEWHERE.values())


def test_every_rule_of_a_suite_says_what_is_wrong_and_what_to_do_in_chinese() -> None:
    for rule in registry().rules.values():
        assert any("\u4e00" <= character <= "\u9fff" for character in rule.says), rule.id
        assert any("\u4e00" <= character <= "\u9fff" for character in rule.asks), rule.id
