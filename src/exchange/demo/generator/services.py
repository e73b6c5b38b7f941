"""What the clinics do for people, month by month: the events their registers list."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from exchange.demo.generator.movements import Movements, Stay
from exchange.demo.generator.people import WOMAN, Person, Population
from exchange.demo.generator.places import Places
from exchange.demo.generator.pregnancies import Pregnancies, Pregnancy
from exchange.model.period import Period

Value = str | int | float | date | datetime | None
_CHECKS = ((3, "0403"), (6, "0404"), (8, "0405"), (12, "0406"), (18, "0407"), (24, "0408"), (30, "0409"),
           (36, "0410"), (48, "0411"), (60, "0412"), (72, "0413"))  # fmt: skip
_VACCINES = ((0, "卡介苗", 1), (1, "乙肝疫苗", 2), (2, "脊灰灭活疫苗", 1), (3, "百白破疫苗", 1), (4, "百白破疫苗", 2),
             (6, "A群流脑疫苗", 1), (8, "麻腮风疫苗", 1), (9, "A群流脑疫苗", 2), (18, "百白破疫苗", 4),
             (19, "甲肝减毒活疫苗", 1), (24, "乙脑减毒活疫苗", 2), (36, "A群C群流脑疫苗", 1),
             (48, "二价脊灰减毒活疫苗", 2), (72, "A群C群流脑疫苗", 2))  # fmt: skip
_DISEASES = ("手足口病", "流行性感冒", "病毒性肝炎", "流行性腮腺炎", "其他感染性腹泻病")
_VILLAGE_CLASSES = frozenset({"01", "06", "07", "20"})


@dataclass(slots=True)
class Service:
    """One service for one person on one day at one clinic, with the columns of its class."""

    person: int
    item: str
    day: date
    unit: str
    stay: Stay | None
    extra: dict[str, Value] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The class: the first two digits of the item."""
        return self.item[:2]


class Clinics:
    """All services of the months, by month."""

    def __init__(
        self, rng: random.Random, places: Places, population: Population, movements: Movements, births: Pregnancies
    ) -> None:
        self._rng = rng
        self._places = places
        self._population = population
        self._movements = movements
        self._births = births
        self._village_units = {v.code for villages in places.clinic_villages.values() for v in villages}
        self._month: list[Service] = []

    def run(self, months: list[Period]) -> dict[Period, list[Service]]:
        """The services of every month, in order of person and day."""
        self._prepare(months[0])
        return {month: self._one_month(month) for month in months}

    def _prepare(self, first: Period) -> None:
        settled = first.start - timedelta(days=183)
        for stays in self._movements.stays:
            if stays[0].start > settled:
                continue
            for pid in self._population.households[stays[0].household]:
                if self._rng.random() < 0.55:
                    self._give_record(self._population.persons[pid], stays[0].village.code)

    def _one_month(self, month: Period) -> list[Service]:
        self._month = []
        for stays in self._movements.stays:
            for pid in self._population.households[stays[0].household]:
                self._routine(self._population.persons[pid], month)
        for pregnancy in self._births.all:
            self._pregnancy(pregnancy, month)
        for person in self._population.persons:
            if person.local and self._rng.random() < 0.75:
                self._local(person, month)
        return self._month

    def _day(self, month: Period) -> date:
        return month.start + timedelta(days=self._rng.randrange((month.end - month.start).days))

    def _add(self, person: Person, item: str, day: date, **extra: Value) -> Service | None:
        stay = self._movements.stay_on(person.household, day)
        if stay is None and not person.local:
            return None
        township9 = stay.village.township9 if stay is not None else person.origin.township9
        unit = township9
        in_village = stay is not None and stay.village.code in self._village_units
        if in_village and item[:2] in _VILLAGE_CLASSES and self._rng.random() < 0.7:
            unit = stay.village.code if stay is not None else unit
        service = Service(person.pid, item, day, unit, stay, extra)
        self._month.append(service)
        return service

    def _routine(self, person: Person, month: Period) -> None:
        day = self._day(month)
        age = person.age(day)
        if person.birth > day or self._movements.stay_on(person.household, day) is None:
            return
        self._record(person, day)
        if age < 7:
            self._child(person, day, month)
        if person.sex == WOMAN and 15 <= age < 50:
            self._woman(person, month)
        if age >= 65:
            self._elder(person, day)
        if age >= 20:
            self._chronic(person, month)
        if self._rng.random() < (0.004 if age < 7 else 0.0006):
            self._infection(person, day)

    def _give_record(self, person: Person, village12: str) -> None:
        person.record_no = self._population.issuer.health_record(village12)

    def _record(self, person: Person, day: date) -> None:
        rng = self._rng
        stay = self._movements.stay_on(person.household, day)
        if stay is None or rng.random() > 0.055:
            return
        item = "0102" if person.record_no else "0101"
        if not person.record_no:
            self._give_record(person, stay.village.code)
        made = day if item == "0101" else day - timedelta(days=rng.randrange(200, 1500))
        self._add(person, item, day, made=made, state="正常", standard=rng.choice(("是", "否", "是")))

    def _child(self, person: Person, day: date, month: Period) -> None:
        rng = self._rng
        months = person.months(day)
        if "vaccinated" not in person.conditions and rng.random() < 0.3:
            person.conditions.add("vaccinated")
            self._add(person, "0301", day, card=self._card(person), carded=day)
        if rng.random() < 0.3:
            due = [shot for shot in _VACCINES if shot[0] <= months]
            _, vaccine, dose = due[-1] if rng.random() < 0.6 else rng.choice(due)
            given = self._day(month)
            if given > person.birth:
                self._add(
                    person, rng.choice(("0302", "0302", "0303")), given, card=self._card(person), vaccine=vaccine,
                    dose=str(dose), given=given, lot=f"2026{rng.randrange(10**5):05d}", origin="本院",
                )  # fmt: skip
        for limit, item in _CHECKS:
            if months == limit and rng.random() < 0.75:
                length, weight = round(50 + months**0.72 * 3.1, 1), round(3.4 + months**0.62 * 1.05, 1)
                self._add(person, item, day, months=str(months), length=length, weight=weight, visit="随访")
                break

    def _card(self, person: Person) -> str:
        return f"3703{person.pid:08d}"

    def _woman(self, person: Person, month: Period) -> None:
        rng = self._rng
        married = person.marital in ("20", "30", "40")
        for item, name, share in (
            ("2001", "计划生育技术指导咨询", 0.06),
            ("2002", "避孕药具发放", 0.03 if married else 0.004),
            ("2005", "生殖健康检查", 0.04 if married else 0.0),
            ("2003", "放置宫内节育器", 0.002 if married else 0.0),
        ):
            if rng.random() < share:
                goods = "避孕套 10盒" if item == "2002" else None
                self._add(person, item, self._day(month), planned=name, goods=goods)

    def _elder(self, person: Person, day: date) -> None:
        if self._rng.random() < 0.12:
            self._add(person, "0601", day, checked=day)
            if self._rng.random() < 0.4:
                self._add(person, "1001", day)

    def _chronic(self, person: Person, month: Period) -> None:
        rng = self._rng
        way = rng.choice(("1", "1", "2", "3"))
        if "pressure" in person.conditions and rng.random() < 0.34:
            high, low = rng.randrange(118, 172), rng.randrange(70, 104)
            self._add(person, "0702", self._day(month), way=way, high=str(high), low=str(low))
        if "sugar" in person.conditions and rng.random() < 0.34:
            self._add(person, "0703", self._day(month), way=way, sugar=f"{rng.uniform(5.2, 11.5):.1f}")
        if "mind" in person.conditions and rng.random() < 0.34:
            self._add(person, "0801", self._day(month), diagnosis="精神分裂症", danger=str(rng.randrange(3)))
        if "lung" in person.conditions and rng.random() < 0.5:
            self._add(person, "0902", self._day(month), diagnosis="肺结核")
        if person.birth.year < 1985 and rng.random() < 0.006:
            self._add(
                person, "0701", self._day(month), high=str(rng.randrange(108, 150)), low=str(rng.randrange(64, 95))
            )

    def _infection(self, person: Person, day: date) -> None:
        rng = self._rng
        seen = datetime.combine(day, time(rng.randrange(8, 18), rng.randrange(60)))
        told = seen + timedelta(minutes=rng.randrange(20, 1500))
        self._add(person, "1101", day, disease=rng.choice(_DISEASES), seen=seen, told=told)

    def _pregnancy(self, pregnancy: Pregnancy, month: Period) -> None:
        mother = self._population.persons[pregnancy.mother]
        last = len(pregnancy.visits) - 1
        for number, (item, day) in enumerate(pregnancy.visits):
            if day not in month:
                continue
            extra: dict[str, Value] = {
                "last_period": pregnancy.last_period, "due": pregnancy.due, "booked": pregnancy.booked,
                "order": str(pregnancy.order),
            }  # fmt: skip
            if item in ("0506", "0507") and pregnancy.delivered is not None:
                extra |= {"delivered": pregnancy.delivered, "born_at": "周村区妇幼保健院",
                          "alive": str(len(pregnancy.children))}  # fmt: skip
            else:
                weeks, rest = divmod((day - pregnancy.last_period).days, 7)
                extra |= {"weeks": f"{weeks}+{rest}", "visit_no": item[-1], "risk": "是" if weeks % 7 == 0 else "否"}
            if pregnancy.ended is not None and number == last and pregnancy.ended <= month.last_day:
                extra["ended"] = pregnancy.ended
            self._add(mother, item, day, **extra)
            if item == "0501":
                self._add(mother, "2007", day, planned="叶酸发放", goods="叶酸片 3盒")
        if pregnancy.delivered is not None:
            self._newborn_visits(pregnancy, pregnancy.delivered, month)

    def _newborn_visits(self, pregnancy: Pregnancy, birth: date, month: Period) -> None:
        for pid in pregnancy.children:
            child = self._population.persons[pid]
            for item, days, visit in (("0401", 7, "家庭访视"), ("0402", 29, "满月")):
                day = birth + timedelta(days=days + pid % 3 - 1)
                if day in month and (pid * 7 + days) % 10 < 8:
                    self._add(child, item, day, months=str(child.months(day)), length=50.5, weight=3.4, visit=visit)

    def _local(self, person: Person, month: Period) -> None:
        rng = self._rng
        day = self._day(month)
        if rng.random() < 0.4:
            self._add(person, "0702", day, way="1", high=str(rng.randrange(118, 165)), low=str(rng.randrange(70, 100)))
        elif rng.random() < 0.2:
            self._add(person, "0102", day, made=day - timedelta(days=700), state="正常", standard="是")
        elif person.sex == WOMAN and 15 <= person.age(day) < 50:
            self._add(person, "2001", day, planned="计划生育技术指导咨询")
