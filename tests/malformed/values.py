"""Inputs 68-80: values that are wrong, hostile, or mean nothing."""

from typing import Any

from tests.malformed.case import Case, csv_of, each, one, person, table
from tests.support.rows import number, valid_number

FORMULAS = ("=cmd|'/c calc'!A0", "@SUM(1+1)", "+1", "-1", "\t=1+1", "＝1+1")
STRINGS = ("x'); DROP TABLE y--", "%s", "{0}", "{{ ti }}", "${jndi:ldap://x}", "<script>alert(1)</script>")
GOOD_ID = number("19900101", 101)
BAD_CHECK = GOOD_ID[:17] + ("0" if GOOD_ID[17] != "0" else "1")
CHILD = {"name": "钱小宝", "birth_date": "2024-05-06"}


def _numbers(*pairs: tuple[Any, str]) -> dict[str, Any]:
    """A table with one number per row, and the rules of each."""
    return {"build": csv_of(each("id_number", [value for value, _ in pairs])), "rules": tuple(r for _, r in pairs)}


def _people(*changes: dict[str, Any], source: str = "police", more: tuple[str, ...] = ()) -> object:
    rows = [person(place, source, **dict.fromkeys(more, "") | change) for place, change in enumerate(changes)]
    return csv_of(table(*rows, source=source, more=more))


def _one_phone(path: Any) -> None:
    rows = [person(place, name=f"{'王李赵钱孙周吴郑'[place // 5]}{'一二三四五'[place % 5]}") for place in range(40)]
    csv_of(table(*([*row[:-1], "13800138000"] for row in rows)))(path)


ADDRESSES = (
    ("370306001", "周村区某某街道9号"),
    ("370306002", "周村区大街街道1号"),
    ("", "周村区王村镇和南郊镇之间"),
    ("370306001", "周村区王村镇1号"),
)

CASES = (
    Case(
        68,
        "formulas",
        csv_of(each("note", FORMULAS, employer='=HYPERLINK("http://x")')),
        "accepted",
        rules=("",) * 6,
        holds=tuple({"note": text.strip()} for text in FORMULAS),
        note="kept as the text they are; every workbook of ours writes text as text",
    ),
    Case(
        69,
        "texts-for-other-interpreters",
        csv_of(each("note", STRINGS)),
        "accepted",
        rules=("",) * 6,
        holds=tuple({"note": text} for text in STRINGS),
    ),
    Case(
        70,
        "numbers-that-are-none",
        **_numbers(
            (BAD_CHECK, "R05"),
            (GOOD_ID[:17], "R04"),
            (GOOD_ID + "1", "R04"),
            (valid_number("37032119900230101"), "R06"),
            ("000000000000000000", "R04"),
            ("000000199001010000", "R04"),
            ("王小明", "R04"),
            ("", "R02"),
        ),
        verdict="set aside",
    ),
    Case(
        70,
        "numbers-of-other-kinds",
        **_numbers(
            (GOOD_ID[:6] + "900101101", ""),
            (number("19900101", 101, county="370999"), "W01"),
            (number("19900101", 101, county="999999"), ""),
            (number("19900101", 102), "W02"),
            (number("19900202", 101), "W02"),
            ("H12345678", ""),
            (number("19900101", 101, county="830000"), ""),
            ("E12345678", ""),
        ),
        verdict="accepted",
        note="999999 could be a foreigner's permit; a card of 15 digits is made 18; permits are documents",
    ),
    Case(
        70,
        "name-and-number-changed-places",
        csv_of(one(name=GOOD_ID, id_number="王小明")),
        "set aside",
        rules=("R04",),
        note="the number is told; nobody guesses that the name's cell holds it",
    ),
    Case(
        71,
        "born-after-the-month-or-200-years-ago",
        **_numbers((number("20270101", 101), "R06"), (number("18260101", 101), "R06")),
        verdict="set aside",
    ),
    Case(71, "child-without-a-number", _people({**CHILD, "id_number": ""}), "set aside", rules=("R02",)),
    Case(
        71,
        "child-with-its-guardian-s-number",
        _people({**CHILD}, {}),
        "set aside",
        rules=("M01", ""),
    ),
    Case(
        71,
        "child-served-with-its-guardian-s-number",
        _people({**CHILD, "service_class": "03", "service_item": "0302"}, source="clinic"),
        "set aside",
        rules=("M01",),
        source="clinic",
    ),
    Case(
        72,
        "one-number-two-names",
        _people({"id_number": GOOD_ID}, {"id_number": GOOD_ID}, {}),
        "set aside",
        rules=("M02", "M02;W03", ""),
    ),
    Case(
        72,
        "one-name-two-numbers-and-twins",
        _people({"name": "王小明"}, {"name": "王小明"}, {"name": "李大双"}, {"name": "李小双"}),
        "accepted",
        rules=("",) * 4,
        note="two people until the office says otherwise",
    ),
    Case(72, "one-phone-of-forty-people", _one_phone, "accepted", rules=("W06",) * 40),
    Case(
        73,
        "days-in-the-wrong-order",
        _people(
            {"arrive_date": "2026-10-09"},
            {"arrive_date": "2026-11-02", "register_date": "2026-11-03"},
            {"cancel_date": "2026-09-01"},
            {"register_date": "2026-09-03", "arrive_date": "2026-09-01"},
            more=("cancel_date",),
        ),
        "set aside",
        rules=("R08", "R08;W04", "R08", "W04"),
    ),
    Case(
        73,
        "vaccinated-before-birth-and-served-in-another-month",
        _people(
            {
                "name": "钱小宝",
                "id_number": "",
                "birth_date": "2026-06-01",
                "service_class": "03",
                "service_item": "0302",
                "vaccine": "乙肝疫苗",
                "dose_number": "1",
                "dose_date": "2026-05-01",
            },
            {"service_date": "2026-09-12"},
            source="clinic",
            more=("vaccine", "dose_number", "dose_date"),
        ),
        "set aside",
        rules=("R12;W10", "W09"),
        source="clinic",
    ),
    Case(
        74,
        "phones-as-people-write-them",
        csv_of(
            each("phone", ["138 0013 8000", "+86-13800138001", "0533-6410000", "０５３３－６４１０００１", "61234"])
        ),
        "accepted",
        rules=("", "", "", "", "W06"),
        holds=(
            {"phone": "13800138000"},
            {"phone": "13800138001"},
            {"phone": "0533-6410000"},
            {"phone": "0533-6410001"},
            {"phone": None},
        ),
    ),
    Case(
        75,
        "places-that-do-not-fit",
        _people(*({"current_code": code, "current_address": text} for code, text in ADDRESSES)),
        "set aside",
        rules=("", "R09", "", ""),
        note="the code decides where the sender has codes; a township nobody can tell is no other township",
    ),
    Case(
        76,
        "counts-that-are-none",
        csv_of(each("age", ["1,234", "３６", "1e3", "−5", "NaN", "Inf", "∞"], source="hr")),
        "accepted",
        rules=("",) * 7,
        source="hr",
        holds=({"age": 1234}, {"age": 36}, {"age": None}, {"age": -5}, {"age": None}, {"age": None}, {"age": None}),
        note="a printed age decides nothing: the number's birth date does",
    ),
    Case(
        77,
        "words-for-nothing",
        csv_of(each("phone", ["空", "无", "-", "/", "NULL", "N/A", "#", "不详", "0000-00-00"])),
        "accepted",
        rules=("",) * 9,
        holds=({"phone": None},) * 9,
    ),
    Case(
        77,
        "words-for-nothing-that-programs-and-clerks-write",
        csv_of(each("phone", ["(null)", "None", "nan", "\\N", "-----", "未填写", "不适用", "没有电话", "00000000000"])),
        "accepted",
        rules=("",) * 9,
        holds=({"phone": None},) * 9,
    ),
    Case(
        77,
        "people-who-are-called-so",
        csv_of(each("name", ["无名", "Null"])),
        "accepted",
        rules=("", ""),
        holds=({"name": "无名"}, {"name": "Null"}),
    ),
    Case(
        78,
        "line-break-behind-a-number",
        csv_of(one(id_number=GOOD_ID + "\n")),
        "accepted",
        rules=("",),
        holds=({"id_number": GOOD_ID},),
    ),
    Case(
        79,
        "yes-and-no",
        csv_of(each("has_permit", ["是", "否", "√", "×", "1", "0", "Y", "", "已"])),
        "accepted",
        rules=("",) * 9,
        holds=tuple({"has_permit": value} for value in (True, False, True, False, True, False, True, None, True)),
    ),
    Case(
        80,
        "diagnosis-of-200-kilobytes-with-numbers-inside",
        csv_of(one("clinic", diagnosis=f"患者{GOOD_ID}，" * 4_000)),
        "accepted",
        rules=("",),
        source="clinic",
        note="kept whole, and nowhere told",
    ),
)
