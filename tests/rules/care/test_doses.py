"""Doses due to a child: versions by cohort, month arithmetic, antigen groups, validity, catch-up limits."""

from datetime import date
from pathlib import Path

import pytest

from exchange.registry.load import load_registry
from exchange.registry.spec_schedules import ImmunisationRules
from exchange.rules.care.days import add_months
from exchange.rules.care.doses import DoseState, Given, dose_state
from exchange.rules.care.programme import dose_titles, programme
from exchange.rules.care.words import early_text, missing_text, needs_text

PROJECT = Path(__file__).resolve().parents[3]
SCHEDULES = load_registry(PROJECT / "schemas", PROJECT / "expectations").schedules
AUTUMN_2017 = date(2017, 11, 30)
DAY = date(2026, 10, 31)


def rules(**changed: object) -> ImmunisationRules:
    assert SCHEDULES.rules is not None
    return SCHEDULES.rules.model_copy(update=changed)


def state(birth: str, *given: Given, as_of: date = DAY, **changed: object) -> DoseState:
    born = date.fromisoformat(birth)
    return dose_state(programme(born, SCHEDULES.versions, as_of), born, given, rules(**changed), as_of)


def dose(day: str, vaccine: str, number: int | None = None) -> Given:
    return Given(date.fromisoformat(day), vaccine, number)


@pytest.mark.parametrize(
    ("birth", "count"),
    [
        ("2017-11-29", 2), ("2017-08-31", 6), ("2017-05-31", 11), ("2017-02-28", 14), ("2016-05-30", 17),
        ("2015-11-30", 18), ("2011-11-30", 22),
    ],
)  # fmt: skip
def test_the_golden_children_of_2017_are_due_so_many_doses(birth, count):
    assert state(birth, as_of=AUTUMN_2017, grace_months=0).due_count == count


def test_grace_leaves_out_what_came_due_within_the_month():
    assert state("2017-08-31", as_of=AUTUMN_2017, grace_months=1).due_count == 4
    assert "百白破" in needs_text(state("2017-08-31", as_of=AUTUMN_2017).soon)


def test_every_version_has_twenty_two_doses():
    assert [len(list(version.doses)) for version in SCHEDULES.versions] == [22, 22, 22]


def test_a_month_without_that_day_ends_on_its_last():
    assert add_months(date(2017, 8, 31), 3) == date(2017, 11, 30)
    assert add_months(date(2020, 2, 29), 12) == date(2021, 2, 28)


@pytest.mark.parametrize(
    ("birth", "vaccines"),
    [
        ("2016-05-01", ["IPV", "bOPV", "bOPV", "bOPV"]),
        ("2020-05-01", ["IPV", "IPV", "bOPV", "bOPV"]),
    ],
)
def test_the_version_follows_the_birth_cohort(birth, vaccines):
    courses = programme(date.fromisoformat(birth), SCHEDULES.versions, DAY)
    polio = next(course for course in courses if course.name == "polio")
    assert [slot.vaccine for slot in polio.slots] == vaccines


def test_a_dose_that_was_due_before_a_new_version_keeps_its_old_day():
    """Born in September 2024: the first was due at 3 months in 2024, the others follow the version of 2025."""
    courses = programme(date(2024, 9, 15), SCHEDULES.versions, DAY)
    dtp = next(course for course in courses if course.name == "DTP")
    assert [slot.months for slot in dtp.slots] == [3, 4, 6, 18, 72]
    assert dtp.slots[4].vaccine == "DTaP"


def test_a_new_version_is_not_applied_before_it_is_in_force():
    courses = programme(date(2024, 11, 15), SCHEDULES.versions, date(2024, 12, 31))
    dtp = next(course for course in courses if course.name == "DTP")
    assert [slot.months for slot in dtp.slots] == [3, 4, 5, 18, 72]


def test_combined_vaccines_count_for_every_group_they_protect_against():
    five = [dose(f"2026-0{3 + n}-02", "DTaPIPVHib", n) for n in (1, 2, 3)]
    text = needs_text(state("2026-02-01", *five).missing)
    assert "百白破" not in text
    assert "脊灰" not in text


def test_measles_vaccines_of_different_names_follow_each_other():
    found = state("2024-01-01", dose("2024-09-02", "MR", 1), dose("2025-07-03", "MMR", 1))
    assert "麻腮风" not in needs_text(found.missing)


def test_a_later_dose_proves_those_before_it():
    found = state("2023-01-01", dose("2024-07-05", "DTaP", 4))
    assert "百白破" not in needs_text((*found.missing, *found.soon))


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ([dose("2025-08-02", "HepAL", 1)], ""),
        ([dose("2025-08-02", "HepAI", 1), dose("2026-03-02", "HepAI", 2)], ""),
        ([], "甲肝"),
    ],
)
def test_one_live_dose_is_worth_two_inactivated_ones(given, left):
    found = state("2024-02-01", *given)
    assert [need.title for need in found.missing if need.title == "甲肝"] == ([left] if left else [])


def test_the_second_inactivated_dose_is_still_due():
    found = state("2023-02-01", dose("2025-08-02", "HepAI", 1))
    assert "甲肝第2剂" in needs_text(found.missing)


def test_a_dose_before_its_age_does_not_count_and_is_told():
    found = state("2026-01-10", dose("2026-08-20", "JEL", 1))
    assert early_text(found) == "接种过早待复核：乙脑第1剂（2026-08-20）"


def test_four_days_too_early_are_tolerated():
    assert state("2026-01-10", dose("2026-09-06", "JEL", 1)).early == ()
    assert len(state("2026-01-10", dose("2026-09-05", "JEL", 1)).early) == 1


def test_a_dose_too_soon_after_the_one_before_does_not_count_unless_declared():
    doses = (dose("2026-03-10", "DTaP", 1), dose("2026-05-10", "DTaP", 2), dose("2026-05-30", "DTaP", 3))
    strict = state("2026-01-10", *doses)
    lenient = state("2026-01-10", *doses, early_doses_count=True)
    assert [early.number for early in strict.early] == [3]
    assert "百白破第3剂" in needs_text(strict.missing)
    assert "百白破" not in needs_text(lenient.missing)


def test_live_vaccines_keep_four_weeks_or_come_on_one_day():
    together = state("2025-10-01", dose("2026-06-02", "MMR", 1), dose("2026-06-02", "JEL", 1))
    apart = state("2025-10-01", dose("2026-06-02", "MMR", 1), dose("2026-06-12", "JEL", 1))
    assert together.early == ()
    assert [early.title for early in apart.early] == ["乙脑"]


def test_a_live_dose_waits_for_four_weeks_after_another_live_one():
    found = state("2025-01-01", dose("2026-10-20", "MMR", 1))
    assert "乙脑" not in needs_text(found.missing)
    waiting = next(need for need in found.soon if need.title == "乙脑")
    assert waiting.since == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("birth", "title", "is_asked"),
    [
        ("2022-12-01", "卡介苗", True), ("2022-10-31", "卡介苗", False),
        ("2024-11-30", "A群流脑", True), ("2024-10-31", "A群流脑", False),
    ],
)  # fmt: skip
def test_doses_beyond_their_catch_up_age_are_due_but_not_asked_for(birth, title, is_asked):
    found = state(birth)
    assert (title in needs_text(found.missing)) is is_asked


def test_what_is_missing_is_named_by_group_and_number():
    found = state("2026-01-10", dose("2026-01-10", "BCG", 1), dose("2026-01-10", "HepB", 1))
    assert (
        missing_text(found, has_record=True)
        == "乙肝第2、3剂；脊灰第1—3剂；百白破第1—3剂；麻腮风第1剂；乙脑第1剂；A群流脑第1剂"
    )


def test_a_child_without_any_record_is_asked_for_the_certificate_first():
    assert missing_text(state("2026-08-15"), has_record=False) == "无接种记录，请先查验接种证（按月龄应种3剂）"
    assert missing_text(state("2026-10-30"), has_record=False) == ""


def test_doses_after_the_day_are_not_known_yet():
    early = state("2026-01-10", dose("2026-11-02", "BCG", 1))
    assert "卡介苗" in needs_text(early.missing)


def test_records_in_any_order_give_the_same_answer():
    doses = [dose("2026-03-10", "DTaP", 1), dose("2026-05-10", "DTaP", 2), dose("2026-01-10", "HepB", 1)]
    assert state("2026-01-10", *doses) == state("2026-01-10", *reversed(doses), doses[0])


def test_doses_covered_are_counted_against_those_due():
    found = state("2026-01-10", dose("2026-01-10", "BCG", 1), dose("2026-01-10", "HepB", 1))
    assert (found.due_count, found.met_count) == (13, 2)


def test_a_dose_given_too_early_is_given_again_but_not_those_before_it():
    found = state("2025-06-01", dose("2026-10-16", "DTaP", 4))
    assert [early.number for early in found.early] == [4]
    assert "百白破" not in needs_text(found.missing)


def test_every_dose_that_has_come_says_by_which_dose_on_record_it_is_covered():
    third = dose("2026-07-12", "DTaP", 3)
    told = {one.title: one for one in state("2026-01-10", third).come}
    assert [told[f"百白破第{number}剂"].by for number in (1, 2, 3)] == [third] * 3
    assert (told["卡介苗"].by, told["卡介苗"].is_due, told["卡介苗"].is_early) == (None, True, False)
    assert "百白破第4剂" not in told


def test_a_dose_that_came_too_early_is_no_cover_but_said_to_have_come():
    early = dose("2026-07-12", "DTaP", 4)
    told = {one.title: one for one in state("2025-03-01", early).come}
    assert [told[f"百白破第{number}剂"].is_early for number in (1, 3, 4)] == [False, False, True]
    assert (told["百白破第3剂"].by, told["百白破第4剂"].by) == (early, None)


def test_doses_are_called_in_the_order_of_the_schedule():
    titles = dose_titles(SCHEDULES.versions)
    assert len(set(titles)) == len(titles)
    assert titles[:4] == ("乙肝第1剂", "乙肝第2剂", "乙肝第3剂", "卡介苗")
    assert titles.index("白破") == titles.index("百白破第5剂") + 1
    known = {one.title for birth in ("2011-11-30", "2017-05-31", "2026-01-10") for one in state(birth).come}
    assert known <= set(titles)
