"""The written workbook, opened by readers that did not write it."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from exchange.model.errors import PublicationError
from exchange.model.sheets import SheetColumn, SheetTable, WorkbookPlan
from exchange.services.guard import read_finished
from exchange.services.workbook import write_workbook

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
    assert "A1:G1" in {str(area) for area in sheet.merged_cells.ranges}
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
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
