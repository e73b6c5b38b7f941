"""Why records are one person's, as people read it: sentences, tables, and weighed pairs ready to be drawn."""

from dataclasses import dataclass
from typing import Literal

from exchange.model.trace import TraceTable

Kind = Literal["prior", "evidence", "cap", "rounding"]


@dataclass(frozen=True)
class Step:
    """What moves the balance of a pair, in bits, and why in words; never a value of anybody."""

    what: str
    level: str
    bits: float
    kind: Kind = "evidence"


@dataclass(frozen=True)
class Weighing:
    """A weighed pair. `steps` in the order they are told add up to `total`; `threshold` is what a link takes and
    `review` what people are shown; `runner_up` are the bits of the next best person, None where there was none.

    `sides` name the two records, `notes` stand under the picture.
    """

    title: str
    sides: tuple[str, ...]
    steps: tuple[Step, ...]
    total: float
    threshold: float
    review: float
    runner_up: float | None
    notes: tuple[str, ...]

    @property
    def margin(self) -> float | None:
        """How far the next best person is behind."""
        return None if self.runner_up is None else self.total - self.runner_up


@dataclass(frozen=True)
class Explained:
    """`facts`: what and value; `lines`: one sentence per link; `pairs`: what can be drawn."""

    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    tables: tuple[TraceTable, ...]
    pairs: tuple[Weighing, ...]
