"""Visits, checks and follow-ups: what is due by age, by week, by year, and what is said of it."""

from datetime import date
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.rules.care import lists
from exchange.rules.care.doses import Given
from exchange.rules.care.plan import Planner, Situation
from exchange.rules.care.visits import Service, repeats_due, visit_state
from exchange.rules.care.words import repeats_text, visits_text

PROJECT = Path(__file__).resolve().parents[3]
REGISTRY = load_registry(PROJECT / "schemas", PROJECT / "expectations")
VISITS, REPEATS = REGISTRY.schedules.visits, REGISTRY.schedules.repeats
DAY = date(2026, 10, 31)
PLANNER = Planner(REGISTRY.schedules, REGISTRY.policy_for(Period(2026, 10)), DAY)


def on(day: str, item: str) -> Service:
    return Service(date.fromisoformat(day), item)


def due(name: str, anchor: str, *services: Service) -> str:
    return visits_text(visit_state(VISITS[name], date.fromisoformat(anchor), services, DAY).due)


@pytest.mark.parametrize(
    ("birth", "text"),
    [
        ("2026-10-31", "新生儿家庭访视"),
        ("2026-10-03", "满月"),
        ("2026-07-31", "3月龄"),
        ("2026-06-30", "3月龄（逾期）"),
        ("2026-04-30", "6月龄"),
        ("2025-10-31", "12月龄"),
        ("2025-09-30", "12月龄（逾期）"),
        ("2022-11-01", "36月龄（逾期）"),
        ("2022-10-31", "4岁"),
        ("2020-11-01", "5岁"),
        ("2019-11-01", "6岁"),
        ("2019-10-31", ""),
    ],
)
def test_a_check_is_due_from_its_age_until_the_next_one(birth, text):
    assert due("child_checks", birth) == text


def test_a_check_was_received_by_its_item_or_in_its_time():
    assert due("child_checks", "2025-10-20", on("2026-10-25", "0406")) == ""
    assert due("child_checks", "2025-10-20", on("2026-10-25", "0405")) == ""
    assert due("child_checks", "2025-10-20", on("2026-07-01", "0405")) == "12月龄"


@pytest.mark.parametrize(
    ("last_menses", "text"),
    [
        ("2026-09-10", "孕13周前建册及首次随访"),
        ("2026-07-20", "孕13周前建册及首次随访（逾期）"),
        ("2026-07-01", "孕16—20周随访"),
        ("2026-06-01", "孕21—24周随访"),
        ("2026-05-01", "孕21—24周随访（逾期）"),
        ("2026-03-10", "孕28—36周随访"),
        ("2026-02-01", "孕37—40周随访"),
        ("2025-12-27", ""),
    ],
)
def test_antenatal_visits_go_by_week(last_menses, text):
    assert due("antenatal", last_menses) == text


def test_a_booked_pregnancy_has_had_its_first_visit():
    fresh = Situation(last_menses=date(2026, 9, 10))
    booked = Situation(last_menses=date(2026, 9, 10), booked=date(2026, 10, 20))
    assert lists.pregnant_facts(PLANNER.care_of(fresh)) == {"due_items": "孕13周前建册及首次随访"}
    assert lists.pregnant_facts(PLANNER.care_of(booked)) == {}


@pytest.mark.parametrize(
    ("delivery", "services", "text"),
    [
        ("2026-10-20", (), "产后访视"),
        ("2026-10-20", (on("2026-10-25", "0506"),), ""),
        ("2026-09-25", (), "产后访视（逾期）"),
        ("2026-09-10", (on("2026-09-15", "0506"),), "产后42天检查"),
        ("2026-07-20", (), ""),
    ],
)
def test_postnatal_visits_go_by_day(delivery, services, text):
    assert due("postnatal", delivery, *services) == text


def test_what_begins_next_month_is_told_ahead():
    state = visit_state(VISITS["child_checks"], date(2026, 8, 10), [on("2026-09-08", "0402")], DAY)
    assert (visits_text(state.due), visits_text(state.soon), state.received) == ("", "3月龄", 1)


@pytest.mark.parametrize(
    ("birth", "since", "services", "is_due"),
    [
        ("1961-12-31", "2026-01-01", (), True),
        ("1962-01-01", "2026-01-01", (), False),
        ("1950-01-01", "2026-05-01", (), False),
        ("1950-01-01", "2026-04-30", (), True),
        ("1950-01-01", "2020-01-01", (on("2026-02-03", "0601"),), False),
        ("1950-01-01", "2020-01-01", (on("2025-12-30", "0601"),), True),
    ],
)
def test_the_yearly_examination_from_the_year_somebody_reaches_65(birth, since, services, is_due):
    found = repeats_due(REPEATS["elderly"], services, date.fromisoformat(birth), date.fromisoformat(since), DAY)
    assert bool(found) is is_due


def test_a_follow_up_is_due_three_months_after_the_last_to_those_known_by_one():
    recent = [on("2026-02-01", "0702"), on("2026-08-20", "0702"), on("2026-03-01", "0704")]
    old = [on("2026-02-01", "0702"), on("2026-07-31", "0702")]
    assert repeats_due(REPEATS["chronic"], recent, None, None, DAY) == []
    assert repeats_text(repeats_due(REPEATS["chronic"], old, None, None, DAY)) == (
        "高血压随访（本年已2次，应4次）、慢性病年度检查"
    )
    assert repeats_due(REPEATS["chronic"], [on("2026-02-01", "0701")], None, None, DAY) == []


def child(**more: object) -> Situation:
    return Situation(birth=date(2026, 1, 10), here_since=date(2026, 2, 1), **more)


def test_a_child_has_its_columns_and_its_line_on_the_due_list():
    doses = [Given(date(2026, 1, 10), name, 1) for name in ("BCG", "HepB")]
    care = PLANNER.care_of(child(doses=doses, services=[on("2026-09-15", "0405")]))
    facts = lists.child_facts(care)
    assert facts["due_missing"].startswith("乙肝第2、3剂")
    assert "due_check" not in facts
    line = lists.due_facts(care)
    assert (line["due_group"], line["due_on"]) == ("儿童", "2026-02-10")
    assert line["due_items"].startswith("接种：乙肝第2、3剂")


def test_nobody_is_due_who_needs_nothing():
    adult = PLANNER.care_of(Situation(birth=date(1990, 1, 1), here_since=date(2026, 1, 1)))
    assert lists.due_facts(adult) is None
    assert lists.unserved_facts(adult, DAY, three_months=True) is None
    assert list(lists.episodes(adult)) == []


def test_a_child_nobody_served_within_a_year_is_unserved_after_three_months():
    care = PLANNER.care_of(child())
    assert lists.unserved_facts(care, DAY, three_months=True)["due_group"] == "0—6岁儿童"
    assert lists.unserved_facts(care, DAY, three_months=False) is None
    served = PLANNER.care_of(child(services=[on("2026-02-10", "0402")]))
    assert lists.unserved_facts(served, DAY, three_months=True) is None
    recorded = PLANNER.care_of(child(services=[on("2026-02-10", "0101")]))
    assert lists.unserved_facts(recorded, DAY, three_months=True) is not None


def test_an_old_person_with_any_service_is_not_unserved():
    old = Situation(birth=date(1950, 1, 1), here_since=date(2026, 1, 1))
    followed = Situation(birth=old.birth, here_since=old.here_since, services=[on("2026-09-01", "0702")])
    assert lists.unserved_facts(PLANNER.care_of(old), DAY, three_months=True) is not None
    assert lists.unserved_facts(PLANNER.care_of(followed), DAY, three_months=True) is None


def test_who_leaves_takes_along_what_is_not_finished():
    leaving = Situation(birth=date(1995, 1, 1), last_menses=date(2026, 6, 1), services=[on("2026-08-01", "0501")])
    (episode,) = lists.episodes(PLANNER.care_of(leaving))
    assert (episode.service_class, episode.done) == ("05", "已产检1次")
    assert episode.open.startswith("产检：孕21—24周随访")
    assert lists.outflow_facts(PLANNER.care_of(leaving)) == {"open_services": episode.open}


def test_a_pregnancy_between_two_visits_still_goes_along():
    between = Situation(last_menses=date(2026, 7, 1), services=[on("2026-10-25", "0502"), on("2026-08-01", "0501")])
    (episode,) = lists.episodes(PLANNER.care_of(between))
    assert episode.open in ("产检：按孕周继续产检", "产检：孕21—24周随访")


def test_who_is_under_chronic_care_takes_it_along_even_when_nothing_is_due():
    recent = Situation(services=[on("2026-10-20", "0702"), on("2026-03-01", "0704")])
    (episode,) = lists.episodes(PLANNER.care_of(recent))
    assert (episode.done, episode.open, episode.due_on) == ("已随访1次", "按季继续随访", None)
