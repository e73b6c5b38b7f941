"""Drives stages: the one place where a stage meets its registry, its order and the ledger."""

from collections.abc import Callable
from dataclasses import replace

from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.config import current_registry, freeze, frozen_registry
from exchange.services.identity.past_profiles import expire_profiles
from exchange.services.retention import expire_landed, expire_packages
from exchange.stages.land import land_delivery
from exchange.stages.notify import notify_recipients
from exchange.stages.publish import publish_period
from exchange.stages.read import read_delivery
from exchange.stages.receipts import collect_receipts
from exchange.stages.resolve import resolve_persons
from exchange.stages.validate import validate_rows

Stage = Callable[[Run, Registry, Services], Receipt]
Watcher = Callable[[Receipt], None]

SOURCE_STAGES: dict[str, Stage] = {"land": land_delivery, "read": read_delivery, "validate": validate_rows}
"""Once per source and month."""

PERIOD_STAGES: dict[str, Stage] = {"resolve": resolve_persons, "publish": publish_period, "notify": notify_recipients}
"""Once per month, when every source is through."""

ANY_TIME: dict[str, Stage] = {"receipts": collect_receipts}
"""Not tied to a month: what it finds belongs to whatever month it is about."""

_DECIDED = ("read", "validate", "resolve")
"""Once a month is published these have nothing left to decide, whatever version of the program asks."""


def registry_of(period: Period, services: Services) -> Registry:
    """The declarations that hold for `period`: the frozen ones when it is published, else the current ones."""
    booked = services.ledger.closed(period)
    if booked is None:
        return current_registry(services.settings)
    return frozen_registry(services.settings, str(booked["config_fingerprint"]))


def run_stage(name: str, run: Run, registry: Registry, services: Services) -> Receipt:
    """One stage with its receipt in the ledger. A month may only be asked for in its turn.

    Raises PeriodOrder for a month whose predecessor is not published, and whatever the stage raises.
    """
    if run.final:
        services.ledger.require_order(run.period)
    if name in _DECIDED and services.ledger.closed(run.period) is not None:
        decided = services.ledger.receipt(run.period, name, run.subject)
        if decided is not None:
            return replace(decided, outcome="unchanged")
    if name == "publish":
        freeze(services.settings, registry)
    receipt = (SOURCE_STAGES | PERIOD_STAGES | ANY_TIME)[name](run, registry, services)
    services.ledger.record_receipt(run, receipt)
    if name == "notify" and run.final:
        # Once a month is often enough for a date that was set thirteen months ago.
        expire_landed(services, run.started_at, run.actor)
        expire_profiles(services.lake, run.period)
        expire_packages(services, registry.recipients, run.started_at, run.actor)
    return receipt


def run_month(run: Run, services: Services, watch: Watcher = lambda receipt: None) -> list[Receipt]:
    """Every stage of a month in order, without Airflow. `watch` sees each receipt as it comes."""
    registry = registry_of(run.period, services)
    calls = [(stage, source) for source in registry.sources for stage in SOURCE_STAGES]
    calls += [(stage, "") for stage in PERIOD_STAGES] if run.final else []
    receipts = []
    for stage, subject in calls:
        receipt = run_stage(stage, replace(run, subject=subject), registry, services)
        watch(receipt)
        receipts.append(receipt)
    return receipts
