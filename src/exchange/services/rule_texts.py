"""The rules of a month as they stood: stored with its publication by content, read back when a figure is opened."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.services.copying import canonical_json
from exchange.services.statements import statement
from exchange.services.tables.ledger import generation_text, rule_text
from exchange.services.warehouse import Warehouse


@dataclass(frozen=True)
class RuleTexts:
    """Texts of one publication: (kind, name) -> body, and their fingerprints."""

    bodies: dict[tuple[str, str], str]
    digests: dict[tuple[str, str], str]

    def declared(self, kind: str, name: str) -> dict[str, Any] | None:
        """A declaration as it stood, None when the publication had none of that name."""
        body = self.bodies.get((kind, name))
        return None if body is None else dict(json.loads(body))

    def names(self, kind: str) -> list[str]:
        """Names of one kind, in order."""
        return sorted(name for of_kind, name in self.bodies if of_kind == kind)


def store_texts(
    conn: Connection, period: Period, generation: int, declared: Mapping[tuple[str, str], object], named: Iterable[str]
) -> int:
    """Puts the rules that made a publication on record, in the publishing transaction; how many there are.

    `declared`: (kind, name) -> a declaration; `named`: statements under sql/.
    """
    texts = {key: canonical_json(value) for key, value in declared.items()}
    texts |= {("statement", name): statement(name) for name in named}
    digests = {key: hashlib.sha256(body.encode()).hexdigest() for key, body in texts.items()}
    bodies = {digests[key]: body for key, body in texts.items()}
    stored = [{"sha256": digest, "body": body} for digest, body in sorted(bodies.items())]
    conn.execute(insert(rule_text).on_conflict_do_nothing(), stored)
    told = [
        {"period": str(period), "generation": generation, "kind": kind, "name": name, "sha256": digest}
        for (kind, name), digest in sorted(digests.items())
    ]
    conn.execute(insert(generation_text).on_conflict_do_nothing(), told)
    return len(told)


def read_texts(warehouse: Warehouse, conn: Connection, period: Period, generation: int) -> RuleTexts:
    """The rules of a publication; none when it was made before they were kept."""
    found = warehouse.query(conn, "trace/texts", {"period": str(period), "generation": generation})
    rows = list(zip(found["kind"], found["name"], found["sha256"], found["body"], strict=True))
    return RuleTexts(
        {(kind, name): body for kind, name, _, body in rows}, {(kind, name): digest for kind, name, digest, _ in rows}
    )
