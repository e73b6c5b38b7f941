"""Where a table's header is, and what every row below it is."""

from datetime import date

import pytest

from exchange.rules.layout.header import find_header, nearest_header
from exchange.rules.layout.headings import Vocabulary, normalise, plain
from exchange.rules.layout.rows import Sorter
from exchange.rules.layout.shape import Column, Shape


def column(name, *headings, kind="text", required=False):
    return Column(name=name, title=headings[0], type=kind, required=required, headings=headings)


SHAPE = Shape(
    source="register",
    columns=(
        column("row_number", "序号"),
        column("name", "姓名", "姓 名", kind="name", required=True),
        column("id_number", "身份证号", "证件号码", kind="id_number", required=True),
        column("home_code", "户籍地行政区划", "户籍地_行政区划"),
        column("home_address", "户籍地址", "户籍地_详细地址", "籍贯"),
        column("here_address", "居住地址", "现住地_详细地址", required=True),
        column("village", "村(居)委会", "现住地_村(居)"),
        column("arrived", "到达日期", kind="date", required=True),
        column("registered", "登记日期", "填报时间", kind="date", required=True),
        column("guardian_name", "监护人(母亲)姓名", "监护人姓名", kind="name"),
        column("guardian_id", "监护人身份证号", kind="id_number"),
        column("note", "备注"),
    ),
    never_read=("政治面貌", "房主身份证号", "年收入(万元)"),
)
WORDS = Vocabulary(SHAPE)
ONE_LEVEL = ["序号", "姓名", "身份证号", "居住地址", "到达日期", "登记日期"]
UPPER = ["序号", "姓名", "身份证号", "户籍地", "", "现住地", "", "到达日期", "登记日期"]
LOWER = ["", "", "", "行政区划", "详细地址", "详细地址", "村(居)", "", ""]
GROUPS = [((0, 3), (0, 4)), ((0, 5), (0, 6)), *(((0, c), (1, c)) for c in (0, 1, 2, 7, 8))]


def fields(header):
    return {name: position for position, name in header.fields}


def kinds(text, header=ONE_LEVEL, headlines=(), merges=()):
    """Kinds of the rows of a drawn table: cells between bars, blanks around them do not count."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    table = [header, *rows]
    sorter = Sorter(WORDS, find_header(table, WORDS, merges), frozenset(headlines), merges)
    depth = sorter.header.depth
    return [sorter.place(index, row) for index, row in enumerate(table) if index >= depth], sorter


# Headings


@pytest.mark.parametrize(
    "written", ["姓名", "姓 名", "姓名*", "*姓名", "　姓名　", "姓\n名", "姓名：", "\ufeff姓名", "姓\u200b名"]
)
def test_blanks_stars_and_invisible_characters_do_not_make_another_heading(written):
    assert WORDS.exact(normalise(written)).field == "name"


@pytest.mark.parametrize("written", ["村（居）委会", "村(居)委会", "村(居)委会*"])
def test_full_width_brackets_are_brackets(written):
    assert WORDS.exact(normalise(written)).field == "village"


def test_an_explanation_in_brackets_counts_only_when_the_heading_with_it_is_unknown():
    header = find_header(
        [["姓名（必填）", "证件号码(18位)", "居住地址", "到达日期", "登记日期", "监护人(母亲)姓名"]], WORDS
    )
    assert fields(header)["name"] == 0
    assert fields(header)["guardian_name"] == 5


def test_a_heading_that_is_all_brackets_is_what_stands_in_them():
    assert plain("(备用)") == "备用"


@pytest.mark.parametrize(
    "dress",
    [
        "※{}",
        "{}▲",
        "3.{}",
        "3、{}",
        "(3){}",
        "③{}",
        '"{}"',
        "'{}",
        "【{}】",
        "({})",
        "{}/Name",
        "{}\nName",
        "{}1",
        "{}。",
        "{}_x000D_\n",
    ],
)
def test_numbers_marks_quotes_and_english_around_a_heading_do_not_matter(dress):
    written = ["姓名", "证件号码", "居住地址", "到达日期", "登记日期"]
    header = find_header([[dress.format(heading) for heading in written]], WORDS)
    assert header is not None
    assert header.missing == ()


# The header row


def test_titles_above_the_header_are_passed_over():
    rows = [["通报表（2026年10月）"], ["填报单位：甲所　统计月份：2026年10月"], ONE_LEVEL, ["1", "甲"]]
    header = find_header(rows, WORDS)
    assert header.index == 2
    assert header.missing == ()


def test_three_of_five_required_headings_make_a_header_that_lacks_the_others():
    header = find_header([["序号", "姓名", "身份证号", "居住地址"]], WORDS)
    assert header.missing == ("到达日期", "登记日期")


def test_two_of_five_required_headings_make_none_and_the_sender_hears_what_is_missing():
    rows = [["汇总表"], ["姓名", "身份证号", "金额"]]
    assert find_header(rows, WORDS) is None
    assert nearest_header(rows, WORDS).missing == ("居住地址", "到达日期", "登记日期")


def test_a_header_below_the_fifteenth_row_is_not_looked_for():
    assert find_header([["说明"]] * 15 + [ONE_LEVEL], WORDS) is None
    assert find_header([["说明"]] * 14 + [ONE_LEVEL], WORDS).index == 14


def test_two_levels_join_and_a_child_that_stands_under_two_parents_needs_its_parent():
    header = find_header(
        [UPPER, LOWER, ["1", "甲", "x", "370306", "某村", "某街", "某村", "2026-10-01", ""]], WORDS, GROUPS
    )
    assert header.depth == 2
    assert fields(header) == {
        "row_number": 0, "name": 1, "id_number": 2, "home_code": 3, "home_address": 4,
        "here_address": 5, "village": 6, "arrived": 7, "registered": 8,
    }  # fmt: skip


def test_two_levels_are_seen_in_text_that_has_no_merged_cells():
    assert fields(find_header([UPPER, LOWER], WORDS))["here_address"] == 5


def test_a_data_row_below_a_header_with_a_gap_is_no_second_level():
    header = find_header(
        [[*ONE_LEVEL, "备注", ""], ["1", "甲", "x", "某街", "2026-10-01", "2026-10-02", "备注", "y"]], WORDS
    )
    assert header.depth == 1


def test_headings_nobody_agreed_on_are_named_and_forbidden_ones_are_not_read():
    header = find_header([[*ONE_LEVEL, "血型", "政治面貌", "房主身份证号（核验）", "年收入"]], WORDS)
    assert header.unknown == ("血型",)
    assert header.never == ("政治面貌", "房主身份证号(核验)", "年收入")
    assert {position for position, _ in header.fields}.isdisjoint({6, 7, 8, 9})


def test_the_same_heading_twice_is_reported_and_two_variants_of_a_field_take_the_better():
    assert find_header([[*ONE_LEVEL, "姓名"]], WORDS).repeated == ("姓名",)
    header = find_header([[*ONE_LEVEL, "籍贯", "户籍地址"]], WORDS)
    assert header.repeated == ()
    assert fields(header)["home_address"] == 7
    assert header.unknown == ("籍贯",)


def test_an_unknown_heading_with_a_long_number_is_not_repeated_in_a_report():
    assert find_header([[*ONE_LEVEL, "370306199001011238"]], WORDS).unknown == ()


# The rows below


def test_totals_notes_signatures_and_blank_rows_are_no_data():
    found, sorter = kinds(
        """
        1    | 甲 | 370306199001011238 | 某街 | 2026-10-01 | 2026-10-02
        2    | 乙 | 无                 | 某街 | 2026-10-01 | 2026-10-02
        合 计 | 2人 | | | |
             | | | | |
        填表人：丙 | | 审核人：丁 | | 填报日期：2026年10月28日 |
        备注：本表一式两份 | | | | |
        """
    )
    assert found == ["data", "data", "total", "blank", "footer", "footer"]
    assert sorter.control_total == 2


def test_a_total_above_the_rows_ends_nothing_and_still_controls():
    found, sorter = kinds("合计|2人\n1|甲||某街||\n2|乙|370306199001011238|||")
    assert found == ["total", "data", "data"]
    assert sorter.control_total == 2


def test_a_person_with_a_signature_s_words_in_a_cell_stays_a_person():
    found, _ = kinds("1|甲|370306199001011238|联系人：乙||")
    assert found == ["data"]


def test_a_subtotal_ends_nothing_and_controls_nothing():
    found, sorter = kinds(
        """
        1   | 甲 | 370306199001011238 | 某街 | 2026-10-01 | 2026-10-02
        小计 | 1  | | | |
        2   | 乙 | 370306199001011246 | 某街 | 2026-10-01 | 2026-10-02
        小计 | 1  | | | |
        """
    )
    assert found == ["data", "total", "data", "total"]
    assert sorter.control_total is None


@pytest.mark.parametrize("total", ["总人数|1", "（合计）|1人", "本村合计|1", "Total|1", "计|1", "全所合计||1"])
def test_a_total_in_other_words_is_a_total(total):
    found, sorter = kinds(f"1|甲|370306199001011238|某街|2026-10-01|2026-10-02\n{total}")
    assert found == ["data", "total"]
    assert sorter.totals[-1].count == 1


@pytest.mark.parametrize(
    "signed",
    [
        "报送人：甲||签收人：",
        "所长：甲||民警：乙",
        "领导签字：|||经手人签字：",
        "打印时间：2026-11-02 09:12||打印人：甲",
        "主任：||医生：",
    ],
)
def test_a_row_of_labels_is_signed_by_somebody(signed):
    found, _ = kinds(f"1|甲|370306199001011238|某街|2026-10-01|2026-10-02\n{signed}")
    assert found == ["data", "footer"]


def test_rows_that_explain_the_columns_are_no_data():
    found, _ = kinds(
        """
        1      | 2    | 3                  | 4    | 5          | 6
        必填   | 必填 | 必填               | 选填 | 选填       | 非必填项
        XH     | XM   | GMSFHM             | F004 | DDRQ       | DJRQ
        示例   | 甲   | 370306199001011238 | 某街 | 2026-10-01 | 2026-10-02
        1      | 甲   | 370306199001011238 | 某街 | 2026-10-01 | 2026-10-02
        """
    )
    assert found == ["other", "other", "other", "other", "data"]


def test_a_row_that_looks_like_data_is_data_even_behind_a_total():
    found, _ = kinds(
        """
        1   | 甲 | 370306199001011238 | 某街 | 2026-10-01 | 2026-10-02
        合计 | 1人 | | | |
        2   | 乙 | 370306199001011246 | 某街 | 2026-10-01 | 2026-10-02
        说明 | 上表不含 | | | |
        """
    )
    assert found == ["data", "total", "data", "footer"]


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("合计|248人", 248),
        ("合计|1,203", 1203),
        ("合计：36人|", 36),
        ("总计|12条", 12),
        ("合计||", None),
        ("合计|详见附表", None),
    ],
)
def test_the_number_beside_the_total_is_the_sender_s_own_count(written, count):
    assert kinds(written)[1].control_total == count


def test_a_count_in_words_below_the_table_controls_it_too():
    found, sorter = kinds("共计 1,203 人 | | |")
    assert found[0] in ("footer", "total")
    assert sorter.control_total == 1203


def test_totals_of_blocks_add_up_unless_one_counts_everything():
    row = "1|甲|370306199001011238|某街|2026-10-01|2026-10-02\n"
    assert kinds(row + "合计|1人\n" + row + row + "合计|2人")[1].control_total == 3
    assert kinds(row + "合计|1人\n" + row + row + "合计|3人")[1].control_total == 3
    assert kinds(row + "合计|1人\n" + row + "合计|1人\n总计|7人")[1].control_total == 7


def test_a_header_printed_again_is_no_data_in_either_level():
    found, _ = kinds("|".join(ONE_LEVEL) + "\n1|甲|370306199001011238|某街|2026-10-01|2026-10-02")
    assert found == ["header", "data"]
    table = [
        UPPER,
        LOWER,
        UPPER,
        LOWER,
        ["1", "甲", "37030619900101123X", "", "", "某街", "", "2026-10-01", "2026-10-02"],
    ]
    sorter = Sorter(WORDS, find_header(table, WORDS, GROUPS), frozenset(), GROUPS)
    assert [sorter.place(index, table[index]) for index in (2, 3, 4)] == ["header", "header", "data"]


def test_a_second_header_with_other_columns_is_read_by_its_own_order():
    other = ["姓名", "登记日期", "到达日期", "居住地址", "身份证号", "备注"]
    found, sorter = kinds("1|甲|370306199001011238|某街|2026-10-01|2026-10-02\n" + "|".join(other) + "\n乙|x|y|z|w|v")
    assert found == ["data", "header", "data"]
    assert fields(sorter.header)["id_number"] == 4


def test_a_lone_text_in_the_first_column_opens_a_block():
    found, sorter = kinds("一、苏李村|||||\n1|甲|370306199001011238|某街|2026-10-01|2026-10-02")
    assert found == ["block_title", "data"]
    assert sorter.block == "一、苏李村"


def test_a_block_after_a_total_opens_too():
    found, sorter = kinds("合计|3人\n2、杜家||||||\n1|甲|370306199001011238|某街|2026-10-01|2026-10-02")
    assert found == ["total", "block_title", "data"]
    assert sorter.block == "2、杜家"


def test_a_text_merged_over_the_row_is_a_block_wherever_it_stands():
    found, _ = kinds("|杜家|||||", merges=[((1, 1), (1, 5))])
    assert found == ["block_title"]


def test_an_empty_numbered_line_is_blank_and_a_lone_name_is_a_very_incomplete_person():
    assert kinds("7|||||")[0] == ["blank"]
    assert kinds("|甲乙||||")[0] == ["data"]


def test_the_title_printed_again_at_a_page_break_is_no_block():
    assert kinds("甲所通报表||||", headlines={"甲所通报表"})[0] == ["title"]
    assert kinds("填报单位：甲所||||")[0] == ["title"]


@pytest.mark.parametrize("written", ["本月无", "无", "零报告", "本月无新增流动人口"])
def test_a_zero_report_is_said_in_words_and_makes_no_row(written):
    found, sorter = kinds(f"{written}|||||")
    assert found == ["other"]
    assert sorter.zero_report


def test_busy_rows_are_data_unless_they_total_or_repeat_the_header():
    wide = [*ONE_LEVEL, "备注", *(f"另{n}" for n in range(6))]
    found, _ = kinds(
        "1|甲|370306199001011238|某街|2026-10-01|2026-10-02|x|1|2|3|4|5|6\n"
        "合计|1|1|1|1|1|1|1|1|1|1|1|1\n" + "|".join(wide),
        header=wide,
    )
    assert found == ["data", "total", "header"]


def test_a_date_in_a_cell_never_looks_like_a_heading():
    assert normalise(date(2026, 10, 1)) == ""
