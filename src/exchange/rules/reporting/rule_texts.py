"""The declarations a publication rests on, as they are put on record with it."""

from typing import Final

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.rules.reporting.wording import all_rules

_ALWAYS: Final = (
    "publish/stock", "publish/child_years", "publish/members", "publish/asides", "publish/count_members",
    "publish/count_details",
)  # fmt: skip
"""Statements every indicator rests on."""


def declared_texts(registry: Registry, judge: str) -> dict[tuple[str, str], object]:
    """(kind, name) -> every indicator, target, rule and suite; `judge`: the program that ran the suites."""
    texts: dict[tuple[str, str], object] = {}
    for indicator in registry.indicators:
        texts["indicator", indicator.id] = indicator.model_dump(mode="json")
    for target in registry.targets:
        name = f"{target.indicator} {target.prefix} {target.valid_from}"
        texts["target", name] = target.model_dump(mode="json")
    for rule in all_rules(registry).values():
        texts["rule", rule.id] = rule.model_dump(mode="json")
    for name, suite in registry.suites.items():
        texts["suite", name] = {"judge": judge, "suite": suite}
    return texts


def named_statements(registry: Registry, period: Period) -> list[str]:
    """The statements that make the indicators of a month, by name."""
    told = figures.published_indicators(registry, period)
    return [*_ALWAYS, *sorted({f"indicators/{name}" for one in told for name in one.statements})]
