"""What the page says of the rule book: the catalogue, and what changed since the month before."""

from dataclasses import replace
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules.reporting.catalogue import catalogue_view
from exchange.rules.reporting.rulebook import Change, rulebook_changes
from exchange.rules.reporting.wording import condition

PROJECT = Path(__file__).resolve().parents[2]
MONTH = Period(2026, 10)


def changes(now: Registry, before: Registry) -> tuple[Change, ...]:
    return rulebook_changes(replace(now, fingerprint="now"), before, MONTH)


def with_suite(registry: Registry, name: str, expectations: list) -> Registry:
    return replace(registry, suites={**registry.suites, name: {"name": name, "expectations": expectations}})


def test_every_declared_rule_and_every_expectation_is_in_the_catalogue(registry: Registry):
    view = catalogue_view(registry)
    rules = {rule.id: rule for family in view.families for rule in family.rules}
    assert set(rules) == set(registry.rules)
    assert sum(len(rule.uses) for rule in rules.values()) == sum(
        len(suite["expectations"]) for suite in registry.suites.values()
    )
    assert rules["R05"].suites == tuple(source.agency for source in registry.sources.values())
    assert all(rule.basis and rule.since and rule.says for rule in rules.values())


def test_a_rule_that_only_an_expectation_names_is_in_the_catalogue_with_its_own_words(registry: Registry):
    fresh = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "employer"}, "severity": "warning",
             "meta": {"rule": "X01", "says": "工作单位为空", "asks": "请补填工作单位"}}  # fmt: skip
    view = catalogue_view(with_suite(registry, "extra", [fresh]))
    [family] = [family for family in view.families if family.letter == "X"]
    assert [(rule.id, rule.says, rule.uses[0].condition) for rule in family.rules] == [
        ("X01", "工作单位为空", "employer 不为空")
    ]


@pytest.mark.parametrize(
    ("kind", "kwargs", "words"),
    [
        ("column_values_to_be_between", {"column": "a", "max_value": 1}, "a ≤ 1"),
        ("column_values_to_be_between", {"column": "a", "min_value": 0, "max_value": 1}, "0 ≤ a ≤ 1"),
        ("column_values_to_be_between", {"column": "a", "min_value": 0, "row_condition": "b > 2"}, "a ≥ 0，当 b > 2"),
        ("column_values_to_not_be_in_set", {"column": "a", "value_set": ["x", "y"]}, "a ∉ {x、y}"),
        ("columns_to_add_up", {"column_list": ["a", "b", "c"], "signs": [1, 1, -1]}, "a + b − c = 0"),
    ],
)
def test_an_expectation_reads_as_a_condition(kind: str, kwargs: dict, words: str):
    assert condition({"type": f"expect_{kind}", "kwargs": kwargs}) == words


def test_equal_declarations_have_no_changes(registry: Registry):
    assert changes(registry, registry) == ()


def test_rules_that_came_went_and_changed_are_told(registry: Registry):
    rules = {name: rule for name, rule in registry.rules.items() if name != "W13"}
    rules["R05"] = rules["R05"].model_copy(update={"severity": "W"})
    rules["X01"] = rules["R01"].model_copy(update={"id": "X01", "title": "新规则"})
    found = {(one.kind, one.name): one.detail for one in changes(replace(registry, rules=rules), registry)}
    assert set(found) == {
        ("取消", "W13 年龄不符合服务对象"),
        ("修改", "R05 证件号码校验位错误"),
        ("新增", "X01 新规则"),
    }
    assert found["修改", "R05 证件号码校验位错误"] == "级别：R → W"


def test_a_limit_that_moved_is_told_with_both_limits(registry: Registry):
    items = [dict(item) for item in registry.suites["deliveries"]["expectations"]]
    moved = [
        {**item, "kwargs": {**item["kwargs"], "max_value": 0.3}} if item["meta"]["rule"] == "F07" else item
        for item in items
    ]
    [one] = changes(with_suite(registry, "deliveries", moved), registry)
    assert (one.kind, one.subject, one.name) == ("修改", "期望", "deliveries F07")
    assert "returned_share ≤ 0.2" in one.detail
    assert "returned_share ≤ 0.3" in one.detail


def test_a_new_heading_a_new_code_and_a_new_sender_are_told(registry: Registry):
    source = next(iter(registry.sources.values()))
    field = source.fields[0].model_copy(update={"headings": (*source.fields[0].headings, "新列名")})
    changed = source.model_copy(update={"fields": (field, *source.fields[1:])})
    codes = registry.codes["sex"]
    entries = {**codes.entries, "7": next(iter(codes.entries.values()))}
    now = replace(
        registry,
        sources={**registry.sources, source.name: changed},
        codes={**registry.codes, "sex": codes.model_copy(update={"entries": entries})},
        units=registry.units[1:],
    )
    found = [(one.kind, one.subject, one.detail) for one in changes(now, registry)]
    assert ("修改", "字段", "增加表头：新列名") in found
    assert ("修改", "代码表", "增加代码：7") in found
    assert ("取消", "报送单位", "") in found


def test_the_policy_that_took_over_is_told(registry: Registry):
    found = rulebook_changes(replace(registry, fingerprint="now"), registry, Period(2021, 8))
    [policy] = [one for one in found if one.subject == "口径"]
    assert "卫生和计划生育办公室 → 卫生健康办公室" in policy.detail
