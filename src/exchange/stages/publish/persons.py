"""Publish, first part: who is who (registry, vault) and what became of every row (ledger)."""

import pandas as pd

from exchange.registry.load import Registry
from exchange.rules import senders
from exchange.services.copying import canonical_json
from exchange.services.lake import fingerprint
from exchange.services.publication import MERGE, Publication
from exchange.services.tables import ledger, mart
from exchange.services.tables import registry as tables
from exchange.services.vault import Vault
from exchange.stages.publish.inputs import Inputs
from exchange.stages.publish.parted import lay_changes


def store_identities(month: Publication, inputs: Inputs) -> None:
    """Persons, identifiers, keys, links, merges and review items of the month."""
    period, resolved = str(inputs.period), inputs.resolved
    month.scratch("resolved", resolved["persons"][["person_id"]], tables.person, key=["person_id"])
    month.scratch("merge", resolved["merges"][["from_id", "into_id"]], MERGE, key=["from_id"])
    month.scratch("identifier", resolved["identifiers"][["scheme", "id_hmac", "person_id"]], tables.identifier)
    month.scratch("key", resolved["keys"][["key_kind", "key_hmac", "person_id"]], tables.key)
    lay_changes(month, inputs)
    month.run("store_persons", "return_persons", "lose_keys", "move_numbers", "store_identifiers", "store_keys")
    month.run("store_merges", "book_changes", "move_rows", "apply_decisions")
    month.insert(tables.link, resolved["links"].assign(period=period))
    month.insert(tables.evidence, resolved["evidence"].assign(period=period))
    month.insert(tables.quality, resolved["quality"].assign(period=period, model=inputs.model))
    month.scratch("review", _review_items(resolved["review"], period), tables.review_item)
    month.run("store_review", "fill_review_rows", "expire_review", "book_disputes")


def store_rows(month: Publication, inputs: Inputs, registry: Registry) -> dict[str, int]:
    """The disposition of every data row, its issues, and who reported; counts of rows kept and set aside."""
    period = str(inputs.period)
    kept, total = 0, 0
    month.run("forget_rows")
    for source in registry.sources.values():
        rows = _rows_of(inputs, source.name, registry)
        month.insert(ledger.source_row, rows.assign(period=period))
        if source.name in inputs.fingerprints:
            month.insert(ledger.issue, inputs.issues(source).assign(period=period))
        deliveries = inputs.deliveries[inputs.deliveries["source"] == source.name]
        status = senders.unit_status(source, registry.senders(source), deliveries, rows)
        month.insert(mart.unit_status, status.assign(period=period, generation=inputs.generation))
        kept += int(rows["disposition"].astype("object").isin(["accept", "warn"]).sum())
        total += len(rows)
    return {"kept": kept, "set_aside": total - kept}


def seal_numbers(month: Publication, numbers: pd.DataFrame, vault: Vault) -> None:
    """Encrypt the numbers (scheme, value) that belong to a person and are not in the vault yet."""
    parts = [
        values.assign(id_hmac=vault.hmac_many(str(scheme), values["value"]))
        for scheme, values in numbers.groupby("scheme", sort=True)
    ]
    digests = pd.concat([numbers.iloc[:0].assign(id_hmac=pd.Series(dtype="object")), *parts], ignore_index=True)
    wanted = set(month.ask("unsealed_identifiers")["id_hmac"])
    is_wanted = digests["id_hmac"].map(wanted.__contains__).to_numpy(dtype=bool)
    fresh = digests[is_wanted].drop_duplicates("id_hmac")
    sealed = fresh.assign(id_cipher=[vault.seal(value) for value in fresh["value"]], key_version=vault.key_version)
    month.insert(tables.vault_identity, sealed)


def _rows_of(inputs: Inputs, name: str, registry: Registry) -> pd.DataFrame:
    columns = ["row_id", "source", "delivery_id", "unit_code", "file", "sheet", "row", "disposition", "rules"]
    if name not in inputs.fingerprints:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
    rows = inputs.rows(registry.sources[name], columns)
    return rows.assign(rules=rows["rules"].fillna(""), sheet=rows["sheet"].fillna(""))


def _review_items(review: pd.DataFrame, period: str) -> pd.DataFrame:
    """Review items under ids made from what they are about, so that a rerun makes the same ones.

    A pair of persons the scorer doubts is asked about once, whichever rows bring it up in later months.
    """
    parts = ("kind", "person_a", "person_b", "row_id_a", "row_id_b")
    keys = review[list(parts)].astype("object").fillna("")
    weighed = review["score"].notna().to_numpy(dtype=bool)
    ids = [
        fingerprint(row[0], *sorted(row[1:3])) if is_weighed else fingerprint(*row)
        for row, is_weighed in zip(keys.itertuples(index=False), weighed, strict=True)
    ]
    why = [value if isinstance(value, str) else canonical_json(value) for value in review["why"]]
    items = review[[*parts, "score", "margin", "priority"]].assign(
        item_id=ids, period=period, why=[_as_json(text) for text in why], state="new"
    )
    return items.drop_duplicates("item_id")


def _as_json(text: str) -> str:
    """`why` may come as JSON or as a word."""
    return text if text[:1] in "{[" else canonical_json({"reason": text})
