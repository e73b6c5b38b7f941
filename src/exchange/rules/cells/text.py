"""Text as typed: blanks, Excel's text tricks, and words that stand for nothing."""

import re
import unicodedata
from typing import Final

import numpy as np
import pandas as pd

from exchange.rules.cells.distinct import Distinct

INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
"""Characters nobody sees and every comparison trips over."""

_TURNED: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that turn the reading order; numbers copied from other programs bring them along."""

PLACEHOLDERS: Final = frozenset(
    (
        *("无", "不详", "不祥", "未知", "不明", "暂无", "空", "空白", "待补", "待补充", "未填", "未提供", "无证"),
        *("/", "\\", "-", "--", "---", "—", "——", "―", "_", "／", ".", "。", "*", "#", "?", '"', "''"),
        *("NULL", "N/A", "NA", "#N/A", "0", "00", "000", "0000-00-00", "同上", "〃"),
        *("null", "None", "none", "nan", "NaN", "NaT", "\\N"),
        *("没有", "不适用", "不涉及", "拒绝提供"),
    )
)
"""Words that mean "nothing here"; a column may declare that one of them is an answer."""

_NOTHING = re.compile(
    r"[-—–―_/\\.。、,，~*×]+"
    r"|(?:暂时?|目前|本人)?(?:无|没有?|未|待|不|尚未)(?:能|法)?(?:填写?|提供|办理?|登记|上户口?|落户|携?带|留|录入?|核实|补录?|采集|清楚?|知道?|明确?)"
    r"|(?:暂时?|目前|本人)?(?:无|没有?|未办理?|未提供|未留)(?:居民)?(?:身份证|证件|手机|电话|联系方式|号码|此项|内容|信息|资料|数据|记录)号?码?"
    r"|办理中|补办中"
)
"""The same said in other words, and nothing but marks."""

DITTO: Final = frozenset(("同上", "〃", '"', "″"))
"""Words that mean "as in the row above"; followed in address columns only."""

_BLANKS = re.compile(r"\s+")
_EXCEL_TEXT = re.compile(r'^=\s*"(.*)"$', re.DOTALL)
_QUOTED = re.compile(r"^(?:\"([^\"]+)\"|“([^“”]+)”|‘([^‘’]+)’|'([^']+)')$", re.DOTALL)
_LINE_END = re.compile(r"_x000[dDaA]_")
"""How a workbook writes a line break that its program could not write."""
_FORCING = "'‘’`´"
EDGES: Final = "\"“”'‘’`´,，.。;；、:：?？!！"
"""Marks that end up around a number, a code or a day, and belong to none."""


def tidy(text: str) -> str:
    """Without invisible characters, outer blanks and quotes, and Excel's ways of forcing text (`'`, `="…"`)."""
    seen = text.translate(INVISIBLE)
    seen = (_LINE_END.sub("\n", seen) if "_x000" in seen else seen).strip()
    formula = _EXCEL_TEXT.match(seen) or _QUOTED.match(seen)
    if formula:
        seen = next(group for group in formula.groups() if group is not None).strip()
    return seen.lstrip(_FORCING).strip() or seen


def squash(text: str) -> str:
    """For codes, numbers, phones and dates only: half-width forms (NFKC) and no blanks at all.

    Not for names: NFKC turns some rare ideographs into other characters.
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", tidy(text.translate(_TURNED))))


def core(text: str) -> str:
    """A squashed text without the marks of `EDGES` around it; the text itself when it is nothing else."""
    return text.strip(EDGES) or text


def is_nothing(text: str, answers: frozenset[str] = frozenset()) -> bool:
    """Whether a tidied text is empty or a placeholder; words in `answers` are values."""
    if not text or text in answers:
        return not text
    bare = text.strip("()（）[]<>")
    return bare in PLACEHOLDERS or not bare or _NOTHING.fullmatch(bare) is not None


def parse_texts(column: pd.Series, answers: tuple[str, ...] = ()) -> pd.Series:
    """Texts as a tidy column; placeholders become null unless the column declares them as answers."""
    kept = frozenset(answers)
    distinct = Distinct.of(column)

    def read(text: str) -> str | None:
        seen = _BLANKS.sub(" ", tidy(text))
        return None if is_nothing(seen, kept) else seen

    return distinct.texts_of(distinct.each(read))


def follow_dittos(column: pd.Series, block: pd.Series) -> pd.Series:
    """`同上` and its signs replaced by the text of the row above, within one sheet of one file (`block`)."""
    distinct = Distinct.of(column)
    is_ditto = distinct.array_of(np.array([tidy(text) in DITTO for text in distinct.texts], bool), False)
    if not is_ditto.any():
        return column
    rows = np.arange(len(column))
    source = np.maximum.accumulate(np.where(is_ditto, 0, rows))
    places = pd.factorize(block)[0]
    reachable = ~is_ditto[source] & (places[source] == places)
    return column.take(source).set_axis(column.index).where(pd.Series(reachable, index=column.index))
