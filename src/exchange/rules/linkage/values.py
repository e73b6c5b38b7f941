"""Dates, telephones, sexes and plain texts as evidence, each worked out once per distinct text."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.rules.cells.dates import read_date
from exchange.rules.cells.distinct import as_arrow, text_column
from exchange.rules.cells.phones import parse_phones
from exchange.rules.cells.text import is_nothing, squash, tidy
from exchange.rules.linkage.names import spelled

_SEXES = {
    "男": "M", "男性": "M", "1": "M", "m": "M", "male": "M", "女": "F", "女性": "F", "2": "F", "f": "F", "female": "F",
}  # fmt: skip
_BARE = re.compile(r"[\s,，.。;；\-_/()（）]+")
_OFFICE = re.compile(r"(?:(?:村民|居民|社区居民)?委员会|村委会|居委会|居民委|社区|村)+$")
_MOBILE = "^((\\+|00)?86[- ]?)?1[3-9]([- ]?[0-9]){9}$"
"""Mobiles as most people write them: these need no look one by one."""
_FILLED = f"({'|'.join(f'{digit}{{7,}}' for digit in range(10))})$"


def read_births(texts: Sequence[str], year: int) -> pd.DataFrame:
    """raw, typed (digits as typed) and day (ISO or null). `year` settles two-digit years and is the last believed."""
    rows = []
    for text in texts:
        moment, _ = read_date(text, statistical_year=year, born=True)
        day = moment.date() if moment is not None and 1885 <= moment.year <= year + 1 else None
        digits = re.sub(r"\D", "", squash(text))
        rows.append((text, digits if len(digits) == 8 else None, day.isoformat() if day else None))
    return pd.DataFrame(rows, columns=["raw", "typed", "day"])


def read_phones(texts: Sequence[str]) -> pd.DataFrame:
    """raw and phone: a number one can call; foreign ones as their digits."""
    raw = pa.array(texts, pa.string())
    digits_only = pc.replace_substring_regex(raw, "[^0-9]", "")
    plain = pc.if_else(pc.match_substring_regex(raw, _MOBILE), pc.utf8_slice_codeunits(digits_only, -11), raw)
    parsed = parse_phones(text_column(plain, pd.RangeIndex(len(raw))))
    odd = np.flatnonzero((parsed["outcome"] == "invalid").to_numpy(dtype=bool))
    digits = [re.sub(r"\D", "", squash(text)) for text in raw.take(pa.array(odd)).to_pylist()]
    foreign = np.full(len(raw), len(odd))
    foreign[odd] = np.arange(len(odd))
    abroad = pa.array([*(number if 7 <= len(number) <= 15 else None for number in digits), None], pa.string())
    phones = pc.coalesce(as_arrow(parsed["value"]), abroad.take(pa.array(foreign)))
    filled = pc.fill_null(pc.match_substring_regex(phones, _FILLED), False)
    kept = pc.if_else(filled, pa.scalar(None, pa.string()), phones)
    frame: pd.DataFrame = pa.table({"raw": raw, "phone": kept}).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def read_sexes(texts: Sequence[str]) -> pd.DataFrame:
    """raw and sex: M, F or null."""
    return pd.DataFrame([(text, _SEXES.get(squash(text).lower())) for text in texts], columns=["raw", "sex"])


def read_texts(texts: Sequence[str]) -> pd.DataFrame:
    """raw and text: small plain letters and digits, without blanks, accents and punctuation; placeholders are null.

    Chinese characters become their sounds: clerks do not tell homophones apart, and a distance between two texts is
    then counted in letters by every engine.
    """
    return pd.DataFrame([(text, _plain(text)) for text in texts], columns=["raw", "text"], dtype=object)


def read_villages(texts: Sequence[str]) -> pd.DataFrame:
    """raw and text: a village or community without the words for its office: 东门村村民委员会 and 东门村 are one."""
    bare = [_OFFICE.sub("", tidy(text)) for text in texts]
    return pd.DataFrame(
        [(text, _plain(name)) for text, name in zip(texts, bare, strict=True)], columns=["raw", "text"], dtype=object
    )


def _plain(text: str) -> str | None:
    seen = tidy(text)
    letters = unicodedata.normalize("NFKD", seen).lower()
    bare = _BARE.sub("", "".join(mark for mark in letters if not unicodedata.combining(mark)))
    if not bare or (is_nothing(seen) and not bare.isdigit()):
        return None
    return spelled(bare) if not bare.isascii() else bare
