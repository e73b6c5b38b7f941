"""A sender's own rows come from the lake as they were read, in the order of its columns and sheets."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry, load_registry
from exchange.services.bundle import Services, open_services
from exchange.services.returned import ReturnedFiles
from exchange.services.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
MONTH = Period(2026, 10)
PATH = "clinic/2026-10/1.xlsx"
MARK, JUDGED = "a" * 24, "b" * 24
RUN = Run("r", MONTH, "", True, datetime(2026, 11, 10, tzinfo=UTC), "tester")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT / "schemas", PROJECT / "expectations")


@pytest.fixture
def files(settings: Settings, registry: Registry) -> Iterator[ReturnedFiles]:
    source = registry.of_role("service_log")[0]
    rows = pd.DataFrame({
        "sheet": ["二", "二", "一", "一"], "row": [4, 5, 4, 5], "row_kind": "data",
        "name": ["甲", "乙", "丙", "丁"], "sex": ["男", None, "女", "女"],
    })  # fmt: skip
    sheets = [
        {"name": "二", "columns": [["sex", "性 别"], ["name", ""]]},
        {"name": "一", "columns": [["name", "姓名"], ["gone", "旧列"]]},
    ]
    judged = pa.table({
        "row_id": ["r1", "r2", "r3"],
        "service_class": pa.array(["01", "11", None], pa.string()),
    })  # fmt: skip
    entries = pd.DataFrame({"file": [PATH], "fingerprint": [MARK]})
    with open_services(settings) as services:
        store(services, source.name, rows, sheets, judged, entries)
        yield ReturnedFiles(source, MONTH, services)


def store(services: Services, source: str, rows: pd.DataFrame, sheets: list, judged: pa.Table, entries: pd.DataFrame):
    services.lake.write(f"read/{source}", MARK, {"rows": rows}, {"sheets": sheets, "fields": ["name", "sex"]})
    services.lake.write(f"accepted/{source}/{MONTH}", JUDGED, {"rows": judged, "deliveries": entries}, {})
    services.ledger.record_receipt(RUN, Receipt("validate", source, 4, 4, 0, JUDGED))


def test_wanted_rows_come_by_sheet_in_the_files_order_with_the_senders_columns(files: ReturnedFiles):
    found = list(files.sheets(PATH, {"一": {5}, "二": {4, 5}}))
    assert [(name, columns) for name, columns, _ in found] == [
        ("二", (("sex", "性 别"), ("name", ""))),
        ("一", (("name", "姓名"),)),
    ]
    assert found[0][2] == {4: {"sex": "男", "name": "甲"}, 5: {"sex": None, "name": "乙"}}
    assert found[1][2] == {5: {"name": "丁"}}


def test_an_unknown_file_has_no_rows(files: ReturnedFiles):
    assert list(files.sheets("clinic/2026-10/2.xlsx", {"一": {5}})) == []


def test_rows_of_sensitive_and_of_unknown_services_are_named(files: ReturnedFiles):
    assert files.sensitive({"r1", "r2", "r3"}, ("11",)) == {"r2", "r3"}
