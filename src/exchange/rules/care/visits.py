"""Which visit or check is due by age, week or month, and which follow-up after the last one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from exchange.registry.spec_schedules import Repeat, Repeats, Step, Visits
from exchange.rules.care.days import add_months, after


@dataclass(frozen=True, slots=True)
class Service:
    """A service received."""

    day: date
    item: str


@dataclass(frozen=True, slots=True)
class VisitDue:
    """A visit that is due since `since`; in good time until the day before `limit`."""

    item: str
    name: str
    since: date
    limit: date
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class VisitState:
    """Visits of one list: what is due now, what will be within the time to look ahead, how many were received."""

    due: tuple[VisitDue, ...] = ()
    soon: tuple[VisitDue, ...] = ()
    received: int = 0


@dataclass(frozen=True, slots=True)
class RepeatDue:
    """A service that comes again and is due: `done` of `times` in the calendar year so far."""

    item: str
    name: str
    done: int
    times: int
    since: date


def visit_state(
    schedule: Visits, anchor: date, services: Iterable[Service], as_of: date, ahead_months: int = 1
) -> VisitState:
    """What of `schedule` is due on `as_of` to somebody whose ages count from `anchor`.

    A visit stays due until the next one begins, after that it cannot be made up. It was received when its item was,
    or when any of the list's services fell into its time. Nothing is due from the schedule's end on.
    """
    items = {step.item for step in schedule.steps}
    own = [service for service in services if service.item in items and anchor <= service.day <= as_of]
    count = len({service.day for service in own})
    if not anchor <= as_of < after(anchor, schedule.ends):
        return VisitState(received=count)
    due: list[VisitDue] = []
    soon: list[VisitDue] = []
    ahead = add_months(as_of, ahead_months)
    for place, step in enumerate(schedule.steps):
        begins, ends = after(anchor, step.begins), after(anchor, step.ends)
        following = _next_begin(schedule, place, anchor)
        if as_of < begins <= ahead:
            soon.append(VisitDue(step.item, step.name, begins, ends))
        elif begins <= as_of < following and not _received(step, begins, following, own):
            due.append(VisitDue(step.item, step.name, begins, ends, is_late=ends <= as_of))
    return VisitState(tuple(due), tuple(soon), count)


def repeats_due(
    schedule: Repeats, services: Sequence[Service], birth: date | None, here_since: date | None, as_of: date
) -> list[RepeatDue]:
    """Services of `schedule` due on `as_of`: too long since the last, or not yet done often enough this year."""
    return [due for repeat in schedule.repeats if (due := _repeat(repeat, services, birth, here_since, as_of))]


def _repeat(
    repeat: Repeat, services: Sequence[Service], birth: date | None, here_since: date | None, as_of: date
) -> RepeatDue | None:
    if repeat.known_by and not any(service.item in repeat.known_by for service in services):
        return None
    if repeat.reaches_age is not None and (birth is None or as_of.year - birth.year < repeat.reaches_age):
        return None
    if repeat.resident_months and (here_since is None or add_months(here_since, repeat.resident_months) > as_of):
        return None
    days = sorted({service.day for service in services if service.item == repeat.item and service.day <= as_of})
    done = sum(day.year == as_of.year for day in days)
    year = date(as_of.year, 1, 1)
    if repeat.every_months is None:
        return RepeatDue(repeat.item, repeat.name, done, repeat.times, year) if done < repeat.times else None
    since = add_months(days[-1], repeat.every_months) if days else year
    return RepeatDue(repeat.item, repeat.name, done, repeat.times, since) if since <= as_of else None


def _next_begin(schedule: Visits, place: int, anchor: date) -> date:
    following = schedule.steps[place + 1 : place + 2]
    return after(anchor, following[0].begins if following else schedule.ends)


def _received(step: Step, begins: date, following: date, services: Iterable[Service]) -> bool:
    return any(service.item == step.item or begins <= service.day < following for service in services)
