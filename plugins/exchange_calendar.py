"""When the exchange runs, from the environment: the cut of a month, the nights before it, and the first month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import CronPartitionTimetable

from exchange.model.errors import RegistryError
from exchange.model.period import Period

ZONE = "Asia/Shanghai"
KEY_FORMAT = "%Y-%m"


@dataclass(frozen=True)
class Calendar:
    """The month M is made on day `cut_day`, `cut_hour` o'clock local time, of the month after M.

    `first` is the first month the scheduler makes on its own, and it makes up for every month since. None: it begins
    with the next cut, for nobody has said how far back the agencies' files go.
    """

    cut_day: int = 10
    cut_hour: int = 2
    first: Period | None = None
    deadline: timedelta = timedelta(hours=6)
    retry_delay: timedelta = timedelta(minutes=1)

    def monthly(self) -> CronPartitionTimetable:
        """One run a month; its partition key is the month before: on 10 November, `2026-10`."""
        cron = f"0 {self.cut_hour} {self.cut_day} * *"
        return CronPartitionTimetable(cron, timezone=ZONE, run_offset=-1, key_format=KEY_FORMAT)

    def nightly(self) -> CronPartitionTimetable:
        """One run each night from the 1st to the night before the cut, for the month before.

        Every month has the same number of these nights, so that many ticks back is the same day of the month before.
        """
        nights = [str(day) for day in range(1, self.cut_day)]  # spelled out: "1-1" would be read as every day
        cron = f"0 {self.cut_hour} {','.join(nights)} * *"
        return CronPartitionTimetable(cron, timezone=ZONE, run_offset=-len(nights), key_format=KEY_FORMAT)

    def daily(self) -> CronPartitionTimetable:
        """One run a night, half an hour after the cut's; its partition key is the month it runs in."""
        return CronPartitionTimetable(f"30 {self.cut_hour} * * *", timezone=ZONE, key_format=KEY_FORMAT)

    @property
    def catches_up(self) -> bool:
        """Whether months that fell due while Airflow was away are made, oldest first."""
        return self.first is not None

    def is_turn_of(self, period: Period, published: Collection[Period]) -> bool:
        """Whether a draft of `period` may look at the inboxes: it is the first month, or the one before is published.

        A draft ahead of its turn would take the files of months still to be made for late ones of its own.
        """
        return self.first is None or period <= self.first or period.previous() in published

    @property
    def opens(self) -> datetime | None:
        """Local midnight at which intake for the first month opens: the first cut after it makes that month."""
        return datetime.combine(self.first.end, datetime.min.time(), ZoneInfo(ZONE)) if self.first else None


def calendar_from(environ: Mapping[str, str]) -> Calendar:
    """EXCHANGE_CUT_DAY (2-28), EXCHANGE_CUT_HOUR (0-23), EXCHANGE_SCHEDULE_FROM or EXCHANGE_FIRST_PERIOD (2026-10),
    EXCHANGE_DEADLINE_HOURS, EXCHANGE_RETRY_SECONDS. Raises RegistryError for a value out of range.
    """
    first = environ.get("EXCHANGE_SCHEDULE_FROM") or environ.get("EXCHANGE_FIRST_PERIOD")
    try:
        return Calendar(
            cut_day=_number(environ, "EXCHANGE_CUT_DAY", 10, range(2, 29)),
            cut_hour=_number(environ, "EXCHANGE_CUT_HOUR", 2, range(24)),
            first=Period.parse(first) if first else None,
            deadline=timedelta(hours=_number(environ, "EXCHANGE_DEADLINE_HOURS", 6, range(1, 241))),
            retry_delay=timedelta(seconds=_number(environ, "EXCHANGE_RETRY_SECONDS", 60, range(1, 3601))),
        )
    except ValueError as error:
        raise RegistryError(str(error), remedy="Correct the environment of Airflow's servers.") from None


def _number(environ: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    value = environ.get(name) or str(default)
    if not value.isdecimal() or int(value) not in allowed:
        raise ValueError(f"{name} must be a number from {allowed[0]} to {allowed[-1]}")
    return int(value)
