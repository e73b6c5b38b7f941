"""The reader against text and pages: every encoding and line end, no row swallowed, refusals with a reason."""

import csv

import pytest

from tests.support import deliveries as made
from tests.support.reading import data, read, refusal
from tests.support.rowcount import html_rows, text_records

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
        (b"<table></table>", "没有表格"),
        (b"<table><tr>" + "<td>甲</td>".encode() * 600 + b"</table>", "第 1 行超过 512 列"),
        ("序号,姓名\n".encode() + b"x" * 9 * 2**20, "第 2 行过长"),
        ("序号,姓名\n".encode() + b"\n" * (2**20 + 2), "空行"),
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


def test_a_table_inside_a_table_has_rows_of_its_own_after_the_row_it_stands_in(tmp_path):
    cells = ["".join(f"<td>{cell}" for cell in row) for row in (made.HEADINGS, *made.persons(2))]
    inner = f"<table><tr>{cells[0]}<tr rowspan=9>{cells[1]}</tr></table>"
    path = tmp_path / "a.xls"
    path.write_text(f"<table><tr><td>{made.TITLE}{inner}</td></tr><tr>{cells[2]}</tr></table>", "utf-8")
    rows, facts = read(path)
    assert [(row["row"], row["row_kind"]) for row in rows] == [(1, "title"), (2, "header"), (3, "data"), (4, "data")]
    assert facts["sheets"][0]["title_text"] == made.TITLE


def test_a_page_longer_than_one_piece_loses_nothing_where_the_pieces_meet(tmp_path):
    path = made.page(tmp_path / "a.xls", [made.HEADINGS, *made.persons(900)], "gb18030")
    rows, _ = read(path)
    assert [row["name"] for row in data(rows)] == [f"测试{n}" for n in range(1, 901)]
