"""Builds the files clerks really send, with synthetic people, in every container and with every dirt."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADINGS = ["序号", "姓名", "身份证号码", "居住地址", "到达本地日期", "登记日期", "联系电话"]
TITLE = "某县某镇流动人口居住登记情况通报表（2026年10月）"
UNIT = "填报单位：某镇派出所　　统计月份：2026年10月　　单位：人"
SIGNATURE = ["填表人：某某", "", "审核人：某某", "", "填报日期：2026年10月28日"]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(sequence: int) -> str:
    """A valid number of a person who does not exist."""
    body = f"37030619900101{sequence:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def person(n: int, name: str | None = None) -> list[Any]:
    """A row under HEADINGS."""
    return [str(n), name or f"测试{n}", number(n), f"某镇某村{n}号", "2026-10-01", "2026-10-02", "13800138000"]


def persons(count: int) -> list[list[Any]]:
    """`count` rows under HEADINGS."""
    return [person(n) for n in range(1, count + 1)]


def workbook(
    path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]], touch: Callable[[Any], None] | None = None
) -> Path:
    """An xlsx with these sheets; `touch` may change the workbook before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if touch is not None:
        touch(book)
    book.save(path)
    return path


def rewritten(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """The zip at `path` with one member's bytes changed."""
    source = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info.filename)
            new.writestr(info.filename, change(data) if info.filename == member else data)
    return path


def with_member(path: Path, member: str, data: bytes) -> Path:
    """The zip at `path` with one more member."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, data)
    return path


def with_cell(path: Path, reference: str) -> Path:
    """The workbook with one more cell, far away, as a stray click leaves it."""
    row = re.search(r"\d+", reference)[0].encode()
    cell = b'<row r="%b"><c r="%b" t="inlineStr"><is><t>x</t></is></c></row></sheetData>' % (row, reference.encode())
    return rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", cell))


def text(
    path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n"
) -> Path:
    """Delimited text, unquoted, in the encoding."""
    path.write_bytes("".join(delimiter.join(row) + end for row in rows).encode(encoding))
    return path


def page(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    """An HTML page with one table."""
    cells = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    path.write_bytes(f"<html><body><table border=1>\n{cells}\n</table></body></html>".encode(encoding))
    return path


def counted_from_1904(book: Any) -> None:
    """For `workbook`: days count from 1904, as on old Macintoshes."""
    book.epoch = CALENDAR_MAC_1904
