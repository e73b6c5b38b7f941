"""What rules and expectations are called on a page: severities, families, and a declared expectation in one line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from exchange.registry.load import Registry
from exchange.registry.spec import Rule

SEVERITIES: Final = {
    "F": ("整表退回", "bad"),
    "R": ("退回更正", "bad"),
    "M": ("人工核实", "warn"),
    "W": ("收下提示", "mild"),
    "I": ("仅供参考", "plain"),
}
"""Severity -> what it means for the row or file, and the tone it is printed in."""

FAMILIES: Final = {
    "F": "整表规则",
    "R": "退回更正的行",
    "M": "待人工核实的行",
    "W": "收下并提示的行",
    "D": "名单与身份核对",
    "Q": "数量与分布",
    "P": "发布核对",
    "L": "收件登记",
}
"""First letter of a rule's id -> the family it belongs to, in the order of the catalogue."""

_OF_FAMILY = {"L": ("收件处理", "plain"), "P": ("发布核对", "warn")}
_SIGNS = {1: "+", -1: "−"}
_BETWEEN = "expect_column_values_to_be_between"


@dataclass(frozen=True)
class RuleWords:
    """A rule as every page prints it: what it means, what is asked, its basis, and since when it holds."""

    id: str
    title: str
    severity: str
    severity_text: str
    tone: str
    says: str
    asks: str
    basis: str
    since: str


def rule_words(rule: Rule) -> dict[str, str]:
    """The fields of RuleWords by name, for whatever carries more than them."""
    text, tone = severity_words(rule)
    told = {"severity_text": text, "tone": tone, "basis": rule.source}
    return told | {name: str(getattr(rule, name)) for name in ("id", "title", "severity", "says", "asks", "since")}


def severity_words(rule: Rule) -> tuple[str, str]:
    """What the rule means for a row or file, and the tone; a family that judges no rows has words of its own."""
    return _OF_FAMILY.get(rule.id[:1], SEVERITIES[rule.severity])


def all_rules(registry: Registry) -> dict[str, Rule]:
    """The catalogue's rules, then those that only an expectation names, with the words it brings."""
    found = dict(registry.rules)
    for _, item in expectations(registry):
        meta: Mapping[str, Any] = item.get("meta") or {}
        rule = str(meta.get("rule", ""))
        if not rule or rule in found or not meta.get("says"):
            continue
        severity = meta.get("severity")
        found[rule] = Rule(
            id=rule,
            severity=severity if severity in SEVERITIES else "W",
            title=str(meta.get("title", meta["says"])),
            says=str(meta["says"]),
            asks=str(meta.get("asks", "")),
            source=str(meta.get("source", "本地补充规则")),
            since=str(meta.get("since", "")),
        )
    return found


def expectations(registry: Registry) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(suite, expectation) of every suite, in order."""
    for name, suite in registry.suites.items():
        for item in suite.get("expectations", ()):
            yield name, item


def columns_of(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns an expectation names."""
    kwargs = item.get("kwargs", {})
    named = [str(kwargs[key]) for key in ("column", "column_A", "column_B") if key in kwargs]
    return (*named, *map(str, kwargs.get("column_list", ())))


def condition(item: Mapping[str, Any]) -> str:
    """An expectation in one line, as a condition on columns: `ratio ∈ [0.5, 2]，当 kind == "full"`."""
    kwargs = item.get("kwargs", {})
    when = kwargs.get("row_condition")
    return _core(str(item.get("type", "")), kwargs) + (f"，当 {when}" if when else "")


def _core(kind: str, kwargs: Mapping[str, Any]) -> str:
    column = kwargs.get("column", "")
    if kind == _BETWEEN:
        return _interval(str(column), kwargs.get("min_value"), kwargs.get("max_value"))
    if kind == "expect_columns_to_add_up":
        signed = zip(kwargs.get("signs", ()), kwargs.get("column_list", ()), strict=False)
        return " ".join(f"{_SIGNS.get(sign, sign)} {name}" for sign, name in signed).removeprefix("+ ") + " = 0"
    known = {
        "expect_column_values_to_be_in_set": f"{column} ∈ {_set(kwargs)}",
        "expect_column_values_to_not_be_in_set": f"{column} ∉ {_set(kwargs)}",
        "expect_column_values_to_not_be_null": f"{column} 不为空",
        "expect_column_values_to_be_null": f"{column} 为空",
        "expect_column_pair_values_a_to_be_greater_than_b": (
            f"{kwargs.get('column_A')} {'≥' if kwargs.get('or_equal') else '>'} {kwargs.get('column_B')}"
        ),
        "expect_column_pair_values_to_be_equal": f"{kwargs.get('column_A')} = {kwargs.get('column_B')}",
    }
    rest = "，".join(f"{key}={value}" for key, value in kwargs.items() if key not in _PLUMBING)
    return known.get(kind) or f"{kind.removeprefix('expect_')}（{rest}）"


_PLUMBING = ("row_condition", "condition_parser", "ignore_row_if")


def _interval(column: str, low: object, high: object) -> str:
    if low is None:
        return f"{column} ≤ {high}"
    return f"{column} ≥ {low}" if high is None else f"{low} ≤ {column} ≤ {high}"


def _set(kwargs: Mapping[str, Any]) -> str:
    return "{" + "、".join(map(str, kwargs.get("value_set", ()))) + "}"
