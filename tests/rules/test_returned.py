"""A sender's own rows on their way back: its columns, its order, its faults, and nothing that undoes a mask."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.rules.letters import SenderMonth, feedback_workbook, wanted_rows
from exchange.rules.masks import mask_returned
from exchange.rules.returned import OwnSheet
from exchange.rules.workbooks import Letterhead
from tests.rules.test_masks import NUMBER, rebuilt

REGISTRY = load_registry(Path("schemas"), Path("expectations"))
HEAD = Letterhead("370306", "周村区", "北郊镇", "北郊镇派出所", "卫生健康办公室", Period(2026, 10))
FEEDBACK = REGISTRY.products["feedback"]
SOURCE = REGISTRY.of_role("residence_register")[0]
FILE = {"file": "a/2026-10/1.xlsx", "status": "received", "rule": None, "message": None, "is_late": False,
        "rows_in": 5, "rows_kept": 3, "rows_warned": 0, "rows_aside": 2}  # fmt: skip
COLUMNS = (("name", "人员姓名"), ("sex", ""), ("id_number", "身份证号"), ("birth_date", ""), ("phone", "手机"))
ROW = {"name": "王小明", "sex": "男", "id_number": NUMBER, "birth_date": "1990-03-07", "phone": "13812345678"}


def problem(row: int = 7, rule: str = "R05", field: str = "id_number", **changed: object) -> dict:
    return {"file": FILE["file"], "sheet": "表1", "row": row, "row_id": f"{row:024d}", "rule": rule, "field": field,
            "row_token": "T" * 10, "disposition": "quarantine"} | changed  # fmt: skip


def returned(*problems: dict, own: OwnSheet | None = None, remarks: tuple[str, ...] = ()):
    sheet = own or OwnSheet("1.xlsx", "表1", COLUMNS, {one["row"]: ROW for one in problems})
    sent = SenderMonth([FILE], list(problems), [sheet], remarks)
    return feedback_workbook(FEEDBACK, HEAD, SOURCE, sent, REGISTRY.rules).sheets


def test_the_senders_columns_come_back_in_its_order_under_its_headings():
    table = returned(problem())[3]
    assert table.name == "原表1 表1"
    assert [column.heading for column in table.columns] == [
        "行号", "人员姓名", "性别", "身份证号", "出生日期", "手机",
        "问题代码", "问题说明", "建议改法", "状态", "行标识",
    ]  # fmt: skip
    line = dict(zip([column.heading for column in table.columns], table.rows[0], strict=True))
    assert (line["行号"], line["性别"], line["问题代码"], line["行标识"]) == (7, "男", "R05", "T" * 10)
    assert line["问题说明"] == f"公民身份号码：{REGISTRY.rules['R05'].says}"


def test_the_cells_with_problems_are_marked_and_a_row_with_two_problems_is_one_line():
    table = returned(problem(), problem(rule="W06", field="phone"), problem(row=9))[3]
    assert [row[0] for row in table.rows] == [7, 9]
    assert table.marks == {(0, 3), (0, 5), (1, 3)}
    assert table.rows[0][6] == "R05\nW06"


def test_names_numbers_birthdays_and_phones_are_masked():
    shown = returned(problem())[3].rows[0]
    assert shown[1:6] == ("王**", "男", "110***************", "1990-**-**", "138****5678")
    assert NUMBER not in repr(returned(problem()))


def test_no_column_beside_the_number_gives_it_back():
    month_of_age = [date(1990, 3, 1) + timedelta(days=day) for day in range(30)]
    assert rebuilt(mask_returned("id_number", NUMBER), NUMBER[:6], month_of_age) > 1000


@pytest.mark.parametrize("kind", ["text", "code", "integer", "date", "division", "boolean"])
def test_a_number_in_the_wrong_column_is_masked_there_too(kind: str):
    assert mask_returned(kind, f"见{NUMBER}号") == "见110***************号"


def test_a_date_stays_readable_where_a_date_belongs():
    assert mask_returned("date", "20260230") == "20260230"
    assert mask_returned("text", "19900307") == "199*****"


def test_the_rows_of_a_sensitive_service_come_back_as_numbers_only():
    own = OwnSheet("1.xlsx", "表1", COLUMNS, {7: ROW}, frozenset({7}))
    table = returned(problem(), own=own)[3]
    assert table.rows[0][1:6] == ("（敏感服务，不回显）", "", "", "", "")
    assert not table.marks


def test_rows_of_a_file_refused_whole_and_mere_information_are_not_listed_one_by_one():
    rows = [problem(), problem(row=8, disposition="file_rejected"), problem(row=9, rule="W07", field="hukou_code")]
    assert wanted_rows(rows, REGISTRY.rules) == {FILE["file"]: {"表1": {7: f"{7:024d}"}}}


def test_the_receipt_carries_the_remark_about_the_month():
    sheets = returned(problem(), remarks=("本月 12 行，前 3 个月中位数 41 行。",))
    assert "本月 12 行，前 3 个月中位数 41 行。" in sheets[0].notes
