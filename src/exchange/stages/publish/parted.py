"""Publish, persons who parted: the scratch tables of what moved, and their registrations set right."""

import pandas as pd

from exchange.registry.load import Registry
from exchange.rules import records
from exchange.rules.persons.parted import registered_anew
from exchange.rules.registers import register
from exchange.services.publication import MOVE, RESTORED, Publication
from exchange.services.tables import registry as tables
from exchange.stages.publish.inputs import Inputs


def lay_changes(month: Publication, inputs: Inputs) -> None:
    """The scratch tables move, restored, lost_key, moved_number, change and decision; mostly empty."""
    resolved = inputs.resolved
    month.scratch("move", resolved["moves"][["row_id", "from_id", "into_id"]], MOVE, key=["row_id"])
    month.scratch("restored", resolved["restored"][["person_id", "into_id"]], RESTORED)
    month.scratch("lost_key", resolved["lost_keys"][["key_kind", "key_hmac", "person_id"]], tables.key)
    month.scratch("moved_number", resolved["moved_numbers"][["scheme", "id_hmac", "person_id"]], tables.identifier)
    month.scratch("decision", resolved["decisions"][["decision_id", "effect"]], tables.decision_applied)
    merges = resolved["merges"].assign(kind="merge")
    changes = pd.concat([merges, resolved["splits"]], ignore_index=True)
    told = changes.rename(columns={"from_id": "person_id", "into_id": "other_id"})
    month.scratch("change", told[["kind", "person_id", "other_id", "why"]], tables.event)


def touched(inputs: Inputs) -> pd.Series:
    """Persons who lost rows or got some."""
    moves = inputs.resolved["moves"]
    return pd.concat([moves["from_id"], moves["into_id"]], ignore_index=True)


def settle_parted(month: Publication, inputs: Inputs, before: pd.DataFrame) -> register.RegisterMonth:
    """Registrations the register owes to somebody whose rows it had taken for another person's.

    `before`: their registrations, under the persons they are of now.
    """
    return registered_anew(month.ask("acts_of_parted"), before, inputs.period)


def earlier_statements(inputs: Inputs, registry: Registry) -> list[pd.DataFrame]:
    """What the earlier rows of persons who parted say, by file and month: people.STATEMENT_COLUMNS and `said_on`."""
    reopened = inputs.resolved["reopened"]
    found = []
    for (period, name), part in reopened.groupby(["period", "source"], sort=True):
        rows = inputs.earlier(str(period), str(name))
        kept = records.kept(rows[rows["row_id"].isin(part["row_id"]).to_numpy(dtype=bool)], part)
        found.append(records.statements(records.counted(kept), registry.sources[str(name)], str(period)))
    return found
