"""One person's care on a day: every schedule applied to what is known of the person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from exchange.registry.spec import Policy
from exchange.registry.spec_schedules import ImmunisationRules, Schedules
from exchange.rules.care.days import add_months
from exchange.rules.care.doses import DoseState, Given, dose_state
from exchange.rules.care.programme import Course, programme
from exchange.rules.care.visits import RepeatDue, Service, VisitState, repeats_due, visit_state

CHILD_MONTHS = 84
"""Children are those under seven years."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a person. `last_menses` only of an open pregnancy, `delivery` the latest one.

    `doses` and `services` hold nothing of the sensitive classes; `here_since` is the start of the registration.
    """

    birth: date | None = None
    here_since: date | None = None
    doses: Sequence[Given] = ()
    services: Sequence[Service] = ()
    last_menses: date | None = None
    booked: date | None = None
    delivery: date | None = None


@dataclass(frozen=True, slots=True)
class PersonCare:
    """What is due to a person; None where a list does not concern the person."""

    situation: Situation
    doses: DoseState | None = None
    checks: VisitState | None = None
    antenatal: VisitState | None = None
    postnatal: VisitState | None = None
    yearly: tuple[RepeatDue, ...] = ()
    chronic: tuple[RepeatDue, ...] = ()
    followed: int = 0
    """Follow-ups that prove somebody to be under chronic care; 0 for everybody else."""

    @property
    def has_doses_on_record(self) -> bool:
        """Whether any dose is known; without one most of what seems missing was given elsewhere."""
        return bool(self.situation.doses)


@dataclass
class Planner:
    """Applies the schedules a policy knows on one day; programmes of children born on one day are made once."""

    schedules: Schedules
    policy: Policy
    as_of: date
    _programmes: dict[date, tuple[Course, ...]] = field(default_factory=dict)

    def care_of(self, situation: Situation) -> PersonCare:
        """What is due to the person on the planner's day."""
        birth = situation.birth
        is_child = birth is not None and birth <= self.as_of < add_months(birth, CHILD_MONTHS)
        return PersonCare(
            situation=situation,
            doses=self._doses(birth, situation.doses) if is_child and birth else None,
            checks=self._visits("child_checks", birth, situation.services) if is_child else None,
            antenatal=self._antenatal(situation) if situation.last_menses else None,
            postnatal=self._visits("postnatal", situation.delivery, situation.services),
            yearly=self._repeats("elderly", situation),
            chronic=self._repeats("chronic", situation),
            followed=self._followed(situation),
        )

    @property
    def _rules(self) -> ImmunisationRules | None:
        return self.schedules.rules

    def _doses(self, birth: date, given: Sequence[Given]) -> DoseState | None:
        if self._rules is None:
            return None
        courses = self._programmes.get(birth)
        if courses is None:
            courses = programme(birth, self.schedules.versions_for(self.policy), self.as_of)
            self._programmes[birth] = courses
        return dose_state(courses, birth, given, self._rules, self.as_of)

    def _visits(self, name: str, anchor: date | None, services: Sequence[Service]) -> VisitState | None:
        schedule = self.schedules.visits.get(name)
        if schedule is None or anchor is None:
            return None
        ahead = self._rules.ahead_months if self._rules else 1
        return visit_state(schedule, anchor, services, self.as_of, ahead)

    def _antenatal(self, situation: Situation) -> VisitState | None:
        """The booking counts as the first visit, whichever item its row carries."""
        schedule = self.schedules.visits.get("antenatal")
        booked = [Service(situation.booked, schedule.steps[0].item)] if schedule and situation.booked else []
        return self._visits("antenatal", situation.last_menses, [*situation.services, *booked])

    def _followed(self, situation: Situation) -> int:
        schedule = self.schedules.repeats.get("chronic")
        items = {item for repeat in schedule.repeats for item in repeat.known_by} if schedule else set()
        return sum(service.item in items for service in situation.services)

    def _repeats(self, name: str, situation: Situation) -> tuple[RepeatDue, ...]:
        schedule = self.schedules.repeats.get(name)
        if schedule is None:
            return ()
        return tuple(repeats_due(schedule, situation.services, situation.birth, situation.here_since, self.as_of))
