"""The declarations a publication rests on, as they are put on record with it."""

from typing import Final

from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.rules.reporting.wording import all_rules

_ALWAYS: Final = ("publish/stock", "publish/child_years", "publish/members", "publish/count_members")
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


def named_statements(registry: Registry) -> list[str]:
    """The statements that make the indicators, by name."""
    both = [(one.numerator_by, one.denominator_by) for one in figures.published_indicators(registry)]
    return [*_ALWAYS, *sorted({f"indicators/{name}" for pair in both for name in pair if name})]
