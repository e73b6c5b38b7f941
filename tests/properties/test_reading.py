"""Reading is the inverse of writing, and loses no row whatever stands below a header."""

import csv
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import from_excel

from exchange.registry.load import load_sources
from exchange.rules.cells.dates import read_date
from exchange.rules.cells.names import is_garbled, read_name
from exchange.services.parsing.book import Refused
from exchange.stages.read import shape_of
from exchange.stages.read.reader import read_to_parquet
from tests.support import deliveries as made
from tests.support.rowcount import delivery_rows

PROJECT = Path(__file__).resolve().parents[2]
SHAPE = shape_of(next(one for one in load_sources(PROJECT / "schemas").values() if one.role == "residence_register"))
HEADINGS = [*made.HEADINGS, "备注", "工作单位"]
FIELDS = ("name", "id_number", "current_address", "phone", "note", "employer")

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Anything a keyboard makes; control characters, lone surrogates and private characters have tests of their own.
cell = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters="\u2028\u2029\ufeff"), max_size=12
)
name = st.text("王李赵钱孙周吴郑𠮷䶮", min_size=2, max_size=4)
person = st.tuples(name, cell, cell, cell)
tables = st.lists(person, min_size=1, max_size=8)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
ends = st.sampled_from(["\r\n", "\n", "\r"])
quoting = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])


def read(path: Path) -> tuple[list[dict], dict]:
    """(Rows, facts) of a file, read in this process."""
    out = path.with_suffix(".parquet")
    facts = read_to_parquet({"path": str(path), "out": str(out), "shape": SHAPE.as_json(), "period": "2026-10"})
    return pq.read_table(out).to_pylist(), facts


def rendered(people) -> list[list[str]]:
    """The rows under HEADINGS."""
    rows = []
    for n, (called, address, note, employer) in enumerate(people, 1):
        rows.append([*made.person(n, called), note, employer])
        rows[-1][3] = address
    return rows


def expected(people) -> list[tuple]:
    """What must come back: every text as it was, nothing where nothing was."""
    places = [HEADINGS.index(title) for title in ("姓名", "身份证号码", "居住地址", "联系电话", "备注", "工作单位")]
    return [tuple(row[place] or None for place in places) for row in rendered(people)]


def came_back(rows: list[dict]) -> list[tuple]:
    return [tuple(row[field] for field in FIELDS) for row in rows if row["row_kind"] == "data"]


@quick
@given(tables, encodings, ends, quoting, st.sampled_from([",", "\t"]))
def test_text_comes_back_as_it_was_written_in_every_dialect(people, encoding, end, quotes, mark):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=mark, quoting=quotes, lineterminator=end).writerows(
                [HEADINGS, *rendered(people)]
            )
        rows, facts = read(path)
        assert came_back(rows) == expected(people)
        assert facts["physical_rows"] == len(people) + 1


@quick
@given(tables)
def test_a_workbook_comes_back_as_it_was_written(people):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([HEADINGS, *rendered(people)]):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)
        rows, facts = read(path)
        assert came_back(rows) == expected(people)
        assert facts["physical_rows"] == len(people) + 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_below_a_header_are_refused_whole_or_every_row_is_there(junk):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes((",".join(HEADINGS) + "\r\n").encode() + junk.replace(b'"', b"'"))
        try:
            rows, facts = read(path)
        except Refused:
            return
        assert len(rows) == facts["physical_rows"] == sum(facts["row_kinds"].values()) == delivery_rows(path)
        assert len({row["row"] for row in rows}) == len(rows)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(['"', ",", "\r\n", "\n", "王", "1", '""', "合计", "填表人："]), max_size=60))
def test_quotes_in_any_place_lose_no_character_of_a_row_that_is_kept(pieces):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(",".join(HEADINGS) + "\r\n" + "".join(pieces))
        try:
            rows, facts = read(path)
        except Refused:
            return
        assert len(rows) == facts["physical_rows"]
        assert [row["row"] for row in rows] == sorted({row["row"] for row in rows})


# Dates against the calendar itself


@settings(max_examples=100)
@given(
    st.integers(1906, 2100),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from(
        ["{}-{}-{}", "{}/{}/{}", "{}.{}.{}", "{}年{}月{}日", "{}-{:02d}-{:02d} 00:00:00", "{}{:02d}{:02d}"]
    ),
)
def test_a_day_is_read_if_and_only_if_the_calendar_has_it(year, month, day, form):
    try:
        wanted = date(year, month, day)
    except ValueError:
        wanted = None
    moment, outcome = read_date(form.format(year, month, day), statistical_year=2026)
    assert (moment.date() if moment else None) == wanted
    assert outcome == ("ok" if wanted else "impossible")


@settings(max_examples=100)
@given(st.integers(10_000, 73_000))
def test_a_serial_number_is_the_day_excel_means(serial):
    moment, outcome = read_date(str(serial), statistical_year=2026)
    assert (moment, outcome) == (from_excel(serial), "excel_serial")


@given(st.datetimes(datetime(1906, 1, 1), datetime(2100, 12, 31)))
def test_a_moment_keeps_its_minute(moment):
    moment = moment.replace(second=0, microsecond=0)
    assert read_date(moment.isoformat(" ", "minutes"), statistical_year=2026, timed=True) == (moment, "ok")


@given(st.integers(0, 99), st.integers(2010, 2060))
def test_a_two_digit_year_is_never_more_than_a_year_ahead(two, statistical_year):
    moment, _ = read_date(f"{two:02d}-1-1", statistical_year=statistical_year)
    if moment is not None:
        assert moment.year % 100 == two
        assert moment < datetime(statistical_year + 1, 1, 1) + timedelta(days=1)


# Names

COMMON = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]


@given(st.text(st.sampled_from(COMMON), min_size=2, max_size=4))
def test_no_ordinary_name_is_taken_for_damage_and_its_damage_always_is(called):
    assert not is_garbled(called)
    assert is_garbled(called.encode().decode("gb18030", "replace"))


@pytest.mark.parametrize(
    "called", ["阿依古丽·买买提", "王某之子", "Null", "无名", "Kim Min-jun", "王?明", "㛃𬭎", "李(小)"]
)
def test_uncommon_names_are_no_damage(called):
    assert read_name(called)[2] in ("ok", "temporary")
