"""From what is true to what a careful clerk would enter: one record per row, before any slip of the hand."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from exchange.demo.generator import names
from exchange.demo.generator.jobs import Job
from exchange.demo.generator.movements import Change, Movements, Registration
from exchange.demo.generator.people import MAN, Person, Population
from exchange.demo.generator.places import COUNTY, Places, Village
from exchange.demo.generator.services import Service
from exchange.model.period import Period


@dataclass(frozen=True, slots=True)
class Code:
    """A value from a closed list; the clerk's style decides whether code, word or both are written."""

    listed: str
    code: str


Cell = str | int | float | date | Code | None


@dataclass(slots=True)
class Record:
    """One row to be: the true person, cells by column key, and the marks of every slip made on it.

    `child` is a person under seven; `guardian` the number of mother or father, if any.
    """

    person: int
    cells: dict[str, Cell]
    village: str
    child: bool = False
    guardian: str | None = None
    marks: list[str] = field(default_factory=list)

    def text(self, key: str) -> str:
        """The cell as text if it is text, else ""."""
        value = self.cells.get(key)
        return value if isinstance(value, str) else ""


class Desk:
    """Fills in records for the three agencies."""

    def __init__(self, rng: random.Random, places: Places, population: Population, movements: Movements) -> None:
        self._rng = rng
        self._places = places
        self._population = population
        self._movements = movements
        self._free_village = {person.pid: "" for person in population.persons}

    def registration(self, one: Registration, op: str, day: date, change: Change | None = None) -> Record:
        """A row of a station's register as it is told on `day`: op is 在住, 新登记, 变更 or 注销."""
        person, rng = self._population.persons[one.person], self._rng
        head = self._population.head(person.household)
        changed = {change.what: change.value} if change else {}
        number = person.number_on(day)
        village = one.stay.village
        cells = self._identity(person, day) | {
            "op": op, "id": number or person.certificate,
            "document": "01" if number else "99",
            "home_code": person.origin.area6, "home_address": self._home(person),
            "here_code": village.township9,
            "here_address": self._here(village, changed.get("address", one.stay.address)),
            "village": village.name if rng.random() < 0.5 else village.short,
            "reason": Code("reason", one.reason), "place": Code("place", changed.get("place", one.place)),
            "term": Code("term", one.term),
            "arrive": one.arrive, "register": change.day if change else one.register,
            "relation": self._relation(person), "head": head.name,
            "employer": "", "phone": changed.get("phone", self._phone(person)),
            "permit": "是" if one.permit and person.age(day) >= 16 else "否",
            "cancelled": None, "cancel_reason": None,
            "station": village.township + "派出所", "politics": rng.choice(("群众", "群众", "群众", "党员", "团员")),
            "clerk": rng.choice(("王警官", "李警官", "赵协管员")),
            "landlord": rng.choice(self._population.persons).number,
        }  # fmt: skip
        if one.cancelled and op == "注销":
            reason = one.cancelled.reason
            cells |= {"cancelled": one.cancelled.day, "cancel_reason": Code("cancel", reason) if reason else None}
        return self._record(person, cells, village.short, day)

    def job(self, job: Job, month: Period) -> Record:
        """A row of a labour office's ledger for `month`."""
        person, rng = self._population.persons[job.person], self._rng
        helped = job.help.get(month)
        stay = self._movements.stay_on(person.household, month.last_day)
        parts = {"养老": "insurance_old_age", "医疗": "insurance_medical", "工伤": "insurance_injury",
                 "失业": "insurance_jobless"}  # fmt: skip
        cells = self._identity(person, month.last_day) | {
            "id": person.number, "age": str(person.age(month.last_day)),
            "birth_month": f"{person.birth.year}年{person.birth.month}月",
            "home_address": person.origin.address + (person.origin.township if person.local else ""),
            "here_address": stay.village.township + stay.village.short if stay and rng.random() < 0.5 else None,
            "township": job.employer.village.township,
            "village": job.employer.village.short if rng.random() < 0.7 else None,
            "phone": person.phone, "employer": job.employer.name, "industry": job.employer.industry,
            "craft": job.craft, "work_from": job.start,
            "work_to": job.end if job.end and job.end <= month.last_day else None,
            "contract": "是" if job.contract else "否", "insurance": job.insurance,
            "wage": job.wage, "card": job.card, "bank": rng.choice(("农行周村支行", "齐商银行", "周村农商行")),
            "help": helped[0] if helped else None, "helped": helped[1] if helped else None,
            "family": self._family(person) if rng.random() < 0.4 else None,
        }  # fmt: skip
        for word, key in parts.items():
            cells[key] = "√" if word in job.insurance or job.insurance == "五险" else None
        return self._record(person, cells, job.employer.village.short, month.last_day)

    def service(self, service: Service, clinic: str) -> Record:
        """A row of a clinic's register."""
        person, rng = self._population.persons[service.person], self._rng
        young = person.age(service.day) < 7
        mother = self._population.persons[person.mother] if person.mother is not None else None
        guardian = mother if young and rng.random() < 0.8 else None
        village = service.stay.village if service.stay else self._places.villages[person.origin.township9][0]
        cells = self._identity(person, service.day) | {
            "clinic": clinic, "village": village.short, "day": service.day,
            "kind": Code("kind", service.kind), "item": Code("item", service.item),
            "id": person.number_on(service.day),
            "record_no": person.record_no if rng.random() < 0.75 else None,
            "resident": Code("resident", "1" if person.origin.area6 == COUNTY else "2"),
            "home_address": person.origin.address if rng.random() < 0.6 else None,
            "here_address": village.township + village.short + (f"{rng.randrange(1, 300)}号" if service.stay else ""),
            "phone": self._phone(mother if guardian is None and young and mother else person),
            "guardian": guardian.name if guardian else None,
            "guardian_id": guardian.number if guardian and rng.random() < 0.75 else None,
            "free": "是" if rng.random() < 0.9 else None,
            "staff": rng.choice(("赵医生", "钱医生", "孙护士", "周公卫")),
        }  # fmt: skip
        for key, value in service.extra.items():
            cells[key] = f"{value:%Y-%m-%d %H:%M}" if key in ("seen", "told") and isinstance(value, date) else value
        if person.months(service.day) < 2 and mother is not None and rng.random() < 0.7:
            cells["name"] = names.temporary(mother.name, person.sex)
        return self._record(person, cells, village.short, service.day)

    def _identity(self, person: Person, day: date) -> dict[str, Cell]:
        rng = self._rng
        return {
            "name": self._called(person, day),
            "sex": Code("sex", str(person.sex)),
            "people": person.people + ("族" if rng.random() < 0.6 else ""),
            "birth": person.birth,
            "marital": Code("marital", person.marital if person.age(day) >= 16 else "10"),
            "education": Code("education", person.education),
            "note": None,
        }

    def _called(self, person: Person, day: date) -> str:
        if person.mother is not None and person.birth > day - timedelta(days=45) and self._rng.random() < 0.35:
            return names.temporary(self._population.persons[person.mother].name, person.sex)
        return person.name

    def _record(self, person: Person, cells: dict[str, Cell], village: str, day: date) -> Record:
        young = person.age(day) < 7
        parents = [self._population.persons[pid] for pid in (person.mother, person.father) if pid is not None]
        guardian = self._rng.choice(parents).number if young and parents else None
        return Record(person.pid, cells, village, young, guardian)

    def _phone(self, person: Person) -> str | None:
        if person.phone:
            return person.phone
        grown = [one.phone for one in self._population.household_of(person) if one.phone]
        return self._rng.choice(grown) if grown and self._rng.random() < 0.6 else None

    def _home(self, person: Person) -> str | None:
        draw = self._rng.random()
        if draw < 0.04:
            return None
        origin = person.origin
        if origin.area6 == COUNTY or draw < 0.5:
            return origin.address + origin.township
        return origin.address

    def _here(self, village: Village, address: str) -> str:
        return f"{self._places.county_name}{village.township}{village.short}{address}"

    def _relation(self, person: Person) -> str:
        if person.role == "child":
            return "之子" if person.sex == MAN else "之女"
        return {"head": "户主", "spouse": "配偶", "parent": "母亲"}[person.role]

    def _family(self, person: Person) -> str | None:
        others = [one for one in self._population.household_of(person) if one.pid != person.pid]
        children = sum(one.role == "child" for one in others)
        grown = len(others) - children
        return (f"配偶{grown}" if grown else "") + (f"子女{children}" if children else "") or None
