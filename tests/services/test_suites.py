"""Rows that come in parts get the findings they would get together, whatever an expectation looks at."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from exchange.model.errors import RegistryError
from exchange.services.suites import ROW_BY_ROW, known_types, run_by_parts, run_suite

ROWS = pd.DataFrame(
    {
        "row_id": [f"r{place}" for place in range(7)],
        "sex": ["1", "9", "2", "1", "9", "2", "1"],
        "permit": ["a", "b", "a", "c", "d", "e", "b"],
    }
).convert_dtypes(dtype_backend="pyarrow")
SEX = {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "sex", "value_set": ["1", "2"]}}
UNIQUE = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "permit"}}


def suite(*expectations: dict[str, Any]) -> dict[str, Any]:
    return {"expectations": [{**item, "meta": {"rule": f"X{n}"}} for n, item in enumerate(expectations)]}


def cut(size: int) -> Any:
    def parts(_: Any) -> Iterator[pd.DataFrame]:
        for start in range(0, len(ROWS), size):
            yield ROWS.iloc[start : start + size].reset_index(drop=True)

    return parts


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("chosen", [suite(SEX), suite(UNIQUE), suite(UNIQUE, SEX)], ids=["row", "column", "both"])
def test_what_is_found_does_not_depend_on_how_the_rows_are_cut(chosen: dict[str, Any], size: int) -> None:
    together = {(one.rule, place) for one in run_suite("any", chosen, ROWS).findings for place in one.ids}
    runs = list(run_by_parts("any", chosen, cut(size)))
    assert {(one.rule, place) for _, run in runs for one in run.findings for place in one.ids} == together
    assert together
    assert [place for part, _ in runs for place in part["row_id"]] == ROWS["row_id"].tolist()
    for part, run in runs:
        assert {place for one in run.findings for place in one.ids} <= set(part["row_id"])


def test_an_unfit_suite_is_refused_with_all_its_problems_however_the_rows_are_cut() -> None:
    wrong = suite({**UNIQUE, "kwargs": {"column": "permt"}}, {**SEX, "kwargs": {"column": "sxe", "value_set": []}})
    with pytest.raises(RegistryError) as problem:
        list(run_by_parts("any", wrong, cut(2)))
    assert all(word in str(problem.value) for word in ("permt", "sxe"))


def test_every_expectation_judged_row_by_row_is_one_that_exists() -> None:
    assert known_types() >= ROW_BY_ROW
