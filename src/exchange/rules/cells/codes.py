"""Coded answers: a code, its name, or both joined (`01-务工`) -> the canonical code, by the sender's own dictionary."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.registry.spec import CodeList
from exchange.rules.cells.distinct import Distinct, as_arrow, objects, text_column
from exchange.rules.cells.text import core, is_nothing, squash

_JOIN = r"[-－—–_:：、.．,，;/|~=]"
_PAIR = re.compile(rf"[(\[【]?([0-9A-Za-z]{{1,6}})(?:[)\]】]{_JOIN}?|{_JOIN}+)(.+)")
_RUN_TOGETHER = (
    re.compile(r"(?P<code>[0-9]{1,6})(?P<name>\D.*)"),
    re.compile(rf"(?P<name>\D+?)(?:{_JOIN})?[(\[【]?(?P<code>[0-9]{{1,6}})[)\]】]?"),
)
"""`01务工` and `务工(01)`: pairs only when both halves are known, for `3年` is no code 3."""
_FRACTION = re.compile(r"(?<=\d)\.0+$")
_ORDINAL = re.compile(r"第?([1-9一二三四五六])[针剂次]$|(加强)(?:免疫|[针剂])?$")
_NUMERALS = "一二三四五六"
_EXPLAINED = re.compile(r"\([^)]*\)")


def spelling(text: str) -> str:
    """A word as it is compared: half-width, without blanks and case, 其它 as 其他."""
    return squash(text).upper().replace("其它", "其他")


def words_in(codes: CodeList, *, with_codes: bool = True) -> dict[str, tuple[str, ...]]:
    """Every spelling of every entry -> its canonical codes (more than one where a name stands twice in the list).

    A code is never read as another entry's name.
    """
    found: dict[str, dict[str, None]] = {}
    for code, entry in codes.entries.items():
        for word in (entry.name, *entry.aliases):
            found.setdefault(spelling(word), {})[entry.to or code] = None
    if with_codes:
        found |= {spelling(code): {entry.to or code: None} for code, entry in codes.entries.items()}
    return {word: tuple(targets) for word, targets in found.items()}


class Dictionary:
    """What one sender's words mean: its own list first, then the words (not the codes) of the agreed list."""

    def __init__(self, agreed: CodeList, own: CodeList | None = None) -> None:
        self._tables: tuple[Mapping[str, tuple[str, ...]], ...] = (
            (words_in(agreed),) if own is None else (words_in(own), words_in(agreed, with_codes=False))
        )

    def find(self, word: str) -> tuple[str, ...]:
        """Canonical codes of a spelled word; empty when nobody knows it."""
        word = _FRACTION.sub("", word)
        forms = [word, _EXPLAINED.sub("", word), _ORDINAL.sub("", word), core(word).strip("√✓✔")]
        if word.isdigit():
            forms += [word.lstrip("0"), word.zfill(2)]
        return next((table[form] for table in self._tables for form in forms if form in table), ())

    def read(self, text: str, answers: frozenset[str] = frozenset()) -> tuple[tuple[str, ...], str]:
        """One cell -> (canonical codes, outcome).

        Outcomes: ok · empty · placeholder · unknown · mismatch (a pair whose halves disagree: nobody can tell which is
        right) · unverified (a pair with a known code and words nobody knows: the code is taken).
        """
        seen = spelling(text)
        codes = self.find(seen)
        if codes:
            return codes, "ok"
        if is_nothing(seen, answers):
            return (), "placeholder" if seen else "empty"
        pair = _PAIR.fullmatch(seen)
        if pair is None:
            return self._run_together(seen)
        by_code, by_name = self.find(pair[1]), self.find(pair[2])
        if not by_name:
            return by_code, "unverified" if by_code else "unknown"
        both = tuple(code for code in by_name if code in by_code)
        return both, "ok" if both else "mismatch"

    def _run_together(self, seen: str) -> tuple[tuple[str, ...], str]:
        for pattern in _RUN_TOGETHER:
            if pair := pattern.fullmatch(seen):
                by_code, by_name = self.find(pair["code"]), self.find(pair["name"])
                if by_code and by_name:
                    both = tuple(code for code in by_name if code in by_code)
                    return both, "ok" if both else "mismatch"
        return (), "unknown"


def parse_ordinals(column: pd.Series) -> pd.Series:
    """`乙肝疫苗第三针` -> 3 (Int64); null where the text names no ordinal."""
    distinct = Distinct.of(column)
    found = [_ORDINAL.search(spelling(text)) for text in distinct.texts]
    numbers = [0 if one is None or one[1] is None else _ordinal(one[1]) for one in found]
    values = pd.Series(distinct.array_of(np.array(numbers, np.int64), 0), index=column.index)
    return values.astype(pd.Int64Dtype()).where(values > 0)


def _ordinal(text: str) -> int:
    return int(text) if text.isdigit() else _NUMERALS.index(text) + 1


def parse_codes(
    column: pd.Series, dictionary: Dictionary, answers: tuple[str, ...] = (), parent: pd.Series | None = None
) -> dict[str, pd.Series]:
    """A column of coded answers -> value (canonical code or null) and outcome (see `Dictionary.read`).

    `parent` holds the codes of a broader column: a word that stands for several codes means the one that begins with
    the parent's code, so 随访 means one thing under 08 and another under 09.
    """
    kept = frozenset(map(spelling, answers))
    joined = column if parent is None else _join(column, parent)
    distinct = Distinct.of(joined)

    def read(text: str) -> tuple[str | None, str]:
        word, _, within = text.partition("\0")
        codes, outcome = dictionary.read(word, kept)
        if len(codes) > 1:
            codes = tuple(code for code in codes if within and code.startswith(within)) or codes
        return (codes[0], outcome) if codes else (None, outcome)

    answered = distinct.each(read)
    return {
        "value": distinct.texts_of([code for code, _ in answered]),
        "outcome": distinct.words_of([word for _, word in answered], "empty"),
    }


def parents_of(children: pd.Series, parent: pd.Series, known: Mapping[str, object]) -> pd.Series:
    """Where the broader column is empty and the narrower one is not, the code the narrower one begins with."""
    lengths = sorted({len(code) for code in known})
    distinct = Distinct.of(children)
    begins = [next((child[:size] for size in lengths if child[:size] in known), None) for child in distinct.texts]
    return parent.where(parent.notna(), distinct.texts_of(begins))


def _join(column: pd.Series, parent: pd.Series) -> pd.Series:
    texts = as_arrow(column)
    within = pc.fill_null(as_arrow(parent), "")
    return text_column(pc.binary_join_element_wise(texts, within, pa.scalar("\0")), column.index)


def parse_by_sender(
    column: pd.Series,
    chosen: pd.Series,
    dictionaries: Mapping[str, Dictionary],
    usual: Dictionary,
    answers: tuple[str, ...],
) -> dict[str, pd.Series]:
    """`parse_codes` with each sender's own dictionary: `chosen` holds its name, any other name means `usual`."""
    names = objects(chosen.fillna(""))
    parts = [parse_codes(column[names == name], table, answers) for name, table in dictionaries.items()]
    rest = ~np.isin(names.astype(str), list(dictionaries))
    parts.append(parse_codes(column[rest], usual, answers))
    return {
        "value": pd.concat([part["value"] for part in parts]).reindex(column.index),
        "outcome": pd.concat([part["outcome"].astype(str) for part in parts]).reindex(column.index).astype("category"),
    }
