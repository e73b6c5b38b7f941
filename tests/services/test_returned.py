"""A sender's own rows come from the lake as they were read, in the order of its columns and sheets."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.rules.returning.returned import OwnSheet
from exchange.rules.returning.returned_rows import judged_columns, originals, own_sheets
from exchange.services.bundle import Services, open_services
from exchange.services.returning.returned import ReturnedFiles
from exchange.services.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
MONTH = Period(2026, 10)
PATH = "clinic/2026-10/1.xlsx"
MARK, JUDGED = "a" * 24, "b" * 24
RUN = Run("r", MONTH, "", True, datetime(2026, 11, 10, tzinfo=UTC), "tester")


@pytest.fixture
def files(settings: Settings, registry: Registry) -> Iterator[ReturnedFiles]:
    source = registry.of_role("service_log")[0]
    rows = pd.DataFrame({
        "sheet": ["二", "二", "二", "一", "一"], "row": [4, 5, 6, 4, 5],
        "row_kind": ["data", "data", "total", "data", "data"], "block": [None, "一、王村", None, None, None],
        "name": ["甲", "乙", None, "丙", "丁"], "name__cell": ["text", "text", "empty", "text", "text"],
        "sex": ["男", None, None, "女", "女"], "sex__cell": ["text", "empty", "empty", "text", "text"],
    })  # fmt: skip
    sheets = [
        {"name": "二", "columns": [["sex", "性 别"], ["name", ""]], "row_kinds": {"data": 2, "total": 1}},
        {"name": "一", "columns": [["name", "姓名"], ["gone", "旧列"]]},
    ]
    judged = pa.table({
        "row_id": ["r1", "r2", "r3", "r4"], "file": [PATH] * 4, "sheet": ["二", "二", "一", "一"], "row": [4, 5, 4, 5],
        "disposition": ["accept", "quarantine", "warn", "accept"],
        "service_class": pa.array(["01", "11", None, "03"], pa.string()),
    })  # fmt: skip
    entries = pd.DataFrame({"file": [PATH], "fingerprint": [MARK], "kind": ["events"], "status": ["received"]})
    with open_services(settings) as services:
        store(services, source.name, rows, sheets, judged, entries)
        yield ReturnedFiles(source.name, MONTH, services, judged_columns(source))


def store(services: Services, source: str, rows: pd.DataFrame, sheets: list, judged: pa.Table, entries: pd.DataFrame):
    services.lake.write(f"read/{source}", MARK, {"rows": rows}, {"sheets": sheets, "fields": ["name", "sex"]})
    services.lake.write(f"accepted/{source}/{MONTH}", JUDGED, {"rows": judged, "deliveries": entries}, {})
    services.ledger.record_receipt(RUN, Receipt("validate", source, 4, 4, 0, JUDGED))


def sheets_of(files: ReturnedFiles, registry: Registry) -> list[OwnSheet]:
    file = files.file(PATH)
    assert file is not None
    source = registry.of_role("service_log")[0]
    return list(own_sheets(file.rows, file.facts, file.judged, source, ("11",), str.upper, kind=file.kind))


def test_every_data_row_comes_by_sheet_in_the_files_order_with_the_senders_columns(files, registry):
    second, first = sheets_of(files, registry)
    assert (second.sheet, second.columns) == ("二", (("sex", "性 别"), ("name", "")))
    assert (first.sheet, first.columns) == ("一", (("name", "姓名"),))
    assert (list(second.numbers), second.cells) == ([4, 5], {"sex": ["男", None], "name": ["甲", "乙"]})
    assert (second.tokens, second.dispositions) == (["R1", "R2"], ["accept", "quarantine"])
    assert second.others == {"total": 1}
    assert (second.file, second.is_correction) == ("1.xlsx", False)


def test_an_unknown_file_has_no_rows(files: ReturnedFiles):
    assert files.file("clinic/2026-10/2.xlsx") is None


def test_rows_of_sensitive_and_of_unknown_services_are_withheld(files, registry):
    assert [sheet.withheld for sheet in sheets_of(files, registry)] == [{5}, {4}]


def test_a_row_as_first_read_keeps_the_kind_of_its_cells_and_its_block(files, registry):
    file = files.file(PATH)
    assert file is not None
    rows = originals(file.rows, registry.of_role("service_log")[0])
    assert rows["二", 5].cells == {"name": ("乙", "text"), "sex": (None, "empty")}
    assert rows["二", 5].block == "一、王村"
    assert len(rows) == 4
