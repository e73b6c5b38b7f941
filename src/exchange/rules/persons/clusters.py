"""Who is one person: evidence joins clusters tier by tier, and what contradicts keeps them apart.

The result depends on the evidence alone, never on its order: within a tier everything that hangs together is
looked at as one, and is joined whole or, where it holds two persons, only where a part fits exactly one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from exchange.registry.spec_linkage import Linkage, Tier

DECIDED = "DECIDED"
"""Tier of what people said is one person."""

RECLUSTERED = "RECLUSTER"
"""Tier of what a full clustering found to be one person."""


@dataclass
class Cluster:
    """What is known of the nodes joined so far. Numbers are (scheme, token); tokens and names are opaque."""

    nodes: list[int]
    numbers: dict[str, str] = field(default_factory=dict)
    forbidden: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)
    """What people said it is not: whoever holds a label's opposite (-label) is another person, for ever."""

    def excludes(self, other: "Cluster") -> bool:
        """Two different numbers of one scheme, a number one of them must not have, or people said they are two."""
        if any(other.numbers.get(scheme, token) != token for scheme, token in self.numbers.items()):
            return True
        if any(-label in other.apart for label in self.apart):
            return True
        return bool(self.forbidden & set(other.numbers.items()) or other.forbidden & set(self.numbers.items()))

    def contradicts(self, other: "Cluster", tier: Tier) -> bool:
        """Whatever excludes; in nameless tiers also two names, or two numbers of any schemes: twins share everything
        but those."""
        if self.excludes(other):
            return True
        if tier.is_named:
            return False
        two_numbers = bool(self.numbers and other.numbers and not self.numbers.items() & other.numbers.items())
        return two_numbers or bool(self.names and other.names and not self.names & other.names)

    def is_anchor(self, tier: Tier) -> bool:
        """Whether it says who it is: by a number, or in a nameless tier by a name."""
        return bool(self.numbers) or (not tier.is_named and bool(self.names))

    def absorb(self, other: "Cluster") -> None:
        """Takes the other's nodes and everything known of them."""
        self.nodes += other.nodes
        self.numbers |= other.numbers
        self.forbidden |= other.forbidden
        self.names |= other.names
        self.apart |= other.apart


@dataclass(frozen=True)
class Undecided:
    """A node's cluster that fits several others; `rivals` are nodes of those."""

    node: int
    rivals: tuple[int, ...]
    tier: str


@dataclass
class Linked:
    """node -> the smallest node of its cluster, node -> the tier that joined it, and what is left to people."""

    roots: dict[int, int]
    joined_by: dict[int, str]
    undecided: list[Undecided]
    skipped_keys: int


class Linker:
    """Joins clusters tier by tier."""

    def __init__(self, clusters: Mapping[int, Cluster]) -> None:
        self._clusters = dict(clusters)
        self._root = {node: root for root, cluster in clusters.items() for node in cluster.nodes}
        self._joined_by: dict[int, str] = {}
        self._undecided: list[Undecided] = []
        self._frozen: set[int] = set()
        self._skipped = 0

    def join_decided(self, pairs: Iterable[tuple[int, int]], tier: str = DECIDED) -> list[tuple[int, int]]:
        """Joins what was said to be one person, before any tier; the pairs that cannot be one are returned.

        Pairs that hang together are joined whole or not at all, so that their order decides nothing.
        """
        refused: list[tuple[int, int]] = []
        rooted = {(one, two): sorted({self._root[one], self._root[two]}) for one, two in pairs}
        for component in _components(sorted(rooted.values())):
            members = sorted({root for group in component for root in group})
            clusters = [self._clusters[root] for root in members]
            if any(one.excludes(two) for place, one in enumerate(clusters) for two in clusters[place + 1 :]):
                refused += [pair for pair, roots in rooted.items() if roots[0] in members]
            elif len(members) > 1:
                self.join(members, tier)
        return sorted(refused)

    def run(self, linkage: Linkage, memberships: Mapping[str, Sequence[Sequence[int]]]) -> Linked:
        """`memberships`: tier -> the groups of nodes that share a key of it."""
        for tier in linkage.tiers:
            groups = [sorted({self._root[node] for node in group}) for group in memberships.get(tier.name, ())]
            sized = [group for group in groups if 1 < len(group) <= linkage.largest_group]
            self._skipped += sum(len(group) > linkage.largest_group for group in groups)
            for component in _components(sized):
                self._settle(component, tier)
        return self.linked()

    def _settle(self, component: list[list[int]], tier: Tier) -> None:
        """Joins a component whole when nothing in it contradicts, else only the parts that fit one person."""
        members = sorted({root for group in component for root in group if root not in self._frozen})
        if len(members) > 1 and self._agree(members, tier):
            self.join(members, tier.name)
            return
        neighbours: dict[int, set[int]] = defaultdict(set)
        for group in component:
            for root in group:
                neighbours[root].update(group)
        anchors = [root for root in members if self._clusters[root].is_anchor(tier)]
        decided: list[tuple[int, int]] = []
        for loose in sorted(set(members) - set(anchors)):
            fitting = [a for a in anchors if a in neighbours[loose] and self._agree([a, loose], tier)]
            if len(fitting) == 1:
                decided.append((fitting[0], loose))
            elif fitting:
                self._leave(loose, fitting, tier)
        for anchor, loose in decided:
            self.join([anchor, loose], tier.name)

    def _agree(self, roots: Sequence[int], tier: Tier) -> bool:
        """Whether all of them can be one person. Every pair is compared: agreement does not carry over."""
        clusters = [self._clusters[root] for root in roots]
        return not any(
            one.contradicts(other, tier) for place, one in enumerate(clusters) for other in clusters[place + 1 :]
        )

    def root(self, node: int) -> int:
        """The node that stands for the cluster `node` is in."""
        return self._root[node]

    def cluster(self, root: int) -> Cluster:
        """What is known of the cluster `root` stands for."""
        return self._clusters[root]

    def sure(self) -> frozenset[int]:
        """The smallest nodes of the clusters that hold a number."""
        return frozenset(min(cluster.nodes) for cluster in self._clusters.values() if cluster.numbers)

    def linked(self) -> Linked:
        """The clusters as they are now."""
        roots = {node: min(cluster.nodes) for cluster in self._clusters.values() for node in cluster.nodes}
        return Linked(roots, self._joined_by, sorted(self._undecided, key=lambda item: item.node), self._skipped)

    def join(self, roots: Sequence[int], tier: str) -> None:
        """Joins clusters into the first of `roots`; their nodes say by which tier, unless they were joined before."""
        survivor = self._clusters[roots[0]]
        for node in survivor.nodes:
            self._joined_by.setdefault(node, tier)
        for root in roots[1:]:
            cluster = self._clusters.pop(root)
            for node in cluster.nodes:
                self._joined_by.setdefault(node, tier)
                self._root[node] = roots[0]
            survivor.absorb(cluster)

    def _leave(self, loose: int, fitting: Sequence[int], tier: Tier) -> None:
        """Weaker evidence must not settle what stronger evidence left open: the cluster takes no further part."""
        self._frozen.add(loose)
        rivals = tuple(min(self._clusters[root].nodes) for root in fitting)
        self._undecided.append(Undecided(min(self._clusters[loose].nodes), tuple(sorted(rivals)), tier.name))


def clusters_of(
    nodes: Iterable[int],
    numbers: pd.DataFrame,
    forbidden: pd.DataFrame,
    names: pd.DataFrame,
    together: pd.DataFrame,
    apart: Iterable[tuple[int, int]] = (),
) -> dict[int, Cluster]:
    """The clusters to begin with.

    `numbers` and `forbidden`: node, scheme, token. `names`: node, name. `together`: node, other, pairs already known
    to be one person (a number and the person it is registered to). `apart`: node, label, what people said the node is
    not: the opposite label marks the other side.
    """
    clusters = {node: Cluster([node]) for node in sorted(nodes)}
    for node, scheme, token in rows_of(numbers, "node", "scheme", "token"):
        clusters[node].numbers[scheme] = token
    for node, scheme, token in rows_of(forbidden, "node", "scheme", "token"):
        clusters[node].forbidden.add((scheme, token))
    for node, name in rows_of(names, "node", "name"):
        clusters[node].names.add(name)
    for node, label in apart:
        clusters[node].apart.add(label)
    root = {node: node for node in clusters}
    for node, other in sorted(rows_of(together, "node", "other")):
        one, two = sorted((root[node], root[other]))
        if one != two:
            absorbed = clusters.pop(two)
            for member in absorbed.nodes:
                root[member] = one
            clusters[one].absorb(absorbed)
    return clusters


def groups_of(memberships: pd.DataFrame) -> dict[str, list[list[int]]]:
    """memberships (tier, key, node) -> tier -> lists of nodes that share a key, in the order of keys."""
    grouped: dict[str, list[list[int]]] = defaultdict(list)
    previous: tuple[str, str] | None = None
    for tier, key, node in sorted(rows_of(memberships, "tier", "key", "node")):
        if (tier, key) != previous:
            grouped[tier].append([])
            previous = (tier, key)
        grouped[tier][-1].append(node)
    return dict(grouped)


def _components(groups: Sequence[list[int]]) -> list[list[list[int]]]:
    """Groups that share a root, directly or through others, belong to one component."""
    parent: dict[int, int] = {}

    def find(root: int) -> int:
        parent.setdefault(root, root)
        while parent[root] != root:
            parent[root] = parent[parent[root]]
            root = parent[root]
        return root

    for group in groups:
        first = find(group[0])
        for other in group[1:]:
            low, high = sorted((first, find(other)))
            parent[high] = low
            first = low
    components: dict[int, list[list[int]]] = defaultdict(list)
    for group in groups:
        components[find(group[0])].append(group)
    return [components[root] for root in sorted(components)]


def rows_of(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of the named columns as plain Python values."""
    return list(zip(*(frame[column].tolist() for column in columns), strict=True))
