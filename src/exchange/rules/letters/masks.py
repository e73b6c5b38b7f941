"""Masks for values of persons: what a reader may see of them when the sheet does not need the whole."""

import re

_DIGITS = re.compile(r"[0-9]{6,}[Xx]?")
_DATE = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_HIDDEN = "*"
_SHORT = 6


def mask_id(value: str | None) -> str:
    """An identity number with its first three and last two characters: `370*************34`.

    The customary 6 + 4 form hides only the birth date, so a column with the date or the age beside it gives the
    number back. With 3 + 2, a known county and a known age still leave more than a thousand valid numbers.
    """
    return _keep(value, 3, 2)


def mask_name(value: str | None) -> str:
    """A name with its first character only: `张**`, whatever the length of the rest up to two."""
    text = (value or "").strip()
    return text[:1] + _HIDDEN * min(max(len(text) - 1, 1), 2) if text else ""


def mask_phone(value: str | None) -> str:
    """A mobile number as `138****5678`; a landline as its area code and last two digits."""
    text = (value or "").strip()
    area, dash, number = text.partition("-")
    if dash and number:
        return f"{area}-{_keep(number, 0, 2)}"
    return _keep(text, 3, 4) if len(text) == 11 else _keep(text, 0, 2)


def mask_birth(value: str | None) -> str:
    """A birth date's year, `1990-**-**`; nothing but stars when no year can be seen."""
    year = _YEAR.search(value or "")
    return "" if not value else f"{year[0] if year else '****'}-**-**"


def mask_digits(value: str | None) -> str:
    """Free text with every run of six digits or more masked 3 + 2; an eight-digit date stays.

    For cells that should hold a date or a code and may hold anything, a number from the next column included.
    """
    return _DIGITS.sub(lambda run: run[0] if _DATE.fullmatch(run[0]) else mask_id(run[0]), value or "")


def mask_value(field_type: str, value: str | None) -> str:
    """`value` as the mask of its field type (see registry.spec.FieldType) shows it."""
    if field_type in ("id_number", "ehr"):
        return mask_id(value)
    if field_type == "name":
        return mask_name(value)
    if field_type == "phone":
        return mask_phone(value)
    if field_type == "birth":
        return mask_birth(value)
    if field_type == "address":
        return (value or "")[:6] + _HIDDEN * 3 if value else ""
    return mask_digits(value)[:40]


def _keep(value: str | None, head: int, tail: int) -> str:
    """`value` with `head` and `tail` characters kept; a value too short to hide four is hidden whole."""
    text = (value or "").strip()
    if len(text) < head + tail + 4:
        return _HIDDEN * len(text)
    return text[:head] + _HIDDEN * (len(text) - head - tail) + text[-tail:]


def mask_returned(field_type: str, value: str | None, *, personal: bool = False) -> str:
    """A cell of a sender's own file as it goes back: less than `mask_value` shows, for its neighbours go back as well.

    Beside a month of age or the day of a first vaccination even the last two digits of a number would give it away:
    a number keeps its first three characters and its length, any other run of six digits or more likewise.
    """
    text = (value or "").strip()
    if field_type in ("id_number", "ehr"):
        return text[:3] + _HIDDEN * max(len(text) - 3, 0) if len(text) > _SHORT else _HIDDEN * len(text)
    if field_type in ("name", "phone", "birth", "address"):
        return mask_value(field_type, text)
    if personal:
        return mask_name(text)
    is_day = field_type in ("date", "datetime")
    return _DIGITS.sub(lambda run: run[0] if is_day and _DATE.fullmatch(run[0]) else _blotted(run[0]), text)[:60]


def _blotted(text: str) -> str:
    return text[:3] + _HIDDEN * (len(text) - 3)
