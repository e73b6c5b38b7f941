"""Inputs 23-43: the shape of delimited text, and what only pretends to be it."""

import gzip
import zipfile
from pathlib import Path

from tests.malformed.case import GOOD, Case, Table, csv_of, each, headings, one, person, table
from tests.support import deliveries as made
from tests.support.rows import number

TITLE = [["周村区丝绸路街道流动人口居住登记情况（2026年10月）"], ["填报单位：丝绸路街道派出所"]]


def _separated(mark: str) -> object:
    return lambda path: made.text(path, table(), delimiter=mark)


def _ends(first: str, others: str) -> object:
    lines = [",".join(map(str, row)) for row in table()]
    return lambda path: path.write_bytes((lines[0] + first + others.join(lines[1:]) + others).encode())


def _raw(*lines: str) -> object:
    return lambda path: path.write_bytes("".join(line + "\r\n" for line in lines).encode())


def _line(row: list) -> str:
    return ",".join(map(str, row))


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"x")
        file.truncate(10 * 2**30)


def _zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", "".join(_line(row) + "\r\n" for row in table()))


def _renamed() -> Table:
    """Every heading in another agreed spelling, in reverse order."""
    other = {
        "公民身份号码": "身 份 证 号 码*",
        "现居住地住址": "暂住地址",
        "居住事由": "流入原因",
        "联系电话": "手机号码",
    }
    rows = table()
    return [[other.get(title, title) for title in rows[0]][::-1], *(row[::-1] for row in rows[1:])]


def _without(title: str) -> Table:
    place = headings().index(title)
    return [row[:place] + row[place + 1 :] for row in table()]


FOOTED = [*TITLE, *table(), ["合计", "3人"], ["填表人：某某", "", "审核人：某某"], ["制表日期：2026-10-31"]]

CASES = (
    Case(23, "semicolons", _separated(";"), "refused", "F01", says="分隔"),
    Case(23, "bars", _separated("|"), "refused", "F01", says="分隔"),
    Case(23, "full-width-commas", _separated("，"), "refused", "F01", says="分隔"),
    Case(
        23,
        "tabs",
        _separated("\t"),
        "accepted",
        rules=GOOD,
        note="tabs are what Excel calls Unicode text and many systems export",
    ),
    Case(
        24,
        "quote-opened-on-row-2",
        _raw(_line(headings()), '"' + _line(person(0)), _line(person(1)), _line(person(2))),
        "refused",
        "F01",
        says="第 2 行",
    ),
    Case(
        25,
        "quotes-in-the-middle-of-a-number",
        _raw(_line(headings()), _line(person(0, id_number='3703"21"' + number("19900101")[6:])), _line(person(1))),
        "set aside",
        rules=("R04", ""),
    ),
    Case(26, "carriage-returns-alone", _ends("\r", "\r"), "accepted", rules=GOOD),
    Case(26, "mixed-line-ends", _ends("\r\n", "\n"), "accepted", rules=GOOD),
    Case(
        27,
        "line-break-inside-quotes",
        csv_of(one(current_address="周村区丝绸路街道\n东门路1号")),
        "accepted",
        rules=("",),
        holds=({"current_address": "周村区丝绸路街道 东门路1号"},),
    ),
    Case(
        28,
        "row-cut-short",
        _raw(_line(headings()), _line(person(0)[:1]), _line(person(1))),
        "set aside",
        rules=("R02", ""),
    ),
    Case(
        28,
        "row-shifted-by-a-comma-nobody-quoted",
        _raw(_line(headings()), _line(person(0, current_address="周村区丝绸路街道,东门路1号")), _line(person(1))),
        "set aside",
        rules=("R07;W05;W06", ""),
        says="第 2 行的单元格多于表头",
    ),
    Case(
        28,
        "one-cell-too-many-at-the-end",
        _raw(_line(headings()), _line([*person(0), "多"]), _line(person(1))),
        "accepted",
        rules=("", ""),
        says="第 2 行的单元格多于表头",
        note="nothing is shifted: told, not set aside",
    ),
    Case(29, "ten-gigabytes-in-one-line", _sparse, "refused", "F01", says="文件过大"),
    Case(30, "a-million-columns", _raw(_line(headings()) + "," * 1_000_000), "refused", "F01", says="列"),
    Case(
        31, "a-name-of-200-kilobytes", csv_of(each("name", ["王" * 70_000, "李四光"])), "set aside", rules=("R15", "")
    ),
    Case(31, "a-number-of-200-kilobytes", csv_of(each("id_number", ["1" * 200_000])), "set aside", rules=("R04",)),
    Case(
        31,
        "a-cell-of-10-megabytes",
        csv_of(one(current_address="x" * 10 * 2**20)),
        "refused",
        "F01",
        says="第 2 行",
        note="no cell is that long: a quote that swallowed the rest looks just so",
    ),
    Case(32, "nothing-at-all", lambda path: path.write_bytes(b""), "refused", "F01", says="空"),
    Case(
        33,
        "header-only",
        csv_of([headings()]),
        "accepted",
        rules=(),
        says="数据行 0",
        note="a zero report counts as received; the month's volume is judged beside the months before",
    ),
    Case(34, "no-header", csv_of(table()[1:]), "refused", "F02", says="未找到表头"),
    Case(
        35, "a-heading-twice", csv_of([[*headings(), "姓名"], [*person(0), "某某"]]), "refused", "F02", says="表头重复"
    ),
    Case(36, "headings-renamed-and-reordered", csv_of(_renamed()), "accepted", rules=GOOD),
    Case(36, "required-column-missing", csv_of(_without("登记日期")), "refused", "F02", says="缺少必填列：登记日期"),
    Case(
        36,
        "column-nobody-declared",
        csv_of([[*headings(), "血型"], [*person(0), "AB"]]),
        "accepted",
        rules=("",),
        says="未约定的列未读取：血型；如应读取，请在 schemas/sources/police.yaml",
    ),
    Case(37, "header-on-row-3", csv_of([*TITLE, *table()]), "accepted", rules=GOOD),
    Case(38, "totals-and-signatures", csv_of(FOOTED), "accepted", rules=GOOD),
    Case(
        38,
        "footer-counts-1203-people",
        csv_of([*table(), ["共 1,203 人"]]),
        "accepted",
        "F06",
        rules=GOOD,
        says="F06",
        note="the sender's own count is compared: a warning about the file",
    ),
    Case(
        38,
        "totals-and-signatures-in-other-words",
        csv_of(
            [
                *table(),
                ["总人数", "3"],
                ["所长：某某", "", "", "民警：某某"],
                ["打印时间：2026-11-02 09:12", "打印人：某某"],
            ]
        ),
        "accepted",
        rules=GOOD,
    ),
    Case(
        39,
        "blank-rows-inside",
        csv_of([headings(), person(0), [], ["", "", ""], person(1), [" ", "\u3000"], person(2)]),
        "accepted",
        rules=GOOD,
    ),
    Case(
        40,
        "comment-rows",
        csv_of([["# 由系统导出"], headings(), person(0), ["# 以下为新登记"], person(1), ["注：以上为本月数据"]]),
        "accepted",
        rules=("", ""),
        holds=({"village": None}, {"village": None}),
    ),
    Case(
        41,
        "age-where-a-birth-date-belongs",
        csv_of(each("birth_date", ["25岁", "3岁半"])),
        "accepted",
        rules=("", ""),
        note="no birthday is made up: the number's own date stands, and without a number none",
    ),
    Case(41, "duration-where-a-day-belongs", csv_of(each("arrive_date", ["半年"])), "set aside", rules=("R07",)),
    Case(
        42,
        "csv-in-gzip",
        lambda path: path.write_bytes(gzip.compress(b"x" * 9_000)),
        "refused",
        "F01",
        ending="gz",
        says="压缩包",
    ),
    Case(42, "csv-in-zip", _zipped, "refused", "F01", ending="zip", says="压缩包"),
    Case(
        43,
        "page-called-xls",
        lambda path: made.page(path, table(), "gb18030"),
        "accepted",
        rules=GOOD,
        ending="xls",
        note="what a file is called is never believed; a page is read as the page it is",
    ),
    Case(
        43, "page-cut-short", lambda path: path.write_text("<html><table><tr><td>姓名"), "refused", "F01", says="截断"
    ),
)
