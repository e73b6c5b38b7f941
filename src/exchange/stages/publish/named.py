"""Publish, sixth part: what changed, the records of those who stay, and balances whose every term opens to persons."""

import pandas as pd

from exchange.model.errors import PublicationError
from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.services.publication import Publication
from exchange.services.tables.lists import ARCHIVE_RULE

_CHECKS = {
    "check_terms": "the persons behind them do not add up to the published balance",
    "check_archive": "the comprehensive records are not those the indicator counts",
}


def name_everybody(month: Publication, registry: Registry) -> None:
    """The change list, the comprehensive records, the stock by person and group, and every term of its balances.

    Raises PublicationError when a balance does not close or the records do not agree with the indicator.
    """
    rules = [
        {"place": place, "field": rule.field, "title": rule.title, "from_age": rule.ages[0], "to_age": rule.ages[1]}
        for place, rule in enumerate(registry.archive.rules)
    ]
    columns = [column.name for column in ARCHIVE_RULE.columns]
    month.scratch("archive_rule", pd.DataFrame(rules, columns=columns), ARCHIVE_RULE)
    month.run(*figures.NAMED)
    for check, what in _CHECKS.items():
        broken = month.ask(check)
        if len(broken):
            raise PublicationError(
                f"{len(broken)} lines were not released: {what}",
                remedy="Nothing was written. Run `exchange verify`, keep the home folder and report it.",
            )
