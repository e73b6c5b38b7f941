"""Why a row is its person's, told to an auditor: one sentence per link, and weighed pairs whose bits add up."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from exchange.model.explained import Step, Weighing
from exchange.registry.spec_linkage import Linkage
from exchange.rules.persons.evidence_words import (
    BY_ITSELF,
    EFFECTS,
    EVENTS,
    EVIDENCE,
    SCHEMES,
    TIERS,
    comparison_word,
    level_word,
)

Record = Mapping[str, Any]
CHANGES: Final = ("月份", "变更", "人员编号", "另一方", "依据")
NUMBERS: Final = ("证件种类", "个数", "始见月份", "归属")
SAID: Final = ("作出日期", "结论", "是否两人", "后果", "决定编号")

_ROUNDED: Final = 0.005
"""Below that two decimals show no difference."""
_VERDICTS: Final = {"same": "同一人", "different": "不是同一人", "unsure": "无法判断", "revoke": "撤销此前一条"}
_BY: Final = {"key": "所凭层级的键相同", "decision": "人工决定", "dispute": "号码存疑后重新认定",
                     "recluster": "全部数据重新认定"}  # fmt: skip
_TOLD: Final = re.compile(r"(?:(?P<what>[a-z_0-9]+): )?(?P<level>.+) (?P<bits>[+-]\d+(?:\.\d+)?)")
_TOLD_IN: Final = ("evidence", "cap", "prior", "rounding")
_NOTE: Final = "每多1比特，是一人与不是一人之比增加一倍。先验：任取两条记录恰为一人的可能。"


def weighing(
    detail: Record, total: float | None, runner_up: float | None, scorer: tuple[float, float], cap: float | None,
    title: str, sides: Sequence[str], model: str,
) -> Weighing:  # fmt: skip
    """A weighed pair as it was stored (registry.evidence.detail). `scorer`: bits of a link and of a review; `total`
    None: what the steps add up to. `model`: the sentence about the model."""
    steps = [Step("先验", "任取两条记录恰为一人", float(detail["prior"]), "prior")]
    steps += [Step(comparison_word(what), level_word(level), float(bits)) for what, level, bits in detail["evidence"]]
    over = float(detail.get("household") or 0.0)
    if over:
        most = f"至多计 {cap:g} 比特" if cap is not None else "超出部分不计"
        steps.append(Step("同户封顶", f"电话、村居、监护人合计{most}", over, "cap"))
    return _whole(title, sides, steps, total, runner_up, scorer, model)


def told_weighing(
    row: Record, scorer: tuple[float, float], title: str, model: str
) -> Weighing:  # fmt: skip
    """A line of `exchange link --why` (record_a, record_b, bits, runner_up, model, evidence)."""
    before, steps = [], []
    for words in str(row["evidence"]).split("; "):
        found = _TOLD.fullmatch(words)
        if found is None:
            raise ValueError("not a line of --why")
        bits, level = float(found["bits"]), found["level"]
        if found["what"]:
            steps.append(Step(comparison_word(found["what"]), level_word(level), bits))
        elif level == "prior":
            before.append(Step("先验", "任取两条记录恰为一人", bits, "prior"))
        else:
            most = level.rpartition(" ")[2]
            steps.append(Step("同户封顶", f"电话、村居、监护人合计至多计 {most} 比特", bits, "cap"))
    sides = (f"记录甲：{row['record_a']}", f"记录乙：{row['record_b']}")
    rival = None if row["runner_up"] is None else float(row["runner_up"])
    return _whole(title, sides, [*before, *steps], float(row["bits"]), rival, scorer, model)


def _whole(
    title: str, sides: Sequence[str], steps: Sequence[Step], total: float | None, runner_up: float | None,
    scorer: tuple[float, float], model: str,
) -> Weighing:  # fmt: skip
    added = sum(step.bits for step in steps)
    ended = added if total is None else total
    shown = list(steps)
    if abs(ended - added) >= _ROUNDED:
        shown.append(Step("舍入", "各项取位之差", ended - added, "rounding"))
    link, review = scorer
    return Weighing(title, tuple(sides), tuple(shown), ended, link, review, runner_up, (model, _NOTE))


def weighed_words(pair: Weighing) -> str:
    """`姓名（字形相同） +9.08；…；先验 −16.20；合计 17.30 比特，界限 4.00，第二人选 3.20，领先 14.10`."""
    order = sorted(pair.steps, key=lambda step: _TOLD_IN.index(step.kind))
    parts = [f"{step.what}{f'（{step.level}）' if step.kind != 'prior' else ''} {signed(step.bits)}" for step in order]
    if pair.runner_up is None:
        rival = "没有第二人选"
    else:
        rival = f"第二人选 {plain(pair.runner_up)}，领先 {plain(pair.total - pair.runner_up)}"
    return f"{'；'.join(parts)}；合计 {plain(pair.total)} 比特，界限 {plain(pair.threshold)}，{rival}"


def agreed_words(detail: Record, tier: str) -> str:
    """What agreed in a tier's link, and which other tiers the same pair fulfils."""
    kinds = "、".join(EVIDENCE.get(kind, kind) for kind in detail.get("by", ()))
    others = [name for name in detail.get("tiers", ()) if name != tier]
    more = f"，同时符合 {'、'.join(others)}" if others else ""
    return (f"双方相同的项：{kinds}" if kinds else "") + more


def tier_title(tier: str, linkage: Linkage) -> str:
    """What a tier is called, by the declarations of its month."""
    return next((each.title for each in linkage.tiers if each.name == tier), TIERS.get(tier, "此层级已不在约定之中"))


def place(row: Record, prefix: str = "") -> str:
    """`hr/2026-10/a.xlsx 工作表“1” 第3行`: where a row stands; nothing when it is not known."""
    if not row.get(f"{prefix}file"):
        return ""
    sheet = f" 工作表“{row[f'{prefix}sheet']}”" if row.get(f"{prefix}sheet") else ""
    return f"{row[f'{prefix}file']}{sheet} 第{row[f'{prefix}row']}行"


def untold(row: Record) -> str:
    """Why a link has no stored evidence, in words; nothing where it needs none."""
    if row["tier"] in BY_ITSELF:
        return ""
    if not row["period_has_evidence"]:
        return "该月认定早于计分器启用，未留存逐项依据，只知层级"
    return "见人工决定" if row["tier"] == "DECIDED" else "未留存逐项依据"


def sentence(row: Record, token: str, linkage: Linkage, steps: Sequence[str]) -> str:
    """A link in one line: row, when, tier, what it rests on, where."""
    basis = " → ".join(step for step in steps if step) or untold(row)
    when = f"{row['period']} 认定" + (f"（{row['published_at']:%Y-%m-%d} 发布）" if row.get("published_at") else "")
    moved = f"{row['moved_period']} 由 {row['moved_from']} 改归" if row.get("moved_from") else ""
    head = f"{row['tier']} {tier_title(row['tier'], linkage)}"
    return "｜".join(part for part in (f"行标识 {token}", when, head, basis, f"本行 {place(row)}", moved) if part)


def change_row(event: Record) -> tuple[str, ...]:
    """A line of CHANGES."""
    return (
        event["period"], EVENTS.get(event["kind"], event["kind"]), event["person_id"], event["other_id"] or "",
        change_words(event["why"] or {}),
    )  # fmt: skip


def change_words(why: Record) -> str:
    """What a change of ids rests on."""
    if "evidence" in why:
        parts = [f"{comparison_word(w)}（{level_word(level)}）{signed(bits)}" for w, level, bits in why["evidence"]]
        cap = [f"同户封顶 {signed(why['household'])}"] if why.get("household") else []
        return "；".join(["按固定模型计分", *parts, *cap, f"先验 {signed(why['prior'])}"])
    if why.get("decisions"):
        return f"人工决定 {'、'.join(why['decisions'])}"
    rows = f"涉及 {why['rows']} 行" if why.get("rows") else ""
    return _BY.get(str(why.get("by", "")), rows)


def number_row(found: Record) -> tuple[str, ...]:
    """A line of NUMBERS: the scheme, never the number."""
    state = "现归此人" if found["valid_to"] is None else f"至 {found['valid_to']} 曾归此人"
    return SCHEMES.get(found["scheme"], found["scheme"]), str(found["numbers"]), found["valid_from"], state


def said_row(told: Record) -> tuple[str, ...]:
    """A line of SAID; who decided and the note are not in it."""
    effect = EFFECTS.get(told["effect"] or "", "尚未生效")
    if told["effect"]:
        effect = f"{told['effect_period']} {effect}"
    people = "两人" if told["second_actor"] else "须两人，已一人" if told["needs_two"] else "一人"
    return f"{told['decided_at']:%Y-%m-%d}", _VERDICTS[told["verdict"]], people, effect, told["decision_id"]


def signed(bits: float) -> str:
    """`+9.08`, `−3.00`: always a sign, two decimals."""
    return f"{bits:+.2f}".replace("-", "−")


def plain(bits: float) -> str:
    """`17.30`, `−3.00`."""
    return f"{bits:.2f}".replace("-", "−")
