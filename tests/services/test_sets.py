"""DuckDB as a service: a statement that fails names itself, never the cell that made it fail."""

import traceback
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from exchange.model.errors import PublicationError
from exchange.services.sets import Sets, open_sets

SECRET = "张三丰"


def test_a_failed_statement_names_itself_and_not_the_row(tmp_path: Path) -> None:
    with open_sets(tmp_path / "sets") as sets:
        claims = pd.DataFrame({"scheme": [SECRET], "number": [SECRET]})
        sets.give("evidence", claims)
        with pytest.raises(PublicationError, match=r"sql/resolve/claims\.sql failed") as caught:
            sets.frame("resolve/claims")
    shown = "".join(traceback.format_exception(caught.value))
    hidden: BaseException | None = caught.value.__context__
    while hidden is not None:
        shown += repr(hidden)
        hidden = hidden.__context__
    assert SECRET not in shown
    assert "number" not in shown.split("failed")[-1]


def test_nothing_is_left_on_the_disk(tmp_path: Path) -> None:
    with open_sets(tmp_path / "sets") as sets:
        columns = ("node", "evidence", "scheme", "number", "forbidden_scheme", "forbidden_number", "row_id")
        sets.give("node", pd.DataFrame([(1, "1", "resident", "x", None, None, "r")], columns=columns))
        assert sets.frame("resolve/node_list")["row_id"].tolist() == ["r"]
    assert list((tmp_path / "sets").iterdir()) == []


def test_a_column_a_file_lacks_is_null_there(tmp_path: Path) -> None:
    pd.DataFrame({"a": ["1"], "b": ["2"]}).to_parquet(tmp_path / "one.parquet")
    pd.DataFrame({"a": ["3"]}).to_parquet(tmp_path / "two.parquet")
    with open_sets(tmp_path / "sets") as sets:
        sets.give_files("accepted", [tmp_path / "two.parquet", tmp_path / "one.parquet"])
        assert sets.columns("accepted") == ("a", "b")


def test_a_period_that_outgrows_the_memory_limit_spills_and_goes_on(tmp_path: Path) -> None:
    count = 500_000
    numbers = [f"{place * 7919 % count:040d}" for place in range(count)]
    empty = [None] * count
    node = {
        "node": range(count), "evidence": numbers, "scheme": ["resident"] * count, "number": numbers,
        "forbidden_scheme": empty, "forbidden_number": empty, "row_id": numbers,
    }  # fmt: skip
    sets = Sets(tmp_path, memory="100MB")
    sets.give("node", pa.table(node))
    found = sets.frame("resolve/node_list")
    sets.close()
    assert len(found) == count
