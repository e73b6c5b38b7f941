"""Publish, fourth part: what service is due to whom, written into the month's lists."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules.care import lists
from exchange.rules.care.doses import Come, Given
from exchange.rules.care.plan import PersonCare, Planner, Situation
from exchange.rules.care.visits import Service
from exchange.rules.registers.handover import Destination, destination, reply_by
from exchange.services.publication import Publication
from exchange.services.tables.care import CARE, DOSES

Row = Mapping[str, Any]
Entry = dict[str, Any]
OUTSIDE = "区外"


def fill_care(month: Publication, registry: Registry, period: Period) -> None:
    """Fills the care columns of the lists of children, pregnancies, births and outflow, and makes the care lists.

    Reads month_stock, so it runs after the lists. Persons' rows stay in this process; nothing is logged.
    """
    planner = Planner(registry.schedules, registry.policy_for(period), period.last_day)
    names = registry.health_centers()
    entries: list[Entry] = []
    doses: list[Entry] = []
    for row in _rows(month.ask("care_people")):
        care = planner.care_of(_situation(row))
        entries += _here(row, care, period.last_day) if row["is_here"] else _gone(row, care, names, period, registry)
        if row["is_here"] and care.doses is not None:
            doses += [_dose(row["spell_id"], dose) for dose in care.doses.come]
    month.scratch("care", pd.DataFrame(entries, columns=[column.name for column in CARE.columns]), CARE)
    month.scratch("doses", pd.DataFrame(doses, columns=[column.name for column in DOSES.columns]), DOSES)
    month.run("fill_care", "list_care")


def _dose(spell_id: str, dose: Come) -> Entry:
    return {
        "spell_id": spell_id,
        "dose": dose.title,
        "is_due": dose.is_due,
        "given_on": dose.by and dose.by.day,
        "vaccine": dose.by and dose.by.vaccine,
        "is_early": dose.is_early,
    }


def _rows(frame: pd.DataFrame) -> Iterator[Row]:
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[name]).to_pylist() for name in names]
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _situation(row: Row) -> Situation:
    doses = json.loads(row["doses"]) if row["doses"] else ()
    services = json.loads(row["services"]) if row["services"] else ()
    return Situation(
        birth=row["birth_date"],
        here_since=row["here_since"],
        doses=[Given(date.fromisoformat(day), vaccine, number) for day, vaccine, number in doses],
        services=[Service(date.fromisoformat(day), item) for day, item in services],
        last_menses=row["last_menses"],
        booked=row["booked_date"],
        delivery=row["delivery_date"],
    )


def _here(row: Row, care: PersonCare, as_of: date) -> Iterator[Entry]:
    """Entries of somebody who is registered at the end of the month."""
    filled = {"children_0_6": lists.child_facts(care), "pregnant": lists.pregnant_facts(care)}
    for name, facts in filled.items():
        if facts:
            yield _entry(row, name, facts)
    if facts := lists.birth_facts(care):
        yield _entry(row, "births", facts, entry_id=str(care.situation.delivery))
    if due := lists.due_facts(care):
        yield _entry(row, "due", due, on=due.get("due_on"))
    if unserved := lists.unserved_facts(care, as_of, three_months=bool(row["has_stayed_3_months"])):
        yield _entry(row, "unserved", unserved, on=unserved.get("last_service"))


def _gone(row: Row, care: PersonCare, names: Mapping[str, str], period: Period, registry: Registry) -> Iterator[Entry]:
    """Entries of somebody who left: both sides of a move inside the district, the sending side of all others.

    What is overdue is to be done by the end of the next month. Out of the district the services go to the county of
    the hukou in a packet; who has none that is known stands among those whose whereabouts are unknown.
    """
    open_facts = lists.outflow_facts(care)
    if open_facts:
        yield _entry(row, "outflow", open_facts)
    to = row["destination"]
    if row["is_back"] and not to:
        return
    outside = None if to else destination(row["hukou_code6"], row["township9"][:6], period, registry.divisions)
    for number, episode in enumerate(lists.episodes(care), 1):
        told = {
            "service_class": episode.service_class,
            "from_unit": names.get(row["township9"], row["township9"]),
            "to_unit": names.get(to, to) if to else OUTSIDE,
            "done_items": episode.done,
            "open_services": episode.open,
            "due_on": _within(episode.due_on, period).isoformat(),
        }
        facts = {name: value for name, value in told.items() if value} | _packet(outside, episode.service_class, period)
        key = f"{row['spell_id']}/{number}"
        state = "转出待接收" if to else "转出区外待函告" if outside else "去向不明待查"
        yield _entry(row, "handover", {**facts, "state": state}, entry_id=f"{key}/out", on=told["due_on"])
        if to:
            there = {**row, "township9": to}
            yield _entry(there, "handover", {**facts, "state": "转入待接收"}, entry_id=f"{key}/in", on=told["due_on"])
    if open_facts and not to and outside is None:
        yield _entry(row, "whereabouts", open_facts, entry_id=row["spell_id"], on=row["left_on"])


def _packet(outside: Destination | None, service_class: str, period: Period) -> dict[str, object]:
    """Where a packet goes and until when it should be answered; nothing inside the district."""
    if outside is None:
        return {}
    return {
        "to_code6": outside.code6,
        "to_place": outside.place,
        "packet_id": outside.packet_id,
        "reply_by": reply_by(service_class, period).isoformat(),
    }


def _within(limit: date | None, period: Period) -> date:
    return period.next().last_day if limit is None or limit <= period.last_day else limit


def _entry(row: Row, name: str, facts: Mapping[str, object], *, entry_id: str = "", on: object = None) -> Entry:
    return {
        "list": name,
        "township9": row["township9"],
        "person_id": row["person_id"],
        "entry_id": entry_id,
        "spell_id": row["spell_id"],
        "event_date": None if on is None else date.fromisoformat(str(on)),
        "facts": facts,
    }
