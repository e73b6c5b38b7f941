"""What people decide about persons, through real resolving and publishing: joined, parted, taken back, never lost."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from exchange.model.decisions import ordered
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules.cells.names import name_key
from exchange.services.bundle import Services
from exchange.services.identity.decisions import append
from exchange.stages.publish import publish_period
from exchange.stages.resolve import resolve_persons
from tests.stages.months import (
    EAST,
    WEST,
    Month,
    lay_accepted,
    number,
    row_id,
    run_of,
    table,
)

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (Period(2026, month) for month in (8, 9, 10, 11))
WANG, LI, ZHAO = (number("341222", born, n) for born, n in (("19900101", 1), ("19920202", 2), ("19850505", 5)))
Publish = Callable[[Month], None]
Decide = Callable[..., str]


@pytest.fixture
def publish(services: Services, registry: Registry) -> Publish:
    def call(month: Month) -> None:
        run = run_of(month.period)
        lay_accepted(month, registry, services)
        services.ledger.record_receipt(run, resolve_persons(run, registry, services))
        publish_period(run, registry, services)

    return call


@pytest.fixture
def decide(services: Services) -> Decide:
    def call(
        verdict: str, one: str, other: str, actor: str = "王芳", *, two: bool = False, revokes: str | None = None
    ) -> str:
        with services.warehouse.transaction() as conn:
            return append(conn, ordered(one, other), verdict, (actor,), needs_two=two, note="", origin="terminal",
                          revokes=revokes)  # fmt: skip

    return call


def visit(month: Month, name: str, township9: str = WEST, **told: Any) -> str:
    """A clinic row without a number; the id of the row."""
    month.service(None, township9, "0701", **_named(name), **told)
    return str(month.rows["service_log"][-1]["row_id"])


def registered(month: Month, who: str, name: str, township9: str = WEST, **told: Any) -> str:
    """A row of the residence register; the id of the row."""
    month.register(who, township9, **_named(name), **told)
    return str(month.rows["residence_register"][-1]["row_id"])


def _named(name: str) -> dict[str, str]:
    return {"name": name, "name_key": name_key(name)}


def who(services: Services, *rows: str) -> list[str]:
    """The persons of rows, under their present ids."""
    known = dict(table(services, "registry.current_person", "person_id")[["person_id", "current_id"]].values)
    links = dict(table(services, "registry.link", "row_id")[["row_id", "person_id"]].values)
    return [known[links[row]] for row in rows]


def events(services: Services) -> list[tuple[str, str]]:
    found = table(services, "registry.event", "period, kind, person_id")
    return list(zip(found["period"], found["kind"], strict=True))


TOLD = {"birth_date": "1990-01-01", "phone": "13800138000"}


def test_same_joins_two_persons_from_the_next_month_on(services: Services, publish: Publish, decide: Decide) -> None:
    august = Month(AUGUST)
    police = registered(august, WANG, "王小明", **TOLD)
    clinic = visit(august, "王小名字", EAST, birth_date="1971-01-01", phone="13900139000")
    publish(august)
    assert len(set(who(services, police, clinic))) == 2
    kept = who(services, *sorted([police, clinic]))
    made = decide("same", police, clinic)
    publish(Month(SEPTEMBER))
    assert len(set(who(services, police, clinic))) == 1
    assert who(services, police)[0] == min(kept)
    (event,) = table(services, "registry.event", "period").to_dict("records")
    assert (event["kind"], event["why"]["decisions"]) == ("merge", [made])
    applied = table(services, "registry.decision_applied", "decision_id")
    assert applied[["decision_id", "effect"]].values.tolist() == [[made, "joined"]]
    publish(Month(OCTOBER))
    assert len(table(services, "registry.event", "period")) == 1


def test_different_parts_a_person_and_never_lets_the_parts_meet_again(
    services: Services, publish: Publish, decide: Decide
) -> None:
    august = Month(AUGUST)
    police = registered(august, WANG, "王小明", **TOLD)
    clinic = visit(august, "王小明", **TOLD)
    publish(august)
    assert len(set(who(services, police, clinic))) == 1
    made = decide("different", police, clinic)
    before = who(services, police)[0]
    publish(Month(SEPTEMBER))
    kept, parted = who(services, police, clinic)
    assert kept == before != parted
    assert events(services) == [("2026-09", "split")]
    moved = table(services, "registry.moved_row", "row_id")
    assert moved[["row_id", "from_id", "into_id"]].values.tolist() == [[clinic, kept, parted]]
    assert table(services, "core.service", "row_id")["person_id"].tolist() == [parted]
    people = table(services, "core.person", "person_id").set_index("person_id")
    assert people.loc[kept, "name"] == people.loc[parted, "name"] == "王小明"
    assert table(services, "registry.decision_applied", "decision_id")["decision_id"].tolist() == [made]
    october = Month(OCTOBER)
    again = visit(october, "王小明", EAST, **TOLD)
    publish(october)
    assert who(services, police, clinic) == [kept, parted]
    assert who(services, again)[0] in (kept, parted)
    both = table(services, "registry.key", "key_kind, key_hmac, person_id")
    assert set(both["person_id"]) == {kept, parted} | set(who(services, again))


def test_a_revoked_split_joins_again_and_a_revoked_merge_parts_again(
    services: Services, publish: Publish, decide: Decide
) -> None:
    august = Month(AUGUST)
    police = registered(august, WANG, "王小明", **TOLD)
    clinic = visit(august, "王小明", **TOLD)
    stranger = visit(august, "赵大力", EAST, birth_date="1971-01-01", phone="13900139000")
    publish(august)
    first = who(services, police, clinic, stranger)
    split, merge = decide("different", police, clinic), decide("same", police, stranger)
    publish(Month(SEPTEMBER))
    assert who(services, police, clinic, stranger)[0] == who(services, stranger)[0] != who(services, clinic)[0]
    decide("revoke", police, clinic, revokes=split)
    decide("revoke", police, stranger, revokes=merge)
    publish(Month(OCTOBER))
    assert who(services, police, clinic, stranger) == first
    assert [kind for period, kind in events(services) if period == "2026-10"] == ["merge", "split"]
    publish(Month(NOVEMBER))
    assert who(services, police, clinic, stranger) == first
    feed = table(services, "registry.feed", "period, kind, person_id")
    assert feed["event_id"].is_unique
    assert sorted(set(feed["kind"])) == ["create", "merge", "split"]


def test_two_valid_numbers_are_never_joined_whatever_people_say(
    services: Services, publish: Publish, decide: Decide
) -> None:
    august = Month(AUGUST)
    one, two = registered(august, WANG, "王小明", **TOLD), registered(august, LI, "李四", EAST)
    publish(august)
    decide("same", one, two)
    publish(Month(SEPTEMBER))
    assert len(set(who(services, one, two))) == 2
    assert table(services, "registry.decision_applied", "decision_id")["effect"].tolist() == ["refused"]
    items = table(services, "registry.review_item", "item_id")
    assert "decision_conflict" in set(items["kind"])


def test_where_two_people_are_asked_for_one_moves_nothing(services: Services, publish: Publish, decide: Decide) -> None:
    august = Month(AUGUST)
    police = registered(august, WANG, "王小明", **TOLD)
    clinic = visit(august, "王小明", **TOLD)
    publish(august)
    decide("different", police, clinic, "王芳", two=True)
    publish(Month(SEPTEMBER))
    assert len(set(who(services, police, clinic))) == 1
    decide("different", police, clinic, "李强", two=True)
    publish(Month(OCTOBER))
    assert len(set(who(services, police, clinic))) == 2


def test_a_person_between_two_numbers_parts_when_they_turn_up(services: Services, publish: Publish) -> None:
    """Two people of one name and birthday without numbers, joined by their township, get their numbers later."""
    august = Month(AUGUST)
    born = {"birth_date": "1990-01-01", "sex": "1"}
    one = visit(august, "王小明", phone="13800138000", **born)
    two = visit(august, "王小明", phone="13900139000", **born)
    publish(august)
    (joined,) = set(who(services, one, two))
    september = Month(SEPTEMBER)
    first = number("341222", "19900101", 1)
    second = number("341222", "19900101", 3)
    a = registered(september, first, "王小明", phone="13800138000", **born)
    b = registered(september, second, "王小明", EAST, phone="13900139000", **born)
    publish(september)
    assert who(services, one) == who(services, a)
    assert who(services, two) == who(services, b)
    assert joined in who(services, one, two)
    assert len(set(who(services, one, two))) == 2


def test_the_police_name_takes_a_number_from_those_who_borrowed_it(services: Services, publish: Publish) -> None:
    """A clinic row had the number first, under another name and a birth date that contradicts it."""
    august = Month(AUGUST)
    borrowed = {"birth_printed": "1960-06-06", "sex_agrees": False, "phone": "13900139000"}
    august.service(WANG, WEST, "0701", **_named("赵大力"), **borrowed)
    august.service(WANG, WEST, "0702", **_named("赵大力"), **borrowed)
    rows = [row_id(f"service_log/{AUGUST}/{WEST}.csv", place) for place in (2, 3)]
    publish(august)
    (borrower,) = set(who(services, *rows))
    september = Month(SEPTEMBER)
    police = registered(september, WANG, "王小明", **TOLD)
    publish(september)
    assert who(services, police) == [borrower]
    assert borrower not in who(services, *rows)
    assert len(set(who(services, *rows))) == 1


def test_whoever_passed_for_another_is_registered_when_they_part(
    services: Services, publish: Publish, decide: Decide
) -> None:
    august = Month(AUGUST)
    one = registered(august, WANG, "王小明", **TOLD)
    publish(august)
    september = Month(SEPTEMBER)
    september.register(None, WEST, **_named("王小明"), **TOLD)  # type: ignore[arg-type]
    two = str(september.rows["residence_register"][-1]["row_id"])
    publish(september)
    assert len(set(who(services, one, two))) == 1
    decide("different", one, two)
    publish(Month(OCTOBER))
    spells = table(services, "core.residence_spell", "spell_id").set_index("spell_id")
    assert spells.loc[two, ["person_id", "opened_period", "opening_kind"]].tolist() == [
        who(services, two)[0], "2026-10", "LATE_REG",
    ]  # fmt: skip
    balances = table(services, "mart.balance", "period, township9, scope_group")
    october = balances[(balances["period"] == "2026-10") & (balances["township9"] == WEST)]
    assert set(october["late_reg"]) == {1}
    assert set(october["closing"]) == {2}


def test_any_order_of_rows_and_decisions_gives_the_same_persons(
    tmp_path: Path, services: Services, registry: Registry, publish: Publish, decide: Decide
) -> None:
    august = Month(AUGUST)
    born = {"birth_date": "1990-01-01", "sex": "1"}
    rows = [visit(august, "王小明", phone=f"1380013800{n}", **born) for n in range(5)]
    rows += [visit(august, "李四", EAST, phone=f"1390013900{n}", birth_date="1980-02-02") for n in range(3)]
    publish(august)
    assert len(set(who(services, *rows[:5]))) == 1
    said = [("different", rows[0], rows[1]), ("different", rows[1], rows[2]), ("same", rows[3], rows[1]),
            ("same", rows[5], rows[6]), ("different", rows[0], rows[4]), ("unsure", rows[2], rows[3])]  # fmt: skip
    seen = []
    for attempt in range(3):
        with services.warehouse.transaction() as conn:
            conn.exec_driver_sql("alter table registry.decision disable trigger user; delete from registry.decision")
        for words in random.Random(attempt).sample(said, len(said)):
            decide(*words)
        september = Month(SEPTEMBER)
        place = random.Random(attempt).sample(range(4), 4)
        for n in place:
            visit(september, "王小明", phone=f"1380013800{n}", **born)
        for told, n in zip(september.rows["service_log"], place, strict=True):
            told["row_id"] = f"{n:024x}"
        lay_accepted(september, registry, services)
        receipt = resolve_persons(run_of(SEPTEMBER), registry, services)
        made = {name: services.lake.read(f"resolved/{SEPTEMBER}", receipt.fingerprint, name)
                for name in ("links", "moves", "splits", "merges", "persons", "keys")}  # fmt: skip
        seen.append({name: frame.drop(columns=[c for c in ("why",) if c in frame]) for name, frame in made.items()})
    for other in seen[1:]:
        for name, frame in seen[0].items():
            pd.testing.assert_frame_equal(frame, other[name])
    moved = dict(seen[0]["moves"][["row_id", "into_id"]].values)
    now = [moved.get(row) for row in rows]
    assert now[1] == now[3]
    assert now[0] != now[1] != now[2]
