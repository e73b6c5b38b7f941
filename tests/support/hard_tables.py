"""Three agencies' tables with truth, hard on purpose: what clerks, forms and exports do to names, numbers and dates.

An error model of its own: it shares nothing with the demo's district. All persons are invented.
"""

import random
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd
from opencc import OpenCC
from pypinyin import lazy_pinyin

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇解查盖尉"
)
_RARE_SURNAMES = (
    "欧阳",
    "司马",
    "诸葛",
    "上官",
    "尉迟",
    "覃",
    "冼",
    "麦",
    "区",
    "牟",
    "谌",
    "逄",
    "阚",
    "佟",
    "鲍",
    "屠",
)
_MALE = (
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢建"
    "国志文新海山仁义东峰武松成康星光天达安岩中茂进林有坚"
)
_FEMALE = (
    "芳娜敏静丽艳娟霞秀兰英玲桂燕红梅莉琳洁婷雪慧颖倩玉珍凤春菊翠雅芝萍月莺媛瑞凡佳嘉琼勤珠黛青晓欣彤怡思雨梦琪蕊薇萱"
)
_INFANT = "梓轩子涵浩然欣怡宇航诗雨一诺俊熙雨桐思远可馨沐宸若汐奕辰语嫣铭泽皓博佑宁"
_RARE_MARKS = "喆昇堃淼珺祎琚翀翯甯镕旻"
_UYGHUR = (
    "买买提",
    "艾力",
    "古丽",
    "阿不都",
    "热依木",
    "吐尔逊",
    "帕提古丽",
    "阿依努尔",
    "努尔麦麦提",
    "玉苏甫",
    "卡迪尔",
    "麦合木提",
)
_COUNTIES = [
    f"{p}{c:02d}{d:02d}"
    for p in (37, 41, 34, 51, 52, 42, 32, 13, 22, 65)
    for c in (1, 3, 7, 15)
    for d in (2, 6, 22, 81)
]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TRADITIONAL = OpenCC("s2t")
_TODAY = date(2026, 10, 31)


def check_digit(body: str) -> str:
    """The 18th character of a 17-digit body."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def _homophones() -> dict[str, list[str]]:
    by_sound = defaultdict(list)
    extra = (
        "红宏弘洪虹鸿飞非菲霏明铭鸣名茗英瑛莹颖盈丽莉俐立利力静婧靖晶京涛滔韬桃华桦骅花画"
        "伟玮炜苇玉钰煜昱裕宇雨羽语辉晖慧惠会芬雯文汶闻晓小筱孝霞夏俊君军钧均"
    )
    for mark in dict.fromkeys(_MALE + _FEMALE + _INFANT + extra):
        by_sound[lazy_pinyin(mark)[0]].append(mark)
    return {mark: [m for m in marks if m != mark] for marks in by_sound.values() for mark in marks}


_SOUND_ALIKE = _homophones()


@dataclass
class Person:
    """Somebody as he is, without any clerk in between."""

    name: str
    sex: str
    born: date
    number: str
    phone: str
    community: str
    guardian: "Person | None" = None
    unnamed: str = ""
    marks: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class Hard:
    """`tables`: name -> frame of texts with `record_id`; `truth`: record_id, person."""

    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame


class _World:
    def __init__(self, rng: random.Random, people: int) -> None:
        self.rng = rng
        self.numbers: set[str] = set()
        districts = ("新华", "和平", "东风", "凤凰", "南郊", "马尚", "王村", "萌水", "北城", "城西")
        kinds = ("社区", "小区", "村", "花园", "新村", "家园")
        known = [f"{district}{kind}" for district in districts for kind in kinds]
        self.communities = known[: max(8, min(60, people // 100))]
        self.hot = [self.phone() for _ in range(max(2, people // 2500))]
        self.persons: list[Person] = []
        while len(self.persons) < people:
            self.household()
        self.doppelgangers(max(2, people // 400))

    def phone(self) -> str:
        return "1" + self.rng.choice("3589") + "".join(self.rng.choices("0123456789", k=9))

    def name(self, sex: str, born: date, surname: str | None = None) -> str:
        rng = self.rng
        if surname is None and rng.random() < 0.03:
            return "·".join(rng.sample(_UYGHUR, 2))
        if surname is None:
            rare = rng.random() < 0.04
            place = min(int(rng.paretovariate(0.9)) - 1, len(_SURNAMES) - 1)
            place = place if rng.random() < 0.5 else rng.randrange(len(_SURNAMES))
            surname = rng.choice(_RARE_SURNAMES) if rare else _SURNAMES[place]
        pool = _INFANT if born.year >= 2012 else _MALE if sex == "男" else _FEMALE
        length = 1 if rng.random() < (0.35 if 1975 < born.year < 1995 else 0.15) else 2
        given = "".join(pool[min(int(len(pool) * rng.random() ** 1.7), len(pool) - 1)] for _ in range(length))
        if rng.random() < 0.02:
            given = given[:-1] + rng.choice(_RARE_MARKS)
        return surname + given

    def number(self, born: date, sex: str, after: str | None = None) -> str:
        rng = self.rng
        if after is not None:
            candidates = [f"{after[:14]}{int(after[14:17]) + step:03d}" for step in (1, 2, 3) if after[14:17] < "990"]
        else:
            candidates = []
        county = rng.choice(_COUNTIES)
        while True:
            order = 2 * rng.randrange(0, 499) + (1 if sex == "男" else 0)
            body = candidates.pop(0) if candidates else f"{county}{born:%Y%m%d}{order:03d}"
            if int(body[16]) % 2 != (sex == "男"):
                continue
            number = body + check_digit(body)
            if number not in self.numbers:
                self.numbers.add(number)
                return number

    def person(
        self, born: date, sex: str, phone: str, community: str,
        surname: str | None = None, siblings: Set[str] = frozenset(), twin: Person | None = None,
    ) -> Person:  # fmt: skip
        number = self.number(born, sex, twin.number if twin else None)
        name = self.name(sex, born, surname)
        while name in siblings:
            name = self.name(sex, born, surname)
        person = Person(name, sex, born, number, phone, community)
        self.persons.append(person)
        return person

    def household(self) -> None:
        rng = self.rng
        community = rng.choice(self.communities)
        age = int(rng.triangular(18, 75, 31))
        born = _TODAY - timedelta(days=age * 365 + rng.randrange(365))
        home = self.phone()
        first = self.person(born, "男", self.phone() if rng.random() < 0.7 else home, community)
        if rng.random() < 0.05:
            first.phone = rng.choice(self.hot)
        if rng.random() > 0.55:
            return
        wife_born = born + timedelta(days=rng.randrange(-900, 1800))
        mother = self.person(wife_born, "女", home, community)
        if age > 48:
            return
        names: set[str] = set()
        for _ in range(rng.choices((0, 1, 2, 3), (2, 5, 3, 1))[0]):
            child_born = _TODAY - timedelta(days=rng.randrange(10, 365 * min(14, max(2, age - 19))))
            surname = first.name[:2] if first.name[:2] in _RARE_SURNAMES else first.name[:1]
            surname = None if "·" in first.name else surname
            children = [self.person(child_born, rng.choice("男女"), home, community, surname=surname, siblings=names)]
            names.add(children[0].name)
            if rng.random() < 0.03:
                children.append(
                    self.person(child_born, rng.choice("男女"), home, community, surname=surname, twin=children[0])
                )
            for child in children:
                child.guardian = mother if rng.random() < 0.7 else first
                if (_TODAY - child_born).days < 150 and rng.random() < 0.3:
                    child.unnamed = f"{child.guardian.name}之{'子' if child.sex == '男' else '女'}"

    def doppelgangers(self, count: int) -> None:
        adults = [person for person in self.persons if person.guardian is None]
        for origin in self.rng.sample(adults, min(count, len(adults))):
            twin = Person(origin.name, origin.sex, origin.born, "", self.phone(), self.rng.choice(self.communities))
            twin.number = self.number(origin.born, origin.sex)
            self.persons.append(twin)


class _Clerk:
    def __init__(self, rng: random.Random, world: _World, noise: float) -> None:
        self.rng, self.world, self.noise = rng, world, noise

    def slips(self, rate: float) -> bool:
        return self.rng.random() < rate * self.noise

    def name(self, name: str) -> str:
        rng = self.rng
        if "·" in name and rng.random() < 0.45:
            return name.replace("·", rng.choice(("•", "・", ".", "", " ", "．")))
        if any(mark in _RARE_MARKS for mark in name) and rng.random() < 0.3:
            rare = next(mark for mark in name if mark in _RARE_MARKS)
            return name.replace(rare, rng.choice(("?", "\ue86a", lazy_pinyin(rare)[0], "？")))
        if self.slips(0.025):
            places = [place for place, mark in enumerate(name) if _SOUND_ALIKE.get(mark)]
            if places:
                place = rng.choice(places)
                name = name[:place] + rng.choice(_SOUND_ALIKE[name[place]]) + name[place + 1 :]
        if self.slips(0.006):
            place = rng.randrange(1, len(name))
            name = name[:place] + rng.choice(_MALE + _FEMALE) + name[place + 1 :]
        if len(name) > 2 and self.slips(0.006):
            place = rng.randrange(1, len(name))
            name = name[:place] + name[place + 1 :]
        if self.slips(0.02):
            name = str(_TRADITIONAL.convert(name))
        if self.slips(0.01):
            name = name[0] + " " + name[1:]
        return name

    def number(self, number: str, masked: float, wrong: float = 0.02) -> str:
        rng = self.rng
        if rng.random() < masked:
            shape = rng.randrange(3)
            return (number[:6] + "*" * 8 + number[14:], number[:3] + "*" * 11 + number[14:], number[:14] + "****")[
                shape
            ]
        if self.slips(wrong):
            place = rng.randrange(17)
            if rng.random() < 0.3 and place < 16 and number[place] != number[place + 1]:
                return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            return number[:place] + rng.choice([d for d in "0123456789" if d != number[place]]) + number[place + 1 :]
        if self.slips(0.003):
            return number[:-1]
        if self.slips(0.003):
            return f"{float(number[:17]) * 10:.5E}".replace("E+", "E+")
        if number[6:8] == "19" and self.slips(0.008):
            return number[:6] + number[8:17]
        if self.slips(0.02):
            return rng.choice((number.lower(), " " + number, "'" + number, number[:6] + " " + number[6:],
                               "".join(chr(ord(c) + 0xFEE0) for c in number)))  # fmt: skip
        return number

    def born(self, born: date, missing: float) -> str:
        rng = self.rng
        if rng.random() < missing:
            return ""
        if self.slips(0.012):
            kind = rng.randrange(5)
            if kind == 0 and born.day <= 12:
                born = born.replace(month=born.day, day=born.month)
            elif kind == 1:
                born = born + timedelta(days=365 * rng.choice((-1, 1)))
            elif kind == 2:
                born = born + timedelta(days=rng.randrange(25, 50))
            elif kind == 3:
                born = date(born.year, 1, 1)
            else:
                born = born + timedelta(days=rng.randrange(1, 9))
        return rng.choices((f"{born:%Y-%m-%d}", f"{born:%Y%m%d}", f"{born:%Y/}{born.month}/{born.day}",
                            f"{born.year}年{born.month}月{born.day}日"), (80, 8, 8, 4))[0]  # fmt: skip

    def phone(self, phone: str, missing: float) -> str:
        if self.rng.random() < missing:
            return self.rng.choice(("", "", "无", "00000000000"))
        if self.slips(0.07):
            return self.world.phone()
        if self.slips(0.01):
            place = self.rng.randrange(2, 11)
            return phone[:place] + self.rng.choice("0123456789") + phone[place + 1 :]
        return self.rng.choice((phone, phone, phone, f"+86{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"))

    def community(self, community: str) -> str:
        if self.slips(0.12):
            return self.rng.choice(self.world.communities)
        return "" if self.slips(0.04) else community

    def sex(self, sex: str) -> str:
        if self.slips(0.004):
            sex = "女" if sex == "男" else "男"
        return "" if self.slips(0.01) else self.rng.choice((sex, sex, sex, sex, "1" if sex == "男" else "2"))


_NO_NUMBER = ("", "", "", "无", "不详", "000000000000000000", "待补")


def _police(clerk: _Clerk, person: Person) -> dict[str, str]:
    row = _common(clerk, person, 0.01)
    row["id_no"] = clerk.number(person.number, 0.0, 0.004) if clerk.rng.random() < 0.99 else ""
    row["phone"] = clerk.phone(person.phone, 0.1)
    row["community"] = clerk.community(person.community)
    return row


def _hr(clerk: _Clerk, person: Person) -> dict[str, str]:
    row = _common(clerk, person, 0.4)
    has = clerk.rng.random()
    row["id_no"] = clerk.number(person.number, 0.115, 0.015) if has < 0.95 else clerk.rng.choice(_NO_NUMBER)
    if clerk.slips(0.002):
        row["id_no"] = clerk.rng.choice(clerk.world.persons).number
    row["phone"] = clerk.phone(person.phone if clerk.rng.random() > 0.06 else clerk.rng.choice(clerk.world.hot), 0.25)
    return row


def _clinic(clerk: _Clerk, person: Person) -> dict[str, str]:
    row = _common(clerk, person, 0.02)
    if person.unnamed and clerk.rng.random() < 0.8:
        row["name"] = person.unnamed
    has = clerk.rng.random()
    row["id_no"] = clerk.number(person.number, 0.02, 0.03) if has < 0.36 else clerk.rng.choice(_NO_NUMBER)
    row["phone"] = clerk.phone(person.phone, 0.12)
    row["community"] = clerk.community(person.community)
    guardian = person.guardian
    if guardian is not None:
        if clerk.rng.random() < 0.05:
            row["id_no"] = guardian.number
        row["guardian_name"] = clerk.name(guardian.name) if clerk.rng.random() < 0.85 else ""
        row["guardian_id"] = clerk.number(guardian.number, 0.03, 0.02) if clerk.rng.random() < 0.5 else ""
        row["guardian_phone"] = clerk.phone(guardian.phone, 0.3)
    elif clerk.slips(0.004):
        row["id_no"] = clerk.rng.choice(clerk.world.persons).number
    return row


def _common(clerk: _Clerk, person: Person, no_birth: float) -> dict[str, str]:
    return {"name": clerk.name(person.name), "sex": clerk.sex(person.sex), "dob": clerk.born(person.born, no_birth)}


_FORMS = {"police": _police, "hr": _hr, "clinic": _clinic}
_COLUMNS = {
    "police": ["name", "sex", "id_no", "dob", "phone", "community"],
    "hr": ["name", "sex", "id_no", "dob", "phone"],
    "clinic": ["name", "sex", "id_no", "dob", "phone", "community", "guardian_name", "guardian_id", "guardian_phone"],
}  # fmt: skip


def _visits(rng: random.Random, person: Person) -> list[str]:
    age = (_TODAY - person.born).days // 365
    visits = ["police"] if rng.random() < 0.82 else []
    if 16 <= age <= 60 and rng.random() < 0.5:
        visits += ["hr"] * rng.choices((1, 2), (9, 1))[0]
    if age < 7:
        visits += ["clinic"] * rng.choices((0, 1, 2, 3, 4), (1, 3, 3, 2, 1))[0]
    elif rng.random() < (0.5 if (person.sex == "女" and age < 45) or age >= 65 else 0.12):
        visits += ["clinic"] * rng.choices((1, 2, 3), (5, 3, 1))[0]
    return visits


def make_hard_tables(records: int, seed: int, noise: float = 1.0) -> Hard:
    """About `records` rows in three tables; `noise` scales every rate of error (not of what is missing)."""
    rng = random.Random(f"hard {seed}")
    world = _World(rng, max(20, int(records / 1.62)))
    clerk = _Clerk(rng, world, noise)
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in _FORMS}
    for place, person in enumerate(world.persons):
        for name in _visits(rng, person):
            rows[name].append({**_FORMS[name](clerk, person), "person": str(place)})
    tables, truth = {}, []
    for name, found in rows.items():
        rng.shuffle(found)
        frame = pd.DataFrame(found)
        frame.insert(0, "record_id", [f"{name[0].upper()}{n:07d}" for n in range(len(frame))])
        truth.append(frame[["record_id", "person"]])
        tables[name] = frame.reindex(columns=["record_id", *_COLUMNS[name]]).fillna("")
    return Hard(tables, pd.concat(truth, ignore_index=True))
