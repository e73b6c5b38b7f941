"""Declared indicators, targets and report lines: complete, honest, each figure made by the statement it names."""

from pathlib import Path

import pytest

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
    for name, word in ((indicator.numerator_by, "-- Numerator:"), (indicator.denominator_by, "-- Denominator:")):
        if name is not None:
            assert statement(f"indicators/{name}").startswith(word)


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
