"""Resolve, the word of people in the clustering: which nodes it joins, keeps apart, or takes from a person."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.splits import OldRow
from exchange.services.sets import Sets
from exchange.stages.resolve.decisions import Word
from exchange.stages.resolve.frames import as_table, ids


@dataclass(frozen=True)
class Spots:
    """Where the rows people spoke of are in this month's clustering: nodes of rows looked at, else of their persons.

    `together`: pairs to join; `meant`: pairs a full clustering joined. `labels`: (node, label), opposite labels stay
    apart for ever. `undone`: node -> labels of merges taken back, and of persons a full clustering parted.
    `old_rows`: the reopened rows with their nodes. `node_of`: row people spoke of -> its node.
    """

    together: tuple[tuple[int, int], ...]
    meant: tuple[tuple[int, int], ...]
    labels: tuple[tuple[int, int], ...]
    undone: Mapping[int, set[int]]
    old_rows: tuple[OldRow, ...]
    node_of: Mapping[str, int]


def spots_of(word: Word, place: Mapping[str, int], looked_at: Mapping[str, int]) -> Spots:
    """`place`: registered person -> its node. `looked_at`: see rows_looked_at.

    A row that is neither looked at nor of a person who takes part has no spot, and needs none.
    """
    together = {(place[one], place[two]) for one, two in word.settled if one in place and two in place}
    persons = {row: person for r in word.rulings for row, person in ((r.row_a, r.person_a), (r.row_b, r.person_b))}
    spot = {row: place[person] for row, person in persons.items() if person in place}
    spot |= looked_at
    labels: list[tuple[int, int]] = []
    undone: dict[int, set[int]] = defaultdict(set)
    for number, ruling in enumerate(word.rulings, 1):
        if ruling.kind in ("same", "rejoin") and ruling.row_a in spot and ruling.row_b in spot:
            together.add((spot[ruling.row_a], spot[ruling.row_b]))
        for row, label in ((ruling.row_a, number), (ruling.row_b, -number)):
            if row in spot and ruling.kind == "different":
                labels.append((spot[row], label))
            elif row in spot and ruling.kind == "unjoin":
                undone[spot[row]].add(label)
    for row, label in _parts_meant(word, first=len(word.rulings) + 1):
        if row in looked_at:
            undone[looked_at[row]].add(label)
    homes: dict[str, list[int]] = defaultdict(list)
    for row, meant in sorted(word.meant.items()):
        if row in looked_at:
            homes[meant].append(looked_at[row])
    joined = {(nodes[0], node) for nodes in homes.values() for node in nodes if node != nodes[0]}
    old = tuple(
        OldRow(row, person, linked, period, looked_at[row], word.meant.get(row))
        for row, person, linked, period in rows_of(word.rows, "row_id", "person_id", "linked_id", "period")
        if row in looked_at
    )
    return Spots(tuple(sorted(together)), tuple(sorted(joined)), tuple(sorted(labels)), undone, old, spot)


def _parts_meant(word: Word, first: int) -> Iterator[tuple[str, int]]:
    """(row, label) of the rows of persons that a full clustering parted: opposite labels for every two parts."""
    parts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row, person in rows_of(word.rows, "row_id", "person_id") if word.meant else ():
        if row in word.meant:
            parts[person][word.meant[row]].append(row)
    label = first
    for _, found in sorted(parts.items()):
        for one, two in combinations(sorted(found), 2):
            yield from ((row, label) for row in found[one])
            yield from ((row, -label) for row in found[two])
            label += 1


def rows_looked_at(sets: Sets, word: Word) -> dict[str, int]:
    """Row -> its node, for the reopened rows and the rows people spoke of, where they are among those looked at."""
    asked = {row for r in word.rulings for row in (r.row_a, r.row_b)} | set(word.rows["row_id"])
    if not asked:
        return {}
    sets.give("asked_row", as_table(pd.DataFrame({"row_id": sorted(asked)}), **ids("row_id")))
    return {row: int(node) for row, node in rows_of(sets.frame("resolve/nodes_of_rows"), "row_id", "node")}
