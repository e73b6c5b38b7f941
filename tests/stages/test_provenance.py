"""Gaps are filled from other sources by declared precedence, every value leads to its row, and disagreement is told."""

from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.published import Published
from exchange.stages.publish import publish_period
from exchange.stages.resolve import resolve_persons
from tests.stages.months import WEST, Month, lay_accepted, number, run_of, table
from tests.stages.test_decisions import AUGUST, SEPTEMBER, registered

WANG = number("341222", "19900101", 1)


def publish(month: Month, registry: Registry, services: Services) -> None:
    run = run_of(month.period)
    lay_accepted(month, registry, services)
    services.ledger.record_receipt(run, resolve_persons(run, registry, services))
    publish_period(run, registry, services)


def test_every_value_of_a_person_leads_to_its_source_row_and_month(services: Services, registry: Registry) -> None:
    august = Month(AUGUST)
    police = registered(august, WANG, "王小明", marital="10", phone="13800138000", education="60")
    august.job(WANG, WEST, name="王小明", name_key="wangxiaoming", marital="20", current_address="东街2号")
    job = str(august.rows["employment"][-1]["row_id"])
    publish(august, registry, services)
    september = Month(SEPTEMBER)
    september.service(WANG, WEST, "0701", name="王小明", name_key="wangxiaoming", phone="13900139000", marital="30")
    clinic = str(september.rows["service_log"][-1]["row_id"])
    later = registered(september, WANG, "王小明", does="change")
    publish(september, registry, services)
    (person,) = table(services, "core.person", "person_id").to_dict("records")
    assert (person["marital"], person["phone"], person["education"]) == ("30", "13900139000", "60")
    found = table(services, "core.provenance", "field").set_index("field")
    told = {field: tuple(found.loc[field, ["source", "row_id", "period"]]) for field in found.index}
    assert told["name"] == ("police", later, "2026-09")
    assert told["education"] == ("police", police, "2026-08")
    assert told["current_address"] == ("hr", job, "2026-08")
    assert told["phone"] == told["marital"] == ("clinic", clinic, "2026-09")


def test_sources_that_disagree_are_asked_and_nothing_of_theirs_is_changed(
    services: Services, registry: Registry
) -> None:
    august = Month(AUGUST)
    registered(august, WANG, "王小明", phone="13800138000")
    august.service(None, WEST, "0701", name="王小明", name_key="wangxiaoming", phone="13800138000",
                   birth_date="1990-01-01", sex="2")  # fmt: skip
    clinic = str(august.rows["service_log"][-1]["row_id"])
    publish(august, registry, services)
    (asked,) = table(services, "core.disagreement", "source").to_dict("records")
    assert (asked["field"], asked["source"], asked["row_id"], asked["closed_period"]) == ("sex", "clinic", clinic, None)
    assert table(services, "core.person", "person_id")["sex"].tolist() == ["1"]
    entries = table(services, "mart.list_entry", "list, entry_id")
    assert [entry["note"] for entry in entries.loc[entries["list"] == "inflow", "payload"]] == ["有异议：性别"]
    told = Published(services.warehouse, services.vault, AUGUST, 1).disagreements("clinic")
    assert [row["field"] for rows in told.values() for row in rows] == ["sex"]
    september = Month(SEPTEMBER)
    september.service(None, WEST, "0701", name="王小明", name_key="wangxiaoming", phone="13800138000",
                      birth_date="1990-01-01", sex="1")  # fmt: skip
    publish(september, registry, services)
    assert table(services, "core.disagreement", "source")["closed_period"].tolist() == ["2026-09"]
