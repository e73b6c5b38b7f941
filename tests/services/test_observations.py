"""What is looked at across months and in the published tables informs people and changes no row."""

import copy
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from exchange.model.period import Period
from exchange.model.report import Observation
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.reporting.observations import months_observed, publication_observed
from exchange.services.suites import run_suite
from exchange.services.tables import ledger, mart
from tests.services.test_report import SEEN

PROJECT = Path(__file__).resolve().parents[2]
MONTH = Period(2026, 10)
BEFORE = ["2026-07", "2026-08", "2026-09"]


def deliver(services: Services, source: str, unit: str, month: str, rows: int, kind: str = "full") -> None:
    """A taken file of `rows` data rows."""
    delivery = blake2b(f"{source}{unit}{month}{kind}".encode(), digest_size=12).hexdigest()
    services.deliveries.record([{
        "delivery_id": delivery, "source": source, "unit_code": unit, "file_period": month, "version": 1, "kind": kind,
        "path": f"{source}/{month}/{unit}_{kind}.csv", "bytes": 1, "sha256": delivery.ljust(64, "0"),
        "status": "received", "rule": None, "message": None, "manifest_rows": None, "first_seen_period": month,
        "processed_period": month, "is_late": False, "seen_at": SEEN, "retain_until": None,
    }])  # fmt: skip
    frame = pd.DataFrame({"row": range(1, rows + 1)})
    frame["row_id"] = [f"{delivery[:18]}{row:06d}" for row in frame["row"]]
    frame = frame.assign(
        period=month, source=source, delivery_id=delivery, file="f", sheet="", disposition="accept", rules=""
    )
    with services.warehouse.transaction() as conn:
        services.warehouse.copy_in(conn, ledger.source_row, frame)


def found(observations: tuple[Observation, ...], rule: str) -> list[tuple[str, str]]:
    return [place for one in observations if one.rule == rule for place in one.found]


@pytest.mark.parametrize(("rows", "odd"), [(12, True), (20, False), (80, False), (90, True)])
def test_a_full_file_far_from_the_median_of_three_months_is_told_with_both_numbers(
    services: Services, registry: Registry, rows: int, odd: bool
):
    source = registry.of_role("employment")[0]
    unit = registry.senders(source)[0].unit_code
    for month, usual in zip(BEFORE, (40, 38, 400), strict=True):
        deliver(services, source.name, unit, month, usual)
    deliver(services, source.name, unit, str(MONTH), rows)
    told = found(months_observed(MONTH, registry, services), "F05")
    expected = [(f"{source.name}|{unit}|full", f"本月 {rows} 行，前 3 个月中位数 40 行")]
    assert told == (expected if odd else [])


def test_one_month_is_not_enough_to_call_a_volume_odd(services: Services, registry: Registry):
    source = registry.of_role("employment")[0]
    unit = registry.senders(source)[0].unit_code
    deliver(services, source.name, unit, "2026-09", 40)
    deliver(services, source.name, unit, str(MONTH), 2)
    assert found(months_observed(MONTH, registry, services), "F05") == []


def test_an_agency_whose_senders_stay_away_is_told(services: Services, registry: Registry):
    source = registry.of_role("residence_register")[0]
    senders = registry.senders(source)
    for unit in senders[:-2]:
        deliver(services, source.name, unit.unit_code, str(MONTH), 1)
    told = dict(found(months_observed(MONTH, registry, services), "Q02"))
    assert told[source.name].startswith(f"应报 {len(senders)}，到位 {len(senders) - 2}")


def accepted(services: Services, source: str, month: Period, numbers: list[str | None], words: list[str]) -> None:
    """A validated month in the lake with its receipt."""
    fp = f"{month}".encode().hex().ljust(24, "0")[:24]
    rows = pd.DataFrame({"id_number": pd.array(numbers, dtype="string"), "stay_place": words})
    rows = rows.assign(disposition="accept", kind="full")
    services.lake.write(f"accepted/{source}/{month}", fp, {"rows": rows}, {})
    run = Run("r", month, source, True, SEEN, "tester")
    services.ledger.record_receipt(run, Receipt("validate", source, len(rows), len(rows), 0, fp))


def test_missing_numbers_and_another_distribution_of_codes_are_told(services: Services, registry: Registry):
    source = registry.of_role("residence_register")[0].name
    accepted(services, source, Period(2026, 9), ["x"] * 200, ["01"] * 150 + ["02"] * 50)
    accepted(services, source, MONTH, [None] * 30 + ["x"] * 70, ["01"] * 20 + ["02"] * 80)
    observed = months_observed(MONTH, registry, services)
    assert [place for place, _ in found(observed, "Q03")] == [source]
    assert found(observed, "Q04") == [(f"{source}|stay_place|full", "与前三个月相差 55%")]
    assert services.lake.has(f"profile/{source}/{MONTH}", f"{MONTH}".encode().hex().ljust(24, "0")[:24])


def test_declarations_without_such_suites_are_asked_nothing(services: Services, registry: Registry):
    bare = replace(registry, suites={name: registry.suites[name] for name in registry.sources})
    assert months_observed(MONTH, bare, services) == ()
    assert publication_observed(MONTH, 1, bare, services) == ()


BALANCE = {"opening": 5, "new": 2, "late_reg": 0, "move_in": 0, "return": 0, "out": 1, "move_out": 0, "cancel": 0}


def publish(services: Services, *entries: tuple[str, int]) -> None:
    """A publication of one township whose district line closes with what is given."""
    with services.warehouse.transaction() as conn:
        for township9, closing in entries:
            opening = closing - 1
            values = BALANCE | {"opening": opening, "closing": closing, "township9": township9}
            key = {"period": str(MONTH), "generation": 1, "scope_group": "all"}
            conn.execute(sa.insert(mart.balance).values(**key, **values))


def test_a_publication_that_adds_up_meets_its_expectations(services: Services, registry: Registry):
    publish(services, ("370306001", 6), ("district", 6))
    observed = publication_observed(MONTH, 1, registry, services)
    assert {one.table for one in observed} == {"balance", "list_entry", "figure", "service_count", "unit_status"}
    assert not [one for one in observed if one.found]


def test_a_district_that_is_not_the_sum_of_its_townships_is_told(services: Services, registry: Registry):
    publish(services, ("370306001", 6), ("district", 7))
    assert found(publication_observed(MONTH, 1, registry, services), "P01") == [("district|all", "")]


def test_our_own_expectation_finds_the_line_that_does_not_add_up(registry: Registry):
    suite = copy.deepcopy(dict(registry.suites["published"]))
    suite["expectations"] = [item for item in suite["expectations"] if item["meta"]["rule"] == "P05"]
    frame = pd.DataFrame(
        {"place": ["a", "b"], "accepted": [1, 1], "warned": [1, 1], "set_aside": [1, 1], "rows_in": [3, 4]}
    )
    assert [one.ids for one in run_suite("published", suite, frame, "place").findings] == [("b",)]
