"""Resolve, by weight of evidence: what the tiers leave open finds its person, or a person to decide, with reasons."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from exchange.model.period import Period
from exchange.model.run import Run
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.identity.past_profiles import MONTHS, expire_profiles
from exchange.stages.resolve import resolve_persons
from tests.stages.test_resolve import ADULT, AUGUST, OTHER, SEPTEMBER, Row, lay_down, person, row, store, tier
from tests.support.rows import number

Tables = dict[str, pd.DataFrame]
Month = Callable[..., Tables]
NAMES = ("links", "persons", "identifiers", "keys", "merges", "review", "evidence", "quality")


@pytest.fixture
def month(services: Services, registry: Registry) -> Month:
    """Resolves a month of rows, keeps it in the register and its receipt in the ledger; `facts` of the last month."""

    def call(period: Period, rows: Sequence[Row], declared: Registry = registry) -> Tables:
        run = lay_down(services, declared, period, rows, str(period))
        receipt = resolve_persons(run, declared, services)
        services.ledger.record_receipt(run, receipt)
        made = {name: services.lake.read(f"resolved/{period}", receipt.fingerprint, name) for name in NAMES}
        store(services, period, made)
        return made

    return call


def facts(services: Services, period: Period) -> dict[str, object]:
    fp = services.ledger.fingerprint_of(period, "resolve")
    assert fp
    return services.lake.facts(f"resolved/{period}", fp)


def crowd(count: int = 60) -> list[Row]:
    """People who have nothing to do with the case: with them a name or a day says something."""
    marks = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    people = []
    for n in range(count):
        born = f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}"
        name = f"{marks[n % 20]}{marks[n // 20]}{marks[(n * 7) % 20]}"
        told = {"birth_date": born, "phone": f"137{n:08d}", "sex": "1", "village": f"{marks[n % 20]}家村"}
        people.append(row("police", 500 + n, name, number(born.replace("-", ""), 2 * n + 1), **told))
    return people


def visits_of(people: Sequence[Row], *told: str) -> list[Row]:
    return [
        row("clinic", int(each["phone"][3:]), each["name"], each["id_number"], **{name: each[name] for name in told})
        for each in people
    ]


KNOWN = {"birth_date": "1990-01-01", "sex": "1", "village": "东门村"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("王晓鸣", {"phone": "13900139000", "sex": None}),
        ("王小?", {"phone": "13800138000", "sex": None}),
        ("wang小明", {"village": "东门村村委会", "sex": None}),
        ("王小明", {"birth_date": "1990-10-02", "village": "东门社区", "phone": "13800138001"}),
    ],
    ids=["homophone with another phone", "illegible", "half pinyin", "day and month exchanged, a digit of the phone"],
)
def test_a_row_the_tiers_cannot_place_finds_its_person_by_weight(month: Month, name: str, told: Row) -> None:
    owner = {**KNOWN, "birth_date": "1990-02-10"} if "birth_date" in told else KNOWN
    known = row("police", 2, "王小明", ADULT, phone="13800138000", **owner)
    visit = row("clinic", 2, name, **{**KNOWN, "unit_township9": "370306001", **told})
    made = month(AUGUST, [*crowd(), known, visit])
    assert person(made, visit) == person(made, known)
    assert tier(made, visit) == "FS"
    (reason,) = made["evidence"].to_dict("records")
    assert (reason["row_id"], reason["other_row"], reason["tier"]) == (visit["row_id"], known["row_id"], "FS")
    assert (reason["model"], reason["step"]) == ("linkage-1", 1)
    detail = json.loads(reason["detail"])
    told_bits = sum(bits for _, _, bits in detail["evidence"]) + detail["household"] + detail["prior"]
    assert told_bits == pytest.approx(reason["bits"], abs=0.05)
    assert reason["bits"] >= 4


def test_a_tiers_link_says_which_keys_agreed_and_with_whom(month: Month) -> None:
    known = row("police", 2, "王小明", ADULT, phone="13800138000", **KNOWN)
    visit = row("clinic", 2, "王小明", phone="13800138000", **KNOWN)
    (reason,) = month(AUGUST, [known, visit])["evidence"].to_dict("records")
    assert (reason["row_id"], reason["tier"], reason["other_row"]) == (visit["row_id"], "T4", known["row_id"])
    detail = json.loads(reason["detail"])
    assert {"T4", "T6", "T7"} <= set(detail["tiers"])
    assert detail["by"] == ["birth_date", "name", "phone", "sex", "township"]


def test_no_value_of_a_person_is_in_the_evidence(month: Month) -> None:
    known = row("police", 2, "王小明", ADULT, phone="13800138000", **KNOWN)
    visits = [row("clinic", 2, "王晓鸣", phone="13900139000", **KNOWN), row("clinic", 3, "王小明", phone="13800138000")]
    made = month(AUGUST, [*crowd(), known, *visits])
    assert len(made["evidence"]) == 2
    written = " ".join(made[name].to_csv() for name in NAMES)
    for secret in (ADULT, "王小明", "王晓鸣", "wangxiaoming", "1990", "13800138000", "13900139000", "dongmen", "东门"):
        assert secret not in written


def test_two_persons_nearly_as_likely_are_left_to_people_with_bits_and_margin(month: Month) -> None:
    two = [row("police", place, "王小明", whose, phone=f"1380013800{place}", **KNOWN)
           for place, whose in ((2, ADULT), (3, OTHER))]  # fmt: skip
    visit = row("clinic", 2, "王晓鸣", **KNOWN)
    made = month(AUGUST, [*crowd(), *two, visit])
    assert len({person(made, each) for each in (*two, visit)}) == 3
    items = made["review"][made["review"]["kind"] == "margin"]
    assert {*items["person_a"], *items["person_b"]} == {person(made, each) for each in (*two, visit)}
    assert (items["score"] >= 4).all()
    assert (items["margin"] < 6).all()
    assert (items["priority"] > 2).all()


def test_children_whose_names_differ_by_a_character_are_shown_to_people_and_not_joined(month: Month) -> None:
    told = {"birth_date": "2024-03-05", "phone": "13800138000", "guardian_id": ADULT, "village": "东门村", "sex": "1"}
    twin = row("police", 2, "王梓涵", number("20240305", 1), **told)
    other = row("clinic", 2, "王梓萱", **told)
    made = month(AUGUST, [*crowd(), twin, other])
    assert person(made, twin) != person(made, other)
    (item,) = made["review"].to_dict("records")
    assert item["kind"] == "contradiction"
    assert {item["person_a"], item["person_b"]} == {person(made, twin), person(made, other)}


def test_a_boy_and_a_girl_without_names_yet_stay_two_children_of_one_mother(month: Month) -> None:
    told = {"birth_date": "2026-08-24", "phone": "13800138000", "guardian_id": ADULT, "village": "东门村"}
    boy = row("clinic", 2, "张娟霞之子", sex="1", **told)
    girl = row("clinic", 3, "张娟霞之女", sex="2", **told)
    again = row("clinic", 4, "张娟霞之子", sex="1", **{**told, "phone": "13900139000", "guardian_id": None})
    made = month(AUGUST, [*crowd(), boy, girl, again])
    assert person(made, boy) != person(made, girl) != person(made, again)


def test_a_person_of_an_earlier_month_is_found_by_weight_and_keeps_the_id(month: Month, services: Services) -> None:
    first = row("clinic", 2, "王小明", phone="13800138000", **{**KNOWN, "sex": None})
    august = month(AUGUST, [*crowd(), first])
    assert facts(services, AUGUST)["model"] == "linkage-1"
    numbered = row("police", 2, "王晓鸣", ADULT, phone="13900139000", **KNOWN)
    september = month(SEPTEMBER, [numbered])
    assert person(september, numbered) == person(august, first)
    assert september["persons"]["is_new"].tolist() == [False]
    later = row("clinic", 9, "王?明", phone="13900139000", file="b.csv", **{**KNOWN, "sex": None})
    october = month(SEPTEMBER.next(), [later])
    assert person(october, later) == person(august, first)
    (reason,) = october["evidence"].to_dict("records")
    assert (reason["tier"], reason["other_person"]) == ("FS", person(august, first))


def test_two_registered_persons_joined_by_weight_say_why_they_merged(month: Month) -> None:
    august = month(AUGUST, [*crowd(), row("clinic", 2, "王小明", birth_date="1990-01-01", village="东门村")])
    police = row("police", 2, "王晓鸣", ADULT, phone="13900139000", birth_date="1990-01-01", unit_township9="370306009")
    september = month(SEPTEMBER, [police, row("clinic", 4, "王晓鸣", file="b.csv", phone="13900139000", **KNOWN)])
    for merged in september["merges"].to_dict("records"):
        assert "evidence" in json.loads(merged["why"])
    assert person(september, police) in set(august["persons"]["person_id"]) or len(september["merges"]) == 0


def test_without_a_declared_scorer_only_tiers_link(month: Month, registry: Registry) -> None:
    bare = {name: value for name, value in registry.linkage.items() if name not in ("scorer", "hidden")}
    known = row("police", 2, "王小明", ADULT, phone="13800138000", **KNOWN)
    visit = row("clinic", 2, "王晓鸣", phone="13900139000", **{**KNOWN, "unit_township9": "370306002"})
    made = month(AUGUST, [*crowd(), known, visit], replace(registry, linkage=bare))
    assert person(made, known) != person(made, visit)
    assert set(made["links"]["tier"]) <= {"T1", "NEW"}


def test_what_is_kept_for_later_months_holds_no_number_and_goes_when_its_time_is_over(
    month: Month, services: Services
) -> None:
    month(AUGUST, [row("clinic", 2, "王小三", birth_date="2020-05-01", guardian_id=ADULT)])
    fp = services.ledger.fingerprint_of(AUGUST, "resolve")
    kept = services.lake.read(f"profiles/{AUGUST}", str(fp), "profiles")
    assert kept["key"].tolist() == ["wangxiaosan"]
    assert ADULT not in kept.to_csv()
    last = AUGUST
    for _ in range(MONTHS):
        last = last.next()
        assert expire_profiles(services.lake, last.previous()) == 0
    assert expire_profiles(services.lake, last) == 1
    assert not services.lake.has(f"profiles/{AUGUST}", str(fp))


def test_the_monthly_check_hides_numbers_and_counts_who_was_found_again(month: Month, services: Services) -> None:
    people = crowd(200)
    lacking = row("clinic", 900, "甲乙丙", phone="13911112222", **KNOWN)
    made = month(AUGUST, [*people, *visits_of(people, "birth_date", "sex", "phone", "village"), lacking])
    [clinic] = made["quality"].to_dict("records")
    assert clinic["source"] == "clinic"
    assert clinic["hidden"] == clinic["findable"] == 16
    assert clinic["correct"] == clinic["linked"] >= clinic["hidden"] - 1
    [told] = facts(services, AUGUST)["check"]  # type: ignore[misc]
    assert told["precision"] == 1.0
    assert 0 < told["precision_low"] < 1.0
    assert set(made["links"]["tier"]) == {"T1", "NEW"}


def test_hidden_rows_tell_no_more_than_the_rows_that_lack_a_number(month: Month) -> None:
    people = crowd(200)
    visits = visits_of(people, "birth_date", "sex", "village")
    [poor] = month(AUGUST, [*people, *visits, row("clinic", 900, "甲乙丙")])["quality"].to_dict("records")
    assert (poor["hidden"], poor["linked"]) == (16, 0)


def test_hidden_rows_are_of_the_kind_that_lacks_a_number(month: Month) -> None:
    people = crowd(200)
    [check] = month(AUGUST, [
        *people, *visits_of(people[:100], "birth_date", "sex", "village", "phone"),
        *visits_of(people[100:106], "birth_date", "sex", "village"),
        row("clinic", 900, "甲乙丙", **KNOWN),
    ])["quality"].to_dict("records")  # fmt: skip
    assert check["hidden"] == 3  # half of the six without a telephone


def test_nothing_is_said_of_an_agency_whose_every_row_has_a_number(month: Month) -> None:
    people = crowd(200)
    assert month(AUGUST, [*people, *visits_of(people, "birth_date", "sex", "phone")])["quality"].empty


def test_the_check_changes_no_link(services: Services, registry: Registry) -> None:
    rows = [
        *crowd(),
        row("clinic", 2, "王晓鸣", phone="13900139000", **KNOWN),
        row("police", 2, "王小明", ADULT, **KNOWN),
    ]
    run = Run("r", AUGUST, "", True, datetime(2026, 11, 10, tzinfo=UTC), "test")
    lay_down(services, registry, AUGUST, rows, "same")
    bare = {name: value for name, value in registry.linkage.items() if name != "hidden"}
    made = []
    for declared in (registry, replace(registry, linkage=bare)):
        fp = resolve_persons(run, declared, services).fingerprint
        made.append({name: services.lake.read(f"resolved/{AUGUST}", fp, name) for name in NAMES if name != "quality"})
    for name, frame in made[0].items():
        pd.testing.assert_frame_equal(frame, made[1][name])
