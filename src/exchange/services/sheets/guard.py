"""Opens a finished workbook with a reader that did not write it and tells what persons stand in it."""

from collections.abc import Sequence
from io import BytesIO

from python_calamine import CalamineWorkbook

from exchange.model.errors import PublicationError
from exchange.model.sheets import FoundSheet

_HEADER_WITHIN = 8


def read_finished(content: bytes, token_heading: str) -> list[FoundSheet]:
    """Every sheet of the workbook: its row tokens (under `token_heading`), numbered rows and texts.

    The bytes are the file as it will be sent. Raises PublicationError when they cannot be read back.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return [_found(name, book.get_sheet_by_name(name).to_python(), token_heading) for name in book.sheet_names]
    except Exception as error:
        raise PublicationError(
            f"a finished workbook cannot be read back ({type(error).__name__})",
            remedy="Nothing was sent. This is a defect of the program: keep the home folder and report it.",
        ) from None


def _found(name: str, rows: Sequence[Sequence[object]], token_heading: str) -> FoundSheet:
    texts = tuple(cell for row in rows for cell in row if isinstance(cell, str) and cell)
    for position, row in enumerate(rows[:_HEADER_WITHIN]):
        if token_heading in row:
            column, body = row.index(token_heading), rows[position + 1 :]
            return FoundSheet(
                name=name,
                tokens=tuple(str(line[column]) for line in body if line[column] not in (None, "")),
                numbered=sum(isinstance(line[0], (int, float)) for line in body),
                texts=texts,
            )
    return FoundSheet(name, (), 0, texts)
