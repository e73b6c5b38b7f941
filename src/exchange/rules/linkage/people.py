"""Ids of linked persons: derived from their first record, so that they do not depend on any order."""

import base64
import hashlib
from collections.abc import Iterable
from typing import Final

_WIDTH: Final = 24
"""Letters of one digest where all are spelled at once: 13 bytes, filled up to 15."""


def person_ids(firsts: Iterable[str]) -> list[str]:
    """The smallest record of a person -> `P` and 20 characters."""
    digests = b"".join(hashlib.blake2b(first.encode(), digest_size=13).digest() + b"\0\0" for first in firsts)
    spelled = base64.b32encode(digests).decode()
    return ["P" + spelled[start : start + 20] for start in range(0, len(spelled), _WIDTH)]
