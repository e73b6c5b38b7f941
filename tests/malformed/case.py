"""What a malformed input is: a file to build, and the verdict it must get. Nobody in it exists."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from tests.support import deliveries as made
from tests.support.rows import WHOLE_ROWS, number, registry

Verdict = Literal["refused", "set aside", "accepted"]
Table = list[list[Any]]

CODES = {source.name: source.code for source in registry().sources.values()}
KINDS = {"police": "delta", "hr": "full", "clinic": "events"}
NAMES = ("王小明", "李建国", "赵芳", "钱多", "孙立人", "周正", "吴敏", "郑和平", "冯唐", "陈述", "褚遂", "卫青山")


@dataclass(frozen=True)
class Case:
    """One input of the list of eighty and what must become of it.

    `build` fills the file at the path it is given. `rule` is the file's rule when it is refused; `rules` are those of
    each data row, in order. `says` must stand in what the sender is told, `holds` in the typed rows (one mapping per
    data row, from the first). `note` tells why the verdict is not the first one that comes to mind.
    """

    number: int
    title: str
    build: Callable[[Path], object]
    verdict: Verdict
    rule: str = ""
    rules: Sequence[str] | None = None
    says: str = ""
    holds: Sequence[Mapping[str, Any]] = ()
    source: str = "police"
    ending: str = "csv"
    file: str = ""
    note: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """What the file is called."""
        unit = {"police": "370306001", "hr": "370306001", "clinic": "370306001"}[self.source]
        return self.file or f"{unit}_{CODES[self.source]}_2026-10_{KINDS[self.source]}_v1.{self.ending}"

    @property
    def id(self) -> str:
        """How the test is called."""
        return f"{self.number:02d}-{self.title}"


def headings(source: str = "police", *more: str) -> list[str]:
    """The titles of the columns of a whole row, and `more` fields."""
    titles = {item.name: item.title for item in registry().sources[source].fields}
    return [titles[name] for name in (*WHOLE_ROWS[source], *more)]


def person(place: int = 0, source: str = "police", **changes: Any) -> list[Any]:
    """A faultless row about the person at `place`, under `headings(source, *changes of other fields)`."""
    whole = WHOLE_ROWS[source]
    born = str(whole["id_number"])[6:14]
    own = number(born, sequence=100 + 2 * place + (whole["sex"] == "男"))
    phone = f"139{place:08d}"
    row = {**whole, "name": NAMES[place % len(NAMES)], "id_number": own, "phone": phone, **changes}
    return list(row.values())


def table(*rows: list[Any], source: str = "police", more: Sequence[str] = ()) -> Table:
    """`rows` under their headings; three faultless people when none are given."""
    return [headings(source, *more), *(rows or [person(place, source) for place in range(3)])]


def one(source: str = "police", **changes: Any) -> Table:
    """A table of one person with these cells changed or added."""
    more = [name for name in changes if name not in WHOLE_ROWS[source]]
    return table(person(0, source, **changes), source=source, more=more)


def each(field_name: str, values: Sequence[Any], source: str = "police", **others: Any) -> Table:
    """A table of one person per value of one field."""
    more = [name for name in (field_name, *others) if name not in WHOLE_ROWS[source]]
    rows = [person(place, source, **{field_name: value, **others}) for place, value in enumerate(values)]
    return table(*rows, source=source, more=more)


def quoted(path: Path, rows: Table, encoding: str = "utf-8") -> Path:
    """Comma-separated text with quotes where a cell needs them."""
    lines = [
        ",".join('"' + str(c).replace('"', '""') + '"' if set(str(c)) & set(',"\r\n') else str(c) for c in row)
        for row in rows
    ]
    path.write_bytes("".join(line + "\r\n" for line in lines).encode(encoding, "surrogatepass"))
    return path


def csv_of(rows: Table, encoding: str = "utf-8") -> Callable[[Path], object]:
    """Builds `quoted` text."""
    return lambda path: quoted(path, rows, encoding)


def xlsx_of(
    rows: Table | None = None,
    *,
    touch: Callable[[Any], None] | None = None,
    then: Callable[[Path], object] | None = None,
    also: Sequence[tuple[str, Table]] = (),
) -> Callable[[Path], object]:
    """Builds a workbook of one sheet and those in `also`; `touch` changes it before and `then` after it is saved."""

    def build(path: Path) -> None:
        made.workbook(path, ("Sheet1", rows or table()), *also, touch=touch)
        if then is not None:
            then(path)

    return build


def shared_of(rows: Table | None = None, *, then: Callable[[Path], object]) -> Callable[[Path], object]:
    """Builds a workbook whose texts stand in the table of shared strings, as Excel writes them."""

    def build(path: Path) -> None:
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("Sheet1")
        for place, row in enumerate(rows or table()):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, str(cell))
        book.close()
        then(path)

    return build


def edited(member: str, old: bytes, new: bytes) -> Callable[[Path], object]:
    """Replaces bytes of one part of a saved workbook; they must be there."""

    def change(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            assert old in archive.read(member)
        made.rewritten(path, member, lambda xml: xml.replace(old, new, 1))

    return change


GOOD = ("", "", "")
"""The rules of three faultless people: none."""
