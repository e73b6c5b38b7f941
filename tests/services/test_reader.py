"""The reader against files as they come: nothing lost, kinds kept, and every refusal says why."""

import csv
import datetime
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from exchange.model.errors import ServiceUnavailable
from exchange.model.period import Period
from exchange.registry.load import load_sources
from exchange.services.parsing.book import Refused
from exchange.services.sandbox import Job, Limits, Sandbox
from exchange.stages.read import read_file, shape_of
from exchange.stages.read.reader import read_to_parquet
from tests.support import deliveries as made
from tests.support.rowcount import html_rows, text_records, xlsx_rows

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = next(item for item in load_sources(PROJECT / "schemas").values() if item.role == "residence_register")
SHAPE = shape_of(SOURCE)
MONTH = Period(2026, 10)
SAMPLES = PROJECT / "tests" / "samples" / "reader"
TITLED = [[made.TITLE], [made.UNIT], made.HEADINGS]


def read(path: Path, period: Period = MONTH):
    """(rows as dictionaries, facts) of a file, read without a child; every physical row must be accounted for."""
    out = path.with_suffix(".parquet")
    facts = read_to_parquet({"path": str(path), "out": str(out), "shape": SHAPE.as_json(), "period": str(period)})
    rows = pq.read_table(out).to_pylist()
    assert facts["physical_rows"] == len(rows) == sum(facts["row_kinds"].values())
    assert facts["data_rows"] == sum(row["row_kind"] == "data" for row in rows)
    if facts["container"] == "xlsx":
        expected = xlsx_rows(path)
        assert [sheet["rows"] for sheet in facts["sheets"]] == [last for last, _ in expected.values()]
    return rows, facts


def data(rows):
    return [row for row in rows if row["row_kind"] == "data"]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(path)
    assert refused.value.remedy
    return str(refused.value)


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


# Text


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gbk", ","), ("utf-16", "\t")]
)
def test_text_is_read_in_every_encoding_offices_use(tmp_path, encoding, delimiter):
    table = [made.HEADINGS, *made.persons(3)]
    rows, facts = read(made.text(tmp_path / "a.csv", table, encoding, delimiter))
    assert facts["container"] == ("tsv" if delimiter == "\t" else "csv")
    assert [row["row"] for row in data(rows)] == [2, 3, 4]
    assert [row["name"] for row in data(rows)] == ["测试1", "测试2", "测试3"]
    assert {row["sheet"] for row in rows} == {""}


def test_rare_characters_survive_gb18030_and_old_private_places_become_today_s(tmp_path):
    names = ["䶮", "㛃", "𬭎", "\ue863", "\ue81e"]
    table = [made.HEADINGS, *(made.person(n, name) for n, name in enumerate(names, 1))]
    rows, _ = read(made.text(tmp_path / "a.csv", table, "gb18030"))
    assert [row["name"] for row in data(rows)] == ["䶮", "㛃", "𬭎", "䶮", "\u9fb4"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_ends_a_line_and_nothing_else_does(tmp_path, end):
    odd = made.person(1, "测\u2028试\x0b一\x85")
    rows, facts = read(made.text(tmp_path / "a.csv", [made.HEADINGS, odd, made.person(2)], end=end))
    assert facts["physical_rows"] == 3
    assert data(rows)[0]["name"] == "测\u2028试\x0b一\x85"


def test_a_line_break_inside_quotes_starts_no_row_and_the_next_row_keeps_its_line_number(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [made.HEADINGS, [*made.person(1)[:3], "某镇\n某村，一号", *made.person(1)[4:]], [], made.person(2)]
        )
    rows, facts = read(path)
    assert text_records(path.read_text("utf-8")) == facts["physical_rows"] == 4
    assert [(row["row"], row["row_kind"]) for row in rows] == [(1, "header"), (2, "data"), (4, "blank"), (5, "data")]
    assert data(rows)[0]["current_address"] == "某镇\n某村，一号"


def test_cells_are_kept_to_the_last_blank_and_apostrophe(tmp_path):
    strange = ["1", " 测试 ", "\t'" + made.number(1), '="370306"', "", '12"34', "=1+1"]
    (row,) = data(read(made.text(tmp_path / "a.csv", [made.HEADINGS, strange]))[0])
    assert (row["name"], row["id_number"]) == (" 测试 ", "\t'" + made.number(1))
    assert (row["current_address"], row["register_date"], row["phone"]) == ('="370306"', '12"34', "=1+1")


@pytest.mark.parametrize("damaged", [2, 5])
def test_an_unclosed_quote_is_refused_with_its_row_instead_of_swallowing_the_rest(tmp_path, damaged):
    table = [made.HEADINGS, *made.persons(6)]
    table[damaged - 1] = [*table[damaged - 1][:1], '"' + table[damaged - 1][1], *table[damaged - 1][2:]]
    assert f"第 {damaged} 行" in refusal(made.text(tmp_path / "a.csv", table))


def test_an_unclosed_quote_that_a_later_row_happens_to_close_is_refused_too(tmp_path):
    table = [made.HEADINGS, *made.persons(4)]
    table[1][1], table[3][1] = '"测试', '"测试"'
    assert "第 2 行" in refusal(made.text(tmp_path / "a.csv", table))


def test_a_row_with_more_cells_than_the_header_is_told(tmp_path):
    _, facts = read(made.text(tmp_path / "a.csv", [made.HEADINGS, [*made.person(1), "多"], made.person(2)]))
    assert facts["sheets"][0]["ragged_rows"] == [2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件是空的"),
        ("序号;姓名;身份证号码;居住地址\n1;甲;x;y\n".encode(), "分隔"),
        ("序号,姓名\n".encode("utf-16-le"), "空字符"),
        ("序号,姓名,身份证号码\n".encode() + "1,测试,x\n".encode("gb18030"), "第 2 行"),
        ("序号,姓名,身份证号码\n1,测试".encode()[:-1], "编码"),
        (b"%PDF-1.7", "PDF"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(2000), "有密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "已损坏"),
        (b"PK\x03\x04" + bytes(200), "已损坏"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        ("<html><table><tr><td>姓名</td>".encode(), "截断"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert reason in refusal(path)


# Pages


def test_a_page_called_xls_is_read_as_the_page_it_is(tmp_path):
    body = [[made.TITLE], made.HEADINGS, *made.persons(3), ["合计", "3人"]]
    path = made.page(tmp_path / "a.xls", body, "gb18030")
    rows, facts = read(path)
    assert (facts["container"], facts["encoding"]) == ("html", "gb18030")
    assert facts["physical_rows"] == html_rows(path.read_text("gb18030")) == 6
    assert [row["row"] for row in data(rows)] == [3, 4, 5]


def test_spanned_cells_of_a_page_keep_their_neighbours_in_place(tmp_path):
    path = tmp_path / "a.xls"
    path.write_text(
        "<table><tr><th rowspan=2>姓名<th rowspan=2>身份证号码<th colspan=2>现住地<th rowspan=2>到达本地日期"
        "<th rowspan=2>登记日期</tr><tr><th>行政区划<th>详细地址</tr>"
        "<tr><td>测&nbsp;试<td>x<td>370306102<td>某<br>镇<!-- 注释 --><td>2026-10-01<td>2026-10-02</tr></table>",
        "utf-8",
    )
    (row,) = data(read(path)[0])
    assert (row["current_code"], row["current_address"], row["arrive_date"]) == ("370306102", "某镇", "2026-10-01")
    assert row["name"] == "测\xa0试"


# Hostile workbooks


def good(tmp_path: Path, name: str = "good.xlsx") -> Path:
    return made.workbook(tmp_path / name, ("Sheet1", [made.HEADINGS, *made.persons(3)]))


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("xl/vbaProject.bin", b"x", "宏"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "链接"),
        ("../../escape.xml", b"<a/>", "路径"),
        ("/etc/escape.xml", b"<a/>", "路径"),
        ("xl/evil.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "XML"),
        ("xl/evil.xml", '<?xml version="1.0"?><!DOCTYPE a>'.encode("utf-16"), "XML"),
        ("xl/bomb.xml", bytes(64 * 2**20), "炸弹"),
    ],
)
def test_a_workbook_with_something_in_it_that_does_not_belong_there_is_refused(tmp_path, member, content, reason):
    assert reason in refusal(made.with_member(good(tmp_path), member, content))


def test_a_sheet_whose_part_is_absent_is_not_taken_for_an_empty_one(tmp_path):
    sheets = (("东村", [made.HEADINGS, *made.persons(2)]), ("西村", [made.HEADINGS, *made.persons(2)]))
    path = made.workbook(tmp_path / "a.xlsx", *sheets)
    made.rewritten(path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"sheet2.xml", b"sheet9.xml"))
    assert "工作表缺失" in refusal(path)


def test_a_sheet_that_is_not_well_formed_is_refused_whatever_the_reader_could_save_of_it(tmp_path):
    path = good(tmp_path)
    made.rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'<row r="3"', b'<row r="3" <', 1))
    assert "已损坏" in refusal(path)


def test_too_many_parts_are_refused(tmp_path):
    path = good(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for index in range(2_100):
            archive.writestr(f"xl/media/{index}.bin", b"")
    assert "部件过多" in refusal(path)


def test_a_declared_size_that_lies_is_not_believed(tmp_path):
    path = good(tmp_path)
    with zipfile.ZipFile(path) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, (100).to_bytes(4, "little")))
    assert "已损坏" in refusal(path)


@pytest.mark.parametrize("reference", ["XFD1048576", "SS2", "AAA1", "A1048577"])
def test_a_far_cell_is_refused_before_the_reader_makes_room_for_it(tmp_path, reference):
    assert "以外" in refusal(made.with_cell(good(tmp_path), reference))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_workbook_is_refused(tmp_path, share):
    path = good(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "已损坏" in refusal(path)


# The sandbox


def jobs(tmp_path: Path, *paths: Path) -> list[Job]:
    def opened(path):
        return _Here(path)

    return [
        Job(
            str(index),
            lambda path=path: opened(path),
            {"out": str(tmp_path / f"{index}.parquet"), "shape": SHAPE.as_json(), "period": "2026-10"},
        )
        for index, path in enumerate(paths)
    ]


class _Here:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        return None


ENTRY = "exchange.stages.read.reader:read_to_parquet"


def test_a_file_that_kills_its_reader_is_refused_and_the_next_file_goes_on(tmp_path):
    # Column SR and the last row are both allowed; the rectangle between them is 12 GiB.
    killer = made.with_cell(good(tmp_path, "killer.xlsx"), "SR1048576")
    answers = list(Sandbox(ENTRY, workers=1).run(jobs(tmp_path, good(tmp_path), killer, good(tmp_path), killer)))
    assert [answer.key for answer in answers] == ["0", "1", "2", "3"]
    assert [answer.result is not None for answer in answers] == [True, False, True, False]
    assert "内存超限" in answers[1].refused
    assert pq.read_table(tmp_path / "2.parquet").num_rows == 4


def test_a_file_that_takes_too_long_is_refused(tmp_path):
    slow = made.text(tmp_path / "slow.csv", [made.HEADINGS, *made.persons(900) * 60])
    hurried = Sandbox(ENTRY, workers=1, limits=Limits(wall_seconds=0.05))
    (answer,) = hurried.run(jobs(tmp_path, slow))
    assert (answer.result, answer.refused) == (None, "读取超时，已停止")


def test_a_file_that_needs_too_much_memory_is_refused_in_words(tmp_path):
    wide = made.workbook(tmp_path / "wide.xlsx", ("Sheet1", [made.HEADINGS, *made.persons(2)]))
    made.with_cell(wide, "SR40000")
    (answer,) = Sandbox(ENTRY, workers=1, limits=Limits(memory_bytes=600 * 2**20)).run(jobs(tmp_path, wide))
    assert answer.result is None
    assert "内存" in answer.refused


def test_a_reader_that_cannot_start_refuses_no_file(tmp_path):
    with pytest.raises(ServiceUnavailable):
        list(Sandbox("exchange.stages.read.reader:no_such_function").run(jobs(tmp_path, good(tmp_path))))


def test_two_readers_answer_in_the_order_of_the_files(tmp_path):
    paths = [made.text(tmp_path / f"{n}.csv", [made.HEADINGS, *made.persons(n)]) for n in (400, 3, 200, 5)]
    answers = list(Sandbox(ENTRY, workers=2).run(jobs(tmp_path, *paths)))
    assert [answer.result["data_rows"] for answer in answers] == [400, 3, 200, 5]


def test_the_reader_s_child_sees_no_setting_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    table, facts = read_file(good(tmp_path), SOURCE, MONTH)
    assert facts["data_rows"] == 3
    assert table.num_rows == 4


def test_a_file_that_cannot_be_read_is_an_outcome_of_its_own(tmp_path):
    table, facts = read_file(made.with_cell(good(tmp_path), "XFD1048576"), SOURCE, MONTH)
    assert facts["outcome"] == "F01"
    assert facts["physical_rows"] == table.num_rows == 0
    assert table.column_names == ["sheet", "sheet_no", "row", "row_kind", "block"]
