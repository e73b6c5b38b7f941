"""The report's numbers and words, from small months written down here."""

from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.model.report import AsideFacts, DeliveryFacts, JudgedFacts, ReportFacts, RuleRows, StageFacts
from exchange.registry.load import Registry
from exchange.rules.reporting.report import ReportView, report_view
from exchange.rules.reporting.report_places import ranges

PROJECT = Path(__file__).resolve().parents[2]
MONTH = Period(2026, 9)
STATION, OTHER = "370306001", "370306002"


def delivery(**changed: object) -> DeliveryFacts:
    facts: dict[str, object] = {
        "delivery_id": "d1", "source": "police", "unit_code": STATION, "file_period": "2026-09", "version": 1,
        "path": "police/2026-09/370306001_PS_2026-09_delta_v1.csv", "sha256": "ab" * 32, "status": "received",
        "rules": (), "message": "已收到", "is_late": False, "rows": {"accept": 7, "warn": 2, "quarantine": 1},
        "physical_rows": 12, "read_rows": 10, "container": "csv", "encoding": "gb18030", "sheets": 1,
    }  # fmt: skip
    return DeliveryFacts(**(facts | changed))  # type: ignore[arg-type]


def view(registry: Registry, *deliveries: DeliveryFacts, **parts: object) -> ReportView:
    facts: dict[str, object] = {"findings": (), "aside": (), "judged": (), "stages": ()}
    return report_view(ReportFacts(MONTH, 1, (), deliveries, **(facts | parts)), registry)  # type: ignore[arg-type]


def agency(report: ReportView, registry: Registry, name: str = "police"):
    return report.agencies[list(registry.sources).index(name)]


def state(report: ReportView, registry: Registry, code: str = STATION) -> str:
    return next(unit.state for unit in agency(report, registry).units if unit.code == code)


def test_rows_are_what_they_were_and_the_rest_is_titles(registry: Registry):
    tally = view(registry, delivery()).tally
    assert (tally.physical, tally.other, tally.data, tally.kept, tally.aside) == (12, 2, 10, 9, 1)
    assert tally.share_aside == 0.1


def test_every_expected_sender_has_a_state_and_they_add_up(registry: Registry):
    report = view(registry, delivery())
    assert sum(report.states.values()) == len(registry.units)
    assert report.states["已报"] == 1
    assert report.states["缺报"] == len(registry.units) - 1


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([delivery(rows={}, physical_rows=3, read_rows=0)], "零报告"),
        ([delivery(status="rejected", rules=("F01",), rows={})], "退回未重报"),
        ([delivery(status="rejected", rows={"file_rejected": 10}), delivery(delivery_id="d2", version=2)], "已报"),
        ([delivery(status="partial", rows={})], "未收全"),
        ([delivery(status="held", rows={})], "暂存待定"),
        ([delivery(file_period="2026-08", is_late=True)], "缺报"),
        ([], "缺报"),
    ],
)
def test_the_state_of_a_sender_follows_from_its_files(registry: Registry, files: list[DeliveryFacts], expected: str):
    assert state(view(registry, *files), registry) == expected


def test_a_late_file_counts_its_rows_and_is_named_with_its_month(registry: Registry):
    own = agency(view(registry, delivery(file_period="2026-08", is_late=True)), registry)
    assert own.late == ("丝绸路街道派出所（2026-08）",)
    assert own.tally.data == 10


def test_a_sender_nobody_expects_is_shown_and_counted_in_rows_only(registry: Registry):
    report = view(registry, delivery(unit_code="999999999", status="rejected", rows={}))
    assert agency(report, registry).units[-1].state == "名录外"
    assert sum(report.states.values()) == len(registry.units)


def test_rules_come_in_the_order_of_the_catalogue_with_their_words(registry: Registry):
    findings = (RuleRows("hr", STATION, "W06", 4, 4), RuleRows("police", STATION, "R05", 3, 0))
    report = view(registry, delivery(rules=("F06",)), findings=findings)
    told = [(line.id, line.total, len(line.files)) for line in report.rules]
    assert told == [("F06", 0, 1), ("R05", 3, 0), ("W06", 4, 0)]
    assert report.rules[1].asks == registry.rules["R05"].asks
    assert any(text.startswith("R01") for text in report.silent_rules)


def test_row_numbers_are_joined_to_runs_and_capped(registry: Registry):
    assert ranges([3, 4, 5, 9, 11, 12]) == "3–5、9、11–12"
    aside = AsideFacts("police", STATION, "police/x.csv", "", "R05;W06", 100, tuple(range(1, 101)))
    [shown] = agency(view(registry, delivery(), aside=(aside,)), registry).aside
    assert (shown.shown, shown.hidden, shown.rules) == ("1–40", 60, "R05、W06")


def test_a_number_in_a_sheet_name_or_file_name_is_blotted_out(registry: Registry):
    number = "370306199001011238"
    aside = AsideFacts("police", STATION, f"police/{number}.csv", number, "R05", 1, (4,))
    report = view(registry, delivery(path=f"police/2026-09/{number}.csv", message=number, is_late=True), aside=(aside,))
    assert number not in repr(report)


def test_a_difference_between_two_counts_shows(registry: Registry):
    stages = (StageFacts("validate", "police", 10, 9, 1, "f"),)
    aside = (AsideFacts("police", STATION, "police/x.csv", "", "R05", 1, (4,)),)
    fine = view(registry, delivery(), stages=stages, aside=aside, judged=(JudgedFacts("police", "R05", 1, 1),))
    assert all(check.holds for check in fine.checks)
    lost = view(
        registry, delivery(read_rows=11), stages=stages, aside=aside, judged=(JudgedFacts("police", "R05", 1, 0),)
    )
    assert [check.what[:2] for check in lost.checks if not check.holds] == ["读取", "核验"]
