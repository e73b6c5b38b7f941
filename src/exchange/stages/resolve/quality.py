"""Resolve, the monthly check without truth: numbers hidden by hash, linked again, and compared with what they said."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from exchange.registry.load import Registry
from exchange.registry.spec_linkage import Linkage
from exchange.rules.persons.clusters import rows_of
from exchange.services.identity.pairs import LARGEST_BUCKET, edges_of
from exchange.services.sets import Sets, open_sets
from exchange.stages.resolve.evidence import Month, as_table
from exchange.stages.resolve.linking import Linked
from exchange.stages.resolve.scoring import Found, weigh

_COUNTS = pa.schema([("source", pa.string()), *((name, pa.int64()) for name in (
    "hidden", "findable", "linked", "correct"))])  # fmt: skip


def hide(sets: Sets, registry: Registry, linkage: Linkage, day: date) -> None:
    """Chooses the rows (`hidden_row`) whose numbers are hidden, like the rows that lack one; none where the
    declarations ask for none. `day` is the last of the month."""
    roles = linkage.hidden.roles if linkage.hidden else ()
    names = [source.name for source in registry.sources.values() if source.role in roles]
    sets.give("hidden_source", pa.table({"source": pa.array(names, pa.string())}))
    sets.run("resolve/hidden_rows", {"share": linkage.hidden.share if linkage.hidden else 0, "day": day})


def lay_hidden(sets: Sets, folder: Path) -> None:
    """Makes what the hidden rows tell readable as `hidden_profile`, and its keys as `hidden_key_of`."""
    profiles = sets.table("resolve/hidden_profiles")
    with open_sets(folder) as own:
        own.give("profile", profiles)
        own.run("linkage/keys", {"is_kept": True})
        keys = own.table("linkage/all_keys")
    sets.give("hidden_profile", profiles)
    sets.give("hidden_key_of", keys)


def check(sets: Sets, month: Month, linked: Linked, linkage: Linkage, found: Found) -> pa.Table:
    """source, hidden, findable, linked, correct: the hidden rows by tiers, then by weight.

    The clusters of the month stay as they are; a hidden row is asked about on its own, and what its own person told
    only by hidden rows does not count.
    """
    if linkage.hidden is None or linkage.scorer is None:
        return _COUNTS.empty_table()
    sets.run("resolve/hidden_keys")
    person_of = _lay_persons(sets, month, linked, linkage, found)
    sets.run("resolve/hidden_names")
    sets.run("resolve/hidden_met", {"largest": linkage.largest_group})
    sets.run("resolve/hidden_by_tier")
    first = int(sets.frame("resolve/profile_count")["profiles"].iloc[0])
    sets.run("resolve/hidden_into_profiles", {"first": first})
    sets.run("resolve/hidden_pairs", {"first": first, "largest": LARGEST_BUCKET})
    pairs = sets.table("resolve/hidden_pair_list")
    scored = weigh(sets, found.weights, sets.table("resolve/hidden_paired"), pairs)
    edges = edges_of(sets, scored, found.weights.model, linkage.scorer.review)
    sets.give("hidden_edge", as_table(edges, a=pa.int64(), b=pa.int64(), score=pa.float64()))
    persons = pd.DataFrame(sorted(person_of.items()), columns=["node", "person_id"])
    sets.give("person_of_node", as_table(persons, node=pa.int64(), person_id=pa.string()))
    counted = sets.table("resolve/hidden_result", {"link": linkage.scorer.link, "margin": linkage.scorer.margin})
    return counted.cast(_COUNTS)


def _lay_persons(sets: Sets, month: Month, linked: Linked, linkage: Linkage, found: Found) -> Mapping[int, str]:
    """Gives DuckDB what is known of persons beside this month's rows; node -> person of all nodes."""
    wanted = sets.frame("resolve/hidden_wanted")
    parts = [
        rows.assign(token=month.vault.hmac_many(f"key:{kind}", rows["key"]))
        for kind, rows in wanted.groupby("key_kind", sort=True)
    ]
    hashed = pd.concat(parts, ignore_index=True) if parts else wanted.assign(token=None)
    sets.give("hidden_hash", as_table(hashed, key_kind=pa.string(), key=pa.string(), token=pa.binary()))
    asked = hashed[hashed["key_kind"] != "name"][["key_kind", "token"]].rename(columns={"token": "key_hmac"})
    meeting, _ = month.register.keys(asked.assign(person_id=pd.Series(None, index=asked.index, dtype=object)))
    after = dict(linked.merges)
    now = {person: after.get(person, person) for person in {*meeting["person_id"], *found.node_of}}
    details = month.register.details(pd.Series(sorted({*now, *after}), dtype=object))
    keys = meeting.assign(token=meeting["key_hmac"], person_id=[now[person] for person in meeting["person_id"]])
    sets.give("registered_key", as_table(keys, key_kind=pa.string(), token=pa.binary(), person_id=pa.string()))
    names = details.names.assign(
        token=details.names["key_hmac"], person_id=[after.get(one, one) for one in details.names["person_id"]]
    )
    sets.give("registered_name", as_table(names, person_id=pa.string(), token=pa.binary()))
    nodes = linked.nodes
    numbered = {after.get(person, person) for person in details.numbers["person_id"]}
    numbered |= set(nodes.loc[nodes["has_number"], "person_id"]) | set(
        nodes.loc[nodes["owner_id"].notna(), "person_id"]
    )
    known = set(nodes.loc[nodes["owner_id"].notna(), "person_id"]) | set(now.values())
    sets.give("numbered_person", pa.table({"person_id": pa.array(sorted(numbered), pa.string())}))
    sets.give("known_person", pa.table({"person_id": pa.array(sorted(known), pa.string())}))
    tiers = [(tier.name, place, tier.is_named) for place, tier in enumerate(linkage.tiers)]
    sets.give("tier_rank", pd.DataFrame(tiers, columns=["tier", "rank", "is_named"]))
    own = dict(rows_of(nodes, "node", "person_id"))
    return own | {node: now[person] for person, node in found.node_of.items()}
