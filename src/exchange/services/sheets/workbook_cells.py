"""A worksheet of XlsxWriter's whose cells are laid out by the column and told by the row: the same bytes, sooner."""

from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

_BLOCK = 16
"""Rows that share one note of how wide they are."""


class CellSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's sheet with a short way for texts, whole numbers and blanks; all else goes XlsxWriter's own way."""

    def put_column(
        self, first: int, position: int, values: Sequence[str | float | None], looks: Iterable[Format]
    ) -> int | None:
        """Cells from row `first` on, None as a blank. Returns the row whose text is too long for a cell, else None."""
        self._check_dimensions(first, position)
        self._check_dimensions(first + len(values) - 1, position)
        index, table = self.str_table._get_shared_string_index, self.table
        make = tuple.__new__  # what the named tuple's own constructor calls, without a call of Python's for each cell
        for row, (value, look) in enumerate(zip(values, looks, strict=False), first):
            if value is None:
                table[row][position] = make(CellBlankTuple, (look,))
            elif isinstance(value, int):
                table[row][position] = make(CellNumberTuple, (value, look))
            elif not isinstance(value, str):
                self.write_number(row, position, value, look)
            elif len(value) > self.xls_strmax // 2:
                if self.write_string(row, position, value, look):
                    return row
            else:
                table[row][position] = make(CellStringTuple, (index(value), look))
        return None

    def _calculate_spans(self) -> None:
        ends: dict[int, list[int]] = {}
        for row, cells in self.table.items():
            if cells:
                ends.setdefault(row // _BLOCK, []).extend((min(cells), max(cells)))
        self.row_spans = {block: f"{min(columns) + 1}:{max(columns) + 1}" for block, columns in ends.items()}

    def _write_rows(self) -> None:
        self._calculate_spans()
        letters = [xl_col_to_name(column) for column in range(self.dim_colmax + 1)]
        marks = _Marks()
        write = self.fh.write
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, told = self.table.get(row), (row, self.row_spans.get(row // _BLOCK), self.row_info.get(row))
            if not cells:
                if row in self.row_info:
                    self._write_empty_row(*told)
                continue
            self._write_row(*told)
            for column in sorted(cells):
                cell = cells[column]
                kind = type(cell)
                start = f'<c r="{letters[column]}{row + 1}"{marks[cell.format]}'
                if kind is CellStringTuple:
                    write(f'{start} t="s"><v>{cell.string}</v></c>')
                elif kind is CellBlankTuple:
                    write(f"{start}/>")
                elif kind is CellNumberTuple:
                    write(f"{start}><v>{cell.number:.16G}</v></c>")
                else:
                    self._write_cell(row, column, cell)
            self._xml_end_tag("row")


class _Marks(dict[Any, str]):
    """What a cell says of its format, found once per format: XlsxWriter looks for it in every cell."""

    def __missing__(self, look: Format) -> str:
        self[look] = f' s="{look._get_xf_index()}"'
        return self[look]
