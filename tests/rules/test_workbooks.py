"""Lists become sheets: order, words, ages, and what an empty list says."""

from datetime import date
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.model.sheets import FoundSheet
from exchange.registry.load import load_registry
from exchange.registry.spec_products import Product, Sheet
from exchange.rules.letters.letters import file_name, office_workbook
from exchange.rules.letters.notices import MonthFacts
from exchange.rules.letters.township_guard import check_township, id_numbers
from exchange.rules.letters.workbooks import Letterhead, SenderState, full_months, full_years, print_table
from exchange.rules.returning.feedback import SenderMonth, feedback_workbook

PROJECT = Path(__file__).parents[2]
REGISTRY = load_registry(PROJECT / "schemas", PROJECT / "expectations")
OFFICE = REGISTRY.products["notice_office"]
FEEDBACK = next(product for product in REGISTRY.products.values() if product.recipient("agency"))
HEAD = Letterhead(
    "370306", "周村区", "北郊镇", "北郊镇派出所", "卫生健康办公室", "周政办字〔2017〕138号", Period(2026, 10)
)
DAY = date(2026, 10, 31)


def sheet_of(product: Product, name: str) -> Sheet:
    return next(sheet for sheet in product.sheets if sheet.name == name)


def sender(role: str = "residence_register", status: str = "reported", name: str = "北郊镇派出所") -> SenderState:
    return SenderState(role, "PS", "公安派出所", "1", name, status, rows_in=10, rows_kept=9, rows_aside=1)


def person(number: int, **more: object) -> dict[str, object]:
    return {
        "list": "inflow", "person_id": f"P{number}", "token": f"T{number}", "id_number": None, "name": f"人{number}",
        "name_key": f"ren{number}", "sex": "1", "birth_date": "1990-03-07", "village12": "370306100201",
        "current_address": "一号", "arrive_date": "2026-10-05", "inflow_type": "NEW", **more,
    }  # fmt: skip


def printed(entries, name="新增流入人员", senders=None, head=HEAD):
    senders = (sender(),) if senders is None else senders
    return print_table(sheet_of(OFFICE, name), entries, head, REGISTRY.codes, senders)


def column(table, heading):
    place = [item.heading for item in table.columns].index(heading)
    return [row[place] for row in table.rows]


def test_the_sheets_of_the_agreement_stand_in_its_order():
    agreed = [
        "通报单", "新增流入人员", "流入育龄妇女(孕情)", "流入育龄妇女(生育)", "0-6岁流入儿童", "流出及注销人员",
        "漏管待核实人员", "服务接续", "应服务人员", "有登未服人员", "服务统计台账", "月报表", "指标完成情况",
        "数据质量",
    ]  # fmt: skip
    assert [sheet.name for sheet in OFFICE.sheets if sheet.name in agreed] == agreed


def test_rows_go_by_village_then_household_with_its_head_first_then_date_then_pinyin():
    entries = [
        person(1, village12="370306100202"),
        person(2, relation="10"),
        person(3, relation="01"),
        person(4, current_address="二号", arrive_date="2026-10-20", name_key="bo"),
        person(5, current_address="二号", arrive_date="2026-10-20", name_key="an"),
        person(6, current_address="二号", arrive_date="2026-10-02", name_key="zhou"),
    ]
    assert column(printed(entries), "姓名") == ["人3", "人2", "人6", "人5", "人4", "人1"]
    assert column(printed(entries), "序号") == [1, 2, 3, 4, 5, 6]


def test_codes_are_printed_in_words_and_dates_stay_dates():
    table = printed([person(1, marital="20", inflow_type="MOVE_IN", sources=["PS", "HR"])])
    assert column(table, "性别") == ["男"]
    assert column(table, "婚姻状况") == ["已婚"]
    assert column(table, "流入类型") == ["区内移入"]
    assert column(table, "数据来源") == ["公安、人社"]
    assert column(table, "流入日期") == [date(2026, 10, 5)]


@pytest.mark.parametrize(
    ("birth", "years", "months"),
    [
        (date(2026, 10, 31), 0, 0),
        (date(2026, 9, 30), 0, 1),
        (date(2025, 11, 1), 0, 11),
        (date(2025, 10, 31), 1, 12),
        (date(2020, 2, 29), 6, 80),
        (date(1976, 11, 1), 49, 599),
    ],
)
def test_ages_are_completed_years_and_months_on_the_last_day(birth, years, months):
    assert (full_years(birth, DAY), full_months(birth, DAY)) == (years, months)


def test_an_empty_list_says_so_only_when_its_senders_reported():
    assert printed([]).empty == "本月无"
    assert printed([], senders=(sender(status="zero"),)).empty == "本月无"
    assert printed([], senders=(sender(status="missing"),)).empty == "缺报：北郊镇派出所"
    assert printed([], senders=(sender(status="rejected"),)).empty == "缺报：北郊镇派出所（整表退回）"


def test_a_silent_sender_of_other_lists_does_not_matter():
    assert printed([], senders=(sender(), sender("service_log", "missing", "北郊镇卫生院"))).empty == "本月无"


def test_a_list_with_rows_names_the_sender_that_is_missing():
    table = printed([person(1, list="missed")], "漏管待核实人员", (sender("employment", "missing", "北郊镇人社所"),))
    assert "北郊镇人社所本月缺报" in table.notes[0]


def test_the_missed_show_age_and_a_mask_and_never_a_birth_date():
    table = printed([person(1, list="missed", id_number="110101199003078013")], "漏管待核实人员")
    assert column(table, "证件号（掩码）") == ["110*************13"]
    assert column(table, "年龄") == [36]
    assert date(1990, 3, 7) not in table.rows[0]


def test_every_sheet_prints_only_what_its_recipient_is_entitled_to():
    noisy = person(1, id_number="110101199003078013", diagnosis="x", religion="y", wage="9999")
    for sheet in OFFICE.sheets:
        if sheet.kind == "persons":
            table = print_table(sheet, [{**noisy, "list": sheet.lists[0]}], HEAD, REGISTRY.codes, ())
            assert len(table.rows[0]) == len(sheet.columns)
            assert not {"x", "y", "9999"} & {str(cell) for cell in table.rows[0]}


def test_sensitive_services_are_counts_and_small_ones_are_not_even_that():
    month = MonthFacts(DAY, {}, {}, (sender("service_log"),), services={"04": 9, "08": 2, "20": 5})
    plan = office_workbook(OFFICE, HEAD, month, REGISTRY.codes, ("08", "09", "11", "20"))
    note = next(sheet for sheet in plan.sheets if sheet.name == "服务统计台账").notes[0]
    assert "儿童保健9人次" in note
    assert "严重精神障碍<3人次、计生服务5人次，只列人次，不列名单" in note


def test_a_correction_carries_its_number_and_names_stay_short():
    corrected = Letterhead(
        "370306", "周村区", "北郊镇", "", "卫生健康办公室", "周政办字〔2017〕138号", Period(2026, 10), generation=2
    )
    assert file_name(OFFICE.file_name, HEAD) == "370306_周村区_北郊镇_流动人口信息通报_2026-10.xlsx"
    assert file_name(OFFICE.file_name, corrected).endswith("2026-10_更正1.xlsx")
    with pytest.raises(ValueError, match="longer"):
        file_name("长" * 101 + ".xlsx", HEAD)


FILE = {"file": "a/2026-10/1.csv", "status": "received", "rule": None, "message": None, "is_late": False,
        "rows_in": 5, "rows_kept": 4, "rows_warned": 0, "rows_aside": 1}  # fmt: skip


def test_feedback_names_file_row_column_problem_and_what_to_do():
    source = REGISTRY.of_role("residence_register")[0]
    problem = {
        "file": FILE["file"],
        "sheet": "",
        "row": 7,
        "rule": "R05",
        "field": "id_number",
        "row_token": "T",
        "disposition": "quarantine",
    }
    plan = feedback_workbook(FEEDBACK, HEAD, source, SenderMonth([FILE], [problem]), REGISTRY.rules)
    assert [sheet.name for sheet in plan.sheets] == ["反馈单", "问题汇总", "问题明细"]
    row = dict(zip([item.heading for item in plan.sheets[2].columns], plan.sheets[2].rows[0], strict=True))
    rule = REGISTRY.rules["R05"]
    assert (row["文件"], row["行号"], row["列"], row["问题代码"]) == ("1.csv", 7, "公民身份号码", "R05")
    assert (row["问题说明"], row["建议改法"], row["状态"]) == (rule.says, rule.asks, "未入库，请改正后重报")


def test_a_sender_without_problems_gets_a_short_receipt():
    source = REGISTRY.of_role("residence_register")[0]
    plan = feedback_workbook(FEEDBACK, HEAD, source, SenderMonth([FILE]), REGISTRY.rules)
    assert [sheet.name for sheet in plan.sheets] == ["反馈单"]
    assert plan.sheets[0].notes[0].startswith("无问题")


def test_the_guard_finds_foreign_missing_doubled_and_unmarked_rows():
    def found(*tokens, numbered=None):
        return [FoundSheet("名单", tokens, len(tokens) if numbered is None else numbered)]

    assert check_township(found("a", "b"), {"名单": {"a", "b"}}) == []
    assert "do not belong" in check_township(found("a", "x"), {"名单": {"a"}})[0]
    assert "missing" in check_township(found("a"), {"名单": {"a", "b"}})[0]
    assert "twice" in check_township(found("a", "a"), {"名单": {"a"}})[0]
    assert "carry 1 row tokens" in check_township(found("a", numbered=2), {"名单": {"a"}})[0]
    assert "not there" in check_township([], {"名单": set()})[0]
    assert "identity numbers" in check_township(found("a"), {"名单": {"a"}}, 1)[0]
    assert "should have none" in check_township(found("a"), {})[0]


@pytest.mark.parametrize(
    ("rule", "disposition", "state"),
    [
        ("W06", "warn", "已入库，请核对"),
        ("W06", "quarantine", "未入库，请一并核对"),
        ("M02", "quarantine", "未入库，待核实"),
        ("W06", "file_rejected", "整表退回，请改正后重报"),
    ],
)
def test_a_problems_state_is_what_became_of_its_row(rule, disposition, state):
    source = REGISTRY.of_role("residence_register")[0]
    problem = {"file": "a", "sheet": "", "row": 7, "rule": rule, "field": "phone", "disposition": disposition}
    plan = feedback_workbook(FEEDBACK, HEAD, source, SenderMonth([FILE], [problem]), REGISTRY.rules)
    assert column(plan.sheets[2], "状态") == column(plan.sheets[1], "状态") == [state]


def test_what_asks_for_nothing_is_no_problem():
    source = REGISTRY.of_role("employment")[0]
    note = {"file": "a", "sheet": "", "row": 7, "rule": "W07", "field": None, "disposition": "accept"}
    plan = feedback_workbook(FEEDBACK, HEAD, source, SenderMonth([FILE], [note]), REGISTRY.rules)
    assert [sheet.name for sheet in plan.sheets] == ["反馈单"]


def test_the_guard_reads_identity_numbers_wherever_they_stand_and_no_other_long_numbers():
    sheet = FoundSheet(
        "名单", (), 0, ("见110101199003078013号", "110101199003078014", "370306102000001234", "13812345678")
    )
    assert id_numbers([sheet]) == {"110101199003078013"}
