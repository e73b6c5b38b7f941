"""Says of every row below a header what it is: data, a repeated header, a block's title, a total, a footer, blank."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exchange.model.words import RowKind
from exchange.rules.layout.header import Header, header_at, is_enough
from exchange.rules.layout.headings import Vocabulary, normalise
from exchange.rules.layout.shape import Cell, Merge

_TOTAL = re.compile(r"^(合计|总计|小计|共计|累计|本页小计|本页合计)(?![^\d人名条户例次:：(（\s])")
_OTHER_TOTAL = re.compile(r"^\(?(?:\D{0,8}(?:合计|总计|小计|总数|人数)|total|计)\)?$", re.IGNORECASE)
_GRAND = re.compile(r"^(合计|总计|共计)")
_COUNT = re.compile(r"^[\d,]{1,9}$|^([\d,]{1,9})(?:\.0)?(?:人次|人|名|条|户|例|行|次)$")
_CLOSING_COUNT = re.compile(r"^共计?:?([\d,]{1,9})(?:人次|人|名|条|户|例|行|次)")
_FOOTER = re.compile(
    r"^(合计|总计|填表|填报|审核|复核|负责人|单位负责人|单位(?:盖章|\(盖章|\(章)|制表|经办|经手|联系人|主管|分管|签字|签章|盖章"
    r"|备注:|说明:|注:|注\d|填表说明|填报说明)"
)
_SIGNATURE = re.compile(
    r"^((填表|填报|制表|审核|复核|经办)人?|(单位|部门|科室)?负责人|主管领导|分管领导|联系人|(填表|填报|制表)日期):"
)
_LABELLED = re.compile(r"^[^\d:：]{1,12}[:：]")
"""A cell of a form that somebody signs: its label, then perhaps what was filled in."""
_ABOUT_COLUMNS = re.compile(
    r"^(?:(?:非?必|选|可)[填选空]|自动|文本|文字|数字|数值|日期|字符|字典|代码|下拉|单选|多选|是/否|格式)"
    r"(?:型|项|格式|选择|填写|\(.*\)|\d+)*$|^[A-Za-z][A-Za-z_]*\d*$"
)
_EXAMPLE = re.compile(r"^\(?(?:示例|样例|举例|范例|例|填写示例)\)?:?$")
_FEW_COLUMNS = 4
_HEADLINE = re.compile(r"^(填报|编制|报送|上报)(单位|机构|部门):|^(统计|报告)?(月份|期间|时期):")
_NOTHING = re.compile(
    r"^(本月|本单位|本村)?(暂)?(无|没有|零报告|0报告)(新增|变动|数据|人员|服务|情况|流动人口|发生)*[。.]?$"
)
_ENUMERATED = re.compile(r"^(\(?[一二三四五六七八九十]+\)?[、.,]|\(?\d{1,3}\)?[、.)]\D|第[一二三四五六七八九十\d]+)")
_PLACE = re.compile(r"(村|社区|居委会|居|组|镇|街道|小区|单位|公司|卫生室|派出所)[:：]?$")

_BUSY = 8
"""More filled cells than any block title, signature or note has: only a header or a total needs a second look."""

_LONGEST_BLOCK = 24
_SEVERAL = 4

_ID = re.compile(r"\d{14,17}[0-9Xx]$")

_HAN = "\u2e80"

_COMMENT = ("#", "//")
"""How exporting programs begin a line that is for people."""


@dataclass(frozen=True)
class Total:
    """A total row: its word (合计, 小计 …), the number beside it or None, and the data rows seen so far."""

    word: str
    count: int | None
    after: int


def text_of(cell: Cell) -> str:
    """A cell as compared text: numbers without .0, everything else normalised like a heading."""
    if isinstance(cell, str):
        return normalise(cell)
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


class Sorter:
    """Walks down one sheet from its header; each row is told apart once, in order.

    `headlines` are the normalised texts of the rows above the header: printed again at a page break
    they are titles, not blocks.
    """

    def __init__(
        self, vocabulary: Vocabulary, header: Header, headlines: frozenset[str], merges: Sequence[Merge] = ()
    ) -> None:
        self._vocabulary = vocabulary
        self._headlines = headlines
        self._merges = merges
        self._wide = _wide_rows(merges)
        self._required = frozenset(column.name for column in vocabulary.shape.required)
        self._types = {column.name: column.type for column in vocabulary.shape.columns}
        self._ended = False
        self._above: tuple[int, Sequence[Cell]] | None = (header.index + header.depth - 1, ())
        self.block: str | None = None
        self.totals: list[Total] = []
        self.zero_report = False
        self.data_rows = 0
        self._use(header)

    def _use(self, header: Header) -> None:
        self.header = header
        # A required column comes last and so wins: the person's own number, not the guardian's.
        ranked = sorted(header.fields, key=lambda item: (item[1] in self._required, -item[0]))
        by_type = {self._types[name]: position for position, name in ranked}
        self._name, self._number = by_type.get("name", -1), by_type.get("id_number", -1)
        self._wanted = tuple(position for position, name in header.fields if name in self._required)

    def place(self, index: int, row: Sequence[Cell]) -> RowKind:
        """What row `index` (from 0) is. Data and block titles also move `data_rows` and `block`."""
        filled = [cell for cell in row if cell != ""]
        is_plain = self._is_person(row) or (len(filled) > _BUSY and not self._ended)
        if is_plain and not self._loud(filled[0], row):
            self._above = None
            self.data_rows += 1
            return "data"
        kind = self._look_closely(index, row)
        self._above = (index, row) if kind in ("header", "other") else None
        self.data_rows += kind == "data"
        return kind

    def _is_person(self, row: Sequence[Cell]) -> bool:
        """Whether a Chinese name and an identity number stand in their columns: most rows, told at a glance."""
        if not (0 <= self._name < len(row) and 0 <= self._number < len(row)):
            return False
        name, number = row[self._name], row[self._number]
        return isinstance(name, str) and name[:1] >= _HAN and isinstance(number, str) and bool(_ID.match(number))

    def _loud(self, first: Cell, row: Sequence[Cell]) -> bool:
        """Whether a row that looks like data may still be a total, a footer or a header printed again.

        A number's cell never begins with a Chinese character in a data row, except for words like 不详.
        """
        if isinstance(first, str) and (first[:1] in "合总小共累本填审复负单制经备说注主分签联" or first[:1].isspace()):
            return True
        number = row[self._number] if 0 <= self._number < len(row) else ""
        return self._above is not None or (isinstance(number, str) and number.lstrip()[:1] >= _HAN)

    def _look_closely(self, index: int, row: Sequence[Cell]) -> RowKind:
        labels = [text_of(cell) for cell in row]
        filled = [position for position, label in enumerate(labels) if label]
        if not filled:
            return "blank"
        if self._is_header(index, row, labels):
            self._ended = False
            return "header"
        first = labels[filled[0]]
        if self._above is not None and self._is_about_columns([labels[position] for position in filled]):
            return "other"
        if total := _TOTAL.match(first):
            return self._total(total[1], labels, filled)
        if len(filled) <= _FEW_COLUMNS and _OTHER_TOTAL.match(first) and not any(map(_ID.match, labels)):
            return self._total(first, labels, filled)
        if len(filled) > 1 and all(_LABELLED.match(str(row[position]).strip()) for position in filled):
            self._ended = True
            return "footer"
        is_data = self._looks_like_data(labels, filled)
        if not is_data and (closing := self._closing(labels, filled)):
            return closing
        if len(filled) == 1 and (not self._ended or self._is_block(index, first)):
            return self._single(index, row, filled[0], first)
        return "data" if is_data or not self._ended else "footer"

    def _is_about_columns(self, texts: Sequence[str]) -> bool:
        """Whether a row right below the header numbers the columns, tells how to fill them or gives an example."""
        if _EXAMPLE.match(texts[0]):
            return True
        is_numbered = [text for text in texts if text.isdecimal()] == [str(place + 1) for place in range(len(texts))]
        return len(texts) >= _FEW_COLUMNS and (is_numbered or all(map(_ABOUT_COLUMNS.match, texts)))

    def _closing(self, labels: Sequence[str], filled: Sequence[int]) -> RowKind | None:
        """A repeated headline, a count in words, a note or a signature; None for anything else."""
        first = labels[filled[0]]
        if first in self._headlines or _HEADLINE.match(first):
            return "title"
        if len(filled) == 1 and first.startswith(_COMMENT):
            return "other"
        if _NOTHING.match(first) and len(filled) <= 2:
            self.zero_report = True
            return "other"
        if count := _CLOSING_COUNT.match(first):
            self.totals.append(Total("共", int(count[1].replace(",", "")), self.data_rows))
            self._ended = True
            return "footer"
        is_signed = any(_SIGNATURE.match(labels[position]) for position in filled)
        if _FOOTER.match(first) or is_signed:
            self._ended = True
            return "footer"
        return None

    def _is_header(self, index: int, row: Sequence[Cell], labels: Sequence[str]) -> bool:
        """The header again, its second level, or a new header with the columns in another order."""
        if self._above is not None and self._above[0] == index - 1:
            if self.header.depth == 2 and self.header.repeats(labels, 1):
                return True
            # Only now is it known that a new header has a second level.
            pair = header_at((self._above[1], row), 0, self._vocabulary, self._merges, offset=index - 1)
            if pair is not None and pair.depth == 2 and is_enough(pair, self._vocabulary):
                self._use(pair)
                return True
        if self.header.repeats(labels, 0):
            return True
        if sum(map(self._vocabulary.knows_label, labels)) < max(2, len(self._wanted) // 2):
            return False
        found = header_at((row,), 0, self._vocabulary, self._merges, offset=index)
        if found is None or not is_enough(found, self._vocabulary):
            return False
        self._use(found)
        return True

    def _total(self, word: str, labels: Sequence[str], filled: Sequence[int]) -> RowKind:
        rest = [labels[filled[0]].removeprefix(word).strip(":()"), *(labels[position] for position in filled[1:])]
        counts = [match for match in (_COUNT.match(text) for text in rest) if match]
        count = int((counts[0][1] or counts[0][0]).replace(",", "")) if counts else None
        self.totals.append(Total(word, count, self.data_rows))
        # Some tables put the total first: it ends nothing while there is nothing above it.
        self._ended = bool(_GRAND.match(word)) and self.data_rows > 0
        return "total"

    def _looks_like_data(self, labels: Sequence[str], filled: Sequence[int]) -> bool:
        """A name and a number, a name among several cells, or three of the required ones; no row that is signed."""
        has_name = self._name in filled
        if has_name and self._number in filled and _ID.match(labels[self._number]):
            return True
        if any(_SIGNATURE.match(labels[position]) for position in filled):
            return False
        if has_name and (self._number in filled or len(filled) >= _SEVERAL):
            return True
        return sum(position in self._wanted for position in filled) >= min(3, len(self._wanted))

    def _single(self, index: int, row: Sequence[Cell], position: int, label: str) -> RowKind:
        """One filled cell: a block's title in the first column, an empty numbered line, or a very incomplete row."""
        is_name = position == self._name
        if self._is_block(index, label) or (position == 0 and not is_name and not label.isdecimal()):
            self.block = str(row[position]).strip()
            return "block_title"
        if label.isdecimal() and not is_name and len(label) < 6:
            return "blank"
        return "data"

    def _is_block(self, index: int, label: str) -> bool:
        """Numbered, ending like a place, or merged over several columns; a sentence is none."""
        if len(label) > _LONGEST_BLOCK:
            return False
        return bool(_ENUMERATED.match(label) or _PLACE.search(label) or self._wide.get(index, 0) > 1)

    @property
    def control_total(self) -> int | None:
        """The sender's own count: 总计 where there is one, else the 合计 of all blocks together; 小计 never counts."""
        grand = [total.count for total in self.totals if total.word in ("总计", "共计") and total.count is not None]
        if grand:
            return grand[-1]
        sums = [total for total in self.totals if total.word == "合计" and total.count is not None]
        if not sums:
            closing = [total.count for total in self.totals if total.word == "共"]
            return closing[-1] if closing else None
        if sums[-1].count == sums[-1].after:
            return sums[-1].count
        # Two 合计 with no data between them are one total written twice.
        distinct = {total.after: total.count or 0 for total in sums}
        return sum(distinct.values())


def _wide_rows(merges: Sequence[Merge]) -> Mapping[int, int]:
    """Row (from 0) -> width of the widest merged range that begins in it."""
    wide: dict[int, int] = {}
    for (top, left), (_, right) in merges:
        wide[top] = max(wide.get(top, 0), right - left + 1)
    return wide
