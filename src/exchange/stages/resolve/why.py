"""Resolve, the reasons: what every link rests on, and the weighed pairs that are left to people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from exchange.registry.spec_linkage import Linkage
from exchange.rules.linkage.clusters import Edge
from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.evidence import agreed, priority, runners_up, weighed
from exchange.rules.persons.scored import SCORED
from exchange.services.sets import Sets
from exchange.stages.resolve.evidence import Month, as_table
from exchange.stages.resolve.linking import SAME, Linked
from exchange.stages.resolve.scoring import Found

_Pair = tuple[int, int]
_REASON = {
    "place": pa.int64(), "node": pa.int64(), "tier": pa.string(), "other": pa.int64(), "row_id_b": pa.string(),
    "person_b": pa.string(), "bits": pa.float64(), "runner_up": pa.float64(), "model": pa.string(),
    "detail": pa.string(),
}  # fmt: skip
_NONE = {"other": None, "row_id_b": None, "person_b": None, "bits": None, "runner_up": None, "model": None}


@dataclass(frozen=True)
class Why:
    """`evidence`: row_id, step, person_id, tier, bits, runner_up, other_row, other_person, model, detail.

    `review`: rows of the review table. `merges`: registered person that lost its id -> the evidence.
    """

    evidence: pa.Table
    review: list[tuple[Any, ...]]
    merges: Mapping[str, str]


def explain(sets: Sets, month: Month, linked: Linked, linkage: Linkage, found: Found | None) -> Why:
    """The reasons of all links that rest on more than a number of their own; needs table `node_person`."""
    told = _Told(sets, month, linked, found)
    scored = [] if found is None else list(told.joined())
    reasons = [*_by_tier(sets, month, linked, linkage, told), *(reason for _, reason in scored)]
    told_in_order = pd.DataFrame(reasons, columns=list(_REASON)).assign(place=range(len(reasons)))
    sets.give("reason", as_table(told_in_order, **_REASON))
    lost = {told.person(node): reason["detail"] for node, reason in scored if node in told.registered}
    return Why(sets.table("resolve/evidence_rows"), list(told.left_open()), {p: why for p, why in lost.items() if p})


def _by_tier(
    sets: Sets, month: Month, linked: Linked, linkage: Linkage, told: "_Told"
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Reasons of the nodes that a tier joined, and of those that told the same before."""
    rank = {node: 0 if number is not None else 2 for node, number in rows_of(month.nodes, "node", "token")}
    roots = pd.DataFrame(
        [(node, root, rank.get(node, 1)) for node, root in linked.roots.items()], columns=["node", "root", "rank"]
    )
    sets.give("node_root", as_table(roots, node=pa.int64(), root=pa.int64(), rank=pa.int64()))
    nodes = linked.nodes[linked.nodes["tier"].notna() & ~linked.nodes["has_number"]]
    names = {tier.name for tier in linkage.tiers}
    sets.give("joined_node", as_table(nodes[nodes["tier"].isin(names)], node=pa.int64(), tier=pa.string()))
    for row in sets.table("resolve/tier_evidence").to_pylist():
        other = {"other": row["other"], "person_b": told.registered.get(row["other"])}
        yield _NONE | {"node": row["node"], "tier": row["tier"], "detail": agreed(row["agreed"], linkage)} | other
    for node in nodes.loc[nodes["tier"] == SAME, "node"].tolist():
        yield _NONE | {"node": node, "tier": SAME, "detail": "{}"}


class _Told:
    """The weighed pairs in words."""

    def __init__(self, sets: Sets, month: Month, linked: Linked, found: Found | None) -> None:
        self._month, self._linked, self._found = month, linked, found
        self.registered = {node: person for person, node in linked.registered.items()}
        self._open = list(self._pairs_left_open())
        if found is None:
            return
        wanted = {(edge.a, edge.b) for edge in self._wanted()}
        sets.give("wanted_pair", as_table(
            pd.DataFrame(sorted(wanted), columns=["a", "b"]), a=pa.int64(), b=pa.int64()))  # fmt: skip
        rows = sets.table("resolve/score_why", {"cap": found.weights.model.cap}).to_pylist()
        self._row = {(row["node_a"], row["node_b"]): row for row in rows}

    def person(self, node: int) -> str | None:
        """The person a node was before this month, if it was one."""
        return self.registered.get(node)

    def joined(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every node that found its person by weight, with the reason."""
        assert self._found is not None
        edges = [Edge(*edge) for edge in rows_of(self._found.edges.dropna(subset=["score"]), "a", "b", "score")]
        placed = [edge for edge in edges if edge.a in self._linked.roots and edge.b in self._linked.roots]
        joints = self._linked.scored.joints
        rivals = runners_up([joint.edge for joint in joints], placed, self._linked.roots)
        for joint in joints:
            pair = (joint.edge.a, joint.edge.b)
            row, is_first = self._row[pair], pair[0] in joint.loose
            other = pair[1] if is_first else pair[0]
            for node in joint.loose:
                yield node, _NONE | {
                    "node": node, "tier": SCORED, "other": other, "person_b": self.registered.get(other),
                    "row_id_b": row["row_id_b" if is_first else "row_id_a"], "bits": row["bits"],
                    "runner_up": rivals.get(pair), "model": self._found.weights.model.version,
                    "detail": self._words(row),
                }  # fmt: skip

    def left_open(self) -> Iterator[tuple[Any, ...]]:
        """kind, person_a, person_b, row_id_a, row_id_b, why, score, margin, priority."""
        row_of = self._month.nodes["row_id"].tolist()
        person_of = self._linked.person_of
        for kind, edge, margin in self._open:
            row = self._row[edge.a, edge.b]
            if row.get("gamma_name") == 0:
                continue  # another name is another person, whatever a household shares
            persons = person_of[edge.a], person_of[edge.b]
            rows = (row_of[node] if node < len(row_of) else None for node in (edge.a, edge.b))
            yield kind, *persons, *rows, self._words(row), edge.score, margin, priority(kind, edge.score, margin)

    def _words(self, row: Mapping[str, Any]) -> str:
        assert self._found is not None
        return weighed(row, self._found.weights.model, self._found.weights.prior)

    def _wanted(self) -> Iterator[Edge]:
        yield from (joint.edge for joint in self._linked.scored.joints)
        yield from (edge for _, edge, _ in self._open)

    def _pairs_left_open(self) -> Iterator[tuple[str, Edge, float | None]]:
        """Near the threshold, two persons nearly as likely, or strong but contradicted; nothing that was settled."""
        if self._found is None:
            return
        scored, roots = self._linked.scored, self._linked.roots
        for edge, margin in scored.narrow:
            if roots[edge.a] != roots[edge.b]:
                yield "margin", edge, margin
        yield from (("contradiction", edge, None) for edge in scored.refused)
        declared, edges = self._found.weights.declared, self._found.edges
        near = edges[edges["score"].notna() & (edges["score"] < declared.link)]
        yield from (("near", edge, None) for edge in self._apart(near, "score"))
        vetoed = edges[edges["score"].isna() & (edges["best"] >= declared.link)]
        yield from (("contradiction", edge, None) for edge in self._apart(vetoed, "best"))

    def _apart(self, edges: pd.DataFrame, bits: str) -> Iterator[Edge]:
        """Of the pairs those that ended up as two persons, one of them without a number."""
        roots, sure = self._linked.roots, self._linked.sure
        for edge in (Edge(*values) for values in rows_of(edges, "a", "b", bits)):
            one, two = roots[edge.a], roots[edge.b]
            if one != two and not (one in sure and two in sure):
                yield edge
