"""The cover: ten lines that agree with the lists, what to do by when, and nothing drawn that was not printed."""

from datetime import date
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.rules.letters.cover import cover_rows, cover_steps, target_rows, trend_rows
from exchange.rules.letters.letters import office_workbook
from exchange.rules.letters.notices import MonthFacts
from exchange.rules.letters.workbooks import Letterhead, SenderState

PROJECT = Path(__file__).parents[2]
REGISTRY = load_registry(PROJECT / "schemas", PROJECT / "expectations")
DAY = date(2026, 10, 31)
HEAD = Letterhead("370306", "周村区", "北郊镇", "", "卫生健康办公室", "周政办字〔2017〕138号", Period(2026, 10))
BALANCE = {"opening": 20, "new": 1, "late_reg": 1, "out": 1, "closing": 21}


def sender(role="residence_register", status="reported", name="北郊镇派出所"):
    return SenderState(role, "PS", "公安派出所", "1", name, status, rows_in=10, rows_kept=9, rows_aside=1)


def person(number, **more):
    return {"person_id": f"P{number}", "sex": "1", "birth_date": "1990-03-07", "inflow_type": "NEW", **more}


SENDERS = (sender(), sender("employment", "missing", "北郊镇人社所"))
WOMAN, CHILD = person(2, sex="2", inflow_type="LATE_REG"), person(3, birth_date="2024-01-01")


def facts(senders=SENDERS, **more):
    lists = {
        "inflow": [person(1), WOMAN, CHILD],
        "pregnant": [{**WOMAN, "high_risk": True, "due_items": "孕16—20周随访"}],
        "outflow": [person(4, outflow_type="OUT", open_services="儿保：12月龄")],
        "due": [
            person(5, due_group="儿童", due_on="2026-09-30"),
            person(6, due_group="儿童、孕产妇", due_on="2026-10-01"),
        ],
    }
    return MonthFacts(DAY, BALANCE, more.pop("lists", lists), senders, **more)


def line(rows, item):
    return next(row for row in rows if row["item"] == item)


def test_the_cover_tells_the_month_in_ten_lines():
    rows = cover_rows(facts())
    assert [row["seq"] for row in rows] == list(range(1, 11))
    assert [row["value"] for row in rows] == [3, 1, 0, 0, 2, 1, 0, 1, 21, 1]
    assert line(rows, "新增流入")["text"] == "新增2人，补登1人；其中育龄妇女1人，孕妇1人，0—6岁儿童1人"
    assert line(rows, "现孕妇女")["text"] == "高危1人，应做产检1人"
    assert line(rows, "应服务人员")["text"] == "儿童2人，孕产妇1人"
    assert line(rows, "流出及注销")["text"] == "流出1人；有未完服务1人"
    assert line(rows, "月末在管")["text"] == "月初20人＋流入2人－流出及注销1人＝月末21人"
    assert line(rows, "来文单位")["text"].startswith("应报2个；缺报：北郊镇人社所；接收20行，入库18行，问题2行")


def test_each_line_stands_beside_the_month_before():
    before = {"inflow": 3, "due": 5, "closing": 20}
    rows = cover_rows(facts(before=before))
    told = {
        item: (line(rows, item)["before"], line(rows, item)["change"])
        for item in ("新增流入", "应服务人员", "月末在管")
    }
    assert told == {"新增流入": (3, "0"), "应服务人员": (5, "-3"), "月末在管": (20, "+1")}


def test_a_first_month_has_nothing_to_compare_with():
    assert {(row["before"], row["change"]) for row in cover_rows(facts())} == {("—", "—")}


@pytest.mark.parametrize(("status", "said"), [("reported", "本月无"), ("missing", "缺报：北郊镇派出所")])
def test_the_cover_says_nothing_this_month_only_when_the_station_reported(status, said):
    rows = cover_rows(MonthFacts(DAY, {}, {}, (sender(status=status),)))
    assert (line(rows, "新增流入")["text"], line(rows, "流出及注销")["text"]) == (said, said)
    assert line(rows, "漏管待核实")["text"] == "本月无"
    assert line(rows, "月末在管")["value"] is None


def test_the_steps_name_only_what_there_is_to_do_and_by_when():
    steps = cover_steps(facts(answered={"属实": 4, "已离开": 1}, unsigned={"2026-08": 1, "2026-09": 2}))
    assert [step[:2] for step in steps] == ["1．", "2．", "3．", "4．", "5．", "6．"]
    assert "2026年8月1件、2026年9月2件" in steps[0]
    assert steps[2].startswith("3．11月30日前：电话预约应服务人员2人，先安排已逾期的1人")
    assert steps[4] == "5．12月10日前：催报缺报单位，到文计入下月：北郊镇人社所。"
    assert steps[5].endswith("（已收到5条：属实4条、已离开1条）。")
    quiet = cover_steps(facts((sender(),), lists={}))
    assert [step.split("：")[0] for step in quiet] == ["1．即日", "2．12月10日前"]


def test_days_roll_over_the_year():
    steps = cover_steps(MonthFacts(date(2026, 11, 30), {}, {}, ()))
    assert steps[-1].startswith("2．1月10日前")


def test_only_printed_rates_are_drawn_those_with_a_target_first():
    rows = [
        {"title": "甲", "rate": "41.9%", "target": "—"},
        {"title": "乙", "rate": "—", "target": "≥95%"},
        {"title": "丙", "rate": "100.0%", "target": "≥95%"},
        {"title": "丁", "rate": "不可计算", "target": "不断提高"},
    ]
    assert target_rows(facts(indicators=rows)) == [
        {"title": "丙", "rate": 100.0, "target": 95.0}, {"title": "甲", "rate": 41.9, "target": None}]  # fmt: skip


def test_the_trend_shows_a_year_at_most():
    trend = [{"month": f"m{number}", "closing": number, "came": 0, "left": 0} for number in range(20)]
    assert [row["closing"] for row in trend_rows(facts(trend=trend))] == list(range(8, 20))


def test_the_cover_is_planned_with_its_steps_and_exhibits():
    trend = [{"month": "2026-10", "closing": 21, "came": 2, "left": 1}]
    plan = office_workbook(REGISTRY.products["notice_office"], HEAD, facts(trend=trend), REGISTRY.codes, ())
    cover = plan.sheets[0]
    assert (cover.name, len(cover.rows), cover.steps[0][:4]) == ("通报单", 10, "1．即日")
    assert [(exhibit.kind, exhibit.rows) for exhibit in cover.exhibits] == [
        ("trend", (("2026-10", 21, 2, 1),)), ("targets", ())]  # fmt: skip


def test_every_sheet_of_every_product_prints_at_eight_points_or_more_one_page_wide():
    small = [
        f"{product.name}: {sheet.name}"
        for product in REGISTRY.products.values()
        for sheet in product.sheets
        if sheet.kind != "returned" and sheet.printed_size < 8
    ]
    assert small == []
