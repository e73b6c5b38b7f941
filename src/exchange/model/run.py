"""What a stage is told (Run) and what it hands back (Receipt)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from exchange.model.errors import ContentError
from exchange.model.period import Period

Outcome = Literal["done", "unchanged", "empty"]


@dataclass(frozen=True)
class Run:
    """One call of the month's work.

    `subject` is a source's name, or "" for a stage that works on the whole month. A draft
    (`final=False`) may land, read and validate, and publishes nothing. `started_at` carries a
    zone and is the only clock a stage may look at.
    """

    run_id: str
    period: Period
    subject: str
    final: bool
    started_at: datetime
    actor: str


@dataclass(frozen=True)
class Receipt:
    """Counts and a fingerprint of what a stage made; safe to log, it holds nothing of a person.

    Raises ContentError when rows are lost or invented: rows in = rows out + rows set aside.
    """

    stage: str
    subject: str
    rows_in: int
    rows_out: int
    rows_aside: int
    fingerprint: str
    outcome: Outcome = "done"
    detail: Mapping[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_out + self.rows_aside:
            raise ContentError(
                f"{self.stage} {self.subject}: {self.rows_in} rows came in, "
                f"{self.rows_out} went on and {self.rows_aside} were set aside",
                remedy="This is a defect of the program: keep the home folder and report it.",
            )
