"""Link, the door: files in, files out."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from exchange.model.errors import LayoutError
from exchange.services.identity.models import read_model, read_spec
from exchange.services.settings import Settings
from exchange.stages.link import link_tables


def link_files(
    tables: Sequence[Path],
    spec: Path,
    to: Path,
    review: Path | None,
    why: Path | None,
    settings: Settings,
    *,
    year: int,
    told: Callable[[str], None],
) -> dict[str, int]:
    """Links the records of `tables` and writes record and person_id to `to`; returns what was done, in numbers.

    `review` takes the pairs left to people, `why` the evidence of each that joined.
    Raises RegistryError for a wrong spec, LayoutError for a wrong file.
    """
    for path in filter(None, (to, review, why)):
        if path.suffix not in (".parquet", ".csv"):
            raise LayoutError(f"cannot write {path.name}", remedy="Name a .parquet or .csv file.")
    declared, model = read_spec(spec), read_model(settings.schemas)
    with tempfile.TemporaryDirectory(prefix="exchange-link-") as folder:
        linked = link_tables(tables, declared, model, Path(folder), year=year, is_explained=why is not None, told=told)
    _write(linked.links, to)
    if review is not None:
        _write(linked.review, review)
    if why is not None and linked.why is not None:
        _write(linked.why, why)
    return linked.counts


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        csv.write_csv(table, path)
    else:
        parquet.write_table(table, path)
