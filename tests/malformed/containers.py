"""Inputs 59-67: containers under wrong names, protected ones, and cells that are not what they show."""

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from tests.malformed.case import GOOD, Case, csv_of, each, edited, headings, one, shared_of, table, xlsx_of
from tests.support import deliveries as made
from tests.support.rows import PROJECT, number

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
ARRIVED, BORN, NAME = (headings().index(title) for title in ("到达本地日期", "出生日期", "姓名"))


def _old_format(path: Path) -> None:
    path.write_bytes((PROJECT / "tests" / "samples" / "reader" / "register.xls").read_bytes())


def _picture(path: Path) -> None:
    made.with_member(path, "xl/media/image1.png", b"\x89PNG")


def _set(column: int, value: Any, form: str = "General") -> Callable[[Any], None]:
    def touch(book: Any) -> None:
        cell = book["Sheet1"].cell(2, column + 1)
        cell.value, cell.number_format = value, form

    return touch


def _mac(book: Any) -> None:
    made.counted_from_1904(book)
    _set(ARRIVED, datetime.date(2026, 10, 2), "yyyy-mm-dd")(book)


def _mac_number(book: Any) -> None:
    made.counted_from_1904(book)
    _set(ARRIVED, 44835)(book)


def _strict(path: Path) -> None:
    """The same workbook in the namespaces of the strict variant of the standard."""
    pairs = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )

    def change(xml: bytes) -> bytes:
        for old, new in pairs:
            xml = xml.replace(old, new)
        return xml

    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    for name in names:
        made.rewritten(path, name, change)


def _open_document(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")


def _written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _rich(path: Path) -> None:
    """A name in two runs of different type, with its reading beside it, as input methods leave."""
    runs = "<is><r><t>王</t></r><r><rPr><b/></rPr><t>小明</t></r><rPh sb='0' eb='1'><t>wang</t></rPh></is>".encode()
    _replace_name(path, b'<c r="A2" t="inlineStr">' + runs + b"</c>")


def _replace_name(path: Path, cell: bytes) -> None:
    def change(xml: bytes) -> bytes:
        start = xml.index(b'<c r="A2"')
        return xml[:start] + cell + xml[xml.index(b"</c>", start) + 4 :]

    made.rewritten(path, SHEET, change)


READING = '<r><t>王小明</t></r><rPh sb="0" eb="1"><t>wang</t></rPh>'.encode()
_read_aloud = edited("xl/sharedStrings.xml", "<t>王小明</t>".encode(), READING)


def _workbook_bytes() -> bytes:
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    for row in table():
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


CASES = (
    Case(59, "new-format-called-xls", xlsx_of(), "accepted", rules=GOOD, ending="xls"),
    Case(59, "new-format-called-csv", _written(_workbook_bytes()), "accepted", rules=GOOD),
    Case(
        59,
        "old-format-called-xlsx",
        _old_format,
        "set aside",
        rules=("R09", "R03;R09", "R05;R09"),
        ending="xlsx",
        note="read by its first bytes; its people live elsewhere, one number is a number cell, one is wrong",
    ),
    Case(
        60,
        "password",
        _written(OLE + "EncryptedPackage".encode("utf-16-le") + bytes(2_000)),
        "refused",
        "F01",
        ending="xlsx",
        says="有密码",
    ),
    Case(
        61,
        "macros",
        xlsx_of(then=lambda path: made.with_member(path, "xl/vbaProject.bin", b"x")),
        "refused",
        "F01",
        ending="xlsm",
        says="宏",
    ),
    *(
        Case(
            62,
            title,
            xlsx_of(then=lambda path, part=part: made.with_member(path, "xl/externalLinks/externalLink1.xml", part)),
            "refused",
            "F01",
            ending="xlsx",
            says="链接",
        )
        for title, part in (
            ("link-to-another-workbook", b"<externalLink/>"),
            ("link-to-a-program", b'<externalLink><ddeLink ddeService="cmd" ddeTopic="x"/></externalLink>'),
        )
    ),
    Case(62, "picture", xlsx_of(then=_picture), "accepted", rules=GOOD, ending="xlsx", note="never opened"),
    Case(
        63,
        "number-stored-as-a-number",
        xlsx_of(each("id_number", [370306199001011000, 3.70306199001011e17])),
        "set aside",
        rules=("R03", "R03"),
        ending="xlsx",
        holds=({"id_number": None},) * 2,
        says="设为文本",
    ),
    Case(63, "number-in-powers-of-ten", csv_of(each("id_number", ["3.70306E+17"])), "set aside", rules=("R03",)),
    Case(
        64,
        "number-with-a-small-x",
        csv_of(one(id_number="11010519491231002x", birth_date="1949-12-31", sex="女")),
        "accepted",
        rules=("",),
        holds=({"id_number": "11010519491231002X"},),
    ),
    Case(
        65,
        "day-as-a-number-of-days",
        xlsx_of(one(), touch=_set(ARRIVED, 46297)),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"arrive_date": "2026-10-02"},),
    ),
    Case(
        65,
        "days-counted-from-1904",
        xlsx_of(one(), touch=_mac),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"arrive_date": "2026-10-02"},),
    ),
    Case(
        65,
        "bare-number-counted-from-1904",
        xlsx_of(one(), touch=_mac_number),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"arrive_date": "2026-10-02"},),
    ),
    Case(
        65,
        "the-29th-of-february-1900",
        xlsx_of(one(), touch=_set(ARRIVED, 60, "yyyy-mm-dd")),
        "set aside",
        rules=("R07",),
        ending="xlsx",
    ),
    Case(
        65,
        "days-as-text",
        csv_of(each("arrive_date", ["2026.10.2", "2026年10月2日", "20261002", "26.10.2", "2026-10-02 00:00:00"])),
        "accepted",
        rules=("",) * 5,
        holds=({"arrive_date": "2026-10-02"},) * 5,
    ),
    Case(65, "day-or-month-first", csv_of(each("arrive_date", ["05/01/2026"])), "set aside", rules=("R07",)),
    Case(66, "strict-variant", xlsx_of(then=_strict), "accepted", rules=GOOD, ending="xlsx"),
    Case(66, "open-document", _open_document, "refused", "F01", ending="ods", says="另存为 xlsx"),
    Case(66, "text-called-xlsx", csv_of(table()), "accepted", rules=GOOD, ending="xlsx"),
    Case(66, "text-called-et", csv_of(table()), "accepted", rules=GOOD, ending="et", note="what it is counts"),
    Case(
        67,
        "name-in-two-runs-with-its-reading",
        xlsx_of(one(id_number=number("19900101", 101)), then=_rich),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"name": "王小明"},),
    ),
    Case(
        67,
        "shared-name-with-its-reading",
        shared_of(one(), then=_read_aloud),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"name": "王小明"},),
    ),
    Case(
        67,
        "name-written-in-the-cell",
        xlsx_of(
            one(), then=lambda path: _replace_name(path, '<c r="A2" t="inlineStr"><is><t>王小明</t></is></c>'.encode())
        ),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"name": "王小明"},),
    ),
)
