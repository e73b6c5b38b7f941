"""Which month and unit a title or a sheet's name speaks of, and which sheets are data."""

import pytest

from exchange.model.period import Period
from exchange.rules.layout.sheets import SheetView, contradicts, sheet_roles
from exchange.rules.layout.titles import sheet_period, title_period, title_unit

MONTH = Period(2026, 10)


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("周村区某镇流动人口居住登记情况通报表（2026年8月）", "2026-08"),
        ("台账 2026-08", "2026-08"),
        ("台账2026.08", "2026-08"),
        ("202608台账", "2026-08"),
        ("二〇二六年八月", "2026-08"),
        ("8月份流动人口情况表", "2026-08"),
        ("12月份流动人口情况表", "2025-12"),
        ("2026年9月汇总 统计月份：2026年8月", "2026-08"),
        ("填报日期：2026年10月28日", None),
        ("报送时间：2026年11月", None),
        ("按照2026年9月会议要求 2026年10月流动人口台账", "2026-10"),
        ("打印日期：2026-11 统计月份：2026年10月", "2026-10"),
        ("2026年1-9月", None),
        ("0-6月龄儿童", None),
        ("2026-08-03", None),
        ("情况表", None),
    ],
)
def test_the_month_of_a_title(title, month):
    assert title_period(title, MONTH) == (Period.parse(month) if month else None)


def test_a_sheet_name_may_be_only_a_month_but_never_an_age():
    assert sheet_period("9月", MONTH) == Period(2026, 9)
    assert sheet_period("6月龄", MONTH) is None
    assert sheet_period("上月", MONTH) == Period(2026, 9)
    assert sheet_period("Sheet1 (2)", MONTH) is None


def test_the_unit_of_a_title_ends_at_the_next_blank():
    assert title_unit("填报单位：王村镇派出所　　统计月份：2026年10月　　单位：人") == "王村镇派出所"
    assert title_unit("编制单位: 王村镇人社所 月份:") == "王村镇人社所"
    assert title_unit("单位：人") is None
    assert title_unit("填报单位：________") is None


def view(name="Sheet1", visible=True, has_header=True, named=None, titled=None):
    return SheetView(name=name, visible=visible, has_header=has_header, name_period=named, title_period=titled)


def test_last_month_s_sheet_beside_this_month_s_is_stale():
    last, this = view(named=Period(2026, 9)), view(named=MONTH, titled=MONTH)
    assert sheet_roles([last, this], MONTH) == ("stale_sheet", "data")


def test_a_lone_sheet_of_another_month_is_a_file_of_the_wrong_month():
    lone = view(titled=Period(2026, 9))
    assert sheet_roles([lone, view(visible=False)], MONTH) == ("data", "hidden_sheet")
    assert contradicts(lone, MONTH)


def test_on_a_lone_sheet_the_title_outweighs_a_name_nobody_changed():
    lone = view(named=Period(2026, 9), titled=MONTH)
    assert sheet_roles([lone], MONTH) == ("data",)
    assert not contradicts(lone, MONTH)


def test_every_visible_sheet_with_a_header_is_data_and_the_rest_is_told_apart():
    sheets = [view("健康档案"), view("预防接种"), view("说明", has_header=False), view("字典", visible=False)]
    assert sheet_roles(sheets, MONTH) == ("data", "data", "other", "hidden_sheet")
