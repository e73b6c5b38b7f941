"""The validation report: what a month's files held, by which rules they were judged, and what was set aside."""

from pathlib import Path

from exchange.model.run import Run
from exchange.registry.load import Registry
from exchange.rules.report import report_view
from exchange.services.bundle import Services
from exchange.services.report import file_report, render, report_facts


def write_report(run: Run, registry: Registry, services: Services) -> Path:
    """Makes the month's validation report as one self-contained HTML page and returns its path.

    The same generation gives the same bytes, whatever came since. Raises ServiceUnavailable when the database is away.
    """
    facts = report_facts(run.period, services)
    return file_report(facts, render(report_view(facts, registry)), services)
