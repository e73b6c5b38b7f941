"""Frames on their way into DuckDB."""

import pandas as pd
import pyarrow as pa


def as_table(frame: pd.DataFrame, **types: pa.DataType) -> pa.Table:
    """The named columns as Arrow columns of these types, also when there is no row to guess them from."""
    return pa.table({name: pa.array(frame[name], kind, from_pandas=True) for name, kind in types.items()})


def ids(*names: str) -> dict[str, pa.DataType]:
    """These columns as text."""
    return dict.fromkeys(names, pa.string())
