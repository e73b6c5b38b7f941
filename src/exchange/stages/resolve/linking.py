"""Resolve, second part: the clusters of the month and of the register, and the person each of them is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from exchange.registry.spec_linkage import Linkage
from exchange.rules.linkage.clusters import Edge
from exchange.rules.persons.clusters import RECLUSTERED, Cluster, Linker, Undecided, clusters_of, groups_of, rows_of
from exchange.rules.persons.scored import Scored, join_scored
from exchange.rules.persons.splits import hold_together, keep_by_overlap, name_part
from exchange.services.identity.persons import Details
from exchange.services.sets import Sets
from exchange.stages.resolve.evidence import Month, as_table
from exchange.stages.resolve.naming import Named, name_clusters
from exchange.stages.resolve.scoring import Found
from exchange.stages.resolve.spots import Spots, rows_looked_at, spots_of

_PROFILE = "2"
"""First character of the evidence of a node without a number but with something to go by."""

SAME = "SAME"
"""Tier of a row that tells exactly what a row of an earlier month told."""


@dataclass(frozen=True)
class Linked:
    """Who is who in the month. `nodes`: node, owner_id, person_id, is_new, tier, has_number, aligned with the
    month's nodes. `merges`: (from, into). `undecided`: what fits several persons. `person_of`: node -> person for the
    nodes they name. `roots`: node -> cluster, `sure`: the clusters with a number. `registered`: registered person ->
    its node. `scored`: what the scorer joined and left open. `between`: registered persons without a number who meet
    two. `named`, `spots`: what became of the persons looked at anew, and where they were; `unjoined`: pairs of nodes
    people said are one person and that cannot be."""

    nodes: pd.DataFrame
    merges: tuple[tuple[str, str], ...]
    undecided: tuple[Undecided, ...]
    person_of: Mapping[int, str]
    skipped_keys: int
    roots: Mapping[int, int]
    sure: frozenset[int]
    registered: Mapping[str, int]
    scored: Scored
    between: frozenset[str]
    named: Named
    spots: Spots
    unjoined: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class _Register:
    """The registered persons that take part: each is a node of its own, numbered after the month's nodes."""

    place: Mapping[str, int]
    person_of_node: Mapping[int, str]
    details: Details


def link(sets: Sets, month: Month, linkage: Linkage, found: Found | None, *, by_overlap: bool = False) -> Linked:
    """Joins the month's nodes with one another and with registered persons, and names the person of each.

    `found`: the pairs the scorer weighed, or None where only tiers link. `by_overlap`: persons looked at anew are not
    held together, and each id goes to the cluster with most of its rows.
    """
    edges, weighed = _edges(found), _weighed(found)
    place = _places(month, found, weighed)
    known_key = month.meeting.assign(node=[place[person] for person in month.meeting["person_id"]])
    known_key = known_key.rename(columns={"key_hmac": "token"})
    sets.give("known_key", as_table(known_key, key_kind=pa.string(), token=pa.binary(), node=pa.int64()))
    memberships = sets.frame("resolve/memberships")
    looked_at, held = rows_looked_at(sets, month.word), {number.node for number in month.held}
    told = {*memberships["node"], *weighed, *looked_at.values(), *held}
    involved = month.nodes[month.nodes["node"].isin(told)]
    register = _register(month, involved, place)
    spots = spots_of(month.word, register.place, looked_at)
    groups = groups_of(memberships)
    linker = Linker(_clusters(sets, month, involved, register, spots))
    unjoined = frozenset(linker.join_decided(spots.together))
    linker.join_decided(spots.meant, RECLUSTERED)
    linker.run(linkage, groups)
    scored = Scored() if linkage.scorer is None else join_scored(
        linker, edges, linkage.scorer.link, linkage.scorer.margin
    )  # fmt: skip
    keepers = (
        keep_by_overlap(linker, spots.old_rows, month.held) if by_overlap
        else hold_together(linker, spots.old_rows, month.held, spots.undone)
    )  # fmt: skip
    linked = linker.linked()
    registered = {node: person for person, node in register.place.items()}
    since = dict(rows_of(register.details.persons, "person_id", "first_period"))
    named = name_clusters(month, linked, registered, keepers, since, spots)
    tiers = dict.fromkeys(register.person_of_node, SAME) | linked.joined_by
    nodes = _name(month, named, tiers)
    skipped = linked.skipped_keys + (found.skipped if found else 0)
    return Linked(
        nodes, named.merges, tuple(linked.undecided), named.person_of, skipped, linked.roots, linker.sure(),
        register.place, scored, _between(groups, month, register, linkage), named, spots, unjoined,
    )  # fmt: skip


def _edges(found: Found | None) -> list[Edge]:
    """The pairs of nodes whose names do not rule them out."""
    if found is None:
        return []
    possible = found.edges[found.edges["score"].notna()]
    return [Edge(*edge) for edge in rows_of(possible, "a", "b", "score")]


def _weighed(found: Found | None) -> frozenset[int]:
    """The nodes of all pairs that may be linked, or would be if their names did not rule it out."""
    if found is None:
        return frozenset()
    heavy = found.edges[found.edges["score"].notna() | (found.edges["best"] >= found.weights.declared.link)]
    return frozenset([*heavy["a"], *heavy["b"]])


def _places(month: Month, found: Found | None, weighed: Collection[int]) -> dict[str, int]:
    """Nodes of the registered persons that a tier's key or a weighed pair leads to; numbered after the month's."""
    known = {} if found is None else {person: node for person, node in found.node_of.items() if node in weighed}
    first = len(month.nodes) + (0 if found is None else len(found.node_of))
    others = sorted((set(month.meeting["person_id"]) | month.word.met()) - set(known))
    return known | {person: first + place for place, person in enumerate(others)}


def _register(month: Month, involved: pd.DataFrame, place: Mapping[str, int]) -> _Register:
    """Registered persons met by a key, by a number of an involved node, or by a profile seen before.

    The id of a profile's person is derived from the profile, so the same profile finds its person again even where
    it was, and is, undecided.
    """
    profiles = month.nodes[month.nodes["evidence"].str.startswith(_PROFILE)]
    derived = {} if month.register.is_empty else {
        node: month.vault.person_id(words)
        for node, words in rows_of(profiles, "node", "evidence")
    }  # fmt: skip
    owned = involved[involved["owner_id"].notna()]
    person_of_node = derived | dict(rows_of(owned, "node", "owner_id"))
    asked = pd.Series(sorted({*place, *person_of_node.values()}), dtype=object)
    details = month.register.details(asked)
    now = dict(rows_of(details.persons, "asked", "person_id"))
    current = {node: now[person] for node, person in person_of_node.items() if person in now}
    added = sorted(set(current.values()) - set(place))
    first = max(place.values(), default=len(month.nodes) - 1) + 1
    everyone = {**place, **{person: first + number for number, person in enumerate(added)}}
    return _Register(everyone, current, details)


def _between(
    groups: Mapping[str, Sequence[Sequence[int]]], month: Month, register: _Register, linkage: Linkage
) -> frozenset[str]:
    """Registered persons without a number whose keys lead to two numbers of a scheme: perhaps two people."""
    numbered = set(register.details.numbers["person_id"])
    loose = {node: person for person, node in register.place.items() if person not in numbered}
    numbers: dict[int, set[tuple[str, bytes]]] = defaultdict(set)
    for node, scheme, token in rows_of(month.nodes[month.nodes["token"].notna()], "node", "scheme", "token"):
        numbers[node].add((scheme, token))
    for person, scheme, token in rows_of(register.details.numbers, "person_id", "scheme", "id_hmac"):
        if person in register.place:
            numbers[register.place[person]].add((scheme, token))
    met: dict[int, set[tuple[str, bytes]]] = defaultdict(set)
    for group in (group for shared in groups.values() for group in shared if len(group) <= linkage.largest_group):
        found = {number for node in group for number in numbers.get(node, ())}
        for node in loose.keys() & set(group) if len(found) else ():
            met[node] |= found
    schemes = {node: Counter(scheme for scheme, _ in found) for node, found in met.items()}
    return frozenset(loose[node] for node, counts in schemes.items() if max(counts.values()) > 1)


def _clusters(
    sets: Sets, month: Month, involved: pd.DataFrame, register: _Register, spots: Spots
) -> dict[int, Cluster]:
    """One cluster per involved node or registered person, with what may contradict; known pairs are joined."""
    place, details = register.place, register.details
    told = month.nodes[month.nodes["node"].isin({*involved["node"], *register.person_of_node})]
    sets.give("wanted_node", as_table(told, node=pa.int64()))
    numbers = details.numbers[details.numbers["person_id"].isin(place)]
    names = details.names[details.names["person_id"].isin(place)]
    own = told[told["token"].notna()][["node", "scheme", "token"]]
    forbidden = told[told["forbidden_token"].notna()][["node", "forbidden_scheme", "forbidden_token"]]
    return clusters_of(
        [*told["node"].tolist(), *place.values()],
        numbers=_stack(own, _placed(numbers, place, "scheme", "id_hmac"), ("node", "scheme", "token")),
        forbidden=forbidden.set_axis(["node", "scheme", "token"], axis=1),
        names=_stack(sets.frame("resolve/names_of_nodes"), _placed(names, place, "key_hmac"), ("node", "name")),
        together=pd.DataFrame(
            [(node, place[person]) for node, person in register.person_of_node.items()], columns=["node", "other"]
        ),
        apart=spots.labels,
    )


def _placed(frame: pd.DataFrame, place: Mapping[str, int], *columns: str) -> pd.DataFrame:
    nodes = [place[person] for person in frame["person_id"]]
    return pd.DataFrame({"node": nodes, **{column: frame[column].tolist() for column in columns}})


def _stack(one: pd.DataFrame, other: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    frames = [frame.set_axis(list(columns), axis=1).astype(object) for frame in (one, other)]
    return pd.concat(frames, ignore_index=True)


def _name(month: Month, named: Named, tiers: Mapping[int, str]) -> pd.DataFrame:
    """The person of every node: of its cluster, else of its number, else a new one."""
    node = month.nodes["node"].astype("int64")
    clustered = node.map(named.person_of).astype(object)
    person = clustered.where(clustered.notna(), month.nodes["owner_id"])
    alone = person.isna()
    person[alone] = [
        name_part(words, named.taken, month.vault.person_id) for words in month.nodes.loc[alone, "evidence"].tolist()
    ]
    return month.nodes[["node", "owner_id"]].assign(
        person_id=person,
        is_new=alone | node.isin(named.is_new),
        tier=node.map(tiers).astype(object),
        has_number=month.nodes["token"].notna(),
    )
