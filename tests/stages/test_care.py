"""Care in a published month: what the lists say is due, both sides of a move, and the health centre's own file."""

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.stages.notify import notify_recipients
from exchange.stages.notify.month import NotifiedMonth
from exchange.stages.notify.offices import guard_township
from exchange.stages.publish import publish_period
from tests.stages.months import EAST, WEST, Month, lay_down, number, run_of, table

AUGUST, SEPTEMBER = Period(2026, 8), Period(2026, 9)
MOTHER, OLD, SICK, GONE = (number("341222", birth, 2) for birth in ("19950105", "19500105", "19700105", "19800105"))
MOVER, STAYER = number("341222", "20240301", 21), number("341222", "20260301", 41)
SENSITIVE = ("0801", "0902", "1101", "2001", "2004")


@pytest.fixture(name="lists")
def _lists(registry: Registry, services: Services) -> pd.DataFrame:
    """Two published months: a child moves from EAST to WEST in the second, somebody leaves the district."""
    first, second = Month(AUGUST), Month(SEPTEMBER)
    for who in (MOTHER, OLD, SICK, GONE, STAYER):
        first.register(who, WEST, day="2026-01-10" if who != STAYER else "2026-03-20", marital="20")
    first.register(MOVER, EAST, day="2026-01-10")
    first.service(MOTHER, WEST, "0501", last_menses="2026-05-10", booked_date="2026-08-03", resident_type="2")
    first.service(STAYER, WEST, "0302", vaccine="BCG", dose_number=1, dose_date="2026-03-02", resident_type="2")
    first.service(MOVER, EAST, "0302", vaccine="DTaP", dose_number=4, dose_date="2025-10-02", resident_type="2")
    first.service(GONE, WEST, "0702", service_date="2026-05-02", resident_type="2")
    for item in SENSITIVE:
        first.service(SICK, WEST, item, resident_type="2")
    second.register(MOVER, WEST, day="2026-09-12")
    second.register(GONE, WEST, does="cancel", day="2026-01-10", cancel_date="2026-09-03", cancel_reason="3")
    for month in (first, second):
        lay_down(month, registry, services)
        publish_period(run_of(month.period), registry, services)
    found = table(services, "mart.list_entry", "list, township9, person_id, entry_id")
    return found[found["period"] == str(SEPTEMBER)]


def entries(lists: pd.DataFrame, name: str, township9: str | None = None) -> list[dict[str, Any]]:
    own = lists[(lists["list"] == name) & ((lists["township9"] == township9) | (township9 is None))]
    return list(own["payload"])


def of_birth(found: list[dict[str, Any]], birth: str) -> dict[str, Any]:
    return next(payload for payload in found if payload["birth_date"] == birth)


def test_children_are_told_which_doses_and_checks_are_due(lists):
    stayer = of_birth(entries(lists, "children_0_6", WEST), "2026-03-01")
    assert stayer["due_missing"] == "乙肝第1、2剂；脊灰第1—3剂；百白破第1、2剂"
    assert stayer["due_check"] == "6月龄"


def test_a_pregnant_woman_is_told_her_next_visit(lists):
    (woman,) = entries(lists, "pregnant")
    assert woman["due_items"] == "孕16—20周随访"


def test_the_due_list_holds_everybody_who_is_due_and_why(lists):
    found = entries(lists, "due", WEST)
    assert [of_birth(found, birth)["due_group"] for birth in ("1995-01-05", "1950-01-05", "2026-03-01")] == [
        "孕产妇", "老年人", "儿童",
    ]  # fmt: skip
    assert {payload["birth_date"] for payload in found} == {"1995-01-05", "1950-01-05", "2026-03-01", "2024-03-01"}


def test_sensitive_services_make_nobody_due_and_are_named_nowhere(lists):
    care = lists[lists["list"].isin(["due", "unserved", "handover", "children_0_6", "pregnant", "outflow"])]
    assert "1970-01-05" not in {payload["birth_date"] for payload in care["payload"]}


def test_the_registered_but_unserved_are_listed(lists):
    assert [payload["birth_date"] for payload in entries(lists, "unserved")] == ["1950-01-05"]


def test_a_move_inside_the_district_is_on_both_sides(lists):
    for township9, state in ((EAST, "转出待接收"), (WEST, "转入待接收")):
        found = [payload for payload in entries(lists, "handover", township9) if payload["birth_date"] == "2024-03-01"]
        (vaccination,) = [payload for payload in found if payload["service_class"] == "03"]
        assert (vaccination["from_unit"], vaccination["to_unit"]) == ("东街卫生院", "西街卫生院")
        assert (vaccination["state"], vaccination["done_items"]) == (state, "已录1剂")
        assert vaccination["due_on"] == "2026-10-31"
    (gone,) = [entry for entry in entries(lists, "outflow", EAST) if entry["birth_date"] == "2024-03-01"]
    assert "接种：乙肝第1—3剂" in gone["open_services"]


def test_who_leaves_the_district_is_on_the_sending_side_only(lists):
    found = [payload for payload in entries(lists, "handover") if payload["birth_date"] == "1980-01-05"]
    assert [(payload["to_unit"], payload["state"], payload["service_class"]) for payload in found] == [
        ("区外", "转出区外待函告", "07")
    ]


def center_file(services: Services, township9: str) -> Path:
    (path,) = (services.settings.home / "outbox" / f"center-{township9}" / str(SEPTEMBER)).glob("*.xlsx")
    return path


def texts(path: Path) -> str:
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_a_health_centre_gets_three_lists_of_its_own_people_and_nothing_else(registry, services, lists):
    notify_recipients(run_of(SEPTEMBER), registry, services)
    path = center_file(services, WEST)
    book = openpyxl.load_workbook(path)
    assert path.name == "370306_周村区_西街卫生院_流动人口服务对象通知_2026-09.xlsx"
    assert book.sheetnames == ["新增流入人员", "流入育龄妇女(怀孕和生育)", "0-6岁流入儿童"]
    west, east = texts(path), texts(center_file(services, EAST))
    assert MOTHER in west
    assert MOVER in west
    assert not {OLD, SICK, GONE} & set(west.split("\n"))
    assert MOVER not in east


def test_a_health_centre_is_not_told_more_than_care_needs(registry, services, lists):
    product = next(product for product in registry.products.values() if product.recipient("center"))
    entitled = {field for sheet in product.sheets for field in sheet.fields}
    unneeded = {
        "education", "marital", "employer", "stay_reason", "stay_place", "plan_stay", "hukou_address", "inflow_type",
        "sources", "delivery_place", "newborn_sex", "termination", "live_births", "relation", "due_group",
    }  # fmt: skip
    assert not entitled & unneeded
    assert {name for sheet in product.sheets for name in sheet.lists} == {
        "inflow", "pregnant", "births", "children_0_6"
    }  # fmt: skip


def test_a_person_of_another_township_stops_the_health_centres_file(registry, services, lists):
    notify_recipients(run_of(SEPTEMBER), registry, services)
    product = next(product for product in registry.products.values() if product.recipient("center"))
    month = NotifiedMonth(run_of(SEPTEMBER), registry, services, services.ledger.generation(SEPTEMBER))
    own = center_file(services, WEST).read_bytes()
    guard_township(month, product, WEST, own)
    with pytest.raises(PublicationError, match="do not belong"):
        guard_township(month, product, EAST, own)
    book = openpyxl.load_workbook(BytesIO(own))
    book["0-6岁流入儿童"].cell(4, 10).value = GONE[:-1] + ("0" if GONE[-1] != "0" else "1")
    book["0-6岁流入儿童"].cell(5, 10).value = number("341222", "19660606", 3)
    content = BytesIO()
    book.save(content)
    with pytest.raises(PublicationError, match="identity numbers"):
        guard_township(month, product, WEST, content.getvalue())


def test_the_health_centres_file_is_booked_and_a_rerun_changes_no_byte(registry, services, lists):
    notify_recipients(run_of(SEPTEMBER), registry, services)
    before = center_file(services, WEST).read_bytes()
    again = notify_recipients(run_of(SEPTEMBER), registry, services)
    booked = [row for row in services.ledger.dispatches(SEPTEMBER, 1) if row["product"] == "notice_center"]
    assert {row["township9"] for row in booked} == {WEST, EAST}
    assert (again.outcome, center_file(services, WEST).read_bytes()) == ("unchanged", before)
