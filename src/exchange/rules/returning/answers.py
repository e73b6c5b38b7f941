"""What a clerk answered on a returned list: which answers count, which rows nobody knows, and how it is told."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from exchange.registry.spec_products import Product
from exchange.rules.letters.masks import mask_id

_DAY = re.compile(r"(20\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{14}(?:[0-9]{2}[0-9Xx])?(?![0-9A-Za-z])")
_SHOWN = 20


@dataclass(frozen=True)
class Answer:
    """One row's answer, as the clerk left it; `answered_on` is None when it is empty or no day."""

    token: str
    answer: str
    correction: str
    answered_by: str
    answered_on: date | None


@dataclass
class Returned:
    """A returned file, judged: answers to take over, and what was wrong by place (sheet and row), without values."""

    answers: list[Answer] = field(default_factory=list)
    unanswered: int = 0
    unknown: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def lines(self, taken: int) -> list[str]:
        """What to tell the clerk; `taken` rows were new."""
        told = [f"共{len(self.answers)}行有核实结果，新导入{taken}行；{self.unanswered}行未填核实结果，未作改动。"]
        if self.unknown:
            told.append(f"{len(self.unknown)}行的行标识不是本系统发出的，未导入：{_places(self.unknown)}")
        if self.refused:
            told.append(f"{len(self.refused)}行的核实结果不在可选项内或前后不一致，未导入：{_places(self.refused)}")
        return told


def choices_by_list(products: Iterable[Product]) -> dict[str, set[str]]:
    """List -> the answers its sheets offer."""
    found: dict[str, set[str]] = {}
    for product in products:
        for sheet in product.sheets:
            offered = {choice for column in sheet.columns if column.field == "answer" for choice in column.choices}
            for name in sheet.lists:
                found.setdefault(name, set()).update(offered)
    return found


def judge(
    rows: Sequence[Mapping[str, Any]], lists: Mapping[str, str], choices: Mapping[str, Collection[str]]
) -> Returned:
    """`rows` as read from the file; `lists` maps every token of ours to its list.

    A row that stands twice with two answers counts for neither.
    """
    said: dict[str, set[str]] = {}
    for row in rows:
        if row.get("answer"):
            said.setdefault(str(row["token"]), set()).add(str(row["answer"]))
    found, seen = Returned(), set()
    for row in rows:
        token, answer = str(row["token"]), str(row.get("answer") or "")
        place = f"“{row['sheet']}”第{row['row']}行"
        if token not in lists:
            found.unknown.append(place)
        elif not answer:
            found.unanswered += 1
        elif answer not in choices.get(lists[token], ()) or len(said[token]) > 1:
            found.refused.append(place)
        elif token not in seen:
            seen.add(token)
            correction, by = str(row.get("correction") or ""), str(row.get("answered_by") or "")
            found.answers.append(Answer(token, answer, correction, by, read_day(str(row.get("answered_on") or ""))))
    return found


def read_day(text: str) -> date | None:
    """A day as clerks write it: 2026-11-03, 2026.11.3, 2026年11月3日; None for anything else."""
    found = _DAY.fullmatch("".join(text.split()))
    try:
        return None if found is None else date(*map(int, found.groups()))
    except ValueError:
        return None


def numbers_in(text: str) -> list[str]:
    """Whole identity numbers a clerk wrote into a correction."""
    return [number.upper() for number in _NUMBER.findall(text)]


def tokens_in(text: str, known: Collection[str]) -> list[str]:
    """Row tokens a clerk wrote into a correction, to say which other row is meant."""
    return [word for word in re.findall(r"[A-Z0-9]{6,}", text.upper()) if word in known]


def without_numbers(text: str) -> str:
    """A correction as it may go to the agency: whole identity numbers in it are masked."""
    return _NUMBER.sub(lambda found: mask_id(found[0]), text)


def _places(places: Sequence[str]) -> str:
    more = f"等{len(places)}处" if len(places) > _SHOWN else ""
    return "、".join(places[:_SHOWN]) + more
