"""Resolve, first part: what the month's rows tell about their persons, and what the register already knew."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from exchange.registry.load import Registry
from exchange.registry.spec_linkage import Linkage
from exchange.rules.identity import rows_of
from exchange.rules.identity_disputes import disputed_claims, name_patterns
from exchange.services.persons import Persons
from exchange.services.sets import Sets
from exchange.services.vault import Vault

CANDIDATE = "CANDIDATE"
"""Name of the key whose owners are listed for a person to look at and never linked."""

_EXPECTED = pa.schema(
    [
        *((name, pa.string()) for name in (
            "row_id", "source", "disposition", "id_number", "id_number__outcome", "id_scheme", "name", "name_key",
            "sex", "sex_printed", "phone", "guardian_id", "guardian_name_key", "ehr_number", "certificate_number",
            "unit_township9",
        )),
        *((name, pa.timestamp("s")) for name in ("birth_date", "birth_printed")),
        *((name, pa.bool_()) for name in ("is_temp_name", "sex_agrees", "adult_id_on_child", "phone_shared")),
    ]
)  # fmt: skip
_KEYS = {"key_kind": pa.string(), "key_hmac": pa.binary(), "person_id": pa.string()}


@dataclass(frozen=True)
class Month:
    """The month's evidence. Tokens are keyed hashes.

    `claims`: who appears under which number (scheme, token, name, ..., is_disputed). `nodes`: node, evidence, scheme,
    token, forbidden_scheme, forbidden_token, row_id, owner_id (the person the number is registered to). `meeting`:
    key_kind, key_hmac, person_id of other persons who had a key of this month before. `new_keys`: key_kind,
    key_hmac, person_id of keys that are new.
    """

    claims: pd.DataFrame
    nodes: pd.DataFrame
    meeting: pd.DataFrame
    new_keys: pd.DataFrame
    register: Persons
    vault: Vault


def gather(
    sets: Sets, files: Sequence[Path], registry: Registry, linkage: Linkage, register: Persons, vault: Vault
) -> Month:
    """Reads the accepted rows of all sources and asks the register what it knew; leaves DuckDB tables for `link`."""
    _load(sets, files, registry, linkage)
    sets.run("resolve/evidence")
    claims, owners = _claims(sets, register, vault)
    sets.give("disputed", claims.loc[claims["is_disputed"], ["scheme", "number", "name_key", "is_contradicted"]])
    for statement in ("row_profiles", "profiles", "profile_keys", "row_nodes", "nodes", "node_keys"):
        sets.run(f"resolve/{statement}")
    nodes = _nodes(sets, claims, owners)
    sets.give("owner_of_node", as_table(nodes[["node", "owner_id"]], node=pa.int64(), owner_id=pa.string()))
    _hash_keys(sets, vault)
    meeting, new_keys = register.keys(sets.frame("resolve/wanted_keys"))
    return Month(claims, nodes, meeting, new_keys, register, vault)


def as_table(frame: pd.DataFrame, **types: pa.DataType) -> pa.Table:
    """The named columns as Arrow columns of these types, also when there is no row to guess them from."""
    columns = {name: pa.array(frame[name].tolist(), kind, from_pandas=True) for name, kind in types.items()}
    return pa.table(columns)


def patterns_of(names: pd.Series, vault: Vault) -> dict[str, frozenset[bytes]]:
    """Name -> tokens of its patterns."""
    return {
        str(name): frozenset(vault.hmac_id("key:pattern", pattern) for pattern in name_patterns(str(name)))
        for name in names.dropna().unique()
    }


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
    named = claims[~claims["is_unnamed"]]
    several = named.groupby(["scheme", "token"])["name_key"].nunique()
    told = named[["scheme", "token", "name_key"]].drop_duplicates()
    asked = told.assign(key_hmac=vault.hmac_many("key:name", told["name_key"])).drop(columns="name_key")
    strangers = register.strangers(asked.rename(columns={"token": "id_hmac"})).rename(columns={"id_hmac": "token"})
    contested = set(several[several > 1].index) | set(rows_of(strangers, "scheme", "token"))
    open_claims, known = (
        frame[np.array([pair in contested for pair in rows_of(frame, "scheme", "token")], dtype=bool)]
        for frame in (claims, owners)
    )
    names = register.details(known["person_id"]).names
    patterns = names[names["key_kind"] == "pattern"].groupby("person_id")["key_hmac"].agg(frozenset).to_dict()
    owned = {
        (scheme, token): patterns.get(person, frozenset())
        for scheme, token, person in rows_of(known, "scheme", "token", "person_id")
    }
    disputed = disputed_claims(open_claims, patterns_of(open_claims["name"], vault), owned)
    claims["is_disputed"] = False
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


def _hash_keys(sets: Sets, vault: Vault) -> None:
    keys = sets.frame("resolve/distinct_keys")
    parts = [rows.assign(token=vault.hmac_many(f"key:{kind}", rows["key"])) for kind, rows in keys.groupby("key_kind")]
    hashed = pd.concat([keys.iloc[:0].assign(token=pd.Series(dtype=object)), *parts], ignore_index=True)
    sets.give("hashed_key", as_table(hashed, key_kind=pa.string(), key=pa.string(), token=pa.binary()))


def _tokens(schemes: pd.Series, numbers: pd.Series, vault: Vault) -> pd.Series:
    """Keyed hashes of numbers, each within its scheme; the same bytes the vault knows the number by."""
    tokens = np.empty(len(numbers), dtype=object)
    for scheme in schemes.unique():
        rows = (schemes == scheme).to_numpy(dtype=bool)
        tokens[rows] = vault.hmac_many(str(scheme), numbers[rows]).to_numpy(dtype=object)
    return pd.Series(tokens, index=numbers.index, dtype=object)
