"""Stage publish: one transaction that makes a month, and is seen by everybody at once or by nobody."""

import hashlib

from sqlalchemy.engine import Connection

from exchange.model.errors import PeriodOrder, PublicationError
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.services.bundle import Services
from exchange.services.copying import canonical_json
from exchange.services.publication import Publication
from exchange.stages.publish.inputs import Inputs, fetch
from exchange.stages.publish.persons import store_identities, store_rows
from exchange.stages.publish.records import store_records
from exchange.stages.publish.register import apply_register

STAGE = "publish"


def publish_period(run: Run, registry: Registry, services: Services) -> Receipt:
    """Publish `run.period`: persons, links, register, lists and figures, as generation 1 of the month.

    A month that is published already is left alone and answers `unchanged`. The process that publishes holds the
    month; a second one at the same time gets Busy. Raises PeriodOrder before the month is resolved, and
    PublicationError when the balance does not open with the month before; then nothing was written.
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


def _publish(run: Run, registry: Registry, services: Services, epoch: int) -> Receipt:
    inputs = fetch(run, registry, services)
    with services.warehouse.transaction() as conn:
        services.ledger.fenced(conn, run.period, epoch)
        parameters = figures.parameters(run.period, 1, registry)
        month = Publication(services.warehouse, conn, parameters)
        rows = _make_month(month, inputs, registry, services)
        manifest = {"period": str(run.period), "generation": 1, "inputs": inputs.manifest, "rows": rows}
        return _book(conn, run, registry, services, manifest)


def _make_month(month: Publication, inputs: Inputs, registry: Registry, services: Services) -> dict[str, int]:
    store_identities(month, inputs, services.vault)
    rows = store_rows(month, inputs, registry)
    apply_register(month, inputs, registry)
    store_records(month, inputs, registry, services.vault)
    month.analyze("core", "ledger", "registry")
    month.run(*figures.STATEMENTS)
    broken = month.ask("check_opening")
    if len(broken) and not inputs.is_first_month:
        raise PublicationError(
            f"{len(broken)} balances of {inputs.period} do not open with what the month before closed with",
            remedy="Nothing was written. Run `exchange verify`, keep the home folder and report it.",
        )
    return rows


def _book(conn: Connection, run: Run, registry: Registry, services: Services, manifest: dict[str, object]) -> Receipt:
    """The generation, its manifest and its audit row, in the transaction that made it."""
    digest = hashlib.sha256(canonical_json(manifest).encode()).hexdigest()
    inputs = manifest["inputs"]
    services.ledger.record_generation(
        conn,
        run.period,
        {
            "generation": 1,
            "manifest": manifest,
            "manifest_sha256": digest,
            "code_version": services.settings.code_version,
            "config_fingerprint": registry.fingerprint,
            "model_hash": inputs.get("model_hash") if isinstance(inputs, dict) else None,
            "run_id": run.run_id,
        },
    )
    receipt = _receipt(manifest, digest, "done")
    counts = {"rows_in": receipt.rows_in, "rows_out": receipt.rows_out, "rows_aside": receipt.rows_aside}
    services.ledger.append_audit(conn, run.actor, STAGE, f"{run.period} 第1版", "按月发布", counts)
    return receipt


def _published(run: Run, services: Services) -> Receipt | None:
    """The receipt of a month that is published already."""
    generation = services.ledger.generation(run.period)
    if generation is None:
        return None
    return _receipt(generation["manifest"], generation["manifest_sha256"], "unchanged")


def _receipt(manifest: dict[str, object], digest: str, outcome: str) -> Receipt:
    rows = manifest["rows"]
    if not isinstance(rows, dict) or outcome not in ("done", "unchanged"):
        raise PeriodOrder("the manifest of a published month holds no counts", remedy="Run `exchange verify`.")
    kept, aside = int(rows["kept"]), int(rows["set_aside"])
    detail = {name: int(value) for name, value in rows.items()}
    return Receipt(
        STAGE, "", kept + aside, kept, aside, digest[:24], "done" if outcome == "done" else "unchanged", detail
    )
