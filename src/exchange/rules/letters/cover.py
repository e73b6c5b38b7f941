"""The cover: a township's month in ten lines, what to do by when, and the figures its charts are drawn from."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from exchange.model.period import Period
from exchange.rules.letters.notices import MonthFacts, main_problems
from exchange.rules.letters.workbooks import Entry, SenderState, full_years

CUT_DAY: Final = 10
"""By this day of the month everybody tells everybody else what the month before brought (周政办字〔2017〕138号)."""

MONTHS_SHOWN: Final = 12
TARGETS_SHOWN: Final = 5
UNKNOWN: Final = "—"

_CAME = (("new", "新增"), ("late_reg", "补登"), ("move_in", "区内移入"), ("return", "返回"))
_LEFT = (("out", "流出"), ("move_out", "区内移出"), ("cancel", "注销"))
_REGISTER = ("residence_register",)
_CLUES = ("employment", "service_log")
_CARE = ("residence_register", "service_log")


def cover_rows(facts: MonthFacts) -> list[Entry]:
    """The ten lines: `seq`, `item`, `value` of the month, `before` of the month before, `change`, `text`."""
    now, text = cover_counts(facts), _texts(facts)
    items = (
        ("inflow", "新增流入"),
        ("pregnant", "现孕妇女"),
        ("births", "本月分娩"),
        ("children_0_6", "0—6岁流入儿童"),
        ("due", "应服务人员"),
        ("overdue", "其中：已逾期"),
        ("missed", "漏管待核实"),
        ("outflow", "流出及注销"),
        ("closing", "月末在管"),
        ("reported", "来文单位"),
    )
    lines: list[Entry] = []
    for seq, (key, item) in enumerate(items, 1):
        value, before = now[key], (facts.before or {}).get(key)
        change = UNKNOWN if value is None or before is None else f"{value - before:+d}" if value != before else "0"
        shown: dict[str, object] = {"value": value, "before": UNKNOWN if before is None else before, "change": change}
        lines.append({"seq": seq, "item": item, **shown, "text": text[key]})
    return lines


def cover_counts(facts: MonthFacts) -> dict[str, int | None]:
    """What the ten lines count."""
    lists = facts.lists
    counted: dict[str, int | None] = {
        key: len(lists.get(key, ())) for key in ("inflow", "pregnant", "births", "children_0_6", "due", "outflow")
    }
    return counted | {
        "overdue": len(overdue(lists.get("due", ()), facts.day)),
        "missed": len(lists.get("missed", ())) + len(lists.get("missed_may", ())),
        "closing": facts.balance.get("closing"),
        "reported": sum(sender.has_reported for sender in facts.senders),
    }


def overdue(due: Sequence[Entry], day: date) -> list[Entry]:
    """Whose first service due was due before the month began: a month has gone by and it was not received."""
    first = Period.of(day).start.isoformat()
    return [entry for entry in due if entry.get("due_on") and str(entry["due_on"])[:10] < first]


def cover_steps(facts: MonthFacts) -> tuple[str, ...]:
    """What the township should do by when, in the order of the days; only what there is to do."""
    month = Period.of(facts.day)
    soon, cut = _day(month.next().last_day), _day(month.next().next().start.replace(day=CUT_DAY))
    counts, lists = cover_counts(facts), facts.lists
    arrived, missed, late = len(lists.get("inflow", ())), counts["missed"] or 0, counts["overdue"]
    open_ended = sum(bool(entry.get("open_services")) for entry in lists.get("outflow", ()))
    absent = [sender.name for sender in facts.senders if not sender.has_reported]
    steps = [f"即日：在签收栏签收，退回回执。{_unsigned(facts.unsigned)}"]
    if arrived or missed:
        steps.append(f"{soon}前：逐人核实新增流入{arrived}人、漏管待核实{missed}人，告知可享受的免费服务。")
    if counts["due"]:
        first = f"，先安排已逾期的{late}人" if late else ""
        steps.append(f"{soon}前：电话预约应服务人员{counts['due']}人{first}；儿童查验接种证，孕产妇核对保健手册。")
    if open_ended:
        steps.append(f"{soon}前：流出人员中有未完服务的{open_ended}人，按“服务接续”表移交或函告流入地。")
    if absent:
        steps.append(f"{cut}前：催报缺报单位，到文计入下月：{'、'.join(absent)}。")
    said = "、".join(f"{answer}{count}条" for answer, count in facts.answered.items())
    told = f"（已收到{sum(facts.answered.values())}条：{said}）" if said else ""
    steps.append(f"{cut}前：各表填好核实结果后，原文件退回，计入下月名单{told}。")
    return tuple(f"{number}．{step}" for number, step in enumerate(steps, 1))


def trend_rows(facts: MonthFacts) -> list[dict[str, Any]]:
    """The months up to this one, the oldest first: `month`, `closing`, `came`, `left`."""
    return [dict(point) for point in facts.trend][-MONTHS_SHOWN:]


def target_rows(facts: MonthFacts) -> list[dict[str, Any]]:
    """Indicators as percentages beside their targets, those with a target first; nothing that was not printed."""
    told = [
        {"title": row["title"], "rate": rate, "target": _percent(row.get("target"))}
        for row in facts.indicators
        if (rate := _percent(row.get("rate"))) is not None
    ]
    return sorted(told, key=lambda row: row["target"] is None)[:TARGETS_SHOWN]


def _texts(facts: MonthFacts) -> dict[str, str]:
    lists, senders = facts.lists, facts.senders
    gone, due = lists.get("outflow", ()), lists.get("due", ())
    doubted = len(lists.get("verifying", ()))
    closing = _balance_text(facts.balance) + (f"；其中核实中{doubted}人（见“核实中人员”表）" if doubted else "")
    return {
        "inflow": _told(_inflow_text(facts), senders, _REGISTER),
        "pregnant": _told(_some(lists.get("pregnant", ()), ("高危", _is_high_risk), ("应做产检", _has("due_items"))),
                          senders, _CARE),
        "births": _told(_some(lists.get("births", ()), ("应做产后访视、检查", _has("due_items"))), senders, _CARE),
        "children_0_6": _told(_some(lists.get("children_0_6", ()), ("本月新到", _has("new")),
                                    ("应种未种疫苗", _has("due_missing")), ("应做儿保", _has("due_check"))),
                              senders, _REGISTER),
        "due": _told(_groups(due), senders, _CARE),
        "overdue": "最早应做日期在本月1日以前，至今未见服务记录，请先安排" if overdue(due, facts.day) else "无",
        "missed": _told(_missed_text(facts), senders, _CLUES),
        "outflow": _told(_outflow_text(gone), senders, _REGISTER),
        "closing": closing,
        "reported": _senders_text(facts),
    }  # fmt: skip


def _inflow_text(facts: MonthFacts) -> str:
    """How the arrivals divide; the list's own types, since the list and the balance must tell the same story."""
    arrived = facts.lists.get("inflow", ())
    if not arrived:
        return ""
    types = Counter(str(entry.get("inflow_type", "")).lower() for entry in arrived)
    expecting = {str(entry["person_id"]) for entry in facts.lists.get("pregnant", ())}
    who = _some(
        arrived,
        ("育龄妇女", lambda entry: _is_woman_15_49(entry, facts.day)),
        ("孕妇", lambda entry: str(entry["person_id"]) in expecting),
        ("0—6岁儿童", lambda entry: _is_child(entry, facts.day)),
    )
    return f"{_parts(types, _CAME)}；其中{who or '无重点服务对象'}"


def _outflow_text(gone: Sequence[Entry]) -> str:
    kinds = _parts(Counter(str(entry.get("outflow_type", "")).lower() for entry in gone), _LEFT)
    unfinished = _some(gone, ("有未完服务", _has("open_services")))
    return "；".join(part for part in (kinds, unfinished) if part)


def _missed_text(facts: MonthFacts) -> str:
    certain, unsure = (len(facts.lists.get(name, ())) for name in ("missed", "missed_may"))
    if not certain + unsure:
        return ""
    parts = f"号码有效且标明流动的{certain}人，缺号码或未标常住类型的{unsure}人；" if unsure else ""
    return f"{parts}见于人社、卫生来文而无居住登记，请逐人核实"


def _balance_text(balance: Mapping[str, int]) -> str:
    """The balance as a sum a clerk can check: 月初 + in − out = 月末."""
    if "closing" not in balance:
        return "派出所居住登记未到，月末数待补"
    came = sum(balance.get(key, 0) for key, _ in _CAME)
    left = sum(balance.get(key, 0) for key, _ in _LEFT)
    return f"月初{balance.get('opening', 0)}人＋流入{came}人－流出及注销{left}人＝月末{balance['closing']}人"


def _senders_text(facts: MonthFacts) -> str:
    """Who came and who did not, and what became of the rows."""
    absent = [s.name + ("（整表退回）" if s.status == "rejected" else "") for s in facts.senders if not s.has_reported]
    zero = [sender.name for sender in facts.senders if sender.status == "zero"]
    received, kept, aside = (
        sum(getattr(sender, name) for sender in facts.senders) for name in ("rows_in", "rows_kept", "rows_aside")
    )
    main = main_problems(facts, 2)
    parts = (
        f"应报{len(facts.senders)}个；缺报：{'、'.join(absent) or '无'}",
        f"零报告：{'、'.join(zero)}" if zero else "",
        f"接收{received}行，入库{kept}行，问题{aside}行" + (f"（{main}）" if main else ""),
    )
    return "；".join(part for part in parts if part)


def _groups(due: Sequence[Entry]) -> str:
    """The people due by group; somebody of two groups counts in both."""
    counts: Counter[str] = Counter()
    for entry in due:
        counts.update(group for group in str(entry.get("due_group") or "").split("、") if group)
    return "，".join(f"{group}{count}人" for group, count in sorted(counts.items(), key=lambda item: -item[1]))


def _told(text: str, senders: Sequence[SenderState], roles: Sequence[str]) -> str:
    """`text`, with who did not report; 本月无 only when there is nothing and everybody of `roles` reported."""
    absent = [sender.name for sender in senders if sender.role in roles and not sender.has_reported]
    missing = f"缺报：{'、'.join(absent)}" if absent else ""
    return "；".join(part for part in (text, missing) if part) or "本月无"


def _some(entries: Sequence[Entry], *asked: tuple[str, Callable[[Entry], bool]]) -> str:
    """How many of the entries are what is asked, nothing said of none: 高危2人，应做产检5人."""
    counts = ((word, sum(map(is_so, entries))) for word, is_so in asked)
    return "，".join(f"{word}{count}人" for word, count in counts if count)


def _parts(counts: Mapping[str, int], words: Iterable[tuple[str, str]]) -> str:
    return "，".join(f"{word}{counts[key]}人" for key, word in words if counts.get(key))


def _unsigned(unsigned: Mapping[str, int]) -> str:
    told = "、".join(f"{Period.parse(month).chinese}{count}件" for month, count in sorted(unsigned.items()))
    return f"以前的通报尚未签收的请补签：{told}。" if told else ""


def _has(name: str) -> Callable[[Entry], bool]:
    return lambda entry: bool(entry.get(name))


def _is_high_risk(entry: Entry) -> bool:
    return str(entry.get("high_risk")).lower() in ("true", "1", "是")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _percent(text: object) -> float | None:
    """A printed share as a number: 94.2% and ≥95%; None for words."""
    digits = str(text or "").lstrip("≥").removesuffix("%")
    return float(digits) if digits.replace(".", "", 1).isdecimal() and "%" in str(text) else None


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
