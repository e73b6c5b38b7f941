"""PostgreSQL as the stages see it: one engine, one transaction at a time, COPY in, named statements out.

No value of a row leaves this module in an error: PostgreSQL quotes the offending row in DETAIL and
CONTEXT, so every database error is replaced by one that names SQLSTATE, table and constraint only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import psycopg2
import pyarrow as pa
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine

from exchange.model.errors import ExchangeError, PublicationError, ServiceUnavailable
from exchange.services.copying import CsvStream, as_arrow
from exchange.services.statements import composed, statement

_MIGRATION_LOCK = 7_190_001
# 08 connection, 57 operator intervention (shutdown, cancel), 53 resources: the same call may work later.
_UNAVAILABLE = ("08", "57", "53")
# A deadlock or a serialisation failure: the transaction rolled back whole and may be tried again.
_TRY_AGAIN = ("40001", "40P01", "55P03")


# PostgreSQL type numbers whose Arrow type must not depend on the rows: a column without a value has no type to infer.
_ARROW: dict[Any, pa.DataType] = {
    16: pa.bool_(), 17: pa.binary(), 18: pa.string(), 19: pa.string(), 20: pa.int64(), 21: pa.int64(), 23: pa.int64(),
    25: pa.string(), 700: pa.float64(), 701: pa.float64(), 1042: pa.string(), 1043: pa.string(), 1082: pa.date32(),
    1114: pa.timestamp("us"), 1184: pa.timestamp("us", tz="Asia/Shanghai"),
}  # fmt: skip


class Warehouse:
    """The installation's database `exchange`."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = sa.create_engine(
            url, hide_parameters=True, pool_pre_ping=True, connect_args={"application_name": "exchange"}
        )

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()

    def migrate(self) -> None:
        """Brings the schema to the newest version; two processes at once wait for each other."""
        config = Config()
        config.set_main_option("script_location", "exchange.services:migrations")
        with self.transaction() as conn:
            conn.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            conn.execute(sa.text("create schema if not exists ledger"))
            config.attributes["connection"] = conn
            command.upgrade(config, "head")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any error.

        Raises ServiceUnavailable when the server is gone or busy, PublicationError for everything else it refuses.
        """
        with guarded(), self.engine.begin() as conn:
            yield conn

    def copy_in(self, conn: Connection, table: sa.Table | str, frame: pd.DataFrame | pa.Table) -> int:
        """Appends the rows of `frame` by COPY; its columns are columns of `table` (`schema.name`). Rows written."""
        rows = as_arrow(frame)
        name = table if isinstance(table, str) else f"{table.schema}.{table.name}" if table.schema else table.name
        quoted = ".".join(f'"{part}"' for part in name.split("."))
        columns = ", ".join(f'"{column}"' for column in rows.column_names)
        with guarded():
            cursor = conn.connection.cursor()
            try:
                cursor.copy_expert(f"copy {quoted} ({columns}) from stdin with (format csv)", CsvStream(rows))
            finally:
                cursor.close()
        return int(rows.num_rows)

    def query(self, conn: Connection, name: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Result of `sql/<name>.sql` with bound parameters; Arrow-backed columns, bytea as bytes."""
        with guarded():
            result = conn.execute(sa.text(statement(name)), dict(params or {}))
            described = result.cursor.description if result.cursor is not None else ()
            rows = result.fetchall()
        columns = {
            column[0]: pa.array([_plain(row[place]) for row in rows], _ARROW.get(column[1]), from_pandas=True)
            for place, column in enumerate(described)
        }
        frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def execute(
        self,
        conn: Connection,
        name: str,
        params: Mapping[str, Any] | None = None,
        parts: Mapping[str, str] | None = None,
    ) -> int:
        """Runs `sql/<name>.sql`, its `parts` replaced by the statements they name; the number of rows it touched."""
        with guarded():
            return int(conn.execute(sa.text(composed(name, **(parts or {}))), dict(params or {})).rowcount)


@contextmanager
def guarded() -> Iterator[None]:
    """Replaces any database error raised in the block by one without a value of a row in it."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _replacement(error, error.orig) from None
    except psycopg2.Error as error:
        raise _replacement(error, error) from None


def _replacement(error: Exception, original: BaseException | None) -> ExchangeError:
    """The safe error; the unsafe one is emptied too, because `from None` hides it but keeps it reachable."""
    state = getattr(original, "pgcode", None) or ""
    diagnostics = getattr(original, "diag", None)
    table = getattr(diagnostics, "table_name", None)
    constraint = getattr(diagnostics, "constraint_name", None)
    lost = not state and isinstance(original, psycopg2.OperationalError | psycopg2.InterfaceError)
    for unsafe in (error, original):
        if unsafe is not None:
            unsafe.args = ("database error, details withheld",)
    where = "".join(f", {word} {name}" for word, name in (("table", table), ("constraint", constraint)) if name)
    if lost or state.startswith(_UNAVAILABLE) or state in _TRY_AGAIN:
        return ServiceUnavailable(
            f"the database is away or busy (SQLSTATE {state or 'none'}{where}); nothing was written",
            remedy="Run the same command again; if it stays so, look at the server's log.",
        )
    return PublicationError(
        f"the database refused (SQLSTATE {state or 'none'}{where}); nothing was written",
        remedy="Run `exchange migrate`; if the error stays, report it with the SQLSTATE and the constraint.",
    )


def _plain(value: object) -> object:
    """psycopg2 hands bytea over as memoryview."""
    return bytes(value) if isinstance(value, memoryview) else value
