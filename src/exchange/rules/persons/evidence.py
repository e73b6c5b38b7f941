"""Why a row is its person's: tiers with what agreed, weights with their bits, never a value of anybody."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exchange.registry.pair_model import Model
from exchange.registry.spec_linkage import Linkage
from exchange.rules.linkage.clusters import Edge
from exchange.rules.linkage.explain import parts


def agreed(tiers: Sequence[str], linkage: Linkage) -> str:
    """JSON of a tier's link: `tiers` whose keys are equal, and `by`: the kinds of evidence in those keys."""
    declared = {tier.name: tier for tier in linkage.tiers}
    kinds = sorted({kind for name in tiers if name in declared for kind in declared[name].by})
    return _json({"tiers": sorted(tiers), "by": kinds})


def weighed(row: Mapping[str, Any], model: Model, prior: float) -> str:
    """JSON of a weighed pair: `evidence` as [comparison, level, bits] strongest first, `household` (bits over the cap,
    taken off again) and `prior`; together they are the pair's bits."""
    listed = [[part.comparison, part.level, round(part.bits, 2)] for part in parts(row, model)]
    over = max(float(row["household"]) - model.cap, 0.0)
    return _json(
        {
            "evidence": listed,
            "household": round(-over, 2),
            "prior": round(math.log2(prior / (1 - prior)), 2),
            "vetoed": bool(row["is_vetoed"]),
        }
    )


def runners_up(joined: Iterable[Edge], edges: Iterable[Edge], root: Mapping[int, int]) -> dict[tuple[int, int], float]:
    """For each pair that joined the bits of the best other person either of its nodes could have been, if any."""
    best: dict[int, float] = {}
    for edge in edges:
        if root[edge.a] != root[edge.b]:
            for node in (edge.a, edge.b):
                best[node] = max(edge.score, best.get(node, edge.score))
    found = {}
    for edge in joined:
        rivals = [best[node] for node in (edge.a, edge.b) if node in best]
        if rivals:
            found[edge.a, edge.b] = max(rivals)
    return found


def priority(kind: str, score: float, margin: float | None) -> float:
    """How urgent it is that a person looks, from 0: contradictions and two persons equally likely come first, then
    pairs nearest to even odds (after the harm a wrong decision does: a wrong merge is seen by two offices)."""
    base = {"contradiction": 2.0, "margin": 2.0}.get(kind, 0.0)
    likely = 1 / (1 + 2.0 ** -max(min(score, 60.0), -60.0))
    doubt = 4 * likely * (1 - likely) if margin is None else 1 / (1 + max(margin, 0.0))
    return round(base + doubt, 4)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
