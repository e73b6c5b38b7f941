"""Employers and jobs: what the labour offices keep their ledgers about."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from exchange.demo.generator.movements import Movements
from exchange.demo.generator.people import Person, Population
from exchange.demo.generator.places import Places, Village
from exchange.model.period import Period

_FIRMS = {
    "制造业": ("纺织", "丝绸", "机械", "不锈钢制品", "陶瓷", "沙发家具"),
    "建筑业": ("建筑安装", "装饰工程", "市政工程"),
    "居民服务": ("物业服务", "家政服务", "保安服务"),
    "批发零售": ("商贸", "家具城", "布艺批发"),
    "住宿餐饮": ("餐饮管理", "酒店管理"),
}
_CRAFTS = {
    "制造业": ("挡车工", "车工", "焊工", "质检员", "缝纫工", "普工", "木工"),
    "建筑业": ("瓦工", "钢筋工", "架子工", "小工", "电工"),
    "居民服务": ("保洁员", "保安", "维修工", "月嫂"),
    "批发零售": ("营业员", "仓管员", "司机", "送货员"),
    "住宿餐饮": ("厨师", "服务员", "洗碗工"),
}
_BRANDS = (
    "恒泰", "齐鲁", "金周", "淄丝", "凯瑞", "兰骏", "福王", "大染坊", "隆昌",
    "民泰", "宏远", "嘉恒", "瑞丰", "新亚", "海润", "华兴", "天泽", "永信",
)  # fmt: skip
HELP = ("职业介绍", "职业培训", "职业技能鉴定", "社会保险补贴", "维权/欠薪处理", "证明办理", "随迁子女入学")
INSURANCE = ("五险", "城镇职工养老、城镇职工医疗、失业、工伤", "城乡居民养老、城乡居民医保", "工伤", "无", "新农合")


@dataclass(frozen=True)
class Employer:
    """A firm and where it stands."""

    name: str
    industry: str
    village: Village


@dataclass(slots=True)
class Job:
    """One person's work at one employer; `help` holds the services of each month that had one."""

    person: int
    employer: Employer
    craft: str
    start: date
    end: date | None
    contract: bool
    insurance: str
    card: str
    wage: int
    help: dict[Period, tuple[str, date]]

    def in_ledger(self, month: Period) -> bool:
        """True when the ledger of `month` lists the job: not ended before the month began."""
        return self.start < month.end and (self.end is None or self.end >= month.start)


class Labour:
    """All jobs of migrants and of the local workers who stand in the same ledgers."""

    def __init__(self, rng: random.Random, places: Places, population: Population, movements: Movements) -> None:
        self.jobs: list[Job] = []
        self._rng = rng
        self._places = places
        self._population = population
        self._movements = movements
        self._employers: dict[str, list[Employer]] = {}

    def run(self, people: int, months: list[Period]) -> None:
        """Found the firms, hire, and note the services of each month."""
        rng = self._rng
        count = max(3, people // 300)
        for township9, villages in self._places.villages.items():
            self._employers[township9] = [self._found(rng.choice(villages)) for _ in range(count)]
        for stays in self._movements.stays:
            for stay in stays:
                for person in self._population.household_of(self._population.head(stay.household)):
                    if 17 <= person.age(stay.start) < 61 and rng.random() < 0.45:
                        self._hire(person, stay.village.township9, stay.start, stay.end, months)
        for number in range(max(20, people // 24)):
            township9 = list(self._places.townships)[number % len(self._places.townships)]
            person = self._population.new_local(months[0].start, township9)
            if person.age(months[0].start) < 61:
                self._hire(person, township9, months[0].start - timedelta(days=rng.randrange(30, 2000)), None, months)

    def _found(self, village: Village) -> Employer:
        rng = self._rng
        industry = rng.choice(list(_FIRMS))
        name = f"淄博{rng.choice(_BRANDS)}{rng.choice(_FIRMS[industry])}有限公司"
        return Employer(name, industry, village)

    def _hire(self, person: Person, township9: str, start: date, end: date | None, months: list[Period]) -> None:
        rng = self._rng
        if rng.random() < 0.12:
            township9 = rng.choice(list(self._places.townships))
        start = max(start + timedelta(days=rng.randrange(40)), date(person.birth.year + 17, 1, 1))
        if end is not None and start >= end:
            return
        if end is None and rng.random() < 0.08:
            left = months[0].start + timedelta(days=rng.randrange(31 * len(months)))
            end = left if left > start else None
        employer = rng.choice(self._employers[township9])
        job = Job(
            person.pid, employer, rng.choice(_CRAFTS[employer.industry]), start, end,
            rng.random() < 0.6, rng.choices(INSURANCE, (22, 24, 20, 14, 12, 8))[0],
            self._population.issuer.card(), rng.randrange(28, 90) * 100, {},
        )  # fmt: skip
        for month in months:
            if rng.random() < 0.14 and job.in_ledger(month):
                job.help[month] = (rng.choice(HELP), month.start + timedelta(days=rng.randrange(28)))
        self.jobs.append(job)
