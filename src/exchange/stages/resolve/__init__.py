"""Resolve: every accepted row of a month gets its person, and what is uncertain goes to a person to decide."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from exchange.model.run import Outcome, Receipt, Run
from exchange.registry.load import Registry
from exchange.registry.spec_linkage import linkage_of
from exchange.services.bundle import Services
from exchange.services.copying import canonical_json
from exchange.services.lake import fingerprint
from exchange.services.persons import Persons
from exchange.services.sets import open_sets
from exchange.stages.resolve.evidence import gather
from exchange.stages.resolve.linking import Linked, link
from exchange.stages.resolve.outcome import outcome

_VERSION = "resolve 1"


def resolve_persons(run: Run, registry: Registry, services: Services) -> Receipt:
    """Links all accepted rows of `run.period`, of every source together, to persons.

    Reads `accepted/<source>/<period>` as the ledger names them and the register of persons as it stood before the
    month; writes `resolved/<period>` (links, persons, identifiers, keys, merges, review). Rows in are the accepted
    rows, and every one of them gets a person.
    """
    accepted = {
        name: fp
        for name in sorted(registry.sources)
        if (fp := services.ledger.fingerprint_of(run.period, "validate", name))
        and services.lake.has(f"accepted/{name}/{run.period}", fp)
    }
    name = f"resolved/{run.period}"
    fp = _fingerprint(run, registry, services, accepted)
    if services.lake.has(name, fp):
        return _receipt(fp, services.lake.facts(name, fp), again=True)
    files = [services.lake.path(f"accepted/{source}/{run.period}", made, "rows") for source, made in accepted.items()]
    linkage = linkage_of(registry.linkage)
    with open_sets(services.settings.under("run", "sets")) as sets:
        month = gather(sets, files, registry, linkage, Persons(services.warehouse, run.period), services.vault)
        linked = link(sets, month, linkage)
        tables = outcome(sets, month, linked, linkage)
    facts = _facts(tables, linked)
    services.lake.write(name, fp, tables, facts)
    return _receipt(fp, facts, again=False)


def _fingerprint(run: Run, registry: Registry, services: Services, accepted: Mapping[str, str]) -> str:
    """Of everything the links depend on: the rows, the rules, the program and the publications before this month."""
    before = [period for period in services.ledger.published_periods() if period < run.period]
    publications = [str((services.ledger.generation(period) or {}).get("manifest_sha256")) for period in before]
    return fingerprint(
        _VERSION,
        services.settings.code_version,
        canonical_json(dict(accepted)),
        canonical_json(dict(registry.linkage)),
        canonical_json({source.name: source.precedence for source in registry.sources.values()}),
        *publications,
    )


def _facts(tables: Mapping[str, pa.Table], linked: Linked) -> dict[str, Any]:
    """Counts of everything, and by which tiers; the model's hash is empty while only declared tiers link."""
    tiers = Counter(tables["links"]["tier"].to_pylist())
    return {
        "rows": tables["links"].num_rows,
        **{table: rows.num_rows for table, rows in tables.items()},
        "new_persons": sum(tables["persons"]["is_new"].to_pylist()),
        "tiers": dict(sorted(tiers.items())),
        "skipped_keys": linked.skipped_keys,
        "model_hash": None,
    }


def _receipt(fp: str, facts: Mapping[str, Any], *, again: bool) -> Receipt:
    rows = int(facts["rows"])
    counts = {name: int(facts[name]) for name in ("persons", "new_persons", "merges", "review", "skipped_keys")}
    result: Outcome = "unchanged" if again else "done" if rows else "empty"
    return Receipt("resolve", "", rows, rows, 0, fp, result, counts)
