"""How the months' rows found their persons, read back from what resolve kept: for the report's trend."""

from collections.abc import Iterator

from exchange.model.period import Period
from exchange.model.report import MONTHS_SHOWN, CheckFacts, LinkFacts
from exchange.services.bundle import Services

_COUNTS = ("hidden", "findable", "linked", "correct")


def links_of_months(period: Period, services: Services) -> Iterator[LinkFacts]:
    """This month and the resolved ones before it, as far back as the plots reach, oldest first."""
    for back in range(MONTHS_SHOWN - 1, -1, -1):
        month = period.minus(back)
        fp = services.ledger.fingerprint_of(month, "resolve")
        if fp is None or not services.lake.has(f"resolved/{month}", fp):
            continue
        facts = services.lake.facts(f"resolved/{month}", fp)
        checks = tuple(
            CheckFacts(str(row["source"]), *(int(row[name]) for name in _COUNTS)) for row in facts.get("check", ())
        )
        yield LinkFacts(
            str(month), int(facts["rows"]), str(facts.get("model") or ""), facts["tiers"],
            facts.get("rows_per_person", {}), int(facts["skipped_keys"]), checks,
        )  # fmt: skip
