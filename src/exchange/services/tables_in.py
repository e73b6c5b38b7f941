"""Tables somebody hands over on the command line: CSV or Parquet, every cell as text."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from exchange.model.errors import LayoutError

_ENCODINGS = ("utf-8", "gb18030")


def read_tables(files: Sequence[Path], record: str, source: str, roles: Mapping[str, str]) -> pa.Table:
    """The rows of all files -> `record`, `source` and one text column per role (null where a file lacks the column).

    `source` is the word `file` (then the file's place among the names, sorted) or a column. Raises LayoutError when a
    file cannot be read, has no record column, has none of the roles, or a record stands twice.
    """
    names = sorted({path.name for path in files})
    parts = [_one(path, record, source, roles, f"{names.index(path.name)}") for path in files]
    table = pa.concat_tables(parts)
    if len(table) == 0 or len(pc.unique(table["record"])) != len(table) or table["record"].null_count:
        raise LayoutError(
            "records are missing or not unique over all files", remedy=f"Every row needs its own {record}."
        )
    return table


def read_columns(path: Path, columns: Sequence[str]) -> pa.Table:
    """These columns of one file as text, empty cells null. Raises LayoutError when it cannot be read or lacks one."""
    table = _read(path)
    missing = [column for column in columns if column not in table.schema.names]
    if missing:
        raise LayoutError(f"{path.name} lacks the columns {', '.join(missing)}", remedy="Give a file of this kind.")
    return pa.table({column: _text(table[column]) for column in columns})


def _one(path: Path, record: str, source: str, roles: Mapping[str, str], label: str) -> pa.Table:
    table = _read(path)
    missing = [
        column for column in (record, *([] if source == "file" else [source])) if column not in table.schema.names
    ]
    found = [role for role, column in roles.items() if column in table.schema.names]
    if missing or not found:
        wanted = missing or sorted(set(roles.values()))
        raise LayoutError(f"{path.name} lacks the columns {', '.join(wanted)}", remedy="Correct the spec or the file.")
    nothing = pa.nulls(len(table), pa.string())
    origin = pa.array([label] * len(table), pa.string()) if source == "file" else _text(table[source])
    columns = {"record": _text(table[record]), "source": origin}
    columns |= {role: _text(table[roles[role]]) if role in found else nothing for role in roles}
    return pa.table(columns)


def _read(path: Path) -> pa.Table:
    try:
        if path.suffix.lower() == ".parquet":
            return parquet.read_table(path)
        first = path.open("rb").readline()
        encoding = next(each for each in _ENCODINGS if _decodes(path, each))
        names = first.decode(encoding, "replace").lstrip("\ufeff").rstrip("\r\n").split(",")
        types = {name.strip().strip('"'): pa.string() for name in names} | {name: pa.string() for name in names}
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(encoding="utf8" if encoding == "utf-8" else encoding),
            convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""]),
            parse_options=csv.ParseOptions(newlines_in_values=True),
        )
    except (OSError, pa.ArrowInvalid, StopIteration) as error:
        kind = type(error).__name__
        raise LayoutError(
            f"{path.name} cannot be read ({kind})", remedy="Give CSV (UTF-8 or GB18030) or Parquet."
        ) from None
    return table.rename_columns([name.strip() for name in table.schema.names])


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts without outer blanks; empty ones are null."""
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
