"""What tables of an unknown kind say about their own errors: weights from counts, without any labelled pair."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[Any]

CAUTION = 20.0
"""So many pairs the frozen model's opinion is worth against what the tables show."""


def shares(places: Sequence[int], counts: Sequence[float], levels: int, before: Sequence[float]) -> list[float]:
    """Share of each level (place 0 … levels-1) among the known answers, leaning on `before` where there are few."""
    total = np.array(before, float) * CAUTION
    for place, count in zip(places, counts, strict=True):
        if place >= 0:
            total[place] += count
    return [float(value) for value in total / total.sum()]


def expectation_maximisation(
    patterns: _Floats,
    counts: _Floats,
    m: Mapping[int, Sequence[float]],
    u: Mapping[int, Sequence[float]],
    fixed: Sequence[int] = (),
    rounds: int = 60,
) -> tuple[dict[int, list[float]], float]:
    """m per comparison, and the share of matches, from counts of patterns of candidate pairs.

    `patterns`: one row per pattern, one column per comparison, -1 where unknown. `m` and `u`: comparison (column) ->
    probability of each place; `u` and the comparisons in `fixed` stay as they are. Counts are whole numbers and
    patterns come sorted, so the answer does not depend on the order of anything.
    """
    current = {column: np.array(values, float) for column, values in m.items()}
    other = {column: np.array(values, float) for column, values in u.items()}
    share = 0.2
    for _ in range(rounds):
        bits = np.full(len(patterns), np.log(share / (1 - share)))
        for column, weights in current.items():
            ratio = np.log(np.append(weights / other[column], 1.0))
            bits += ratio[patterns[:, column]]
        likely = counts / (1 + np.exp(-bits))
        share = float(np.clip(likely.sum() / counts.sum(), 1e-6, 1 - 1e-6))
        for column in current:
            if column not in fixed:
                before = np.array(m[column], float)
                current[column] = np.array(shares(patterns[:, column].tolist(), likely.tolist(), len(before), before))
    return {column: [float(value) for value in values] for column, values in current.items()}, share
