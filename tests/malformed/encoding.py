"""Inputs 1-22: encodings, and characters that are not what they seem."""

import unicodedata
from pathlib import Path

from tests.malformed.case import GOOD, Case, Table, csv_of, each, one, person, table
from tests.support import deliveries as made
from tests.support.rows import number

LINES = ["".join(",".join(map(str, row)) + "\r\n") for row in table()]
ID = number("19900101", 101)


def _text(encoding: str, delimiter: str = ",", bom: bytes = b"") -> object:
    content = "".join(LINES).replace(",", delimiter)
    return lambda path: path.write_bytes(bom + content.encode(encoding))


def _many(path: Path) -> None:
    """Row 300 in another encoding than the rest."""
    lines = [",".join(map(str, row)) + "\r\n" for row in table(*(person(place) for place in range(400)))]
    path.write_bytes(b"".join(line.encode("gbk" if at == 299 else "utf-8") for at, line in enumerate(lines)))


def _spoilt(old: bytes, new: bytes) -> object:
    return lambda path: path.write_bytes("".join(LINES).encode().replace(old, new, 1))


def _traditional(path: Path) -> None:
    rows: Table = [["姓名", "身份證號碼", "居住地址", "到達日期", "登記日期"]]
    rows += [["王小明", ID, "絲綢路街道東門路", "2026-10-02", "2026-10-03"]]
    made.text(path, rows, "big5")


def _in_names(*names: str) -> object:
    return csv_of(each("name", names))


CASES = (
    Case(1, "utf8-with-mark", _text("utf-8-sig"), "accepted", rules=GOOD),
    Case(2, "utf16-little-endian", _text("utf-16-le", "\t", b"\xff\xfe"), "accepted", rules=GOOD),
    Case(2, "utf16-big-endian", _text("utf-16-be", "\t", b"\xfe\xff"), "accepted", rules=GOOD),
    Case(3, "utf16-without-mark", _text("utf-16-le"), "refused", "F01", says="编码"),
    Case(4, "gbk", _text("gbk"), "accepted", rules=GOOD),
    Case(4, "gb18030", _text("gb18030"), "accepted", rules=GOOD),
    Case(
        5,
        "four-byte-characters-of-gb18030",
        csv_of(each("name", ["王𠮷", "李䶮"]), "gb18030"),
        "accepted",
        rules=("", ""),
        holds=({"name": "王𠮷"}, {"name": "李䶮"}),
    ),
    Case(6, "big5", _traditional, "refused", "F01", says="Big5"),
    Case(7, "row-300-in-another-encoding", _many, "refused", "F01", says="第 300 行"),
    Case(
        8,
        "mojibake-in-the-cells",
        _in_names(*("张三".encode().decode("gbk"), "王小明".encode().decode("gb18030", "replace"), "李四光")),
        "set aside",
        rules=("R15", "R15", ""),
    ),
    Case(
        9,
        "character-cut-at-the-end",
        _spoilt(LINES[-1].encode(), LINES[-1].encode()[:5]),
        "refused",
        "F01",
        says="编码",
    ),
    Case(10, "nul-bytes", _spoilt("王小明".encode(), b"\0\0\0"), "refused", "F01", says="第 2 行"),
    Case(11, "lone-surrogate-in-utf8", _spoilt("王".encode(), b"\xed\xa0\x80"), "refused", "F01", says="第 2 行"),
    Case(12, "overlong-utf8", _spoilt(b"19", b"\xc0\xb1\xc0\xb9"), "refused", "F01", says="第 2 行"),
    Case(13, "replacement-character-in-a-name", _in_names("王\ufffd明", "李四光"), "set aside", rules=("R15", "")),
    Case(14, "right-to-left-override-in-a-name", _in_names("王\u202e明小", "李四光"), "set aside", rules=("R15", "")),
    Case(
        14,
        "right-to-left-override-in-the-file-s-name",
        _text("utf-8"),
        "refused",
        "F03",
        file="370306001_PS_2026-10_delta_v1.\u202evsc.csv",
        says="文件名",
    ),
    Case(
        15,
        "invisible-characters-in-number-and-name",
        csv_of(table(person(0, name="\u200b王\xa0小\u3000明\ufeff", id_number=f"\ufeff{ID[:6]} {ID[6:]}\u200b\u3000"))),
        "accepted",
        rules=("",),
        holds=({"name": "王小明", "id_number": ID},),
    ),
    Case(
        16,
        "full-width-digits",
        csv_of(one(id_number="".join(chr(ord(c) + 0xFEE0) for c in ID), phone="１３８００１３８０００")),
        "accepted",
        rules=("",),
        holds=({"id_number": ID, "phone": "13800138000"},),
    ),
    Case(
        17,
        "accents-composed-or-apart",
        csv_of(
            table(
                person(0, name="René"),
                person(0, name=unicodedata.normalize("NFD", "René"), register_date="2026-10-05"),
            )
        ),
        "accepted",
        rules=("", ""),
        holds=({"name": "René"}, {"name": "René"}),
    ),
    Case(
        18,
        "every-dot-of-minority-names",
        _in_names(*(f"阿依{dot}古丽" for dot in "·•‧・．")),
        "accepted",
        rules=("",) * 5,
        holds=({"name": "阿依·古丽"},) * 5,
    ),
    Case(19, "emoji-in-a-name", _in_names("王😀明", "李四光"), "set aside", rules=("R15", "")),
    Case(
        20,
        "private-use-character-in-a-name",
        _in_names("王\ue5a1", "李四光"),
        "accepted",
        rules=("", ""),
        holds=({"name": "王\ue5a1"},),
        note="kept as printed; its sound is unknown, so it conflicts with no other spelling",
    ),
    Case(
        21,
        "compatibility-ideographs",
        csv_of(table(person(0, name="王\uf9e1", sex="⼥", id_number=number("19900101", 102)))),
        "accepted",
        rules=("",),
        holds=({"name": "王\uf9e1", "sex": "2"},),
        note="codes are compared after NFKC, names are kept raw",
    ),
    Case(
        22,
        "control-characters-inside-cells",
        _in_names("王\x0b小明", "李\x85四", "赵\u2028六", "钱\x07多"),
        "set aside",
        rules=("", "", "", "R15"),
        holds=({"name": "王小明"}, {"name": "李四"}, {"name": "赵六"}),
        note="white space of every kind goes; a control character is damage",
    ),
    Case(
        22,
        "line-separator-in-an-address",
        csv_of(one(current_address="丝绸路街道\u2028东门路")),
        "accepted",
        rules=("",),
    ),
)
