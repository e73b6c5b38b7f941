"""Which rows each office sends in each month."""

from collections.abc import Iterable
from typing import Any

from exchange.demo.generator.jobs import Labour
from exchange.demo.generator.movements import Movements, Registration
from exchange.demo.generator.records import Desk, Record
from exchange.demo.generator.senders import Sender
from exchange.demo.generator.services import Service
from exchange.model.period import Period


class Ledgers:
    """The true contents of every office's books, by office and month."""

    def __init__(
        self, desk: Desk, movements: Movements, labour: Labour, services: dict[Period, list[Service]], first: Period
    ) -> None:
        self._desk = desk
        self._first = first
        self._registrations: dict[str, list[Registration]] = {}
        for one in movements.registrations:
            self._registrations.setdefault(one.stay.village.township9, []).append(one)
        self._labour = labour
        self._services: dict[tuple[Period, str], list[Service]] = {}
        for month, events in services.items():
            for event in events:
                self._services.setdefault((month, event.unit), []).append(event)

    def records(self, office: Sender, month: Period, made_up_for: Period | None = None) -> list[Record]:
        """What `office` sends for `month`; `made_up_for` is an earlier month whose file never came."""
        match office.kind:
            case "police_station":
                months = {month} | ({made_up_for} if made_up_for else set())
                return self._register(office, month, months)
            case "labour_office":
                jobs = [job for job in self._labour.jobs if job.employer.village.township9 == office.township9]
                return [self._desk.job(job, month) for job in jobs if job.in_ledger(month)]
            case _:
                events = sorted(
                    self._services.get((month, office.code), []), key=lambda event: (event.day, event.person)
                )
                return [self._desk.service(event, office.name) for event in events]

    def _register(self, office: Sender, month: Period, months: set[Period]) -> list[Record]:
        desk, held = self._desk, self._registrations.get(office.township9, [])
        records: list[Record] = []
        for one in held:
            if month == self._first:
                records.extend(self._first_month(one, month))
                continue
            if one.told in months:
                records.append(desk.registration(one, "新登记", month.last_day))
            for change in one.changes:
                if Period.of(change.day) in months:
                    records.append(desk.registration(one, "变更", month.last_day, change))
            if one.cancelled and one.cancelled.told in months:
                records.append(desk.registration(one, "注销", month.last_day))
        return records

    def _first_month(self, one: Registration, month: Period) -> Iterable[Record]:
        if one.told > month:
            return
        if one.cancelled and one.cancelled.told <= month:
            yield self._desk.registration(one, "注销", month.last_day)
        else:
            yield self._desk.registration(one, "新登记" if one.register >= month.start else "在住", month.last_day)


def kind_of_delivery(office: Sender, agency: dict[str, Any], first: bool) -> str:
    """full, delta or events, as the file name says."""
    sends: list[str] = agency["sends"]
    return sends[0] if first or office.kind != "police_station" else sends[1]
