"""Link: any tables and a spec -> who is one person. Outside the month; nothing is registered or published."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from exchange.registry.pair_model import Model
from exchange.registry.spec_link import LinkSpec
from exchange.rules.linkage.clusters import Clustered, Edge, cluster
from exchange.rules.linkage.explain import explained, runners_up
from exchange.rules.linkage.learn import FEW, steady
from exchange.rules.linkage.people import person_ids
from exchange.services.identity.pairs import LARGEST_BUCKET, candidate_pairs, edges_of, fitted, score_pairs
from exchange.services.sets import Sets, open_sets
from exchange.services.tables_in import read_tables
from exchange.stages.link.evidence import prepare
from exchange.stages.link.weights import fit


@dataclass(frozen=True)
class Linked:
    """`links`: record, person_id, by record. `review`: record_a, record_b, score, kind. `why`: record_a, record_b,
    bits, runner_up (bits of the next best person), model, evidence; one row per pair that joined, none if nobody asked.
    `counts`: what was done."""

    links: pa.Table
    review: pa.Table
    why: pa.Table | None
    counts: dict[str, int]


@dataclass(frozen=True)
class _Scored:
    """Clusters of the nodes that somebody may join (`nodes`, in order; everything else counts places in it), the edges
    they were made of (a, b, score, best), and the model that weighed them."""

    nodes: pa.Array
    clustered: Clustered
    edges: pd.DataFrame
    model: Model
    prior: float


def link_tables(
    files: Sequence[Path],
    spec: LinkSpec,
    model: Model,
    folder: Path,
    *,
    year: int,
    is_explained: bool = False,
    told: Callable[[str], None] = lambda step: None,
) -> Linked:
    """Links the records of all files.

    `folder` takes what does not fit into memory; `year` is the last in which somebody can be born;
    `is_explained` asks for `why`; `told` hears what is going on. The result depends on the records alone, not on the
    order of files or rows. Raises LayoutError.
    """
    told("reading")
    raw = read_tables(files, spec.record, spec.source, spec.roles.columns())
    with open_sets(folder) as sets:
        told("normalising")
        prepare(sets, raw, spec, year)
        told("choosing pairs")
        sets.run("linkage/keys", {"is_kept": False})
        pairs = candidate_pairs(sets)
        told("scoring")
        scored = _cluster(sets, pairs, model, spec, folder)
        told("writing")
        outcome = _outcome(sets, scored, spec)
        return replace(outcome, why=_why(sets, scored, spec)) if is_explained else outcome


def _cluster(sets: Sets, pairs: pa.Table, model: Model, spec: LinkSpec, folder: Path) -> _Scored:
    profiles = sets.table("linkage/paired_profiles")
    counts = sets.frame("linkage/counts").iloc[0]
    prior = 1 / max(int(counts["numbered"]), int(counts["nodes"]) // 2, FEW)
    used = fit(fitted(model, profiles), sets, pairs, prior, folder)
    frequencies = steady(used.usual, sets.table("linkage/frequency"), int(counts["nodes"]))
    scored = score_pairs(profiles, pairs, frequencies, used, prior, spec.thresholds.review, folder)
    edges = edges_of(sets, scored, used, spec.thresholds.review)
    nodes = np.unique(edges[["a", "b"]].to_numpy(np.int64))
    places = {side: np.searchsorted(nodes, edges[side].to_numpy(np.int64)) for side in ("a", "b")}
    edges = edges.assign(**places)
    sets.give("met", pa.table({"node": nodes, "place": np.arange(len(nodes))}))
    told = sets.frame("linkage/nodes")
    owned, barred = told[told["number"].notna()], told[told["forbidden"].notna()]
    forbidden: dict[int, list[str]] = {}
    for place, number in zip(barred["place"].tolist(), barred["forbidden"].tolist(), strict=True):
        forbidden.setdefault(place, []).append(number)
    numbers = dict(zip(owned["place"].tolist(), owned["number"].tolist(), strict=True))
    clustered = cluster(len(nodes), _strong(edges, spec), numbers, forbidden, spec.thresholds.margin)
    return _Scored(pa.array(nodes), clustered, edges, used, prior)


def _strong(edges: pd.DataFrame, spec: LinkSpec) -> Iterator[Edge]:
    """The pairs that may join."""
    found = edges[edges["score"] >= spec.thresholds.link]
    return map(Edge, found["a"].tolist(), found["b"].tolist(), found["score"].tolist())


def _outcome(sets: Sets, scored: _Scored, spec: LinkSpec) -> Linked:
    clustered, edges = scored.clustered, scored.edges
    roots = scored.nodes.take(pa.array(clustered.root, pa.int64()))
    sets.give("node_person", pa.table({"node": scored.nodes, "root": roots}))
    rows = sets.table("linkage/links")
    firsts = rows["first"].combine_chunks().dictionary_encode()
    persons = pa.array(person_ids(firsts.dictionary.to_pylist()), pa.string())
    links = pa.table({"record": rows["record"], "person_id": persons.take(firsts.indices)})
    below = edges[~(edges["score"] >= spec.thresholds.link)]
    sets.give("open_pair", _open_pairs(scored.nodes, clustered, below))
    review = sets.table("linkage/review")
    counts = {str(name): int(value) for name, value in sets.frame("linkage/counts").iloc[0].items()}
    skipped = sets.frame("linkage/skipped", {"largest": LARGEST_BUCKET}).iloc[0]
    counts |= {"records": len(links), "persons": len(persons), "review": len(review)}
    counts |= {"skipped_buckets": int(skipped["buckets"]), "skipped_profiles": int(skipped["profiles"])}
    return Linked(links, review, None, counts)


def _why(sets: Sets, scored: _Scored, spec: LinkSpec) -> pa.Table:
    """Every pair that joined two records' persons, with its evidence in words and bits."""
    linked = scored.clustered.linked
    rivals = runners_up(linked, _strong(scored.edges, spec), scored.clustered.root)
    columns = {"a": [edge.a for edge in linked], "b": [edge.b for edge in linked]}
    bits = pa.array([edge.score for edge in linked], pa.float64())
    nodes = {name: scored.nodes.take(pa.array(values, pa.int64())) for name, values in columns.items()}
    sets.give("joined", pa.table(nodes | {"bits": bits, "runner_up": pa.array(rivals, pa.float64())}))
    found = sets.table("linkage/why", {"cap": scored.model.cap})
    prior = math.log2(scored.prior / (1 - scored.prior))
    told = [explained(row, scored.model, prior) for row in found.to_pylist()]
    kept = found.select(["record_a", "record_b", "bits", "runner_up"])
    version = pa.array([scored.model.version] * len(kept), pa.string())
    return kept.append_column("model", version).append_column("evidence", pa.array(told, pa.string()))


def _open_pairs(nodes: pa.Array, clustered: Clustered, below: pd.DataFrame) -> pa.Table:
    """Pairs left to people: near the threshold, two persons equally likely, or strong but contradicted."""
    rows = [(edge.a, edge.b, edge.score, "margin") for edge in clustered.narrow]
    rows += [(edge.a, edge.b, edge.score, "contradiction") for edge in clustered.refused]
    best = below["score"].fillna(below["best"])
    rows += [
        (a, b, score, "near") for a, b, score in zip(below["a"], below["b"], best, strict=True)
        if clustered.root[a] != clustered.root[b]
    ]  # fmt: skip
    a, b, score, kind = list(zip(*rows, strict=True)) or [(), (), (), ()]
    pairs = {"a": nodes.take(pa.array(a, pa.int64())), "b": nodes.take(pa.array(b, pa.int64()))}
    return pa.table(pairs | {"score": pa.array(score, pa.float64()), "kind": pa.array(kind, pa.string())})
