"""Publish, fifth part: what townships answered acts on this month's lists; months published before stay as they are."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules import figures
from exchange.rules.returning.verified import WAITING, Progress, progress
from exchange.services.bundle import Services
from exchange.services.publication import Publication
from exchange.services.tables.lists import CORRECTED, MEANING
from exchange.stages.publish.inputs import Inputs

Row = Mapping[Any, Any]


def settle_answers(month: Publication, registry: Registry) -> None:
    """Works out which answers hold in this month. Reads month_stock, and comes before the lists."""
    meanings = [
        {
            "list": name,
            "answer": one.answer,
            "effect": one.effect,
            "verdict": one.verdict,
            "months": one.months,
            "is_told": one.told,
        }
        for name, one in registry.answers.table
    ]
    month.scratch("meaning", pd.DataFrame(meanings, columns=[column.name for column in MEANING.columns]), MEANING)
    month.run("gather_answers", "count_answers")


def apply_answers(month: Publication, inputs: Inputs, registry: Registry, services: Services) -> None:
    """People who were not found leave the lists of visits, notes are made, corrections are followed up, all is kept.

    Runs after every figure is counted: figures say what the register says.
    """
    month.run(*figures.ANSWERED)
    made = [
        {"token": token, "state": found.state, "why": "、".join(found.changed)}
        for token, found in _corrections(month, inputs, registry, services)
    ]
    month.scratch("corrected", pd.DataFrame(made, columns=[column.name for column in CORRECTED.columns]), CORRECTED)
    month.run("store_answers")


def _corrections(
    month: Publication, inputs: Inputs, registry: Registry, services: Services
) -> Iterator[tuple[str, Progress]]:
    """Token and progress of every correction that is waited for; the texts stay in this process."""
    asked = month.ask("open_corrections").astype("object")
    for (source_name, period), group in asked.groupby(["source", "row_period"], sort=True):
        source = registry.sources.get(str(source_name))
        old = _rows_then(str(source_name), str(period), set(group["row_id"]), inputs, services)
        new = {} if source is None else _rows_now(source_name, set(group["person_id"]), inputs, registry)
        for row in group.to_dict("records"):
            if source is None or row["row_id"] not in old:
                yield row["token"], Progress(WAITING)
                continue
            cipher = row["correction_cipher"]
            text = "" if cipher is None or pd.isna(cipher) else services.vault.open(cipher)
            found = progress(text, old[row["row_id"]], new.get(row["person_id"]), source, registry.answers)
            yield row["token"], found


def _rows_then(name: str, period: str, row_ids: set[str], inputs: Inputs, services: Services) -> dict[str, Row]:
    """The rows complained of, as their own month accepted them."""
    artefact, fp = f"accepted/{name}/{period}", services.ledger.fingerprint_of(Period.parse(period), "validate", name)
    if fp is None or not inputs.lake.has(artefact, fp):
        return {}
    rows = inputs.lake.read(artefact, fp, "rows")
    chosen = rows[rows["row_id"].isin(row_ids).to_numpy(dtype=bool)].astype("object")
    return {row["row_id"]: row for row in chosen.to_dict("records")}


def _rows_now(name: Any, person_ids: set[str], inputs: Inputs, registry: Registry) -> dict[str, Row]:
    """What the source says of these persons this month; its last row where it has several."""
    if name not in inputs.fingerprints:
        return {}
    rows = inputs.kept(registry.sources[name])
    chosen = rows[rows["person_id"].isin(person_ids).to_numpy(dtype=bool)].astype("object")
    return {row["person_id"]: row for row in chosen.to_dict("records")}
