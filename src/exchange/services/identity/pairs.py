"""Candidate pairs and their bits, for whoever links: the tables of `exchange link` and the rows of a month alike."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from exchange.registry.pair_model import Model
from exchange.services.identity.linker import open_scorer
from exchange.services.sets import Sets

LARGEST_BUCKET = 60
"""A key under which more profiles meet proves nothing."""

HOT_NAMES = 12
"""A telephone under which more names are reached is an office's, not a person's."""

_EVERYBODY = 2**62


def candidate_pairs(sets: Sets, known_from: int = _EVERYBODY) -> pa.Table:
    """match_key, join_key_l, join_key_r of the profiles in `key_of` that share a key, one of them without a number.

    Profiles numbered from `known_from` on are of earlier months and are not compared with one another again.
    """
    sets.run("linkage/buckets")
    sets.run("linkage/pairs", {"largest": LARGEST_BUCKET, "known": known_from})
    return sets.table("linkage/all_pairs")


def fitted(model: Model, profiles: pa.Table) -> Model:
    """The model without the comparisons these profiles say nothing about."""
    return model.for_columns([name for name in profiles.schema.names if profiles[name].null_count < len(profiles)])


def edges_of(sets: Sets, scored: pa.Table, model: Model, least: float) -> pd.DataFrame:
    """Scored pairs of profiles -> a, b (nodes), score, best (bits of vetoed pairs too), with at least `least` bits.

    Leaves the scored pairs as table `scored`.
    """
    sets.give("scored", scored)
    return sets.frame("linkage/edges", {"cap": model.cap, "review": least})


def score_pairs(
    profiles: pa.Table, pairs: pa.Table, frequencies: pa.Table, model: Model, prior: float, least: float, folder: Path
) -> pa.Table:
    """The pairs with at least `least` bits by a model that has nothing to learn; see `Scorer.score`."""
    with open_scorer(profiles, folder) as scorer:
        return scorer.score(model, pairs, frequencies, prior, least)
