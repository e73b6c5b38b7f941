"""How a cell is written down: closed lists in each office's own words and codes, dates in each office's own form."""

from datetime import date, datetime

from exchange.demo.generator.records import Cell, Code
from exchange.demo.generator.styles import DateForm, Style

Written = str | int | float | date | None

_REASONS = {
    "label": {"01": "务工", "02": "务农", "03": "经商", "04": "学习培训", "05": "婚嫁", "06": "随迁", "07": "治病疗养",
              "08": "投亲靠友", "09": "工作调动", "99": "其他"},
    "zzsy": {"01": "02-临时工", "02": "06-务农", "03": "12-个体户", "04": "52-学习培训", "05": "57-婚入",
             "06": "81-子女投靠父母", "07": "54-治病疗养", "08": "83-其他投靠", "09": "29-其他公务", "99": "00-不详"},
    "dic3": {"01": "204", "02": "205", "03": "206", "04": "207", "05": "999", "06": "131", "07": "213", "08": "131",
             "09": "211", "99": "999"},
}  # fmt: skip
_PLACES = {"01": "自购房屋", "02": "租赁房屋", "03": "寄宿", "04": "借住", "05": "单位宿舍", "06": "临时性宿舍",
           "07": "农民工公寓", "99": "其他"}  # fmt: skip
_POLICE_PLACES = {"01": "21-自有住宅", "02": "30-租赁房屋", "03": "11-宾馆旅店", "04": "23-居民家中", "05": "42-企事业",
                  "06": "71-工地、工棚", "07": "40-单位内部", "99": "90-其他"}  # fmt: skip
_TERMS = {"1": "一个月以下", "2": "一个月至一年", "3": "一年以上"}
_SEX = {"1": "男", "2": "女"}
_MARITAL = {"10": "未婚", "20": "已婚", "30": "丧偶", "40": "离婚"}
_EDUCATION = {"10": "研究生", "20": "大学本科", "30": "大学专科", "40": "中等职业", "60": "普通高中", "70": "初级中学",
              "80": "小学", "90": "其他"}  # fmt: skip
_CANCEL = {"1": "死亡", "3": "迁出(离开)本地", "4": "转为本地户籍人口", "5": "重复登记", "6": "登记错误"}
_RESIDENT = {"1": "户籍", "2": "流动"}
_RESIDENT_PAIRS = {"1": "1-户籍", "2": "2-非户籍"}


def written(key: str, cell: Cell, style: Style, heading: str, words: dict[str, dict[str, str]]) -> Written:
    """What stands in the file for `cell` under `heading`; `words` are the clinics' lists of classes and items."""
    if isinstance(cell, Code):
        return _code(cell, style, heading, words)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell if style.date_form == "real" else day_text(cell, style.date_form)
    if key == "id" and style.tabbed_numbers and isinstance(cell, str) and cell:
        return "\t" + cell
    return cell


def day_text(day: date, form: DateForm) -> str:
    """A day in one of the forms offices use."""
    match form:
        case "slash":
            return f"{day.year}/{day.month}/{day.day}"
        case "dot":
            return f"{day.year}.{day.month}.{day.day}"
        case "compact":
            return f"{day:%Y%m%d}"
        case "chinese":
            return f"{day.year}年{day.month}月{day.day}日"
        case _:
            return f"{day:%Y-%m-%d}"


def _code(cell: Code, style: Style, heading: str, words: dict[str, dict[str, str]]) -> str:
    match cell.listed:
        case "reason":
            return _reason(cell.code, style)
        case "place":
            return _place(cell.code, style)
        case "term":
            return _formed(cell.code, _TERMS, style)
        case "sex":
            return _sex(cell.code, style)
        case "marital":
            return _paired(cell.code, _MARITAL, style)
        case "education":
            return _paired(cell.code, _EDUCATION, style)
        case "cancel":
            return _CANCEL[cell.code]
        case "resident":
            return _resident(cell.code, style, heading)
        case _:
            return _formed(cell.code, words[cell.listed], style)


def _formed(code: str, words: dict[str, str], style: Style) -> str:
    forms = {"word": words[code], "pair": f"{code}-{words[code]}", "code": code}
    return forms[style.code_form]


def _paired(code: str, words: dict[str, str], style: Style) -> str:
    return f"{code}-{words[code]}" if style.code_form == "pair" and style.reasons == "gb31000" else words[code]


def _reason(code: str, style: Style) -> str:
    if style.reasons in ("zzsy", "dic3"):
        return _REASONS[style.reasons][code]
    word = _REASONS["label"][code]
    return f"{code}-{word}" if style.reasons == "gb31000" else word


def _place(code: str, style: Style) -> str:
    if style.reasons == "zzsy":
        return _POLICE_PLACES[code]
    if style.reasons == "dic3":
        return _POLICE_PLACES[code][:2]
    return f"{code}-{_PLACES[code]}" if style.reasons == "gb31000" else _PLACES[code]


def _sex(code: str, style: Style) -> str:
    if style.sexes:
        return "1" if code == "1" else "0"
    return f"{code}-{_SEX[code]}性" if style.reasons == "gb31000" else _SEX[code]


def _resident(code: str, style: Style, heading: str) -> str:
    if heading.startswith("是否"):
        return "是" if code == "2" else "否"
    if style.code_form == "word":
        return _RESIDENT[code]
    return _RESIDENT_PAIRS[code] if style.code_form == "pair" else code
