"""The register of persons as it stood before a month: whose number, whose key, under which names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.services.warehouse import Warehouse

_WANTED = {
    "wanted_identifier": "scheme text, id_hmac bytea",
    "wanted_claim": "scheme text, id_hmac bytea, key_hmac bytea",
    "wanted_key": "key_kind text, key_hmac bytea, person_id text",
    "wanted_person": "person_id text",
}


@dataclass(frozen=True)
class Details:
    """Registered persons. `persons`: asked, person_id (who that is now), first_period. `numbers`: person_id, scheme,
    id_hmac. `names`: person_id, key_hmac of the sounds of their names."""

    persons: pd.DataFrame
    numbers: pd.DataFrame
    names: pd.DataFrame


class Persons:
    """Questions to schema `registry` about the time before `period`; merges of earlier months are followed.

    Tokens are the vault's keyed hashes. The rows of the frames given are distinct. Nothing is written.
    """

    def __init__(self, warehouse: Warehouse, period: Period) -> None:
        self._warehouse = warehouse
        self._period = {"period": str(period)}
        with warehouse.transaction() as conn:
            self.is_empty = bool(warehouse.query(conn, "resolve/registry_is_empty", self._period)["is_empty"].iloc[0])

    def owners(self, identifiers: pd.DataFrame) -> pd.DataFrame:
        """Numbers (scheme, id_hmac) -> scheme, id_hmac, person_id of those that belong to somebody."""
        if self.is_empty:
            return _empty("scheme", "id_hmac", "person_id")
        with self._asking({"wanted_identifier": identifiers}) as conn:
            return self._warehouse.query(conn, "resolve/owners", self._period)

    def known_names(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Numbers with a name (scheme, id_hmac, key_hmac) -> those whose person had that name before, same columns."""
        if self.is_empty:
            return _empty("scheme", "id_hmac", "key_hmac")
        with self._asking({"wanted_claim": claims}) as conn:
            return self._warehouse.query(conn, "resolve/known_names", self._period)

    def keys(self, wanted: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Keys (key_kind, key_hmac, person_id: its own person or null) -> what other persons had them (same columns),
        and which of them their own person did not have (all of those without one)."""
        if self.is_empty:
            return _empty("key_kind", "key_hmac", "person_id"), wanted
        with self._asking({"wanted_key": wanted}) as conn:
            meeting = self._warehouse.query(conn, "resolve/meeting_keys", self._period)
            new = self._warehouse.query(conn, "resolve/new_keys", self._period)
        return meeting, pd.concat([wanted[wanted["person_id"].isna()], new], ignore_index=True)

    def details(self, persons: pd.Series) -> Details:
        """What is known of these person ids; ids nobody was registered under are left out."""
        if self.is_empty or not len(persons):
            return Details(
                _empty("asked", "person_id", "first_period"),
                _empty("person_id", "scheme", "id_hmac"),
                _empty("person_id", "key_hmac"),
            )
        with self._asking({"wanted_person": persons.rename("person_id").drop_duplicates().to_frame()}) as conn:
            self._warehouse.execute(conn, "resolve/all_of_wanted", self._period)
            return Details(
                self._warehouse.query(conn, "resolve/known_persons"),
                self._warehouse.query(conn, "resolve/numbers_of_persons", self._period),
                self._warehouse.query(conn, "resolve/names_of_persons", self._period),
            )

    @contextmanager
    def _asking(self, frames: Mapping[str, pd.DataFrame]) -> Iterator[Connection]:
        with self._warehouse.transaction() as conn:
            self._warehouse.execute(conn, "resolve/merged_before", self._period)
            for name, frame in frames.items():
                conn.execute(sa.text(f"create temporary table {name} ({_WANTED[name]}) on commit drop"))
                self._warehouse.copy_in(conn, name, frame)
                # Without statistics the planner takes a new table for small and probes the registry row by row.
                conn.execute(sa.text(f"analyze {name}"))
            yield conn


def _empty(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
