"""What tables of an unknown kind say about their own errors: weights from counts, without any labelled pair."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_Floats = npt.NDArray[Any]

CAUTION = 20.0
"""So many pairs the frozen model's opinion is worth against what the tables show."""


FEW = 500
"""With so many persons a table's own frequencies of values weigh as much as the frozen model's."""


def steadied(fields: Sequence[str], found: _Floats, usual: Mapping[str, float], persons: int) -> _Floats:
    """Frequencies of values (`found`: share of `persons` that have it), leaning on what is usual in small tables.

    In a table of six persons every name is one of six, and would prove nothing. `usual`: field -> share of an
    ordinary value.
    """
    expected = np.array([usual.get(field, 0.0) for field in fields])
    steady: _Floats = (found * persons + FEW * expected) / (persons + FEW)
    return np.where(expected > 0, steady, found)


def steady(usual: Mapping[str, float], frequencies: pa.Table, persons: int) -> pa.Table:
    """field, value, share: the tables' own shares, steadied by the model's (`usual`) where the tables are small."""
    fields = frequencies["field"].to_pylist()
    found = steadied(fields, frequencies["share"].to_numpy(), usual, persons)
    return frequencies.set_column(frequencies.schema.names.index("share"), "share", pa.array(found))


def shares(places: Sequence[int], counts: Sequence[float], levels: int, before: Sequence[float]) -> list[float]:
    """Share of each level (place 0 … levels-1) among the known answers, leaning on `before` where there are few."""
    total = np.asarray(before, dtype=np.float64) * CAUTION
    for place, count in zip(places, counts, strict=True):
        if place >= 0:
            total[place] += count
    return [float(value) for value in total / total.sum()]


def expectation_maximisation(
    patterns: _Floats,
    counts: _Floats,
    m: Mapping[int, Sequence[float]],
    u: Mapping[int, Sequence[float]],
    prior: float,
    open_columns: Collection[int],
    rounds: int = 40,
) -> dict[int, list[float]]:
    """m per comparison from counts of patterns of candidate pairs.

    `patterns`: one row per pattern, one column per comparison, -1 where unknown. `m` and `u`: comparison (column) ->
    probability of each place. `u` is of random pairs and stays, and so does `prior`, the share of matches among all
    pairs: candidates are not random, so their own share of matches would make every one of them look like a match.
    Only the comparisons in `open_columns` learn. Counts are whole numbers and patterns come sorted, so the answer
    does not depend on the order of anything.
    """
    current = {column: np.array(list(values)) for column, values in m.items()}
    other = {column: np.array(list(values)) for column, values in u.items()}
    for _ in range(rounds):
        bits = np.full(len(patterns), np.log(prior / (1 - prior)))
        for column, weights in sorted(current.items()):
            ratio = np.log(np.append(weights / other[column], 1.0))
            bits += ratio[patterns[:, column]]
        likely = counts / (1 + np.exp(-bits))
        for column in open_columns:
            before = list(m[column])
            current[column] = np.array(shares(patterns[:, column].tolist(), likely.tolist(), len(before), before))
    return {column: [float(value) for value in values] for column, values in current.items()}
