"""What a trace says in words: why somebody counts, whether it adds up, how a declaration reads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from exchange.rules.indicators import percent
from exchange.rules.reporting.report_words import DISPOSITION_WORDS

TERMS: Final = {
    "OPENING": "月初数", "NEW": "新增", "LATE_REG": "补登", "MOVE_IN": "区内移入", "RETURN": "返回", "OUT": "流出",
    "MOVE_OUT": "区内移出", "CANCEL": "注销", "CLOSING": "月末数",
}  # fmt: skip
"""Terms of the balance and what they are called."""
GROUP_TERMS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "INFLOW": ("流入", ("NEW", "LATE_REG", "RETURN")), "MOVE_IN": ("区内移入", ("MOVE_IN",)),
    "OUTFLOW": ("流出", ("OUT",)), "MOVE_OUT": ("区内移出", ("MOVE_OUT",)), "CANCEL": ("注销", ("CANCEL",)),
    "AGED_IN": ("因年龄进入", ("AGED_IN",)), "AGED_OUT": ("因年龄离开", ("AGED_OUT",)), "CLOSING": ("月末数", ()),
}  # fmt: skip
"""Terms of a group's balance: what they are called, and the movements they add up."""
GROUPS: Final = {"children_0_6": "0—6岁儿童", "women_15_49": "15—49岁妇女", "aged_65": "65岁及以上"}
LISTS: Final = {
    "inflow": "新增流入人员", "outflow": "流出人员", "pregnant": "流入怀孕妇女", "births": "流入分娩",
    "children_0_6": "0—6岁流入儿童", "missed": "漏管待核实", "missed_may": "疑似漏管", "served": "享受服务人员",
    "due": "应服务人员", "unserved": "有登未服人员", "handover": "服务接续", "verifying": "待核实",
    "changes": "变动人员", "archive": "综合档案", "regrouped": "人群变动", "whereabouts": "去向不明",
}  # fmt: skip
"""Lists and what they are called; a list that is not here goes by its own name."""

MEMBER: Final = ("镇街", "人员编号", "区分", "分母", "分子", "行标识", "为何")
BESIDE: Final = ("镇街", "人员编号", "区分", "另计数", "行标识", "为何")
ENTRY: Final = ("镇街", "人员编号", "区分", "行标识", "为何")
ROW: Final = (
    "行标识", "作用", "来源", "单位", "文件", "工作表", "行", "结果", "规则", "报送编号", "文件SHA-256", "核验批次",
    "核验回执", "期望套件",
)  # fmt: skip
FILE: Final = ("来源", "单位", "文件", "文件SHA-256", "状态", "规则")
NOW: Final = ("指标", "名称", "首次发布", "现今所知", "变化（分子/分母）")
TEXT: Final = ("种类", "名称", "指纹", "原文")

_PERIODS: Final = {"stock": "月末时点", "month": "本月", "half": "本半年", "year": "本年累计", "survey": "调查"}
_DETAILS: Final = {"part": "分剂次", "village": "分村（居）", "aside": "另计"}
_STATES: Final = {
    "COMPUTED": "已计算",
    "PARTIAL": "部分计算",
    "NOT_COMPUTABLE": "不可计算",
    "NO_DENOMINATOR": "分母为零",
}


def list_title(name: str) -> str:
    """What a list is called."""
    return LISTS.get(name, name)


def why_counts(member: Mapping[str, Any], declared: Mapping[str, Any]) -> str:
    """Why a member counts as it does, by the declaration of its time."""
    inside = f"计入分母（{declared['denominator']}）"
    if not member["numerator"]:
        return f"{inside}；未计入分子：没有符合“{declared['numerator']}”的数据行"
    part = "" if member["numerator"] == member["denominator"] else f"{member['numerator']}/{member['denominator']}"
    return f"{inside}；计入分子{part}（{declared['numerator']}）"


def totals(members: Iterable[Mapping[str, Any]], *, whole: bool) -> tuple[int, int]:
    """Numerator and denominator of the members; in the whole district nobody counts twice."""
    if not whole:
        told = list(members)
        return sum(m["numerator"] for m in told), sum(m["denominator"] for m in told)
    most: dict[tuple[str, str], tuple[int, int]] = {}
    for member in members:
        key = (member["person_id"], member["part"])
        before = most.get(key, (0, 0))
        most[key] = (max(before[0], member["numerator"]), max(before[1], member["denominator"]))
    return sum(n for n, _ in most.values()), sum(d for _, d in most.values())


def details_agree(
    published: Sequence[Mapping[str, Any]], found: Mapping[str, Sequence[Mapping[str, Any]]], *, whole: bool
) -> tuple[bool, list[tuple[str, str]]]:
    """Whether the published details are what `members` and `asides` add up to, dose by dose, village by village."""
    agrees, facts = True, []
    for kind, label in _DETAILS.items():
        own = found.get("asides" if kind == "aside" else "members", ())
        told = {row["detail"]: (row["numerator"] or 0, row["denominator"]) for row in published if row["kind"] == kind}
        if told:
            got = {detail: totals((one for one in own if one[kind] == detail), whole=whole) for detail in told}
            same, verdict = agreement(told, got)
            agrees &= same
            facts.append((f"{label}对账", f"{len(told)}项，{verdict}"))
    return agrees, facts


def indicator_facts(declared: Mapping[str, Any], targets: Sequence[str]) -> list[tuple[str, str]]:
    """The declaration in words: formula, numerator, denominator, exclusions, period, source, state, targets."""
    told = [
        ("指标", f"{declared['id']} {declared['title']}"),
        ("公式", declared["formula"]),
        ("分子", declared["numerator"]),
        ("分母", declared["denominator"]),
        ("排除", declared["exclusions"]),
        ("时期", _PERIODS.get(declared["period"], declared["period"])),
        ("依据", declared["source"]),
        ("状态", _STATES[declared["status"]]),
        ("说明", declared["reason"]),
        ("目标", "；".join(targets)),
    ]
    return [(name, text) for name, text in told if text]


def share_text(numerator: int, denominator: int) -> str:
    """`7 / 9（77.8%）`; a share in nothing has no rate."""
    rate = percent(numerator, denominator)
    return f"{numerator} / {denominator}" + (f"（{rate}%）" if denominator else "（分母为零）")


def agreement(published: object, found: object) -> tuple[bool, str]:
    """Whether what was found is what was published, and how the trace says so."""
    same = published == found
    return same, "一致" if same else "不一致，请运行 exchange verify 并保留现场"


def disposition_text(disposition: str) -> str:
    """What became of a row, in words."""
    return DISPOSITION_WORDS.get(disposition, disposition)
