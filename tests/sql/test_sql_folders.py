"""Every folder below tests/sql is a test: tables in, one statement, a table out, on a real PostgreSQL.

`<statement>/<case>/` holds one CSV per input table (`core.service.csv`; `month_stock.csv` makes the temporary
table), `params.yaml` (`says`: the claim; `before`: statements to run first; `bind`: values other than the usual
ones of 2026-09) and `expect.csv`: the columns of the written table, or of the result, that matter.
Below `indicators/<ID>/` the statement is the pair the indicator declares, and the table what its members add up to;
`details.csv` is what of it is told by part, by village and beside it.
"""

import csv
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from exchange.model.period import Period
from exchange.registry.load import Registry, load_registry
from exchange.rules import figures
from exchange.services.publication import MERGE, MOVE, Publication
from exchange.services.statements import statement
from exchange.services.tables import core, ledger, mart, registry
from exchange.services.tables.base import metadata
from exchange.services.tables.care import CARE, DOSES
from exchange.services.warehouse import Warehouse

PROJECT = Path(__file__).resolve().parents[2]
FOUND = sorted(path.parent for path in (PROJECT / "tests" / "sql").rglob("expect.csv"))
CASES = [path for path in FOUND if path.parents[1].name != "indicators"]
FIGURES = [path for path in FOUND if path.parents[1].name == "indicators"]
PLACES = ["370306001", "370306002"]
FILL = {
    "scope": "inter_province", "scope_group": "default", "opened_period": "2026-08", "opening_kind": "OPENING",
    "period": "2026-09", "generation": "1", "source": "s", "person_id": "P1", "township9": PLACES[0],
    "status": "active", "disposition": "accept", "first_period": "2026-08", "last_period": "2026-09",
    "payload": "{}", "row_ids": "{}",
}  # fmt: skip
"""What a NOT NULL column holds when a case does not mention it."""
LIKE = {
    "person": core.person, "merge": MERGE, "move": MOVE, "closing": core.residence_spell,
    "details": core.residence_spell, "flagged": core.service, "care": CARE, "doses": DOSES,
}  # fmt: skip
STOCK = {
    "spell_id": sa.Text, "person_id": sa.Text, "township9": sa.Text, "scope": sa.Text, "sex": sa.Text,
    "birth_date": sa.Date, "age": sa.Integer, "is_ever_married": sa.Boolean, "has_stayed_3_months": sa.Boolean,
    "has_stayed_6_months": sa.Boolean, "reaches_65": sa.Boolean, "village": sa.Text,
}  # fmt: skip
assert {ledger.SCHEMA, mart.SCHEMA, registry.SCHEMA, core.SCHEMA} == {"ledger", "mart", "registry", "core"}


@pytest.fixture(name="declared", scope="session")
def _declared() -> Registry:
    return load_registry(PROJECT / "schemas", PROJECT / "expectations")


def rows_of(path: Path) -> list[dict[str, str | None]]:
    """The lines of a CSV; an empty cell is null, `''` an empty text."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, skipinitialspace=True))
    return [{name: {"": None, "''": ""}.get(value, value) for name, value in line.items()} for line in lines]


def fill_table(conn: Connection, path: Path) -> None:
    name = path.stem
    rows = rows_of(path)
    table = temporary(conn, name, list(rows[0])) if name.startswith("month_") else metadata.tables[name]
    blank = {c.name: filler(c) for c in table.columns if not c.nullable and c.server_default is None}
    columns = list(dict.fromkeys([*rows[0], *blank]))
    values = ", ".join(f"cast(:{c} as {table.c[c].type.compile(conn.dialect)})" for c in columns)
    names = ", ".join(f'"{c}"' for c in columns)
    target = f'"{table.schema}"."{table.name}"' if table.schema else table.name
    for number, row in enumerate(rows):
        told = {c: blank[c].replace("#", f"{path.stem}-{number}") for c in blank} | row
        conn.execute(sa.text(f"insert into {target} ({names}) values ({values})"), told)


def filler(column: sa.Column[Any]) -> str:
    if column.name in FILL:
        return FILL[column.name]
    if isinstance(column.type, sa.Boolean):
        return "false"
    return "0" if isinstance(column.type, sa.Integer) else "\\x00" if isinstance(column.type, sa.LargeBinary) else "#"


def temporary(conn: Connection, name: str, columns: list[str]) -> sa.Table:
    kind = name.removeprefix("month_")
    types = STOCK if kind == "stock" else {c.name: c.type for c in LIKE[kind].columns}
    told = list(STOCK) if kind == "stock" else columns
    table = sa.Table(name, sa.MetaData(), *(sa.Column(c, types[c]) for c in told), prefixes=["TEMPORARY"])
    table.create(conn)
    return table


def written_table(text: str) -> str:
    """The first table the statement's header says it writes."""
    line = next(line for line in text.splitlines() if line.startswith("-- writes:"))
    return line.removeprefix("-- writes:").split(",")[0].strip()


def test_every_publishing_statement_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in (PROJECT / "src" / "exchange").rglob("*.py"))
    names = [path.stem for path in (PROJECT / "src" / "exchange" / "sql" / "publish").glob("*.sql")]
    assert [name for name in names if f'"{name}"' not in text and f'"publish/{name}"' not in text] == []


def test_every_statement_of_an_indicator_is_used(declared: Registry) -> None:
    used = {name for one in declared.indicators for name in one.statements}
    folder = PROJECT / "src" / "exchange" / "sql" / "indicators"
    assert {path.stem for path in folder.glob("*.sql")} == used


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}: {path.name.replace('_', ' ')}")
def test_statement(case: Path, warehouse: Warehouse, declared: Registry) -> None:
    told = yaml.safe_load((case / "params.yaml").read_text(encoding="utf-8"))
    bound = figures.parameters(Period(2026, 9), 1, declared) | {"places": [*PLACES, "district"]} | told.get("bind", {})
    name = f"{case.parents[1].name}/{case.parent.name}"
    with warehouse.transaction() as conn:
        fill(conn, case)
        for earlier in told.get("before", []):
            warehouse.execute(conn, f"publish/{earlier}", bound)
        target = written_table(statement(name))
        if target == "nothing":
            found = warehouse.query(conn, name, bound).to_dict("records")
        else:
            warehouse.execute(conn, name, bound)
            month = f"where period = '{bound['period']}'" if target.startswith("mart.") else ""
            chosen = sa.text(f"select * from {target.split()[0]} {month}")
            found = [dict(row) for row in conn.execute(chosen).mappings()]
    compare(case, found, told["says"])


@pytest.mark.parametrize("case", FIGURES, ids=lambda path: f"{path.parent.name}: {path.name.replace('_', ' ')}")
def test_indicator(case: Path, warehouse: Warehouse, declared: Registry) -> None:
    told = yaml.safe_load((case / "params.yaml").read_text(encoding="utf-8"))
    bound = figures.parameters(Period(2026, 9), 1, declared) | {"places": [*PLACES, "district"]} | told.get("bind", {})
    names = [case.parent.name, *told.get("also", [])]
    chosen = [one for one in declared.indicators if one.id in names]
    bound |= {"figure_names": [one.figure for one in chosen], "figure_states": [one.status for one in chosen]}
    bound |= {"village_names": [one.figure for one in chosen if one.grain == "village"]}
    with warehouse.transaction() as conn:
        fill(conn, case)
        for earlier in told.get("before", []):
            warehouse.execute(conn, f"publish/{earlier}", bound)
        month = Publication(warehouse, conn, bound)
        for one in chosen:
            month.members(one)
            month.asides(one)
        month.run("count_members", "count_details")
        made = sa.text("select * from mart.figure where grouping = '' and denominator is not null")
        found = [dict(row) for row in conn.execute(made).mappings()]
        details = [dict(row) for row in conn.execute(sa.text("select * from mart.figure_detail")).mappings()]
    compare(case, found, told["says"])
    if (case / "details.csv").exists():
        compare(case, details, told["says"], "details.csv")


def fill(conn: Connection, case: Path) -> None:
    """The case's tables, persons of the registry first: others point to them. A month always has a stock."""
    for path in sorted(case.glob("*.csv"), key=lambda path: (not path.stem.startswith("registry"), path.stem)):
        if path.name not in ("expect.csv", "details.csv"):
            fill_table(conn, path)
    if not (case / "month_stock.csv").exists() and case in FIGURES:
        temporary(conn, "month_stock", list(STOCK))


def compare(case: Path, found: list[dict[str, Any]], says: str, name: str = "expect.csv") -> None:
    expected = rows_of(case / name)
    columns = list(expected[0]) if expected else []
    got = [{column: plain(pick(row, column)) for column in columns} for row in found]
    assert sorted(got, key=str) == sorted(expected, key=str), says
    assert len(found) == len(expected), says


def pick(row: dict[str, Any], column: str) -> Any:
    """`payload.late` reaches into a JSON column."""
    name, _, key = column.partition(".")
    return row[name].get(key) if key else row[name]


def plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "+".join(map(str, value))
    return None if value is None else str(value)
