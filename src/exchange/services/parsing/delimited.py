"""Reads comma- and tab-separated text in the encodings offices use, record by record, with physical line numbers."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from exchange.services.parsing.book import MAX_COLUMNS, Book, Refused, Row, SheetData
from exchange.services.parsing.gb18030_pua import MOVED

_BLOCK = 2**20
_LONGEST_FIELD = 2**20
_LONGEST_LINE = 8 * 2**20
_MOST_BLANK = 2**20
"""Lines without anything one after another: a sheet's worth below the table is known, more is no table."""
_LOOK = 20
_FORCING_TAB = re.compile(r'\t+(?="*(?:,|$))|(?<=,)"*\t+')
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SWALLOWED = 3
_MANY_LINES = 20
_LINES_PER_CELL = 3
_ENOUGH_UTF8 = 8
_NAME_IN_BIG5 = "姓名".encode("big5")
"""The one heading every table of people has."""


def open_text(path: Path) -> Book:
    """A CSV or TSV file as a book of one sheet. Raises Refused for undecodable, binary or wrongly separated text."""
    encoding, is_private = encoding_of(path, longest_line=_LONGEST_LINE)
    delimiter = _delimiter(path, encoding)
    sheet = SheetData(name="", visible=True, rows=lambda: _records(path, encoding, delimiter, is_private))
    return Book(container="tsv" if delimiter == "\t" else "csv", encoding=encoding, sheets=(sheet,))


def _candidates(head: bytes) -> tuple[str, ...]:
    """A byte order mark decides; without one strict UTF-8, then GB18030 (GBK would refuse 䶮 and 㛃)."""
    if head.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "gb18030")


def encoding_of(path: Path, longest_line: int | None = None) -> tuple[str, bool]:
    """The first encoding that decodes every byte strictly, and whether the text has private-use characters.

    Raises Refused when none does, for NUL characters, and for a line of more than `longest_line` characters.
    """
    with path.open("rb") as file:
        candidates = _candidates(file.read(4))
    failure: tuple[int, int] | None = None
    for encoding in candidates:
        line, wide, is_private, has_failed = _try(path, encoding, longest_line)
        if not has_failed:
            if encoding == "gb18030":
                _check_traditional(path)
            return encoding, is_private and encoding == "gb18030"
        failure = failure or (line, wide)
    line, wide = failure or (1, 0)
    raise Refused(f"第 {line} 行附近文字编码无法识别（混用编码或文件不完整），请另存为 UTF-8 或 xlsx 后重报")


def _check_traditional(path: Path) -> None:
    """Refuse Big5, most of which is GB18030 as well: other characters in the same bytes."""
    with path.open("rb") as file:
        head = file.read(_BLOCK)
    if _NAME_IN_BIG5 in head and "姓名" not in head.decode("gb18030", "ignore"):
        raise Refused("文字编码是 Big5（繁体中文），请另存为 UTF-8 或 xlsx 后重报")


def _try(path: Path, encoding: str, longest_line: int | None) -> tuple[int, int, bool, bool]:
    """(lines read, characters beyond ASCII, has private-use, failed) of decoding the file strictly."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, wide, is_private, run = 1, 0, False, 0
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "ignore")
                lines, wide = lines + good.count("\n"), wide + _beyond_ascii(good)
                if encoding == "utf-8" and wide >= _ENOUGH_UTF8:
                    # So much valid UTF-8 is no accident: the rest is another encoding, or was cut off.
                    raise Refused(
                        f"第 {lines} 行附近文字编码无法识别（混用编码或文件不完整），请另存为 UTF-8 或 xlsx 后重报"
                    ) from None
                return lines, wide, is_private, True
            if "\0" in text:
                line = lines + text[: text.index("\0")].count("\n")
                raise Refused(f"第 {line} 行含有不可见的空字符，文件不是正常的文本表格")
            run = len(text) - end if (end := max(text.rfind("\n"), text.rfind("\r")) + 1) else run + len(text)
            if longest_line is not None and run > longest_line:
                raise Refused(f"第 {lines + text.count(chr(10))} 行过长，不是正常的文本表格（缺少换行或引号未闭合）")
            lines, wide = lines + text.count("\n"), wide + (_beyond_ascii(text) if wide < _ENOUGH_UTF8 else 0)
            is_private = is_private or _PRIVATE.search(text) is not None
            if not block:
                return lines, wide, is_private, False


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _delimiter(path: Path, encoding: str) -> str:
    """Tab or comma, whichever the richest of the first lines has more of. Raises Refused for ; | and full-width ，."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line[:_BLOCK] for _, line in zip(range(_LOOK), file, strict=False)]
    # A tab beside a comma parts nothing: programs put it there so that a number stays text.
    parting = [_FORCING_TAB.sub("", line.rstrip("\r\n")) if "," in line else line for line in lines]
    most = {mark: max((line.count(mark) for line in parting), default=0) for mark in "\t,"}
    for mark in ";|，":
        # Most lines must be full of it: one long remark in quotes may hold more of a mark than there are columns.
        counts = [(line.count(mark), max(line.count("\t"), line.count(","))) for line in lines]
        parted = [odd > max(1, 2 * usual) for odd, usual in counts if odd or usual]
        if sum(parted) * 2 > len(parted):
            raise Refused(f"列之间用“{mark}”分隔，请改用逗号或制表符，或另存为 xlsx")
    return "\t" if most["\t"] >= most[","] and most["\t"] else ","


def _lines(path: Path, encoding: str, is_private: bool) -> Iterator[str]:
    """Physical lines with their endings: only CR, LF and CRLF end a line, never U+2028 or a vertical tab."""
    with path.open(encoding=encoding, newline="") as file:
        if is_private:
            yield from (line.translate(MOVED) if _PRIVATE.search(line) else line for line in file)
        else:
            yield from file


class _Tape:
    """Hands lines to the csv reader and remembers those of the record being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.record.append(line)
            yield line


def _records(path: Path, encoding: str, delimiter: str, is_private: bool) -> Iterator[Row]:
    """(line on which the record starts, cells); a newline inside quotes starts no record."""
    csv.field_size_limit(_LONGEST_FIELD)
    tape = _Tape(_lines(path, encoding, is_private))
    reader = csv.reader(tape, delimiter=delimiter)
    number, width, blank = 1, 0, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(f"第 {number} 行无法按表格读取（单元格过长或引号未闭合）") from error
        blank = 0 if cells else blank + 1
        if blank > _MOST_BLANK:
            raise Refused(f"第 {number} 行以上连续 {_MOST_BLANK} 多行是空行，请删除表外的空行后重报")
        if len(cells) > MAX_COLUMNS:
            raise Refused(f"第 {number} 行有 {len(cells)} 列，超过 {MAX_COLUMNS} 列")
        if len(tape.record) > 1 or tape.record[-1][-1:] not in "\r\n":
            _check_quotes(tape.record, delimiter, number, width, len(cells))
        width = max(width, len(cells))
        yield number, cells
        number += len(tape.record)
        tape.record.clear()


def _check_quotes(record: list[str], delimiter: str, number: int, width: int, cells: int) -> None:
    """Refuse a record whose quote was never closed: at the file's end, or by a quote of a later record.

    Either way rows below it would silently become part of one cell.
    """
    refusal = Refused(f"第 {number} 行的引号没有闭合，其后各行无法读取")
    try:
        for _ in csv.reader(record, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        # A single line may hold a stray quote (12"34"5); over several lines it has swallowed a row.
        if len(record) > 1 or "unexpected end" in str(error):
            raise refusal from error
    enough = max(_SWALLOWED, width // 2)
    # A header of thirty cells with a line break in each is long as well, but has a cell for every line or two.
    if len(record) > max(_MANY_LINES, _LINES_PER_CELL * cells) or any(
        line.count(delimiter) >= enough for line in record[1:-1]
    ):
        raise refusal
