"""The self-check of one file: what it says on the terminal, and the workbook it leaves beside the file."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from exchange.registry.load import Registry, load_registry
from exchange.stages.check import Verdict, check_file
from tests.stages.months import UNITS, WEST, number
from tests.stages.test_own_corrections import POLICE_HEADINGS, WRONG, police_row

PROJECT = Path(__file__).resolve().parents[2]
GOOD = number("341222", "19910203", 21)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    units = tmp_path_factory.mktemp("units") / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    return load_registry(PROJECT / "schemas", PROJECT / "expectations", units)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "在住人员"
    book.active.append([*POLICE_HEADINGS, "居住事由", "居住处所情况"])
    book.active.append([*police_row("王一", WRONG), "务工", "出租房"])
    book.active.append([*police_row("王二", GOOD, 联系电话="13800000002"), "星际旅行", "出租房"])
    path = tmp_path_factory.mktemp("file") / f"{WEST}_PS_2026-09_full_v1.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def verdict(file: Path, registry: Registry) -> Verdict:
    return check_file(file, None, registry)


def test_what_found_no_place_is_named_with_the_key_to_add_it_to(verdict: Verdict):
    told = "\n".join(verdict.lines)
    assert "schemas/sources/police.yaml → fields → name: stay_place → headings：加入“居住处所情况”" in told
    assert "居住事由：星际旅行" in told
    assert "schemas/codes/stay_reason.yaml → entries → 相应代码 → aliases：加入“星际旅行”" in told
    assert "不读取的列“政治面貌”" in told


def test_the_workbook_holds_every_row_with_the_same_masks_and_no_tokens(verdict: Verdict):
    assert not verdict.fine
    assert verdict.workbook is not None
    book = openpyxl.load_workbook(BytesIO(verdict.workbook()))
    assert book.sheetnames == ["反馈单", "问题汇总", "问题明细", "未识别内容", "在住人员"]
    sheet = book["在住人员"]
    headings = [cell.value for cell in sheet[3]]
    rows = [dict(zip(headings, (cell.value for cell in sheet[line]), strict=True)) for line in (4, 5)]
    assert [row["行号"] for row in rows] == [2, 3]
    assert rows[0]["公民身份号码"] == "341" + "*" * 15
    assert [row["行标识"] for row in rows] == [None, None]
    assert rows[0]["状态"] == "待改正"
    texts = " ".join(str(cell.value) for one in book for line in one.iter_rows() for cell in line)
    assert WRONG not in texts
    assert GOOD not in texts


def test_the_same_file_gives_the_same_workbook(verdict: Verdict, file: Path, registry: Registry):
    again = check_file(file, None, registry)
    assert verdict.workbook is not None
    assert again.workbook is not None
    assert verdict.workbook() == again.workbook()


def test_checking_needs_no_database():
    code = "import exchange.stages.check, sys; print(sorted({'sqlalchemy', 'psycopg2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
