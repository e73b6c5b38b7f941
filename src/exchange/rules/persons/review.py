"""A question about who is who, as people see it: two records beside one another, nothing of a score, numbers masked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from exchange.model.decisions import Pair, Standing, ordered
from exchange.registry.spec_linkage import Review
from exchange.rules.letters.masks import mask_id, mask_phone
from exchange.rules.letters.workbooks import full_years

Record = Mapping[str, Any]
"""One accepted row: source, name, sex, birth_date, id_number, phone, hukou_address, current_address, guardian_name,
unit_name, unit_township9, said_on, service_class."""

KINDS: Final[Mapping[str, str]] = {
    "id_dispute": "同一号码、姓名不符",
    "undecided": "可能是几个人中的一个",
    "candidate": "姓名、出生日期相同",
    "near": "各项相近",
    "margin": "两个人选难分",
    "contradiction": "各项相近而有矛盾",
    "decision_conflict": "已作决定而无法执行",
    "duplicate": "镇街反映重复",
    "asked": "业务人员提出",
}  # fmt: skip

SHOWN: Final = (
    "name", "sex", "age", "birth", "id_number", "phone", "guardian_name", "hukou_address", "current_address",
    "unit_name", "said_on",
)  # fmt: skip
"""What is shown of a record, in this order. Ages stand for birth dates: beside a masked number a date would undo it."""

WORDS: Final[Mapping[str, str]] = {
    "name": "姓名", "sex": "性别", "age": "年龄", "birth": "出生日期", "id_number": "证件号码", "phone": "联系电话",
    "guardian_name": "监护人（母亲）", "hukou_address": "户籍地址", "current_address": "现住址",
    "unit_name": "报送单位", "said_on": "记载日期",
}  # fmt: skip
ASKED: Final = "asked"
"""Kind of a question somebody put himself: about two rows of one person it asks whether he is two."""

_SAME, _DIFFERENT, _ABSENT = "相同", "不同", ""
_TOLD_APART: Final = ("name", "sex", "birth", "id_number", "phone", "guardian_name", "hukou_address", "current_address")
_SEX: Final = {"1": "男", "2": "女"}


@dataclass(frozen=True)
class Question:
    """A row of sql/review/items with both records. `case` numbers questions that hang together, from 1."""

    item: Mapping[str, Any]
    one: Record
    other: Record
    case: int = 0

    @property
    def pair(self) -> tuple[str, str]:
        """The two rows, in the order decisions are kept under."""
        return ordered(str(self.item["row_id_a"]), str(self.item["row_id_b"]))

    @property
    def is_sensitive(self) -> bool:
        """Whether either record is of a service nobody outside may see."""
        return bool(self.one.get("is_sensitive") or self.other.get("is_sensitive"))


def pair_up(asked: Iterable[Mapping[str, Any]], records: Mapping[str, Record]) -> list[Question]:
    """The items with both records; an item of which one is missing is left out."""
    return [
        Question(item, records[item["row_id_a"]], records[item["row_id_b"]])
        for item in asked
        if item["row_id_a"] in records and item["row_id_b"] in records
    ]


def persons_of(item: Mapping[str, Any]) -> frozenset[str]:
    """The two persons a question is about; one where they are one by now."""
    return frozenset((str(item["one"]), str(item["other"])))


def settled_persons(found: Iterable[Mapping[str, Any]], held: Mapping[Pair, Standing]) -> set[frozenset[str]]:
    """Persons nobody need be asked about: judged, or one person by now."""
    settled = set()
    for item in found:
        standing = held.get(ordered(item["row_id_a"], item["row_id_b"]))
        is_one = item["one"] == item["other"] and item["kind"] != ASKED
        if is_one or (standing is not None and standing.state == "holds"):
            settled.add(persons_of(item))
    return settled


def unanswered(found: Sequence[Mapping[str, Any]], held: Mapping[Pair, Standing]) -> list[Mapping[str, Any]]:
    """The items still to be asked, one for each two persons."""
    settled = settled_persons(found, held)
    return one_each(item for item in found if persons_of(item) not in settled)


def one_each(asked: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of several items about the same two persons the first."""
    kept: dict[frozenset[str], Mapping[str, Any]] = {}
    for item in asked:
        kept.setdefault(persons_of(item), item)
    return list(kept.values())


def needs_two(item: Mapping[str, Any], review: Review) -> bool:
    """Whether the question takes the same word of two people."""
    served = bool(item["services_a"]) and bool(item["services_b"])
    return item["kind"] in review.two_people or (review.served and served)


def shown(record: Record, day: date) -> dict[str, str]:
    """SHOWN of a record as text: number and phone masked, the age on `day` in the birth date's place."""
    birth = record.get("birth_date")
    return {
        "name": str(record.get("name") or ""),
        "sex": _SEX.get(str(record.get("sex") or ""), ""),
        "age": "" if birth is None else str(full_years(birth, day)),
        "birth": "",
        "id_number": mask_id(record.get("id_number")),
        "phone": mask_phone(record.get("phone")),
        "guardian_name": str(record.get("guardian_name") or ""),
        "hukou_address": str(record.get("hukou_address") or ""),
        "current_address": str(record.get("current_address") or ""),
        "unit_name": str(record.get("unit_name") or ""),
        "said_on": "" if record.get("said_on") is None else str(record["said_on"])[:10],
    }


def compared(one: Record, other: Record) -> dict[str, str]:
    """Field -> 相同, 不同, or nothing where one of the two does not tell; only what tells people apart."""
    named = {"birth": "birth_date"}
    found = {}
    for field in _TOLD_APART:
        a, b = (record.get(named.get(field, field)) for record in (one, other))
        found[field] = _ABSENT if a in (None, "") or b in (None, "") else _SAME if a == b else _DIFFERENT
    return found


def entry(question: Question, token: str, day: date) -> dict[str, Any]:
    """The question as a row of the sheet: every field of SHOWN twice (`name_a`, `name_b`), `same` and `differs` in
    words, `token`."""
    one, other = shown(question.one, day), shown(question.other, day)
    told = compared(question.one, question.other)
    return {
        "case": question.case,
        "kind": question.item["kind"],
        **{f"{field}_a": value for field, value in one.items()},
        **{f"{field}_b": value for field, value in other.items()},
        "same": "、".join(WORDS[field] for field, word in told.items() if word == _SAME),
        "differs": "、".join(WORDS[field] for field, word in told.items() if word == _DIFFERENT),
        "different": {field for field, word in told.items() if word == _DIFFERENT},
        "token": token,
    }


def cases(questions: Sequence[Question]) -> list[Question]:
    """The questions with those about the same persons together and numbered as one case, in the order of the first of
    each."""
    found: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        one, other = str(question.item["one"]), str(question.item["other"])
        joint = found[one] | found[other] | {one, other}
        for person in joint:
            found[person] = joint
    ordered: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        ordered[min(found[str(question.item["one"])])].append(question)
    return [
        Question(question.item, question.one, question.other, number)
        for number, together in enumerate(ordered.values(), 1)
        for question in together
    ]


def township_of(question: Question, roles: Mapping[str, str]) -> str:
    """Whose office is asked: that of the residence register's record, else of the record told last.

    `roles`: source -> its role.
    """
    records = sorted((question.one, question.other), key=lambda record: (
        roles.get(str(record.get("source"))) != "residence_register", str(record.get("said_on") or ""),
    ))  # fmt: skip
    return next((str(record["unit_township9"]) for record in records if record.get("unit_township9")), "")


def of_kinds(questions: Iterable[Question], kinds: Sequence[str]) -> list[Question]:
    """Those that may go to an office: of these kinds, nothing sensitive in them."""
    return [each for each in questions if each.item["kind"] in kinds and not each.is_sensitive]
