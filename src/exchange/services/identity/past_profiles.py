"""What persons told in the months before: the profiles a month is compared with, kept in the lake month by month."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from exchange.model.period import Period
from exchange.services.bundle import Services
from exchange.services.lake import Lake
from exchange.services.sets import Sets

MONTHS = 13
"""So many months a profile is compared with, and kept: as long as the files it came from (个人信息保护法 第十九条)."""

ATTRIBUTES = (
    "name", "key", "length", "s1", "s2", "s3", "s4", "born", "sex", "phone", "guardian_key", "guardian_number",
    "community",
)  # fmt: skip
"""What the scorer compares of a person; a guardian's number stands there as keyed hash only."""

_KEY = pa.schema([("key", pa.uint64()), ("profile", pa.int64()), ("is_sure", pa.bool_())])
_PROFILE = pa.schema(
    [
        ("profile", pa.int64()), ("person_id", pa.string()), ("is_sure", pa.bool_()),
        *((name, pa.int64() if name == "length" else pa.string()) for name in ATTRIBUTES),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Past:
    """The artefacts of the earlier months: `used` names them, `persons` is how many were known by the last one."""

    keys: tuple[Path, ...]
    profiles: tuple[Path, ...]
    used: tuple[str, ...]
    persons: int

    def lay_out(self, sets: Sets) -> None:
        """Makes them readable as `earlier_key` and `earlier_profile`."""
        for name, files, schema in (
            ("earlier_key", self.keys, _KEY),
            ("earlier_profile", self.profiles, _PROFILE),
        ):
            if files:
                sets.give_files(name, files)
            else:
                sets.give(name, schema.empty_table())


def past_profiles(services: Services, period: Period) -> Past:
    """The profiles of the resolved months before `period`, as far back as they are kept."""
    months = [period.minus(back) for back in range(MONTHS, 0, -1)]
    named = [(artefact(month), services.ledger.fingerprint_of(month, "resolve")) for month in months]
    found = [(name, fp) for name, fp in named if fp and services.lake.has(name, fp)]
    paths = {table: tuple(services.lake.path(name, fp, table) for name, fp in found) for table in ("keys", "profiles")}
    persons = int(services.lake.facts(*found[-1])["persons"]) if found else 0
    return Past(paths["keys"], paths["profiles"], tuple(f"{name}/{fp}" for name, fp in found), persons)


def artefact(period: Period) -> str:
    """Name in the lake of the profiles of a month."""
    return f"profiles/{period}"


def expire_profiles(lake: Lake, period: Period) -> int:
    """Removes the profiles that no month after `period` is compared with; how many months' went."""
    oldest = period.next().minus(MONTHS)
    return lake.remove("profiles", lambda month: Period.parse(month) >= oldest)
