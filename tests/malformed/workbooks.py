"""Inputs 44-58: workbooks that are damaged, hostile or unusual inside."""

import io
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.malformed.case import GOOD, Case, edited, headings, one, person, shared_of, table, xlsx_of
from tests.support import deliveries as made

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
DATE, ID = (headings().index(title) for title in ("登记日期", "公民身份号码"))
ENTITIES = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;">]>'


def _cut(share: float) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def _member(name: str, data: bytes = b"<a/>") -> Callable[[Path], object]:
    return lambda path: made.with_member(path, name, data)


def _twice(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.with_member(path, SHEET, b"<worksheet/>")


def _link(path: Path) -> None:
    info = zipfile.ZipInfo("xl/media/image1.png")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, "/etc/hostname")


def _padded(path: Path) -> None:
    """Blanks between two rows: well-formed, and a few hundred times smaller in the file."""
    made.rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", b" " * 12 * 2**20 + b"</sheetData>"))


def _nested(path: Path) -> None:
    """A packed file of blanks, packed again."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for place in range(60):
            archive.writestr(f"{place}.xml", bytes(2**20))
    made.with_member(path, "xl/worksheets/nested.xml", inner.getvalue() + bytes(8 * 2**20))


def _lie(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        true = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, (1024).to_bytes(4, "little")))


def _many_sheets(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for place in range(2_100):
            archive.writestr(f"xl/worksheets/sheet{place + 2}.xml", b"<worksheet/>")


def _many_styles(path: Path) -> None:
    made.rewritten(path, "xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", b"<xf/>" * 1_000_000 + b"</cellXfs>"))


def _hide(kind: str) -> Callable[[Any], None]:
    def touch(book: Any) -> None:
        book["旧表"].sheet_state = kind

    return touch


def _filtered(book: Any) -> None:
    sheet = book["Sheet1"]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet.auto_filter.ref = "A1:M4"


def _titled(book: Any) -> None:
    book["Sheet1"].merge_cells("A1:M1")


def _merged(book: Any) -> None:
    """One number spread over two people."""
    book["Sheet1"].merge_cells(start_row=2, end_row=3, start_column=ID + 1, end_column=ID + 1)


def _formula(book: Any) -> None:
    book["Sheet1"].cell(2, DATE + 1).value = '=TEXT(46298,"yyyy-mm-dd")'


def _with_result(path: Path) -> None:
    """The formula's result kept in the file, as Excel saves it."""
    old, new = b"</f><v></v>", b"</f><v>2026-10-03</v>"

    def change(xml: bytes) -> bytes:
        xml = xml.replace(b"</f><v />", old).replace(b"</f><v/>", old)
        start = xml.rindex(b"<c ", 0, xml.index(b"<f>"))
        return xml[:start] + xml[start:].replace(b"<c ", b'<c t="str" ', 1).replace(old, new, 1)

    made.rewritten(path, SHEET, change)


def _errors(book: Any) -> None:
    sheet, column = book["Sheet1"], ID + 1
    for row, text in ((2, "#N/A"), (3, "#REF!")):
        sheet.cell(row, column).value = text
        sheet.cell(row, column).data_type = "e"


BOMB = bytes(64 * 2**20)
OLD = [("旧表", table(person(8), person(9)))]

CASES = (
    *(
        Case(44, f"cut-at-{share:.0%}", xlsx_of(then=_cut(share)), "refused", "F01", ending="xlsx", says="损坏")
        for share in (0.1, 0.5, 0.99)
    ),
    Case(45, "sheet-of-blanks", xlsx_of(then=_padded), "refused", "F01", ending="xlsx", says="炸弹"),
    Case(45, "part-of-zeros", xlsx_of(then=_member("xl/b.xml", BOMB)), "refused", "F01", ending="xlsx", says="炸弹"),
    Case(45, "bomb-within-a-bomb", xlsx_of(then=_nested), "refused", "F01", ending="xlsx"),
    Case(46, "declared-size-lies", xlsx_of(then=_lie), "refused", "F01", ending="xlsx", says="损坏"),
    Case(
        47,
        "entities-that-grow",
        shared_of(then=edited(STRINGS, b"<sst", ENTITIES + b"<sst")),
        "refused",
        "F01",
        ending="xlsx",
        says="XML",
    ),
    *(
        Case(
            48,
            f"entity-from-{place}",
            xlsx_of(then=edited(SHEET, b"<worksheet", b'<!DOCTYPE a SYSTEM "%b"><worksheet' % address)),
            "refused",
            "F01",
            ending="xlsx",
            says="XML",
        )
        for place, address in (("a-file", b"file:///etc/passwd"), ("the-network", b"http://192.0.2.1/a.dtd"))
    ),
    Case(
        49,
        "cell-in-the-far-corner",
        xlsx_of(then=lambda path: made.with_cell(path, "XFD1048576")),
        "refused",
        "F01",
        ending="xlsx",
        says="以外",
    ),
    Case(
        50,
        "wrong-dimension",
        xlsx_of(then=edited(SHEET, b'<dimension ref="A1:M4"', b'<dimension ref="A1:B2"')),
        "accepted",
        rules=GOOD,
        ending="xlsx",
    ),
    *(
        Case(51, title, xlsx_of(then=spoil), "refused", "F01", ending="xlsx", says="结构异常")
        for title, spoil in (
            ("part-outside", _member("../../escape.xml")),
            ("part-with-an-absolute-path", _member("/etc/escape.xml")),
            ("part-twice", _twice),
            ("part-that-is-a-link", _link),
        )
    ),
    Case(52, "thousands-of-sheets", xlsx_of(then=_many_sheets), "refused", "F01", ending="xlsx", says="部件过多"),
    Case(52, "a-million-styles", xlsx_of(then=_many_styles), "refused", "F01", ending="xlsx", says="巨大"),
    Case(
        52,
        "strings-that-are-not-there",
        shared_of(then=edited(STRINGS, b"uniqueCount=", b'uniqueCount="900000000" x=')),
        "refused",
        "F01",
        ending="xlsx",
        says="文字数",
    ),
    *(
        Case(
            53,
            f"{kind}-sheet-with-people",
            xlsx_of(also=OLD, touch=_hide(kind)),
            "accepted",
            rules=GOOD,
            ending="xlsx",
            says="隐藏的工作表未读取（3 行）",
            note="hidden sheets are never data, and their sender is told so",
        )
        for kind in ("hidden", "veryHidden")
    ),
    Case(
        54,
        "hidden-rows-and-columns-and-a-filter",
        xlsx_of(touch=_filtered),
        "accepted",
        rules=GOOD,
        ending="xlsx",
        says="隐藏的行已照常读取（1 行）",
    ),
    Case(
        55,
        "several-sheets-with-people",
        xlsx_of(also=[("二村", table(person(4))), ("说明", [["填表说明"]])]),
        "accepted",
        rules=(*GOOD, ""),
        ending="xlsx",
        says="工作表没有约定的表头",
        note="every visible sheet with a matching header is data",
    ),
    Case(
        56,
        "merged-cells-in-the-title",
        xlsx_of([["流动人口居住登记（2026年10月）"], *table()], touch=_titled),
        "accepted",
        rules=GOOD,
        ending="xlsx",
    ),
    Case(
        56,
        "merged-cells-among-people",
        xlsx_of(touch=_merged),
        "set aside",
        rules=("", "R02", ""),
        ending="xlsx",
        note="only the first row has the number: what a merged cell means for the others is not guessed",
    ),
    Case(
        57,
        "formula-with-its-result",
        xlsx_of(one(), touch=_formula, then=_with_result),
        "accepted",
        rules=("",),
        ending="xlsx",
        holds=({"register_date": "2026-10-03"},),
    ),
    Case(57, "formula-without-its-result", xlsx_of(one(), touch=_formula), "set aside", rules=("R07",), ending="xlsx"),
    Case(
        58, "errors-where-numbers-belong", xlsx_of(touch=_errors), "set aside", rules=("R02", "R04", ""), ending="xlsx"
    ),
)
