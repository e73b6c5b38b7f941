"""What the first rows of every sheet tell, and from all sheets together which of them are data."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from exchange.model.period import Period
from exchange.rules.layout.header import TOP_ROWS, Header, find_header
from exchange.rules.layout.headings import Vocabulary, normalise
from exchange.rules.layout.shape import Shape
from exchange.rules.layout.sheets import SheetRole, SheetView, sheet_roles
from exchange.rules.layout.titles import sheet_period, title_period
from exchange.services.parsing.book import Book, Row, SheetData

_PLAIN_SHEET_NAMES = ("sheet", "工作表", "table")


@dataclass
class Sheet:
    """A sheet with what its first rows told; filled further while its rows are written."""

    number: int
    data: SheetData
    head: list[Row]
    header: Header | None
    view: SheetView
    title: str
    role: SheetRole = "other"
    carried: str | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    header_rows: list[int] = field(default_factory=list)
    ragged: list[int] = field(default_factory=list)
    control_total: int | None = None
    zero_report: bool = False


def survey(book: Book, vocabulary: Vocabulary, period: Period) -> list[Sheet]:
    """Every sheet's header and title, and from all of them together which are data."""
    sheets = [_glance(number, data, vocabulary, period) for number, data in enumerate(book.sheets)]
    for sheet, role in zip(sheets, sheet_roles([sheet.view for sheet in sheets], period), strict=True):
        sheet.role = role
        if role == "data":
            sheet.carried = _carried(sheet, vocabulary.shape)
    return sheets


def _glance(number: int, data: SheetData, vocabulary: Vocabulary, period: Period) -> Sheet:
    head = list(islice(data.rows(), TOP_ROWS + 1))
    header = find_header([cells for _, cells in head], vocabulary, data.merges)
    above = head[: header.index] if header else head[:3]
    texts = [str(cell).strip() for _, cells in above for cell in cells if isinstance(cell, str) and cell.strip()]
    title = "\n".join(texts) if header else ""
    view = SheetView(
        name=data.name,
        visible=data.visible,
        has_header=header is not None,
        name_period=sheet_period(data.name, period),
        title_period=title_period(title.replace("\n", " "), period) if title else None,
    )
    return Sheet(number=number, data=data, head=head, header=header, view=view, title=title)


def _carried(sheet: Sheet, shape: Shape) -> str | None:
    """The one required code column that is absent because the sheet's own name stands for it (a sheet per class)."""
    header = sheet.header
    name = normalise(sheet.data.name).lower()
    if header is None or not name or name.startswith(_PLAIN_SHEET_NAMES) or sheet.view.name_period:
        return None
    absent = [column for column in shape.required if header.column(column.name) is None]
    return absent[0].name if len(absent) == 1 and absent[0].type == "code" else None
