"""How values of a database become a delivery's text: the same snapshot always gives the same bytes.

One line of CSV per row, UTF-8, comma, LF. NULL is nothing between the commas, an empty text is "". Numbers have all
their digits, days are ISO, moments with a zone are Shanghai wall-clock time, true and false are 是 and 否.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_NEEDS_QUOTES: Final = re.compile(r'[",\n]|^$|^\s|\s$')
_LINE_END: Final = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_LINES_TOGETHER: Final = 10
"""Our own reader takes a row over many lines, or one whose inner lines look like rows, for an unclosed quote."""
_COMMAS: Final = 2


class Unfit(ValueError):
    """A value no table can hold; `place` is its column's place in the row, `kind` what it is. Never the value."""

    def __init__(self, place: int, kind: str) -> None:
        super().__init__(kind)
        self.place = place
        self.kind = kind


def line_of(row: Sequence[Any]) -> str:
    """A row as one record with its line end. Raises Unfit for binary and composite values."""
    texts = [None if value is None else text_of(value, place) for place, value in enumerate(row)]
    inside = [text for text in texts if text is not None and "\n" in text]
    if inside and not _reads_well(inside):
        texts = [None if text is None else text.replace("\n", " ") for text in texts]
    return ",".join(map(_quoted, texts)) + "\n"


def text_of(value: Any, place: int = 0) -> str:
    """A value as text without loss. Raises Unfit with the column's `place` for what is no number, text or moment."""
    match value:
        case str():
            if "\0" in value:
                raise Unfit(place, "text with NUL characters")
            return _LINE_END.sub("\n", value)
        case bool():
            return "是" if value else "否"
        case int() | UUID():
            return str(value)
        case Decimal():
            return format(value, "f")
        case float():
            return repr(value)
        case datetime():
            local = value.astimezone(_ZONE).replace(tzinfo=None) if value.tzinfo else value
            return local.isoformat(" ")
        case date() | time():
            return value.isoformat()
    raise Unfit(place, _KINDS.get(type(value).__name__, type(value).__name__))


_KINDS: Final = {"memoryview": "bytea", "bytes": "bytea", "dict": "json", "list": "array", "timedelta": "interval"}


def _quoted(text: str | None) -> str:
    if text is None:
        return ""
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _reads_well(texts: Sequence[str]) -> bool:
    lines = [line for text in texts for line in text.split("\n")]
    return len(lines) <= _LINES_TOGETHER and all(line.count(",") <= _COMMAS for line in lines)
