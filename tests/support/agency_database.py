"""An agency's own PostgreSQL database with views for us, on the tests' server: people are made up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import sqlalchemy as sa

from exchange.registry.spec import Source
from exchange.services import postgres
from tests.conftest import administer
from tests.support.deliveries import number

READER = "exchange_reader"
PASSWORD = "horse battery"
UNITS = ("370306001", "370306002")
TABLE = """
create schema office;
create table office.case_file (
  case_no text primary key, station text, entered timestamptz not null, full_name text, id_no text, born date,
  phone text, fee numeric(14, 4), is_open boolean, wage numeric, photo bytea
);
create view office.monthly as select * from office.case_file;
create table office.closed_month (station text, month date);
"""


class Agency:
    """The agency's side: its administrator's connection and the address we were given."""

    def __init__(self, server: postgres.Server, name: str) -> None:
        self._admin = sa.make_url(server.url(name))
        self.address = self._admin.set(username=READER, password=PASSWORD).render_as_string(hide_password=False)
        self.does(TABLE)

    def does(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run and commit a statement as the owner, let the reader see everything, give back rows."""
        connection = psycopg2.connect(
            host=self._admin.host, port=self._admin.port, user=self._admin.username, password=self._admin.password,
            dbname=self._admin.database,
        )  # fmt: skip
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                rows = cursor.fetchall() if cursor.description else []
                cursor.execute(f"grant usage on schema office to {READER}")
                cursor.execute(f"grant select on all tables in schema office to {READER}")
            return rows
        finally:
            connection.close()

    def opens_case(self, case: int, station: str | None = UNITS[0], **facts: Any) -> None:
        """A row of the table; the person's number follows the case's."""
        row = {"case_no": f"C{case:04d}", "station": station, "entered": "2026-10-05 08:00+08", "id_no": number(case)}
        row |= {"full_name": f"测试{case}", "born": "1990-01-01", "phone": "13800138000", **facts}
        marks = ", ".join(["%s"] * len(row))
        self.does(f"insert into office.case_file ({', '.join(row)}) values ({marks})", list(row.values()))


@contextmanager
def agency_of(server: postgres.Server, name: str) -> Iterator[Agency]:
    """A database of its own with a user that may only read."""
    administer(server, f"create database {name}")
    try:
        administer(
            server,
            f"do $$ begin create role {READER} login password '{PASSWORD}';exception when duplicate_object then end $$",
        )
        yield Agency(server, name)
    finally:
        administer(server, f"drop database {name} with (force)")


def source_of(**transport: Any) -> Source:
    """A source that is read from the view `office.monthly`, or as `transport` says."""
    view = {"view": "office.monthly", "unit": "station", "month": "entered", "key": ["case_no"]}
    view["columns"] = {"name": "full_name", "id_number": "id_no", "birth_date": "born"}
    told = {"kind": "database", "account": "civil", "folder": "civil", "secret": "civil", "views": {"delta": view}}
    return Source.model_validate(
        {
            "name": "civil", "code": "CV", "role": "records", "agency": "某局", "title": "救助登记",
            "kinds": ["full", "delta"], "event_key": [], "precedence": 4, "transport": {**told, **transport},
            "fields": [
                {"name": "name", "title": "姓名", "headings": ["姓名"], "type": "name", "required": True},
                {"name": "id_number", "title": "证件", "headings": ["证件号码"], "type": "id_number", "required": True},
                {"name": "birth_date", "title": "出生日期", "headings": ["出生日期"], "type": "birth"},
                {"name": "entered", "title": "登记时间", "headings": ["登记时间"], "type": "datetime"},
                {"name": "phone", "title": "电话", "headings": ["电话"], "type": "phone"},
                {"name": "fee", "title": "金额", "headings": ["金额"], "type": "decimal"},
                {"name": "is_open", "title": "在办", "headings": ["在办"], "type": "boolean"},
            ],
        }
    )  # fmt: skip


def view_of(**changes: Any) -> dict[str, Any]:
    """The declaration of the usual view, with changes."""
    view = source_of().transport.views["delta"].model_dump(exclude_none=True)
    return {**view, "key": list(view["key"]), **changes}
