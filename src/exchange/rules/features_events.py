"""Features of the events a row reports: registrations, jobs, services, doses, pregnancies, case reports."""

from typing import Final

import numpy as np
import pandas as pd

from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.cells.distinct import Distinct
from exchange.rules.intervals import days_between, flag, full_months, full_years, months_between, whole

_MAX, _FROM = "max", "from"
_PREGNANCY: Final = frozenset({"last_menses", "service_date", "gestation"})
_DOSE: Final = frozenset({"vaccine", "dose_number", "dose_date"})

HISTORY_COLUMNS: Final = ("last_menses", "delivery_date", "termination", "vaccine", "dose_date")
"""What `history_features` looks at beside who the person is."""

ANOTHER_PREGNANCY: Final = 28
"""Days between two last menses from which on they cannot belong to one pregnancy."""


def event_features(source: Source, frame: pd.DataFrame, registry: Registry) -> None:
    """Adds to `frame` the features whose columns the source has."""
    names = {field.name for field in source.fields}
    for needed, add in (
        ({"register_date", "cancel_date"}, _registration),
        ({"work_from"}, _job),
        ({"service_date"}, _service),
        (_PREGNANCY, _pregnancy),
        ({"diagnosed_at", "reported_at"}, _case_report),
    ):
        if needed <= names:
            add(frame)
    if names >= _DOSE:
        _dose(source, frame, registry)


def history_features(source: Source, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """What the other rows of its file tell about a row's pregnancy or dose, where the source has such columns."""
    names = {field.name for field in source.fields}
    found = {}
    if names >= _PREGNANCY:
        found["has_open_pregnancy"] = _open_before(frame)
    if names >= _DOSE:
        found["dose_gap_days"] = _gap(frame)
    return found


def _registration(frame: pd.DataFrame) -> None:
    """Distance of the registration's month from the file's; asked only of rows that cancel nothing."""
    offset = months_between(frame["month_end"], frame["register_date"])
    frame["register_month_offset"] = offset.where(frame["cancel_date"].isna())


def _job(frame: pd.DataFrame) -> None:
    """Age on the first day of the job."""
    frame["age_at_work_start"] = full_years(frame["birth_date"], frame["work_from"])


def _service(frame: pd.DataFrame) -> None:
    """Distance of the service's month from the file's, age on the day, and the age reached in the calendar year."""
    frame["service_month_offset"] = months_between(frame["month_end"], frame["service_date"])
    frame["age_at_service"] = full_years(frame["birth_date"], frame["service_date"])
    born, year = frame["birth_date"], frame["month_end"].dt.year
    known = np.asarray(born.notna(), bool)
    frame["age_in_year"] = whole(np.asarray(year - born.dt.year.fillna(0), np.int64), known, frame.index)


def _pregnancy(frame: pd.DataFrame) -> None:
    """Weeks of pregnancy on the day of an antenatal service: from the last menses, else as written."""
    counted = days_between(frame["last_menses"], frame["service_date"]) / 7
    weeks = counted.astype("Float64").where(frame["last_menses"].notna(), frame["gestation"])
    over = (frame["delivery_date"] <= frame["service_date"]).fillna(False) | frame["termination"].notna()
    frame["gestation_weeks"] = weeks.where(~over)


def _open_before(frame: pd.DataFrame) -> pd.Series:
    """Whether the file knows another pregnancy of the same woman that began earlier and whose end nobody reported.

    Last menses less than a month apart are one pregnancy, dated twice. Null without a number or a last menses.
    """
    known = frame["id_number"].notna() & frame["last_menses"].notna() & ~frame["adult_id_on_child"]
    rows = pd.DataFrame({"file": frame["delivery_id"], "woman": frame["id_number"], "menses": frame["last_menses"]})
    rows["is_over"] = frame["delivery_date"].notna() | frame["termination"].notna()
    rows = rows[known.to_numpy(bool)]
    ended = rows.groupby(["file", "woman", "menses"])["is_over"].any().rename("has_ended").reset_index()
    first = ended[~ended["has_ended"]].groupby(["file", "woman"])["menses"].min().rename("first").reset_index()
    began = rows.merge(first, on=["file", "woman"], how="left")["first"].set_axis(rows.index)
    later = (days_between(began, rows["menses"]) >= ANOTHER_PREGNANCY).fillna(False)
    return flag(later.reindex(frame.index, fill_value=False).to_numpy(bool), known)


def _case_report(frame: pd.DataFrame) -> None:
    """Hours from diagnosis to report; when one of them is only a day, whole days are compared."""
    first, last = frame["diagnosed_at"], frame["reported_at"]
    exact = (last - first).dt.total_seconds() / 3600
    by_day = days_between(first, last).astype("Float64") * 24
    whole_days = (frame["diagnosed_at__outcome"] == "without_time") | (frame["reported_at__outcome"] == "without_time")
    frame["report_hours"] = exact.astype("Float64").where(~whole_days, by_day)


def _dose(source: Source, frame: pd.DataFrame, registry: Registry) -> None:
    """How far a dose lies beyond the last one of its vaccine, and how many months too early it was given.

    The list of vaccines tells both: `maxN` is the last dose, `from:a,b,c` the youngest age in months for each dose.
    """
    field = source.field("vaccine")
    entries = registry.codes[field.codes].entries if field is not None and field.codes else {}
    last, youngest = {}, {}
    for code, entry in entries.items():
        for tag in entry.tags:
            if tag.startswith(_MAX):
                last[code] = int(tag.removeprefix(_MAX))
            if tag.startswith(_FROM):
                youngest[code] = [int(months) for months in tag.removeprefix(_FROM).lstrip(":").split(",")]
    frame["dose_number"] = frame["dose_number"].where(frame["dose_number"].notna(), frame["vaccine_ordinal"])
    most = frame["vaccine"].map(last).astype("Int64")
    frame["dose_excess"] = (frame["dose_number"] - most).where(most.notna())
    wanted = _months_needed(frame, youngest)
    given = full_months(frame["birth_date"], frame["dose_date"])
    frame["dose_months_early"] = (wanted - given).where(frame["birth_date__precision"] != "M")


def _months_needed(frame: pd.DataFrame, youngest: dict[str, list[int]]) -> pd.Series:
    """Youngest age in months for the row's vaccine and dose; null where none is laid down."""
    key = frame["vaccine"] + "\0" + frame["dose_number"].astype("string")
    distinct = Distinct.of(key)
    needed = np.zeros(len(distinct.texts), np.int64) - 1
    for place, text in enumerate(distinct.texts):
        vaccine, _, dose = text.partition("\0")
        ages = youngest.get(vaccine, [])
        if dose.isdigit() and 1 <= int(dose) <= len(ages):
            needed[place] = ages[int(dose) - 1]
    months = distinct.array_of(needed, -1)
    return whole(months, months >= 0, frame.index)


def _gap(frame: pd.DataFrame) -> pd.Series:
    """Days since the same child's dose before, of the same vaccine in the same file; null for the first."""
    child = frame["id_number"].where(
        frame["id_number"].notna(), frame["name_key"] + "|" + frame["birth_date"].astype(str)
    )
    order = pd.DataFrame(
        {"file": frame["delivery_id"], "child": child, "vaccine": frame["vaccine"], "day": frame["dose_date"]}
    )
    order = order[(frame["vaccine"].notna() & frame["dose_date"].notna() & child.notna()).to_numpy(bool)]
    order = order.sort_values(["file", "child", "vaccine", "day"], kind="stable")
    before = order.groupby(["file", "child", "vaccine"], sort=False)["day"].shift()
    gap = days_between(before, order["day"]).reindex(frame.index)
    return gap.where(gap > 0)
