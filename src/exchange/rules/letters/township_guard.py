"""What a finished workbook must prove before it leaves: it holds the people of its township, all and only they."""

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from exchange.model.sheets import FoundSheet
from exchange.rules.cells.identity import check_digits

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")


def id_numbers(found: Sequence[FoundSheet]) -> set[str]:
    """Every whole identity number that can be read anywhere in the workbook, inside longer texts too.

    Only numbers with a right check digit: a vaccination certificate may have eighteen digits as well.
    """
    seen = {number.upper() for sheet in found for text in sheet.texts for number in _ID_NUMBER.findall(text)}
    if not seen:
        return set()
    numbers = sorted(seen)
    checks = check_digits(np.array([[int(digit) for digit in number[:17]] for number in numbers]))
    return {number for number, check in zip(numbers, checks, strict=True) if ord(number[17]) == check}


def check_township(
    found: Sequence[FoundSheet],
    expected: Mapping[str, Collection[str]],
    foreign_numbers: int = 0,
) -> list[str]:
    """Reasons not to release the workbook, without any value of a person; empty when it may go.

    `expected` holds, per sheet of persons, the tokens of the township's own entries of the month, taken from the
    warehouse and not from what was written. `foreign_numbers` counts identity numbers in the file that belong to
    nobody among those entries.
    """
    problems: list[str] = []
    seen = {sheet.name: sheet for sheet in found}
    for name, tokens in expected.items():
        sheet = seen.get(name)
        if sheet is None:
            problems.append(f"{name}: the sheet is not there")
            continue
        own = set(tokens)
        foreign = sum(token not in own for token in sheet.tokens)
        if foreign:
            problems.append(f"{name}: {foreign} rows do not belong to this township and month")
        if len(sheet.tokens) != len(set(sheet.tokens)):
            problems.append(f"{name}: a row stands twice")
        missing = len(own - set(sheet.tokens))
        if missing:
            problems.append(f"{name}: {missing} entries of the township are missing")
        if sheet.numbered != len(sheet.tokens):
            problems.append(f"{name}: {sheet.numbered} rows of persons carry {len(sheet.tokens)} row tokens")
    for sheet in found:
        if sheet.name not in expected and sheet.tokens:
            problems.append(f"{sheet.name}: rows of persons on a sheet that should have none")
    if foreign_numbers:
        problems.append(f"{foreign_numbers} identity numbers belong to nobody on this township's lists")
    return problems
