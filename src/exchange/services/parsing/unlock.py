"""Opens a workbook that asks for a password: what a clerk saves of a protected file is protected as well."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")


def unlock(content: bytes, passwords: Sequence[str]) -> bytes:
    """The workbook opened with the first password that fits; as it is when it asks for none, or none fits."""
    if not content.startswith(_COMPOUND):
        return content
    return next((plain for password in passwords if (plain := unlocked(content, password)) is not None), content)


def unlocked(content: bytes, password: str) -> bytes | None:
    """The workbook that was protected with `password`, whole; None when it does not open with it."""
    import msoffcrypto  # a child that meets no protected workbook is spared the import

    out = BytesIO()
    try:
        book = msoffcrypto.OfficeFile(BytesIO(content))
        # To derive the key takes a hundred thousand rounds. Where the content itself is signed with it, once is enough.
        book.load_key(password=password, verify_password=getattr(book, "type", "") != "agile")
        book.decrypt(out, verify_integrity=True)
    except Exception:  # whatever the bytes are, they are no workbook of this password
        return None
    return out.getvalue()
