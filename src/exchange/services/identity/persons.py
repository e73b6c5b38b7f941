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
    "wanted_row": "row_id text",
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

    Tokens are the vault's keyed hashes. The rows of the frames given are distinct. Nothing is written. Persons in
    `opened` are looked at anew, row by row, so the register answers as if it had never known them.
    """

    def __init__(self, warehouse: Warehouse, period: Period, opened: frozenset[str] = frozenset()) -> None:
        self._warehouse = warehouse
        self._period: dict[str, str | int] = {"period": str(period)}
        self.opened = opened
        with warehouse.transaction() as conn:
            self.is_empty = bool(warehouse.query(conn, "resolve/registry_is_empty", self._period)["is_empty"].iloc[0])

    def owners(self, identifiers: pd.DataFrame) -> pd.DataFrame:
        """Numbers (scheme, id_hmac) -> scheme, id_hmac, person_id of those that belong to somebody."""
        if self.is_empty:
            return _empty("scheme", "id_hmac", "person_id")
        with self._asking({"wanted_identifier": identifiers}) as conn:
            return self._closed(self._warehouse.query(conn, "resolve/owners", self._period))

    def known_names(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Numbers with a name (scheme, id_hmac, key_hmac) -> those whose person_id had that name before."""
        if self.is_empty:
            return _empty("scheme", "id_hmac", "key_hmac", "person_id")
        with self._asking({"wanted_claim": claims}) as conn:
            self._warehouse.execute(conn, "resolve/claim_owners", self._period)
            return self._closed(self._warehouse.query(conn, "resolve/known_names"))

    def keys(self, wanted: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Keys (key_kind, key_hmac, person_id: its own person or null) -> what other persons had them (same columns),
        and which of them their own person did not have (all of those without one)."""
        if self.is_empty:
            return _empty("key_kind", "key_hmac", "person_id"), wanted
        with self._asking({"wanted_key": wanted}) as conn:
            meeting = self._closed(self._warehouse.query(conn, "resolve/meeting_keys", self._period))
            new = self._warehouse.query(conn, "resolve/new_keys", self._period)
        return meeting, pd.concat([wanted[wanted["person_id"].isna()], new], ignore_index=True)

    def current(self, persons: pd.Series) -> pd.DataFrame:
        """Person ids -> asked, person_id (who that is now); ids nobody was registered under are left out."""
        if self.is_empty or not len(persons):
            return _empty("asked", "person_id")
        with self._asking({"wanted_person": persons.rename("person_id").drop_duplicates().to_frame()}) as conn:
            return self._closed(self._warehouse.query(conn, "resolve/current_persons", self._period))

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
                self._closed(self._warehouse.query(conn, "resolve/known_persons")),
                self._warehouse.query(conn, "resolve/numbers_of_persons", self._period),
                self._warehouse.query(conn, "resolve/names_of_persons", self._period),
            )

    def persons_of_rows(self, row_ids: pd.Series) -> pd.DataFrame:
        """Rows of earlier months -> row_id, person_id; rows that are nobody's are left out."""
        if self.is_empty or not len(row_ids):
            return _empty("row_id", "person_id")
        with self._asking({"wanted_row": row_ids.rename("row_id").drop_duplicates().to_frame()}) as conn:
            return self._warehouse.query(conn, "resolve/rows_decided", self._period)

    def rows_of(self, persons: pd.Series) -> pd.DataFrame:
        """Every earlier row of these persons: row_id, person_id, linked_id (the id it was first given), period,
        source."""
        if self.is_empty or not len(persons):
            return _empty("row_id", "person_id", "linked_id", "period", "source")
        with self._asking({"wanted_person": persons.rename("person_id").drop_duplicates().to_frame()}) as conn:
            self._warehouse.execute(conn, "resolve/all_of_wanted", self._period)
            return self._warehouse.query(conn, "resolve/rows_opened", self._period)

    def everybody(self) -> pd.Series:
        """Ids of all persons there are, without those merged into somebody."""
        with self._warehouse.transaction() as conn:
            return self._warehouse.query(conn, "resolve/everybody", self._period)["person_id"]

    def numbers_opened(self, identifiers: pd.DataFrame) -> pd.DataFrame:
        """Numbers (scheme, id_hmac) -> scheme, id_hmac, person_id, first_period of those of persons looked at anew."""
        if not self.opened:
            return _empty("scheme", "id_hmac", "person_id", "first_period")
        persons = pd.DataFrame({"person_id": sorted(self.opened)})
        with self._asking({"wanted_identifier": identifiers, "wanted_person": persons}) as conn:
            return self._warehouse.query(conn, "resolve/numbers_opened", self._period)

    def flips(self, claims: pd.DataFrame, strongest: int) -> tuple[pd.DataFrame, frozenset[str]]:
        """What the newest word of the strongest source (its claims: scheme, id_hmac, key_hmac) changes about numbers.

        First, disputes it ends: person_id (the owner) and other_id (who was kept from the number, and has the name
        now claimed). Second, owners it never spoke of before, under a name they never had.
        """
        if self.is_empty or not len(claims):
            return _empty("person_id", "other_id"), frozenset()
        with self._asking({"wanted_claim": claims}) as conn:
            self._warehouse.execute(conn, "resolve/claim_owners", self._period)
            settled = self._closed(self._warehouse.query(conn, "resolve/disputes_settled", self._period))
            doubted = self._warehouse.query(conn, "resolve/flips", {"strongest": strongest})
        return settled, frozenset(doubted["person_id"]) - self.opened

    def _closed(self, found: pd.DataFrame) -> pd.DataFrame:
        """Without persons that are looked at anew."""
        if not self.opened:
            return found
        is_open = found["person_id"].isin(self.opened).to_numpy(dtype=bool)
        return found[~is_open].reset_index(drop=True)

    @contextmanager
    def _asking(self, frames: Mapping[str, pd.DataFrame]) -> Iterator[Connection]:
        with self._warehouse.transaction() as conn:
            conn.execute(sa.text("set local work_mem = '64MB'"))  # a month's keys are sorted in memory, not on disk
            self._warehouse.execute(conn, "resolve/merged_before", self._period)
            for name, frame in frames.items():
                conn.execute(sa.text(f"create temporary table {name} ({_WANTED[name]}) on commit drop"))
                self._warehouse.copy_in(conn, name, frame)
                # Without statistics the planner takes a new table for small and joins the temporary tables row by row.
                conn.execute(sa.text(f"analyze {name}"))
            yield conn


def _empty(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
