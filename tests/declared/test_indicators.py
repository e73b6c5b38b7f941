"""Declared indicators, targets and report lines: complete, honest, each figure made by the statement it names."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.registry.spec_indicators import Indicator, Target, problems_of_indicators
from exchange.rules.indicators import target_for
from exchange.services.statements import statement

PROJECT = Path(__file__).resolve().parents[2]
REGISTRY = load_registry(PROJECT / "schemas", PROJECT / "expectations")


def test_every_indicator_from_k01_to_k30_is_declared() -> None:
    assert {indicator.id[:3] for indicator in REGISTRY.indicators} >= {f"K{number:02d}" for number in range(1, 31)}


@pytest.mark.parametrize("indicator", REGISTRY.indicators, ids=lambda indicator: indicator.id)
def test_an_indicator_with_a_figure_names_statements_that_tell_who_counts(indicator: Indicator) -> None:
    told = [(indicator.numerator_by, "-- Numerator:"), (indicator.denominator_by, "-- Denominator:")]
    told += [(aside.by, "-- Beside it:") for aside in indicator.asides]
    for name, word in told:
        if name is not None:
            assert statement(f"indicators/{name}").startswith(word)


def test_what_is_told_by_village_and_by_dose_stands_on_its_sheet_with_the_floor_in_words() -> None:
    floors = {policy.village_floor for policy in REGISTRY.policies}
    for product in ("monthly_report", "notice_office"):
        sheets = {sheet.kind: sheet for sheet in REGISTRY.products[product].sheets}
        for kind, chosen in (("villages", [one for one in REGISTRY.indicators if one.grain == "village"]),
                             ("doses", [one for one in REGISTRY.indicators if one.by_part])):  # fmt: skip
            cells = {f"{one.id.lower()}_{cell}" for one in chosen for cell in ("due", "done", "rate")}
            assert {column.field for column in sheets[kind].columns[1:]} == cells
        assert all(f"不足{floor}人" in sheets["villages"].notes[0] for floor in floors)


def test_an_indicator_of_one_profile_names_a_profile_there_is() -> None:
    named = {policy for one in REGISTRY.indicators for policy in one.only_in}
    assert named <= {policy.name for policy in REGISTRY.policies}


def test_no_sensitive_service_is_told_by_village() -> None:
    told = next(one for one in REGISTRY.indicators if one.sensitive and one.figure)
    with pytest.raises(ValidationError, match="no sensitive service"):
        Indicator.model_validate(told.model_dump() | {"grain": "village"})


def test_what_nobody_reports_is_never_nought_but_a_reason() -> None:
    for indicator in REGISTRY.indicators:
        assert (indicator.figure is None) == (indicator.status == "NOT_COMPUTABLE")
        assert bool(indicator.reason) == (indicator.status != "COMPUTED")


def test_the_gap_between_migrants_and_residents_says_that_nobody_sends_the_residents() -> None:
    (gap,) = [indicator for indicator in REGISTRY.indicators if indicator.id == "T16"]
    assert gap.status == "NOT_COMPUTABLE"
    assert "户籍人口数" in gap.reason


def test_zhoucun_zhengzhou_and_changsha_have_their_own_targets() -> None:
    def value(indicator: str, code6: str) -> str | None:
        found = target_for(REGISTRY.targets, indicator, code6, Period(2026, 10))
        return None if found is None else found.value

    assert [value("K05", code6) for code6 in ("370306", "410102", "430102")] == ["0.95", "0.80", None]
    assert value("K08", "430102") == "0.90"


def test_codes_of_report_lines_are_known() -> None:
    known = {*REGISTRY.codes["service_class"].entries, *REGISTRY.codes["service_item"].entries}
    assert {code for line in REGISTRY.report_lines for code in line.codes} <= known


def test_two_targets_at_one_time_are_refused() -> None:
    target = Target(indicator="K05", prefix="3703", valid_from="2020-01", value="0.95", source="某文件")
    assert problems_of_indicators(REGISTRY.indicators, [target, target])
    ended = target.model_copy(update={"valid_to": "2022-01"})
    assert not problems_of_indicators(REGISTRY.indicators, [ended, target.model_copy(update={"valid_from": "2022-01"})])
