"""Where the households live from month to month, and what of it the police stations learn."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from exchange.demo.generator.people import Person, Population
from exchange.demo.generator.places import Places, Village
from exchange.model.period import Period

_ARRIVALS, _LEAVE, _MOVE, _CHANGE, _RETURN = 0.032, 0.024, 0.012, 0.045, 0.06
LEFT, DIED, BECAME_LOCAL, TWICE, MISTAKE = "3", "1", "4", "5", "6"
_ROADS = ("新华路", "正阳路", "丝绸路", "机场路", "新建路", "东门路", "站北路", "米山路", "恒通路", "凤阳路")
_CHANGED = ("phone", "address", "place")


@dataclass(slots=True)
class Stay:
    """One household in one dwelling, from the day it moved in to the day it left (exclusive)."""

    household: int
    village: Village
    address: str
    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """True when the household lived there on `day`."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(slots=True)
class Change:
    """A change of a registration's particulars, as a station writes it down."""

    day: date
    what: str
    value: str


@dataclass(slots=True)
class Cancellation:
    """The end of a registration: day, reason ("" when the clerk left it out), month whose file tells it."""

    day: date
    reason: str
    told: Period


@dataclass(slots=True)
class Registration:
    """One person in one township's register."""

    person: int
    stay: Stay
    arrive: date
    register: date
    told: Period
    reason: str
    place: str
    term: str
    permit: bool
    cancelled: Cancellation | None = None
    changes: list[Change] = field(default_factory=list)


def dwelling(rng: random.Random, village: Village) -> str:
    """A street and house, or a lane, in `village`."""
    if int(village.code[9:]) < 200:
        house, block = rng.randrange(1, 380), rng.randrange(1, 19)
        return f"{rng.choice(_ROADS)}{house}号{block}号楼{rng.randrange(1, 7)}0{rng.randrange(1, 5)}"
    return f"{rng.choice('东西南北中')}街{rng.randrange(1, 60)}号"


class Movements:
    """Stays of every household and registrations of (nearly) everybody over the months."""

    def __init__(self, rng: random.Random, places: Places, population: Population, months: list[Period]) -> None:
        self.stays: list[list[Stay]] = []
        self.registrations: list[Registration] = []
        self._rng = rng
        self._places = places
        self._population = population
        self._months = months
        self._open: dict[int, Registration] = {}

    def run(self, people: int) -> None:
        """Fill the district with about `people` migrants, then live through the months."""
        rng = self._rng
        start = self._months[0].start
        while len(self._population.persons) < people:
            moved_in = start - timedelta(days=int(rng.expovariate(1 / 500)) + 1)
            self._arrive(self._population.new_household(min(moved_in + timedelta(days=200), start)), moved_in, None)
        for month in self._months:
            self._one_month(month, people)

    def stay_on(self, household: int, day: date) -> Stay | None:
        """Where the household lived on `day`, if it lived in the district."""
        if household >= len(self.stays):
            return None
        return next((stay for stay in self.stays[household] if stay.covers(day)), None)

    def open_on(self, person: int, day: date) -> bool:
        """True when the person's last registration is not cancelled by `day`."""
        held = self._open.get(person)
        return held is not None and held.register <= day and (held.cancelled is None or held.cancelled.day > day)

    def register_child(self, child: Person, day: date) -> None:
        """Bring a newborn child into the register on `day`, if the family still lives in the district."""
        stay = self.stay_on(child.household, day)
        if stay is not None and day <= self._months[-1].last_day:
            self._register(child, stay, max(child.birth, stay.start), day)

    def _one_month(self, month: Period, people: int) -> None:
        rng = self._rng
        days = (month.end - month.start).days
        for household, stays in enumerate(self.stays):
            stay, day = stays[-1], month.start + timedelta(days=rng.randrange(days))
            draw = rng.random()
            if stay.end is not None:
                if stay.end < month.start - timedelta(days=20) and draw < _RETURN:
                    self._arrive(household, day, stay.village.township9 if rng.random() < 0.5 else None)
            elif stay.start >= month.start:
                continue
            elif draw < _LEAVE:
                self._leave(household, stay, day, month)
            elif draw < _LEAVE + _MOVE:
                self._move(household, stay, day, month)
            elif draw < _LEAVE + _MOVE + _CHANGE:
                self._change(household, day)
            else:
                self._rare_ends(household, day, month)
        goal = len(self._population.persons) + round(people * _ARRIVALS)
        while len(self._population.persons) < goal:
            day = month.start + timedelta(days=rng.randrange(days))
            self._arrive(self._population.new_household(day), day, None)

    def _arrive(self, household: int, day: date, township9: str | None) -> None:
        rng = self._rng
        village = self._places.home(rng, township9)
        stay = Stay(household, village, dwelling(rng, village), day)
        while len(self.stays) <= household:
            self.stays.append([])
        self.stays[household].append(stay)
        together = self._delay(day)
        for pid in self._population.households[household]:
            person = self._population.persons[pid]
            if rng.random() < 0.05:
                continue
            own = together if rng.random() < 0.9 else self._delay(day)
            self._register(person, stay, day, day + timedelta(days=own))

    def _delay(self, day: date) -> int:
        late = self._rng.expovariate(1 / 11)
        return int(min(late, 28) if self._rng.random() < 0.93 else 28 + late * 4)

    def _register(self, person: Person, stay: Stay, arrive: date, register: date) -> None:
        rng = self._rng
        if (stay.end is not None and register >= stay.end) or register > self._months[-1].last_day:
            return
        told = Period.of(register)
        if self._months[0] <= told and rng.random() < 0.03:
            told = told.next()
        registration = Registration(
            person.pid, stay, arrive, register, told, *self._circumstances(person), permit=rng.random() < 0.6
        )
        self.registrations.append(registration)
        self._open[person.pid] = registration

    def _circumstances(self, person: Person) -> tuple[str, str, str]:
        rng = self._rng
        term = rng.choices(("1", "2", "3"), (5, 55, 40))[0]
        place = rng.choices(("02", "05", "01", "06", "04", "07", "99"), (56, 16, 13, 6, 5, 2, 2))[0]
        if person.role == "child":
            return ("04" if person.birth.year < 2018 and rng.random() < 0.2 else "06"), place, term
        if person.role == "parent" or person.birth.year < 1962:
            return rng.choice(("06", "08", "07")), place, term
        weights = (68, 3, 13, 3, 4, 4, 3, 2)
        return rng.choices(("01", "02", "03", "04", "05", "08", "09", "99"), weights)[0], place, term

    def _members(self, household: int) -> list[Registration]:
        held = (self._open.get(pid) for pid in self._population.households[household])
        return [registration for registration in held if registration is not None and registration.cancelled is None]

    def _leave(self, household: int, stay: Stay, day: date, month: Period) -> None:
        rng = self._rng
        stay.end = day
        reason = LEFT if rng.random() < 0.85 else ""
        draw = rng.random()
        for registration in self._members(household):
            if draw < 0.74:
                self._cancel(registration, min(day + timedelta(days=rng.randrange(6)), month.last_day), reason)
            elif draw < 0.86:
                self._cancel(registration, day, reason, month.next())

    def _move(self, household: int, stay: Stay, day: date, month: Period) -> None:
        rng = self._rng
        stay.end = day
        left_behind = self._members(household)
        self._arrive(household, day, None)
        noticed = rng.random() < 0.55
        for registration in left_behind:
            if noticed and registration.stay.village.township9 != self.stays[household][-1].village.township9:
                self._cancel(registration, day, LEFT)

    def _change(self, household: int, day: date) -> None:
        what = self._rng.choice(_CHANGED)
        for registration in self._members(household):
            if registration.register < day and registration.told < Period.of(day):
                registration.changes.append(Change(day, what, self._new_value(what, registration)))

    def _new_value(self, what: str, registration: Registration) -> str:
        if what == "phone":
            return self._population.issuer.mobile()
        if what == "address":
            return dwelling(self._rng, registration.stay.village)
        return self._rng.choice(("01", "02", "05"))

    def _rare_ends(self, household: int, day: date, month: Period) -> None:
        rng = self._rng
        if rng.random() > 0.008:
            return
        held = [registration for registration in self._members(household) if registration.register < month.start]
        if held:
            elders = [one for one in held if self._population.persons[one.person].birth.year < 1962]
            reason = DIED if elders else rng.choice((BECAME_LOCAL, TWICE, MISTAKE, MISTAKE))
            self._cancel(rng.choice(elders or held), day, reason)

    def _cancel(self, registration: Registration, day: date, reason: str, told: Period | None = None) -> None:
        day = max(day, registration.register)
        registration.cancelled = Cancellation(day, reason, max(told or Period.of(day), registration.told))
