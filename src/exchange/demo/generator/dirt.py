"""Slips of the hand on single rows and across a file, each leaving its mark in the truth."""

import random
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, timedelta

from exchange.demo.generator import names
from exchange.demo.generator.dirt_numbers import spoil_number
from exchange.demo.generator.places import Places
from exchange.demo.generator.records import Code, Record
from exchange.model.period import Period

_DATES = ("arrive", "register", "cancelled", "work_from", "day", "birth", "given", "last_period")
_NEEDED = ("arrive", "register", "work_from", "day")
_LUNAR = ("农历八月十五", "腊月廿三", "阴历三月初三")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
Slip = Callable[[random.Random, Record, Period], bool]


def _name_blank(_rng: random.Random, record: Record, _month: Period) -> bool:
    record.cells["name"] = ""
    return True


def _name_space(rng: random.Random, record: Record, _month: Period) -> bool:
    name = record.text("name")
    if len(name) not in (2, 3):
        return False
    record.cells["name"] = name[0] + rng.choice((" ", "\u3000")) + name[1:]
    return True


def _name_note(rng: random.Random, record: Record, _month: Period) -> bool:
    record.cells["name"] = record.text("name") + rng.choice(
        ("（小）", "(租户)", "[孕]" if not record.child else "（幼）")
    )
    return True


def _name_sound(rng: random.Random, record: Record, _month: Period) -> bool:
    other = names.same_sound(rng, record.text("name"))
    if other is not None:
        record.cells["name"] = other
    return other is not None


def _name_dot(rng: random.Random, record: Record, _month: Period) -> bool:
    name = record.text("name")
    if "·" in name:
        record.cells["name"] = name.replace("·", rng.choice(names.DOTS))
    return "·" in name


def _name_lost(_rng: random.Random, record: Record, _month: Period) -> bool:
    name = record.text("name")
    if names.has_rare(name):
        record.cells["name"] = names.without_rare(name)
    return names.has_rare(name)


def _name_several(rng: random.Random, record: Record, _month: Period) -> bool:
    name = record.text("name")
    if record.child or not name:
        return False
    other = names.given(rng, 2, 1990)
    record.cells["name"] = name + rng.choice(
        (f"、{name[0]}{other}(妻)", f"/{name[0]}{other}", f"，{name[0]}{other}（子）")
    )
    return True


def _date_written(rng: random.Random, record: Record, _month: Period) -> bool:
    keys = [key for key in _DATES if isinstance(record.cells.get(key), date)]
    if not keys:
        return False
    key = rng.choice(keys)
    day = record.cells[key]
    assert isinstance(day, date)
    forms = [f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
             f"{day:%Y-%m-%d} 00:00:00", f"{day:%Y/%m/%d}", str((day - date(1899, 12, 30)).days)]  # fmt: skip
    if key != "birth":
        forms.append(f"{day:%y}.{day.month}.{day.day}")
    if key in ("arrive", "work_from"):
        forms.append(f"{day.year}-{day.month:02d}")
    record.cells[key] = rng.choice(forms)
    return True


def _date_lost(rng: random.Random, record: Record, _month: Period) -> bool:
    keys = [key for key in _NEEDED if isinstance(record.cells.get(key), date)]
    if not keys:
        return False
    key = rng.choice(keys)
    day = record.cells[key]
    assert isinstance(day, date)
    record.cells[key] = rng.choice((*_LUNAR, f"{day.year}-02-30", f"{day.year}/13/{day.day}", "不详"))
    return True


def _birth_age(_rng: random.Random, record: Record, month: Period) -> bool:
    born = record.cells.get("birth")
    if not isinstance(born, date):
        return False
    months = (month.year - born.year) * 12 + month.month - born.month
    record.cells["birth"] = f"{months // 12}岁" if months >= 24 else f"{max(months, 1)}个月"
    return True


def _birth_other(rng: random.Random, record: Record, _month: Period) -> bool:
    born = record.cells.get("birth")
    if isinstance(born, date) and not record.child:
        record.cells["birth"] = born + timedelta(days=rng.choice((-365, -30, -1, 1, 10, 366)))
        return True
    return False


def _sex_other(_rng: random.Random, record: Record, _month: Period) -> bool:
    sex = record.cells.get("sex")
    if isinstance(sex, Code):
        record.cells["sex"] = Code("sex", "2" if sex.code == "1" else "1")
    return isinstance(sex, Code)


def _phone_form(rng: random.Random, record: Record, _month: Period) -> bool:
    phone = record.text("phone")
    if len(phone) != 11:
        return False
    record.cells["phone"] = rng.choice(
        (f"+86{phone}", f"86-{phone}", f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
         phone.translate(_WIDE), f"{phone}/{int(phone) + 11}", int(phone), "0533-6" + phone[5:11])
    )  # fmt: skip
    return True


def _phone_lost(rng: random.Random, record: Record, _month: Period) -> bool:
    phone = record.text("phone")
    if len(phone) != 11:
        return False
    record.cells["phone"] = rng.choice((f"{float(phone):.2E}", phone[-5:], phone[:10], "无", "", "空号"))
    return True


def _register_order(rng: random.Random, record: Record, month: Period) -> bool:
    if isinstance(record.cells.get("register"), date) and record.cells.get("cancelled") is None:
        record.cells["arrive"] = month.end + timedelta(days=rng.randrange(3, 200))
        return True
    return False


def _code_unknown(rng: random.Random, record: Record, _month: Period) -> bool:
    if "reason" not in record.cells:
        return False
    key, words = rng.choice(
        (("reason", ("打零工养家", "陪读带娃")), ("place", ("厂里后院", "老乡那里")), ("term", ("长期", "看情况")))
    )
    record.cells[key] = rng.choice(words)
    return True


def _hired_young(_rng: random.Random, record: Record, _month: Period) -> bool:
    born = record.cells.get("birth")
    if "work_from" not in record.cells or not isinstance(born, date):
        return False
    record.cells["work_from"] = date(born.year + 14, 9, 1)
    return True


def _flag(rng: random.Random, record: Record, _month: Period) -> bool:
    flag = record.cells.get("resident")
    if not isinstance(flag, Code):
        return False
    record.cells["resident"] = None if rng.random() < 0.67 else Code("resident", str(3 - int(flag.code)))
    return True


def _shot(rng: random.Random, record: Record, _month: Period) -> bool:
    if not record.cells.get("vaccine"):
        return False
    key, value = rng.choice((("vaccine", "进口五价苗"), ("dose", "9")))
    record.cells[key] = value
    return True


def _shot_early(_rng: random.Random, record: Record, _month: Period) -> bool:
    born = record.cells.get("birth")
    if not isinstance(record.cells.get("given"), date) or not isinstance(born, date):
        return False
    record.cells["given"] = born - timedelta(days=200)
    return True


def _weeks(_rng: random.Random, record: Record, _month: Period) -> bool:
    day = record.cells.get("day")
    if not record.cells.get("weeks") or not isinstance(day, date):
        return False
    record.cells |= {"weeks": "51+2", "last_period": day - timedelta(days=359)}
    return True


def _report(rng: random.Random, record: Record, _month: Period) -> bool:
    seen = record.text("seen")
    if not seen:
        return False
    record.cells |= (
        {"told": seen[:10]} if rng.random() < 0.5 else {"told": record.text("seen"), "seen": record.text("told")}
    )
    return True


def _service_late(rng: random.Random, record: Record, month: Period) -> bool:
    if not isinstance(record.cells.get("day"), date):
        return False
    record.cells["day"] = month.start - timedelta(days=rng.randrange(2, 25))
    return True


def _ditto(_rng: random.Random, record: Record, _month: Period) -> bool:
    if not record.text("here_address") or record.text("relation") in ("", "户主"):
        return False
    record.cells["here_address"] = "同上"
    return True


_SLIPS: tuple[tuple[str, float, Slip], ...] = (
    ("name_blank", 0.0015, _name_blank), ("name_space", 0.02, _name_space), ("name_note", 0.006, _name_note),
    ("name_sound", 0.03, _name_sound), ("name_dot", 0.3, _name_dot), ("name_lost", 0.3, _name_lost),
    ("name_several", 0.002, _name_several), ("date_written", 0.05, _date_written), ("date_lost", 0.009, _date_lost),
    ("birth_age", 0.006, _birth_age), ("birth_other", 0.006, _birth_other), ("sex_other", 0.006, _sex_other),
    ("phone_form", 0.07, _phone_form), ("phone_lost", 0.02, _phone_lost), ("date_order", 0.003, _register_order),
    ("code_unknown", 0.008, _code_unknown), ("hired_young", 0.004, _hired_young), ("flag", 0.15, _flag),
    ("vaccine_unknown", 0.04, _shot), ("dose_early", 0.02, _shot_early), ("weeks_wrong", 0.06, _weeks),
    ("report_time", 0.2, _report), ("service_late", 0.02, _service_late), ("ditto", 0.03, _ditto),
)  # fmt: skip


class Slips:
    """Spoils the records of one file."""

    def __init__(
        self, rng: random.Random, places: Places, dirt: float, more: Sequence[tuple[str, float, Slip]] = ()
    ) -> None:
        self._rng = self.rng = rng
        self._slips = (*_SLIPS, *more)
        self._places = places
        self._dirt = dirt

    def spoil(self, records: list[Record], rates: dict[str, float], month: Period) -> list[Record]:
        """The records with slips on them, some twice, some under a neighbour's number; order is kept."""
        rng, dirt = self._rng, self._dirt
        for record in records:
            for mark, rate, slip in self._slips:
                if rng.random() < rate * dirt and slip(rng, record, month):
                    record.marks.append(mark)
            self._other_town(record)
            spoil_number(rng, record, rates, dirt)
        self._share_phone(records)
        self._lend_number(records)
        return self._repeat(records)

    def _other_town(self, record: Record) -> None:
        if "here_code" not in record.cells or self._rng.random() > 0.004 * self._dirt:
            return
        away = self._places.home(self._rng)
        if away.township9 != record.cells["here_code"]:
            record.cells["here_code"] = away.township9
            record.cells["here_address"] = f"{self._places.county_name}{away.township}{away.short}"
            record.marks.append("other_town")

    def _share_phone(self, records: list[Record]) -> None:
        if len(records) < 15 or self._rng.random() > 0.25 * self._dirt:
            return
        shared = f"0533-64{self._rng.randrange(10000, 99999)}"
        for record in self._rng.sample(records, max(8, len(records) // 12)):
            record.cells["phone"] = shared
            record.marks.append("phone_shared")

    def _lend_number(self, records: list[Record]) -> None:
        grown = [record for record in records if not record.child and len(record.text("id")) == 18]
        for lender in grown:
            if self._rng.random() < 0.0012 * self._dirt:
                borrower = self._rng.choice(grown)
                if borrower.person != lender.person and not set(borrower.marks) & {"id_typo", "id_masked"}:
                    borrower.cells["id"] = lender.text("id")
                    borrower.marks.append("id_lent")

    def _repeat(self, records: list[Record]) -> list[Record]:
        result: list[Record] = []
        for record in records:
            result.append(record)
            if self._rng.random() < 0.012 * self._dirt:
                again = copy(record)
                again.cells, again.marks = dict(record.cells), [*record.marks, "repeated"]
                result.insert(max(0, len(result) - self._rng.randrange(3)), again)
        return result
