"""The reader against hostile and broken workbooks, and the sandbox that keeps the run alive."""

import os
import time
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exchange.model.errors import ServiceUnavailable
from exchange.services.parsing import precheck
from exchange.services.sandbox import Job, Limits, Sandbox
from exchange.stages.read import read_file
from tests.support import deliveries as made
from tests.support.reading import MONTH, SHAPE, SOURCE, read, refusal

# Hostile workbooks


def test_a_workbook_of_more_cells_than_can_be_held_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    rows = [made.HEADINGS, *made.persons(3)]
    two = made.workbook(tmp_path / "two.xlsx", ("Sheet1", rows), ("Sheet2", rows))
    monkeypatch.setattr(precheck, "MAX_CELLS", 56)
    assert read(two)[1]["data_rows"] == 6
    monkeypatch.setattr(precheck, "MAX_CELLS", 55)
    assert "拆分" in refusal(two)


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
    slow = made.text(tmp_path / "slow.csv", [made.HEADINGS, *made.persons(900) * 200])
    hurried = Sandbox(ENTRY, workers=1, limits=Limits(wall_seconds=0.05))
    (answer,) = hurried.run(jobs(tmp_path, slow))
    assert (answer.result, answer.refused) == (None, "读取超时，已停止")


def test_a_reader_that_waits_for_nothing_is_stopped_at_its_limit(tmp_path):
    os.mkfifo(tmp_path / "silent.csv")
    began = time.monotonic()
    (answer,) = Sandbox(ENTRY, workers=1, limits=Limits(wall_seconds=1)).run(jobs(tmp_path, tmp_path / "silent.csv"))
    assert answer.refused == "读取超时，已停止"
    assert time.monotonic() - began < 4


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
