"""Households of migrants and of local people: who they are, before anything happens to them."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from exchange.demo.generator import names
from exchange.demo.generator.documents import Issuer
from exchange.demo.generator.places import Origin, Places

MAN, WOMAN = 1, 2
_KINDS = ("single", "couple", "family", "three_generations", "elders")
_KIND_WEIGHTS = (36, 21, 34, 5, 4)
_AGE = {"single": (31, 9), "couple": (34, 9), "family": (34, 5), "three_generations": (33, 4), "elders": (68, 5)}
_PEOPLES = {
    "65": ("维吾尔", 0.5), "45": ("壮", 0.35), "52": ("苗", 0.3), "64": ("回", 0.4), "15": ("蒙古", 0.25),
    "53": ("彝", 0.2), "51": ("彝", 0.08), "43": ("土家", 0.12), "42": ("土家", 0.08), "21": ("满", 0.25),
    "13": ("满", 0.08), "62": ("回", 0.12), "41": ("回", 0.02), "37": ("回", 0.015),
}  # fmt: skip


@dataclass(slots=True)
class Person:
    """One true person; `pid` is what the truth calls them and no file ever shows."""

    pid: int
    household: int
    role: str
    sex: int
    birth: date
    origin: Origin
    name: str
    family: str
    people: str
    number: str | None
    phone: str
    marital: str
    education: str
    local: bool = False
    mother: int | None = None
    father: int | None = None
    certificate: str | None = None
    number_since: date | None = None
    record_no: str | None = None
    conditions: set[str] = field(default_factory=set)

    def age(self, day: date) -> int:
        """Full years on `day`."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    def months(self, day: date) -> int:
        """Full months on `day`."""
        return (day.year - self.birth.year) * 12 + day.month - self.birth.month - (day.day < self.birth.day)

    def number_on(self, day: date) -> str | None:
        """The resident number if it has been given out by `day`."""
        return self.number if self.number_since is None or self.number_since <= day else None


class Population:
    """All true persons and the households they form."""

    def __init__(self, rng: random.Random, places: Places) -> None:
        self.persons: list[Person] = []
        self.households: list[list[int]] = []
        self.issuer = Issuer(rng)
        self._rng = rng
        self._places = places

    def household_of(self, person: Person) -> list[Person]:
        """The people `person` lives with, themselves included."""
        return [self.persons[pid] for pid in self.households[person.household]]

    def head(self, household: int) -> Person:
        """The first member, who stands for the household in the register."""
        return self.persons[self.households[household][0]]

    def new_household(self, day: date) -> int:
        """A household of migrants as it is on `day`; returns its index."""
        rng = self._rng
        kind = rng.choices(_KINDS, _KIND_WEIGHTS)[0]
        index = len(self.households)
        self.households.append([])
        mean, spread = _AGE[kind]
        age = min(max(rng.gauss(mean, spread), 17.5 if kind == "single" else 22.0), 84.0)
        sex = MAN if rng.random() < 0.62 else WOMAN
        head = self._adult(index, "head", sex, self._born(day, age), self._places.origin(rng), kind != "single")
        if kind == "single":
            return index
        origin = head.origin if rng.random() < 0.6 else self._places.origin(rng)
        partner_age = min(max(age + (-2 if sex == MAN else 2) + rng.gauss(0, 2), 20.5), 86)
        spouse = self._adult(index, "spouse", 3 - sex, self._born(day, partner_age), origin, True)
        if kind in ("family", "three_generations"):
            self._children(index, day, *((head, spouse) if sex == MAN else (spouse, head)))
        if kind == "three_generations":
            self._adult(index, "parent", WOMAN, self._born(day, age + rng.uniform(23, 30)), head.origin, True)
        return index

    def new_local(self, day: date, township9: str) -> Person:
        """A grown-up registered in the township itself."""
        rng = self._rng
        self.households.append([])
        born = self._born(day, min(max(rng.gauss(43, 14), 18), 85))
        origin = self._places.local(rng, township9)
        person = self._adult(
            len(self.households) - 1, "head", rng.choice((MAN, WOMAN)), born, origin, rng.random() < 0.8
        )
        person.local = True
        return person

    def newborn(self, mother: Person, birth: date) -> Person:
        """A child born to `mother`; the resident number comes some weeks later, until then a certificate of birth."""
        rng = self._rng
        father = self.persons[mother.father] if mother.father is not None else None
        spouse = next((p for p in self.household_of(mother) if p.sex == MAN and p.role in ("head", "spouse")), father)
        child = self._child(mother.household, birth, spouse or mother, mother)
        child.certificate = self.issuer.birth_certificate()
        child.number_since = birth + timedelta(days=rng.randrange(20, 80))
        return child

    def _born(self, day: date, age: float) -> date:
        return day - timedelta(days=int(age * 365.25) + self._rng.randrange(0, 40))

    def _adult(self, household: int, role: str, sex: int, birth: date, origin: Origin, couple: bool) -> Person:
        rng = self._rng
        people, share = _PEOPLES.get(origin.area6[:2], ("汉", 1.0))
        people = people if rng.random() < share else "汉"
        family = names.family_name(rng, people)
        moved = rng.random() < 0.06
        prefix = self._places.origin(rng).area6 if moved else origin.area6
        if origin.old_prefix and birth.year < 1985 and not moved:
            prefix = origin.old_prefix
        person = Person(
            len(self.persons), household, role, sex, birth, origin,
            names.full_name(rng, sex, birth.year, people, family), family, people,
            self.issuer.resident(prefix, birth, sex), self.issuer.mobile(),
            "20" if couple else self._marital(birth.year), self._education(birth.year),
        )  # fmt: skip
        if birth.year < 1990 and rng.random() < 0.09:
            person.conditions.add("pressure")
        if birth.year < 1988 and rng.random() < 0.04:
            person.conditions.add("sugar")
        if rng.random() < 0.002:
            person.conditions.add("mind")
        if rng.random() < 0.001:
            person.conditions.add("lung")
        self.persons.append(person)
        self.households[household].append(person.pid)
        return person

    def _marital(self, year: int) -> str:
        if year > 2000:
            return "10"
        return self._rng.choices(("10", "20", "40", "30"), (30, 55, 11, 4))[0]

    def _education(self, year: int) -> str:
        weights = (1, 8, 13, 12, 18, 40, 8, 0) if year > 1985 else (0, 2, 5, 6, 14, 48, 22, 3)
        return self._rng.choices(("10", "20", "30", "40", "60", "70", "80", "90"), weights)[0]

    def _children(self, household: int, day: date, father: Person, mother: Person) -> None:
        rng = self._rng
        oldest = max(0.1, min(17.0, mother.age(day) - 21.0))
        births = [self._born(day, rng.uniform(0.1, oldest))]
        if rng.random() < 0.02:
            births.append(births[0])
        elif rng.random() < 0.42:
            births.append(births[0] + timedelta(days=rng.choice((-1, 1)) * rng.randrange(450, 2200)))
        for birth in births:
            if birth < day - timedelta(days=75):
                self._child(household, birth, father, mother)

    def _child(self, household: int, birth: date, father: Person, mother: Person) -> Person:
        rng = self._rng
        sex = MAN if rng.random() < 0.525 else WOMAN
        origin = father.origin if rng.random() < 0.8 else mother.origin
        family = names.inherited(father.name, father.family, father.people)
        place = origin.area6 if rng.random() < 0.75 else "370306"
        child = Person(
            len(self.persons), household, "child", sex, birth, origin,
            names.full_name(rng, sex, birth.year, father.people, family), father.family, father.people,
            self.issuer.resident(place, birth, sex), "", "10", "80" if birth.year < 2020 else "90",
            mother=mother.pid, father=father.pid,
        )  # fmt: skip
        self.persons.append(child)
        self.households[household].append(child.pid)
        return child
