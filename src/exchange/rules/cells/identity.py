"""Identity numbers (GB 11643): cleaning, check digit, 15-digit numbers, other documents, and what Excel destroyed.

Outcomes: ok · upgraded (15 digits made 18) · birth_certificate · other_document (all four are usable numbers) ·
empty · placeholder · filler (zeros, or a birth date between zeros) · numeric_cell and scientific (digits are lost) ·
masked · bad_length · bad_charset · bad_checksum · bad_birth. Nothing is repaired: a wrong number goes back.
"""

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.rules.cells.distinct import Distinct, as_arrow, days, objects, text_column, words
from exchange.rules.cells.text import core, is_nothing, squash

_Numbers = npt.NDArray[Any]

OUTCOMES: Final = (
    "ok", "upgraded", "birth_certificate", "other_document", "empty", "placeholder", "filler", "numeric_cell",
    "scientific", "masked", "bad_length", "bad_charset", "bad_checksum", "bad_birth",
)  # fmt: skip
SCHEMES: Final = ("resident", "permit", "birth_cert", "other")
OLDEST_YEARS: Final = 120
"""Nobody older is believed: the birth date inside the number is wrong."""

_WEIGHTS: Final = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK: Final = np.frombuffer(b"10X98765432", np.uint8)
_CODE: Final = {word: code for code, word in enumerate(OUTCOMES)}
_WHOLE = r"^[0-9]{17}[0-9X]$"
_SCIENTIFIC = re.compile(r"\d(\.\d*)?E\+?\d{1,3}")
_FILLER = re.compile(r"0{18}|0{15}|0{6}\d{8}0{4}|(\d)\1{14,17}")
_BIRTH_CERTIFICATE = re.compile(r"[A-Z]\d{9}")
_OTHER_DOCUMENT = re.compile(r"[A-Z]{1,2}\d{7,8}|[A-Z]\d{10}|[A-Z]{3}\d{12}|[A-Z]{2}\d{6,9}")
_LIKE_X: Final = str.maketrans(dict.fromkeys("xX×*✕╳❌ΧχХхⅹ", "X"))
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[-－—–‐−_.·,](?=[\dX])")
_OWN_WORDS = re.compile(
    r"^[(\[【]?(?:(?:公民|居民|二代|本人)*身份(?:证件?)?(?:号码?)?|证件号码?|ID|NO\.?)?[:：]?(?=[0-9(\[【])"
    r"|[(\[【]?(?:本人|居民|身份证|二代)*[)\]】]?$"
)
"""What a clerk writes around a number to say that it is the person's own; any other word may speak of somebody else."""


def check_digits(body: _Numbers) -> _Numbers:
    """17-digit bodies (n x 17 integers) -> the character codes of their check digits."""
    checks: _Numbers = _CHECK[(body * _WEIGHTS).sum(axis=1) % 11]
    return checks


def read_odd_number(text: str) -> tuple[str | None, str]:
    """A text that is not 18 plain digits -> (candidate number or None, outcome).

    `ok` and `upgraded` candidates have 18 characters and still have to pass the check digit and birth date tests.
    """
    seen = squash(text).upper()
    if is_nothing(seen):
        return None, "placeholder" if seen else "empty"
    if _SCIENTIFIC.fullmatch(seen):
        return None, "scientific"
    seen = _BETWEEN_DIGITS.sub("", _OWN_WORDS.sub("", core(seen).removeprefix("=")).strip("()[]【】/"))
    if len(seen) == 18:
        seen = seen[:17] + seen[17:].translate(_LIKE_X)
    if seen.count("*") > 1 or "****" in seen:
        return None, "masked"
    if _FILLER.fullmatch(seen):
        return None, "filler"
    if re.fullmatch(r"\d{15}", seen):
        century = "18" if seen[12:] >= "996" else "19"
        body = seen[:6] + century + seen[6:]
        return body + _check_digit(body), "upgraded"
    if re.fullmatch(r"\d{17}[\dX]", seen):
        return seen, "ok"
    if _BIRTH_CERTIFICATE.fullmatch(seen):
        return seen, "birth_certificate"
    if _OTHER_DOCUMENT.fullmatch(seen):
        return seen, "other_document"
    return None, "bad_length" if re.fullmatch(r"\d+X?", seen) else "bad_charset"


def parse_identity(column: pd.Series, kind: pd.Series, latest: pd.Series) -> dict[str, pd.Series]:
    """A column of numbers as typed -> what is known from it.

    `kind` is the kind of each cell: a number typed as a number has lost its last digits, whatever it looks like now.
    `latest` (datetime64) is the day after which nobody can be born, per row.
    Returns value (usable number or null), outcome, scheme (`SCHEMES`), birth (datetime64[s]), sex (1, 2 or null)
    and county (digits 1-6, resident numbers only).
    """
    candidate, outcome = _candidates(column)
    outcome[(objects(kind) == "number") & (outcome != _CODE["empty"])] = _CODE["numeric_cell"]
    birth = np.full(len(column), np.datetime64("NaT", "D"))
    sex = np.zeros(len(column), np.int8)
    whole = np.flatnonzero((outcome == _CODE["ok"]) | (outcome == _CODE["upgraded"]))
    characters = _characters(candidate.take(pa.array(whole)))
    _judge(characters, whole, latest, outcome, birth, sex)
    usable = outcome <= _CODE["other_document"]
    value = pc.if_else(pa.array(usable), candidate, pa.scalar(None, pa.string()))
    scheme = _schemes(value, outcome)
    resident = pc.if_else(pa.array(scheme == 0), value, pa.scalar(None, pa.string()))
    known = outcome <= _CODE["upgraded"]
    return {
        "value": text_column(value, column.index),
        "outcome": words(outcome, OUTCOMES, column.index),
        "scheme": words(scheme, SCHEMES, column.index),
        "birth": days(np.where(known, birth, np.datetime64("NaT")), column.index),
        "sex": words(np.where(known, sex, 0) - 1, ("1", "2"), column.index),
        "county": text_column(pc.utf8_slice_codeunits(resident, 0, 6), column.index),
    }


def _candidates(column: pd.Series) -> tuple[pa.Array, _Numbers]:
    """18-character candidates and first outcomes; only texts that are not plain already are looked at one by one."""
    texts = as_arrow(column)
    plain = pc.fill_null(pc.match_substring_regex(texts, _WHOLE), False)
    odd = pc.if_else(plain, pa.scalar(None, pa.string()), texts)
    distinct = Distinct.of(text_column(odd, column.index))
    read = distinct.each(read_odd_number)
    outcomes = np.array([_CODE[outcome] for _, outcome in read], np.int8)
    outcome = distinct.array_of(outcomes, _CODE["empty"])
    is_plain = plain.to_numpy(zero_copy_only=False)
    outcome[is_plain] = _CODE["ok"]
    filler = pc.fill_null(pc.match_substring_regex(texts, r"^(0{18}|0{6}[0-9]{8}0{4})$"), False)
    outcome[filler.to_numpy(zero_copy_only=False)] = _CODE["filler"]
    answers = pa.array([*(number for number, _ in read), None], pa.string())
    places = np.where(distinct.positions < 0, len(read), distinct.positions)
    return pc.if_else(plain, texts, answers.take(pa.array(places))), outcome


def _characters(numbers: pa.Array) -> _Numbers:
    """n numbers of 18 characters -> an n x 18 array of character codes."""
    joined = "".join(numbers.to_pylist()).encode("ascii")
    return np.frombuffer(joined, np.uint8).reshape(-1, 18)


def _judge(
    characters: _Numbers, rows: _Numbers, latest: pd.Series, outcome: _Numbers, birth: _Numbers, sex: _Numbers
) -> None:
    """Fill outcome, birth and sex at `rows` from the 18 characters there."""
    body = characters[:, :17].astype(np.int64) - 48
    year, month, day = (body[:, a:b] @ 10 ** np.arange(b - a)[::-1] for a, b in ((6, 10), (10, 12), (12, 14)))
    real = (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1800)
    first = np.where(real, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    real &= day <= length
    born = first.astype("datetime64[D]") + np.where(real, day - 1, 0)
    last = latest.to_numpy().astype("datetime64[D]")[rows]
    real &= ~(born > last) & ~(year < last.astype("datetime64[Y]").astype(int) + 1970 - OLDEST_YEARS)
    is_upgraded = outcome[rows] == _CODE["upgraded"]
    wrong = ~is_upgraded & (check_digits(body) != characters[:, 17])
    outcome[rows[~real]] = _CODE["bad_birth"]
    outcome[rows[wrong]] = _CODE["bad_checksum"]
    birth[rows[real]] = born[real]
    sex[rows] = np.where(body[:, 16] % 2 == 1, 1, 2)


def _schemes(value: pa.Array, outcome: _Numbers) -> _Numbers:
    """Which register a number belongs to: permits begin with 81-83 (Hong Kong, Macau, Taiwan) or 9 (foreigners)."""
    permit = pc.fill_null(pc.match_substring_regex(value, r"^(81|82|83|9[0-9])[0-9]{15}[0-9X]$"), False)
    scheme = np.full(len(outcome), -1, np.int8)
    scheme[outcome <= _CODE["upgraded"]] = SCHEMES.index("resident")
    scheme[permit.to_numpy(zero_copy_only=False)] = SCHEMES.index("permit")
    scheme[outcome == _CODE["birth_certificate"]] = SCHEMES.index("birth_cert")
    scheme[outcome == _CODE["other_document"]] = SCHEMES.index("other")
    return scheme


def _check_digit(body: str) -> str:
    return chr(check_digits(np.array([list(map(int, body))]))[0])
