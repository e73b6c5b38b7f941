"""Judges files with the month's own reader and rules, many of a source in one run: quick enough to try hundreds."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from exchange.model.period import Period
from exchange.services.lake import Lake
from exchange.services.transports.names import parse_name
from exchange.stages.read import read_files
from exchange.stages.validate import judge_files
from exchange.stages.validate.accepted import deliveries_of, typed_rows
from tests.support.rows import PERIOD, registry

FROM_FACTS = ("outcome", "message", "physical_rows", "data_rows", "control_total", "zero_report")
TABLES = ("rows", "issues", "deliveries")


@dataclass(frozen=True)
class JudgedFile:
    """A file as read and judged; `tables` holds its rows, issues and delivery as `validate` leaves them."""

    path: Path
    table: pa.Table
    facts: dict[str, Any]
    tables: dict[str, pd.DataFrame]

    @property
    def rows(self) -> pd.DataFrame:
        """Its data rows."""
        return self.tables["rows"]


def judge(files: Mapping[str, tuple[Path, str]], folder: Path, period: Period = PERIOD) -> dict[str, JudgedFile]:
    """Key -> the file judged. `files`: key -> path and source; names tell unit and kind. `folder` is empty."""
    sources = registry().sources
    inputs = [(path, sources[name], period) for path, name in files.values()]
    read = dict(zip(files, read_files(inputs), strict=True))
    lake = Lake(folder)
    found: dict[str, JudgedFile] = {}
    for name in sorted({name for _, name in files.values()}):
        own = [key for key, (_, source) in files.items() if source == name]
        for key in own:
            lake.write(f"read/{name}", key, {"rows": read[key][0]}, read[key][1])
        tables = _of_source(name, {key: (files[key][0], read[key][1]) for key in own}, lake, period)
        found |= {key: JudgedFile(files[key][0], *read[key], tables[key]) for key in own}
    return found


def _of_source(
    name: str, files: Mapping[str, tuple[Path, Mapping[str, Any]]], lake: Lake, period: Period
) -> dict[str, dict[str, pd.DataFrame]]:
    source = registry().sources[name]
    entries, booked = [], []
    for key, (path, facts) in files.items():
        known = parse_name(path.name)
        unit, kind = (known.unit_code, known.kind) if known else ("", source.kinds[0])
        entries.append(
            {part: facts[part] for part in FROM_FACTS}
            | {"delivery_id": key, "fingerprint": key, "sha256": "", "path": key}
            | {"unit_code": unit, "file_period": str(period)}
        )
        status = {"version": 1, "is_late": False, "status": "received", "rule": None, "message": None}
        booked.append({"delivery_id": key, "kind": kind, **status})
    frame = deliveries_of(entries, booked)
    with tempfile.TemporaryDirectory() as folder:
        typed = typed_rows(source, frame, registry(), period, lake, Path(folder))
        tables, _ = judge_files(source, typed, frame, registry())
        lake.write(f"judged/{name}", "all", {part: tables[part] for part in TABLES}, {})
    rows, issues, deliveries = (lake.read(f"judged/{name}", "all", part) for part in TABLES)
    found = {}
    for key in files:
        own = rows[(rows["delivery_id"] == key).to_numpy(bool)].reset_index(drop=True)
        about = issues[issues["row_id"].isin(own["row_id"]).to_numpy(bool)].reset_index(drop=True)
        found[key] = {"rows": own, "issues": about, "deliveries": deliveries[deliveries["delivery_id"] == key]}
    return found
