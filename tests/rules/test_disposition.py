"""The worst finding decides about a row, its file decides last, and no row is ever lost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.errors import RegistryError
from exchange.model.findings import Finding
from exchange.rules.disposition import (
    issue_counts,
    judge,
    rejected_by,
    returned_share,
    rule_counts,
    rules_of,
    settle_rows,
    severity_of,
)
from tests.support.rows import registry

ROWS = pd.Series(["a", "b", "c", "d", "e"], dtype="string[pyarrow]")


def finding(rule: str, *ids: str, **more: object) -> Finding:
    return Finding(rule=rule, field="name", column="name__outcome", importance="critical", ids=ids, **more)  # type: ignore[arg-type]


def outcome(*findings: Finding) -> dict[str, list[object]]:
    return judge(ROWS, findings, registry().rules).rows.astype({"disposition": str}).to_dict("list")


def test_the_worst_rule_of_a_row_decides() -> None:
    found = outcome(
        finding("R01", "b"),
        finding("M02", "b", "c"),
        finding("W06", "c", "d"),
        finding("W07", "e"),
        finding("W07", "d"),
    )
    assert found["disposition"] == ["accept", "quarantine", "quarantine", "warn", "accept"]
    assert found["rules"] == ["", "M02;R01", "M02;W06", "W06;W07", "W07"]
    assert found["is_counted"] == [True, False, False, True, True]
    assert found["is_returned"] == [False, True, False, False, False]


def test_a_repeated_row_is_kept_and_not_counted() -> None:
    found = outcome(finding("W03", "b", counts=False))
    assert (found["disposition"][1], found["is_counted"][1]) == ("warn", False)


def test_a_rule_the_catalogue_does_not_know_brings_its_own_words() -> None:
    with pytest.raises(RegistryError):
        severity_of(finding("X01", "a"), registry().rules)
    told = finding("X01", "a", says="有问题", asks="请核对")
    assert severity_of(told, registry().rules) == "M"
    assert outcome(told)["disposition"][0] == "quarantine"
    assert outcome(finding("X01", "a", says="有", asks="请", severity="W"))["disposition"][0] == "warn"


def test_an_issue_is_a_row_a_field_and_a_rule_and_holds_no_value() -> None:
    judgement = judge(ROWS, [finding("R01", "b", "a"), finding("R01", "a"), finding("W06", "a")], registry().rules)
    assert judgement.issues.to_dict("list") == {
        "row_id": ["a", "a", "b"], "field": ["name"] * 3, "rule": ["R01", "W06", "R01"],
    }  # fmt: skip


def test_a_file_s_fate_is_its_rows_fate() -> None:
    rows = pd.DataFrame(
        {
            "delivery_id": ["one", "two", "three", "four", "five"],
            "disposition": pd.Categorical(["accept", "warn", "quarantine", "accept", "accept"]),
            "is_counted": [True, True, False, True, True],
        }
    )
    status = {"one": "received", "two": "rejected", "three": "superseded", "four": "duplicate", "five": "held"}
    settled = settle_rows(rows, status)
    assert settled["disposition"].tolist() == ["accept", "file_rejected", "superseded", "file_rejected", "ignore"]
    assert settled["is_counted"].tolist() == [True, False, False, False, False]


def test_only_rows_their_sender_must_correct_count_against_a_file() -> None:
    files = pd.DataFrame({"delivery_id": ["one", "two", "none"]})
    rows = pd.DataFrame({"delivery_id": ["one"] * 4 + ["two"], "is_returned": [True, False, False, False, False]})
    shares = returned_share(files, rows)
    assert shares["data_rows"].tolist() == [4, 1, 0]
    assert shares["returned_share"].fillna(-1).tolist() == [0.25, 0, -1]


def test_a_file_may_be_refused_for_how_it_reads_or_for_its_rows() -> None:
    findings = [finding("F02", "one"), finding("F07", "two", of="rows"), finding("F06", "three")]
    assert rejected_by(findings, registry().rules, "reading") == {"one": "F02"}
    assert rejected_by(findings, registry().rules, "rows") == {"two": "F07"}
    ids, booked = pd.Series(["one", "two", "four"]), pd.Series([None, "L05", "F04"])
    assert rules_of(ids, booked, findings).tolist() == ["F02", "F07;L05", "F04"]


@given(
    st.lists(st.tuples(st.sampled_from(["R01", "R05", "M02", "W03", "W06", "W07"]), st.sets(st.sampled_from("abcde"))))
)
def test_what_was_found_is_what_is_booked(drawn: list[tuple[str, set[str]]]) -> None:
    findings = [finding(rule, *sorted(ids)) for rule, ids in drawn]
    judgement = judge(ROWS, findings, registry().rules)
    assert len(judgement.rows) == len(ROWS)
    assert {rule: count for rule, count in rule_counts(findings).items() if count} == issue_counts(judgement.issues)
    flagged = {row for row, rule in zip(ROWS, judgement.rows["rules"], strict=True) if rule}
    assert flagged == set(judgement.issues["row_id"])


def test_more_rules_than_a_number_has_bits_are_all_told() -> None:
    many = [finding(f"X{n:03d}", "a", says="有", asks="请") for n in range(130)]
    assert outcome(*many)["rules"][0] == ";".join(f"X{n:03d}" for n in range(130))
