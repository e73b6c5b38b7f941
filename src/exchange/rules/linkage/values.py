"""Dates, telephones, sexes and plain texts as evidence, each worked out once per distinct text."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

from exchange.rules.cells.dates import read_date
from exchange.rules.cells.distinct import TEXT
from exchange.rules.cells.phones import parse_phones
from exchange.rules.cells.text import is_nothing, squash, tidy
from exchange.rules.linkage.names import spelled

_SEXES = {
    "男": "M", "男性": "M", "1": "M", "m": "M", "male": "M", "女": "F", "女性": "F", "2": "F", "f": "F", "female": "F",
}  # fmt: skip
_BARE = re.compile(r"[\s,，.。;；\-_/()（）]+")
_OFFICE = re.compile(r"(?:(?:村民|居民|社区居民)?委员会|村委会|居委会|居民委|社区|村)+$")
_FILLED = re.compile(r"(.)\1{6,}$")


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
    column = pd.Series(list(texts), dtype=TEXT)
    parsed = parse_phones(column)
    phones = parsed["value"].astype(object).where(parsed["value"].notna(), None).tolist()
    for place in np.flatnonzero((parsed["outcome"] == "invalid").to_numpy(dtype=bool)):
        digits = re.sub(r"\D", "", squash(texts[int(place)]))
        if 7 <= len(digits) <= 15:
            phones[place] = digits
    kept = [None if phone is None or _FILLED.search(phone) else phone for phone in phones]
    return pd.DataFrame({"raw": list(texts), "phone": kept}, dtype=object)


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
