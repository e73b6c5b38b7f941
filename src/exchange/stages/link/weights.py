"""Link, second part: weights for fields whose habits nobody has measured beforehand, learned on the tables."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exchange.registry.pair_model import Comparison, Model
from exchange.rules.linkage.learn import expectation_maximisation, shares
from exchange.services.identity.linker import open_scorer
from exchange.services.sets import Sets

_RANDOM_PAIRS = 400_000
_STEPS = (0.5, 0.37, 0.29, 0.43)
"""Partners are so far away in an order that has nothing to do with the records."""


def fit(model: Model, sets: Sets, pairs: pa.Table, prior: float, folder: Path) -> Model:
    """The model with u of random pairs and m by expectation-maximisation for the comparisons it leaves open.

    A model without open comparisons comes back as it is. Tables without a whole name in one column are of a kind
    the model was not made for: there every comparison is open. Random pairs are chosen by a hash of the record.
    """
    is_foreign = "name" not in model.names
    learning = [place for place, name in enumerate(model.names) if is_foreign or name in model.learned]
    if not model.learned & set(model.names) or len(pairs) == 0:
        return model
    profiles = sets.table("linkage/all_profiles")
    with open_scorer(profiles, folder) as scorer:
        random = counted(model, scorer.patterns(model, random_pairs(profiles)))
        found = scorer.patterns(model, pairs)
    u = {
        place: _u(each, random[each.name]) if place in learning else [level.u for level in _known(each)]
        for place, each in enumerate(model.comparisons)
    }
    matrix = np.column_stack([found[name].to_numpy() for name in model.names]).astype(int)
    before = {place: [level.m for level in _known(each)] for place, each in enumerate(model.comparisons)}
    m = expectation_maximisation(matrix, found["n"].to_numpy().astype(float), before, u, prior, learning)
    weights = {
        each.name: _spread(each, m[place], u[place])
        for place, each in enumerate(model.comparisons)
        if place in learning
    }
    return replace(model.with_weights(weights), version=f"{model.version}+tables")


def random_pairs(profiles: pa.Table) -> pa.Table:
    """Pairs of profiles (join_key_l, join_key_r) that have nothing to do with each other, the same ones every time."""
    keys = np.array([_hash(text) for text in profiles["first"].to_pylist()], dtype=np.uint64)
    shuffled = profiles["profile"].to_numpy()[np.argsort(keys, kind="stable")]
    count = len(shuffled)
    left, right = [], []
    for step in _STEPS:
        wanted = min(count, _RANDOM_PAIRS // len(_STEPS))
        left.append(shuffled[:wanted])
        right.append(np.roll(shuffled, -max(1, int(count * step)))[:wanted])
    one, two = np.concatenate(left), np.concatenate(right)
    return pa.table({"join_key_l": np.minimum(one, two), "join_key_r": np.maximum(one, two)})


def _hash(text: str) -> int:
    import hashlib

    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _known(each: Comparison) -> list[Any]:
    """Levels by place, from `differs` up."""
    return sorted((level for level in each.levels if level.place >= 0), key=lambda level: level.place)


def counted(model: Model, patterns: pa.Table) -> dict[str, dict[int, int]]:
    """comparison -> place -> number of pairs, from the patterns of a scorer."""
    found = {}
    for name in model.names:
        grouped = patterns.group_by(name).aggregate([("n", "sum")]).sort_by(name)
        counts = pc.cast(grouped["n_sum"], pa.int64()).to_pylist()
        found[name] = dict(zip(grouped[name].to_pylist(), counts, strict=True))
    return found


def _u(each: Comparison, counts: dict[int, int]) -> list[float]:
    levels = _known(each)
    return shares(list(counts), list(counts.values()), len(levels), [level.u for level in levels])


def _spread(each: Comparison, m: list[float], u: list[float]) -> list[tuple[float, float]]:
    return [(m[level.place], u[level.place]) if level.place >= 0 else (level.m, level.u) for level in each.levels]
