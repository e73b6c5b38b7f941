"""Resolve: every accepted row of a month gets its person, and what is uncertain goes to a person to decide."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from exchange.model.period import Period
from exchange.model.run import Outcome, Receipt, Run
from exchange.registry.load import Registry
from exchange.registry.spec_linkage import Linkage, linkage_of
from exchange.rules.linkage.quality import sizes, told
from exchange.services.bundle import Services
from exchange.services.copying import canonical_json
from exchange.services.identity.decisions import read_said
from exchange.services.identity.models import model_hash, read_model
from exchange.services.identity.past_profiles import Past, artefact, past_profiles
from exchange.services.identity.persons import Persons
from exchange.services.identity.reclusterings import read_meant
from exchange.services.lake import fingerprint
from exchange.services.sets import Sets, open_sets
from exchange.stages.resolve.decisions import lay_reopened, open_persons, persons_to_part, word_of
from exchange.stages.resolve.evidence import Month, gather
from exchange.stages.resolve.linking import Linked, link
from exchange.stages.resolve.outcome import outcome
from exchange.stages.resolve.quality import check, hide, lay_hidden
from exchange.stages.resolve.scoring import Found, Scene, find_edges, kept_profiles, lay_profiles

_VERSION = "resolve 2"


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
    linkage, before = linkage_of(registry.linkage), past_profiles(services, run.period)
    said = read_said(services.warehouse, run.period)
    meant = read_meant(services.warehouse, run.period)
    fp = fingerprint(_fingerprint(run, registry, services, accepted, before, linkage), said.mark, *meant.mark)
    if services.lake.has(name, fp):
        return _receipt(fp, services.lake.facts(name, fp), again=True)
    files = [services.lake.path(f"accepted/{source}/{run.period}", made, "rows") for source, made in accepted.items()]
    register = Persons(services.warehouse, run.period)
    word = word_of(said, register, meant.person_of)
    word = open_persons(word, persons_to_part(word, register), register, services)
    while True:
        with open_sets(services.settings.under("run", "sets")) as sets:
            lay_reopened(sets, word, services)
            register = Persons(services.warehouse, run.period, word.opened)
            month = gather(sets, files, registry, linkage, register, services.vault, word)
            found = found_by_weight(sets, month, registry, before, run.period, services)
            linked = link(sets, month, linkage, found)
            wider = open_persons(word, month.doubted | linked.between, register, services)
            if wider.opened == word.opened:
                tables = outcome(sets, month, linked, linkage, found)
                if found is not None:
                    new = sum(tables["persons"]["is_new"].to_pylist())
                    kept = kept_profiles(sets, found, run.period)
                    services.lake.write(artefact(run.period), fp, kept, {"persons": before.persons + new})
                    tables["quality"] = check(sets, month, linked, linkage, found)
                break
        word = wider
    facts = _facts(tables, linked, linkage, services)
    services.lake.write(name, fp, tables, facts)
    return _receipt(fp, facts, again=False)


def found_by_weight(
    sets: Sets, month: Month, registry: Registry, before: Past, period: Period, services: Services
) -> Found | None:  # fmt: skip
    """What the scorer has to say about the month, where the declarations ask it."""
    linkage = linkage_of(registry.linkage)
    if linkage.scorer is None:
        return None
    folder = services.settings.under("run", "sets")
    hide(sets, registry, linkage, period.last_day)
    lay_profiles(sets, services.vault)
    lay_hidden(sets, folder)
    model = read_model(services.settings.schemas, linkage.scorer.model)
    return find_edges(sets, month, Scene(linkage.scorer, model, before, period, folder))


def _fingerprint(
    run: Run, registry: Registry, services: Services, accepted: Mapping[str, str], before: Past, linkage: Linkage
) -> str:
    """Of everything the links depend on: the rows, the rules, the program and the publications before this month."""
    published = [period for period in services.ledger.published_periods() if period < run.period]
    publications = [str((services.ledger.generation(period) or {}).get("manifest_sha256")) for period in published]
    return fingerprint(
        _VERSION,
        services.settings.code_version,
        canonical_json(dict(accepted)),
        canonical_json(dict(registry.linkage)),
        canonical_json({source.name: source.precedence for source in registry.sources.values()}),
        _model_hash(linkage, services),
        *before.used,
        *publications,
    )


def _model_hash(linkage: Linkage, services: Services) -> str | None:
    return model_hash(services.settings.schemas, linkage.scorer.model) if linkage.scorer else None


def _facts(
    tables: Mapping[str, pa.Table], linked: Linked, linkage: Linkage, services: Services
) -> dict[str, Any]:  # fmt: skip
    """Counts of everything, and by which tiers; model and hash are empty where only declared tiers link."""
    tiers = Counter(tables["links"]["tier"].to_pylist())
    persons = Counter(Counter(tables["links"]["person_id"].to_pylist()).values())
    return {
        "rows": tables["links"].num_rows,
        **{table: rows.num_rows for table, rows in tables.items() if table != "quality"},
        "new_persons": sum(tables["persons"]["is_new"].to_pylist()),
        "tiers": dict(sorted(tiers.items())),
        "skipped_keys": linked.skipped_keys,
        "rows_per_person": sizes(persons),
        "check": told(tables["quality"].to_pylist()),
        "model": linkage.scorer.model if linkage.scorer else None,
        "model_hash": _model_hash(linkage, services),
    }


def _receipt(fp: str, facts: Mapping[str, Any], *, again: bool) -> Receipt:
    rows = int(facts["rows"])
    counts = {name: int(facts[name]) for name in ("persons", "new_persons", "merges", "review", "skipped_keys")}
    result: Outcome = "unchanged" if again else "done" if rows else "empty"
    return Receipt("resolve", "", rows, rows, 0, fp, result, counts)
