"""Resolve, third part: the tables of `resolved/<period>`."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from exchange.registry.spec_linkage import Linkage
from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.settling import review_rows
from exchange.services.copying import canonical_json
from exchange.services.sets import Sets
from exchange.stages.resolve.consequences import consequences, seen_nodes, told_merges, unheard, without_reopened
from exchange.stages.resolve.evidence import Month, as_table
from exchange.stages.resolve.linking import Linked
from exchange.stages.resolve.scoring import Found
from exchange.stages.resolve.why import explain

_SCHEMES = ("resident", "permit", "birth_cert", "other")
"""Which number stands for a person who has several: the one that lasts longest."""

NOT_CHECKED = pa.table({"source": pa.array([], pa.string()), **{
    name: pa.array([], pa.int64()) for name in ("hidden", "findable", "linked", "correct")}})  # fmt: skip
"""The monthly check of a month that is not checked."""

_PAIR = ("person_a", "person_b", "row_id_a", "row_id_b")
_Review = tuple[Any, ...]


def outcome(
    sets: Sets, month: Month, linked: Linked, linkage: Linkage, found: Found | None
) -> dict[str, pa.Table]:  # fmt: skip
    """links, persons, identifiers, keys, merges, review, evidence and quality, each in a fixed order.

    No number and no name is in them.

    `identifiers` and `keys` hold what is new; `persons` everybody with a row this month.
    """
    nodes = linked.nodes
    text, binary = pa.string(), pa.binary()
    given = as_table(
        nodes, node=pa.int64(), person_id=text, owner_id=text, tier=text, has_number=pa.bool_(), is_new=pa.bool_()
    )
    sets.give("node_person", given)
    sets.give("new_key", as_table(month.new_keys, key_kind=text, key_hmac=binary, person_id=text))
    numbered = month.nodes.assign(person_id=nodes["person_id"])[month.nodes["token"].notna().to_numpy()]
    numbered = numbered.assign(rank=numbered["scheme"].map({scheme: n for n, scheme in enumerate(_SCHEMES)}))
    numbered = numbered.sort_values(["person_id", "rank", "token"], kind="stable")
    fresh = numbered[numbered["owner_id"].isna()].rename(columns={"token": "id_hmac"})
    why = explain(sets, month, linked, linkage, found)
    merges = pd.DataFrame(linked.merges, columns=["from_id", "into_id"])
    reasons = {**why.merges, **told_merges(month, linked)}
    merges["why"] = [reasons.get(lost, canonical_json({"by": "key"})) for lost in merges["from_id"]]
    seen = nodes[seen_nodes(sets, month, linked).to_numpy(dtype=bool)]
    items = [*_review(sets, month, linked, linkage), *why.review]
    asked = [item for item in items if frozenset((item[1], item[2])) not in month.word.judged]
    return {
        "links": without_reopened(month, pa.table(sets.frame("resolve/links"))),
        "persons": as_table(_persons(seen, numbered), person_id=text, is_new=pa.bool_(), id_hmac=binary),
        "identifiers": as_table(fresh, scheme=text, id_hmac=binary, person_id=text),
        "keys": as_table(sets.frame("resolve/month_keys"), key_kind=text, key_hmac=binary, person_id=text),
        "merges": as_table(merges, from_id=text, into_id=text, why=text),
        "review": pa.table(review_rows([*asked, *unheard(month, linked)])),
        "evidence": why.evidence,
        "quality": NOT_CHECKED,
        **consequences(sets, month, linked),
    }


def _persons(nodes: pd.DataFrame, numbered: pd.DataFrame) -> pd.DataFrame:
    first = numbered.drop_duplicates("person_id").set_index("person_id")["token"]
    persons = nodes[["person_id", "is_new"]].drop_duplicates("person_id").sort_values("person_id", ignore_index=True)
    return persons.assign(id_hmac=persons["person_id"].map(first))


def _review(sets: Sets, month: Month, linked: Linked, linkage: Linkage) -> Iterator[_Review]:
    """What people have to decide: disputed numbers, rows that fit several persons, and look-alikes."""
    row_of = month.nodes["row_id"].tolist()
    for item in linked.undecided:
        if any(linked.roots[item.node] == linked.roots[rival] for rival in item.rivals):
            continue  # the scorer found one of them far ahead of the others
        for rival in item.rivals:
            a, b = linked.person_of[item.node], linked.person_of[rival]
            row_b = row_of[rival] if rival < len(row_of) else None
            row_a = row_of[item.node] if item.node < len(row_of) else None
            yield "undecided", a, b, row_a, row_b, canonical_json({"tier": item.tier})
    for pair in rows_of(sets.frame("resolve/disputed_rows"), *_PAIR):
        yield "id_dispute", *pair, canonical_json({"rule": "name"})
    why = canonical_json({"same": list(linkage.candidates)})
    for pair in rows_of(sets.frame("resolve/candidates", {"largest": linkage.largest_group}), *_PAIR):
        yield "candidate", *pair, why
