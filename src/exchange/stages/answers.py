"""A township's workbook comes back: its answers are judged, kept and told in Chinese."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.rules.returning.answers import choices_by_list, judge, numbers_in, tokens_in
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import likely_passwords
from exchange.services.returning.answers import known_entries, read_returned, store_answers, whose_numbers


def import_answers(services: Services, registry: Registry, file: Path, *, actor: str, why: str) -> list[str]:
    """Takes the answers of a returned workbook over; what happened, in Chinese, without a value of a person.

    Importing a file twice changes nothing. Rows nobody knows are reported and leave everything as it is.
    Raises ContentError when the file cannot be read or holds no row token at all.
    """
    if not file.is_file():
        raise ContentError(f"there is no {file}", remedy="Name the workbook that came back.")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    rows = read_returned(file, likely_passwords(services, file.name))
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
    doubled = _doubled(services, registry, values, entries)
    counts = {"answers": len(values), "unknown": len(found.unknown), "refused": len(found.refused)}
    return found.lines(store_answers(services, values, digest, counts, doubled=doubled, actor=actor, why=why))


def _doubled(
    services: Services, registry: Registry, values: list[dict[str, Any]], entries: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Answers that say a row stands twice; `named` is whom the correction names by token or number, '' if nobody."""
    told = [value for value in values if _effect(registry, value) == "duplicate"]
    numbers = {number for value in told for number in numbers_in(value["correction"])}
    owners = whose_numbers(services, sorted(numbers))
    return [{**value, "named": _named(value, owners, entries)} for value in told]


def _named(value: Mapping[str, Any], owners: Mapping[str, str], entries: Mapping[str, Mapping[str, Any]]) -> str:
    by_token = [str(entries[token]["person_id"]) for token in tokens_in(value["correction"], entries)]
    by_number = [owners[number] for number in numbers_in(value["correction"]) if number in owners]
    return next((person for person in [*by_token, *by_number] if person != value["person_id"]), "")


def _effect(registry: Registry, value: Mapping[str, Any]) -> str:
    meaning = registry.answers.of(str(value["list"]), str(value["answer"]))
    return "" if meaning is None else meaning.effect
