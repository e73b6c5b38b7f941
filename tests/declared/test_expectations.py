"""Every suite under expectations/ is usable as it stands, and it alone decides what is set aside."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from exchange.model.errors import RegistryError
from exchange.rules.disposition import issue_counts, judge, rule_counts
from exchange.services.suites import known_types, run_suite
from tests.support.rows import WHOLE_ROWS, judged, registry, typed

IMPORTANCE = {"F": "critical", "R": "critical", "M": "critical", "W": "warning", "I": "info"}
FILE_COLUMNS = {"outcome", "total_agrees", "data_rows", "returned_share"}
SUITES = sorted(registry().suites)


def expectations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in SUITES:
        for item in registry().suites[name]["expectations"]:
            yield name, item


def columns_of(item: dict[str, Any]) -> set[str]:
    return {item["kwargs"][key] for key in ("column", "column_A", "column_B") if key in item["kwargs"]}


def without(source: str, rule: str) -> dict[str, Any]:
    suite = registry().suites[source]
    return {**suite, "expectations": [item for item in suite["expectations"] if item["meta"]["rule"] != rule]}


def test_every_source_has_a_suite_and_so_have_files() -> None:
    assert {*registry().sources, "deliveries"} <= set(SUITES)


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_is_plain_json_with_no_ids_of_the_library_in_it(name: str) -> None:
    suite = registry().suites[name]
    assert suite["name"] == name
    assert json.loads(json.dumps(suite)) == suite
    assert not any("id" in item for item in suite["expectations"])


def test_every_expectation_is_known_and_names_a_rule_a_column_and_its_reason() -> None:
    known = known_types()
    for name, item in expectations():
        where = f"{name}: {item['type']} {item['meta']}"
        assert item["type"] in known, where
        assert item["meta"]["notes"], where
        rule = registry().rules.get(item["meta"]["rule"])
        assert rule is not None or {"says", "asks"} <= set(item["meta"]), where
        assert rule is None or item["severity"] == IMPORTANCE[rule.severity], where


@pytest.mark.parametrize("source", list(WHOLE_ROWS))
def test_every_expectation_names_columns_that_exist_and_a_field_the_sender_knows(source: str) -> None:
    columns = set(typed(source, {}).columns)
    fields = {field.name for field in registry().sources[source].fields}
    for item in registry().suites[source]["expectations"]:
        assert columns_of(item) <= columns
        assert item["meta"]["field"] in fields


def test_expectations_about_files_name_what_is_known_of_files() -> None:
    for item in registry().suites["deliveries"]["expectations"]:
        assert columns_of(item) <= FILE_COLUMNS


@pytest.mark.parametrize("source", list(WHOLE_ROWS))
def test_what_the_expectations_count_is_what_becomes_of_the_rows(source: str) -> None:
    dirty = [
        {},
        {},
        {"name": None},
        {"id_number": "无"},
        {"phone": "61234"},
        {"name": "王明、李四"},
        {"id_number": "12"},
    ]
    frame = typed(source, *dirty)
    findings = run_suite(source, registry().suites[source], frame).findings
    judgement = judge(frame["row_id"], findings, registry().rules)
    assert {rule: count for rule, count in rule_counts(findings).items() if count} == issue_counts(judgement.issues)
    assert judgement.rows["rules"].ne("").sum() == len(set(judgement.issues["row_id"]))


def test_an_expectation_taken_out_changes_what_is_set_aside() -> None:
    row = {"arrive_date": "2026-02-30"}
    assert judged("police", row).rows["disposition"].tolist() == ["quarantine"]
    assert judged("police", row, suite=without("police", "R07")).rows["disposition"].tolist() == ["accept"]


def test_an_expectation_with_a_rule_of_its_own_works_without_any_code() -> None:
    suite = registry().suites["police"]
    fresh = {
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "employer"},
        "meta": {"rule": "X01", "says": "工作单位为空", "asks": "请补填工作单位"},
        "severity": "warning",
    }
    found = judged(
        "police", {}, {"employer": "某某公司"}, suite={**suite, "expectations": [*suite["expectations"], fresh]}
    )
    assert found.rows["disposition"].tolist() == ["warn", "warn"]
    assert found.rows["rules"].tolist() == ["X01", "W03"]
    assert found.issues["field"].tolist() == ["employer", "row_number"]


def test_a_limit_in_the_suite_is_the_limit() -> None:
    suite = json.loads(json.dumps(registry().suites["hr"]))
    for item in suite["expectations"]:
        if item["meta"]["rule"] == "R10":
            item["kwargs"]["min_value"] = 42
    assert judged("hr", {}, suite=suite).rows["rules"].tolist() == ["R10"]


def test_no_rows_are_an_outcome_of_their_own_and_never_a_pass() -> None:
    run = run_suite("police", registry().suites["police"], typed("police"))
    assert (run.outcome, run.rows) == ("empty", 0)


def test_a_suite_that_names_no_real_column_or_expectation_is_refused_at_once() -> None:
    wrong = {
        "expectations": [
            {"type": "expect_column_values_to_be_magic", "kwargs": {"column": "name"}, "meta": {"rule": "R01"}},
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "nmae"}, "meta": {"rule": "R01"}},
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "name"}, "meta": {}},
        ]
    }
    with pytest.raises(RegistryError) as problem:
        run_suite("police", wrong, typed("police", {}))
    for word in ("magic", "nmae", "meta.rule"):
        assert word in str(problem.value)


def test_an_expectation_that_cannot_be_worked_out_is_an_error_and_not_a_pass() -> None:
    odd = {
        "expectations": [
            {
                "type": "expect_column_values_to_be_between",
                "kwargs": {"column": "name", "min_value": 5},
                "meta": {"rule": "R01"},
                "severity": "critical",
            }
        ]
    }
    with pytest.raises(RegistryError) as problem:
        run_suite("police", odd, typed("police", {"name": "秘密姓名"}))
    assert "秘密姓名" not in str(problem.value)


def test_findings_name_rows_and_hold_no_value() -> None:
    frame = typed("police", {"phone": "61234"})
    findings = run_suite("police", registry().suites["police"], frame).findings
    assert "61234" not in repr(findings)
    assert [one.ids for one in findings if one.ids] == [tuple(frame["row_id"])]


def test_a_file_with_too_many_rows_to_correct_goes_back_whole_unless_it_is_small() -> None:
    files = pd.DataFrame(
        {
            "delivery_id": ["bad", "small", "good", "edge"],
            "outcome": ["ok"] * 4,
            "total_agrees": pd.array([True, None, False, True], dtype="boolean"),
            "data_rows": [20, 19, 100, 100],
            "returned_share": pd.array([0.25, 1.0, 0.19, 0.2], dtype="Float64"),
        }
    )
    run = run_suite("deliveries", registry().suites["deliveries"], files, "delivery_id")
    assert {one.rule: one.ids for one in run.findings if one.ids} == {"F06": ("good",), "F07": ("bad",)}
