"""Pregnancies from last period to the visit six weeks after birth, and the children they bring."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from exchange.demo.generator.movements import Movements
from exchange.demo.generator.people import WOMAN, Person, Population
from exchange.model.period import Period

_VISITS = (("0501", 8, 13), ("0502", 16, 20), ("0503", 21, 24), ("0504", 28, 36), ("0505", 37, 40))


@dataclass(slots=True)
class Pregnancy:
    """One pregnancy: `delivered` or `ended` may be None; `visits` are (item, day) in order."""

    mother: int
    last_period: date
    booked: date
    order: int
    delivered: date | None
    ended: date | None
    children: list[int]
    visits: list[tuple[str, date]]

    @property
    def due(self) -> date:
        """Expected day of birth: 280 days after the last period."""
        return self.last_period + timedelta(days=280)


class Pregnancies:
    """All pregnancies that touch the months."""

    def __init__(self, rng: random.Random, population: Population, movements: Movements, months: list[Period]) -> None:
        self.all: list[Pregnancy] = []
        self._rng = rng
        self._population = population
        self._movements = movements
        self._first, self._last = months[0].start, months[-1].last_day

    def run(self) -> None:
        """Let about one in fourteen women of the right age be pregnant at some time of the months."""
        rng = self._rng
        for person in list(self._population.persons):
            if person.sex != WOMAN or person.role not in ("head", "spouse") or person.marital != "20" or person.local:
                continue
            if not 19 <= person.age(self._first) <= 43 or self._too_soon(person) or rng.random() > 0.11:
                continue
            self._begin(person)

    def _too_soon(self, mother: Person) -> bool:
        limit = self._first - timedelta(days=500)
        return any(
            child.mother == mother.pid and child.birth > limit for child in self._population.household_of(mother)
        )

    def _begin(self, mother: Person) -> None:
        rng = self._rng
        span = (self._last - self._first).days + 330
        last_period = self._first - timedelta(days=320) + timedelta(days=rng.randrange(max(span - 60, 1)))
        booked = last_period + timedelta(days=rng.randrange(50, 100))
        birth = last_period + timedelta(days=int(min(max(rng.gauss(277, 9), 245), 294)))
        pregnancy = Pregnancy(mother.pid, last_period, booked, rng.choice((1, 1, 2, 2, 3)), None, None, [], [])
        if rng.random() < 0.05:
            pregnancy.ended = last_period + timedelta(days=rng.randrange(60, 140))
        elif birth <= self._last:
            self._deliver(pregnancy, mother, birth)
        self._visit(pregnancy)
        self.all.append(pregnancy)

    def _deliver(self, pregnancy: Pregnancy, mother: Person, birth: date) -> None:
        rng = self._rng
        pregnancy.delivered = birth
        for _ in range(2 if rng.random() < 0.02 else 1):
            child = self._population.newborn(mother, birth)
            pregnancy.children.append(child.pid)
            if rng.random() < 0.8:
                self._movements.register_child(child, birth + timedelta(days=rng.randrange(12, 80)))

    def _visit(self, pregnancy: Pregnancy) -> None:
        rng = self._rng
        stop = pregnancy.delivered or pregnancy.ended or self._last
        for item, first, last in _VISITS:
            day = pregnancy.last_period + timedelta(days=rng.randrange(first * 7, last * 7 + 6))
            if item == "0501":
                day = pregnancy.booked
            if day < stop and rng.random() < 0.82:
                pregnancy.visits.append((item, day))
        if pregnancy.delivered is not None:
            for item, first, last in (("0506", 4, 14), ("0507", 42, 52)):
                if rng.random() < 0.85:
                    pregnancy.visits.append((item, pregnancy.delivered + timedelta(days=rng.randrange(first, last))))
