"""Names as a register of migrants holds them: common and rare, of several peoples, temporary, written in variants."""

import random

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_WEIGHTS = tuple(1000 / (rank + 6) for rank in range(len(_SURNAMES)))
_COMPOUND = ("欧阳", "上官", "诸葛", "司马", "皇甫")
_GIVEN = {
    (1, "old"): "国建军明德志文福贵永祥庆春生华平林清元树成根发海",
    (2, "old"): "秀英桂兰玉凤珍芳淑华荣梅莲香翠云爱菊红琴霞",
    (1, "middle"): "伟强勇磊军鹏涛超斌杰波辉刚健峰飞亮明龙宁东凯俊旭",
    (2, "middle"): "丽娟敏静燕艳芳玲娜霞红梅雪莉倩颖洁琳慧婷晓丹萍",
    (1, "young"): "浩宇轩子泽梓博文俊豪睿辰逸鑫晨铭昊佳一诺航瑞嘉",
    (2, "young"): "欣怡梓涵诗雨萱雅琪佳悦可思语嫣馨妍婧瑶彤依宁一诺",
}
_RARE = "㛃䶮喆堃赟昇頔翀旻垚燚珺祎"
_TURKIC = {
    1: ("阿卜杜拉", "买买提", "吐尔逊", "艾力", "库尔班", "阿布都热合曼", "玉素甫", "肉孜"),
    2: ("阿依古丽", "古丽娜尔", "帕提古丽", "热依汗", "阿曼古丽", "米热班", "阿孜古丽"),
}
_YI_CLANS = ("吉克", "阿尔", "沙马", "海来", "曲比", "的日")
_YI_GIVEN = {1: ("木呷", "拉且", "尔古", "曲布"), 2: ("阿果", "阿依", "木果", "有作")}
_SOUNDS = ("伟维卫", "丽莉立", "静婧晶", "敏民", "杰洁", "军君俊", "鹏朋", "宇雨玉", "欣新鑫馨", "佳家嘉", "浩昊皓",
           "子紫梓", "明铭鸣", "婷庭亭", "涛陶", "琳林霖", "英瑛颖", "辰晨宸", "轩萱", "艳燕雁", "娟涓", "国果",
           "建健", "永勇", "志治", "文雯", "平萍", "红虹宏", "华花", "云芸")  # fmt: skip
_TWINS = {char: group.replace(char, "") for group in _SOUNDS for char in group}
DOTS = "·•・．.‧"

DOTTED = frozenset({"维吾尔", "哈萨克"})


def surname(rng: random.Random) -> str:
    """A family name by frequency, now and then one of two characters."""
    if rng.random() < 0.006:
        return rng.choice(_COMPOUND)
    return rng.choices(_SURNAMES, _WEIGHTS)[0]


def _era(birth_year: int) -> str:
    return "old" if birth_year < 1972 else "middle" if birth_year < 2000 else "young"


def given(rng: random.Random, sex: int, birth_year: int) -> str:
    """A given name of one or two characters in the taste of its years; one in eighty holds a rare character."""
    pool = _GIVEN[sex, _era(birth_year)]
    name = rng.choice(pool)
    if rng.random() < 0.8:
        name += rng.choice(pool)
    if rng.random() < 0.0125:
        name = name[:-1] + rng.choice(_RARE)
    return name


def full_name(rng: random.Random, sex: int, birth_year: int, people: str, family: str) -> str:
    """A full name: `family` + given for most, two parts joined by a middle dot for some peoples.

    For a Turkic name `family` is the father's given name, as such names are made.
    """
    if people in DOTTED:
        return f"{rng.choice(_TURKIC[sex])}·{family if family in _TURKIC[1] else rng.choice(_TURKIC[1])}"
    if people == "彝" and len(family) > 1:
        return f"{family}·{rng.choice(_YI_GIVEN[sex])}"
    return family + given(rng, sex, birth_year)


def family_name(rng: random.Random, people: str) -> str:
    """The part of the name that children inherit, by people."""
    if people in DOTTED:
        return rng.choice(_TURKIC[1])
    if people == "彝" and rng.random() < 0.5:
        return rng.choice(_YI_CLANS)
    return surname(rng)


def inherited(name: str, family: str, people: str) -> str:
    """What a child takes from its father: the family name, or the father's own first part in Turkic names."""
    return name.split("·")[0] if people in DOTTED else family


def same_sound(rng: random.Random, name: str) -> str | None:
    """The name with one character swapped for one of the same sound (a typist's choice), or None if none fits."""
    places = [place for place, char in enumerate(name) if place and char in _TWINS]
    if not places:
        return None
    place = rng.choice(places)
    return name[:place] + rng.choice(_TWINS[name[place]]) + name[place + 1 :]


def temporary(mother: str, sex: int) -> str:
    """What is written before a child has a name."""
    return f"{mother}之{'子' if sex == 1 else '女'}"


def has_rare(name: str) -> bool:
    """True when the name holds a character that older systems cannot store."""
    return any(char in _RARE for char in name)


def without_rare(name: str) -> str:
    """The name after an old system replaced what it cannot store by question marks."""
    return "".join("?" if char in _RARE else char for char in name)
