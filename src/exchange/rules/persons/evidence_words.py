"""What the linker compares and finds, in the words of those who read it; a model's levels by their labels."""

import re
from collections.abc import Mapping
from typing import Final

COMPARISONS: Final[Mapping[str, str]] = {
    "name": "姓名", "born": "出生日期", "sex": "性别", "phone": "联系电话", "community": "村居", "guardian": "监护人",
    "number": "残缺证件号码", "family": "姓", "given": "名", "other": "其他编号",
}  # fmt: skip
"""Comparisons of the model; parts of an address are numbered."""

LEVELS: Final[Mapping[str, str]] = {
    "unknown": "一方未填",
    "same": "相同",
    "differs": "不同",
    "same characters": "字形相同",
    "same sound": "读音相同、用字不同",
    "an illegible character": "有一字缺损，余同",
    "nearly the same sound": "读音相近",
    "one character of three differs": "三字中一字不同",
    "a character is missing": "缺一字",
    "one character of two differs": "两字中一字不同",
    "same day": "同一天",
    "day and month exchanged": "月日颠倒",
    "a year apart, first of January, or within two months": "差一年、一方为1月1日，或相差两个月以内",
    "one digit or part differs": "差一个数字，或年月日中一项不同",
    "the guardian's": "与监护人的电话相同",
    "one digit differs": "差一个数字",
    "same number": "证件号码相同",
    "same sound of the name": "姓名读音相同",
    "same after one slip": "改正一处笔误后相同",
    "at most two slips": "至多两处笔误",
    "what the mask shows is the same": "未遮盖的各位相同",
    "all but the masked end is the same": "除遮盖的末尾外相同",
    "the end is the same": "末几位相同",
    "too broken to tell": "残缺过甚，无从比对",
    "the given name": "与对方的名相同",
    "the family name": "与对方的姓相同",
    "one letter differs": "差一个字母",
    "two letters or half differ": "差两个字母，或一半相同",
    "the beginning is the same": "开头相同",
    "one or two characters differ": "差一两个字符",
    "a neighbouring part": "与相邻一段相同",
}
"""Levels of the model's comparisons by their labels."""

EVIDENCE: Final[Mapping[str, str]] = {
    "name": "姓名（读音）", "birth_date": "出生日期", "sex": "性别", "phone": "联系电话",
    "guardian_number": "监护人证件号码", "guardian_name": "监护人姓名（读音）", "health_record": "健康档案编号",
    "certificate": "接种证号", "township": "填报单位所在镇街",
}  # fmt: skip
"""What the keys of a tier are made of."""

TIERS: Final[Mapping[str, str]] = {
    "T1": "本行有效证件号码与其人相同",
    "T2": "15位号码升为18位后与其人相同",
    "FS": "按固定模型逐项计分",
    "SAME": "与往月某行内容全同",
    "NEW": "与任何已知的人都不相认，新建人员",
    "DECIDED": "人工决定",
    "RECLUSTER": "全部数据重新认定",
}
"""Tiers that schemas/linkage.yaml does not list."""

BY_ITSELF: Final = ("T1", "T2", "NEW")
"""Tiers that say it all: what they rest on stands in the row itself."""

SCHEMES: Final[Mapping[str, str]] = {
    "resident": "居民身份证", "birth_cert": "出生医学证明", "permit": "居住证件", "other": "其他证件",
}  # fmt: skip
EVENTS: Final[Mapping[str, str]] = {
    "merge": "合并", "split": "拆分", "reassign": "行改归", "id_dispute": "号码存疑", "restore": "恢复",
}  # fmt: skip
EFFECTS: Final[Mapping[str, str]] = {
    "joined": "因此合并", "parted": "因此拆分", "kept": "无需变动", "refused": "与其他依据矛盾，未执行",
}  # fmt: skip

_ADDRESS = re.compile(r"address_(\d+)")


def comparison_word(name: str) -> str:
    """What is compared; a comparison nobody has a word for goes by its own name."""
    part = _ADDRESS.fullmatch(name)
    return f"地址第{part[1]}段" if part else COMPARISONS.get(name, name)


def level_word(label: str) -> str:
    """What was found; a level nobody has a word for goes by its own label."""
    return LEVELS.get(label, label)
