"""The reader against files as they come: nothing lost, kinds kept, and every refusal says why."""

import csv
import datetime
import zipfile

import openpyxl
import pyarrow.parquet as pq
import pytest

from exchange.registry.load import load_sources
from exchange.services.parsing.book import Refused
from exchange.stages.read import shape_of
from exchange.stages.read.reader import read_to_parquet
from tests.support import deliveries as made
from tests.support.reading import PROJECT, SAMPLES, SHAPE, TITLED, data, read

# Layouts


def test_an_office_sheet_keeps_its_persons_and_accounts_for_everything_around_them(tmp_path):
    body = [*TITLED, *made.persons(3), ["合计", "3人"], [], made.SIGNATURE]
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body)))
    assert facts["row_kinds"] == {"blank": 1, "data": 3, "footer": 1, "header": 1, "title": 2, "total": 1}
    assert facts["control_total"] == facts["data_rows"] == 3
    sheet = facts["sheets"][0]
    assert (sheet["title_period"], sheet["title_unit"]) == ("2026-10", "某镇派出所")
    assert [row["row"] for row in data(rows)] == [4, 5, 6]
    assert data(rows)[0]["id_number"] == made.number(1)


def test_what_is_not_data_leaves_no_text_in_the_rows(tmp_path):
    rows, _ = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", [*TITLED, made.person(1), made.SIGNATURE])))
    for row in rows:
        if row["row_kind"] != "data":
            assert {value for key, value in row.items() if key in SHAPE_FIELDS} == {None}


SHAPE_FIELDS = {column.name for column in SHAPE.columns}


def test_columns_that_must_not_be_read_are_nowhere_in_the_output(tmp_path):
    body = [[*made.HEADINGS, "政治面貌", "房主身份证号", "血型"], [*made.person(1), "群众", made.number(99), "AB"]]
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body)))
    printed = repr(rows) + repr(facts)
    assert made.number(99) not in printed
    assert "群众" not in printed
    assert "AB" not in printed
    assert facts["sheets"][0]["unknown_headings"] == ["血型"]
    assert facts["sheets"][0]["never_read"] == ["政治面貌", "房主身份证号"]


def test_repeated_headers_blocks_and_subtotals_split_the_rows_without_losing_one(tmp_path):
    people = made.persons(4)
    body = [
        *TITLED,
        ["一、东村"],
        *people[:2],
        ["小计", "2"],
        made.HEADINGS,
        ["二、西村"],
        *people[2:],
        ["合计", "4人"],
    ]
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body)))
    assert [row["block"] for row in data(rows)] == ["一、东村"] * 2 + ["二、西村"] * 2
    assert facts["row_kinds"] == {"block_title": 2, "data": 4, "header": 2, "title": 2, "total": 2}


def test_two_header_levels_join_through_their_merged_cells(tmp_path):
    upper = ["序号", "姓名", "身份证号码", "户籍地", None, "现住地", None, "到达本地日期", "登记日期"]
    lower = [None, None, None, "行政区划", "详细地址", "行政区划", "详细地址", None, None]
    body = [
        upper,
        lower,
        ["1", "测试1", made.number(1), "370306", "某县", "370306102", "某镇", "2026-10-01", "2026-10-02"],
    ]

    def merge(book):
        sheet = book["Sheet1"]
        for area in ("D1:E1", "F1:G1", "A1:A2", "B1:B2", "C1:C2", "H1:H2", "I1:I2"):
            sheet.merge_cells(area)

    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body), touch=merge))
    (row,) = data(rows)
    assert (row["hukou_code"], row["hukou_address"], row["current_code"], row["current_address"]) == (
        "370306", "某县", "370306102", "某镇",
    )  # fmt: skip
    assert facts["sheets"][0]["header_rows"] == [1, 2]


def test_hidden_sheets_are_never_data_and_hidden_rows_always_are(tmp_path):
    def hide(book):
        book["字典"].sheet_state = "hidden"
        book["旧表"].sheet_state = "veryHidden"
        book["Sheet1"].row_dimensions[2].hidden = True

    sheets = (
        ("Sheet1", [made.HEADINGS, *made.persons(2)]),
        ("字典", [["代码"]]),
        ("旧表", [made.HEADINGS, made.person(9)]),
    )
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", *sheets, touch=hide))
    assert facts["row_kinds"] == {"data": 2, "header": 1, "hidden_sheet": 3}
    assert facts["sheets"][0]["hidden_rows"] == 1
    assert made.number(9) not in repr(rows)
    assert sum("隐藏" in finding["message"] for finding in facts["findings"]) == 3


def test_last_month_s_sheet_left_in_the_workbook_is_stale(tmp_path):
    old = [["通报表（2026年9月）"], made.HEADINGS, *made.persons(5)]
    new = [["通报表（2026年10月）"], made.HEADINGS, *made.persons(2)]
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("2026年9月", old), ("2026年10月", new)))
    assert facts["row_kinds"] == {"data": 2, "header": 1, "stale_sheet": 7, "title": 1}
    assert {row["sheet"] for row in data(rows)} == {"2026年10月"}
    assert facts["outcome"] == "ok"


def test_a_file_of_the_wrong_month_is_found_out_by_its_title(tmp_path):
    body = [["通报表（2026年9月）"], made.HEADINGS, *made.persons(2)]
    _, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body)))
    assert facts["outcome"] == "F03"
    assert "2026年9月" in facts["message"]
    assert facts["data_rows"] == 2


def test_several_visible_sheets_each_bring_their_own_columns(tmp_path):
    more = [[*made.HEADINGS, "备注"], [*made.person(3), "写明"]]
    plain = [made.HEADINGS, *made.persons(2)]
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("东村", plain), ("西村", more), ("说明", [["填表说明"]])))
    assert [(row["sheet"], row["row"], row["note"]) for row in data(rows)] == [
        ("东村", 2, None), ("东村", 3, None), ("西村", 2, "写明"),
    ]  # fmt: skip
    assert facts["row_kinds"]["other"] == 1
    assert [finding["sheet"] for finding in facts["findings"]] == ["说明"]


def test_the_sheet_s_name_stands_in_for_the_one_code_column_that_is_absent(tmp_path):
    services = next(item for item in load_sources(PROJECT / "schemas").values() if item.role == "service_log")
    path = made.workbook(
        tmp_path / "a.xlsx", ("老年人", [["姓名", "身份证号", "服务日期"], ["测试1", made.number(1), "2026-10-03"]])
    )
    out = tmp_path / "out.parquet"
    job = {"path": str(path), "out": str(out), "shape": shape_of(services).as_json(), "period": "2026-10"}
    facts = read_to_parquet(job)
    assert facts["outcome"] == "ok"
    assert [row["service_class"] for row in pq.read_table(out).to_pylist()] == [None, "老年人"]
    assert facts["sheets"][0]["from_sheet_name"] == "service_class"


def test_a_missing_required_column_stops_the_file_whole_and_is_named(tmp_path):
    body = [[heading for heading in made.HEADINGS if heading != "登记日期"], made.person(1)[:6]]
    _, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body)))
    assert (facts["outcome"], facts["message"]) == ("F02", "缺少必填列：登记日期")


def test_a_file_without_any_header_says_so(tmp_path):
    rows, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", [["通知"], ["请各单位报送"]])))
    assert facts["outcome"] == "F02"
    assert "未找到表头" in facts["message"]
    assert {row["row_kind"] for row in rows} == {"other"}


def test_a_heading_that_stands_twice_is_refused_not_guessed(tmp_path):
    body = [[*made.HEADINGS, "姓名"], [*made.person(1), "测试2"]]
    _, facts = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", body)))
    assert (facts["outcome"], facts["message"]) == ("F02", "表头重复：姓名")


def test_a_zero_report_is_a_good_file_without_rows(tmp_path):
    _, facts = read(made.workbook(tmp_path / "a.xlsx", ("本月", [*TITLED, ["本月无"]])))
    assert facts["outcome"] == "ok"
    assert facts["zero_report"]
    assert facts["data_rows"] == 0


# Cells


def test_every_cell_keeps_its_kind_and_numbers_keep_every_digit(tmp_path):
    path = made.workbook(tmp_path / "a.xlsx", ("Sheet1", [[*made.HEADINGS, "备注", "是否申领居住证"]]))
    book = openpyxl.load_workbook(path)
    moment = datetime.datetime(2026, 10, 2, 8, 30)
    book["Sheet1"].append([1, "测试", 370306199001011000, 3.5, datetime.date(2026, 10, 1), moment, "", " 空 ", True])
    book.save(path)
    (row,) = data(read(path)[0])
    seen = {name: (row[name], row[f"{name}__cell"]) for name in ("id_number", "current_address", "phone", "note")}
    assert seen == {
        "id_number": ("370306199001011008", "number"),
        "current_address": ("3.5", "number"),
        "phone": (None, "empty"),
        "note": (" 空 ", "text"),
    }
    assert (row["row_number"], row["arrive_date"], row["register_date"]) == ("1", "2026-10-01", "2026-10-02 08:30:00")
    assert {row["arrive_date__cell"], row["register_date__cell"]} == {"date"}
    assert (row["has_permit"], row["has_permit__cell"]) == ("TRUE", "boolean")


def test_an_error_and_a_formula_without_its_result_are_not_taken_for_empty_cells(tmp_path):
    def spoil(book):
        cell = book["Sheet1"]["D2"]
        cell.value, cell.data_type = "#N/A", "e"
        book["Sheet1"]["G2"] = "=A2+1"

    (row,) = data(read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", [made.HEADINGS, made.person(1)]), touch=spoil))[0])
    assert (row["current_address"], row["current_address__cell"]) == ("#N/A", "error")
    assert (row["phone"], row["phone__cell"]) == (None, "error")


def test_rows_are_numbered_as_the_clerk_sees_them_even_when_the_table_begins_lower_and_further_right(tmp_path):
    def move(book):
        book["Sheet1"].move_range("A1:G3", rows=4, cols=2)

    rows, _ = read(made.workbook(tmp_path / "a.xlsx", ("Sheet1", [made.HEADINGS, *made.persons(2)]), touch=move))
    assert [row["row"] for row in data(rows)] == [6, 7]
    assert data(rows)[1]["id_number"] == made.number(2)


def test_a_wrong_dimension_hides_no_row(tmp_path):
    path = made.workbook(tmp_path / "a.xlsx", ("Sheet1", [made.HEADINGS, *made.persons(10)]))
    lie = b'<dimension ref="A1:B2"/>'
    made.rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'<dimension ref="A1:G11"/>', lie))
    with zipfile.ZipFile(path) as archive:
        assert lie in archive.read("xl/worksheets/sheet1.xml")
    assert read(path)[1]["data_rows"] == 10


def test_the_old_binary_format_reads_like_the_new_one(tmp_path):
    path = tmp_path / "register.xls"
    path.write_bytes((SAMPLES / "register.xls").read_bytes())
    rows, facts = read(path)
    assert facts["container"] == "xls"
    assert facts["row_kinds"] == {
        "blank": 1, "block_title": 2, "data": 3, "footer": 1, "header": 4, "hidden_sheet": 2, "title": 2, "total": 2,
    }  # fmt: skip
    first, second, _ = data(rows)
    assert (first["block"], first["village"], first["arrive_date"]) == ("一、东村", "东村", "2026-10-01")
    assert (second["id_number__cell"], second["register_date"]) == ("number", "46298")


def test_an_old_binary_workbook_that_counts_from_1904_does_so_for_formatted_and_for_bare_days(tmp_path):
    path = tmp_path / "register.xls"
    data_mode, from_1904 = b"\x22\x00\x02\x00\x00\x00", b"\x22\x00\x02\x00\x01\x00"
    path.write_bytes((SAMPLES / "register.xls").read_bytes().replace(data_mode, from_1904, 1))
    row = data(read(path)[0])[1]
    assert (row["arrive_date"], row["register_date"]) == ("2030-10-04", str(46298 + 1462))


def test_a_year_or_a_count_in_a_workbook_that_counts_from_1904_stays_what_it_is(tmp_path):
    row = [*made.person(1)[:4], 2026, 44835, 13800138000]
    path = made.workbook(tmp_path / "a.xlsx", ("Sheet1", [made.HEADINGS, row]), touch=made.counted_from_1904)
    (read_row,) = data(read(path)[0])
    assert [read_row[name] for name in ("arrive_date", "register_date", "phone")] == ["2026", "46297", "13800138000"]


def _sheet_xml(path, rows, *, doctype="", cut=None):
    """An XML spreadsheet: texts, numbers and moments as the programs write them, empty cells left out."""
    kinds = {str: "String", int: "Number", datetime.datetime: "DateTime"}
    body = ""
    for row in rows:
        cells = [
            f'<Cell ss:Index="{place}"><Data ss:Type="{kinds[type(cell)]}">'
            f"{cell.isoformat() if isinstance(cell, datetime.datetime) else cell}</Data></Cell>"
            for place, cell in enumerate(row, 1)
            if cell != ""
        ]
        body += f"<Row>{''.join(cells)}</Row>"
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0"?>{doctype}<Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="Sheet1"><Table>{body}</Table></Worksheet></Workbook>'
    )
    path.write_text(text[:cut], "utf-8")
    return path


def test_an_xml_spreadsheet_reads_like_a_workbook_and_keeps_the_kinds_of_its_cells(tmp_path):
    people = made.persons(3)
    people[0][5] = datetime.datetime(2026, 10, 2)
    people[1][2] = int(made.number(2))
    rows, facts = read(_sheet_xml(tmp_path / "a.xls", [*TITLED, *people, ["合计", "3人"], [], made.SIGNATURE]))
    assert (facts["outcome"], facts["container"], facts["control_total"]) == ("ok", "xml", 3)
    assert [row["row"] for row in data(rows)] == [4, 5, 6]
    assert (data(rows)[0]["register_date"], data(rows)[0]["register_date__cell"]) == ("2026-10-02", "date")
    assert data(rows)[1]["id_number__cell"] == "number"
    assert data(rows)[2]["id_number"] == made.number(3)


@pytest.mark.parametrize("spoil", [{"cut": -40}, {"doctype": '<!DOCTYPE Workbook [<!ENTITY x "y">]>'}])
def test_an_xml_spreadsheet_that_is_cut_short_or_declares_entities_is_refused(spoil, tmp_path):
    with pytest.raises(Refused):
        read(_sheet_xml(tmp_path / "a.xls", [*TITLED, *made.persons(3)], **spoil))


def test_a_header_with_a_line_break_in_each_of_thirty_cells_is_a_header(tmp_path):
    wide = [f"{heading}\n（必填）" for heading in [*made.HEADINGS, *(f"另{n}" for n in range(23))]]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([wide, *made.persons(3)])
    rows, facts = read(path)
    assert facts["outcome"] == "ok"
    assert len(data(rows)) == 3
