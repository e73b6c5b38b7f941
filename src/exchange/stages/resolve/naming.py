"""Resolve, the names of clusters: who keeps his id, who is new, who comes back, and which rows move because of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.rules.persons.clusters import Linked as Clusters
from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.settling import settle
from exchange.rules.persons.splits import OldRow, former_ids, name_part
from exchange.stages.resolve.evidence import Month
from exchange.stages.resolve.spots import Spots


@dataclass(frozen=True)
class Named:
    """`person_of`: node -> person. `is_new`: nodes of persons nobody was registered under before. `merges`: from,
    into. `restored`: ids merged away before -> None when they are persons again, else the person they now point to.
    `moves`: reopened rows that are somebody else's now, with that person. `taken`: ids of those looked at anew."""

    person_of: Mapping[int, str]
    is_new: frozenset[int]
    merges: tuple[tuple[str, str], ...]
    restored: Mapping[str, str | None]
    moves: tuple[tuple[OldRow, str], ...]
    taken: frozenset[str]


def name_clusters(
    month: Month,
    clusters: Clusters,
    registered: Mapping[int, str],
    keepers: Mapping[str, int],
    since: Mapping[str, str],
    spots: Spots,
) -> Named:
    """The person of every clustered node.

    `registered`: node -> the registered person it is. `keepers`: person looked at anew -> a node of the cluster that
    keeps the id. `since`: person -> first period; of those looked at anew their first row's.
    """
    roots = clusters.roots
    evidence = {node: words for node, words in rows_of(month.nodes, "node", "evidence") if node in roots}
    first: dict[str, str] = dict(since)
    for row in spots.old_rows:
        first[row.person_id] = min(row.period, first.get(row.person_id, row.period))
    taken = frozenset(each for row in spots.old_rows for each in (row.person_id, row.linked_id))
    kept = {(roots[node], person) for person, node in keepers.items()}
    own = {root for root, _ in kept}
    former = {root: back for root, back in former_ids(spots.old_rows, roots).items() if root not in own}
    back = {(root, found[0]) for root, found in former.items()}
    # An id that is kept or comes back is as good as registered. It stands beside the nodes: two may be kept at one.
    beside = dict(enumerate(sorted(kept | back), 1))
    returned = {person for _, person in back}
    for row in spots.old_rows:
        if row.linked_id in returned:
            first[row.linked_id] = min(row.period, first.get(row.linked_id, row.period))
    settled = settle(
        {**roots, **{-place: root for place, (root, _) in beside.items()}},
        {**registered, **{-place: person for place, (_, person) in beside.items()}},
        first,
        evidence,
    )
    fresh = {root: name_part(words, taken, month.vault.person_id) for root, words in settled.fresh.items()}
    person_of = {node: settled.person.get(root) or fresh[root] for node, root in roots.items()}
    restored: dict[str, str | None] = {}
    for root, found in former.items():
        now = settled.person[root]
        restored |= {person: None if person == now else now for person in found if (person, now) not in settled.merges}
    is_new = frozenset(node for node, root in roots.items() if root in fresh)
    into = dict(settled.merges)
    moves = tuple(
        (row, person_of[row.node])
        for row in spots.old_rows
        if person_of[row.node] != into.get(row.person_id, row.person_id)
    )
    return Named(person_of, is_new, settled.merges, restored, moves, taken)
