"""Expectations of our own, registered with Great Expectations on import so that a suite file can name them."""

from typing import Any

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)


class ColumnsAddUp(MulticolumnMapMetricProvider):
    """Per row: do the columns, each with its sign, add up to nothing?"""

    condition_metric_name = "multicolumn_values.add_up"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ("signs",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, signs: list[int], **_: Any) -> pd.Series:  # noqa: N805
        total = sum(column_list[name] * sign for name, sign in zip(column_list.columns, signs, strict=True))
        return pd.Series(total, index=column_list.index) == 0


class ExpectColumnsToAddUp(MulticolumnMapExpectation):
    """`expect_columns_to_add_up`: in every row the columns of `column_list`, each times its sign, sum to zero."""

    signs: list[int]

    map_metric = "multicolumn_values.add_up"
    args_keys = ("column_list", "signs")
    success_keys = ("signs", "mostly")
