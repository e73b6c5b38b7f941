"""Text as typed: blanks, Excel's text tricks, and words that stand for nothing."""

import re
import unicodedata
from typing import Final

import numpy as np
import pandas as pd

from exchange.rules.cells.distinct import Distinct

INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
"""Characters nobody sees and every comparison trips over."""

PLACEHOLDERS: Final = frozenset(
    (
        *("无", "不详", "不祥", "未知", "不明", "暂无", "空", "空白", "待补", "待补充", "未填", "未提供", "无证"),
        *("/", "\\", "-", "--", "---", "—", "——", "―", "_", "／", ".", "。", "*", "#", "?", '"', "''"),
        *("NULL", "N/A", "NA", "#N/A", "0", "00", "000", "0000-00-00", "同上", "〃"),
    )
)
"""Words that mean "nothing here"; a column may declare that one of them is an answer."""

DITTO: Final = frozenset(("同上", "〃", '"', "″"))
"""Words that mean "as in the row above"; followed in address columns only."""

_BLANKS = re.compile(r"\s+")
_EXCEL_TEXT = re.compile(r'^=\s*"(.*)"$', re.DOTALL)


def tidy(text: str) -> str:
    """Without invisible characters, outer blanks and Excel's ways of forcing text (leading apostrophe, `="…"`)."""
    seen = text.translate(INVISIBLE).strip()
    formula = _EXCEL_TEXT.match(seen)
    if formula:
        seen = formula[1].strip()
    return seen[1:].strip() if seen[:1] in ("'", "‘", "’") and len(seen) > 1 else seen


def squash(text: str) -> str:
    """For codes, numbers, phones and dates only: half-width forms (NFKC) and no blanks at all.

    Not for names: NFKC turns some rare ideographs into other characters.
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", tidy(text)))


def is_nothing(text: str, answers: frozenset[str] = frozenset()) -> bool:
    """Whether a tidied text is empty or a placeholder; words in `answers` are values."""
    return not text or (text in PLACEHOLDERS and text not in answers)


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
