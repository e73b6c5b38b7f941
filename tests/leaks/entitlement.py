"""What a finished workbook may hold: its product's own columns, its township's own people, and nothing beside them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.leaks.reading import Book, Seen

PROJECT = Path(__file__).resolve().parents[2]
BASIS = "周政办字〔2017〕138号"
NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx](?![0-9A-Za-z])"
)
WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
CHECKS = np.array(list("10X98765432"))
WORDS = (
    "避孕", "节育", "绝育", "人流", "流产", "引产", "终止妊娠", "药具", "精神障碍", "结核", "艾滋", "HIV", "梅毒",
    "性传播", "上环", "取环", "结扎", "政策外", "社会抚养费",
)  # fmt: skip
SECRET_CLASSES = ("08", "09", "11", "13", "20")
BUILT_IN = ("_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase")
OWN_PROPERTIES = {"接收单位", "用途", "批次", "密级"}
PLAIN_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app|custom)\.xml|xl/(workbook|styles|sharedStrings)\.xml"
    r"|xl/theme/theme1\.xml|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml|xl/metadata\.xml"
)
CHART_PARTS = re.compile(
    r"xl/worksheets/_rels/sheet1\.xml\.rels|xl/(drawings|charts)/(_rels/)?(drawing|chart)\d+\.xml(\.rels)?"
)
LEAST_CANDIDATES = 1000
"""How many numbers must stay possible for who knows county, sex and age beside a mask: one guess in a thousand."""


@dataclass(frozen=True)
class Own:
    """Who a township may read of: numbers and names of the persons that its own senders reported."""

    numbers: Collection[str]
    names: Collection[str]


def product(name: str) -> dict[str, Any]:
    """A product as it is declared, straight from its file, with the simulated district's document as its basis."""
    declared: dict[str, Any] = yaml.safe_load(
        (PROJECT / "schemas" / "products" / f"{name}.yaml").read_text(encoding="utf-8")
    )
    return declared | {"purpose": declared["purpose"].replace("{basis}", BASIS)}


def secret_words() -> set[str]:
    """Names of sensitive services, from the code lists, and words for what nobody may read in a township."""
    folder = PROJECT / "schemas" / "codes"
    found = set(WORDS)
    for name, wanted in (("service_class", SECRET_CLASSES), ("service_item", ("20",))):
        entries = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))["entries"]
        found |= {entry["name"] for code, entry in entries.items() if code.startswith(wanted)}
    return found


def checked(body: str) -> bool:
    """Whether an identity number has the right check digit."""
    return CHECKS[(np.array([int(digit) for digit in body[:17]]) * WEIGHTS).sum() % 11] == body[17].upper()


def numbers_in(book: Book) -> set[str]:
    """Every whole identity number anywhere in the file, in cells, margins, names and properties."""
    texts = [*book.properties.values(), *book.names.values()]
    for sheet in book.sheets:
        texts += [
            *sheet.texts,
            *sheet.margins.values(),
            *(f"{cell:.0f}" for cell in sheet.cells.values() if isinstance(cell, float)),
        ]
    return {number.upper() for text in texts for number in NUMBER.findall(text) if checked(number)}


def foreign_columns(book: Book, declared: Mapping[str, Any]) -> list[str]:
    """Sheets and columns nobody declared for this product; headings must stand where they were declared."""
    found = []
    sheets = {sheet["name"]: sheet for sheet in declared["sheets"]}
    for seen in book.sheets:
        if seen.name not in sheets:
            found.append(f"undeclared sheet {seen.name}")
            continue
        sheet = sheets[seen.name]
        columns = list(sheet["columns"])
        for exhibit in sheet.get("exhibits", ()):
            columns += [None, *exhibit["columns"]]
        found += [f"{seen.name}: something beyond the last column" for _, place in seen.cells if place > len(columns)][
            :1
        ]
        heads = range(3, _first_row(sheet))
        for place, column in enumerate(sheet["columns"], 1):
            told = {_flat(cell) for row in heads if (cell := seen.cells.get((row, place)))}
            if not told <= {column["heading"], column.get("group", "")} or column["heading"] not in told:
                found.append(f"{seen.name}: column {place} is not {column['heading']}")
    return found


def foreign_people(book: Book, declared: Mapping[str, Any], own: Own) -> list[str]:
    """Rows of persons whose name or number is nobody's that the township's own senders reported."""
    found = [f"{len(strange)} numbers of others" for strange in [numbers_in(book) - set(own.numbers)] if strange]
    for seen, sheet in _persons(book, declared):
        places = {column["field"]: place for place, column in enumerate(sheet["columns"], 1)}
        for row in _rows(seen, sheet):
            cells = seen.row(row)
            if _flat(cells.get(places["name"], "")) not in own.names:
                found.append(f"{seen.name}: row {row} is a person of elsewhere")
    return found


def secrets(book: Book, declared: Mapping[str, Any], words: Collection[str]) -> list[str]:
    """Words of sensitive services in rows of persons; below them such services may be counted.

    Row tokens are letters by chance, HIV now and then among them.
    """
    found = []
    for seen, sheet in _persons(book, declared):
        tokens = {place for place, column in enumerate(sheet["columns"], 1) if column.get("format") == "token"}
        for row in _rows(seen, sheet):
            told = [cell for place, cell in seen.row(row).items() if isinstance(cell, str) and place not in tokens]
            found += [f"{seen.name}: row {row} tells of {word}" for word in words if any(word in cell for cell in told)]
    return found


def open_masks(book: Book, declared: Mapping[str, Any]) -> list[str]:
    """Masked numbers that show too much, by themselves or with what stands beside them."""
    found = []
    for seen, sheet in _persons(book, declared):
        fields = {
            column["field"]: (place, column.get("format", "")) for place, column in enumerate(sheet["columns"], 1)
        }
        masked = [place for place, kind in fields.values() if kind == "masked_id"]
        for row in _rows(seen, sheet) if masked else ():
            cells = seen.row(row)
            mask = str(cells.get(masked[0], ""))
            if NUMBER.search(" ".join(map(str, cells.values()))):
                found.append(f"{seen.name}: row {row} shows a whole number")
            elif len(mask) == 18:
                age, born = (cells.get(fields.get(name, (0, ""))[0]) for name in ("age", "birth_date"))
                if candidates(mask, age, born) < LEAST_CANDIDATES:
                    found.append(f"{seen.name}: row {row} can be guessed")
            elif mask and len(mask.replace("*", "")) > 5:
                found.append(f"{seen.name}: row {row} shows too much")
    return found


def candidates(mask: str, age: object, born: object, county: str = "110101") -> int:
    """How many numbers fit a mask for somebody who knows the county, and the age or the birth date beside it.

    The sex beside it is taken as known: it is the parity of the seventeenth digit.
    """
    days = 1 if born not in (None, "") else 365 if age not in (None, "") else 36525
    start = np.datetime64("1990-03-07") - np.arange(days)
    births = np.array([list(day.replace("-", "")) for day in np.datetime_as_string(start, unit="D")]).astype(int)
    orders = np.array([list(f"{order:03d}") for order in range(1000)]).astype(int)
    known = [int(shown if shown != "*" else digit) for shown, digit in zip(mask[:6], county, strict=True)]
    fits = np.ones(len(orders), dtype=bool) if mask[16] != "*" else orders[:, 2] % 2 == 0
    for place, shown in enumerate(mask[14:17]):
        fits &= (orders[:, place] == int(shown)) if shown != "*" else True
    if mask[6:14] != "*" * 8:
        births = births[:1]
    sums = (births * WEIGHTS[6:14]).sum(axis=1)[:, None] + (orders[fits] * WEIGHTS[14:]).sum(axis=1)[None, :]
    checks = CHECKS[(sums + (np.array(known) * WEIGHTS[:6]).sum()) % 11]
    return int(checks.size if mask[17] == "*" else (checks == mask[17].upper()).sum())


def out_of_sight(book: Book, declared: Mapping[str, Any]) -> list[str]:
    """What a reader would not see: hidden sheets, rows and columns, comments, names, links, formulas, odd parts."""
    charts = any(sheet.get("exhibits") for sheet in declared["sheets"])
    found = [
        f"part {part}"
        for part in book.parts
        if not (PLAIN_PARTS.fullmatch(part) or (charts and CHART_PARTS.fullmatch(part)))
    ]
    found += [f"name {name}" for name in book.names if name not in BUILT_IN]
    found += [f"link {len(book.external)}" for _ in book.external[:1]]
    sheets = {sheet["name"]: sheet for sheet in declared["sheets"]}
    for seen in book.sheets:
        folded = {
            place
            for place, column in enumerate(sheets.get(seen.name, {}).get("columns", ()), 1)
            if column.get("folded")
        }
        found += [f"{seen.name} is hidden"] * (seen.state != "visible")
        found += [f"{seen.name}: hidden rows"] * bool(seen.hidden_rows)
        found += [f"{seen.name}: hidden columns"] * bool(seen.hidden_columns - folded)
        found += [f"{seen.name}: formulas"] * bool(seen.formulas)
    return found


def told_outside(book: Book, recipient: str, declared: Mapping[str, Any]) -> list[str]:
    """Properties that say anything but product, recipient, purpose, grade, batch and the form of the file."""
    plain = {"Microsoft Excel", "0", "false", "16.0300", "12.0000", "3.1", "Worksheets", "Named Ranges"}
    allowed = plain | {sheet["name"] for sheet in declared["sheets"]}
    found = []
    for where, text in book.properties.items():
        is_known = any(
            (text in allowed, re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z?", text), re.fullmatch(r"\d{4}-\d\d-g\d+", text),
             re.fullmatch(r"\d+", text), text in (declared["purpose"], declared["grade"], recipient),
             text == f"仅供{recipient}使用", text.startswith(f"{recipient}{declared['title']}"),
             _is_builtin(text, allowed))
        )  # fmt: skip
        found += [] if is_known else [f"property {where.split(':')[0]} {where.split(':')[1]}"]
    return found


def unmarked(book: Book, recipient: str, purpose: str) -> list[str]:
    """Sheets that do not name the recipient and the purpose, both below their rows and in the margins of each page."""
    found = []
    for seen in book.sheets:
        margins = " ".join(seen.margins.values()).replace("&&", "&")
        below = "\n".join(seen.texts)
        for word in (f"仅供{recipient}使用", f"用途：{purpose}"):
            found += [f"{seen.name}: not on paper"] * (word not in margins)
            found += [f"{seen.name}: not on the screen"] * (word not in below)
    return found


def _is_builtin(text: str, sheets: Collection[str]) -> bool:
    """Titles of parts as the file lists them: a sheet's print area, print titles, or filter."""
    name, mark, what = text.rpartition("!")
    return bool(mark) and name.strip("'") in sheets and what in ("Print_Area", "Print_Titles", "_FilterDatabase")


def _persons(book: Book, declared: Mapping[str, Any]) -> list[tuple[Seen, Mapping[str, Any]]]:
    sheets = {sheet["name"]: sheet for sheet in declared["sheets"] if sheet["kind"] == "persons"}
    return [(seen, sheets[seen.name]) for seen in book.sheets if seen.name in sheets]


def _first_row(sheet: Mapping[str, Any]) -> int:
    return 5 if any(column.get("group") for column in sheet["columns"]) else 4


def _rows(seen: Seen, sheet: Mapping[str, Any]) -> list[int]:
    """Rows of persons: those with a number in the first column, or anything in a column of names or numbers."""
    first = _first_row(sheet)
    return sorted(
        {row for (row, place), cell in seen.cells.items() if row >= first and place == 1 and isinstance(cell, float)}
    )


def _flat(cell: object) -> str:
    return "".join(str(cell).split())
