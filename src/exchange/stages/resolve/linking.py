"""Resolve, second part: the clusters of the month and of the register, and the person each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from exchange.registry.spec_linkage import Linkage
from exchange.rules.identity import Cluster, Linker, Undecided, clusters_of, groups_of, rows_of
from exchange.rules.identity_persons import settle
from exchange.services.persons import Details
from exchange.services.sets import Sets
from exchange.stages.resolve.evidence import Month, as_table

_PROFILE = "2"
"""First character of the evidence of a node without a number but with something to go by."""

SAME = "SAME"
"""Tier of a row that tells exactly what a row of an earlier month told."""


@dataclass(frozen=True)
class Linked:
    """Who is who in the month. `nodes`: node, owner_id, person_id, is_new, tier, has_number, aligned with the
    month's nodes. `merges`: (from, into). `undecided`: what fits several persons. `person_of`: node -> person for the
    nodes they name."""

    nodes: pd.DataFrame
    merges: tuple[tuple[str, str], ...]
    undecided: tuple[Undecided, ...]
    person_of: Mapping[int, str]
    skipped_keys: int


@dataclass(frozen=True)
class _Register:
    """The registered persons that take part: each is a node of its own, numbered after the month's nodes."""

    place: Mapping[str, int]
    person_of_node: Mapping[int, str]
    details: Details


def link(sets: Sets, month: Month, linkage: Linkage) -> Linked:
    """Joins the month's nodes with one another and with registered persons, and names the person of each."""
    place = {person: len(month.nodes) + n for n, person in enumerate(sorted(set(month.meeting["person_id"])))}
    known_key = month.meeting.assign(node=[place[person] for person in month.meeting["person_id"]])
    known_key = known_key.rename(columns={"key_hmac": "token"})
    sets.give("known_key", as_table(known_key, key_kind=pa.string(), token=pa.binary(), node=pa.int64()))
    memberships = sets.frame("resolve/memberships")
    involved = month.nodes[month.nodes["node"].isin(set(memberships["node"]))]
    register = _register(month, involved, place)
    linked = Linker(_clusters(sets, month, involved, register)).run(linkage, groups_of(memberships))
    evidence = {node: words for node, words in rows_of(month.nodes, "node", "evidence") if node in linked.roots}
    since = dict(rows_of(register.details.persons, "person_id", "first_period"))
    registered = {node: person for person, node in register.place.items()}
    settled = settle(linked.roots, registered, since, evidence)
    fresh = {root: month.vault.person_id(words) for root, words in settled.fresh.items()}
    person_of = {node: settled.person.get(root) or fresh[root] for node, root in linked.roots.items()}
    is_new = {node for node, root in linked.roots.items() if root in fresh}
    tiers = dict.fromkeys(register.person_of_node, SAME) | linked.joined_by
    nodes = _name(month, person_of, is_new, tiers)
    return Linked(nodes, settled.merges, tuple(linked.undecided), person_of, linked.skipped_keys)


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
    first = len(month.nodes) + len(place)
    everyone = {**place, **{person: first + number for number, person in enumerate(added)}}
    return _Register(everyone, current, details)


def _clusters(sets: Sets, month: Month, involved: pd.DataFrame, register: _Register) -> dict[int, Cluster]:
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
    )


def _placed(frame: pd.DataFrame, place: Mapping[str, int], *columns: str) -> pd.DataFrame:
    nodes = [place[person] for person in frame["person_id"]]
    return pd.DataFrame({"node": nodes, **{column: frame[column].tolist() for column in columns}})


def _stack(one: pd.DataFrame, other: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    frames = [frame.set_axis(list(columns), axis=1).astype(object) for frame in (one, other)]
    return pd.concat(frames, ignore_index=True)


def _name(month: Month, person_of: Mapping[int, str], is_new: set[int], tiers: Mapping[int, str]) -> pd.DataFrame:
    """The person of every node: of its cluster, else of its number, else a new one."""
    node = month.nodes["node"].astype("int64")
    clustered = node.map(person_of).astype(object)
    person = clustered.where(clustered.notna(), month.nodes["owner_id"])
    alone = person.isna()
    person[alone] = [month.vault.person_id(words) for words in month.nodes.loc[alone, "evidence"].tolist()]
    return month.nodes[["node", "owner_id"]].assign(
        person_id=person,
        is_new=alone | node.isin(is_new),
        tier=node.map(tiers).astype(object),
        has_number=month.nodes["token"].notna(),
    )
