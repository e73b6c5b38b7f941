"""The written workbook, opened by readers that did not write it."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from exchange.model.errors import PublicationError
from exchange.model.sheets import Exhibit, SheetColumn, SheetTable, WorkbookPlan
from exchange.services.sheets.guard import read_finished
from exchange.services.sheets.workbook import write_workbook
from exchange.services.sheets.workbook_cells import CellSheet

COLUMNS = (
    SheetColumn("序号", 5, "integer"),
    SheetColumn("姓名", 9),
    SheetColumn("公民身份号码", 20),
    SheetColumn("出生日期", 11, "date"),
    SheetColumn("现居住地址", 20, wrap=True),
    SheetColumn("核实结果", 12, choices=("已离开", "其他")),
    SheetColumn("行标识", 9, "token"),
)
ROW = (1, "甲", "110101199003078013", date(1990, 3, 7), "北郊镇一号" * 8, "", "AAAAAAAAAA")
SHEET = SheetTable(
    "名单", "北郊镇名单", "填报单位：甲", "统计月份：2026年10月", "单位：人", COLUMNS, (ROW,), persons=True
)
PLAN = WorkbookPlan("标题", "北郊镇卫生健康办公室", "用途", "内部资料", "2026-10-g1", date(2026, 10, 31), (SHEET,))


def opened(plan):
    return openpyxl.load_workbook(BytesIO(write_workbook(plan)))


def with_row(*cells):
    return replace(PLAN, sheets=(replace(SHEET, rows=((*cells, *ROW[len(cells) :]),)),))


def parts(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_equal_plans_give_equal_bytes():
    assert write_workbook(PLAN) == write_workbook(replace(PLAN))


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/c calc'!A0", "@SUM(A1)", "+1", "-1", "＝1", "\t=1", "{=1}", "http://a.b"]
)
def test_what_a_clerk_typed_is_never_a_formula_or_a_link(text):
    content = write_workbook(with_row(1, text))
    for name, part in parts(content).items():
        assert b"<f>" not in part, name
        assert b"<f " not in part, name
        assert b"<hyperlink" not in part, name
    assert openpyxl.load_workbook(BytesIO(content))["名单"]["B4"].value == text


def test_numbers_of_persons_are_text_and_dates_are_dates():
    sheet = opened(PLAN)["名单"]
    assert (sheet["C4"].data_type, sheet["C4"].number_format, sheet["C4"].value) == ("s", "@", ROW[2])
    assert (sheet["D4"].is_date, sheet["D4"].number_format, sheet["D4"].value.date()) == (True, "yyyy-mm-dd", ROW[3])


def test_the_sheet_prints_as_a_form():
    sheet = opened(PLAN)["名单"]
    assert sheet["A1"].value == "北郊镇名单"
    assert "A1:F1" in {str(area) for area in sheet.merged_cells.ranges}
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_area == "'名单'!$A$1:$F$5", "the token is for the screen"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddHeader.left.text == "用途：用途"
    assert "北郊镇卫生健康办公室" in sheet.oddFooter.left.text
    assert all(sheet.cell(3, place).font.bold for place in range(1, 8))
    assert sheet["A4"].border.left.style == "thin"
    assert sheet["E4"].alignment.wrap_text


def test_a_long_address_gets_the_height_it_needs():
    assert opened(PLAN)["名单"].row_dimensions[4].height > 50
    assert opened(with_row(1, "甲", "", None, "短"))["名单"].row_dimensions[4].height < 21


def test_the_file_names_its_recipient_and_purpose():
    book = opened(PLAN)
    assert book.properties.subject == "用途"
    assert {prop.name: prop.value for prop in book.custom_doc_props.props}["接收单位"] == "北郊镇卫生健康办公室"
    assert book.properties.created.date() == date(2026, 10, 31)


def test_an_empty_sheet_says_why():
    assert opened(replace(PLAN, sheets=(replace(SHEET, rows=(), empty="本月无"),)))["名单"]["A4"].value == "本月无"


def test_every_sheet_says_below_its_rows_for_what_and_for_whom_it_is():
    last = [row[0] for row in opened(PLAN)["名单"].iter_rows(values_only=True)][-1]
    assert last == "用途：用途。内部资料，仅供北郊镇卫生健康办公室使用，不得转作他用。批次：2026-10-g1"


def test_a_clerk_chooses_from_a_list_is_told_how_and_meets_no_lock():
    answer = replace(COLUMNS[5], kind="answer", hint="请选一项。")
    sheet = opened(replace(PLAN, sheets=(replace(SHEET, columns=(*COLUMNS[:5], answer, COLUMNS[6])),)))["名单"]
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.type, rule.formula1) == ("F4", "list", '"已离开,其他"')
    assert (rule.promptTitle, rule.prompt) == ("核实结果", "请选一项。")
    assert not sheet.protection.sheet
    assert sheet["F4"].fill.fgColor.rgb == "FFFFF9E0"


def test_a_folded_column_is_there_and_can_be_opened():
    folded = replace(COLUMNS[4], folded=True)
    sheet = opened(replace(PLAN, sheets=(replace(SHEET, columns=(*COLUMNS[:4], folded, *COLUMNS[5:])),)))["名单"]
    assert sheet.column_dimensions["E"].hidden
    assert (sheet.column_dimensions["E"].outlineLevel, sheet.column_dimensions["F"].collapsed) == (1, True)
    assert sheet["E4"].value == ROW[4]


def test_a_list_can_be_filtered_and_its_rows_alternate_in_colour():
    rows = (ROW, (2, *ROW[1:]))
    sheet = opened(replace(PLAN, sheets=(replace(SHEET, rows=rows, filtered=True, frozen=2),)))["名单"]
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A3:G5", "C4")
    assert sheet["B4"].fill.fill_type is None
    assert sheet["B5"].fill.fgColor.rgb == "FFF3F6FA"


COVER = replace(
    SHEET,
    columns=(SheetColumn("项目", 20), SheetColumn("本月", 8, "integer"), SheetColumn("情况", 40, wrap=True)),
    rows=tuple((f"第{line}行", line, "说明") for line in range(1, 11)),
    persons=False,
    steps=("1．即日：签收。", "2．12月10日前：退回。"),
    signature=(("通报单位：", "接收单位："),),
    exhibits=(
        Exhibit("trend", "在管", (SheetColumn("月份", 9), SheetColumn("在管", 8, "integer")), (("2026-10", 21),)),
        Exhibit(
            "targets",
            "指标",
            (SheetColumn("指标", 20, wrap=True), SheetColumn("完成值", 8, "rate"), SheetColumn("目标值", 8, "rate")),
            (("建档率", 90.5, 95.0), ("接种率", 80.0, None)),
        ),
    ),
)


def test_a_cover_draws_its_charts_from_figures_that_stand_beside_them():
    plan = replace(PLAN, sheets=(COVER,))
    assert write_workbook(plan) == write_workbook(replace(plan))
    sheet = opened(plan)["名单"]
    told = [
        [cell for cell in row if cell is not None] for row in sheet.iter_rows(min_row=14, max_row=16, values_only=True)
    ]
    assert told == [
        ["本月要办的事", "月份", "在管", "指标", "完成值", "目标值"],
        ["1．即日：签收。", "2026-10", 21, "建档率", 90.5, 95],
        ["2．12月10日前：退回。", "接种率", 80],
    ]
    charts = [part.decode() for name, part in parts(write_workbook(plan)).items() if "charts/chart" in name]
    assert [re.findall(r"<c:f>(.*?)</c:f>", chart) for chart in charts] == [
        ["名单!$F$14", "名单!$E$15", "名单!$F$15"],
        ["名单!$I$14", "名单!$H$15:$H$16", "名单!$I$15:$I$16", "名单!$J$14", "名单!$H$15:$H$16", "名单!$J$15:$J$16"],
    ]
    assert all(state.sheet_state == "visible" for state in opened(plan))


def test_a_year_of_months_stands_below_what_is_to_be_done():
    year = tuple((f"2026-{month:02d}", month) for month in range(1, 13))
    long = (replace(COVER.exhibits[0], rows=year), COVER.exhibits[1])
    sheet = opened(replace(PLAN, sheets=(replace(COVER, exhibits=long),)))["名单"]
    assert [sheet.cell(row, 6).value for row in range(15, 27)] == list(range(1, 13))
    assert sheet.cell(27, 1).value.startswith("用途：")


def test_a_month_without_figures_has_a_cover_without_charts():
    bare = tuple(replace(exhibit, rows=()) for exhibit in COVER.exhibits)
    content = write_workbook(replace(PLAN, sheets=(replace(COVER, exhibits=bare),)))
    assert not [name for name in parts(content) if "charts" in name]


def test_answers_are_offered_and_nothing_a_plain_reader_cannot_show():
    content = write_workbook(PLAN)
    assert b"<dataValidation " in parts(content)["xl/worksheets/sheet1.xml"]
    assert not [name for name in parts(content) if re.search("tables|drawing|media|comments|conditional", name)]


def test_a_text_longer_than_a_cell_is_refused_not_cut():
    with pytest.raises(PublicationError, match="too long"):
        write_workbook(with_row(1, "长" * 40_000))


def test_the_guard_reads_tokens_and_numbered_rows_back():
    (found,) = read_finished(write_workbook(PLAN), "行标识")
    assert (found.tokens, found.numbered) == (("AAAAAAAAAA",), 1)
    assert ROW[2] in found.texts


def test_the_guard_refuses_what_it_cannot_read():
    with pytest.raises(PublicationError, match="read back"):
        read_finished(b"no workbook", "行标识")


def test_a_sheet_too_wide_to_be_read_goes_on_on_other_pages_and_no_edge_cuts_its_title():
    wide = tuple(SheetColumn(f"第{place}列", 22) for place in range(20))
    table = replace(SHEET, columns=(SheetColumn("行号", 7, "integer"), *wide), rows=((1, *["甲"] * 20),), notes=("注",))
    sheet = opened(replace(PLAN, sheets=(table,)))["名单"]
    breaks = [one.id for one in sheet.col_breaks.brk]
    assert breaks == [8, 15]
    assert sheet.print_title_cols == "$A:$A"
    assert sheet.page_setup.scale >= 80, "ten points print as eight"
    spans = sorted((area.min_col, area.max_col) for area in sheet.merged_cells.ranges if area.min_row == 1)
    assert spans == [(2, 8), (9, 15), (16, 21)]
    assert {sheet.cell(1, first).value for first, _ in spans} == {"北郊镇名单"}


def test_cells_told_our_way_are_the_bytes_xlsxwriter_itself_writes(monkeypatch):
    """Texts, numbers, days, blanks, marks, links, groups, merged cells, long texts and charts."""
    columns = (
        *COLUMNS[:4], SheetColumn("完成值", 8, "rate", group="指标"), SheetColumn("村", 8, merge=True), COLUMNS[6],
    )  # fmt: skip
    rows = tuple(
        (
            n, f"<甲&{n % 3}>", "长" * 20_000 if n == 7 else None, date(2026, 1, 1 + n % 28), n / 7 if n % 2 else None,
            "东村" if n < 20 else "西村", f"T{n}",
        )
        for n in range(50)
    )  # fmt: skip
    chart = Exhibit(
        "trend", "在管", (SheetColumn("月份", 9), SheetColumn("在管", 7, "integer")), (("1月", 5), ("2月", 6))
    )
    full = replace(SHEET, columns=columns, rows=rows, marks=frozenset({(3, 1)}), links={(4, 0): ("名单", 0, 0)},
                   filtered=True)  # fmt: skip
    cover = replace(SHEET, name="通报单", columns=COLUMNS[:2], rows=((1, "在管"), (2, "流入")), exhibits=(chart,))
    plan = replace(PLAN, sheets=(cover, full, replace(SHEET, name="空", rows=(), empty="本月无")))
    ours = write_workbook(plan)

    def put_column(sheet, first, position, values, looks):
        for row, (value, look) in enumerate(zip(values, looks, strict=False), first):
            if value is None:
                sheet.write_blank(row, position, None, look)
            else:
                (sheet.write_string if isinstance(value, str) else sheet.write_number)(row, position, value, look)

    monkeypatch.setattr(CellSheet, "put_column", put_column)
    monkeypatch.delattr(CellSheet, "_calculate_spans")
    monkeypatch.delattr(CellSheet, "_write_rows")
    assert write_workbook(plan) == ours
