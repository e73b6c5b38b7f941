"""One person that turns out to be several: which part keeps the id, and what the others are called."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.rules.persons.clusters import Linker

HELD: Final = "HELD"
"""Tier of rows that stay with the person they had, because nothing keeps them from it."""

_NEVER: Final = "9999-99"
"""Later than every month."""


@dataclass(frozen=True)
class OldRow:
    """A row of an earlier month whose person is looked at anew. `linked_id` is the id it was first given, `meant_id`
    the person a full clustering found it to be of."""

    row_id: str
    person_id: str
    linked_id: str
    period: str
    node: int
    meant_id: str | None = None


@dataclass(frozen=True)
class Held:
    """A valid number that was a person's before he was looked at anew, and the node that carries it now."""

    person_id: str
    node: int
    since: str


def claims(
    rows: Sequence[OldRow], held: Iterable[Held], root: Callable[[int], int], *, by_overlap: bool = False
) -> dict[str, list[int]]:
    """Person -> the clusters that are parts of him, the one with the best claim to the id first.

    That is the one a full clustering meant to have it, else the one with his earliest valid number, else the one with
    most of his rows, else the one with the smallest: a split never takes the id from the number it stands for. Where
    the parts are the persons that were merged before, each is to have its own id again, and the one first linked to
    the id comes first. `by_overlap`: most rows come before everything else.
    """
    groups: dict[str, dict[int, list[OldRow]]] = defaultdict(lambda: defaultdict(list))
    since: dict[tuple[str, int], str] = {}
    for row in rows:
        groups[row.person_id][root(row.node)].append(row)
    for number in held:
        part = root(number.node)
        groups[number.person_id][part] += []
        since[number.person_id, part] = min(number.since, since.get((number.person_id, part), _NEVER))

    def claim(person: str, part: int) -> tuple[bool | int | str, ...]:
        own = groups[person][part]
        number, first = since.get((person, part), _NEVER), min((row.row_id for row in own), default="")
        if by_overlap:
            return -len(own), number, first
        was_meant = any(row.meant_id == person for row in own)
        was_his = any(row.linked_id == person for row in own) and _along_old_lines(groups[person])
        return not was_meant, not was_his, number, -len(own), first

    return {person: sorted(parts, key=lambda part: claim(person, part)) for person, parts in sorted(groups.items())}


def _along_old_lines(parts: Mapping[int, Sequence[OldRow]]) -> bool:
    """Whether every id that was merged before lies in one part, and every part has such an id."""
    of_id: dict[str, set[int]] = defaultdict(set)
    for part, rows in parts.items():
        for row in rows:
            of_id[row.linked_id].add(part)
    return all(len(found) == 1 for found in of_id.values()) and len(of_id) >= len(parts) and all(parts.values())


def former_ids(rows: Iterable[OldRow], roots: Mapping[int, int]) -> dict[int, list[str]]:
    """Cluster -> the ids that were merged into somebody before and of which it holds every row, the oldest first."""
    parts: dict[str, set[int]] = defaultdict(set)
    since: dict[str, str] = {}
    for row in rows:
        if row.linked_id != row.person_id:
            parts[row.linked_id].add(roots[row.node])
            since[row.linked_id] = min(row.period, since.get(row.linked_id, _NEVER))
    found: dict[int, list[str]] = defaultdict(list)
    for old in sorted(parts, key=lambda person: (since[person], person)):
        if len(parts[old]) == 1:
            found[min(parts[old])].append(old)
    return found


def keep_by_overlap(linker: Linker, rows: Sequence[OldRow], held: Sequence[Held]) -> dict[str, int]:
    """Person -> a node of the cluster that keeps the id in a full clustering: the one with most of his rows."""
    ordered = claims(rows, held, linker.root, by_overlap=True)
    return {person: min(linker.cluster(parts[0]).nodes) for person, parts in ordered.items()}


def name_part(words: str, taken: Collection[str], derive: Callable[..., str]) -> str:
    """Id of a cluster that holds no registered person: derived from its strongest evidence (`words`), and when
    somebody looked at anew has that id already, from that as well."""
    fresh = derive(words)
    attempt = 0
    while fresh in taken:
        fresh = derive("split", words, str(attempt))
        attempt += 1
    return fresh


def hold_together(
    linker: Linker, rows: Sequence[OldRow], held: Sequence[Held], undone: Mapping[int, Collection[int]]
) -> dict[str, int]:
    """Keeps the clusters of a person that is looked at anew one person wherever nothing excludes it, so that a split
    takes away only what must go. Person -> a node of the part that keeps the id.

    `undone`: node -> labels of joins that people took back; clusters with a label and its opposite stay two unless
    their own evidence joined them.
    """
    keepers: dict[str, int] = {}
    for person, ordered in claims(rows, held, linker.root).items():
        parts: list[int] = []
        for first in ordered:
            root = linker.root(first)
            home = next((part for part in parts if part == root or _fits(linker, part, root, undone)), None)
            if home is None:
                parts.append(root)
            elif home != root:
                linker.join([home, root], HELD)
        keepers[person] = min(linker.cluster(parts[0]).nodes)
    return keepers


def _fits(linker: Linker, one: int, two: int, undone: Mapping[int, Collection[int]]) -> bool:
    if linker.cluster(one).excludes(linker.cluster(two)):
        return False
    labels = [{label for node in linker.cluster(root).nodes for label in undone.get(node, ())} for root in (one, two)]
    return not any(-label in labels[1] for label in labels[0])
