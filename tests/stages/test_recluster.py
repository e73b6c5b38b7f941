"""A full clustering on demand, through real resolving and publishing: told first, acted on by the next month."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exchange.model.decisions import ordered
from exchange.model.errors import PeriodOrder
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules.cells.names import name_key
from exchange.services.bundle import Services
from exchange.services.identity.decisions import append
from exchange.stages.publish import publish_period
from exchange.stages.resolve import resolve_persons
from exchange.stages.resolve.recluster import Plan, apply_recluster, plan_recluster
from tests.stages.months import EAST, WEST, Month, lay_accepted, number, run_of, table

AUGUST, SEPTEMBER, OCTOBER = (Period(2026, month) for month in (8, 9, 10))
WANG, LI = number("341222", "19900101", 1), number("341222", "19920202", 2)
TOLD = {"name": "王小明", "name_key": name_key("王小明"), "phone": "13800138000"}
TABLES = {
    "registry.person": "person_id", "registry.link": "row_id", "registry.event": "period, person_id",
    "registry.recluster": "known_until", "registry.moved_row": "row_id", "registry.identifier": "id_hmac",
    "mart.list_entry": "period, list, row_id", "mart.figure": "period, township9, name",
    "mart.figure_member": "period, township9, name, person_id",
}  # fmt: skip
Publish = Callable[..., None]
Decide = Callable[[str, str, str], str]


@pytest.fixture
def publish(services: Services, registry: Registry) -> Publish:
    def call(month: Month, tiers: list[dict[str, Any]] | None = None) -> None:
        declared = registry if tiers is None else declaring(registry, tiers)
        run = run_of(month.period)
        lay_accepted(month, declared, services)
        services.ledger.record_receipt(run, resolve_persons(run, declared, services))
        publish_period(run, declared, services)

    return call


@pytest.fixture
def decide(services: Services) -> Decide:
    def call(verdict: str, one: str, other: str) -> str:
        with services.warehouse.transaction() as conn:
            return append(conn, ordered(one, other), verdict, ("王芳",), needs_two=False, note="", origin="terminal")

    return call


@pytest.fixture
def order(services: Services, registry: Registry) -> Callable[[], Plan]:
    def call() -> Plan:
        plan = plan_recluster(registry, services)
        apply_recluster(services, plan, asked_by="李强", actor="test", why="季度复核")
        return plan

    return call


STRICT: list[dict[str, Any]] = [{"name": "T4", "title": "三项相同", "by": ["name", "birth_date", "phone"]}]
LOOSE: list[dict[str, Any]] = [{"name": "T0", "title": "姓名相同", "by": ["name"]}]


def declaring(registry: Registry, tiers: list[dict[str, Any]]) -> Registry:
    """The declarations as they were before, with other tiers and no scorer."""
    linkage = {name: value for name, value in registry.linkage.items() if name not in ("scorer", "hidden")}
    return replace(registry, linkage=linkage | {"tiers": tiers})


def apart(publish: Publish) -> tuple[str, str]:
    """Two rows of one person whom the tiers of their month kept apart; the ids of the rows."""
    month = Month(AUGUST).register(WANG, WEST, birth_date="1990-01-01", **TOLD)
    month.service(None, EAST, "0701", birth_date=None, **TOLD)
    publish(month, STRICT)
    return row_of(month, "residence_register"), row_of(month, "service_log")


def joined(publish: Publish) -> tuple[str, str, str]:
    """Three rows, of which the tiers of their month wrongly took the last for the person of the others."""
    month = Month(AUGUST).register(WANG, WEST, birth_date="1990-01-01", **TOLD)
    month.service(None, WEST, "0701", birth_date="1990-01-01", **TOLD)
    month.service(None, EAST, "0701", **{**TOLD, "birth_date": "1971-05-05", "phone": "13900139000"})
    publish(month, LOOSE)
    return row_of(month, "residence_register"), row_of(month, "service_log", 0), row_of(month, "service_log", 1)


def row_of(month: Month, role: str, place: int = -1) -> str:
    return str(month.rows[role][place]["row_id"])


def who(services: Services, *rows: str) -> list[str]:
    """The persons of rows, under their present ids."""
    known = dict(table(services, "registry.current_person", "person_id")[["person_id", "current_id"]].values)
    links = dict(table(services, "registry.link", "row_id")[["row_id", "person_id"]].values)
    return [known[links[row]] for row in rows]


def events(services: Services) -> list[tuple[str, str, Any]]:
    found = table(services, "registry.event", "period, kind, person_id")
    return [(row["period"], row["kind"], row["why"].get("by")) for row in found.to_dict("records")]


def state(services: Services, until: str = "9999-99") -> dict[str, list[str]]:
    """Every table a clustering could touch, line by line; of lists and figures those of months up to `until`."""
    frames = {name: table(services, name, by).map(_plain) for name, by in TABLES.items()}
    return {
        name: sorted(
            (frame[frame["period"] <= until] if name.startswith("mart.") else frame).to_csv(index=False).split("\n")
        )
        for name, frame in frames.items()
    }


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_plan_tells_how_many_would_change_and_writes_nothing(
    services: Services, registry: Registry, publish: Publish
) -> None:
    apart(publish)
    before = state(services)
    plan = plan_recluster(registry, services)
    assert state(services) == before
    assert {name: plan.counts[name] for name in ("merge", "split", "reassign", "rows_moved")} == {
        "merge": 1, "split": 0, "reassign": 0, "rows_moved": 0}  # fmt: skip
    assert plan.known_until == AUGUST
    for secret in (WANG, "王小明", "13800138000", "wangxiaoming"):
        assert secret not in repr(plan)


def test_what_nobody_changed_stays_as_it_is(services: Services, registry: Registry, publish: Publish) -> None:
    month = Month(AUGUST).register(WANG, WEST, birth_date="1990-01-01", **TOLD)
    month.service(None, EAST, "0701", birth_date="1990-01-01", **TOLD).register(LI, WEST)
    publish(month)
    plan = plan_recluster(registry, services)
    assert plan.changes.empty
    assert plan.corrigenda == ()


def test_an_ordered_merge_is_made_by_the_next_month_under_the_oldest_id_and_published_months_stay(
    services: Services, publish: Publish, order: Callable[[], Plan]
) -> None:
    rows = apart(publish)
    kept = min(who(services, *rows))
    published = {name: text for name, text in state(services).items() if name.startswith("mart.")}
    order()
    assert len(set(who(services, *rows))) == 2
    publish(Month(SEPTEMBER), STRICT)
    assert who(services, *rows) == [kept, kept]
    assert events(services) == [("2026-09", "merge", "recluster")]
    after = state(services, until="2026-08")
    assert {name: after[name] for name in published} == published
    publish(Month(OCTOBER), STRICT)
    assert len(events(services)) == 1


def test_an_ordered_split_leaves_the_id_where_most_rows_are(
    services: Services, publish: Publish, order: Callable[[], Plan]
) -> None:
    rows = joined(publish)
    (before,) = set(who(services, *rows))
    assert order().counts["split"] == 1
    publish(Month(SEPTEMBER), STRICT)
    one, two, other = who(services, *rows)
    assert one == two == before != other
    assert events(services) == [("2026-09", "split", "recluster")]
    moved = table(services, "registry.moved_row", "row_id")
    assert moved[["row_id", "from_id", "into_id"]].values.tolist() == [[rows[2], before, other]]
    assert other in set(table(services, "core.person", "person_id")["person_id"])


def test_people_outrank_a_full_clustering_in_both_directions(
    services: Services, registry: Registry, publish: Publish, decide: Decide
) -> None:
    rows = apart(publish)
    decide("different", *rows)
    assert plan_recluster(registry, services).changes.empty


def test_what_people_joined_is_not_parted(
    services: Services, registry: Registry, publish: Publish, decide: Decide
) -> None:
    rows = joined(publish)
    decide("same", rows[0], rows[2])
    assert plan_recluster(registry, services).changes.empty


def test_a_decision_after_the_order_still_outranks_it(
    services: Services, publish: Publish, decide: Decide, order: Callable[[], Plan]
) -> None:
    rows = apart(publish)
    order()
    decide("different", *rows)
    publish(Month(SEPTEMBER), STRICT)
    assert len(set(who(services, *rows))) == 2


def test_two_valid_numbers_are_two_persons_however_alike_they_are(
    services: Services, registry: Registry, publish: Publish
) -> None:
    month = Month(AUGUST).register(WANG, WEST, **TOLD)
    month.register(number("341222", "19900101", 3), WEST, **TOLD).service(None, WEST, "0701", **TOLD)
    publish(month, STRICT)
    plan = plan_recluster(declaring(registry, LOOSE), services)
    assert plan.counts["merge"] == 0


def test_the_same_plan_twice_is_one_order_and_the_month_after_a_crash_is_the_same(
    services: Services, registry: Registry, publish: Publish
) -> None:
    joined(publish)
    plans = [plan_recluster(registry, services) for _ in range(2)]
    made = [apply_recluster(services, plan, asked_by="李强", actor="test", why="季度复核") for plan in plans]
    assert made[0] == made[1]
    assert len(table(services, "registry.recluster", "known_until")) == 1
    run, declared = run_of(SEPTEMBER), declaring(registry, STRICT)
    lay_accepted(Month(SEPTEMBER), declared, services)
    first = resolve_persons(run, declared, services)
    services.lake.remove("resolved", lambda month: month != str(SEPTEMBER))
    again = resolve_persons(run, declared, services)
    assert (first.fingerprint, first.detail) == (again.fingerprint, again.detail)


def test_an_order_made_before_another_month_was_published_is_refused(
    services: Services, registry: Registry, publish: Publish
) -> None:
    apart(publish)
    plan = plan_recluster(registry, services)
    publish(Month(SEPTEMBER), STRICT)
    with pytest.raises(PeriodOrder, match="meanwhile"):
        apply_recluster(services, plan, asked_by="李强", actor="test", why="季度复核")


def test_nothing_is_clustered_before_a_month_is_published(services: Services, registry: Registry) -> None:
    with pytest.raises(PeriodOrder, match="no month is published"):
        plan_recluster(registry, services)
