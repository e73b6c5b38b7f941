"""Who is one person by weight of evidence: what the tiers left open joins the person it fits best.

Strongest pair first. A person holds at most one person's numbers, whatever else speaks for it; who fits two
numbered persons nearly as well is left to people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from exchange.rules.linkage.clusters import Edge, narrow
from exchange.rules.persons.clusters import Linker

SCORED = "FS"
"""Tier of a link that the model made."""


@dataclass(frozen=True)
class Joint:
    """A pair of nodes that joined two clusters; `loose` are the nodes that found their person by it."""

    edge: Edge
    loose: tuple[int, ...]


@dataclass
class Scored:
    """`joints` in the order they were made. `narrow`: pairs left to people because another numbered person was nearly
    as likely, with the bits between the two; `refused`: strong pairs that a contradiction kept apart."""

    joints: list[Joint] = field(default_factory=list)
    narrow: list[tuple[Edge, float]] = field(default_factory=list)
    refused: list[Edge] = field(default_factory=list)


def join_scored(linker: Linker, edges: Iterable[Edge], link: float, margin: float) -> Scored:
    """Joins the clusters of the linker by pairs of nodes with at least `link` bits; the linker holds the result.

    Weaker pairs only count as rivals. Pairs are taken by score, then by node. Two clusters with numbers never join,
    nor any that exclude one another.
    A node undecided in a tier may join where one person is ahead of all others by the margin.
    """
    found = Scored()
    ordered = _best(linker, edges)
    sure = {root: str(root) for edge in ordered for root in _roots(linker, edge) if linker.cluster(root).numbers}
    rooted = [Edge(*_roots(linker, edge), edge.score) for edge in ordered]
    rivals = narrow(rooted, sure, margin)
    lead = _leads(rooted, sure)
    for edge, between in zip(ordered, rooted, strict=True):
        one, two = _roots(linker, edge)
        if one == two or edge.score < link:
            continue
        if (between.a, between.b) in rivals:
            loose_root = next(root for root in (between.a, between.b) if root not in sure)
            found.narrow.append((edge, lead[loose_root]))
            continue
        anchor, loose = sorted((one, two), key=lambda root: (not linker.cluster(root).numbers, root))
        nodes = tuple(sorted(linker.cluster(loose).nodes))
        if linker.cluster(loose).numbers or linker.cluster(anchor).excludes(linker.cluster(loose)):
            found.refused.append(edge)
            continue
        linker.join([anchor, loose], SCORED)
        found.joints.append(Joint(edge, nodes))
    return found


def _best(linker: Linker, edges: Iterable[Edge]) -> list[Edge]:
    """The strongest pair of nodes between any two clusters, strongest first."""
    best: dict[tuple[int, int], Edge] = {}
    for edge in sorted(edges, key=lambda each: (-each.score, each.a, each.b)):
        roots = _roots(linker, edge)
        if roots[0] != roots[1]:
            best.setdefault(roots, edge)
    return list(best.values())


def _leads(ordered: Iterable[Edge], sure: Mapping[int, str]) -> dict[int, float]:
    """Cluster without a number -> bits between its best and its second best numbered person."""
    best: dict[int, list[float]] = {}
    for edge in ordered:
        for root, other in ((edge.a, edge.b), (edge.b, edge.a)):
            if root not in sure and other in sure:
                best.setdefault(root, []).append(edge.score)
    return {root: scores[0] - scores[1] for root, scores in best.items() if len(scores) > 1}


def _roots(linker: Linker, edge: Edge) -> tuple[int, int]:
    one, two = sorted((linker.root(edge.a), linker.root(edge.b)))
    return one, two
