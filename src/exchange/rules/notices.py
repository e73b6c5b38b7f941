"""The cover that tells a township its month in ten lines, and the sheet that says how good the data were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exchange.rules.workbooks import Entry, SenderState, full_years

SMALLEST_PRINTED_COUNT = 3
"""Smaller counts of a sensitive service are printed as `<3` (domain rule for mental illness, HIV and tuberculosis)."""

_REASONS = (("new", "新增"), ("late_reg", "补登"), ("move_in", "区内移入"), ("return", "返回"))
_REGISTER = ("residence_register",)
_CLUES = ("employment", "service_log")
_WAYS_OUT = (("out", "流出"), ("move_out", "区内移出"), ("cancel", "注销"))


@dataclass(frozen=True)
class MonthFacts:
    """One township's month: `balance` of the default scope, `lists` by name, senders, and problems per source.

    `balance` has opening, new, late_reg, move_in, return, out, move_out, cancel, closing. `problems` maps a source's
    code to (rule title, rows) with the most frequent first. `services` maps a class's name to rows for migrants.
    `report`, `indicators` and `letters` are rows of the sheets of that kind; `answered` counts, by what they say, the
    answers that came back since the month before.
    """

    day: date
    balance: Mapping[str, int]
    lists: Mapping[str, Sequence[Entry]]
    senders: Sequence[SenderState]
    problems: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    services: Mapping[str, int] = field(default_factory=dict)
    report: Sequence[Entry] = ()
    indicators: Sequence[Entry] = ()
    letters: Sequence[Entry] = ()
    answered: Mapping[str, int] = field(default_factory=dict)


def cover_rows(facts: MonthFacts) -> list[dict[str, object]]:
    """The ten lines of the cover: `item`, `value`, `text`; an eleventh when answers came back."""
    arrived, pregnant = facts.lists.get("inflow", ()), facts.lists.get("pregnant", ())
    births, children = facts.lists.get("births", ()), facts.lists.get("children_0_6", ())
    missed, unsure = facts.lists.get("missed", ()), facts.lists.get("missed_may", ())
    gone, clues = facts.lists.get("outflow", ()), _missed_text(len(missed), len(unsure))
    lines = [
        _line("本月新增流入", len(arrived), _told(_inflow_text(facts), facts.senders, _REGISTER)),
        _line("　其中：育龄妇女", sum(_is_woman_15_49(entry, facts.day) for entry in arrived), "15—49周岁妇女"),
        _line("　　　　孕　　妇", len(_people(arrived) & _people(pregnant)), _pregnant_text(pregnant, births)),
        _line("　　　　0—6岁儿童", sum(_is_child(entry, facts.day) for entry in arrived), _child_text(children)),
        _line("本月流出及注销", len(gone), _told(_outflow_text(gone), facts.senders, _REGISTER)),
        _line("月末在管", facts.balance.get("closing"), _balance_text(facts.balance)),
        _line("漏管待核实", len(missed) + len(unsure), _told(clues, facts.senders, _CLUES)),
        _line("到位单位", *_reported(facts.senders)),
        _line("缺报单位", *_absent(facts.senders)),
        _line("问题行", sum(sender.rows_aside for sender in facts.senders), _quality_text(facts)),
    ]
    if facts.answered:
        said = "、".join(f"{answer}{count}条" for answer, count in facts.answered.items())
        lines.append(_line("已收核实反馈", sum(facts.answered.values()), f"{said}；其余请继续核实后退回"))
    return lines


def quality_rows(facts: MonthFacts) -> list[dict[str, object]]:
    """Per source: expected, reported and late senders, rows received, kept and set aside, the five main problems."""
    rows: list[dict[str, object]] = []
    for source in dict.fromkeys(sender.source for sender in facts.senders):
        own = [sender for sender in facts.senders if sender.source == source]
        rows.append(
            {
                "agency": own[0].agency,
                "expected": len(own),
                "reported": sum(sender.has_reported for sender in own),
                "late": sum(sender.is_late for sender in own),
                "rows_in": sum(sender.rows_in for sender in own),
                "rows_kept": sum(sender.rows_kept for sender in own),
                "rows_aside": sum(sender.rows_aside for sender in own),
                "problems": _problem_text(facts.problems.get(source, ())[:5]) or "无",
            }
        )
    return rows


def service_note(services: Mapping[str, int], sensitive: Mapping[str, int]) -> str:
    """One line under the service ledger: rows per class, the sensitive classes as counts only."""
    open_part = "、".join(f"{name}{count}人次" for name, count in services.items())
    closed = "、".join(f"{name}{_small(count)}人次" for name, count in sensitive.items() if count)
    return (f"本月合计：{open_part or '无'}。" if services else "") + (
        f"另有{closed}，只列人次，不列名单。" if closed else ""
    )


def _line(item: str, value: int | None, text: str) -> dict[str, object]:
    return {"item": item, "value": value, "text": text}


def _inflow_text(facts: MonthFacts) -> str:
    """How the arrivals divide; the list's own types, since the list and the balance must tell the same story."""
    types = Counter(str(entry.get("inflow_type", "")).lower() for entry in facts.lists.get("inflow", ()))
    return _parts(types, _REASONS)


def _outflow_text(gone: Sequence[Entry]) -> str:
    return _parts(Counter(str(entry.get("outflow_type", "")).lower() for entry in gone), _WAYS_OUT)


def _told(text: str, senders: Sequence[SenderState], roles: Sequence[str]) -> str:
    """`text`, with who did not report; 本月无 only when there is nothing and everybody of `roles` reported."""
    absent = [sender.name for sender in senders if sender.role in roles and not sender.has_reported]
    missing = f"缺报：{'、'.join(absent)}" if absent else ""
    return "；".join(part for part in (text, missing) if part) or "本月无"


def _parts(counts: Mapping[str, int], words: Sequence[tuple[str, str]]) -> str:
    return "，".join(f"{word}{counts.get(key, 0)}人" for key, word in words if counts.get(key, 0))


def _balance_text(balance: Mapping[str, int]) -> str:
    """The balance as a sum a clerk can check: 月初 + in − out = 月末."""
    if "closing" not in balance:
        return "派出所居住登记未到，月末数待补"
    came = sum(balance.get(key, 0) for key, _ in _REASONS)
    left = sum(balance.get(key, 0) for key, _ in _WAYS_OUT)
    return f"月初{balance.get('opening', 0)}人＋流入{came}人－流出及注销{left}人＝月末{balance['closing']}人"


def _pregnant_text(pregnant: Sequence[Entry], births: Sequence[Entry]) -> str:
    return f"辖区流入人员现孕共{len(pregnant)}人，本月报告分娩{len(births)}人"


def _missed_text(certain: int, unsure: int) -> str:
    if not certain + unsure:
        return ""
    parts = f"号码有效且标明流动的{certain}人，缺号码或未标常住类型的{unsure}人；" if unsure else ""
    return f"{parts}请逐人核实，结果填入“漏管待核实人员”表"


def _child_text(children: Sequence[Entry]) -> str:
    return f"辖区0—6岁流入儿童共{len(children)}人"


def _reported(senders: Sequence[SenderState]) -> tuple[int, str]:
    names = [
        sender.name + ("（零报告）" if sender.status == "zero" else "") for sender in senders if sender.has_reported
    ]
    return len(names), f"应报{len(senders)}个单位：{'、'.join(names)}" if names else "无"


def _absent(senders: Sequence[SenderState]) -> tuple[int, str]:
    absent = [sender for sender in senders if not sender.has_reported]
    names = [sender.name + ("（整表退回）" if sender.status == "rejected" else "") for sender in absent]
    return len(names), "、".join(names) or "无"


def _quality_text(facts: MonthFacts) -> str:
    received = sum(sender.rows_in for sender in facts.senders)
    kept = sum(sender.rows_kept for sender in facts.senders)
    totals: Counter[str] = Counter()
    for found in facts.problems.values():
        totals.update(dict(found))
    main = _problem_text(sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:3])
    text = f"接收{received}行，入库{kept}行，其余待改或待核实"
    return text + (f"；主要问题：{main}" if main else "")


def _problem_text(problems: Sequence[tuple[str, int]]) -> str:
    return "、".join(f"{title}{count}行" for title, count in problems)


def _small(count: int) -> str:
    return str(count) if count >= SMALLEST_PRINTED_COUNT else f"<{SMALLEST_PRINTED_COUNT}"


def _people(entries: Sequence[Entry]) -> set[str]:
    return {str(entry["person_id"]) for entry in entries}


def _age(entry: Entry, day: date) -> int | None:
    birth = entry.get("birth_date")
    if not birth:
        return None
    return full_years(birth if isinstance(birth, date) else date.fromisoformat(str(birth)[:10]), day)


def _is_woman_15_49(entry: Entry, day: date) -> bool:
    age = _age(entry, day)
    return str(entry.get("sex")) == "2" and age is not None and 15 <= age < 50


def _is_child(entry: Entry, day: date) -> bool:
    age = _age(entry, day)
    return age is not None and age < 7
