"""Publish, third part: persons as last known, jobs and services; and the numbers the vault must be able to open."""

import pandas as pd

from exchange.registry.load import Registry
from exchange.registry.spec import CodeList, Source
from exchange.registry.spec_linkage import linkage_of
from exchange.rules import figures, records
from exchange.rules.persons import people
from exchange.services.publication import Publication
from exchange.services.tables import core
from exchange.services.vault import Vault
from exchange.stages.publish.inputs import Inputs
from exchange.stages.publish.parted import earlier_statements, touched
from exchange.stages.publish.persons import seal_numbers

URGENT = "urgent_disease"
"""The code list of diseases with the shorter time for reporting."""

NO_FLAGS = pd.DataFrame({name: pd.Series(dtype="object") for name in ("row_id", "person_id", "service_date")})


def store_records(month: Publication, inputs: Inputs, registry: Registry, vault: Vault) -> None:
    """Statements, jobs and services of every source, then the attributes of every person they touch."""
    period = str(inputs.period)
    said, numbers, flagged = [], [], []
    for source in registry.sources.values():
        if source.name not in inputs.fingerprints:
            continue
        kept = inputs.kept(source)
        rows = records.counted(kept)
        said.append(records.statements(rows, source, period))
        numbers.append(_numbers(kept))
        if source.role == "employment":
            month.insert(core.job, records.job_rows(rows, source, period))
        if source.role == "service_log":
            flagged.append(records.flagged_rows(kept, str(figures.CODES["hukou_type"])))
            urgent = registry.codes.get(URGENT)
            month.insert(core.service, _services(rows, source, period, vault, urgent))
    month.scratch("flagged", pd.concat(flagged or [NO_FLAGS], ignore_index=True), core.service)
    _store_people(month, pd.concat(said, ignore_index=True), inputs, registry)
    seal_numbers(month, pd.concat(numbers, ignore_index=True).drop_duplicates(), vault)


def _services(rows: pd.DataFrame, source: Source, period: str, vault: Vault, urgent: CodeList | None) -> pd.DataFrame:
    guardian = vault.hmac_many("resident", records.column(rows, "guardian_id"))
    return records.service_rows(rows, source, period, urgent).assign(guardian_hmac=guardian)


def _store_people(month: Publication, said: pd.DataFrame, inputs: Inputs, registry: Registry) -> None:
    """What every source last said of the persons the month touches, and the one value each of their attributes has.

    Persons who parted are put together anew from their own rows; who got rows of one of them had said more since.
    """
    month.forget("person")
    merges = inputs.resolved["merges"]
    month.persons(pd.concat([said["person_id"], merges["into_id"], touched(inputs)], ignore_index=True))
    earlier = earlier_statements(inputs, registry)
    known = month.ask("sources_of_persons")
    if earlier:
        anew = pd.concat(earlier, ignore_index=True).sort_values("said_on", kind="stable", na_position="first")
        whole = set(inputs.resolved["splits"].query("kind == 'split'")["into_id"]) | set(inputs.losers)
        known = pd.concat([anew, known[~known["person_id"].isin(whole).to_numpy(dtype=bool)]], ignore_index=True)
    statements = people.latest_statements(said, known)
    month.run("remember_marital", "forget_sources", "forget_persons")
    month.insert(core.person_source, statements)
    fill = linkage_of(registry.linkage).fill
    month.insert(core.person, people.decide_attributes(statements, fill, registry.sources))
    month.run("note_disagreements")


def _numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """The usable numbers on the rows: scheme, value."""
    numbers = pd.DataFrame({"scheme": rows["id_scheme"].astype("object"), "value": rows["id_number"]})
    return numbers[numbers["value"].notna().to_numpy(dtype=bool)].drop_duplicates()
