"""From clusters to persons: who keeps his id, who is new, who turned out to be somebody else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Settled:
    """Clusters with their persons.

    `person`: cluster root -> person id, for clusters that hold a registered person. `merges`: from_id, into_id.
    `fresh`: cluster root -> the evidence its new id is derived from.
    """

    person: Mapping[int, str]
    merges: tuple[tuple[str, str], ...]
    fresh: Mapping[int, str]


def settle(
    roots: Mapping[int, int], registered: Mapping[int, str], since: Mapping[str, str], evidence: Mapping[int, str]
) -> Settled:
    """Gives every cluster its person.

    `roots`: node -> cluster. `registered`: node -> id of the registered person it is. `since`: person id -> first
    period. `evidence`: node -> canonical evidence of the nodes of this month. Of several registered persons in one
    cluster the oldest survives (first period, then smallest id) and the others point to him. A cluster without one
    gets a new id, derived from its strongest evidence: a number before a profile, then in text order.
    """
    persons: dict[int, set[str]] = defaultdict(set)
    for node, person in registered.items():
        persons[roots[node]].add(person)
    chosen: dict[int, str] = {}
    merges: list[tuple[str, str]] = []
    for root, found in persons.items():
        ranked = sorted(found, key=lambda person: (since[person], person))
        chosen[root] = ranked[0]
        merges += [(loser, ranked[0]) for loser in ranked[1:]]
    fresh: dict[int, str] = {}
    for node, words in evidence.items():
        root = roots[node]
        if root not in chosen:
            fresh[root] = min(words, fresh.get(root, words))
    return Settled(chosen, tuple(sorted(merges)), fresh)


REVIEW = ("kind", "person_a", "person_b", "row_id_a", "row_id_b", "why", "score", "margin", "priority")
"""Columns of what people have to decide; the last three are numbers: bits, bits to the next best person, urgency."""


def review_rows(rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Review items (`REVIEW`; the three numbers may be left out of a row) without repeats, in a fixed order.

    A pair of persons is listed once whatever its order, the strongest pair of rows first; nobody is compared with
    himself.
    """
    kept: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    known = (tuple(None if value is pd.NA else value for value in row) for row in rows)
    for row in sorted(known, key=_in_order):
        kind, a, b = str(row[0]), row[1] or "", row[2] or ""
        if a != b:
            kept.setdefault((kind, min(a, b), max(a, b)), (*row, None, None, None)[: len(REVIEW)])
    types = {column: "double[pyarrow]" if column in REVIEW[6:] else "string[pyarrow]" for column in REVIEW}
    return pd.DataFrame(list(kept.values()), columns=list(REVIEW)).astype(types)


def _in_order(row: Sequence[Any]) -> tuple[Any, ...]:
    pair = tuple(sorted((row[1] or "", row[2] or "")))
    return (
        row[0],
        pair if len(row) > 6 else (),
        -(row[6] or 0.0) if len(row) > 6 else 0.0,
        *(v or "" for v in row[1:6]),
    )
