"""A sender's own file on its way back: its rows, its order, its faults, and nothing that undoes a mask."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.rules.letters.masks import mask_returned
from exchange.rules.letters.workbooks import Letterhead
from exchange.rules.returning.feedback import SenderMonth, feedback_workbook
from exchange.rules.returning.returned import OwnSheet, headings_of
from exchange.rules.returning.unplaced import unknown_words, unplaced
from tests.rules.test_masks import NUMBER, rebuilt

REGISTRY = load_registry(Path("schemas"), Path("expectations"))
HEAD = Letterhead(
    "370306", "周村区", "北郊镇", "北郊镇派出所", "卫生健康办公室", "周政办字〔2017〕138号", Period(2026, 10)
)
FEEDBACK = REGISTRY.products["feedback"]
SOURCE = REGISTRY.of_role("residence_register")[0]
FILE = {"file": "a/2026-10/1.xlsx", "status": "received", "rule": None, "message": None, "is_late": False,
        "rows_in": 5, "rows_kept": 3, "rows_warned": 0, "rows_aside": 2}  # fmt: skip
COLUMNS = (("name", "人员姓名"), ("sex", ""), ("id_number", "身份证号"), ("birth_date", ""), ("phone", "手机"))
ROW = {"name": "王小明", "sex": "男", "id_number": NUMBER, "birth_date": "1990-03-07", "phone": "13812345678"}
NUMBERS = (5, 7, 9)


def own_sheet(**changed: object) -> OwnSheet:
    told = {
        "file": "1.xlsx", "sheet": "表1", "columns": COLUMNS, "numbers": NUMBERS,
        "cells": {name: [ROW[name]] * len(NUMBERS) for name in ROW}, "tokens": ["A" * 10, "B" * 10, "C" * 10],
        "dispositions": ["accept", "quarantine", "warn"],
    }  # fmt: skip
    return OwnSheet(**told | changed)


def problem(row: int = 7, rule: str = "R05", field: str = "id_number", **changed: object) -> dict:
    return {"file": FILE["file"], "sheet": "表1", "row": row, "row_id": f"{row:024d}", "rule": rule, "field": field,
            "row_token": "T" * 10, "disposition": "quarantine"} | changed  # fmt: skip


def returned(*problems: dict, own: OwnSheet | None = None, **more: object):
    sent = SenderMonth([FILE], list(problems), [own or own_sheet()], **more)
    return {sheet.name: sheet for sheet in feedback_workbook(FEEDBACK, HEAD, SOURCE, sent, REGISTRY.rules).sheets}


def lines(table) -> list[dict]:
    return [dict(zip([column.heading for column in table.columns], row, strict=True)) for row in table.rows]


def test_every_row_comes_back_in_the_senders_order_under_its_own_headings_and_sheet_name():
    table = returned(problem())["表1"]
    assert [column.heading for column in table.columns] == [
        "行号", "人员姓名", "性别", "身份证号", "出生日期", "手机",
        "问题代码", "问题说明", "建议改法", "状态", "行标识",
    ]  # fmt: skip
    assert [line["行号"] for line in lines(table)] == [5, 7, 9]
    assert [line["行标识"] for line in lines(table)] == ["A" * 10, "B" * 10, "C" * 10]
    assert table.filtered


def test_a_row_without_problem_says_nothing_but_its_state():
    good, bad, warned = lines(returned(problem(), problem(9, "W06", "phone", disposition="warn"))["表1"])
    assert (good["问题代码"], good["问题说明"], good["建议改法"], good["状态"]) == ("", "", "", "已采用")
    assert (bad["问题代码"], bad["状态"]) == ("R05", "待改正")
    assert bad["问题说明"] == f"公民身份号码：{REGISTRY.rules['R05'].says}"
    assert warned["状态"] == "已采用（有提醒）"


@pytest.mark.parametrize(
    ("disposition", "rule", "state"),
    [("quarantine", "M01", "待核实"), ("file_rejected", "R05", "整表退回，待改正"), ("ignore", "R05", "暂存未用")],
)
def test_the_state_says_what_became_of_the_row(disposition, rule, state):
    own = own_sheet(dispositions=["accept", disposition, "accept"])
    assert lines(returned(problem(rule=rule, disposition=disposition), own=own)["表1"])[1]["状态"] == state


def test_rows_of_a_correction_that_were_taken_are_corrected():
    own = own_sheet(is_correction=True)
    assert [line["状态"] for line in lines(returned(problem(), own=own)["表1"])] == [
        "已改正",
        "待改正",
        "已改正（有提醒）",
    ]


def test_the_cells_with_problems_are_marked_and_the_list_of_problems_leads_to_them():
    sheets = returned(problem(), problem(rule="W06", field="phone"), problem(row=9))
    assert sheets["表1"].marks == {(1, 3), (1, 5), (2, 3)}
    assert lines(sheets["表1"])[1]["问题代码"] == "R05\nW06"
    first = sheets["表1"].first_row
    row = [column.heading for column in sheets["问题明细"].columns].index("行号")
    assert sheets["问题明细"].links[0, row] == ("表1", first + 1, 3)
    assert sheets["问题明细"].links[2, row] == ("表1", first + 2, 3)


def test_what_the_reader_made_of_the_other_rows_is_told():
    notes = returned(problem(), own=own_sheet(others={"header": 1, "total": 2, "blank": 3}))["表1"].notes
    assert notes[0] == "本表读到数据3行；另有表头行1行、合计行2行、空行3行，未计为数据，不再列出。"


def test_two_sheets_of_one_name_and_a_name_of_ours_stay_apart():
    own = [own_sheet(), replace(own_sheet(), file="2.xlsx"), own_sheet(sheet="反馈单"), own_sheet(sheet="")]
    sent = SenderMonth([FILE], [problem()], own)
    names = [sheet.name for sheet in feedback_workbook(FEEDBACK, HEAD, SOURCE, sent, REGISTRY.rules).sheets]
    assert names[3:] == ["表1", "表1（2）", "反馈单（2）", "原表"]


def test_no_two_columns_share_a_heading():
    columns = (("phone", "电话"), ("employer", "电话"))
    assert [heading for _, heading in headings_of(columns, SOURCE)] == ["电话", "电话（employer）"]


def test_names_numbers_birthdays_and_phones_are_masked():
    shown = returned(problem())["表1"].rows[1]
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
    table = returned(problem(), own=own_sheet(withheld=frozenset({7})))["表1"]
    assert table.rows[1][1:6] == ("（敏感服务，不回显）", "", "", "", "")
    assert table.rows[0][1] == "王**"
    assert not table.marks


def test_the_receipt_carries_the_remark_about_the_month():
    sheets = returned(problem(), remarks=("本月 12 行，前 3 个月中位数 41 行。",))
    assert "本月 12 行，前 3 个月中位数 41 行。" in sheets["反馈单"].notes


def test_without_problems_there_is_only_the_receipt():
    assert list(returned()) == ["反馈单"]


def test_corrected_rows_are_listed_with_what_became_of_them():
    taken = {"file": "a/2026-09/1.xlsx", "sheet": "表1", "row": 7, "fields": "id_number;phone", "rules": "W04",
             "disposition": "warn", "returned_on": date(2026, 11, 12), "new_file": "a/2026-09/c.xlsx",
             "new_row": 2}  # fmt: skip
    refused = {**taken, "row": 8, "disposition": "quarantine", "rules": "R05;W06"}
    first, second = lines(returned(corrections=[taken, refused])["更正办理情况"])
    assert (first["更正的列"], first["状态"], first["原文件"]) == ("公民身份号码、联系电话", "已改正", "1.xlsx")
    assert second["状态"] == f"仍有问题，未入库：R05 {REGISTRY.rules['R05'].title}"


def facts(**sheet: object) -> dict:
    told = {"name": "表1", "role": "data", "rows": 9, "unknown_headings": [], "never_read": [], "columns": [],
            "missing_required": []}  # fmt: skip
    return {"findings": [], "sheets": [told | sheet]}


def test_an_unknown_heading_names_the_column_it_resembles_and_the_key_to_add_it_to():
    (found,) = unplaced("1.xlsx", facts(unknown_headings=["联系手机电话"]), {}, SOURCE, None, REGISTRY)
    assert found.engineer == f"schemas/sources/{SOURCE.name}.yaml → fields → name: phone → headings：加入“联系手机电话”"
    assert "联系电话" in found.clerk


def test_a_heading_like_nothing_asks_for_a_new_field_and_a_forbidden_one_for_nothing():
    new, never = unplaced(
        "1.xlsx", facts(unknown_headings=["ＱＱ"], never_read=["政治面貌"]), {}, SOURCE, None, REGISTRY
    )
    assert "加一项" in new.engineer
    assert (never.kind, never.engineer) == ("不读取的列", "")


def test_an_unknown_word_names_the_senders_own_list():
    unit = next(unit for unit in REGISTRY.senders(SOURCE) if unit.reason_dict == "zzsy")
    words = {"stay_reason": Counter({"投奔": 3})}
    (found,) = unplaced("1.xlsx", facts(), words, SOURCE, unit, REGISTRY)
    assert (found.text, found.rows) == ("居住事由：投奔", 3)
    assert found.engineer == "schemas/codes/stay_reason_zzsy.yaml → entries → 相应代码 → aliases：加入“投奔”"


def test_unknown_words_are_counted_and_a_number_among_them_is_masked():
    read = pa.table({"row_kind": ["header", "data", "data", "data"], "stay_reason": [None, "投奔", NUMBER, "务工"]})
    judged = pa.table({"stay_reason__outcome": ["unknown", "unknown", "ok"]})
    assert unknown_words(read, judged, SOURCE) == {"stay_reason": {"投奔": 1, "110***************": 1}}
