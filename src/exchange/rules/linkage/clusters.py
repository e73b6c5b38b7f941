"""From scored pairs to persons: best evidence first, and never two different valid numbers in one person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Edge(NamedTuple):
    """Two nodes and the bits that speak for their being one person."""

    a: int
    b: int
    score: float


@dataclass
class Clustered:
    """`root`: node -> smallest node of its person. `linked`: the edges that joined. `narrow`: pairs left to people
    because another person was as likely; `refused`: strong pairs that a contradiction kept apart."""

    root: list[int]
    linked: list[Edge] = field(default_factory=list)
    narrow: list[Edge] = field(default_factory=list)
    refused: list[Edge] = field(default_factory=list)


def cluster(
    count: int,
    edges: Iterable[Edge],
    numbers: Mapping[int, str],
    forbidden: Mapping[int, Sequence[str]],
    margin: float = 0.0,
) -> Clustered:
    """Kruskal's way: edges by score, then by node numbers, which the caller gives in the order of record names.

    `numbers`: node -> its valid number; a cluster holds at most one. `forbidden`: node -> numbers that are proven
    not to be its own. An edge whose node fits another number's person within `margin` bits is left to people.
    """
    ordered = sorted(edges, key=lambda edge: (-edge.score, edge.a, edge.b))
    rivals = narrow(ordered, numbers, margin)
    result = Clustered(list(range(count)))
    number: dict[int, str] = dict(numbers)
    banned: dict[int, set[str]] = {node: set(found) for node, found in forbidden.items()}
    root = result.root

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for edge in ordered:
        one, two = sorted((find(edge.a), find(edge.b)))
        if one == two:
            continue
        if (edge.a, edge.b) in rivals:
            result.narrow.append(edge)
            continue
        mine, other = number.get(one), number.get(two)
        if (
            (mine and other and mine != other)
            or _is_banned(mine, banned.get(two))
            or _is_banned(other, banned.get(one))
        ):
            result.refused.append(edge)
            continue
        root[two] = one
        if other and not mine:
            number[one] = other
        if two in banned:
            banned.setdefault(one, set()).update(banned.pop(two))
        result.linked.append(edge)
    for node in range(count):
        root[node] = find(node)
    return result


def _is_banned(number: str | None, banned: set[str] | None) -> bool:
    return number is not None and banned is not None and number in banned


def narrow(ordered: Sequence[Edge], numbers: Mapping[int, str], margin: float) -> set[tuple[int, int]]:
    """Of edges in falling order those from a node without a number to the numbers' persons it fits equally well."""
    if margin <= 0:
        return set()
    best: dict[int, tuple[float, str]] = {}
    torn: set[int] = set()
    for edge in ordered:
        for node, other in ((edge.a, edge.b), (edge.b, edge.a)):
            number = numbers.get(other)
            if number is not None and node not in numbers:
                top, winner = best.setdefault(node, (edge.score, number))
                if number != winner and edge.score > top - margin:
                    torn.add(node)
    return {
        (edge.a, edge.b) for edge in ordered for node, other in ((edge.a, edge.b), (edge.b, edge.a))
        if node in torn and other in numbers and edge.score > best[node][0] - margin
    }  # fmt: skip
