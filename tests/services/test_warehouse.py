"""The warehouse: what COPY keeps apart, and what an error never says."""

import datetime
import traceback
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from exchange.model.errors import ExchangeError, PublicationError, ServiceUnavailable
from exchange.services.statements import statement
from exchange.services.tables import ledger, registry
from exchange.services.warehouse import Warehouse

OURS = {"ledger", "registry", "vault"}
SECRET = "张三丰"


def rows_of_a_file(file: str = "a.csv") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_id": ["r1", "r2"], "period": "2026-10", "source": "s", "delivery_id": "d", "file": file, "sheet": "",
            "row": [1, 2], "disposition": "accept", "rules": "",
        }
    )  # fmt: skip


def test_the_migrations_make_exactly_the_declared_tables(warehouse: Warehouse) -> None:
    def ours(name: str | None, kind: str, parents: object) -> bool:
        return name in OURS if kind == "schema" else name != "alembic_version"

    metadata = ledger.period.metadata
    with warehouse.transaction() as conn:
        options = {"include_schemas": True, "include_name": ours, "compare_type": True}
        found = compare_metadata(MigrationContext.configure(conn, opts=options), metadata)
    declared_later = [step for step in found if isinstance(step, tuple) and str(step[1]).split(".")[0] not in OURS]
    assert [step for step in found if step not in declared_later] == []


def test_every_table_and_column_says_what_it_holds(warehouse: Warehouse) -> None:
    silent = sa.text(
        "select c.table_schema || '.' || c.table_name || '.' || c.column_name from information_schema.columns c"
        " join information_schema.tables t using (table_schema, table_name)"
        " where table_type = 'BASE TABLE' and table_schema in ('ledger', 'registry', 'vault')"
        " and c.table_name <> 'alembic_version'"
        " and (col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, ordinal_position) is null"
        "  or obj_description(format('%I.%I', c.table_schema, c.table_name)::regclass) is null)"
    )
    with warehouse.transaction() as conn:
        assert conn.execute(silent).scalars().all() == []


def test_migrating_twice_changes_nothing(warehouse: Warehouse) -> None:
    warehouse.migrate()
    warehouse.migrate()


def test_copy_keeps_null_empty_text_quotes_line_breaks_and_bytes_apart(warehouse: Warehouse) -> None:
    table = pa.table(
        {
            "a": pa.array([None, "", '"', "x\ny", "a,b", "\\N"]),
            "b": pa.array([None, b"", b"\x00\xff", b"1", b"2", b"3"]),
            "c": pa.array([None, 0.5, float("nan"), 1.0, 2.0, 3.0]),
            "d": pa.array([None, *[datetime.date(2026, 10, day) for day in range(1, 6)]]),
            "e": pa.array([None, True, False, True, True, True]),
        }
    )
    with warehouse.transaction() as conn:
        conn.execute(sa.text("create table t (a text, b bytea, c float, d date, e boolean)"))
        assert warehouse.copy_in(conn, "public.t", table) == 6
        rows = conn.execute(sa.text("select a, b, c, d, e from t order by d nulls first")).all()
    assert [row.a for row in rows] == [None, "", '"', "x\ny", "a,b", "\\N"]
    assert [row.b if row.b is None else bytes(row.b) for row in rows] == [None, b"", b"\x00\xff", b"1", b"2", b"3"]
    assert [row.c for row in rows] == [None, 0.5, None, 1.0, 2.0, 3.0]
    assert [row.e for row in rows] == [None, True, False, True, True, True]


def test_copy_takes_a_pandas_frame_and_writes_dictionaries_as_json(warehouse: Warehouse) -> None:
    events = pd.DataFrame(
        {
            "period": ["2026-10", "2026-10"], "kind": ["create", "merge"], "person_id": ["P1", "P2"],
            "other_id": [None, "P1"], "why": [{"n": 1, "b": "二"}, {}],
        }
    )  # fmt: skip
    with warehouse.transaction() as conn:
        warehouse.copy_in(conn, registry.event, events)
        rows = conn.execute(sa.select(registry.event).order_by(registry.event.c.person_id)).all()
    assert [(row.other_id, row.why) for row in rows] == [(None, {"n": 1, "b": "二"}), ("P1", {})]


def test_many_batches_arrive_whole(warehouse: Warehouse) -> None:
    frame = pd.DataFrame({"n": range(120_001)})
    with warehouse.transaction() as conn:
        conn.execute(sa.text("create table t (n int)"))
        warehouse.copy_in(conn, "t", frame)
        assert conn.execute(sa.text("select count(*), sum(n) from t")).one() == (120_001, 120_000 * 120_001 // 2)


BREACHES: dict[str, Callable[[Warehouse, sa.Connection], object]] = {
    "copy": lambda warehouse, conn: warehouse.copy_in(conn, ledger.source_row, rows_of_a_file(SECRET)),
    "insert": lambda _, conn: conn.execute(sa.insert(ledger.source_row), rows_of_a_file(SECRET).to_dict("records")),
    "cast": lambda _, conn: conn.execute(sa.text("select cast(:value as int)"), {"value": SECRET}),
}


@pytest.mark.parametrize("way", sorted(BREACHES))
def test_an_error_names_the_constraint_and_never_the_row(warehouse: Warehouse, way: str) -> None:
    with warehouse.transaction() as conn:
        warehouse.copy_in(conn, ledger.source_row, rows_of_a_file(SECRET))
    with pytest.raises(PublicationError) as caught, warehouse.transaction() as conn:
        BREACHES[way](warehouse, conn)
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.remedy
    hidden: BaseException | None = caught.value.__context__
    while hidden is not None:
        shown += f"{hidden} {hidden!r} {hidden.args}"
        hidden = hidden.__context__
    assert SECRET not in shown
    if way != "cast":
        assert "23505" in str(caught.value)
        assert "pk_source_row" in str(caught.value)


def test_a_failed_block_leaves_nothing_behind(warehouse: Warehouse) -> None:
    def fail(conn: sa.Connection) -> None:
        warehouse.copy_in(conn, ledger.source_row, rows_of_a_file())
        raise RuntimeError

    with pytest.raises(RuntimeError), warehouse.transaction() as conn:
        fail(conn)
    with warehouse.transaction() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(ledger.source_row)).scalar_one() == 0


def test_a_session_cut_off_by_the_server_may_be_tried_again(warehouse: Warehouse) -> None:
    with pytest.raises(ServiceUnavailable) as caught, warehouse.transaction() as conn:
        conn.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))
    assert caught.value.retry


def test_a_server_that_is_not_there_may_be_tried_again() -> None:
    nowhere = Warehouse("postgresql+psycopg2://postgres:x@127.0.0.1:1/exchange")
    with pytest.raises(ServiceUnavailable), nowhere.transaction():
        pass


def test_a_person_counts_under_the_last_one_he_was_merged_into(warehouse: Warehouse) -> None:
    people = pd.DataFrame(
        [
            ("P1", "2026-08", "2026-10", "active", None, None),
            ("P2", "2026-08", "2026-09", "merged", "P1", "2026-10"),
            ("P3", "2026-08", "2026-08", "merged", "P2", "2026-09"),
        ],
        columns=["person_id", "first_period", "last_period", "status", "merged_into", "merged_period"],
    )
    with warehouse.transaction() as conn:
        warehouse.copy_in(conn, registry.person, people)
        found = conn.execute(sa.text("select person_id, current_id from registry.current_person order by 1")).all()
    assert [tuple(row) for row in found] == [("P1", "P1"), ("P2", "P1"), ("P3", "P1")]


def test_a_result_without_rows_still_has_its_types(warehouse: Warehouse) -> None:
    with warehouse.transaction() as conn:
        warehouse.execute(conn, "resolve/merged_before", {"period": "2026-10"})
        conn.execute(sa.text("create temporary table wanted_identifier (scheme text, id_hmac bytea) on commit drop"))
        empty = warehouse.query(conn, "resolve/owners", {"period": "2026-10"})
    assert {name: str(kind) for name, kind in empty.dtypes.items()} == {
        "scheme": "string[pyarrow]",
        "id_hmac": "binary[pyarrow]",
        "person_id": "string[pyarrow]",
    }


def test_a_statement_that_does_not_exist_is_named() -> None:
    with pytest.raises(ExchangeError, match="resolve/nothing_of_the_kind"):
        statement("resolve/nothing_of_the_kind")
