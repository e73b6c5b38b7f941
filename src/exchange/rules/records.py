"""Accepted rows of the agencies -> the rows of schema `core`: which column of a source becomes which fact."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from exchange.model.words import KEPT
from exchange.registry.load import Registry
from exchange.registry.spec import CodeList, Source
from exchange.rules.cells.codes import spelling, words_in
from exchange.rules.persons import people
from exchange.rules.registers.register_book import CANCEL, CHANGE, ENDED, LEFT, REGISTER

LOCAL_RULE: Final = "W07"
"""The rule that finds hukou and residence in one township: such people are not migrants."""

CASE_ITEM: Final = "1101"
URGENT_HOURS: Final = 2
OTHER_HOURS: Final = 24
"""Within how many hours a case is to be reported: class A and what is treated like it, classes B and C."""

SERVICE_FIELDS: Final = (
    "service_date", "service_class", "service_item", "resident_type", "is_free", "ehr_standard", "certificate_number",
    "certificate_created", "vaccine", "dose_number", "dose_date", "check_month", "birth_date", "name_key",
    "guardian_name_key", "last_menses", "due_date", "booked_date", "high_risk", "delivery_date",
    "delivery_place", "live_births", "termination",
)  # fmt: skip
JOB_FIELDS: Final = ("employer", "job_type", "industry", "work_from", "work_to", "hr_service")
SPELL_FIELDS: Final = (
    "village", "village12", "stay_reason", "stay_place", "plan_stay", "employer", "relation", "head_name", "note",
)  # fmt: skip
_DAY_OF_ROW: Final = ("service_date", "cancel_date", "register_date", "hr_service_date", "month_end")
_FLAGS: Final = ("is_free", "ehr_standard", "high_risk")
_DAYS: Final = (
    "service_date", "certificate_created", "birth_date", "last_menses", "due_date", "booked_date", "delivery_date",
    "termination", "dose_date", "work_from", "work_to", "hr_service_date",
)  # fmt: skip


def kept(rows: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """The accepted rows, repeated ones included, with the person each belongs to.

    `rows`: the accepted table of one source. `links`: row_id, person_id. Rows keep their order.
    """
    accepted = rows["disposition"].astype("object").isin(KEPT).to_numpy(dtype=bool)
    person = rows["row_id"].map(links.set_index("row_id")["person_id"])
    return rows.assign(person_id=person)[accepted & person.notna().to_numpy(dtype=bool)].reset_index(drop=True)


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Of the accepted rows those that may move a figure: repeated ones do not."""
    return rows[rows["is_counted"].fillna(False).to_numpy(dtype=bool)].reset_index(drop=True)


def flagged_rows(rows: pd.DataFrame, hukou_type: str) -> pd.DataFrame:
    """Accepted service rows with a valid number that the clinic printed as hukou population: row_id, person_id, day."""
    printed = column(rows, "resident_type").astype("object") == hukou_type
    flagged = rows[(printed & has_number(rows)).to_numpy(dtype=bool)]
    return pd.DataFrame({name: _value(flagged, name) for name in ("row_id", "person_id", "service_date")})


def statements(rows: pd.DataFrame, source: Source, period: str) -> pd.DataFrame:
    """What the rows of one source say of their persons: people.STATEMENT_COLUMNS and `said_on`."""
    columns = {name: column(rows, name) for name in people.ATTRIBUTES}
    said_on = column(rows, _DAY_OF_ROW[0])
    for name in _DAY_OF_ROW[1:]:
        said_on = said_on.where(said_on.notna(), column(rows, name))
    return pd.DataFrame(
        {
            "person_id": rows["person_id"],
            "source": source.name,
            "precedence": source.precedence,
            **columns,
            "birth_date": pd.to_datetime(columns["birth_date"]),
            "phone": columns["phone"].where(~_true(rows, "phone_shared")),
            "is_local": _fired(rows, LOCAL_RULE),
            "identity_certain": has_number(rows),
            "row_id": rows["row_id"],
            "updated_period": period,
            "said_on": pd.to_datetime(said_on),
        }
    )


def job_rows(rows: pd.DataFrame, source: Source, period: str) -> pd.DataFrame:
    """Rows of core.job."""
    return pd.DataFrame(
        {
            **_origin(rows, source, period),
            **{name: _value(rows, name) for name in JOB_FIELDS},
            "service_date": _value(rows, "hr_service_date"),
            "is_local": _fired(rows, LOCAL_RULE),
            "has_number": has_number(rows),
        }
    )


def service_rows(rows: pd.DataFrame, source: Source, period: str, urgent: CodeList | None = None) -> pd.DataFrame:
    """Rows of core.service, without what only the register can tell (resident_group) and the guardian's person.

    `urgent`: the diseases that are reported within two hours.
    """
    weeks = pd.to_numeric(column(rows, "gestation"), errors="coerce").astype("Float64")
    return pd.DataFrame(
        {
            **_origin(rows, source, period),
            **{name: _value(rows, name) for name in SERVICE_FIELDS},
            "has_number": has_number(rows),
            "has_ehr": column(rows, "ehr_number").notna(),
            "gestation_days": (weeks * 7).round().astype("Int64"),
            **_case_report(rows, urgent),
        }
    )


def _case_report(rows: pd.DataFrame, urgent: CodeList | None) -> dict[str, pd.Series]:
    """Whether a case of infectious disease was reported, and in time; unknown where an hour is missing.

    The disease and the hours themselves go no further.
    """
    is_case = column(rows, "service_item").astype("object") == CASE_ITEM
    reported = column(rows, "reported_at").notna().astype("boolean")
    hours = pd.to_numeric(column(rows, "report_hours"), errors="coerce").astype("Float64")
    words = words_in(urgent, with_codes=False) if urgent is not None else {}
    named = column(rows, "disease").astype("object").map(lambda text: isinstance(text, str) and spelling(text) in words)
    limit = pd.Series(OTHER_HOURS, index=rows.index, dtype="Float64").where(~named.astype(bool), URGENT_HOURS)
    timed = hours.notna() & (hours >= 0)
    for name in ("diagnosed_at__outcome", "reported_at__outcome"):
        timed &= column(rows, name).astype("object") != "without_time"
    return {
        "case_reported": reported.where(is_case.to_numpy(bool), pd.NA),
        "case_in_time": (hours <= limit).astype("boolean").where((is_case & timed).to_numpy(bool), pd.NA),
    }


def register_rows(rows: pd.DataFrame, source: Source, registry: Registry) -> pd.DataFrame:
    """Rows of the residence register in the words of rules.register.

    Adds township9, operation (register, change, cancel or null), cause, address and position; every other column
    stays. A reason that the code list does not know is still a reason: the registration ended, nobody left.
    """
    reasons = registry.codes[_codes_of(source, "cancel_reason")]
    causes = {code: LEFT if "outflow" in entry.tags else ENDED for code, entry in reasons.entries.items()}
    reason = column(rows, "cancel_reason").astype("object")
    unread = column(rows, "cancel_reason__outcome").astype("object").isin(["unknown", "mismatch"])
    operation = column(rows, "operation").astype("object")
    acts = {"stay": REGISTER, "new": REGISTER, "change": CHANGE, "cancel": CANCEL}
    return rows.assign(
        township9=rows["unit_township9"].astype("object"),
        operation=operation.map(acts),
        cause=reason.map(causes).where(~unread, ENDED),
        cancel_reason=reason,
        cancel_date=pd.to_datetime(column(rows, "cancel_date")),
        address=column(rows, "current_address"),
        position=np.arange(len(rows)),
    )


def no_register_rows() -> pd.DataFrame:
    """What register_rows gives for a month in which no register delivered."""
    texts = (
        "row_id", "person_id", "township9", "operation", "cause", "cancel_reason", "address", "hukou_code6",
        "hukou_township9", "id_number", "id_scheme",
    )  # fmt: skip
    days = ("arrive_date", "register_date", "cancel_date", "month_end")
    columns = {name: pd.Series(dtype="object") for name in texts}
    columns |= {name: pd.Series(dtype="datetime64[s]") for name in days}
    return pd.DataFrame({**columns, "position": pd.Series(dtype="int64")})


def spell_details(rows: pd.DataFrame, villages: Mapping[str, str]) -> pd.DataFrame:
    """Details of a registration by the row that states them: SPELL_FIELDS, address and details_row_id.

    `villages`: 12-digit code -> name.
    """
    named = rows.assign(village12=village_codes(rows["township9"], column(rows, "village"), villages))
    columns = {name: column(named, name) for name in SPELL_FIELDS}
    return pd.DataFrame({**columns, "address": column(rows, "current_address"), "details_row_id": rows["row_id"]})


def village_codes(township9: pd.Series, village: pd.Series, villages: Mapping[str, str]) -> pd.Series:
    """12-digit village codes by township and name as written; null where the name fits none or several."""
    found: dict[tuple[str, str], str | None] = {}
    for code, name in villages.items():
        key = (code[:9], _bare_village(name))
        found[key] = None if key in found else code
    pairs = zip(township9.astype("object"), village.astype("object"), strict=True)
    codes = [found.get((place, _bare_village(name))) if isinstance(name, str) else None for place, name in pairs]
    return pd.Series(codes, index=village.index, dtype="object")


def column(rows: pd.DataFrame, name: str) -> pd.Series:
    """The column, or nulls when no delivery of the source had it."""
    return rows[name] if name in rows else pd.Series([None] * len(rows), index=rows.index, dtype="object")


def has_number(rows: pd.DataFrame) -> pd.Series:
    """Whether the row carries a valid identity number (a residence permit's number passes the same tests)."""
    scheme = column(rows, "id_scheme").astype("object")
    return column(rows, "id_number").notna() & scheme.isin(["resident", "permit"])


def _value(rows: pd.DataFrame, name: str) -> pd.Series:
    """The column in the type its table wants, whatever an all-empty month made of it."""
    values = column(rows, name)
    if name in _DAYS:
        return pd.to_datetime(values).dt.date.astype("object").where(values.notna(), None)
    if name in _FLAGS:
        return values.astype("boolean")
    return values


def _origin(rows: pd.DataFrame, source: Source, period: str) -> dict[str, pd.Series | str]:
    return {
        "row_id": rows["row_id"],
        "period": period,
        "source": source.name,
        "person_id": rows["person_id"],
        "unit_code": rows["unit_code"],
        "township9": rows["unit_township9"],
    }


def _codes_of(source: Source, field: str) -> str:
    declared = source.field(field)
    return declared.codes or "" if declared is not None else ""


def _fired(rows: pd.DataFrame, rule: str) -> pd.Series:
    """Whether `rule` is among the row's rules."""
    return (";" + rows["rules"].fillna("").astype("object") + ";").str.contains(f";{rule};", regex=False)


def _true(rows: pd.DataFrame, name: str) -> pd.Series:
    return column(rows, name).fillna(False).astype(bool)


def _bare_village(name: str) -> str:
    """Village names as clerks and tables write them, without what only says that it is one."""
    bare = name.strip()
    for ending in ("村民委员会", "居民委员会", "村委会", "居委会", "村", "社区"):
        if bare.endswith(ending) and len(bare) > len(ending):
            return _bare_village(bare.removesuffix(ending)) if ending.endswith("会") else bare.removesuffix(ending)
    return bare
