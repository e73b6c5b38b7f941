"""Reads a finished workbook from its raw parts: it shares nothing with the writer or the guard."""

import re
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LETTERS = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass
class Seen:
    """One sheet as it lies in the file; rows and columns count from one."""

    name: str
    state: str
    cells: dict[tuple[int, int], str | float] = field(default_factory=dict)
    formulas: int = 0
    margins: dict[str, str] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)

    @property
    def texts(self) -> list[str]:
        return [cell for cell in self.cells.values() if isinstance(cell, str)]

    def row(self, number: int) -> dict[int, str | float]:
        return {column: cell for (row, column), cell in sorted(self.cells.items()) if row == number}


@dataclass
class Book:
    """A whole file: sheets, names of its parts, everything it says outside of cells."""

    sheets: list[Seen]
    parts: list[str]
    names: dict[str, str]
    properties: dict[str, str]
    external: list[str]


def read_book(content: bytes) -> Book:
    """Every part of the workbook that can hold something."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    workbook = ElementTree.fromstring(files["xl/workbook.xml"])
    targets = _targets(files["xl/_rels/workbook.xml.rels"])
    shared = _shared(files.get("xl/sharedStrings.xml"))
    sheets = []
    for entry in workbook.iter(f"{_MAIN}sheet"):
        path = "xl/" + targets[entry.attrib[_LINK]].removeprefix("/xl/").removeprefix("xl/")
        sheets.append(_sheet(entry.attrib["name"], entry.get("state", "visible"), files[path], shared))
    names = {entry.attrib["name"]: entry.text or "" for entry in workbook.iter(f"{_MAIN}definedName")}
    properties = {}
    for path in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        for element in ElementTree.fromstring(files[path]).iter() if path in files else ():
            if element.text and element.text.strip():
                own = element.tag.rpartition("}")[2]
                properties[f"{path}:{own}:{len(properties)}"] = element.text.strip()
    rels = [part for name, part in files.items() if name.endswith(".rels")]
    external = [
        target for part in rels for target in re.findall(r'Target="([^"]*)" TargetMode="External"', part.decode())
    ]
    return Book(sheets, sorted(files), names, properties, external)


def _targets(part: bytes) -> dict[str, str]:
    return {entry.attrib["Id"]: entry.attrib["Target"] for entry in ElementTree.fromstring(part)}


def _shared(part: bytes | None) -> list[str]:
    if part is None:
        return []
    return ["".join(text.text or "" for text in entry.iter(f"{_MAIN}t")) for entry in ElementTree.fromstring(part)]


def _sheet(name: str, state: str, part: bytes, shared: list[str]) -> Seen:
    seen, root = Seen(name, state), ElementTree.fromstring(part)
    for column in root.iter(f"{_MAIN}col"):
        if column.get("hidden") in ("1", "true"):
            seen.hidden_columns.update(range(int(column.attrib["min"]), int(column.attrib["max"]) + 1))
    for row in root.iter(f"{_MAIN}row"):
        if row.get("hidden") in ("1", "true"):
            seen.hidden_rows.add(int(row.attrib["r"]))
    for cell in root.iter(f"{_MAIN}c"):
        seen.formulas += cell.find(f"{_MAIN}f") is not None
        value = _value(cell, shared)
        if value not in (None, ""):
            seen.cells[_place(cell.attrib["r"])] = value
    for margin in root.iter(f"{_MAIN}headerFooter"):
        seen.margins = {part.tag.rpartition("}")[2]: part.text or "" for part in margin}
    return seen


def _value(cell: ElementTree.Element, shared: list[str]) -> str | float | None:
    kind, value = cell.get("t", "n"), cell.find(f"{_MAIN}v")
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    if value is None or value.text is None:
        return None
    return shared[int(value.text)] if kind == "s" else value.text if kind in ("str", "e") else float(value.text)


def _place(reference: str) -> tuple[int, int]:
    letters, row = _LETTERS.fullmatch(reference).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column
