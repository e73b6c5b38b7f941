"""The doses a child is entitled to, by its day of birth: versions of the schedule merged as they came into force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exchange.registry.spec_schedules import Counted, Dose, Group, Immunisation
from exchange.rules.care.days import add_months


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose for one child: `number` is its place in the group, `closes` the first day it is not given any more.

    `limit` is the last day of recommended completion, `title` what the dose is called when not by its number.
    """

    number: int
    vaccine: str
    months: int
    due: date
    limit: date | None
    closes: date | None
    interval_days: int
    title: str | None


@dataclass(frozen=True, slots=True)
class Course:
    """A group of antigens for one child. `instead`: the slots that apply when only that vaccine was given."""

    name: str
    title: str
    counts: Mapping[str, Counted]
    slots: tuple[Slot, ...]
    instead: Mapping[str, tuple[Slot, ...]]

    def dose_title(self, slot: Slot) -> str:
        """What a dose of the schedule is called: 百白破第3剂; by its own title, or the group's when it has but one."""
        return _dose_title(self.title, slot.title, slot.number, len(self.slots))


def dose_titles(versions: Sequence[Immunisation]) -> tuple[str, ...]:
    """What the doses of all versions are called, group by group in their order, each title once."""
    newest = versions[::-1]
    order = list(dict.fromkeys(group.name for version in newest for group in version.groups))
    titles = {
        (order.index(group.name), number, age): _dose_title(group.title, dose.title, number, len(group.doses))
        for age, version in enumerate(newest)
        for group in version.groups
        for number, dose in enumerate(group.doses, 1)
    }
    return tuple(dict.fromkeys(titles[place] for place in sorted(titles)))


def _dose_title(group: str, own: str | None, number: int, of: int) -> str:
    return own or (group if of == 1 else f"{group}第{number}剂")


def programme(birth: date, versions: Sequence[Immunisation], as_of: date) -> tuple[Course, ...]:
    """Every course of a child born on `birth`, as it stands on `as_of`.

    Of `versions` (oldest first) the newest applies that is in force and is for the child's cohort; a dose that was
    due before it came into force stays as the version before had it. Empty when no version fits.
    """
    courses: dict[str, Course] = {}
    for version in versions:
        if version.valid_from <= as_of and version.cohort_from <= birth:
            known = courses
            courses = {group.name: _course(group, birth, known.get(group.name), version) for group in version.groups}
    return tuple(courses.values())


def _course(group: Group, birth: date, before: Course | None, version: Immunisation) -> Course:
    slots = [_slot(number, dose, birth) for number, dose in enumerate(group.doses, 1)]
    for old in before.slots if before else ():
        if old.due < version.valid_from:
            slots[old.number - 1 : old.number] = [old]
    instead = {
        vaccine: tuple(_slot(number, dose, birth) for number, dose in enumerate(doses, 1))
        for vaccine, doses in group.instead.items()
    }
    return Course(group.name, group.title, group.counts, tuple(slots), instead)


def _slot(number: int, dose: Dose, birth: date) -> Slot:
    limit = None if dose.within_months is None else add_months(birth, dose.within_months) - timedelta(days=1)
    if dose.within_days is not None:
        limit = birth + timedelta(days=dose.within_days)
    return Slot(
        number=number,
        vaccine=dose.vaccine,
        months=dose.months,
        due=add_months(birth, dose.months),
        limit=limit,
        closes=None if dose.until_months is None else add_months(birth, dose.until_months),
        interval_days=dose.interval_days,
        title=dose.title,
    )
