"""Publish: a sender's odd volume is an outcome of the month, booked beside it; it stops nothing and moves no row."""

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.publication import Publication
from exchange.services.reporting.observations import VOLUMES, odd_volumes, volume_bounds
from exchange.services.tables import ledger


def book_volumes(month: Publication, period: Period, registry: Registry) -> None:
    """F05 and its like of the month into ledger.volume_finding; needs the month's rows in the ledger."""
    found = odd_volumes(month.look(VOLUMES, volume_bounds(period)), registry)
    month.run("forget_volumes")
    month.insert(ledger.volume_finding, found.assign(period=str(period)))
