"""What the text above a table and the name of a sheet say: for which month, from which unit."""

import re
import unicodedata

from exchange.model.period import Period

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MONTHS = {name: number for number, name in enumerate((*"一二三四五六七八九十", "十一", "十二"), start=1)}
_CHINESE_YEAR = re.compile(r"([二][〇零○一二三四五六七八九]{3})年")
_CHINESE_MONTH = re.compile(
    r"(?<![一二三四五六七八九十])(十[一二]|[一二三四五六七八九十])月(?!\d|[一二三四五六七八九十]+日)"
)
_RANGE = re.compile(r"(1[0-2]|0?[1-9])月?份?[-~—至到](20\d\d年)?(1[0-2]|0?[1-9])月")
_MONTH = r"(1[0-2]|0?[1-9])"
_FULL = re.compile(
    rf"(?<!\d)(20\d\d)年度?{_MONTH}月(?!份?\d{{1,2}}日)"
    rf"|(?<![\d.\-/])(20\d\d)[-./]{_MONTH}(?![-./]?\d)"
    r"|(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)"
)
_BARE = re.compile(rf"(?<![\d年.\-~—、]){_MONTH}月(?![\d龄])")
_BARE_IN_PROSE = re.compile(rf"(?<![\d年.\-~—、]){_MONTH}月(?:份|度|报|末|底|$|(?=[)台统汇情流新数农居服]))")
_LABEL = re.compile(r"(统计|报告|所属|数据|报表)?(月份|期间|时期|年月|月度)[::]?$")
_OF_PAPER = re.compile(
    r"(?:报送|上报|填报|填表|制表|打印|导出|生成|下载)(?:时间|日期)[::]?20\d\d(?:年|[-./])\d{1,2}(?!\d)(?:月份?)?(?!\d|[-./]\d)"
)
"""When the paper was made or sent: no month the table speaks of."""
_LAST_MONTH = re.compile(r"上个?月")
_UNIT = re.compile(r"(?:填报|编制|报送|上报|填表|制表)(?:单位|机构|部门)\s*[::]\s*([^\s::]+)")


def title_period(text: str, expected: Period) -> Period | None:
    """The month a title speaks of, or None: 2026年8月, 2026-08, 2026.08, 202608, 二〇二六年八月, 8月份.

    A month behind 统计月份/月份 wins over any other, then `expected` over one that is only mentioned; a day
    (填报日期：2026年10月28日) is no month, nor is when the paper was made, nor a range of months. A month without
    a year is taken in the year nearest before `expected`.
    """
    return _period(_tidy(text), expected, _BARE_IN_PROSE)


def sheet_period(name: str, expected: Period) -> Period | None:
    """The month a sheet's name speaks of, or None; a name is short, so a bare 9月 anywhere in it counts."""
    if _LAST_MONTH.search(name):
        return expected.previous()
    return _period(_tidy(name), expected, _BARE)


def title_unit(text: str) -> str | None:
    """The unit behind 填报单位/编制单位 up to the next blank, or None."""
    match = _UNIT.search(unicodedata.normalize("NFKC", text))
    unit = match[1].strip("_ ") if match else ""
    return unit or None


def _period(tidy: str, expected: Period, bare_month: re.Pattern[str]) -> Period | None:
    if _RANGE.search(tidy):
        return None
    found = [(_LABEL.search(tidy[:place]) is None, month != expected, place, month) for place, month in _full(tidy)]
    if found:
        return min(found)[3]
    bare = bare_month.search(tidy)
    return None if bare is None else _nearest(int(bare[1]), expected)


def _full(tidy: str) -> list[tuple[int, Period]]:
    """Where in the text a month with its year stands, and which."""
    whole = ((match.start(), [int(part) for part in match.groups() if part]) for match in _FULL.finditer(tidy))
    return [(place, Period(year, month)) for place, (year, month) in whole]


def _tidy(text: str) -> str:
    """NFKC without blanks, Chinese numerals of years and months as digits."""
    tidy = _OF_PAPER.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    tidy = _CHINESE_YEAR.sub(lambda match: match[1].translate(_DIGITS) + "年", tidy)
    return _CHINESE_MONTH.sub(lambda match: f"{_MONTHS[match[1]]}月", tidy)


def _nearest(month: int, expected: Period) -> Period:
    return Period(expected.year if month <= expected.month else expected.year - 1, month)
