"""A township's workbook comes back: its answers are judged, kept and told in Chinese."""

import hashlib
from pathlib import Path

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.rules.answers import choices_by_list, judge
from exchange.services.answers import known_entries, read_returned, store_answers
from exchange.services.bundle import Services


def import_answers(services: Services, registry: Registry, file: Path, *, actor: str, why: str) -> list[str]:
    """Takes the answers of a returned workbook over; what happened, in Chinese, without a value of a person.

    Importing a file twice changes nothing. Rows nobody knows are reported and leave everything as it is.
    Raises ContentError when the file cannot be read or holds no row token at all.
    """
    if not file.is_file():
        raise ContentError(f"there is no {file}", remedy="Name the workbook that came back.")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    rows = read_returned(file)
    entries = known_entries(services)
    lists = {token: entry["list"] for token, entry in entries.items()}
    found = judge(rows, lists, choices_by_list(registry.products.values()))
    values = [
        {
            **entries[given.token],
            "token": given.token,
            "answer": given.answer,
            "correction": given.correction,
            "answered_by": given.answered_by or None,
            "answered_on": given.answered_on,
        }
        for given in found.answers
    ]
    counts = {"answers": len(values), "unknown": len(found.unknown), "refused": len(found.refused)}
    return found.lines(store_answers(services, values, digest, counts, actor=actor, why=why))
