"""The validation report: what a month's files held, by which rules they were judged, and what was set aside."""

from pathlib import Path

from exchange.model.errors import RegistryError
from exchange.model.run import Run
from exchange.registry.load import Registry
from exchange.rules.reporting.report import report_view
from exchange.services.bundle import Services
from exchange.services.config import frozen_registry
from exchange.services.reporting.report import file_report, render
from exchange.services.reporting.report_facts import report_facts


def write_report(run: Run, registry: Registry, services: Services) -> Path:
    """Makes the month's validation report as one self-contained HTML page and returns its path.

    The same generation gives the same bytes, whatever came since. Raises ServiceUnavailable when the database is away.
    """
    facts = report_facts(run.period, registry, services)
    earlier = _frozen(facts.earlier_config, registry, services)
    return file_report(facts, render(report_view(facts, registry, earlier)), services)


def _frozen(fingerprint: str, registry: Registry, services: Services) -> Registry | None:
    """The declarations of the month before; None when there is no such month or its copy is gone."""
    if fingerprint == registry.fingerprint:
        return registry
    try:
        return frozen_registry(services.settings, fingerprint) if fingerprint else None
    except RegistryError:
        return None
