"""Ids of linked persons: derived from their first record, so that they do not depend on any order."""

import base64
import hashlib
from collections.abc import Iterable


def person_ids(firsts: Iterable[str]) -> list[str]:
    """The smallest record of each row's person -> `P` and 20 characters."""
    known: dict[str, str] = {}
    found = []
    for first in firsts:
        if first not in known:
            digest = hashlib.blake2b(first.encode(), digest_size=13).digest()
            known[first] = "P" + base64.b32encode(digest).decode()[:20]
        found.append(known[first])
    return found
