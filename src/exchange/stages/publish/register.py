"""Publish, second part: the month's rows of the residence register become flows and registrations."""

import pandas as pd

from exchange.registry.load import Registry
from exchange.rules import records
from exchange.rules.persons import people
from exchange.rules.registers import register
from exchange.rules.registers.register_book import IGNORED, SPELL_COLUMNS
from exchange.services.publication import Publication
from exchange.services.tables import core
from exchange.stages.publish.inputs import Inputs
from exchange.stages.publish.parted import settle_parted, touched


def apply_register(month: Publication, inputs: Inputs, registry: Registry) -> None:
    """Settle merged persons, then apply the month's acts; new and changed registrations and every event are stored."""
    rows = _rows(inputs, registry)
    merges = inputs.resolved["merges"]
    corrected = month.ask("corrected_spells")
    everybody = [rows["person_id"], merges["into_id"], corrected["person_id"], touched(inputs)]
    month.persons(pd.concat(everybody, ignore_index=True))
    before, undone = _settle_corrections(month.ask("spells_of_persons"), corrected, inputs)
    before, settled = _settle_merges(before, pd.concat([merges, inputs.resolved["moves"]]), inputs)
    parted = settle_parted(month, inputs, before)
    before = pd.concat([before, parted.opened], ignore_index=True) if len(parted.opened) else before
    default_scopes = registry.policy_for(inputs.period).default_scopes
    known = month.ask("sources_of_persons")
    registers = [source.name for source in registry.of_role("residence_register")]
    known = known[known["source"].astype("object").isin(registers).to_numpy(dtype=bool)]
    rows = rows.assign(scope=people.fill_scope(rows, known, registry.divisions))
    acts = register.acts_of(rows, first_month=inputs.is_first_month)
    result = register.run_month(acts, before, inputs.period, first_month=inputs.is_first_month)
    reasons = rows.set_index("row_id")["cancel_reason"]
    parts = (undone, settled, parted, result)
    closed = pd.concat([part.closed for part in parts if len(part.closed)] or [result.closed])
    month.scratch("closing", _closings(closed, reasons), core.residence_spell)
    month.run("close_spells", "relabel_moved", "relabel_merged")
    details = records.spell_details(rows, registry.divisions.villages)
    _store_opened(month, _closed_again(parted.opened, closed), details, reasons, default_scopes)
    _store_opened(month, result.opened, details, reasons, default_scopes)
    events = pd.concat([part.events for part in parts if len(part.events)] or [result.events])
    _store_events(month, events, details, default_scopes, str(inputs.period))


def _rows(inputs: Inputs, registry: Registry) -> pd.DataFrame:
    """The month's rows of every register, in the words of the rules."""
    frames = [
        records.register_rows(rows, source, registry) for source, rows in inputs.of(registry, "residence_register")
    ]
    if not frames:
        return records.no_register_rows()
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]


def _settle_corrections(
    before: pd.DataFrame, corrected: pd.DataFrame, inputs: Inputs
) -> tuple[pd.DataFrame, register.RegisterMonth]:
    """End registrations that rested on a row which now speaks of somebody else; the month starts from there."""
    undone = register.cancel(corrected, inputs.period, "row_corrected")
    ended = before["spell_id"].isin(undone.closed["spell_id"]).to_numpy(dtype=bool)
    return pd.concat([before[~ended], undone.closed], ignore_index=True) if ended.any() else before, undone


def _settle_merges(
    before: pd.DataFrame, merges: pd.DataFrame, inputs: Inputs
) -> tuple[pd.DataFrame, register.RegisterMonth]:
    """End the older registration of two persons that are one; the rest of the month starts from there."""
    merged = before["person_id"].isin(merges["into_id"]) & before["closed_period"].isna()
    settled = register.end_double_registrations(before[merged.to_numpy(dtype=bool)], inputs.period)
    ended = before["spell_id"].isin(settled.closed["spell_id"]).to_numpy(dtype=bool)
    return pd.concat([before[~ended], settled.closed], ignore_index=True) if ended.any() else before, settled


def _closings(closed: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    columns = ["spell_id", "closed_period", "closing_kind", "close_date", "close_row_id"]
    return closed[columns].assign(close_reason=closed["close_row_id"].map(reasons))


def _closed_again(opened: pd.DataFrame, closed: pd.DataFrame) -> pd.DataFrame:
    """Registrations made for persons who parted, as the month's own rows left them."""
    later = closed[closed["spell_id"].isin(opened["spell_id"]).to_numpy(dtype=bool)]
    kept = opened[~opened["spell_id"].isin(later["spell_id"]).to_numpy(dtype=bool)]
    return pd.concat([kept, later], ignore_index=True) if len(later) else kept


def _store_opened(
    month: Publication, opened: pd.DataFrame, details: pd.DataFrame, reasons: pd.Series, scopes: tuple[str, ...]
) -> None:
    stated = details.assign(spell_id=details["details_row_id"])
    spells = opened[list(SPELL_COLUMNS)].merge(stated, on="spell_id", how="left")
    spells = spells.assign(
        details_row_id=spells["details_row_id"].fillna(spells["spell_id"]),
        scope_group=people.scope_group(spells["scope"], scopes),
        close_reason=spells["close_row_id"].map(reasons),
    )
    month.insert(core.residence_spell, spells)


def _store_events(
    month: Publication, events: pd.DataFrame, details: pd.DataFrame, scopes: tuple[str, ...], period: str
) -> None:
    """Every flow and every row without effect; rows that only change details update the open registration."""
    events = events.assign(
        period=period, scope_group=people.scope_group(events["scope"], scopes), reason=events["reason"].fillna("")
    )
    month.insert(core.register_event, events.drop_duplicates(["row_id", "kind", "reason"]))
    restated = events[
        (events["kind"] == IGNORED).to_numpy(dtype=bool) & events["spell_id"].notna().to_numpy(dtype=bool)
    ]
    newest = restated.sort_values(["event_date", "row_id"], kind="stable").drop_duplicates("spell_id", keep="last")
    newer = newest[["row_id", "spell_id"]].merge(details, left_on="row_id", right_on="details_row_id")
    month.scratch("details", newer.drop(columns="row_id"), core.residence_spell)
    month.run("refresh_details")
