"""What only the months before, or another file, can tell about a row or a sender: it warns and sets nothing aside."""

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.services.bundle import Services
from exchange.services.publication import Publication
from exchange.stages.publish import publish_period
from exchange.stages.publish.volumes import book_volumes
from tests.services.test_observations import BEFORE, deliver
from tests.stages.months import EAST, WEST, Month, lay_down, number, run_of, table

AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
ANNE, BEA = number("341222", "19900105", 2), number("341222", "19910105", 4)
CHILD = number("341222", "20260401", 21)


def publish(month: Month, registry: Registry, services: Services) -> dict[str, str]:
    """Publish the month; rules -> disposition of its rows that have any."""
    lay_down(month, registry, services)
    publish_period(run_of(month.period), registry, services)
    rows = table(services, "ledger.source_row", "row_id")
    rows = rows[(rows["period"] == str(month.period)) & (rows["rules"] != "")]
    return dict(zip(rows["rules"], rows["disposition"], strict=True))


def test_a_second_pregnancy_is_seen_across_months_and_clinics(registry: Registry, services: Services) -> None:
    first = Month(AUGUST).register(ANNE, WEST).register(BEA, WEST)
    for woman in (ANNE, BEA):
        first.service(woman, WEST, "0502", last_menses="2025-12-01")
    assert publish(first, registry, services) == {}
    second = Month(SEPTEMBER).service(BEA, WEST, "0506", last_menses="2025-12-01", delivery_date="2026-08-30")
    for woman in (ANNE, BEA):
        second.service(woman, EAST, "0501", last_menses="2026-07-01")
    assert publish(second, registry, services) == {"W11": "warn"}
    assert table(services, "ledger.issue", "row_id")[["field", "rule"]].to_numpy().tolist() == [["last_menses", "W11"]]


def test_a_dose_too_soon_after_one_of_the_month_before_is_seen(registry: Registry, services: Services) -> None:
    given = {"vaccine": "HepB", "dose_number": 1, "dose_date": "2026-08-20"}
    publish(Month(AUGUST).register(CHILD, WEST).service(CHILD, WEST, "0302", **given), registry, services)
    soon = {**given, "dose_number": 2, "dose_date": "2026-09-10"}
    assert publish(Month(SEPTEMBER).service(CHILD, EAST, "0302", **soon), registry, services) == {"W10": "warn"}


def test_an_odd_volume_is_booked_in_the_ledger_once(registry: Registry, services: Services) -> None:
    source = registry.of_role("employment")[0]
    for month, rows in zip((*BEFORE, str(OCTOBER)), (40, 38, 400, 12), strict=True):
        deliver(services, source.name, WEST, month, rows)
    for _ in range(2):
        with services.warehouse.transaction() as conn:
            bound = figures.parameters(OCTOBER, 1, registry)
            book_volumes(Publication(services.warehouse, conn, bound), OCTOBER, registry)
    (booked,) = table(services, "ledger.volume_finding", "rule").to_dict("records")
    assert booked == {
        "period": "2026-10", "source": source.name, "unit_code": WEST, "kind": "full", "rule": "F05", "rows": 12,
        "usual": 40.0, "months": 3,
    }  # fmt: skip
