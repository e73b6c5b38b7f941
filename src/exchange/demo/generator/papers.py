"""A sheet of paper as a clerk makes it: title, headings, blocks, rows, totals, signatures, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from exchange.demo.generator.records import Record
from exchange.demo.generator.senders import Sender
from exchange.demo.generator.styles import Style
from exchange.demo.generator.wording import Written, written
from exchange.model.period import Period

LineKind = Literal["title", "header", "block", "data", "subtotal", "total", "blank", "footer", "dictionary"]
_NUMERALS = "一二三四五六七八九十"


@dataclass(slots=True)
class Line:
    """One physical row; `record` is set on data lines, `span` when the first cell is merged over all columns."""

    kind: LineKind
    cells: list[Written]
    record: Record | None = None
    span: bool = False


@dataclass(slots=True)
class Sheet:
    """One sheet: its lines from the first physical row on, and the merges of its two-level header.

    `merges` are (first row, first column, last row, last column), counted from 0.
    """

    name: str
    lines: list[Line] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    stale: bool = False
    hidden_rows: set[int] = field(default_factory=set)

    @property
    def data_rows(self) -> int:
        """Rows that stand for somebody, wherever they are."""
        return sum(line.kind == "data" for line in self.lines)


@dataclass(frozen=True)
class Column:
    """One column as this office heads it."""

    key: str
    heading: str
    group: str
    under: str


def agencies() -> dict[str, Any]:
    """The agencies' declarations of tables, by source code."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "agencies.yaml").read_text(encoding="utf-8"))
    return loaded


def columns(agency: dict[str, Any], style: Style, service_class: str | None = None) -> list[Column]:
    """The columns an office prints; `service_class` keeps the columns of that class of services alone."""
    result = []
    for column in agency["columns"]:
        if column["key"] in style.omit or service_class not in (None, column.get("class", service_class)):
            continue
        headings = column["headings"]
        group = column.get("group", "") if style.levels else ""
        result.append(Column(column["key"], headings[style.heading % len(headings)], group, column.get("under", "")))
    return result


class Secretary:
    """Turns records into sheets for one sender and month."""

    def __init__(self, agency: dict[str, Any], sender: Sender, county: str) -> None:
        self._agency = agency
        self._sender = sender
        self._style = sender.style
        self._county = county
        self._words = {"kind": agency.get("classes", {}), "item": agency.get("items", {})}

    def workbook(self, month: Period, records: list[Record], title_month: Period, total_error: int = 0) -> list[Sheet]:
        """The sheets for `month`; `title_month` is what the title says, `total_error` what the total is off by."""
        if self._style.sheets == "classes" and records:
            sheets = self._by_class(title_month, records, total_error)
        else:
            name = month.chinese if self._style.sheets == "stale" else "Sheet1"
            sheets = [self._sheet(name, records, title_month, None, total_error)]
        if self._style.hidden_row:
            sheets[0].hidden_rows = {row for row, line in enumerate(sheets[0].lines) if line.kind == "data"} & {5, 11}
        if self._style.dictionary:
            sheets.append(_dictionary())
        return sheets

    def _by_class(self, month: Period, records: list[Record], total_error: int) -> list[Sheet]:
        classes: dict[str, list[Record]] = {}
        for record in records:
            classes.setdefault(getattr(record.cells["kind"], "code", ""), []).append(record)
        return [
            self._sheet(self._words["kind"][code], classes[code], month, code, total_error) for code in sorted(classes)
        ]

    def _sheet(
        self, name: str, records: list[Record], month: Period, service_class: str | None, total_error: int
    ) -> Sheet:
        sheet = Sheet(name)
        cols = columns(self._agency, self._style, service_class)
        if self._style.titled:
            names = {"county": self._county, "township": self._sender.township_name, "unit": self._sender.name,
                     "month": month.chinese}  # fmt: skip
            sheet.lines.append(Line("title", [self._agency["title"].format(**names)], span=True))
            sheet.lines.append(Line("title", [self._agency["second"].format(**names)], span=True))
        header = self._header(sheet, cols)
        self._body(sheet, cols, records, header)
        if self._style.totals:
            self._foot(sheet, len(records) + total_error, month)
        return sheet

    def _header(self, sheet: Sheet, cols: list[Column]) -> list[Line]:
        if not any(column.group for column in cols):
            header = [Line("header", [column.heading for column in cols])]
            sheet.lines.extend(header)
            return header
        top = len(sheet.lines)
        upper: list[Written] = []
        lower: list[Written] = []
        for place, column in enumerate(cols):
            first = not column.group or place == 0 or cols[place - 1].group != column.group
            upper.append((column.group or column.heading) if first else "")
            lower.append(column.under if column.group else "")
            if not column.group:
                sheet.merges.append((top, place, top + 1, place))
            elif first:
                width = sum(1 for _ in _while_group(cols[place:], column.group))
                if width > 1:
                    sheet.merges.append((top, place, top, place + width - 1))
        header = [Line("header", upper), Line("header", lower)]
        sheet.lines.extend(header)
        return header

    def _body(self, sheet: Sheet, cols: list[Column], records: list[Record], header: list[Line]) -> None:
        style = self._style
        if not style.blocks:
            self._rows(sheet, cols, records, header, style.page)
            return
        blocks: dict[str, list[Record]] = {}
        for record in records:
            blocks.setdefault(record.village, []).append(record)
        for place, (village, inside) in enumerate(blocks.items()):
            mark = _NUMERALS[place] if place < 10 else f"十{_NUMERALS[place - 10]}" if place < 20 else str(place + 1)
            sheet.lines.append(Line("block", [f"{mark}、{village}"], span=True))
            self._rows(sheet, cols, inside, header, style.page)
            if style.subtotals:
                sheet.lines.append(Line("subtotal", ["小计", f"{len(inside)}人"]))

    def _rows(self, sheet: Sheet, cols: list[Column], records: list[Record], header: list[Line], page: int) -> None:
        for number, record in enumerate(records, 1):
            cells: list[Written] = [
                str(number)
                if column.key == "number"
                else written(column.key, record.cells.get(column.key), self._style, column.heading, self._words)
                for column in cols
            ]
            sheet.lines.append(Line("data", cells, record))
            if page and number % page == 0 and number < len(records):
                sheet.lines.extend(Line("header", list(line.cells)) for line in header)

    def _foot(self, sheet: Sheet, total: int, month: Period) -> None:
        sheet.lines.append(Line("total", ["合计", f"{total}人"]))
        sheet.lines.append(Line("blank", []))
        if self._style.blocks:
            sheet.lines.append(Line("footer", ["说明：本表一式两份，本月无变动的不再填报。"], span=True))
        day = f"{month.chinese}{26 + month.month % 3}日"
        sheet.lines.append(Line("footer", ["填表人：周会计", "", "审核人：孙所长", "", f"填报日期：{day}"]))


def _while_group(cols: Iterable[Column], group: str) -> Iterable[Column]:
    for column in cols:
        if column.group != group:
            return
        yield column


def _dictionary() -> Sheet:
    words = ["务工", "务农", "经商", "学习培训", "婚嫁", "随迁", "其他"]
    lines = [Line("dictionary", ["代码", "名称"])]
    lines += [Line("dictionary", [f"{place:02d}", word]) for place, word in enumerate(words, 1)]
    return Sheet("字典", lines, hidden=True)
