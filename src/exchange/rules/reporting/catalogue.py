"""The rule catalogue as a page: every rule with its meaning, basis and severity, and the expectations that carry it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exchange.registry.load import Registry
from exchange.registry.spec import Policy, Rule
from exchange.rules.reporting.wording import (
    FAMILIES,
    SEVERITIES,
    RuleWords,
    all_rules,
    columns_of,
    condition,
    expectations,
    rule_words,
)

_SUITES = {"deliveries": "每个文件", "months": "与前三个月相比", "published": "发布的各表"}
_IMPORTANCE = {"critical": "必须满足", "warning": "应当满足", "info": "参考"}


@dataclass(frozen=True)
class Use:
    """One expectation that carries a rule: in which suite, on which column, what is expected and why."""

    suite: str
    column: str
    condition: str
    importance: str
    notes: str


@dataclass(frozen=True)
class CatalogueRule(RuleWords):
    """One rule as the catalogue prints it; without `uses` the intake, the reader or the register decides it."""

    suites: tuple[str, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Family:
    """Rules of one family, in the order they are declared."""

    letter: str
    title: str
    rules: tuple[CatalogueRule, ...]


@dataclass(frozen=True)
class PolicyView:
    """A policy profile: its term, and what it says in words."""

    title: str
    term: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CatalogueView:
    """The page. `bases` leads from a legal basis to the rules that rest on it."""

    title: str
    fingerprint: str
    families: tuple[Family, ...]
    severities: tuple[tuple[str, str, str, int], ...]
    bases: tuple[tuple[str, tuple[str, ...]], ...]
    suites: tuple[tuple[str, int, int], ...]
    policies: tuple[PolicyView, ...]
    never_read: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def total(self) -> int:
        """How many rules there are."""
        return sum(len(family.rules) for family in self.families)


def catalogue_view(registry: Registry) -> CatalogueView:
    """The catalogue of the declarations given: nothing on it comes from anywhere else."""
    uses = _uses(registry)
    rules = [_rule(rule, uses.get(rule.id, ())) for rule in all_rules(registry).values()]
    bases: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        bases[rule.basis].append(rule.id)
    return CatalogueView(
        title="数据核验规则目录",
        fingerprint=registry.fingerprint,
        families=tuple(_families(rules)),
        severities=tuple(
            (letter, text, tone, sum(rule.severity == letter for rule in rules))
            for letter, (text, tone) in SEVERITIES.items()
        ),
        bases=tuple((basis, tuple(ids)) for basis, ids in sorted(bases.items())),
        suites=tuple(_suites(registry)),
        policies=tuple(_policy(policy, registry) for policy in registry.policies),
        never_read=tuple((s.title, s.never_read) for s in registry.sources.values() if s.never_read),
    )


def _uses(registry: Registry) -> dict[str, tuple[Use, ...]]:
    found: dict[str, list[Use]] = defaultdict(list)
    for suite, item in expectations(registry):
        meta: Mapping[str, Any] = item.get("meta") or {}
        found[str(meta.get("rule", ""))].append(
            Use(
                suite=_suite_title(suite, registry),
                column=_column(suite, item, registry),
                condition=condition(item),
                importance=_IMPORTANCE.get(str(item.get("severity", "critical")), ""),
                notes=str(meta.get("notes", "")),
            )
        )
    return {rule: tuple(uses) for rule, uses in found.items()}


def _suite_title(suite: str, registry: Registry) -> str:
    source = registry.sources.get(suite)
    return source.agency if source else _SUITES.get(suite, suite)


def _column(suite: str, item: Mapping[str, Any], registry: Registry) -> str:
    """The column the sender has to look at, by the title the source gives it."""
    source, name = registry.sources.get(suite), str((item.get("meta") or {}).get("field", ""))
    field = source.field(name) if source else None
    return field.title if field else "" if source is None else name or "、".join(columns_of(item))


def _rule(rule: Rule, uses: tuple[Use, ...]) -> CatalogueRule:
    return CatalogueRule(
        **rule_words(rule),
        suites=tuple(dict.fromkeys(use.suite for use in uses)),
        uses=uses,
    )


def _families(rules: list[CatalogueRule]) -> Iterator[Family]:
    letters = [*FAMILIES, *sorted({rule.id[:1] for rule in rules} - set(FAMILIES))]
    for letter in letters:
        own = tuple(rule for rule in rules if rule.id[:1] == letter)
        if own:
            yield Family(letter, FAMILIES.get(letter, "本地补充规则"), own)


def _suites(registry: Registry) -> Iterator[tuple[str, int, int]]:
    """(suite, expectations, rules they carry)."""
    for name, suite in registry.suites.items():
        items = suite.get("expectations", ())
        carried = {str((item.get("meta") or {}).get("rule", "")) for item in items}
        yield _suite_title(name, registry), len(items), len(carried)


def _policy(policy: Policy, registry: Registry) -> PolicyView:
    classes = registry.codes.get("service_class")
    names = {code: entry.name for code, entry in classes.entries.items()} if classes else {}
    return PolicyView(
        title=policy.title,
        term=f"{policy.valid_from} 起" + (f"，{policy.valid_to} 止（不含）" if policy.valid_to else ""),
        lines=(
            ("卫生健康部门名称", policy.health_office),
            ("免疫程序", policy.immunisation),
            ("只报数不列人的服务类别", "、".join(names.get(code, code) for code in policy.sensitive_classes)),
            ("原始文件保留", f"{policy.retention_months} 个月"),
            ("期内一律不读取的列", "、".join(policy.never_read) or "无"),
            ("依据", policy.source),
        ),
    )
