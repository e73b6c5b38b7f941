"""What townships verified, as the row's source hears of it: what is asked, whether it was made, what may travel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from exchange.registry.spec import Field, Source
from exchange.registry.spec_answers import Answers
from exchange.rules.persons.people import ATTRIBUTES
from exchange.rules.records import SPELL_FIELDS
from exchange.rules.returning.answers import without_numbers

WAITING: Final = "waiting"
CORRECTED: Final = "corrected"
REPEATED: Final = "repeated"
WITHHELD: Final = "（更正内容涉及服务情况，请向镇街了解）"
_OF_THE_PERSON: Final = frozenset({*ATTRIBUTES, *SPELL_FIELDS, "arrive_date", "hukou_code", "current_code"})
_SHORTEST: Final = 2
_STATES: Final = {
    ("confirmed", "done"): "属实，无需处理",
    ("denied", "done"): "请核对服务记录并更正",
    ("absent", "standing"): "核实中，请核实并更新",
    ("settled", "standing"): "非流动人口，请核实标记",
    ("wrong", WAITING): "待更正",
    ("wrong", REPEATED): "再次报来，仍未更正",
    ("duplicate", WAITING): "疑似重复，核对中",
}
_ENDED: Final = {
    "register_closed": "登记已注销",
    "served_since": "此后有服务记录，已恢复",
    "registered_since": "此后有居住登记，已恢复",
    "answered_again": "镇街已再次核实",
    "recorded": "服务记录已到",
}


@dataclass(frozen=True)
class Progress:
    """What became of a correction: `state`, and the titles of the columns in which the source says something else."""

    state: str
    changed: tuple[str, ...] = ()


def named_fields(text: str, source: Source, words: Mapping[str, Sequence[str]]) -> tuple[Field, ...]:
    """The fields of `source` a correction speaks of: by a heading in it, or by the words for its type; maybe none."""
    bare = "".join(text.split())
    return tuple(
        field
        for field in _fields(source)
        if any(len(heading) >= _SHORTEST and heading in bare for heading in (field.title, *field.headings))
        or any(word in bare for word in words.get(field.type, ()))
    )


def progress(
    text: str, old: Mapping[str, Any], new: Mapping[str, Any] | None, source: Source, answers: Answers
) -> Progress:
    """Whether the row `new`, the source's latest of the person, differs from `old` in what `text` complains of.

    A correction that names no column is made when any column about the person differs. Blanks correct nothing.
    """
    if new is None:
        return Progress(WAITING)
    asked = named_fields(text, source, answers.words) or _fields(source)
    changed = tuple(field.title for field in asked if _differs(old.get(field.name), new.get(field.name)))
    return Progress(CORRECTED, changed) if changed else Progress(REPEATED)


def may_tell(text: str, source: Source, answers: Answers) -> str:
    """A correction as it may go to `source`: numbers masked; what speaks of care goes to no one but its own agency."""
    if source.role != "service_log" and any(word in text for word in answers.care_words):
        return WITHHELD
    return without_numbers(text)


def _fields(source: Source) -> tuple[Field, ...]:
    """Fields that describe the person, not the act the row reports."""
    return tuple(field for field in source.fields if field.personal or field.name in _OF_THE_PERSON)


def _differs(old: Any, new: Any) -> bool:
    if new is None or pd.isna(new):
        return False
    return old is None or pd.isna(old) or str(old) != str(new)


def is_told(answer: Mapping[str, Any]) -> bool:
    """Whether an answer stands in the feedback of its row's agency: what asks nothing of it, or is over, does not."""
    return bool(answer["is_told"]) and answer["state"] != "expired"


def answer_line(answer: Mapping[str, Any], source: Source, answers: Answers) -> dict[str, Any]:
    """An answer for the agency whose row it is about: what was found, what to correct, and how that stands."""
    correction = may_tell(str(answer.get("correction") or ""), source, answers)
    return {**answer, "correction": correction, "state": _standing(answer)}


def _standing(answer: Mapping[str, Any]) -> str:
    state, why = str(answer["state"]), str(answer["why"])
    if state == CORRECTED:
        return f"已更正（{why}）"
    return _ENDED.get(why, "已了结") if state == "ended" else _STATES.get((str(answer["effect"]), state), "待核实")
