"""Resolve, first part: what the month's rows tell about their persons, and what the register already knew."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from exchange.registry.load import Registry
from exchange.registry.spec_linkage import Linkage
from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.disputes import disputed_claims
from exchange.rules.persons.splits import Held
from exchange.services.identity.persons import Persons
from exchange.services.sets import Sets
from exchange.services.vault import Vault
from exchange.stages.resolve.decisions import Word, heed_sources, heed_word, take_numbers
from exchange.stages.resolve.frames import as_table as as_table
from exchange.stages.resolve.frames import ids

CANDIDATE = "CANDIDATE"
"""Name of the key whose owners are listed for a person to look at and never linked."""

_EXPECTED = pa.schema(
    [
        *((name, pa.string()) for name in (
            "row_id", "source", "disposition", "id_number", "id_number__outcome", "id_scheme", "name", "name_key",
            "sex", "sex_printed", "phone", "guardian_id", "guardian_name_key", "ehr_number", "certificate_number",
            "unit_township9", "village",
        )),
        *((name, pa.timestamp("s")) for name in ("birth_date", "birth_printed")),
        *((name, pa.bool_()) for name in ("is_temp_name", "sex_agrees", "adult_id_on_child", "phone_shared")),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Month:
    """The month's evidence. Tokens are keyed hashes.

    `claims`: who appears under which number (scheme, token, name, ..., is_disputed). `nodes`: node, evidence, scheme,
    token, forbidden_scheme, forbidden_token, row_id, owner_id (the person the number is registered to). `meeting`:
    key_kind, key_hmac, person_id of other persons who had a key of this month before. `new_keys`: key_kind,
    key_hmac, person_id of keys that are new. `word`: what people said; `doubted`: persons whose number's owner is in
    doubt since the strongest source spoke. `held`: the numbers of persons looked at anew, with the nodes that carry
    them.
    """

    claims: pd.DataFrame
    nodes: pd.DataFrame
    meeting: pd.DataFrame
    new_keys: pd.DataFrame
    register: Persons
    vault: Vault
    word: Word
    doubted: frozenset[str]
    held: tuple[Held, ...]


def gather(
    sets: Sets, files: Sequence[Path], registry: Registry, linkage: Linkage, register: Persons, vault: Vault, word: Word
) -> Month:
    """Reads the accepted rows of all sources and asks the register what it knew; leaves DuckDB tables for `link`.

    The rows of persons that are looked at anew take part as if they had come this month (table `reopened`).
    """
    _load(sets, files, registry, linkage)
    if not word.opened:
        sets.give("reopened", _EXPECTED.empty_table())
    sets.run("resolve/evidence")
    take_numbers(sets, word, register, vault)
    claims, owners = _claims(sets, register, vault)
    strongest = min((source.precedence for source in registry.sources.values()), default=0)
    word, doubted = heed_sources(word, claims, register, vault, strongest)
    claims["is_disputed"] = heed_word(sets, claims, owners, word, register, vault)
    sets.give("parted", as_table(word.parted(), **ids("row_a", "row_b")))
    sets.give("disputed", claims.loc[claims["is_disputed"], ["scheme", "number", "name_key", "is_contradicted"]])
    for statement in ("row_profiles", "profiles", "profile_keys", "row_nodes", "nodes", "node_keys"):
        sets.run(f"resolve/{statement}")
    nodes = _nodes(sets, claims, owners)
    sets.give("owner_of_node", as_table(nodes[["node", "owner_id"]], node=pa.int64(), owner_id=pa.string()))
    _hash_keys(sets, vault)
    meeting, new_keys = register.keys(sets.frame("resolve/wanted_keys"))
    return Month(claims, nodes, meeting, new_keys, register, vault, word, doubted, _held(nodes, register))


def _load(sets: Sets, files: Sequence[Path], registry: Registry, linkage: Linkage) -> None:
    sets.give("expected", _EXPECTED.empty_table())
    if files:
        sets.give_files("accepted", files)
    else:
        sets.give("accepted", _EXPECTED.empty_table())
    sources = [(source.name, source.precedence) for source in registry.sources.values()]
    sets.give("precedence", pd.DataFrame(sources, columns=["source", "precedence"]))
    tiers = [(tier.name, list(tier.by)) for tier in linkage.tiers] + [(CANDIDATE, list(linkage.candidates))]
    sets.give("tier", pd.DataFrame(tiers, columns=["name", "by"]))


def _claims(sets: Sets, register: Persons, vault: Vault) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Claims on numbers with `token` and `is_disputed`, and the registered owners (scheme, token, person_id)."""
    claims = sets.frame("resolve/claims")
    claims["token"] = _tokens(claims["scheme"], claims["number"], vault)
    identifiers = claims[["scheme", "token"]].drop_duplicates().rename(columns={"token": "id_hmac"})
    owners = register.owners(identifiers).rename(columns={"id_hmac": "token"})
    claims["is_disputed"] = False
    suspects = claims[claims["is_contradicted"] & ~claims["is_unnamed"]]
    pairs = set(rows_of(suspects, "scheme", "token"))
    contested = claims[np.array([pair in pairs for pair in rows_of(claims, "scheme", "token")], dtype=bool)]
    contested = contested.assign(key_hmac=vault.hmac_many("key:name", contested["name_key"]))
    asked = contested.loc[suspects.index, ["scheme", "token", "key_hmac"]].drop_duplicates()
    known = set(
        rows_of(register.known_names(asked.rename(columns={"token": "id_hmac"})), "scheme", "id_hmac", "key_hmac")
    )
    contested["is_known_name"] = [told in known for told in rows_of(contested, "scheme", "token", "key_hmac")]
    disputed = disputed_claims(contested, set(rows_of(owners, "scheme", "token")))
    claims.loc[disputed.index[disputed], "is_disputed"] = True
    return claims, owners


def _nodes(sets: Sets, claims: pd.DataFrame, owners: pd.DataFrame) -> pd.DataFrame:
    nodes = sets.frame("resolve/node_list")
    tokens = claims[["scheme", "number", "token"]].drop_duplicates(["scheme", "number"])
    nodes = nodes.merge(tokens, on=["scheme", "number"], how="left")
    forbidden = tokens.add_prefix("forbidden_")
    nodes = nodes.merge(forbidden, on=["forbidden_scheme", "forbidden_number"], how="left")
    owned = owners.rename(columns={"person_id": "owner_id"})
    nodes = nodes.merge(owned, on=["scheme", "token"], how="left").sort_values("node", ignore_index=True)
    nodes = nodes.drop(columns=["number", "forbidden_number"]).astype(object)
    return nodes.where(nodes.notna(), None)


def _held(nodes: pd.DataFrame, register: Persons) -> tuple[Held, ...]:
    """The numbers of persons looked at anew, by node."""
    if not register.opened:
        return ()
    numbered = nodes[nodes["token"].notna()]
    wanted = numbered[["scheme", "token"]].rename(columns={"token": "id_hmac"})
    known = register.numbers_opened(wanted).rename(columns={"id_hmac": "token"}).astype(object)
    found = numbered.merge(known, on=["scheme", "token"]).sort_values("node")
    return tuple(Held(*line) for line in rows_of(found, "person_id", "node", "first_period"))


def _hash_keys(sets: Sets, vault: Vault) -> None:
    keys = sets.frame("resolve/distinct_keys")
    types = {"key_kind": pa.string(), "key": pa.string(), "token": pa.binary()}
    parts = [
        as_table(rows.assign(token=vault.hmac_many(f"key:{kind}", rows["key"])), **types)
        for kind, rows in keys.groupby("key_kind", sort=True)
    ]
    sets.give("hashed_key", pa.concat_tables([pa.schema(types.items()).empty_table(), *parts]))


def _tokens(schemes: pd.Series, numbers: pd.Series, vault: Vault) -> pd.Series:
    """Keyed hashes of numbers, each within its scheme; the same bytes the vault knows the number by."""
    tokens = np.empty(len(numbers), dtype=object)
    for scheme in schemes.unique():
        rows = (schemes == scheme).to_numpy(dtype=bool)
        tokens[rows] = vault.hmac_many(str(scheme), numbers[rows]).to_numpy(dtype=object)
    return pd.Series(tokens, index=numbers.index, dtype=object)
