"""What a recipient's receipt says, and what becomes of it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Outcome = Literal["accepted", "repeated", "mismatch", "foreign", "unknown", "incomplete", "unreadable"]


@dataclass(frozen=True)
class Claim:
    """What a receipt says; None for what it does not say."""

    account: str | None = None
    package_sha256: str | None = None
    rows: int | None = None
    signed_by: str | None = None
    signed_on: date | None = None


@dataclass(frozen=True)
class Judgement:
    """What becomes of a receipt, and what its sender is told."""

    outcome: Outcome
    message: str
