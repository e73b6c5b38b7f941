"""Link: any tables and a spec -> who is one person. Outside the month; nothing is registered or published."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from exchange.registry.pair_model import Model
from exchange.registry.spec_link import LinkSpec
from exchange.rules.linkage.clusters import Clustered, Edge, cluster
from exchange.rules.linkage.explain import explained, runners_up
from exchange.rules.linkage.learn import FEW, steady
from exchange.rules.linkage.people import person_ids
from exchange.services.identity.linker import open_scorer
from exchange.services.identity.pairs import LARGEST_BUCKET, candidate_pairs, edges_of, fitted
from exchange.services.sets import Sets, open_sets
from exchange.services.tables_in import read_tables
from exchange.stages.link.evidence import prepare
from exchange.stages.link.weights import fit


@dataclass(frozen=True)
class Linked:
    """`links`: record, person_id, by record. `review`: record_a, record_b, score, kind. `why`: record_a, record_b,
    bits, runner_up (bits of the next best person), model, evidence; one row per pair that joined. `counts`: what was
    done."""

    links: pa.Table
    review: pa.Table
    why: pa.Table
    counts: dict[str, int]


@dataclass(frozen=True)
class _Scored:
    """Clusters, the edges they were made of (a, b, score, best), and the model that weighed them."""

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
    told: Callable[[str], None] = lambda step: None,
) -> Linked:
    """Links the records of all files.

    `folder` takes what does not fit into memory; `year` is the last in which somebody can be born; `told` hears what
    is going on. The result depends on the records alone, not on the order of files or rows. Raises LayoutError.
    """
    told("reading")
    raw = read_tables(files, spec.record, spec.source, spec.roles.columns())
    with open_sets(folder) as sets:
        told("normalising")
        prepare(sets, raw, spec, year)
        told("choosing pairs")
        sets.run("linkage/keys")
        pairs = candidate_pairs(sets)
        told("scoring")
        scored = _cluster(sets, pairs, model, spec, folder)
        told("writing")
        return _outcome(sets, scored, spec)


def _cluster(sets: Sets, pairs: pa.Table, model: Model, spec: LinkSpec, folder: Path) -> _Scored:
    profiles = sets.table("linkage/all_profiles")
    counts = sets.frame("linkage/counts").iloc[0]
    used = fitted(model, profiles)
    prior = 1 / max(int(counts["numbered"]), int(counts["nodes"]) // 2, FEW)
    with open_scorer(profiles, folder) as scorer:
        used = fit(used, scorer, profiles, pairs, prior)
        frequencies = steady(used.usual, sets.table("linkage/frequency"), int(counts["nodes"]))
        scored = scorer.score(used, pairs, frequencies, prior, spec.thresholds.review)
    edges = edges_of(sets, scored, used, spec.thresholds.review)
    strong = edges[edges["score"] >= spec.thresholds.link]
    nodes = sets.frame("linkage/nodes")
    owned = nodes[nodes["number"].notna()]
    barred = nodes[nodes["forbidden"].notna()]
    forbidden: dict[int, list[str]] = {}
    for node, number in zip(barred["node"].tolist(), barred["forbidden"].tolist(), strict=True):
        forbidden.setdefault(node, []).append(number)
    found = zip(strong["a"].tolist(), strong["b"].tolist(), strong["score"].tolist(), strict=True)
    clustered = cluster(
        len(profiles),
        [Edge(*edge) for edge in found],
        dict(zip(owned["node"].tolist(), owned["number"].tolist(), strict=True)),
        forbidden,
        spec.thresholds.margin,
    )
    return _Scored(clustered, edges, used, prior)


def _outcome(sets: Sets, scored: _Scored, spec: LinkSpec) -> Linked:
    clustered, edges = scored.clustered, scored.edges
    sets.give("node_person", pa.table({"node": range(len(clustered.root)), "root": clustered.root}))
    rows = sets.frame("linkage/links")
    links = pa.table({"record": pa.array(rows["record"]), "person_id": pa.array(person_ids(rows["first"]))})
    below = edges[~(edges["score"] >= spec.thresholds.link)]
    sets.give("open_pair", _open_pairs(clustered, below))
    review = sets.table("linkage/review")
    counts = {str(name): int(value) for name, value in sets.frame("linkage/counts").iloc[0].items()}
    skipped = sets.frame("linkage/skipped", {"largest": LARGEST_BUCKET}).iloc[0]
    counts |= {"records": len(links), "persons": len(set(links["person_id"].to_pylist())), "review": len(review)}
    counts |= {"skipped_buckets": int(skipped["buckets"]), "skipped_profiles": int(skipped["profiles"])}
    return Linked(links, review, _why(sets, scored, spec), counts)


def _why(sets: Sets, scored: _Scored, spec: LinkSpec) -> pa.Table:
    """Every pair that joined two records' persons, with its evidence in words and bits."""
    linked = scored.clustered.linked
    strong = scored.edges[scored.edges["score"] >= spec.thresholds.link]
    others = zip(strong["a"].tolist(), strong["b"].tolist(), strong["score"].tolist(), strict=True)
    rivals = runners_up(linked, (Edge(*edge) for edge in others), scored.clustered.root)
    columns = {"a": [edge.a for edge in linked], "b": [edge.b for edge in linked]}
    bits = pa.array([edge.score for edge in linked], pa.float64())
    nodes = {name: pa.array(values, pa.int64()) for name, values in columns.items()}
    sets.give("joined", pa.table(nodes | {"bits": bits, "runner_up": pa.array(rivals, pa.float64())}))
    found = sets.table("linkage/why", {"cap": scored.model.cap})
    prior = math.log2(scored.prior / (1 - scored.prior))
    told = [explained(row, scored.model, prior) for row in found.to_pylist()]
    kept = found.select(["record_a", "record_b", "bits", "runner_up"])
    version = pa.array([scored.model.version] * len(kept), pa.string())
    return kept.append_column("model", version).append_column("evidence", pa.array(told, pa.string()))


def _open_pairs(clustered: Clustered, below: pd.DataFrame) -> pa.Table:
    """Pairs left to people: near the threshold, two persons equally likely, or strong but contradicted."""
    rows = [(edge.a, edge.b, edge.score, "margin") for edge in clustered.narrow]
    rows += [(edge.a, edge.b, edge.score, "contradiction") for edge in clustered.refused]
    best = below["score"].fillna(below["best"])
    rows += [
        (a, b, score, "near") for a, b, score in zip(below["a"], below["b"], best, strict=True)
        if clustered.root[a] != clustered.root[b]
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    types = (pa.int64(), pa.int64(), pa.float64(), pa.string())
    names = ("a", "b", "score", "kind")
    return pa.table({name: pa.array(c, t) for name, c, t in zip(names, columns, types, strict=True)})
