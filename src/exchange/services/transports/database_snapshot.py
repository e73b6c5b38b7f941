"""One look at an agency's database: every view of every month in one read-only snapshot, a file's body per sender."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from exchange.model.period import Period
from exchange.registry.spec import Field, Relation, Source, View
from exchange.services.transports.base import Interrupted, PlaceRefused
from exchange.services.transports.canonical import Unfit, line_of
from exchange.services.transports.database_errors import named_login, named_read

_PLAIN_UNIT: Final = re.compile(r"[0-9A-Za-z]{1,20}")
_SESSION: Final = {
    "postgresql": (
        "set local timezone = 'Asia/Shanghai'",
        "set local statement_timeout = '{timeout}s'",
        "set local idle_in_transaction_session_timeout = 0",
    )
}
_DRIVER: Final = {
    "postgresql": {
        "connect_timeout": 20,
        "keepalives_idle": 30,
        "tcp_user_timeout": 60_000,
        "client_encoding": "utf8",
        "application_name": "exchange",
    }
}


@dataclass(frozen=True)
class Extract:
    """A sender's rows of one kind and month: `body` is a heading line and the rows in the order of the view's key."""

    unit_code: str
    period: Period
    kind: str
    body: Path
    rows: int


@dataclass
class Snapshot:
    """What one look found. `strays` counts rows without a usable sender's code, by month and kind."""

    extracts: list[Extract] = field(default_factory=list)
    strays: Counter[tuple[Period, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Look:
    """What every query of one snapshot works with; `columns` are (field, the view's column) that are fetched."""

    source: Source
    period: Period
    kind: str
    view: View
    conn: Connection
    folder: Path
    label: str
    columns: tuple[tuple[Field, str], ...] = ()


def take_snapshot(engine: Engine, source: Source, periods: Sequence[Period], folder: Path, place: str) -> Snapshot:
    """All views of `source` for `periods` as of one moment, written below `folder`; `place` names the database.

    Raises Interrupted when the connection is lost, LoginRefused, PlaceMissing and PlaceRefused for what a person has
    to put right, TransferError when a statement takes too long. Nothing of a value stands in them.
    """
    found = Snapshot()
    with _session(engine, source, place) as conn:
        for period in periods:
            for kind, view in sorted(source.transport.views.items()):
                label = f"{source.name}: {view.label} in {place}"
                with named_read(label):
                    look = _Look(source, period, kind, view, conn, folder, label)
                    _extract(_with_columns(look), found)
            _add_empty(source, period, conn, folder, place, found)
    return found


@contextmanager
def _session(engine: Engine, source: Source, place: str) -> Iterator[Connection]:
    """A transaction that sees one moment of the database and cannot write."""
    with named_login(f"{source.name}: {place}"):
        plain = engine.connect()
    with plain as opened:
        conn = opened.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with named_read(f"{source.name}: {place}"):
            transaction = conn.begin()
            for statement in _SESSION.get(engine.dialect.name, ()):
                conn.exec_driver_sql(statement.format(timeout=source.transport.timeout_seconds))
        with transaction:
            yield conn


def driver_options(dialect: str) -> dict[str, Any]:
    """Arguments for the driver of a dialect: how long to wait, and that text comes as UTF-8."""
    return dict(_DRIVER.get(dialect, {}))


def _with_columns(look: _Look) -> _Look:
    """The look with the columns to fetch: of the view's columns only those that fields name."""
    view, fields = look.view, look.source.fields
    present = set(look.conn.execute(sa.select(sa.text("*")).select_from(_relation(view, look.period)).limit(0)).keys())
    wanted = [(item, view.columns.get(item.name, item.name)) for item in fields]
    needed = {view.unit: "the sender's code", **dict.fromkeys(view.key, "key")}
    needed |= {view.month: "month"} if view.month else {}
    needed |= {column: f"field {item.name}" for item, column in wanted if item.required or item.name in view.columns}
    missing = [f"{column} ({what})" for column, what in needed.items() if column not in present]
    if missing:
        raise PlaceRefused(
            f"{look.label}: there is no column {', '.join(missing)}",
            remedy=f"Ask the agency to restore it, or name the column it has now in "
            f"schemas/sources/{look.source.name}.yaml under transport.views.{look.kind}.",
        )
    columns = tuple((item, column) for item, column in wanted if column in present)
    return replace(look, columns=columns)


def _relation(relation: Relation, period: Period, columns: Sequence[str] = ()) -> sa.FromClause:
    """The view, or the query with the month's names bound, with `columns` as SQLAlchemy knows them."""
    named: list[sa.ColumnClause[Any]] = [sa.column(name) for name in dict.fromkeys(columns)]
    if relation.view is not None:
        schema, _, name = relation.view.rpartition(".")
        return sa.table(name, *named, schema=schema or None)
    text = sa.text(str(relation.query).rstrip().rstrip(";"))
    known = {"period": str(period), "start": period.start, "end": period.end}
    bound = {
        name: value for name, value in known.items() if re.search(rf"(?<![:\w\\]):{name}(?![:\w])", str(relation.query))
    }
    return text.bindparams(**bound).columns(*named).subquery("rows_of_month")


def _of_month(relation: Relation, rows: sa.FromClause, period: Period) -> list[sa.ColumnElement[bool]]:
    if relation.month is None:
        return []
    return [rows.c[relation.month] >= period.start, rows.c[relation.month] < period.end]


def _extract(look: _Look, found: Snapshot) -> None:
    """Write the rows of one view and month, a body per sender; what was counted must be what was written."""
    view = look.view
    names = [column for _, column in look.columns]
    also = [view.unit, *view.key, *([view.month] if view.month else [])]
    rows = _relation(view, look.period, [*names, *also])
    within = _of_month(view, rows, look.period)
    counted = look.conn.execute(sa.select(sa.func.count()).select_from(rows).where(*within)).scalar_one()
    # By the sender, by the key, and by everything else: rows with an equal key come in one order too.
    order = [rows.c[name] for name in dict.fromkeys([view.unit, *view.key, *names])]
    chosen = [
        rows.c[view.unit].label("unit of row"),
        *(rows.c[column].label(item.name) for item, column in look.columns),
    ]
    statement = sa.select(*chosen).where(*within).order_by(*order)
    before = found.strays.total() + sum(extract.rows for extract in found.extracts)
    _write(look, look.conn.execution_options(yield_per=look.source.transport.chunk).execute(statement), found)
    written = found.strays.total() + sum(extract.rows for extract in found.extracts) - before
    if written != counted:
        raise Interrupted(
            f"{look.label}: {counted} rows were counted and {written} came",
            remedy="The next run reads again; if it repeats, the view gives other rows each time it is asked.",
        )


def _write(look: _Look, rows: sa.CursorResult[Any], found: Snapshot) -> None:
    unit, out, count = "", None, 0
    try:
        for part in rows.partitions():
            for row in part:
                code = "" if row[0] is None else str(row[0])
                if not _PLAIN_UNIT.fullmatch(code):
                    found.strays[look.period, look.kind] += 1
                    continue
                if code != unit:
                    _close(look, unit, out, count, found)
                    unit, out, count = code, _begin(look, code), 0
                assert out is not None
                out.write(_line(look, row[1:]))
                count += 1
    finally:
        _close(look, unit, out, count, found)


def _line(look: _Look, values: Sequence[Any]) -> str:
    try:
        return line_of(values)
    except Unfit as unfit:
        raise PlaceRefused(
            f"{look.label}: column {look.columns[unfit.place][1]} holds {unfit.kind}",
            remedy="Ask the agency to give it as text, or take it out of the fields that are read.",
        ) from None


def _body(folder: Path, period: Period, kind: str, unit: str) -> Path:
    return folder / f"{period}_{kind}_{unit}"


def _begin(look: _Look, unit: str) -> TextIO:
    out = _body(look.folder, look.period, look.kind, unit).open("x", encoding="utf-8", newline="")
    out.write(_headings(look.columns))
    return out


def _headings(columns: Sequence[tuple[Field, str]]) -> str:
    return line_of([item.headings[0] for item, _ in columns])


def _close(look: _Look, unit: str, out: TextIO | None, count: int, found: Snapshot) -> None:
    if out is not None:
        out.close()
        found.extracts.append(Extract(unit, look.period, look.kind, Path(out.name), count))


def _add_empty(source: Source, period: Period, conn: Connection, folder: Path, place: str, found: Snapshot) -> None:
    """A body without rows for every sender that closed the month and has none in any view."""
    told = source.transport.reported
    if told is None:
        return
    with named_read(f"{source.name}: {told.label} in {place}"):
        rows = _relation(told, period, [told.unit, *([told.month] if told.month else [])])
        chosen = sa.select(rows.c[told.unit]).where(*_of_month(told, rows, period)).distinct()
        units = {str(code) for (code,) in conn.execute(chosen) if code is not None}
    with_rows = {extract.unit_code for extract in found.extracts if extract.period == period}
    kind = min(source.transport.views)
    for unit in sorted(units - with_rows):
        if _PLAIN_UNIT.fullmatch(unit):
            body = _body(folder, period, kind, unit)
            body.write_text(_headings([(item, "") for item in source.fields if item.required]), encoding="utf-8")
            found.extracts.append(Extract(unit, period, kind, body, 0))
