"""Telephone numbers: mobiles and landlines, the first of several, and everything that is not a number one can call."""

import re
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.rules.cells.distinct import Distinct, as_arrow, text_column, words
from exchange.rules.cells.text import core, is_nothing, squash, tidy

OUTCOMES: Final = ("ok", "empty", "placeholder", "invalid")

_MOBILE = r"^1[3-9][0-9]{9}$"
_ONE_MOBILE = re.compile(r"1[3-9]\d{9}")
_TWO_MOBILES = re.compile(r"(?:1[3-9]\d{9}){2}")
_LANDLINE = re.compile(r"(?:\(?(0(?:10|2\d|[3-9]\d{2}))\)?-?)?([2-9]\d{6,7})(?:(?:-|转|转分机)(\d{1,6}))?")
_SEVERAL = re.compile(r"[/\\、,，;；|+&\n\s]|(?<=\d)\(|或|和|及")
_PREFIX = re.compile(r"^\(?(?:\+|00)?86\)?-?(?=\(?0?[1-9])|^0(?=1[3-9]\d{9}(?!\d))")
_AREA_APART = re.compile(r"^(\(?0\d{2,3}\)?) ?[/_\s] ?(?=[2-9]\d{6,7}(?!\d))")
_SIGNS = str.maketrans({"－": "-", "—": "-", "–": "-", "‐": "-", "−": "-", "_": "-", "·": "-", "／": "/", "＋": "+"})
_WORDS = re.compile(r"^[^\d+(]+|(?<=\d)(?:\([^)]*\)?|[^\d)转]+转?|转)$")


def read_phone(text: str) -> tuple[str | None, str]:
    """`+86 138-0013-8000/0533-6410000` -> (`13800138000`, `ok`). Outcomes: ok, empty, placeholder, invalid.

    Of several numbers the first that can be called counts. A shortened group number cannot be called from outside.
    """
    seen = tidy(text)
    whole = squash(seen)
    if is_nothing(whole) or set(whole) == {"0"}:
        return None, "placeholder" if whole else "empty"
    seen = _AREA_APART.sub(r"\1-", seen.translate(_SIGNS))
    for part in (whole.translate(_SIGNS), *_SEVERAL.split(seen)):
        number = _one(core(squash(part)))
        if number is not None:
            return number, "ok"
    return None, "invalid"


def _one(text: str) -> str | None:
    bare = _WORDS.sub("", _PREFIX.sub("", re.sub(r"\.0$", "", text)))
    mobile = bare.replace("-", "").replace(".", "")
    if _ONE_MOBILE.fullmatch(mobile) or _TWO_MOBILES.fullmatch(mobile):
        return mobile[:11]
    landline = _LANDLINE.fullmatch(bare)
    if landline is None:
        return None
    area, local, extension = landline.groups()
    return "-".join(part for part in (area, local, extension) if part)


def parse_phones(column: pd.Series) -> dict[str, pd.Series]:
    """A column of phone numbers -> value (the first usable one, or null) and outcome (see `read_phone`)."""
    texts = as_arrow(column)
    plain = pc.fill_null(pc.match_substring_regex(texts, _MOBILE), False)
    distinct = Distinct.of(text_column(pc.if_else(plain, pa.scalar(None, pa.string()), texts), column.index))
    read = distinct.each(read_phone)
    odd = as_arrow(distinct.texts_of([number for number, _ in read]))
    codes = distinct.array_of(np.array([OUTCOMES.index(word) for _, word in read], np.int8), OUTCOMES.index("empty"))
    codes[plain.to_numpy(zero_copy_only=False)] = OUTCOMES.index("ok")
    return {
        "value": text_column(pc.if_else(plain, texts, odd), column.index),
        "outcome": words(codes, OUTCOMES, column.index),
    }
