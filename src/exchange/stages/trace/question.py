"""What is asked of which publication, and the statements it is asked with."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.reporting.reported import plain_rows
from exchange.services.rule_texts import RuleTexts

Record = dict[str, Any]
_OF_THE_STANDING: Final = frozenset({"flows", "opening", "closing", "services", "rule_rows", "source_rows"})
"""Statements about registers and rows as they stand; those of a corrected publication are not kept."""


@dataclass(frozen=True)
class Question:
    """What is asked, of which publication; `township9` and `unit` are '' when the whole district is meant.

    Registers and rows tell of the publication that stands (`is_standing`); lists, figures and terms of every one.
    """

    services: Services
    conn: Connection
    registry: Registry
    texts: RuleTexts
    period: Period
    generation: int
    is_standing: bool
    about: str
    township9: str
    unit: str

    @property
    def place(self) -> str:
        """The township, or `district`."""
        return self.township9 or "district"

    def ask(self, statement: str, **more: Any) -> list[Record]:
        """Rows of `sql/trace/<statement>.sql`. Raises ContentError for what is not kept of a corrected publication."""
        if statement in _OF_THE_STANDING and not self.is_standing:
            raise ContentError(
                f"generation {self.generation} of {self.period} was corrected; lists, indicators and terms are kept",
                remedy="Name a list, an indicator, or a term of those in the default scopes; the report has the rest.",
            )
        bound = {"period": str(self.period), "generation": self.generation, "township9": self.township9, **more}
        return plain_rows(self.services.warehouse.query(self.conn, f"trace/{statement}", bound))

    def town(self, township9: str) -> str:
        """What a township is called."""
        return self.registry.townships().get(township9, township9)
