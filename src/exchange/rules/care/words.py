"""What is due, in the words a clerk reads: 百白破第2、3剂；12月龄（逾期）."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from exchange.rules.care.doses import DoseState, Need
from exchange.rules.care.visits import RepeatDue, VisitDue

NO_RECORD = "无接种记录，请先查验接种证（按月龄应种{count}剂）"


def needs_text(needs: Iterable[Need]) -> str:
    """Doses by antigen group: 乙肝第2、3剂；卡介苗 — without a number where the group has only one dose."""
    parts = []
    for title, group in groupby(needs, key=lambda need: need.title):
        numbers = [need.number for need in group if need.number is not None]
        parts.append(f"{title}第{_numbers(numbers)}剂" if numbers else title)
    return "；".join(parts)


def missing_text(state: DoseState, has_record: bool) -> str:
    """应种未种疫苗. Without any record the certificate comes first: most children were vaccinated elsewhere."""
    if not has_record and state.due_count:
        return NO_RECORD.format(count=state.due_count)
    return needs_text(state.missing)


def early_text(state: DoseState) -> str:
    """Doses on record that came too early to count, for the clinic to look at again."""
    found = [f"{dose.title}第{dose.number}剂（{dose.day:%Y-%m-%d}）" for dose in state.early]
    return f"接种过早待复核：{'、'.join(found)}" if found else ""


def visits_text(visits: Iterable[VisitDue]) -> str:
    """Visits by name; one beyond its time says so."""
    return "、".join(visit.name + ("（逾期）" if visit.is_late else "") for visit in visits)


def repeats_text(repeats: Iterable[RepeatDue]) -> str:
    """Follow-ups with how many the year has seen: 高血压随访（本年已1次，应4次）."""
    return "、".join(
        due.name if due.times == 1 else f"{due.name}（本年已{due.done}次，应{due.times}次）" for due in repeats
    )


def joined(*texts: str) -> str:
    """The texts that are not empty, one after the other."""
    return "；".join(text for text in texts if text)


def _numbers(numbers: Sequence[int]) -> str:
    """1、2 or, from three in a row on, 1—4."""
    whole = numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"{numbers[0]}—{numbers[-1]}" if whole and len(numbers) > 2 else "、".join(map(str, numbers))
