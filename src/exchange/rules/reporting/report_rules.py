"""How often each rule was met in a month, by whom, in the order of the catalogue."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from exchange.model.report import DeliveryFacts, RuleRows
from exchange.registry.load import Registry
from exchange.registry.spec import Rule
from exchange.rules.reporting.wording import RuleWords, all_rules, rule_words


@dataclass(frozen=True)
class RuleUnit:
    """A sender in whose rows a rule was found; `kept` of them stayed in the figures."""

    agency: str
    name: str
    anchor: str
    rows: int
    kept: int


@dataclass(frozen=True)
class RuleLine(RuleWords):
    """One rule: what it means, what is asked, its basis, rows per source (registry order), files, and senders."""

    rows: tuple[int, ...]
    files: tuple[str, ...]
    units: tuple[RuleUnit, ...]

    @property
    def total(self) -> int:
        """Rows of all sources."""
        return sum(self.rows)


def unit_anchor(source: str, unit_code: str) -> str:
    """Where the rows of a sender are listed on the page."""
    return f"u-{source}-{''.join(sign for sign in unit_code if sign.isalnum())[:20]}"


def rule_lines(
    findings: Iterable[RuleRows], files: Iterable[DeliveryFacts], registry: Registry
) -> tuple[RuleLine, ...]:
    """Every rule of the catalogue, then rules that only an expectation names, then ids nobody declared."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    units: dict[str, list[RuleRows]] = defaultdict(list)
    for finding in findings:
        rows[finding.rule][finding.source] += finding.rows
        units[finding.rule].append(finding)
    judged: dict[str, list[str]] = defaultdict(list)
    for file in files:
        for rule in file.rules:
            judged[rule].append(file.path)
    known = all_rules(registry)
    ids = [*known, *sorted((set(rows) | set(judged)) - set(known))]
    return tuple(
        _line(known.get(rule) or _unknown(rule), rows[rule], judged[rule], units[rule], registry) for rule in ids
    )


def _line(rule: Rule, rows: Counter[str], files: list[str], units: list[RuleRows], registry: Registry) -> RuleLine:
    return RuleLine(
        **rule_words(rule),
        rows=tuple(rows[source] for source in registry.sources),
        files=tuple(sorted(files)),
        units=tuple(_unit(one, registry) for one in sorted(units, key=lambda one: (-one.rows, one.unit_code))),
    )


def _unit(one: RuleRows, registry: Registry) -> RuleUnit:
    source = registry.sources[one.source]
    unit = registry.unit(source.code, one.unit_code)
    name = unit.name if unit else f"名录外单位 {one.unit_code[:20]}"
    return RuleUnit(source.agency, name, unit_anchor(one.source, one.unit_code), one.rows, one.kept)


def _unknown(rule: str) -> Rule:
    return Rule(id=rule, severity="W", title=rule, says="", asks="", source="", since="")
