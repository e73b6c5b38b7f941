"""Publish, third part: persons as last known, jobs and services; and the numbers the vault must be able to open."""

import pandas as pd

from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules import people, records
from exchange.services.publication import Publication
from exchange.services.tables import core
from exchange.services.vault import Vault
from exchange.stages.publish.inputs import Inputs
from exchange.stages.publish.persons import seal_numbers


def store_records(month: Publication, inputs: Inputs, registry: Registry, vault: Vault) -> None:
    """Statements, jobs and services of every source, then the attributes of every person they touch."""
    period = str(inputs.period)
    said, numbers = [], []
    for source in registry.sources.values():
        if source.name not in inputs.fingerprints:
            continue
        rows = inputs.counted(source)
        said.append(records.statements(rows, source, period))
        numbers.append(_numbers(rows))
        _store_events(month, rows, source, period, vault)
    _store_people(month, pd.concat(said, ignore_index=True), inputs.resolved["merges"])
    seal_numbers(month, pd.concat(numbers, ignore_index=True).drop_duplicates(), vault)


def _store_events(month: Publication, rows: pd.DataFrame, source: Source, period: str, vault: Vault) -> None:
    if source.role == "employment":
        month.insert(core.job, records.job_rows(rows, source, period))
    if source.role == "service_log":
        services = records.service_rows(rows, source, period)
        guardian = records.column(rows, "guardian_id")
        month.insert(core.service, services.assign(guardian_hmac=vault.hmac_many("resident", guardian)))


def _store_people(month: Publication, said: pd.DataFrame, merges: pd.DataFrame) -> None:
    month.forget("person")
    month.persons(pd.concat([said["person_id"], merges["into_id"]], ignore_index=True))
    statements = people.latest_statements(said, month.ask("sources_of_persons"))
    month.run("forget_sources", "forget_persons")
    month.insert(core.person_source, statements)
    month.insert(core.person, people.decide_attributes(statements))


def _numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """The usable numbers on the rows: scheme, value."""
    numbers = pd.DataFrame({"scheme": rows["id_scheme"].astype("object"), "value": rows["id_number"]})
    return numbers[numbers["value"].notna().to_numpy(dtype=bool)].drop_duplicates()
