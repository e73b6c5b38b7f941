"""Names of people: the cleaned name, the note a clerk added, the sound of it, and names that are not names yet."""

import re
from codecs import getincrementaldecoder
from typing import Final
from unicodedata import normalize

import pandas as pd
from pypinyin import lazy_pinyin

from exchange.rules.cells.distinct import Distinct
from exchange.rules.cells.text import is_nothing, tidy

_DOTS: Final = str.maketrans(
    dict.fromkeys("·•・．.‧∙⋅･●。˙▪﹒ㆍᆞ", "·") | {"（": "(", "）": ")", "［": "[", "］": "]", "【": "[", "】": "]"}
)
_NOTE = re.compile(r"[(\[〔{](.*?)(?:[)\]〕}]|$)")
_NOTE_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff]{2})[(\[〔{][^)\]〕}]*[)\]〕}](?=[\u4e00-\u9fff]{2})")
_SEVERAL = re.compile(r"[、，,;；/／\\＼|｜+＋&＆\n\r]+")
_GROUP = re.compile(
    r"等[\d一二两三四五六七八九十几]*人$|一家[\d一二两三四五六七八九十]+口|全家$|夫妇$|夫妻$|及其?[妻夫子女家]\w?$"
)
_PASSPORT = re.compile(r"[A-Z' -]+, ?[A-Z' -]+")
_MARKS_AROUND = re.compile(r"^(?:\d{1,3}[.、．)）]|[※▲△★☆√✓✔~^+《〈<\"“])+|[※▲△★☆√✓✔♀♂~^+》〉>)\"”：:—\-]+$")
"""What clerks put around a name: numbering, ticks, quotes. A figure behind it stays: it tells two of one name apart."""
_LETTERS = re.compile(r"(?:[^\W\d_]|[· ])+")
TEMPORARY: Final = r"之[长次三四五大小幼]?[子女儿]$|某|未取名|未命名|未起名|待取名|婴儿|新生儿|^宝宝$"
"""A child not named yet, as a regular expression."""
_ACCENT = re.compile("[A-Za-z\u00c0-\u024f][\u0300-\u036f]+")
_DAMAGED = re.compile(
    "[\ufffd\ud800-\udfff\u0000-\u0008\u000e-\u001b\u007f\u202a-\u202e\u2066-\u2069"
    "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]|^#(?!$)|锟斤拷"
)
_LONGEST: Final = 60
_SHORTEST_MOJIBAKE: Final = 3
_HAN_BLANK = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ACCENTED = re.compile(r"[\u00a1-\u00ff]")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_NOT_SOUND = re.compile(r"[\s·()\[\]'’\-]+")

SURNAMES: Final = {
    "单": "shan", "單": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "朴": "piao", "任": "ren",
    "盖": "ge", "蓋": "ge", "区": "ou", "區": "ou", "乐": "yue", "樂": "yue", "缪": "miao", "繆": "miao", "翟": "zhai",
    "员": "yun", "員": "yun", "繁": "po", "纪": "ji", "紀": "ji", "折": "she", "黑": "he", "秘": "bi", "覃": "qin",
    "宓": "mi", "种": "chong", "洗": "xian", "冼": "xian", "召": "shao", "牟": "mu", "逄": "pang", "佴": "nai",
    "祭": "zhai", "晟": "cheng", "尉": "wei", "宿": "su", "燕": "yan", "应": "ying", "應": "ying", "宁": "ning",
    "甯": "ning", "郇": "xun", "藏": "zang", "都": "du", "行": "xing", "隗": "wei", "那": "na", "能": "nai",
    "薄": "bo", "柏": "bai", "相": "xiang", "哈": "ha", "车": "che", "車": "che", "盛": "sheng", "谌": "chen",
    "諶": "chen", "句": "gou", "过": "guo", "過": "guo", "葛": "ge", "尹": "yin", "卜": "bu", "石": "shi",
    "沈": "shen", "贾": "jia", "賈": "jia", "夏": "xia", "宋": "song", "褚": "chu", "莘": "xin", "令": "ling",
    "长": "zhang", "降": "jiang", "参": "shen", "巷": "xiang", "洪": "hong", "曲": "qu", "乜": "nie", "万": "wan",
    "尉迟": "yuchi", "尉遲": "yuchi", "万俟": "moqi", "萬俟": "moqi", "长孙": "zhangsun", "長孫": "zhangsun",
    "单于": "chanyu", "單于": "chanyu", "澹台": "tantai", "澹臺": "tantai",
}  # fmt: skip
"""Surnames whose sound is not the character's commonest one; the first character of a name is looked up here first."""


UNHEARD: Final = "?"
"""The sound of a character that a sender's system could not print: private-use code points, question marks, boxes."""

_ILLEGIBLE: Final = frozenset("?？*＊□■◇◆�")


class _Sounds(dict[int, str]):
    """Code point -> toneless pinyin, worked out once per character."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        if 0xE000 <= point <= 0xF8FF or point >= 0xF0000 or character in _ILLEGIBLE:
            sound = UNHEARD
        else:
            sound = lazy_pinyin(character)[0].lower().replace("ü", "v")
        self[point] = sound
        return sound


_SOUNDS: Final = _Sounds()


def name_key(name: str) -> str:
    """The sound of a name: toneless pinyin per character, without blanks, dots and brackets.

    Two names with one key differ at most by tone, homophone or script (張/张), which clerks do not tell apart.
    """
    bare = _NOT_SOUND.sub("", name)
    for length in (2, 1):
        surname = SURNAMES.get(bare[:length])
        if surname is not None and len(bare) > length:
            return surname + bare[length:].translate(_SOUNDS)
    return bare.translate(_SOUNDS)


def may_be_same(one: str, other: str) -> bool:
    """Whether two keys can be one name when an illegible character may be any character."""
    if UNHEARD not in one + other:
        return one == other
    pattern, text = (one, other) if UNHEARD in one else (other, one)
    return re.fullmatch(re.escape(pattern).replace(re.escape(UNHEARD), "[a-z?]+"), text) is not None


def is_garbled(seen: str) -> bool:
    """Whether a name is damage rather than a name.

    Signs of it: a replacement or control character, a mark that turns the reading order, a picture, a spreadsheet's
    error, more characters than any name has, or UTF-8 that was once read as GBK (张三 -> 寮犱笁).
    """
    if len(seen) > _LONGEST or _DAMAGED.search(seen) or _is_chinese_as_latin(seen):
        return True
    if len(seen) < _SHORTEST_MOJIBAKE or seen.isascii():
        return False
    try:
        # The last character is often cut in two: the decoder may wait for the rest of it.
        again = getincrementaldecoder("utf-8")().decode(seen.rstrip("?？").encode("gb18030"))
    except UnicodeDecodeError:
        return False
    return len(again) > 1 and all("\u3400" <= character <= "\u9fff" for character in again)


def _is_chinese_as_latin(seen: str) -> bool:
    """Whether a name is Chinese whose bytes were read as Latin letters (王五 -> ÍõÎå); real Latin names have ASCII."""
    if _ASCII_LETTER.search(seen) or not _ACCENTED.search(seen):
        return False
    for letters in ("latin-1", "cp1252"):
        for encoding in ("gb18030", "utf-8"):
            try:
                again = seen.encode(letters).decode(encoding)
            except UnicodeError:
                continue
            if _HAN.search(again):
                return True
    return False


def read_name(text: str) -> tuple[str | None, str | None, str]:
    """`王 五（小）` -> (`王五`, `小`, `ok`).

    Outcomes: ok, temporary (a child not named yet), several_people (two or more in one cell), garbled (see
    `is_garbled`), placeholder, empty.
    """
    seen = tidy(text)
    if is_nothing(seen):
        return None, None, "placeholder" if seen else "empty"
    seen = _MARKS_AROUND.sub("", seen).strip() or seen
    if is_garbled(seen):
        return None, None, "garbled"
    seen = _ACCENT.sub(lambda match: normalize("NFC", match[0]), seen)
    seen = seen.translate(_DOTS)
    notes = "、".join(note.strip() for note in _NOTE.findall(seen) if note.strip()) or None
    bare = _NOTE.sub("", _NOTE_BETWEEN.sub("、", seen))
    if _GROUP.search(bare):
        return None, notes, "several_people"
    if _PASSPORT.fullmatch(bare):
        bare = re.sub(", ?", " ", bare)
    parts = [part.strip() for part in _SEVERAL.split(bare) if part.strip()]
    if len(parts) > 1 and all(len(part) > 1 and _LETTERS.fullmatch(part) for part in parts):
        return None, notes, "several_people"
    joined = "".join(parts) if all(_LETTERS.fullmatch(part) for part in parts) else bare
    name = _HAN_BLANK.sub("", joined).strip("· ")
    if is_nothing(name):
        return None, notes, "placeholder" if name else "empty"
    return name, notes, "temporary" if re.search(TEMPORARY, name) else "ok"


def parse_names(column: pd.Series) -> dict[str, pd.Series]:
    """A column of names -> value (cleaned), note, key (its sound) and outcome (see `read_name`)."""
    distinct = Distinct.of(column)
    read = distinct.each(read_name)
    return {
        "value": distinct.texts_of([name for name, _, _ in read]),
        "note": distinct.texts_of([note for _, note, _ in read]),
        "key": distinct.texts_of([None if name is None else name_key(name) for name, _, _ in read]),
        "outcome": distinct.words_of([outcome for _, _, outcome in read], "empty"),
    }
