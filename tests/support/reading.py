"""Reads one file as the reader's child would, with every row accounted for."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from exchange.model.period import Period
from exchange.registry.load import load_sources
from exchange.services.parsing.book import Refused
from exchange.stages.read import shape_of
from exchange.stages.read.reader import read_to_parquet
from tests.support import deliveries as made
from tests.support.rowcount import xlsx_rows

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = next(item for item in load_sources(PROJECT / "schemas").values() if item.role == "residence_register")
SHAPE = shape_of(SOURCE)
MONTH = Period(2026, 10)
SAMPLES = PROJECT / "tests" / "samples" / "reader"
TITLED = [[made.TITLE], [made.UNIT], made.HEADINGS]


def read(path: Path, period: Period = MONTH):
    """(rows as dictionaries, facts) of a file, read without a child; every physical row must be accounted for."""
    out = path.with_suffix(".parquet")
    facts = read_to_parquet({"path": str(path), "out": str(out), "shape": SHAPE.as_json(), "period": str(period)})
    rows = pq.read_table(out).to_pylist()
    assert facts["physical_rows"] == len(rows) == sum(facts["row_kinds"].values())
    assert facts["data_rows"] == sum(row["row_kind"] == "data" for row in rows)
    if facts["container"] == "xlsx":
        expected = xlsx_rows(path)
        assert [sheet["rows"] for sheet in facts["sheets"]] == [last for last, _ in expected.values()]
    return rows, facts


def data(rows):
    return [row for row in rows if row["row_kind"] == "data"]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(path)
    assert refused.value.remedy
    return str(refused.value)
