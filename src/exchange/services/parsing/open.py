"""Opens a file as a book, whatever container it is in."""

from pathlib import Path

from exchange.services.parsing.book import Book
from exchange.services.parsing.container import sniff
from exchange.services.parsing.delimited import open_text
from exchange.services.parsing.markup import open_html
from exchange.services.parsing.spreadsheet_xml import open_spreadsheet_xml
from exchange.services.parsing.workbook import open_xls, open_xlsx

_READERS = {"zip": open_xlsx, "ole": open_xls, "html": open_html, "xml": open_spreadsheet_xml, "text": open_text}


def open_book(path: Path) -> Book:
    """The file at `path` as sheets of rows. Raises Refused with the reason in Chinese when it cannot be read."""
    return _READERS[sniff(path)](path)
