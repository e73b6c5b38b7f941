"""Work once per distinct text and spread the answers over the rows: what makes the readers of cells fast."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

TEXT = pd.ArrowDtype(pa.string())
"""The type of every text column this room makes."""

Ints = npt.NDArray[np.int64]


def as_arrow(column: pd.Series) -> pa.Array:
    """Any column of texts as one Arrow string array; missing values are nulls."""
    array = pa.array(column, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array if array.type == pa.string() else array.cast(pa.string())


def text_column(values: pa.Array, index: pd.Index) -> pd.Series:
    """An Arrow string array as a pandas column over `index`."""
    return pd.Series(pd.array(values, dtype=TEXT), index=index)


def texts(values: Sequence[str | None], index: pd.Index) -> pd.Series:
    """Python texts (or None) as a text column over `index`."""
    return text_column(pa.array(values, pa.string()), index)


def objects(column: pd.Series) -> npt.NDArray[Any]:
    """A column as Python objects with None where nothing stands: safe to compare element by element."""
    return np.asarray(column.astype(object).where(column.notna(), None))


@dataclass(frozen=True)
class Distinct:
    """A text column as its distinct texts and, for each row, the position of its text (-1: nothing there)."""

    texts: list[str]
    positions: Ints
    index: pd.Index

    @classmethod
    def of(cls, column: pd.Series) -> "Distinct":
        """The distinct texts of `column`, in order of first appearance."""
        encoded = as_arrow(column).dictionary_encode()
        positions = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(encoded.dictionary.to_pylist(), positions, column.index)

    def each(self, read: Callable[[str], Any]) -> list[Any]:
        """`read` applied to every distinct text."""
        return [read(text) for text in self.texts]

    def texts_of(self, answers: Sequence[str | None]) -> pd.Series:
        """One text (or None) per distinct text -> a text column over the rows."""
        values = pa.array([*answers, None], pa.string())
        return text_column(values.take(pa.array(self._places(len(answers)))), self.index)

    def words_of(self, answers: Sequence[str], missing: str) -> pd.Series:
        """One word of a small vocabulary per distinct text -> a categorical column; rows without text say `missing`."""
        vocabulary = sorted({*answers, missing})
        code = {word: position for position, word in enumerate(vocabulary)}
        codes = np.array([*(code[word] for word in answers), code[missing]], np.int16)
        return words(codes[self._places(len(answers))], vocabulary, self.index)

    def array_of(self, answers: npt.NDArray[Any], missing: Any) -> npt.NDArray[Any]:
        """One value per distinct text -> an array over the rows, `missing` where there was no text."""
        return np.append(answers, np.array([missing], answers.dtype))[self._places(len(answers))]

    def _places(self, last: int) -> Ints:
        return np.where(self.positions < 0, last, self.positions)


def words(codes: Any, vocabulary: Sequence[str], index: pd.Index) -> pd.Series:
    """Positions in `vocabulary` (-1: nothing) -> a categorical column."""
    categories: Any = list(vocabulary)
    return pd.Series(pd.Categorical.from_codes(codes, categories), index=index)


def days(values: npt.NDArray[np.datetime64], index: pd.Index) -> pd.Series:
    """Calendar days -> a datetime64[s] column (midnight), NaT where there is none."""
    return pd.Series(values.astype("datetime64[s]"), index=index)
