"""Eighty malformed inputs, each through the real reader and the real rules, each with the verdict it must get."""

import itertools
import re
from pathlib import Path

import pytest

from exchange.model.words import KEPT
from exchange.rules.deliveries import Intake, Sighting, misnamed
from exchange.services.transports.names import parse_name
from exchange.stages.check import verdict_of
from tests.malformed import containers, delimited, encoding, values, workbooks
from tests.malformed.case import NAMES, Case
from tests.support.judging import judge
from tests.support.rowcount import delivery_rows
from tests.support.rows import PERIOD, registry

CASES = [case for module in (encoding, delimited, workbooks, containers, values) for case in module.CASES]
PERSONAL = ("name", "id_number", "current_address", "hukou_address", "phone", "guardian_name", "guardian_id", "note")
LONG_NUMBER = re.compile(r"\d{11,}")


@pytest.fixture(scope="module")
def judged(request, tmp_path_factory):
    """Case -> the file as judged: every input wanted, through one reading process, one after the other."""
    items = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = [params["case"] for params in items if isinstance(params.get("case"), Case)]
    files = {}
    for case in wanted:
        path = tmp_path_factory.mktemp("input") / case.name
        case.build(path)
        files[case.id] = (path, case.source)
    return judge(files, tmp_path_factory.mktemp("lake"))


def test_the_list_is_complete():
    assert {case.number for case in CASES} == set(range(1, 81))
    assert len({case.id for case in CASES}) == len(CASES)
    assert [case.number for case in CASES] == sorted(case.number for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_input_gets_its_verdict_loses_no_row_and_is_told_without_a_value(case, judged):
    one = judged[case.id]
    path, table, facts, tables = one.path, one.table, one.facts, one.tables
    source = registry().sources[case.source]
    name = parse_name(path.name)
    if name is None:
        assert (case.verdict, case.rule) == ("refused", "F03")
        intake = Intake(code=source.code, senders=(), kinds=source.kinds, period=PERIOD, frozen=False)
        told = misnamed(Sighting(path=path.name, folder_period=str(PERIOD)), intake)
        assert case.says in told
        assert "请" in told
        return
    verdict = verdict_of(source, facts, tables, registry())
    _rows_add_up(path, table, facts, tables)
    _nothing_personal(verdict.lines, facts, table)
    file, rows = tables["deliveries"].iloc[0], tables["rows"]
    assert case.says in "\n".join(verdict.lines)
    if case.verdict == "refused":
        assert (facts["outcome"], file["status"], file["rule"]) == (case.rule, "rejected", case.rule)
        assert "请" in verdict.lines[1]
        assert not rows["is_counted"].any()
        return
    assert (facts["outcome"], file["status"]) == ("ok", "received"), facts["message"]
    assert rows["rules"].tolist() == list(case.rules)
    assert bool(set(rows["disposition"]) - set(KEPT)) == (case.verdict == "set aside")
    assert (file["rules"] or "") == case.rule
    for row, expected in zip(rows.to_dict("records"), case.holds, strict=False):
        assert {field: _plain(row.get(field)) for field in expected} == expected


def _plain(value):
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return None
    return str(value)[:10] if hasattr(value, "year") else value


def _rows_add_up(path: Path, table, facts, tables) -> None:
    """Every physical row is read, each has one kind, and each data row one disposition; nothing is judged twice."""
    kinds = table["row_kind"].to_pylist()
    assert len(kinds) == facts["physical_rows"] == sum(facts["row_kinds"].values())
    assert kinds.count("data") == facts["data_rows"] == len(tables["rows"])
    assert tables["rows"]["disposition"].notna().all()
    assert tables["rows"]["row_id"].is_unique
    places = list(zip(table["sheet"].to_pylist(), table["row"].to_pylist(), strict=True))
    assert len(set(places)) == len(places)
    if facts["outcome"] == "F01":
        assert not kinds
    elif (counted := delivery_rows(path)) >= 0:
        assert len(kinds) == counted


def _nothing_personal(lines, facts, table) -> None:
    """Chinese words and places of rows: no name, number, address or phone of anybody in the file."""
    told = "\n".join([*lines, facts["message"], *(finding["message"] for finding in facts["findings"])])
    assert re.search(r"[\u4e00-\u9fff]", told)
    assert not LONG_NUMBER.search(told.replace("370306001", ""))
    values = itertools.chain(*(table[name].to_pylist() for name in PERSONAL if name in table.column_names))
    for value in {*NAMES, *(value for value in values if value and len(value.strip()) > 2)}:
        assert value not in told
