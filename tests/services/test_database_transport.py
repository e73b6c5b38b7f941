"""Views of an agency's real PostgreSQL as an inbox: one moment, the same bytes, and errors that say what to do."""

import csv
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from exchange.model.errors import TransferError
from exchange.model.period import Period
from exchange.registry.spec import Source
from exchange.services import postgres
from exchange.services.landing import Landing
from exchange.services.transports import canonical
from exchange.services.transports.base import Interrupted, LoginRefused, PlaceMissing, PlaceRefused, file_hash
from exchange.services.transports.database import DatabaseInlet, Patience
from tests.conftest import settings_for
from tests.support.agency_database import PASSWORD, UNITS, Agency, agency_of, source_of, view_of

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
QUICK = Patience(tries=2, first_wait=0.01, longest_wait=0.02)
_numbers = itertools.count(1)


@pytest.fixture
def agency(server: postgres.Server) -> Iterator[Agency]:
    with agency_of(server, f"agency_{next(_numbers)}") as made:
        yield made


class Desk:
    """Our side: an inlet, and the deliveries the ledger would know."""

    def __init__(self, home: Path, address: str) -> None:
        self.booked: list[dict[str, Any]] = []
        landing = Landing(home / "landing", home / "keys")
        settings = replace(settings_for(home), secrets={"civil": address} if address else {})
        self.inlet = DatabaseInlet(settings, landing.receiving, lambda _: self.booked, QUICK)
        self.into = home / "into"

    def take(self, source: Source | None = None, *periods: Period) -> dict[str, bytes]:
        """Name -> bytes of everything listed and fetched; the ledger knows it from then on."""
        source = source or source_of()
        found = {}
        for file in self.inlet.list(source, periods or (OCTOBER,)):
            if file.refused:
                found[file.name] = file.refused.encode()
                continue
            fetched = self.inlet.fetch(file, self.into)
            assert (fetched.sha256, fetched.size) == file_hash(self.into)
            assert fetched.size == file.size
            found[file.name] = self.into.read_bytes()
            self.booked.append({"path": file.path, "sha256": fetched.sha256})
        return found


@pytest.fixture
def desk(home: Path, agency: Agency) -> Desk:
    return Desk(home, agency.address)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(data.decode("utf-8").splitlines(keepends=True)))


def test_a_view_becomes_a_file_per_sender_with_the_columns_that_fields_name(desk: Desk, agency: Agency) -> None:
    agency.opens_case(2, wage=9000)
    agency.opens_case(1, fee="1234567890.1200", is_open=True)
    agency.opens_case(3, UNITS[1], entered="2026-10-31 15:59:59+00", phone=None)
    agency.opens_case(4, entered="2026-10-31 16:00:00+00")
    found = desk.take()
    assert list(found) == [f"{unit}_CV_2026-10_delta_v1.csv" for unit in UNITS]
    title, headings, first, second = rows(found[f"{UNITS[0]}_CV_2026-10_delta_v1.csv"])
    assert title == ["救助登记（2026年10月）第1次提取"]
    assert headings == ["姓名", "证件号码", "出生日期", "登记时间", "电话", "金额", "在办"]
    assert [first[0], second[0]] == ["测试1", "测试2"]
    assert first[2:] == ["1990-01-01", "2026-10-05 08:00:00", "13800138000", "1234567890.1200", "是"]
    assert b"9000" not in b"".join(found.values())
    late = rows(found[f"{UNITS[1]}_CV_2026-10_delta_v1.csv"])[2]
    assert late[3:5] == ["2026-10-31 23:59:59", ""]


def test_the_same_rows_are_the_same_bytes_whatever_order_they_were_written_in(desk: Desk, agency: Agency) -> None:
    for case in (3, 1, 2):
        agency.opens_case(case)
    agency.does("alter table office.case_file drop constraint case_file_pkey")
    agency.does("insert into office.case_file select case_no, station, entered, '另一人' from office.case_file")
    first = desk.take()
    agency.does(
        "create table office.t as select * from office.case_file order by random(); truncate office.case_file;"
        "insert into office.case_file select * from office.t"
    )
    assert desk.take() == first


def test_changed_rows_are_the_next_version_also_when_they_change_back(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1)
    names = [*desk.take(), *desk.take()]
    agency.opens_case(2)
    names += desk.take()
    agency.does("delete from office.case_file where case_no = 'C0002'")
    names += [*desk.take(), *desk.take()]
    assert [name[-5] for name in names] == ["1", "1", "2", "3", "3"]
    assert len({row["sha256"] for row in desk.booked}) == 3


def test_a_commit_between_two_views_is_not_seen(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1)
    with while_reading(desk, agency) as found:
        agency.opens_case(2)
    assert [len(rows(data)) for data in found] == [3, 3]
    assert [len(rows(data)) for data in desk.take().values()] == [4]


def test_a_lost_connection_is_tried_again_from_the_beginning(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1)
    with while_reading(desk, agency) as found:
        assert agency.does(TERMINATE) == [(True,)]
    assert [len(rows(data)) for data in found] == [3, 3]


def test_a_connection_that_stays_lost_is_an_error_worth_another_try(home: Path) -> None:
    with pytest.raises(Interrupted) as caught:
        Desk(home, f"postgresql+psycopg2://reader:{PASSWORD}@127.0.0.1:1/office").take()
    assert caught.value.retry
    assert_tells(caught.value, "civil: postgresql://127.0.0.1:1/office: no connection")


def test_a_statement_that_takes_too_long_is_named(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1)
    with gate(agency) as (source, _):
        hasty = source.transport.model_copy(update={"timeout_seconds": 1})
        with pytest.raises(TransferError) as caught:
            desk.take(source.model_copy(update={"transport": hasty}))
    assert_tells(caught.value, "transport.timeout_seconds")


def test_a_wrong_password_is_tried_once(home: Path, agency: Agency) -> None:
    wrong = Desk(home, agency.address.replace("horse", "mule"))
    with pytest.raises(LoginRefused) as caught:
        wrong.take()
    assert not caught.value.retry
    assert_tells(caught.value, "refuses the login")


@pytest.mark.parametrize("address", ["", "no address", "nosuch+driver://reader:horse battery@h/d", "oracle://h/d"])
def test_a_secret_that_is_no_address_is_named_and_not_shown(home: Path, address: str) -> None:
    with pytest.raises((LoginRefused, PlaceRefused)) as caught:
        Desk(home, address).take()
    assert_tells(caught.value, "secret civil")


def test_the_secret_may_rest_in_a_file_of_the_home(home: Path, agency: Agency) -> None:
    agency.opens_case(1)
    (home / "keys").mkdir()
    (home / "keys" / "civil.url").write_text(agency.address + "\n")
    assert len(Desk(home, "").take()) == 1


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ("drop view office.monthly", PlaceMissing, "view office.monthly in postgresql://"),
        ("drop schema office cascade; create schema office", PlaceMissing, "the view does not exist"),
        ("alter view office.monthly rename column id_no to card_no", PlaceRefused, "id_no (field id_number)"),
        ("alter view office.monthly rename column born to b", PlaceRefused, "born (field birth_date)"),
        ("alter view office.monthly rename column station to unit", PlaceRefused, "station (the sender's code)"),
        ("alter view office.monthly rename column case_no to no", PlaceRefused, "case_no (key)"),
        ("alter view office.monthly rename column entered to at", PlaceRefused, "entered (month)"),
    ],
)
def test_what_the_agency_changed_is_named(
    desk: Desk, agency: Agency, change: str, error: type[TransferError], told: str
) -> None:
    agency.opens_case(1)
    agency.does(change)
    with pytest.raises(error) as caught:
        desk.take()
    assert not caught.value.retry
    assert_tells(caught.value, told)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("'\\x00'::bytea as phone", "column phone holds bytea"),
        ("array[1] as phone", "column phone holds array"),
        ("'{\"a\": 1}'::jsonb as phone", "column phone holds json"),
        ("interval '1 day' as phone", "column phone holds interval"),
        ("(full_name || '…')::xml as phone", "cannot be compared"),
        ("full_name::int as phone", "the database refuses (SQLSTATE 22P02)"),
        ("'0044-03-15 BC'::date as phone", "out of range"),
        ("nextval('office.counter') as phone", "permission denied|would write"),
    ],
)
def test_a_column_that_cannot_be_read_is_named_without_its_value(
    desk: Desk, agency: Agency, column: str, told: str
) -> None:
    agency.opens_case(1)
    agency.does("create sequence office.counter; grant all on all sequences in schema office to public")
    query = f"select case_no, station, full_name, id_no, born, {column} from office.case_file"
    with pytest.raises(TransferError) as caught:
        desk.take(source_of(views={"full": view_of(view=None, query=query, month=None)}))
    assert_tells(caught.value, *told.split("|")[-1:])


def test_a_query_binds_the_month_and_months_are_looked_back_to(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1)
    agency.opens_case(2, entered="2026-11-02 08:00+08")
    query = (
        "select *, cast(:period as text) as month from office.case_file "
        "where entered >= :start and entered < :end and entered::time = '08:00'"
    )
    source = source_of(views={"delta": view_of(view=None, query=query, month=None)}, look_back=1)
    assert desk.inlet.periods(source, NOVEMBER) == [OCTOBER, NOVEMBER]
    found = desk.take(source, OCTOBER, NOVEMBER)
    assert {name: rows(data)[2][0] for name, data in found.items()} == {
        f"{UNITS[0]}_CV_2026-10_delta_v1.csv": "测试1",
        f"{UNITS[0]}_CV_2026-11_delta_v1.csv": "测试2",
    }


def test_a_sender_that_closed_the_month_without_rows_has_a_file_without_rows(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1)
    agency.does("insert into office.closed_month select unnest(%s), '2026-10-31'", [[*UNITS]])
    found = desk.take(source_of(reported={"view": "office.closed_month", "unit": "station", "month": "month"}))
    assert [len(rows(data)) for data in found.values()] == [3, 2]
    assert desk.take(source_of(reported={"view": "office.closed_month", "unit": "station", "month": "month"})) == found


def test_rows_without_a_senders_code_are_told_and_not_taken(desk: Desk, agency: Agency) -> None:
    agency.opens_case(1, None)
    agency.opens_case(2, "第一科")
    agency.opens_case(3)
    found = desk.take()
    assert list(found) == [f"{UNITS[0]}_CV_2026-10_delta_v1.csv", "UNKNOWN_CV_2026-10_delta_v1.csv"]
    assert found["UNKNOWN_CV_2026-10_delta_v1.csv"].decode() == "数据库视图中有 2 行没有可用的填报单位代码"


def test_plain_bytes_go_away_with_the_listing(desk: Desk, agency: Agency, home: Path) -> None:
    agency.opens_case(1)
    (file,) = desk.inlet.list(source_of(), [OCTOBER])
    assert any(home.rglob("2026-10_delta_*"))
    desk.inlet.close()
    assert not any(home.rglob("2026-10_delta_*"))
    with pytest.raises(PlaceMissing):
        desk.inlet.fetch(file, desk.into)


def test_nothing_and_an_empty_text_stay_apart_and_line_breaks_make_no_rows() -> None:
    assert canonical.line_of([None, "", "a,b", 'c"d', " e", "x\r\ny"]) == ',"","a,b","c""d"," e","x\ny"\n'
    for swallowing in ("a\n" * 30, "1,2,3,4\n5,6,7,8"):
        assert canonical.line_of([swallowing, "x"]).count("\n") == 1


TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory'"
WAITING = "select 1 from pg_stat_activity where wait_event = 'advisory' and application_name = 'exchange'"


@contextmanager
def gate(agency: Agency) -> Iterator[tuple[Source, "psycopg2.extensions.connection"]]:
    """A source of two views, the first of which answers only when the connection that is given is closed."""
    agency.does(
        "create view office.waiting as select c.* from office.case_file c, (select pg_advisory_lock_shared(7)) as gate"
    )
    views = {"delta": view_of(view="office.waiting"), "full": view_of()}
    keeper = psycopg2.connect(agency.address.replace("+psycopg2", ""))
    try:
        with keeper.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(7)")
        yield source_of(views=views), keeper
    finally:
        keeper.close()


@contextmanager
def while_reading(desk: Desk, agency: Agency) -> Iterator[list[bytes]]:
    """The block runs when the first view is being read and the second is not; the files are there after it."""
    found: list[bytes] = []
    with gate(agency) as (source, keeper):
        reader = threading.Thread(target=lambda: found.extend(desk.take(source).values()))
        reader.start()
        while not agency.does(WAITING):
            assert reader.is_alive()
            time.sleep(0.02)
        yield found
        keeper.close()
        reader.join(30)


def assert_tells(error: TransferError, told: str) -> None:
    """The message says what, the remedy what to do, and neither gives away a password or a value."""
    assert told in str(error)
    assert error.remedy
    for secret in (PASSWORD, "battery", "测试1", "C0001", "37030619900101"):
        assert secret not in f"{error} {error.remedy}"
    assert error.__suppress_context__ or error.__cause__ is None
