"""From a file as read and as judged to its sheets as they go back: every data row, none of them touched."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from exchange.registry.spec import Field, Source
from exchange.rules.cells.text import DITTO
from exchange.rules.returning.own_corrections import Seen
from exchange.rules.returning.returned import OwnSheet

JUDGED: Final = ("row_id", "file", "sheet", "row", "disposition")
CLASSES: Final = "service_class"
CORRECTION: Final = "correction"
"""The kind of a delivery that holds corrected rows of earlier deliveries."""


def own_sheets(
    read: pa.Table,
    facts: Mapping[str, Any],
    judged: pa.Table,
    source: Source,
    classes: Collection[str],
    token: Callable[[str], str],
    *,
    kind: str = "",
) -> Iterator[OwnSheet]:
    """The sheets of one file in its order.

    `read`: the file's rows as read (sheet, row, row_kind, a text column per field); `judged`: its data rows in the
    same order (JUDGED and, where the source has one, the column of service classes). `classes` are the services whose
    rows are withheld, as are those of a class nobody knows. `token` names a row by its row_id.
    """
    data = read.filter(pc.equal(read["row_kind"], "data"))
    secret = class_field(source)
    for sheet in facts["sheets"]:
        mine = judged.filter(pc.equal(judged["sheet"], sheet["name"]))
        if not mine.num_rows:
            continue
        rows = data.filter(pc.equal(data["sheet"], sheet["name"]))
        numbers = mine["row"].to_pylist()
        columns = columns_of(sheet, facts, source)
        hidden = mine[secret].cast(pa.string()).to_pylist() if secret else ()
        yield OwnSheet(
            file=str(mine["file"][0]).rpartition("/")[2],
            sheet=sheet["name"],
            columns=columns,
            numbers=numbers,
            cells={name: rows[name].to_pylist() for name, _ in columns if name in rows.column_names},
            tokens=[token(row_id) for row_id in mine["row_id"].to_pylist()],
            dispositions=mine["disposition"].cast(pa.string()).to_pylist(),
            withheld=frozenset(
                row for row, code in zip(numbers, hidden, strict=False) if code is None or code in classes
            ),
            others={name: count for name, count in sheet.get("row_kinds", {}).items() if name != "data"},
            is_correction=kind == CORRECTION,
        )


def class_field(source: Source) -> str | None:
    """The field that says of which class a service was, for sources that have one."""
    return next((field.name for field in source.fields if field.codes == CLASSES), None)


def coded_fields(source: Source) -> list[Field]:
    """The fields whose words must stand in a code list; a person's own words are none."""
    return [field for field in source.fields if field.type == "code" and field.codes and not field.personal]


def judged_columns(source: Source) -> list[str]:
    """What must be known of a judged row to send it back."""
    return [
        *JUDGED,
        *filter(None, [class_field(source)]),
        *(f"{field.name}__outcome" for field in coded_fields(source)),
    ]


@dataclass(frozen=True)
class Original:
    """A row as first read: its cells (field -> text and kind), and what only its place in the file told.

    `dittos` are the addresses that stood there as `同上`; `block` is the title above the row.
    """

    cells: Mapping[str, Seen]
    dittos: Mapping[str, Seen]
    block: str | None


def originals(read: pa.Table, source: Source) -> dict[tuple[str, int], Original]:
    """(sheet, physical row) -> the row, for every data row of a file as read."""
    rows = read.filter(pc.equal(read["row_kind"], "data")).to_pydict()
    fields = [field for field in source.fields if field.name in rows]
    addresses = [field.name for field in fields if field.type == "address"]
    above: dict[tuple[str, str], Seen] = {}
    told: dict[tuple[str, int], Original] = {}
    for line, (sheet, row) in enumerate(zip(rows["sheet"], rows["row"], strict=True)):
        cells: dict[str, Seen] = {one.name: (rows[one.name][line], rows[f"{one.name}__cell"][line]) for one in fields}
        dittos: dict[str, Seen] = {}
        for name in addresses:
            if (cells[name][0] or "").strip() in DITTO:
                dittos[name] = above.get((sheet, name), cells[name])
            else:
                above[sheet, name] = cells[name]
        told[sheet, row] = Original(cells, dittos, rows["block"][line])
    return told


def columns_of(sheet: Mapping[str, Any], facts: Mapping[str, Any], source: Source) -> tuple[tuple[str, str], ...]:
    """(field, heading) as the sender had them; where the reader did not say so, in the declaration's order."""
    told: Sequence[Sequence[str]] = sheet.get("columns") or [[name, ""] for name in facts.get("fields", ())]
    known = {field.name for field in source.fields}
    return tuple((name, heading) for name, heading in told if name in known)
