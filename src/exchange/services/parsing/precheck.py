"""Looks an xlsx file over before any reader touches it: bombs, far cells, macros, links, and cells that show errors."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from lxml import etree

from exchange.services.parsing.book import MAX_COLUMNS, Refused

MAX_MEMBERS = 2_000
MAX_INFLATED = 2**30
MAX_RATIO = 200
MAX_ROWS = 1_048_576
MAX_CELLS = 2**23
"""In all sheets together: what the reader of workbooks holds within the memory one file may use."""

_SMALL = 2**20
_CHUNK = 2**20
_TAIL = 512

# Columns beyond SR (512) and rows beyond 1,048,576: a reader that trusts them allocates the whole rectangle.
_FAR_COLUMN = re.compile(rb"""\br\s*=\s*["'](?:[A-Za-z]{3,}|[T-Zt-z][A-Za-z]|[Ss][S-Zs-z])\d""")
_REFERENCE_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,3}(\d{7,})["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)""")
_UNIQUE = re.compile(rb"""uniqueCount\s*=\s*["'](\d+)""")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# What the libraries below raise over bytes that are no intact workbook.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    LookupError,
    ValueError,
    etree.XMLSyntaxError,
    expat.ExpatError,
)
_CELL = rb"""<(?:\w+:)?c\b[^>]*\br=["']([A-Z]{1,2})(\d{1,7})["'][^>]*"""
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Z]{1,2})(\d{1,7})["'][^>]*>(.*?)</(?:\w+:)?c>""", re.DOTALL
)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{0,20})</")
_NO_RESULT = re.compile(
    _CELL
    + rb">\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"
)


@dataclass
class SheetNotes:
    """What calamine does not tell of a sheet: cells with an error or a formula without result, hidden rows."""

    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    cells: int = 0


@dataclass(frozen=True)
class WorkbookNotes:
    """Notes by sheet name, and whether bare days count from 1904."""

    sheets: Mapping[str, SheetNotes]
    is_1904: bool


def check_workbook(path: Path) -> WorkbookNotes:
    """What a look beforehand tells. Raises Refused for what must not reach the reader, or is no intact workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, path.stat().st_size)
            notes = _scan_all(archive)
            sheets = _sheet_members(archive)
            members = {member for _, member in sheets}
            if len(members) < len(sheets) or not members <= set(archive.namelist()):
                # The reader would give an absent sheet no rows, and a doubled one its rows twice.
                raise Refused("文件内部结构异常（工作表缺失或重复）")
            found = {name: notes.get(member, SheetNotes()) for name, member in sheets}
            return WorkbookNotes(found, _counts_from_1904(archive))
    except _DAMAGE as error:
        raise Refused("文件不完整或已损坏，无法打开") from error


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _check_directory(archive: zipfile.ZipFile, size: int) -> None:
    """Everything the directory alone gives away; the sizes it declares are checked again while inflating."""
    members = archive.infolist()
    names = [info.filename for info in members]
    lowered = [name.lower() for name in names]
    if len(members) > MAX_MEMBERS:
        raise Refused(f"文件内部部件过多（{len(members)} 个）")
    if len(set(lowered)) != len(lowered) or any(_is_unsafe(info) for info in members):
        raise Refused("文件内部结构异常（部件重名或路径不安全）")
    if any(info.flag_bits & 1 for info in members):
        raise Refused("文件有密码，请取消密码后重报")
    if any("vbaproject" in name for name in lowered):
        raise Refused("文件带有宏，请另存为不含宏的 xlsx")
    if any(name.startswith("xl/externallinks/") for name in lowered):
        raise Refused("文件链接了其他工作簿，请断开链接后重报")
    if "xl/workbook.xml" not in lowered:
        raise Refused(_what_else(lowered))
    declared = sum(info.file_size for info in members)
    if declared > MAX_INFLATED:
        raise Refused(f"文件解压后过大（{declared // 2**20} MB），请拆分成几个文件或另存为 CSV 后重报")
    if any(_is_bomb(info.file_size, info.compress_size) for info in members):
        raise Refused("文件解压后异常巨大，疑似压缩炸弹")
    if declared > MAX_RATIO * max(size, _SMALL):
        raise Refused("文件解压后异常巨大，疑似压缩炸弹")


def _what_else(names: list[str]) -> str:
    """What a zip is when it is no xlsx workbook, and what to do about it."""
    if "xl/workbook.bin" in names:
        return "文件是 xlsb 工作簿，请另存为 xlsx"
    if "content.xml" in names:
        return "文件是 OpenDocument 文档，请另存为 xlsx"
    if "[content_types].xml" in names:
        return "文件不是 xlsx 工作簿，可能是 Word 等文档，请另存为 xlsx"
    return "文件是压缩包，请解压后报送其中的表格"


def _is_unsafe(info: zipfile.ZipInfo) -> bool:
    name = info.filename
    is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
    return is_link or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\0" in name


def _is_bomb(inflated: int, compressed: int) -> bool:
    return inflated > _SMALL and inflated > MAX_RATIO * max(compressed, 1)


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes in pieces that end between two cells where possible, counted while they inflate."""
    inflated, tail = 0, b""
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            inflated += len(chunk)
            if inflated > MAX_INFLATED or _is_bomb(inflated, info.compress_size):
                raise Refused("文件解压后异常巨大，疑似压缩炸弹")
            chunk = tail + chunk
            cut = chunk.rfind(b"<c ")
            if cut < len(chunk) - _CHUNK:
                cut = max(len(chunk) - _TAIL, 0)
            tail = chunk[cut:]
            yield chunk[:cut]
    yield tail


def _whole(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, with proof that they are well-formed XML: the reader takes what it can of a broken sheet."""
    parser = expat.ParserCreate()
    for chunk in chunks:
        yield chunk
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _scan_all(archive: zipfile.ZipFile) -> dict[str, SheetNotes]:
    """Notes by member. Raises Refused as soon as the sheets have more cells than can be held."""
    notes: dict[str, SheetNotes] = {}
    room = MAX_CELLS
    for info in archive.infolist():
        if _is_xml(info.filename):
            notes[info.filename] = found = _scan(archive, info, room)
            room -= found.cells
    return notes


def _scan(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> SheetNotes:
    notes = SheetNotes()
    is_sheet = info.filename.lower().startswith("xl/worksheets/") and info.filename.endswith(".xml")
    for chunk in _whole(_chunks(archive, info)):
        if _DOCTYPE.search(chunk) or b"\0" in chunk[:64]:
            # UTF-16 would hide a DOCTYPE from this scan; no office program writes it inside a workbook.
            raise Refused("文件含有不允许的 XML 声明")
        if is_sheet:
            _scan_sheet(chunk, notes)
            if notes.cells > room:
                raise Refused(f"工作簿的单元格超过 {MAX_CELLS // 10_000} 万个，请拆分成几个文件或另存为 CSV 后重报")
        elif info.filename.lower().endswith("sharedstrings.xml"):
            counts = _UNIQUE.search(chunk)
            if counts and int(counts[1]) > info.file_size:
                raise Refused("文件声明的文字数与内容不符")
    return notes


def _scan_sheet(chunk: bytes, notes: SheetNotes) -> None:
    if _FAR_COLUMN.search(chunk):
        raise Refused(f"工作表在第 {MAX_COLUMNS} 列以外有单元格，请删除表外的内容和格式后重报")
    if any(int(row) > MAX_ROWS for row in _REFERENCE_ROW.findall(chunk)):
        raise Refused(f"工作表在第 {MAX_ROWS} 行以外有单元格")
    notes.cells += chunk.count(b"<c ") + chunk.count(b"<c>") + chunk.count(b":c ")
    notes.hidden_rows += len(_HIDDEN_ROW.findall(chunk))
    if b'"e"' in chunk or b"'e'" in chunk:
        for column, row, inner in _ERROR_CELL.findall(chunk):
            value = _VALUE.search(inner)
            notes.broken[_place(column, row)] = value[1].decode("utf-8", "replace") if value else ""
    if b"<f" in chunk or b":f" in chunk:
        for column, row in _NO_RESULT.findall(chunk):
            notes.broken.setdefault(_place(column, row), "")


def _place(column: bytes, row: bytes) -> tuple[int, int]:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return int(row) - 1, number - 1


def _tree(archive: zipfile.ZipFile, member: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(member), parser)


def _counts_from_1904(archive: zipfile.ZipFile) -> bool:
    settings = next(_workbook(archive).iter("{*}workbookPr"), None)
    return settings is not None and settings.get("date1904", "0") in ("1", "true", "on")


def _workbook(archive: zipfile.ZipFile) -> etree._Element:
    return _tree(archive, next(name for name in archive.namelist() if name.lower() == "xl/workbook.xml"))


def _sheet_members(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(Sheet name, member) in order, through the workbook's relations."""
    names = {name.lower(): name for name in archive.namelist()}
    relations = names.get("xl/_rels/workbook.xml.rels")
    if relations is None:
        return []
    targets = {str(node.get("Id")): str(node.get("Target", "")) for node in _tree(archive, relations)}
    members: list[tuple[str, str]] = []
    for node in _workbook(archive).iter("{*}sheet"):
        identity = next((str(value) for key, value in node.items() if str(key).endswith("}id")), "")
        target = targets.get(identity, "")
        member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        members.append((str(node.get("name", "")), names.get(member.lower(), member)))
    return members
