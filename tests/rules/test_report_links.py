"""The report's page on identity."""

from exchange.model.report import CheckFacts, LinkFacts
from exchange.registry.load import Registry
from exchange.rules.reporting.report_links import links_view


def month(period: str, rows: int, tiers: dict[str, int], *checks: CheckFacts) -> LinkFacts:
    return LinkFacts(period, rows, "linkage-1", tiers, {"1": 3, "2": 1}, 2, checks)


def test_a_share_of_links_that_jumped_is_marked(registry: Registry):
    view = links_view(
        [month("2026-08", 100, {"T1": 95, "FS": 5}), month("2026-09", 100, {"T1": 85, "FS": 15})], registry
    )
    assert view is not None
    found = {line.tier: (line.title, line.share, line.before, line.has_jumped) for line in view.tiers}
    assert found == {"T1": ("有效号码相同", 0.85, 0.95, True), "FS": ("按模型计分", 0.15, 0.05, True)}


def test_the_check_is_told_with_its_interval_newest_first(registry: Registry):
    check = CheckFacts("clinic", 35, 35, 35, 35)
    view = links_view([month("2026-08", 10, {}, check), month("2026-09", 10, {}, check)], registry)
    assert view is not None
    assert [line.month for line in view.checks] == ["2026-09", "2026-08"]
    assert view.checks[0].precision == "100.00%（90.1% 至 100.0%；35/35）"


def test_a_tier_of_the_month_before_that_is_gone_is_listed_with_nothing(registry: Registry):
    view = links_view([month("2026-08", 10, {"T4": 3}), month("2026-09", 10, {"T1": 10})], registry)
    assert view is not None
    assert {line.tier: line.rows for line in view.tiers} == {"T1": 10, "T4": 0}


def test_without_links_there_is_no_page(registry: Registry):
    assert links_view([], registry) is None
