"""Stage publish: one transaction that makes a month, and is seen by everybody at once or by nobody."""

import hashlib
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Final, TypeVar

from sqlalchemy.engine import Connection

from exchange.model.errors import PublicationError
from exchange.model.run import Outcome, Receipt, Run
from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.rules.reporting.rule_texts import declared_texts, named_statements
from exchange.services.bundle import Services
from exchange.services.copying import canonical_json
from exchange.services.publication import Publication
from exchange.services.rule_texts import store_texts
from exchange.stages.publish.answers import apply_answers, settle_answers
from exchange.stages.publish.care import fill_care
from exchange.stages.publish.inputs import Inputs, fetch
from exchange.stages.publish.named import name_everybody
from exchange.stages.publish.persons import store_identities, store_rows
from exchange.stages.publish.records import store_records
from exchange.stages.publish.register import apply_register
from exchange.stages.publish.volumes import book_volumes

STAGE: Final = "publish"
T = TypeVar("T")


def publish_period(run: Run, registry: Registry, services: Services) -> Receipt:
    """Publish `run.period`: persons, links, register, lists and figures, as the month's next generation.

    The first generation is 1; later ones come from an explicit reopening. A month that is published already and was
    not reopened is left alone and answers `unchanged`. The process that publishes holds the month; a second one at
    the same time gets Busy. Raises PeriodOrder before the month is resolved, and PublicationError when the balance
    does not open with the month before; then nothing was written.
    """
    published = _published(run, services)
    if published is not None:
        return published
    epoch = services.ledger.hold(run.period, run.run_id)
    try:
        published = _published(run, services)
        return published or _publish(run, registry, services, epoch)
    finally:
        services.ledger.release(run.period)


def rehearse_period(run: Run, registry: Registry, services: Services, look: Callable[[Connection, int], T]) -> T:
    """What `look` (connection, generation) sees of a month: as published, else made for it and rolled back.

    Nothing of a rehearsal stays. A reopened month is made anew as well. Raises what publish_period raises, and Busy
    while another process holds the month.
    """
    booked = services.ledger.closed(run.period)
    if booked is not None:
        with services.warehouse.transaction() as conn:
            return look(conn, int(booked["generation"]))
    epoch = services.ledger.hold(run.period, run.run_id)
    try:
        inputs = fetch(run, registry, services)
        with services.warehouse.transaction() as conn:
            services.ledger.fenced(conn, run.period, epoch)
            undone = conn.begin_nested()
            bound = figures.parameters(run.period, inputs.generation, registry)
            _make_month(Publication(services.warehouse, conn, bound), inputs, registry, services)
            seen = look(conn, inputs.generation)
            undone.rollback()
            return seen
    finally:
        services.ledger.release(run.period)


def _publish(run: Run, registry: Registry, services: Services, epoch: int) -> Receipt:
    inputs = fetch(run, registry, services)
    with services.warehouse.transaction() as conn:
        services.ledger.fenced(conn, run.period, epoch)
        month = Publication(services.warehouse, conn, figures.parameters(run.period, inputs.generation, registry))
        month.remember()
        rows = _make_month(month, inputs, registry, services)
        return _book(conn, run, registry, services, inputs, rows)


def _make_month(month: Publication, inputs: Inputs, registry: Registry, services: Services) -> Mapping[str, int]:
    """Everything of the month but its booking; counts of rows kept and set aside."""
    month.ask("answers_until")
    store_identities(month, inputs)
    rows = store_rows(month, inputs, registry)
    book_volumes(month, inputs.period, registry)
    apply_register(month, inputs, registry)
    month.also_in(list(month.ask("places_left")["township9"]))
    store_records(month, inputs, registry, services.vault)
    month.run(*figures.GATHER)
    month.analyze("core", "ledger", "registry")
    month.run(*figures.STOCK)
    month.analyze_scratch("stock")
    settle_answers(month, registry)
    month.run(*figures.RESULTS)
    fill_care(month, registry, inputs.period)
    month.run("child_years")
    for indicator in figures.published_indicators(registry, inputs.period):
        month.members(indicator)
        month.asides(indicator)
    month.run(*figures.REPORT)
    apply_answers(month, inputs, registry, services)
    name_everybody(month, registry)
    broken = month.ask("check_opening")
    if len(broken) and not inputs.is_first_month:
        raise PublicationError(
            f"{len(broken)} balances of {inputs.period} do not open with what the month before closed with",
            remedy="Nothing was written. Run `exchange verify`, keep the home folder and report it.",
        )
    return rows


def _book(
    conn: Connection, run: Run, registry: Registry, services: Services, inputs: Inputs, rows: Mapping[str, int]
) -> Receipt:
    """The generation, its manifest and its audit row, in the transaction that made it."""
    number = inputs.generation
    manifest = {"period": str(run.period), "generation": number, "inputs": inputs.manifest, "rows": dict(rows)}
    digest = hashlib.sha256(canonical_json(manifest).encode()).hexdigest()
    booked = {
        "generation": number,
        "manifest": manifest,
        "manifest_sha256": digest,
        "code_version": inputs.manifest["code_version"],
        "config_fingerprint": inputs.manifest["config_fingerprint"],
        "model_hash": inputs.manifest["model_hash"],
        "run_id": run.run_id,
    }
    services.ledger.record_generation(conn, run.period, booked)
    texts = declared_texts(registry, f"great_expectations {metadata.version('great_expectations')}")
    store_texts(conn, run.period, number, texts, named_statements(registry, run.period))
    receipt = _receipt(number, rows, digest, "done")
    counts = {"rows_in": receipt.rows_in, "rows_out": receipt.rows_out, "rows_aside": receipt.rows_aside}
    services.ledger.append_audit(conn, run.actor, STAGE, f"{run.period} 第{number}版", "按月发布", counts)
    return receipt


def _published(run: Run, services: Services) -> Receipt | None:
    """The receipt of a month that is published already."""
    booked = services.ledger.closed(run.period)
    if booked is None:
        return None
    return _receipt(booked["generation"], booked["manifest"]["rows"], booked["manifest_sha256"], "unchanged")


def _receipt(generation: int, rows: Mapping[str, int], digest: str, outcome: Outcome) -> Receipt:
    kept, aside = rows["kept"], rows["set_aside"]
    return Receipt(STAGE, "", kept + aside, kept, aside, digest[:24], outcome, {"generation": generation, **rows})
