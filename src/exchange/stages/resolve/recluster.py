"""Recluster: everything ever accepted clustered anew, on demand; what that changes applies from the next month on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from exchange.model.errors import PeriodOrder
from exchange.model.period import Period
from exchange.model.report import CorrigendumFacts
from exchange.registry.load import Registry
from exchange.registry.spec_linkage import linkage_of
from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.corrigenda import report_corrigenda
from exchange.services.bundle import Services
from exchange.services.identity.decisions import read_said
from exchange.services.identity.past_profiles import Past
from exchange.services.identity.persons import Persons
from exchange.services.identity.reclusterings import store_meant
from exchange.services.sets import open_sets
from exchange.services.tables import registry as tables
from exchange.stages.resolve import found_by_weight
from exchange.stages.resolve.consequences import consequences
from exchange.stages.resolve.decisions import Word, lay_reopened, open_persons, word_of
from exchange.stages.resolve.evidence import gather
from exchange.stages.resolve.linking import Linked, link

_NOBODY = Past((), (), (), 0)


@dataclass(frozen=True)
class Plan:
    """What a full clustering changes after `known_until`.

    `rows`: row_id, person_id of every row of everybody concerned. `changes`: kind, person_id, other_id. `moves`:
    row_id, from_id, into_id. `counts`: what was looked at and how many changes of each kind. `corrigenda`: published
    numbers that would be told otherwise (see `report_corrigenda`); none of them moves.
    """

    known_until: Period
    rows: pd.DataFrame
    changes: pd.DataFrame
    moves: pd.DataFrame
    counts: Mapping[str, int]
    corrigenda: tuple[tuple[str, ...], ...]


def plan_recluster(registry: Registry, services: Services) -> Plan:
    """Clusters every accepted row of all published months as if nobody had been registered before; writes nothing.

    What people decided holds, two valid numbers stay two persons, and an id goes to the cluster that has most of its
    rows; of several ids in one cluster the oldest survives. Persons of whom a row is not in the lake any more stay as
    they are. Raises PeriodOrder where no month is published.
    """
    standing = [month for month in services.ledger.published_periods() if services.ledger.closed(month) is not None]
    if not standing:
        raise PeriodOrder("no month is published", remedy="Publish a month first; `exchange run PERIOD` does.")
    coming = standing[-1].next()
    linkage = linkage_of(registry.linkage)
    known = Persons(services.warehouse, coming)
    everybody = known.everybody()
    word = open_persons(
        word_of(read_said(services.warehouse, coming), known, {}), everybody, known, services, least=1
    )  # fmt: skip
    with open_sets(services.settings.under("run", "sets")) as sets:
        lay_reopened(sets, word, services)
        register = Persons(services.warehouse, coming, word.opened)
        month = gather(sets, [], registry, linkage, register, services.vault, word)
        found = found_by_weight(sets, month, registry, _NOBODY, coming, services)
        linked = link(sets, month, linkage, found, by_overlap=True)
        told = consequences(sets, month, linked)
    changes = _changes(linked, told["splits"])
    moves = told["moves"].to_pandas()
    looked = {"rows": len(word.rows), "persons": len(everybody), "closed": len(everybody) - len(word.opened)}
    counts = looked | {"rows_moved": len(moves), **_kinds(changes)}
    corrigenda = _corrigenda(services, registry, coming, changes, moves)
    return Plan(standing[-1], _meant(word, linked, changes), changes, moves, counts, corrigenda)


def apply_recluster(services: Services, plan: Plan, *, asked_by: str, actor: str, why: str) -> str:
    """Orders the next month to act on `plan`; its id. Ordering the same again changes nothing but who asked.

    Raises PeriodOrder where a month was published or reopened since the plan was made.
    """
    with services.warehouse.transaction() as conn:
        standing = [month for month in services.ledger.published_periods() if services.ledger.closed(month) is not None]
        if standing[-1:] != [plan.known_until]:
            raise PeriodOrder("a month was published meanwhile", remedy="Run `exchange recluster` again.")
        made = store_meant(
            services.warehouse, conn, plan.known_until, plan.rows, plan.counts, asked_by=asked_by, why=why
        )
        services.ledger.append_audit(conn, actor, "recluster", made, why, {**plan.counts, "asked_by": asked_by})
    return made


def _changes(linked: Linked, splits: pa.Table) -> pd.DataFrame:
    merges = [("merge", *pair) for pair in linked.merges]
    parted = [(row["kind"], row["from_id"], row["into_id"]) for row in splits.to_pylist()]
    return pd.DataFrame([*merges, *parted], columns=["kind", "person_id", "other_id"], dtype=object)


def _kinds(changes: pd.DataFrame) -> dict[str, int]:
    found = Counter(changes["kind"])
    return {kind: found[kind] for kind in ("merge", "split", "reassign")}


def _meant(word: Word, linked: Linked, changes: pd.DataFrame) -> pd.DataFrame:
    """Every row of the persons concerned, with the person it is of by the full clustering."""
    concerned = {*changes["person_id"], *changes["other_id"]}
    rows = [
        (row, linked.person_of[linked.spots.node_of[row]])
        for row, person in rows_of(word.rows, "row_id", "person_id")
        if person in concerned
    ]
    return pd.DataFrame(rows, columns=["row_id", "person_id"], dtype=object)


def _corrigenda(
    services: Services, registry: Registry, coming: Period, changes: pd.DataFrame, moves: pd.DataFrame
) -> tuple[tuple[str, ...], ...]:
    """What the report of the coming month would say of earlier ones: asked with the changes booked, then undone."""
    with services.warehouse.transaction() as conn:
        rehearsal = conn.begin_nested()
        services.warehouse.copy_in(conn, tables.event, changes.assign(period=str(coming), why="{}"))
        services.warehouse.copy_in(conn, tables.moved_row, moves.assign(period=str(coming)))
        found = services.warehouse.query(conn, "report/corrigenda", {"period": str(coming)})
        rehearsal.rollback()
    facts: Any = found.to_dict("records")
    return report_corrigenda((CorrigendumFacts(**line) for line in facts), registry)
