"""Months for the publishing tests: synthetic rows as validate and resolve leave them, in a lake of the test's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry, load_registry
from exchange.rules.cells.distinct import TEXT
from exchange.rules.cells.identity import check_digits
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint

PROJECT = Path(__file__).resolve().parents[2]
WEST, EAST = "370306001", "370306002"
UNITS = f"""\
unit_code,source,name,township9,township_name,village12,kind,sends,reason_dict,sex_dict,township_means
{WEST},PS,西街派出所,{WEST},西街街道,,police_station,,label,,residence
{EAST},PS,东街派出所,{EAST},东街街道,,police_station,,label,,residence
{WEST},HR,西街人社所,{WEST},西街街道,,labour_office,,label,,residence
{EAST},PH,东街卫生院,{EAST},东街街道,,hospital,,label,,residence
{WEST},PH,西街卫生院,{WEST},西街街道,,hospital,,label,,residence
"""
DATES = (
    "birth_date", "birth_printed", "arrive_date", "register_date", "cancel_date", "service_date", "work_from",
    "work_to",
    "hr_service_date", "last_menses", "due_date", "booked_date", "delivery_date", "termination", "certificate_created",
)  # fmt: skip

TYPES = dict.fromkeys(("row", "dose_number", "live_births", "check_month"), "Int64")
TYPES |= dict.fromkeys(("is_counted", "is_late", "is_free", "ehr_standard", "high_risk", "sex_agrees"), "boolean")
TYPES |= {"gestation": "Float64"}


def number(county: str, birth: str, sequence: int) -> str:
    """A valid synthetic identity number: county, birth date `YYYYMMDD`, three-digit sequence (odd: male)."""
    body = f"{county}{birth}{sequence:03d}"
    digits = pd.Series(list(body)).astype(int).to_numpy()
    return body + chr(check_digits(digits[None, :])[0])


def row_id(file: str, row: int) -> str:
    """As the readers name a row of a text file."""
    return blake2b(f"{file}\0\0{row}".encode(), digest_size=12).hexdigest()


@dataclass
class Month:
    """The rows of one month by role; `row` numbers them in the order in which they are told."""

    period: Period
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    merges: list[tuple[str, str]] = field(default_factory=list)

    def register(self, who: str, township9: str, *, does: str = "new", **facts: Any) -> "Month":
        """A row of the residence register; `who` is an identity number."""
        day = facts.pop("day", str(self.period.start))
        arrived = facts.pop("arrived", day)
        told = {"operation": does, "register_date": day, "arrive_date": arrived, "hukou_code6": "341222"}
        return self._add("residence_register", who, township9, {**told, **facts})

    def job(self, who: str, township9: str, **facts: Any) -> "Month":
        """A row of the labour ledger."""
        return self._add("employment", who, township9, {"work_from": "2025-03-01", **facts})

    def service(self, who: str | None, township9: str, item: str, **facts: Any) -> "Month":
        """A row of a clinic's log."""
        told = {"service_class": item[:2], "service_item": item, "service_date": str(self.period.start)}
        return self._add("service_log", who, township9, {**told, **facts})

    def _add(self, role: str, who: str | None, township9: str, facts: Mapping[str, Any]) -> "Month":
        rows = self.rows.setdefault(role, [])
        file = f"{role}/{self.period}/{township9}.csv"
        born = None if who is None else f"{who[6:10]}-{who[10:12]}-{who[12:14]}"
        sex = None if who is None else "1" if int(who[16]) % 2 else "2"
        rows.append(
            {
                "row_id": row_id(file, len(rows) + 2), "delivery_id": f"{role}-{self.period}-{township9}", "file": file,
                "sheet": "", "row": len(rows) + 2, "unit_code": township9, "unit_township9": township9,
                "file_period": str(self.period), "kind": "full", "is_late": False, "id_number": who,
                "id_scheme": "none" if who is None else "resident", "name": f"人{len(rows)}", "name_key": "ren",
                "birth_date": born, "sex": sex, "disposition": "accept", "rules": "", "is_counted": True,
                "person": who, **facts,
            }
        )  # fmt: skip
        return self


def registry_of(folder: Path, schemas: Path = PROJECT / "schemas") -> Registry:
    """The project's declarations, or others, with a district of two townships laid into `folder`."""
    units = folder / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    return load_registry(schemas, PROJECT / "expectations", units)


def run_of(period: Period, run_id: str = "r1") -> Run:
    """A final run of `period`."""
    return Run(run_id, period, "", True, datetime(2026, 11, 10, tzinfo=UTC), "test")


def lay_down(month: Month, registry: Registry, services: Services) -> None:
    """Put the month's rows into the lake as validate and resolve would, with their receipts."""
    run, period = run_of(month.period), str(month.period)
    people = lay_accepted(month, registry, services)
    resolved = _resolve(pd.concat(people.values(), ignore_index=True), month, services)
    fp = fingerprint("test", period, repr(month.rows), repr(month.merges))
    services.lake.write(
        f"resolved/{period}", fp, resolved, {"model_hash": None, "rows": 0, "tiers": {}, "skipped_keys": 0}
    )
    links = len(resolved["links"])
    services.ledger.record_receipt(run, Receipt("resolve", "", links, links, 0, fp))


def lay_accepted(month: Month, registry: Registry, services: Services) -> dict[str, pd.DataFrame]:
    """Put the month's rows into the lake as validate would, with its receipts; the rows by source."""
    run, period = run_of(month.period), str(month.period)
    people = {}
    for source in registry.sources.values():
        frame = _frame(month, source.role, source.name)
        fp = fingerprint("test", period, source.name, repr(month.rows))
        issues = pd.DataFrame({name: pd.Series(dtype=TEXT) for name in ("row_id", "field", "rule")})
        services.lake.write(f"accepted/{source.name}/{period}", fp, {"rows": frame, "issues": issues}, {})
        services.ledger.record_receipt(run, Receipt("validate", source.name, len(frame), len(frame), 0, fp))
        people[source.name] = frame
    return people


def table(services: Services, name: str, order: str) -> pd.DataFrame:
    """A table of the warehouse in order."""
    with services.warehouse.transaction() as conn:
        return pd.read_sql(sa.text(f"select * from {name} order by {order}"), conn)


def _frame(month: Month, role: str, name: str) -> pd.DataFrame:
    frame = pd.DataFrame(month.rows.get(role, []), columns=_columns(month, role))
    for column in DATES:
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    for column in frame.columns.difference(DATES):
        frame[column] = frame[column].astype(TYPES.get(column, TEXT))
    end = pd.Series(pd.Timestamp(month.period.last_day), index=frame.index, dtype="datetime64[s]")
    return frame.assign(source=name, month_end=end)


def _columns(month: Month, role: str) -> list[str]:
    empty = Month(month.period).register(number("341222", "19900101", 1), WEST).rows["residence_register"][0]
    rows = month.rows.get(role, [])
    always = [*empty, "cancel_date", "cancel_reason", "hukou_township9", "guardian_id", "gestation", "ehr_number"]
    return list(dict.fromkeys([*always, *(key for row in rows for key in row)]))


def _resolve(rows: pd.DataFrame, month: Month, services: Services) -> dict[str, pd.DataFrame]:
    """The plainest resolver there is: a number is a person, a row without one is a person of its own."""
    kept = rows[rows["disposition"].isin(["accept", "warn"])]
    evidence = kept["person"].where(kept["person"].notna(), kept["row_id"])
    person = evidence.map(lambda text: services.vault.person_id(text))
    links = pd.DataFrame(
        {"row_id": kept["row_id"], "source": kept["source"], "person_id": person, "tier": "T1"}
    ).reset_index(drop=True)
    numbered = kept[kept["id_number"].notna()].drop_duplicates("id_number")
    identifiers = pd.DataFrame(
        {
            "scheme": "resident",
            "id_hmac": [services.vault.hmac_id("resident", text) for text in numbered["id_number"]],
            "person_id": person[numbered.index],
        }
    )

    def empty(*names: str) -> pd.DataFrame:
        return pd.DataFrame({name: pd.Series(dtype=TEXT) for name in names})

    return {
        "links": links,
        "persons": links[["person_id"]].drop_duplicates().assign(is_new=True),
        "identifiers": identifiers,
        "keys": empty("key_kind", "key_hmac", "person_id"),
        "merges": pd.DataFrame(month.merges, columns=["from_id", "into_id"]).assign(why="{}").astype(TEXT),
        "review": empty("kind", "person_a", "person_b", "row_id_a", "row_id_b", "why", "score", "margin", "priority"),
        "evidence": empty(
            "row_id", "step", "person_id", "tier", "bits", "runner_up", "other_row", "other_person", "model", "detail"
        ),
        "quality": empty("source", "hidden", "findable", "linked", "correct"),
        "moves": empty("row_id", "from_id", "into_id"),
        "splits": empty("from_id", "into_id", "kind", "why"),
        "restored": empty("person_id", "into_id"),
        "lost_keys": empty("key_kind", "key_hmac", "person_id"),
        "moved_numbers": empty("scheme", "id_hmac", "person_id"),
        "decisions": empty("decision_id", "effect"),
        "reopened": empty("row_id", "person_id", "period", "source"),
    }
