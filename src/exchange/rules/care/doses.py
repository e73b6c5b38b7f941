"""Which doses a child has, lacks and will soon need: antigen groups, validity, catch-up limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from exchange.registry.spec_schedules import ImmunisationRules
from exchange.rules.care.days import add_months
from exchange.rules.care.programme import Course, Slot


@dataclass(frozen=True, slots=True)
class Given:
    """A dose on record; `number` is the clinic's count of this vaccine, None when it was not written."""

    day: date
    vaccine: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A dose of a group that is not there; `since` is the first day on which it can be given.

    `number` is None where the name alone says which dose it is.
    """

    title: str
    number: int | None
    since: date
    limit: date | None


@dataclass(frozen=True, slots=True)
class Early:
    """A recorded dose that came too early to count (INVALID_EARLY): before its age, or too soon after another."""

    title: str
    number: int
    day: date


@dataclass(frozen=True, slots=True)
class Come:
    """A dose of the schedule whose day has come; `by` is the dose on record that covers it, itself or one after it."""

    title: str
    is_due: bool
    """Whether its grace has gone by as well."""
    by: Given | None
    is_early: bool
    """Nothing covers it, but a dose is on record that would, had it not come too early to count."""


@dataclass(frozen=True, slots=True)
class DoseState:
    """A child's doses on a day.

    `come` are the doses of the schedule whose day has come. `missing` are due, not covered and still given at this
    age; `soon` are due within the time to look ahead, or wait for the distance from the dose before.
    """

    come: tuple[Come, ...]
    missing: tuple[Need, ...]
    soon: tuple[Need, ...]
    early: tuple[Early, ...]

    @property
    def due_count(self) -> int:
        """Doses of the schedule whose day plus grace has come."""
        return sum(dose.is_due for dose in self.come)

    @property
    def met_count(self) -> int:
        """Those of the doses due that are covered."""
        return sum(dose.is_due and dose.by is not None for dose in self.come)


@dataclass(slots=True)
class _Progress:
    """How far one group has come: doses 1..`covered`, the last of them on `last`, and by which dose each step."""

    slots: tuple[Slot, ...]
    covered: int = 0
    last: date | None = None
    steps: list[tuple[int, Given]] = field(default_factory=list)

    def cover(self, number: int, by: Given) -> None:
        if number > self.covered:
            self.covered = number
            self.steps.append((number, by))

    def covers(self, slot: Slot, of: int) -> Given | None:
        """The dose that covers `slot`, one of `of` of the schedule, whatever course the child is on."""
        return next((by for number, by in self.steps if self.reaches(number, slot, of)), None)

    def reaches(self, number: int, slot: Slot, of: int) -> bool:
        return slot.number * len(self.slots) <= number * of


def dose_state(
    courses: Sequence[Course], birth: date, given: Iterable[Given], rules: ImmunisationRules, as_of: date
) -> DoseState:
    """What of `courses` a child born on `birth` has and lacks at the end of `as_of`.

    A recorded dose proves those before it in its group: nobody is given the fourth without three.
    """
    known = sorted({dose for dose in given if dose.day <= as_of}, key=lambda d: (d.day, d.vaccine, d.number or 0))
    crowded = _too_close(known, rules)
    lives = [dose.day for dose in known if dose.vaccine in rules.live_vaccines]
    rested = lives[-1] + timedelta(days=rules.live_interval_days) if lives else None
    come: list[Come] = []
    missing: list[Need] = []
    soon: list[Need] = []
    early: list[Early] = []
    for course in courses:
        before = len(early)
        progress = _progress(course, birth, known, crowded, rules, early)
        come += _come(course, progress, early[before:], rules, as_of)
        for need, is_due in _needs(course, progress, rules, rested, as_of):
            (missing if is_due else soon).append(need)
    return DoseState(tuple(come), tuple(missing), tuple(soon), tuple(early))


def _come(
    course: Course, progress: _Progress, early: Sequence[Early], rules: ImmunisationRules, as_of: date
) -> Iterable[Come]:
    claimed = max((dose.number for dose in early), default=0)
    for slot in course.slots:
        if slot.due <= as_of:
            by = progress.covers(slot, len(course.slots))
            is_early = by is None and progress.reaches(claimed, slot, len(course.slots))
            yield Come(course.dose_title(slot), add_months(slot.due, rules.grace_months) <= as_of, by, is_early)


def _too_close(known: Sequence[Given], rules: ImmunisationRules) -> set[Given]:
    """Live vaccines injected on another day than an earlier live one and too soon after it."""
    lives = [dose for dose in known if dose.vaccine in rules.live_vaccines]
    return {
        later
        for first, later in pairwise(lives)
        if 0 < (later.day - first.day).days < rules.live_interval_days and later.vaccine != first.vaccine
    }


def _progress(
    course: Course,
    birth: date,
    known: Sequence[Given],
    crowded: set[Given],
    rules: ImmunisationRules,
    early: list[Early],
) -> _Progress:
    own = [dose for dose in known if dose.vaccine in course.counts and _belongs(course, birth, dose)]
    only = {dose.vaccine for dose in own}
    other = course.instead.get(next(iter(only))) if len(only) == 1 else None
    progress = _Progress(other or course.slots)
    filled: dict[int, str] = {}
    for dose in own:
        claimed = _claim(course, dose, progress, filled)
        if claimed is None or claimed <= progress.covered:
            continue
        if dose in crowded or _is_early(course, birth, dose, claimed, progress, rules):
            early.append(Early(course.title, claimed, dose.day))
            if not rules.early_doses_count:
                # It has to be given again, but those before it in the clinic's count need not.
                progress.cover(claimed - 1 if dose.number else 0, dose)
                continue
        filled[claimed] = dose.vaccine
        progress.cover(claimed, dose)
        progress.last = dose.day
    return progress


def _belongs(course: Course, birth: date, dose: Given) -> bool:
    """Whether a vaccine that counts in the group does so at the age it was given."""
    counted = course.counts[dose.vaccine]
    if counted.given_from is not None and dose.day < add_months(birth, counted.given_from):
        return False
    return counted.given_before is None or dose.day < add_months(birth, counted.given_before)


def _claim(course: Course, dose: Given, progress: _Progress, filled: dict[int, str]) -> int | None:
    """The place in its group a dose takes: by its number, else, or where another vaccine holds that place, the next.

    None when the group is full.
    """
    following = progress.covered + 1
    if dose.number is None or dose.number < 1:
        claimed = following
    else:
        claimed = min(dose.number + course.counts[dose.vaccine].offset, len(progress.slots))
        if claimed <= progress.covered and filled.get(claimed, dose.vaccine) != dose.vaccine:
            claimed = following
    return claimed if claimed <= len(progress.slots) else None


def _is_early(
    course: Course, birth: date, dose: Given, claimed: int, progress: _Progress, rules: ImmunisationRules
) -> bool:
    slot = progress.slots[claimed - 1]
    ages = course.counts[dose.vaccine].ages
    months = ages[dose.number - 1] if dose.number and dose.number <= len(ages) else slot.months
    if dose.day < add_months(birth, months) - timedelta(days=rules.early_tolerance_days):
        return True
    follows = progress.last is not None and claimed == progress.covered + 1
    return follows and progress.last is not None and (dose.day - progress.last).days < slot.interval_days


def _needs(
    course: Course, progress: _Progress, rules: ImmunisationRules, rested: date | None, as_of: date
) -> Iterable[tuple[Need, bool]]:
    """The doses not covered that are due (True) or will be soon (False); one that is too old to be given is neither."""
    ahead = add_months(as_of, rules.ahead_months)
    waiting = False
    for slot in progress.slots[progress.covered :]:
        if slot.closes is not None and slot.closes <= as_of:
            continue
        since = slot.due
        if slot.number == progress.covered + 1 and progress.last is not None:
            since = max(since, progress.last + timedelta(days=slot.interval_days))
        if rested is not None and slot.vaccine in rules.live_vaccines:
            since = max(since, rested)
        waiting = waiting or since > as_of
        number = None if slot.title or len(progress.slots) == 1 else slot.number
        need = Need(slot.title or course.title, number, since, slot.limit)
        if not waiting and add_months(slot.due, rules.grace_months) <= as_of:
            yield need, True
        elif since <= ahead and slot.due <= ahead:
            yield need, False
