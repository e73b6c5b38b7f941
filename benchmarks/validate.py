"""Validating: a district's 60,000 rows and a million, and what we put around Great Expectations."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import intake, read
from exchange.services import suites

TIMES = 17
ROWS = 1_000_000
COLUMNS = 15
EXPECTATIONS = 25
UNEXPECTED = 100


def measure(folder: Path) -> Iterator[str]:
    """Rows a second at 60,000 and at a million rows; our suite runner against the library alone (at most 1.3 x)."""
    yield from _around_gx()
    drops, units = intake.district(folder / "district")
    took = intake.intake(drops, units, folder / "small")
    small = [line for line in took if line["stage"] == "validate"]
    yield read.told("district", small)
    took = intake.intake(*intake.multiplied(drops, units, TIMES, folder / "many"), folder / "large")
    large = [line for line in took if line["stage"] == "validate"]
    yield read.told(f"{TIMES} times", large)
    per_row = [read.seconds(lines) / sum(line["rows"] for line in lines) for lines in (small, large)]
    yield f"{TIMES} times the rows: {per_row[1] / per_row[0]:.2f} x the time per row"


def _around_gx() -> Iterator[str]:
    frame, suite = _frame(), _suite()
    suites.prepare()
    alone, ours = [], []
    for _ in range(2):
        began = time.perf_counter()
        found = _alone(frame, suite)
        alone.append(time.perf_counter() - began)
        began = time.perf_counter()
        run = suites.run_suite("benchmark", suite, frame)
        ours.append(time.perf_counter() - began)
        assert found == sum(len(finding.ids) for finding in run.findings)
    yield (
        f"{ROWS} rows x {COLUMNS} columns x {EXPECTATIONS} expectations: library {min(alone):.1f} s, "
        f"ours {min(ours):.1f} s, {min(ours) / min(alone):.2f} x"
    )


def _frame() -> pd.DataFrame:
    """Words, numbers and dates, one row in ten thousand unlike the others."""
    random = np.random.default_rng(1)
    odd = random.random((ROWS, COLUMNS)) < UNEXPECTED / ROWS
    words = pd.array(["ok", "empty", "bad"], dtype="string[pyarrow]")
    columns: dict[str, Any] = {"row_id": pd.array([f"{n:024x}" for n in range(ROWS)], dtype="string[pyarrow]")}
    for place in range(COLUMNS):
        if place < 9:
            columns[f"c{place}"] = words.take(np.where(odd[:, place], 2, random.integers(0, 2, ROWS)))
        else:
            numbers = random.integers(0, 100, ROWS) + np.where(odd[:, place], 1000, 0)
            columns[f"c{place}"] = pd.array(numbers, dtype="int64[pyarrow]")
    return pd.DataFrame(columns)


def _suite() -> dict[str, Any]:
    expectations = []
    for place in range(EXPECTATIONS):
        column = f"c{place % COLUMNS}"
        if place % COLUMNS < 9:
            kind = "expect_column_values_to_be_in_set"
            kwargs: dict[str, Any] = {"column": column, "value_set": ["ok", "empty"]}
        else:
            kind, kwargs = "expect_column_values_to_be_between", {"column": column, "min_value": 0, "max_value": 100}
        if place >= COLUMNS:
            kind, kwargs = "expect_column_values_to_not_be_null", {"column": column}
        expectations.append({"type": kind, "kwargs": kwargs, "meta": {"rule": f"X{place}"}, "severity": "warning"})
    return {"name": "benchmark", "expectations": expectations}


def _alone(frame: pd.DataFrame, suite: dict[str, Any]) -> int:
    """The library as its manual says, asked for the ids of unexpected rows as we need them; how many it names."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    built = context.suites.add(gx.ExpectationSuite(name="alone", expectations=suite["expectations"]))
    asset = context.data_sources.add_pandas("alone").add_dataframe_asset("alone")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
    asked = {**suites.RESULT_FORMAT, "unexpected_index_column_names": ["row_id"]}
    results = batch.validate(built, result_format=asked).results
    lists = [item.result.get("unexpected_index_list") or [] for item in results]
    return sum(len(group["row_id"]) if isinstance(group["row_id"], list) else 1 for found in lists for group in found)
