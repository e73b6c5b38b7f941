"""Why two records are one person's, in one line without a value of anybody in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from exchange.registry.pair_model import Model
from exchange.rules.linkage.clusters import Edge


class Part(NamedTuple):
    """One comparison's answer: its level in words and the bits it speaks for one person."""

    comparison: str
    level: str
    bits: float


def parts(row: Mapping[str, Any], model: Model) -> list[Part]:
    """The answers of a weighed pair (gamma_*, mw_* and mw_tf_adj_*), strongest first; unknown ones are left out."""
    found: list[Part] = []
    for each in model.comparisons:
        place = int(row[f"gamma_{each.name}"])
        if place >= 0:
            bits = float(row[f"mw_{each.name}"]) + float(row.get(f"mw_tf_adj_{each.name}") or 0.0)
            found.append(Part(each.name, next(level.label for level in each.levels if level.place == place), bits))
    return sorted(found, key=lambda part: (-abs(part.bits), part.comparison))


def explained(row: Mapping[str, Any], model: Model, prior_bits: float) -> str:
    """`name: same characters +9.1; born: same day +13.0; household over 22.0 -3.1; prior -16.2`, strongest first.

    `row`: gamma_*, mw_* and mw_tf_adj_* of the pair, and the bits a household shares.
    """
    words = [f"{part.comparison}: {part.level} {part.bits:+.1f}" for part in parts(row, model)]
    over = float(row["household"]) - model.cap
    if over > 0:
        words.append(f"household over {model.cap:.0f} {-over:+.1f}")
    return "; ".join([*words, f"prior {prior_bits:+.1f}"])


def runners_up(joined: Iterable[Edge], edges: Iterable[Edge], root: Sequence[int]) -> list[float | None]:
    """For each joining edge the bits of the best other person either of its nodes could have been, if any."""
    best: dict[int, float] = {}
    for edge in edges:
        if root[edge.a] != root[edge.b]:
            for node in (edge.a, edge.b):
                best[node] = max(edge.score, best.get(node, edge.score))
    return [max((best[node] for node in (edge.a, edge.b) if node in best), default=None) for edge in joined]
