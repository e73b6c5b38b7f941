"""DuckDB for whole-period set operations: frames and Parquet in, statements from `sql/`, frames out."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from exchange.model.errors import PublicationError
from exchange.services.statements import statement


class Sets:
    """One in-memory DuckDB; it spills to `folder` when a period outgrows the memory limit."""

    def __init__(self, folder: Path, memory: str = "4GB") -> None:
        # What spills holds persons' data, as the lake beside it does, and has the same protection: the home's 0700.
        # DuckDB's own encryption of it wants a crypto extension from the network and fails on the first spill.
        spill: dict[str, Any] = {"temp_directory": str(folder)}
        self._connection = duckdb.connect(config={"memory_limit": memory, "preserve_insertion_order": False, **spill})

    def close(self) -> None:
        """Forgets everything."""
        self._connection.close()

    def give(self, name: str, frame: pd.DataFrame | pa.Table) -> None:
        """Makes a frame readable as table `name`."""
        self._connection.register(name, frame)

    def give_files(self, name: str, files: Iterable[Path]) -> None:
        """Makes Parquet files readable as one table `name`; a column a file lacks is null there."""
        paths = sorted(str(path) for path in files)
        self._connection.read_parquet(paths, union_by_name=True).create_view(name)

    def forget(self, *names: str) -> None:
        """Frees tables that statements of ours made and nothing reads any more."""
        for name in names:
            self._connection.execute(f'drop table "{name}"').fetchall()

    def columns(self, name: str) -> tuple[str, ...]:
        """Column names of a table."""
        return tuple(self._connection.table(name).columns)

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> None:
        """Executes `sql/<name>.sql`. Raises PublicationError that names the statement, never a value in it."""
        with _guarded(name):
            self._connection.execute(statement(name), dict(params) if params else None).fetchall()

    def frame(self, name: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The result of `sql/<name>.sql` with Arrow-backed columns. Raises as `run` does."""
        frame: pd.DataFrame = self.table(name, params).to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def table(self, name: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """The result of `sql/<name>.sql` as an Arrow table. Raises as `run` does."""
        with _guarded(name):
            table: pa.Table = self._connection.sql(
                statement(name), params=dict(params) if params else None
            ).to_arrow_table()
        return table


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    """DuckDB's message may quote a cell; what leaves here names the statement and the kind of error."""
    try:
        yield
    except duckdb.Error as error:
        kind = type(error).__name__
        error.args = ("details withheld",)
        raise PublicationError(
            f"sql/{name}.sql failed ({kind})",
            remedy="Run the month again; if it stays so, report the statement's name and the kind of error.",
        ) from None


@contextmanager
def open_sets(folder: Path) -> Iterator[Sets]:
    """Sets for the length of a block; `folder` takes what does not fit into memory."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A folder of its own: two months resolved side by side must not meet in one.
    with tempfile.TemporaryDirectory(dir=folder) as own:
        sets = Sets(Path(own))
        try:
            yield sets
        finally:
            sets.close()
