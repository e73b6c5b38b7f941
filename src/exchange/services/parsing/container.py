"""What a file really is, by its first bytes, and how large it may be; the name's ending is never believed."""

import re
from pathlib import Path
from typing import Literal

from exchange.services.parsing.book import Refused

Kind = Literal["zip", "ole", "html", "xml", "text"]

MAX_BINARY_BYTES = 200 * 2**20
MAX_TEXT_BYTES = 2 * 2**30

_FOREIGN = {
    b"%PDF": "文件是 PDF，不是表格",
    b"Rar!": "文件是压缩包，请解压后报送其中的表格",
    b"7z\xbc\xaf": "文件是压缩包，请解压后报送其中的表格",
    b"\x1f\x8b": "文件是压缩包，请解压后报送其中的表格",
    b"\x89PNG": "文件是图片，不是表格",
    b"\xff\xd8\xff": "文件是图片，不是表格",
    b"{\\rtf": "文件是 Word 文档，不是表格",
}
_HTML = re.compile(rb"<(!doctype html|html|head|body|meta|style|div|table|tr)\b", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def sniff(path: Path) -> Kind:
    """The kind of the file at `path`. Raises Refused for anything that is no table, or too large."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Refused("文件是空的")
    for magic, reason in _FOREIGN.items():
        if head.startswith(magic):
            raise Refused(reason)
    kind = _kind(head)
    if size > (MAX_TEXT_BYTES if kind == "text" else MAX_BINARY_BYTES):
        raise Refused(f"文件过大（{size // 2**20} MB），请按单位或按月拆分后报送")
    return kind


def _kind(head: bytes) -> Kind:
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    text = head
    for bom in _BOMS:
        if head.startswith(bom):
            text = head[len(bom) :].replace(b"\0", b"") if bom != _BOMS[0] else head[len(bom) :]
    start = text.lstrip()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith(b"<"):
        return "xml"
    if start.startswith(b"MIME-Version:"):
        raise Refused("文件是“单个文件网页”，请另存为 xlsx")
    if start.startswith(b"<") and _HTML.search(start):
        return "html"
    return "text"
