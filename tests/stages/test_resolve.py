"""Resolve, with a real register: persons keep their ids from month to month, whatever the order of rows and files."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.rules.cells.names import name_key, read_name
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint
from exchange.services.tables import registry as tables
from exchange.stages.resolve import resolve_persons

AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
Row = dict[str, Any]
Resolve = Callable[..., dict[str, pd.DataFrame]]


def row(source: str, place: int, name: str, number: str | None = None, **told: Any) -> Row:
    """A kept row as validate leaves it; `place` is its row in the file."""
    file = f"{source}/{told.pop('file', 'a.csv')}"
    _, _, outcome = read_name(name)
    return {
        "row_id": hashlib.blake2b(f"{file}\0\0{place}".encode(), digest_size=12).hexdigest(), "source": source,
        "disposition": "accept", "id_number": number, "id_number__outcome": "ok" if number else "empty",
        "id_scheme": told.pop("scheme", "resident" if number else "none"), "name": name, "name_key": name_key(name),
        "is_temp_name": outcome == "temporary", "unit_township9": "370306001", "birth_printed": told.get("birth_date"),
        **told,
    }  # fmt: skip


def lay_down(services: Services, registry: Registry, period: Period, rows: Sequence[Row], label: str) -> Run:
    run = Run("r", period, "", True, datetime(2026, 11, 10, tzinfo=UTC), "test")
    for source in registry.sources:
        frame = pd.DataFrame([each for each in rows if each["source"] == source])
        for column in ("birth_date", "birth_printed"):
            if column in frame:
                frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
        if len(frame):
            fp = fingerprint(source, period, label)
            services.lake.write(f"accepted/{source}/{period}", fp, {"rows": frame}, {})
            services.ledger.record_receipt(run, Receipt("validate", source, len(frame), len(frame), 0, fp))
    return run


def store(services: Services, period: Period, made: dict[str, pd.DataFrame]) -> None:
    """What publishing does with the tables, as far as the register is concerned."""
    label = str(period)
    new = made["persons"][made["persons"]["is_new"]]
    people = pd.DataFrame({"person_id": new["person_id"], "first_period": label, "last_period": label})
    with services.warehouse.transaction() as conn:
        services.warehouse.copy_in(conn, tables.person, people.assign(status="active"))
        services.warehouse.copy_in(conn, tables.identifier, made["identifiers"].assign(first_period=label))
        known = conn.execute(sa.select(tables.key.c.key_kind, tables.key.c.key_hmac, tables.key.c.person_id)).all()
        seen = {(kind, bytes(token), person) for kind, token, person in known}
        keys = made["keys"]
        fresh = [key not in seen for key in zip(keys["key_kind"], keys["key_hmac"], keys["person_id"], strict=True)]
        services.warehouse.copy_in(
            conn, tables.key, keys[pd.Series(fresh, dtype=bool).to_numpy()].assign(first_period=label)
        )
        for loser, survivor in zip(made["merges"]["from_id"], made["merges"]["into_id"], strict=True):
            conn.execute(
                sa.update(tables.person)
                .where(tables.person.c.person_id == loser)
                .values(status="merged", merged_into=survivor, merged_period=label)
            )


@pytest.fixture
def resolve(services: Services, registry: Registry) -> Resolve:
    """Resolves a month of rows and returns its tables; `keep` stores them in the register as publishing would."""

    def call(period: Period, rows: Sequence[Row], label: str = "", keep: bool = True) -> dict[str, pd.DataFrame]:
        run = lay_down(services, registry, period, rows, label or str(period))
        receipt = resolve_persons(run, registry, services)
        names = ("links", "persons", "identifiers", "keys", "merges", "review")
        made = {name: services.lake.read(f"resolved/{period}", receipt.fingerprint, name) for name in names}
        assert receipt.rows_in == receipt.rows_out == len(rows) == len(made["links"])
        if keep:
            store(services, period, made)
        return made

    return call


def person(made: dict[str, pd.DataFrame], which: Row) -> str:
    return str(made["links"].set_index("row_id").loc[which["row_id"], "person_id"])


def tier(made: dict[str, pd.DataFrame], which: Row) -> str:
    return str(made["links"].set_index("row_id").loc[which["row_id"], "tier"])


ADULT = "370306199001011238"
OTHER = "370306199001011246"
CHILD = "370306201710150011"


def test_a_month_joins_the_sources_by_number_and_by_evidence(resolve: Resolve) -> None:
    police = row("police", 2, "王小明", ADULT, birth_date="1990-01-01", phone="13800138000")
    job = row("hr", 2, "王晓明", ADULT, id_number__outcome="upgraded", birth_date="1990-01-01")
    visit = row("clinic", 2, "王小明", birth_date="1990-01-01", phone="13800138000")
    stranger = row("clinic", 3, "李四", birth_date="1990-01-01", phone="13800138000", phone_shared=True)
    made = resolve(AUGUST, [police, job, visit, stranger])
    assert person(made, police) == person(made, job) == person(made, visit) != person(made, stranger)
    assert [tier(made, each) for each in (police, job, visit, stranger)] == ["T1", "T2", "T4", "NEW"]
    assert len(made["identifiers"]) == 1
    assert person(made, police).startswith("P")
    assert len(person(made, police)) == 21


def test_no_number_and_no_name_is_in_what_resolve_writes(resolve: Resolve) -> None:
    made = resolve(AUGUST, [row("police", 2, "王小明", ADULT, birth_date="1990-01-01", phone="13800138000")])
    written = " ".join(frame.to_csv() for frame in made.values())
    for secret in (ADULT, "王小明", "wangxiaoming", "1990-01-01", "13800138000"):
        assert secret not in written


def test_a_person_keeps_his_id_and_an_id_less_one_attaches_his_number_later(resolve: Resolve) -> None:
    first = row("clinic", 2, "张小三", birth_date="2017-10-15", guardian_id=ADULT)
    august = resolve(AUGUST, [first])
    numbered = row("police", 2, "张小三", CHILD, birth_date="2017-10-15", guardian_id=ADULT)
    september = resolve(SEPTEMBER, [numbered])
    assert person(september, numbered) == person(august, first)
    assert not september["persons"]["is_new"].any()
    assert september["identifiers"]["person_id"].tolist() == [person(august, first)]
    later = row("hr", 2, "张小三", CHILD, birth_date="2017-10-15")
    assert person(resolve(OCTOBER, [later]), later) == person(august, first)


def test_two_registered_persons_that_turn_out_one_merge_into_the_oldest(resolve: Resolve) -> None:
    visit = row("clinic", 2, "张小三", birth_date="2017-10-15", phone="13800138000")
    august = resolve(AUGUST, [visit])
    police = row("police", 2, "张小三", CHILD, birth_date="2017-10-15")
    september = resolve(SEPTEMBER, [police])
    assert person(september, police) != person(august, visit)
    both = row("clinic", 2, "张小三", CHILD, birth_date="2017-10-15", phone="13800138000", file="b.csv")
    october = resolve(OCTOBER, [both])
    assert person(october, both) == person(august, visit)
    assert october["merges"][["from_id", "into_id"]].values.tolist() == [
        [person(september, police), person(august, visit)]
    ]
    november = resolve(OCTOBER.next(), [police])
    assert person(november, police) == person(august, visit)
    assert len(november["merges"]) == 0


def test_resolving_a_month_again_sees_the_register_as_it_was_before(resolve: Resolve) -> None:
    rows = [
        row("clinic", 2, "张小三", birth_date="2017-10-15", phone="13800138000"),
        row("police", 2, "张小三", CHILD, birth_date="2017-10-15", phone="13800138000"),
        row("clinic", 3, "李四"),
    ]
    first = resolve(AUGUST, rows)
    again = resolve(AUGUST, rows, label="again", keep=False)
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, again[name])


def test_the_order_of_rows_changes_nothing(resolve: Resolve) -> None:
    rows = [row("clinic", place, f"王{mark}", birth_date=f"19{70 + place}-01-01", phone=f"1380013800{place % 3}")
            for place, mark in enumerate("甲乙丙丁戊己庚辛壬", start=2)]  # fmt: skip
    rows += [{**each, "row_id": each["row_id"][::-1], "phone": None} for each in rows]
    one = resolve(AUGUST, rows, keep=False)
    two = resolve(AUGUST, rows[::-1], label="shuffled", keep=False)
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, two[name])


def test_a_borrowed_number_is_disputed_against_the_name_registered_months_ago(resolve: Resolve) -> None:
    owner = row("police", 2, "胡成旭", ADULT, birth_date="1990-01-01")
    august = resolve(AUGUST, [owner])
    borrower = row("hr", 2, "潘思媛", ADULT, birth_date="1990-01-01", sex_agrees=False)
    homophone = row("hr", 3, "胡程旭", ADULT, birth_date="1990-01-01", sex_agrees=False)
    september = resolve(SEPTEMBER, [borrower, homophone])
    assert person(september, homophone) == person(august, owner)
    assert person(september, borrower) != person(august, owner)
    (item,) = september["review"].to_dict("records")
    assert (item["kind"], item["row_id_a"]) == ("id_dispute", borrower["row_id"])
    assert {item["person_a"], item["person_b"]} == {person(september, borrower), person(august, owner)}


def test_a_row_that_fits_two_persons_is_listed_and_finds_itself_again(resolve: Resolve) -> None:
    told = {"birth_date": "1990-01-01", "phone": "13800138000"}
    two = [row("police", 2, "王小明", ADULT, **told), row("police", 3, "王小明", OTHER, **told)]
    visit = row("clinic", 2, "王小明", **told)
    august = resolve(AUGUST, [*two, visit])
    assert len({person(august, each) for each in (*two, visit)}) == 3
    undecided = august["review"][august["review"]["kind"] == "undecided"]
    assert set(undecided["person_b"]) == {person(august, each) for each in two}
    again = row("clinic", 9, "王小明", file="b.csv", **told)
    september = resolve(SEPTEMBER, [again])
    assert person(september, again) == person(august, visit)
    assert tier(september, again) == "SAME"


def test_look_alikes_are_listed_and_not_joined(resolve: Resolve) -> None:
    known = row("police", 2, "王小明", ADULT, birth_date="1990-01-01", phone="13800138000", sex="1")
    told = {"birth_date": "1990-01-01", "phone": "13900139000", "sex": "2"}
    visit = row("clinic", 2, "王小明", unit_township9="370306002", **told)
    made = resolve(AUGUST, [known, visit])
    assert person(made, known) != person(made, visit)
    (item,) = (item for item in made["review"].to_dict("records") if item["kind"] == "candidate")
    assert (item["person_a"], item["person_b"]) == (person(made, visit), person(made, known))


def test_rows_that_tell_nothing_are_persons_of_their_own(resolve: Resolve) -> None:
    rows = [row("clinic", place, "李四") for place in (2, 3)]
    made = resolve(AUGUST, rows)
    assert person(made, rows[0]) != person(made, rows[1])


def test_a_month_without_rows_is_empty_and_a_repeat_is_unchanged(services: Services, registry: Registry) -> None:
    run = Run("r", AUGUST, "", True, datetime(2026, 11, 10, tzinfo=UTC), "test")
    first, second = resolve_persons(run, registry, services), resolve_persons(run, registry, services)
    assert (first.outcome, second.outcome) == ("empty", "unchanged")
    assert first.fingerprint == second.fingerprint
