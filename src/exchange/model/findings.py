"""What a declared expectation found: which rows, by which rule, without any value of theirs."""

from dataclasses import dataclass
from typing import Literal

from exchange.model.words import Severity

Importance = Literal["critical", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One expectation of a suite and the rows (or deliveries) that do not meet it.

    `field` is the column the sender has to look at, `column` the one that was judged. `says` and `asks` are empty for
    a rule of the catalogue, whose words are used. `severity` is the suite's own word for a rule the catalogue does
    not know. `counts` is False where the rows stay but move no figure; `of` says whether the judged thing is a file
    as it was read or the rows in it.
    """

    rule: str
    field: str
    column: str
    importance: Importance
    ids: tuple[str, ...]
    severity: Severity | None = None
    says: str = ""
    asks: str = ""
    counts: bool = True
    of: Literal["reading", "rows"] = "reading"

    @property
    def count(self) -> int:
        """How many rows or deliveries were found."""
        return len(self.ids)
