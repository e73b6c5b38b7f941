"""Resolve, the scorer: profiles of the month and of earlier months, the pairs worth comparing, and their bits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from exchange.model.period import Period
from exchange.registry.pair_model import Model
from exchange.registry.spec_linkage import Scorer
from exchange.rules.linkage.learn import FEW, steady
from exchange.rules.linkage.names import read_clean_names
from exchange.rules.linkage.values import read_villages
from exchange.services.identity.pairs import HOT_NAMES, LARGEST_BUCKET, candidate_pairs, edges_of, fitted, score_pairs
from exchange.services.identity.past_profiles import Past
from exchange.services.identity.persons import Persons
from exchange.services.sets import Sets
from exchange.services.vault import Vault
from exchange.stages.resolve.evidence import Month

_NOTHING = pa.schema(
    [
        ("a", pa.int64()),
        ("b", pa.int64()),
        ("score", pa.float64()),
        ("household", pa.float64()),
        ("is_vetoed", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Weights:
    """What pairs are weighed with in one month: the declared thresholds, the model, the frequencies of values, and
    the probability that two persons taken at random are one; `year` is the month's."""

    declared: Scorer
    model: Model
    frequencies: pa.Table
    prior: float
    year: int
    folder: Path


@dataclass(frozen=True)
class Found:
    """`edges`: a, b (nodes), score, best, from the review threshold up. `node_of`: registered person -> its node.
    `first`: number of the first profile that is not of this month. `skipped`: keys under which too many met."""

    edges: pd.DataFrame
    node_of: Mapping[str, int]
    weights: Weights
    first: int
    skipped: int


def lay_profiles(sets: Sets, vault: Vault) -> None:
    """Fills `score_row` and `profile` from the month's rows."""
    texts = sets.frame("resolve/score_texts")
    by_kind = {kind: texts.loc[texts["kind"] == kind, "text"] for kind in ("name", "child", "village", "guardian")}
    names = read_clean_names(by_kind["name"].tolist(), by_kind["child"].tolist())
    villages = read_villages(by_kind["village"].tolist())
    sets.give("name_value", _told(names))
    sets.give("village_value", _told(villages))
    guardians = by_kind["guardian"]
    tokens = [None if token is None else token.hex() for token in vault.hmac_many("guardian", guardians).tolist()]
    sets.give("guardian_value", pa.table({
        "raw": pa.array(guardians, pa.string()), "token": pa.array(tokens, pa.string())}))  # fmt: skip
    sets.run("resolve/score_rows")
    sets.run("resolve/score_profile", {"most": HOT_NAMES})


@dataclass(frozen=True)
class Scene:
    """What a month's scoring is made with: thresholds, model, earlier months, and a folder for what gets large."""

    declared: Scorer
    model: Model
    past: Past
    period: Period
    folder: Path


def find_edges(sets: Sets, month: Month, scene: Scene) -> Found:
    """Compares the month's profiles with one another and with those of earlier months.

    Registered persons are numbered after the month's nodes, in the order of their ids.
    """
    weights = _weights(sets, scene)
    sets.run("linkage/keys", {"is_kept": True})
    node_of, first = lay_known(sets, scene.past, month.register, len(month.nodes))
    scored = compare(sets, weights, first)
    edges = edges_of(sets, scored, weights.model, scene.declared.review)
    skipped = int(sets.frame("linkage/skipped", {"largest": LARGEST_BUCKET})["buckets"].iloc[0])
    return Found(edges, node_of, weights, first, skipped)


def lay_known(sets: Sets, past: Past, register: Persons, nodes: int) -> tuple[dict[str, int], int]:
    """Puts the earlier profiles that share a key with the month's beside these; who they are of, and the number of
    the first of them."""
    past.lay_out(sets)
    sets.run("resolve/earlier_keys")
    sets.run("resolve/earlier_profiles")
    met = sets.frame("resolve/known_persons_met")["person_id"]
    now = register.current(met)
    node_of = {person: nodes + place for place, person in enumerate(sorted(set(now["person_id"])))}
    sets.give("met_person", pa.table({
        "person_id": pa.array(now["asked"], pa.string()),
        "node": pa.array([node_of[person] for person in now["person_id"]], pa.int64()),
    }))  # fmt: skip
    first = int(sets.frame("resolve/profile_count")["profiles"].iloc[0])
    sets.run("resolve/known_keys_of", {"first": first})
    sets.run("resolve/known_score_profiles", {"first": first})
    return node_of, first


def compare(sets: Sets, weights: Weights, known_from: int) -> pa.Table:
    """The candidate pairs of `profile` with their bits."""
    pairs = candidate_pairs(sets, known_from)
    return weigh(sets, weights, sets.table("linkage/paired_profiles"), pairs)


def weigh(sets: Sets, weights: Weights, profiles: pa.Table, pairs: pa.Table) -> pa.Table:
    """Pairs with at least the bits of the review threshold; children that may be brothers and sisters are vetoed."""
    declared = weights.declared
    if len(pairs) == 0:
        return _NOTHING.empty_table()
    scored = score_pairs(
        profiles, pairs, weights.frequencies, weights.model, weights.prior, declared.review, weights.folder
    )
    if declared.siblings is None or "name" not in weights.model.names:
        return scored
    sets.give("weighed", scored)
    least, most = declared.siblings.name
    return sets.table(
        "resolve/siblings", {"grown": weights.year - declared.siblings.under, "least": least, "most": most}
    )


def kept_profiles(sets: Sets, found: Found, period: Period) -> dict[str, pa.Table]:
    """What the months to come are compared with: profiles and keys; needs table `node_person`.

    Numbers of profiles differ from month to month, so that the months' tables can be read as one.
    """
    asked = {"first": found.first, "base": (period.year * 12 + period.month) << 32}
    return {
        "profiles": sets.table("resolve/kept_profiles", asked),
        "keys": sets.table("resolve/kept_keys", asked),
    }


def _weights(sets: Sets, scene: Scene) -> Weights:
    counts = sets.frame("resolve/score_persons").iloc[0]
    nodes = int(counts["nodes"])
    used = fitted(scene.model, sets.table("linkage/all_profiles"))
    prior = 1 / max(scene.past.persons + int(counts["fresh"]), nodes // 2, FEW)
    shares = steady(used.usual, sets.table("linkage/frequency"), nodes)
    return Weights(scene.declared, used, shares, prior, scene.period.year, scene.folder)


def _told(frame: pd.DataFrame) -> pa.Table:
    types = {name: pa.int64() if name == "length" else pa.string() for name in frame.columns}
    return pa.table({name: pa.array(frame[name], kind, from_pandas=True) for name, kind in types.items()})
