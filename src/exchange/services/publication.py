"""The publishing transaction: scratch tables, COPY into place, named statements, and the frames they take."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.registry.spec_indicators import Indicator
from exchange.services.tables import core
from exchange.services.tables.base import metadata
from exchange.services.warehouse import Warehouse, guarded

MERGE = sa.Table(
    "merge",
    sa.MetaData(),
    sa.Column("from_id", sa.Text, primary_key=True),
    sa.Column("into_id", sa.Text, nullable=False),
)
"""Shape of the scratch table of persons found to be one."""

MOVE = sa.Table(
    "move",
    sa.MetaData(),
    sa.Column("row_id", sa.Text, primary_key=True),
    sa.Column("from_id", sa.Text, nullable=False),
    sa.Column("into_id", sa.Text, nullable=False),
)
"""Shape of the scratch table of rows that are somebody else's since a person parted."""

RESTORED = sa.Table("restored", sa.MetaData(), sa.Column("person_id", sa.Text), sa.Column("into_id", sa.Text))
"""Shape of the scratch table of ids merged away before that came back, or point elsewhere now."""


class Publication:
    """One month being published on one connection; nothing is seen by anybody until its transaction commits."""

    def __init__(self, warehouse: Warehouse, conn: Connection, parameters: Mapping[str, Any]) -> None:
        self._warehouse = warehouse
        self._conn = conn
        self._parameters = dict(parameters)

    def remember(self) -> None:
        """From here to the end of the transaction tables that grow month by month keep what a reopening puts back."""
        self.ask("remember")

    def also_in(self, townships: Sequence[str]) -> None:
        """Count in these townships beside those that are bound already."""
        self._parameters["places"] = [*townships, *self._parameters["places"]]

    def scratch(self, name: str, frame: pd.DataFrame, like: sa.Table, key: Sequence[str] = ()) -> None:
        """Fill the temporary table `month_<name>` with `frame`; its columns have the types they have in `like`."""
        columns = [sa.Column(column, like.c[column].type) for column in frame.columns]
        constraint = [sa.PrimaryKeyConstraint(*key)] if key else []
        table = sa.Table(
            f"month_{name}", sa.MetaData(), *columns, *constraint, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
        )
        with guarded():
            table.create(self._conn)
        self._warehouse.copy_in(self._conn, table, frame)
        self.analyze_scratch(name)

    def persons(self, person_ids: pd.Series) -> None:
        """Fill `month_person` with the persons the month touches."""
        distinct = person_ids.dropna().drop_duplicates().sort_values().to_frame("person_id")
        self.scratch("person", distinct, core.person, key=["person_id"])

    def forget(self, name: str) -> None:
        """Drop the temporary table `month_<name>`, to fill it anew."""
        with guarded():
            self._conn.exec_driver_sql(f"drop table month_{name}")

    def insert(self, table: sa.Table, frame: pd.DataFrame) -> int:
        """Append `frame` (columns of `table`, in any order; others are left out); rows written."""
        names = [column.name for column in table.columns if column.name in frame.columns]
        return self._warehouse.copy_in(self._conn, table, frame[names])

    def run(self, *names: str) -> int:
        """Run `sql/publish/<name>.sql` one after the other; rows the last one touched."""
        touched = 0
        for name in names:
            touched = self._warehouse.execute(self._conn, f"publish/{name}", self._parameters)
        return touched

    def look(self, name: str, bound: Mapping[str, Any]) -> pd.DataFrame:
        """What a statement of any folder (`report/volumes`) sees within this transaction."""
        return self._warehouse.query(self._conn, name, bound)

    def members(self, one: Indicator) -> int:
        """Put on record who stands in an indicator, by the statements under sql/indicators that tell; rows written."""
        parts = {"numerator": f"indicators/{one.numerator_by}", "denominator": f"indicators/{one.denominator_by}"}
        return self._warehouse.execute(self._conn, "publish/members", self._bound(one), parts)

    def asides(self, one: Indicator) -> None:
        """Put on record who is counted beside an indicator, and why."""
        for aside in one.asides:
            bound = self._bound(one) | {"aside": aside.name}
            self._warehouse.execute(self._conn, "publish/asides", bound, {"people": f"indicators/{aside.by}"})

    def _bound(self, one: Indicator) -> dict[str, Any]:
        """`since`: the first month whose rows count for an indicator of months received."""
        since = self._parameters["year_period" if one.period == "year" else "period"]
        return {**self._parameters, "figure": one.figure, "since": since}

    def ask(self, name: str) -> pd.DataFrame:
        """Result of `sql/publish/<name>.sql`."""
        return self._warehouse.query(self._conn, f"publish/{name}", self._parameters)

    def analyze_scratch(self, name: str) -> None:
        """Fresh statistics for the temporary table `month_<name>`."""
        with guarded():
            self._conn.exec_driver_sql(f"analyze month_{name}")

    def analyze(self, *schemas: str) -> None:
        """Fresh statistics for what was just loaded: the planner would take the new tables for empty."""
        with guarded():
            for table in metadata.sorted_tables:
                if table.schema in schemas:
                    self._conn.exec_driver_sql(f'analyze "{table.schema}"."{table.name}"')
