"""Resolve, what follows from looking at persons anew: rows that move, ids that part or come back, decisions done."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.rules.persons.clusters import rows_of
from exchange.services.copying import canonical_json
from exchange.services.sets import Sets
from exchange.stages.resolve.decisions import Ruling
from exchange.stages.resolve.evidence import Month
from exchange.stages.resolve.frames import as_table, ids
from exchange.stages.resolve.linking import Linked

CONSEQUENCES = ("moves", "splits", "restored", "lost_keys", "moved_numbers", "decisions", "reopened")
"""Tables of `resolved/<period>` that are empty unless somebody was looked at anew or decided about."""


def consequences(sets: Sets, month: Month, linked: Linked) -> dict[str, pa.Table]:
    """`moves`: row_id, from_id, into_id. `splits`: from_id, into_id, kind, why. `restored`: person_id, into_id (null: a
    person again). `lost_keys`, `moved_numbers`: what goes with the rows. `decisions`: decision_id, effect. `reopened`:
    every earlier row of a person who loses some, and whose it is now."""
    moves = [(row.row_id, row.person_id, person) for row, person in linked.named.moves]
    restored = sorted(linked.named.restored.items())
    effects = _effects(month, linked)
    done = {made: effect for ruling, effect in effects for made in ruling.ids}
    return {
        "moves": _table(moves, "row_id", "from_id", "into_id"),
        "splits": _table(_splits(linked, effects), "from_id", "into_id", "kind", "why"),
        "restored": _table(restored, "person_id", "into_id"),
        "lost_keys": _lost_keys(sets, linked),
        "moved_numbers": _moved_numbers(month, linked),
        "decisions": _table(sorted(done.items()), "decision_id", "effect"),
        "reopened": _table(_reopened(month, linked), "row_id", "person_id", "period", "source"),
    }


def without_reopened(month: Month, links: pa.Table) -> pa.Table:
    """The links of the month's own rows."""
    if not month.word.opened:
        return links
    again = pc.is_in(links["row_id"], pa.array(month.word.rows["row_id"], pa.string()))
    return links.filter(pc.invert(again))


def seen_nodes(sets: Sets, month: Month, linked: Linked) -> pd.Series:
    """Which nodes make their person one of the month's: those with a row of the month, or of a person who is new."""
    nodes = linked.nodes["node"]
    if not month.word.opened:
        return pd.Series(True, index=nodes.index)
    own = set(sets.frame("resolve/nodes_of_month")["node"])
    came = {person for _, person in linked.named.moves}
    return nodes.isin(own) | linked.nodes["person_id"].isin(came)


def told_merges(month: Month, linked: Linked) -> dict[str, str]:
    """Person merged away -> why, where people or a source's correction said so."""
    found: dict[str, str] = {}
    joined = {(r.person_a, r.person_b): r.ids for r, effect in _effects(month, linked) if effect == "joined"}
    meant = {(row.person_id, row.meant_id) for row in linked.spots.old_rows}
    for lost, kept in linked.merges:
        if made := joined.get((lost, kept)) or joined.get((kept, lost)):
            found[lost] = canonical_json({"by": "decision", "decisions": list(made)})
        elif (kept, lost) in month.word.settled or (lost, kept) in month.word.settled:
            found[lost] = canonical_json({"by": "dispute"})
        elif (lost, kept) in meant:
            found[lost] = canonical_json({"by": "recluster"})
    return found


def unheard(month: Month, linked: Linked) -> Iterable[Sequence[Any]]:
    """Review items for decisions that could not be carried out."""
    for ruling, effect in _effects(month, linked):
        if effect == "refused":
            why = canonical_json({"decisions": list(ruling.ids), "verdict": ruling.kind})
            yield "decision_conflict", ruling.person_a, ruling.person_b, ruling.row_a, ruling.row_b, why


def _effects(month: Month, linked: Linked) -> list[tuple[Ruling, str]]:
    """What became of every ruling."""
    into = dict(linked.merges)
    moved = {row.row_id: person for row, person in linked.named.moves}
    found = []
    for ruling in month.word.rulings:
        now = [moved.get(row) or into.get(person, person)
               for row, person in ((ruling.row_a, ruling.person_a), (ruling.row_b, ruling.person_b))]  # fmt: skip
        is_one = now[0] == now[1]
        wants_one = ruling.kind in ("same", "rejoin")
        if wants_one == is_one:
            effect = "kept" if ruling.is_one == is_one else "joined" if is_one else "parted"
        else:
            effect = "kept" if ruling.kind == "unjoin" else "refused"
        found.append((ruling, effect))
    return found


def _splits(linked: Linked, effects: Iterable[tuple[Ruling, str]]) -> list[tuple[str, str, str, str]]:
    """One line per person who lost rows to another one."""
    rows = Counter((row.person_id, person) for row, person in linked.named.moves)
    known = {*linked.registered, *(row.person_id for row in linked.spots.old_rows)}
    meant = {row.person_id for row, _ in linked.named.moves if row.meant_id not in (None, row.person_id)}
    made: dict[str, set[str]] = {}
    for ruling, effect in effects:
        if effect == "parted":
            made.setdefault(ruling.person_a, set()).update(ruling.ids)
    return [
        (
            lost, into, "reassign" if into in known else "split",
            canonical_json({
                "rows": count, **({"decisions": sorted(made[lost])} if lost in made else {}),
                **({"by": "recluster"} if lost in meant else {}),
            }),
        )
        for (lost, into), count in sorted(rows.items())
    ]  # fmt: skip


def _lost_keys(sets: Sets, linked: Linked) -> pa.Table:
    types = {"key_kind": pa.string(), "key_hmac": pa.binary(), "person_id": pa.string()}
    if not linked.named.moves:
        return pa.schema(types.items()).empty_table()
    losers = {row.person_id for row, _ in linked.named.moves}
    into = dict(linked.merges)
    node, person = linked.nodes["node"], linked.nodes["person_id"]
    kept = [(each, loser) for loser in sorted(losers) for each in node[person == into.get(loser, loser)]]
    moved = sorted({(row.node, row.person_id) for row, _ in linked.named.moves})
    for name, pairs, column in (("moved_node", moved, "from_id"), ("kept_node", kept, "person_id")):
        frame = pd.DataFrame(pairs, columns=["node", column])
        sets.give(name, as_table(frame, node=pa.int64(), **ids(column)))
    return as_table(sets.frame("resolve/lost_keys"), **types)


def _moved_numbers(month: Month, linked: Linked) -> pa.Table:
    into, tokens = dict(linked.merges), {}
    for node, scheme, token in rows_of(month.nodes, "node", "scheme", "token") if month.held else ():
        tokens[node] = (scheme, token)
    rows = [
        (*tokens[number.node], linked.person_of[number.node])
        for number in month.held
        if linked.person_of[number.node] != into.get(number.person_id, number.person_id)
    ]
    frame = pd.DataFrame(rows, columns=["scheme", "id_hmac", "person_id"], dtype=object)
    return as_table(frame, scheme=pa.string(), id_hmac=pa.binary(), person_id=pa.string())


def _reopened(month: Month, linked: Linked) -> list[tuple[str, str, str, str]]:
    losers = {row.person_id for row, _ in linked.named.moves}
    moved = {row.row_id: person for row, person in linked.named.moves}
    into = dict(linked.merges)
    return [
        (row, moved.get(row, into.get(person, person)), period, source)
        for row, person, period, source in rows_of(month.word.rows, "row_id", "person_id", "period", "source")
        if person in losers
    ]


def _table(rows: Sequence[Sequence[Any]], *names: str) -> pa.Table:
    return as_table(pd.DataFrame(list(rows), columns=list(names), dtype=object), **ids(*names))
