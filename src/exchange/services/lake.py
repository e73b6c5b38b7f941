"""The lake: immutable Parquet artefacts, named by the fingerprint of what they were made from."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from exchange.model.errors import ContentError


def fingerprint(*parts: object) -> str:
    """24 hex digits over the parts in order; equal inputs, code and configuration give an equal name."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:24]


class Lake:
    """Artefacts below one folder: `<name>/<fingerprint>/<table>.parquet` and `facts.json`.

    An artefact appears whole or not at all, and is never written twice: a rerun finds it and goes on.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def has(self, name: str, fp: str) -> bool:
        """Whether the artefact is there, whole."""
        return (self._folder(name, fp) / "facts.json").exists()

    def write(
        self, name: str, fp: str, tables: Mapping[str, pd.DataFrame | pa.Table | Path], facts: Mapping[str, Any]
    ) -> str:
        """Store the tables and facts under `fp`, atomically; returns `fp`. An existing artefact is kept.

        A table may be a Parquet file that is there already: it is moved, not written again.
        """
        target = self._folder(name, fp)
        if self.has(name, fp):
            return fp
        target.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".part-", dir=target.parent))
        try:
            for table, rows in tables.items():
                if isinstance(rows, Path):
                    shutil.move(rows, building / f"{table}.parquet")
                    continue
                arrow = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(rows, preserve_index=False)
                pq.write_table(arrow, building / f"{table}.parquet", compression="zstd")
            text = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1, default=str)
            (building / "facts.json").write_text(text, encoding="utf-8")
            for path in sorted(building.iterdir()):
                _sync(path)
            _sync(building)
            building.rename(target)
            _sync(target.parent)
        except OSError:
            # Another run may have stored the same artefact a moment earlier: same name, same content.
            if not self.has(name, fp):
                raise
        finally:
            shutil.rmtree(building, ignore_errors=True)
        return fp

    def path(self, name: str, fp: str, table: str) -> Path:
        """The Parquet file of a table, for engines that read files themselves. Raises ContentError when absent."""
        path = self._folder(name, fp) / f"{table}.parquet"
        if not path.exists():
            raise ContentError(
                f"the lake has no {name}/{fp}/{table}",
                remedy="Run the stage that makes it again; the landed files and their fingerprints are kept.",
            )
        return path

    def read(self, name: str, fp: str, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table as a frame with Arrow-backed columns. Raises ContentError when absent."""
        return pd.read_parquet(self.path(name, fp, table), columns=columns, dtype_backend="pyarrow")

    def facts(self, name: str, fp: str) -> dict[str, Any]:
        """The artefact's facts. Raises ContentError when absent."""
        path = self._folder(name, fp) / "facts.json"
        if not path.exists():
            raise ContentError(f"the lake has no {name}/{fp}", remedy="Run the stage that makes it again.")
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return facts

    def remove(self, group: str, keep: Callable[[str], bool]) -> int:
        """Remove the artefacts below `group` whose last name is not to be kept; returns how many names went."""
        gone = [path for path in sorted((self._root / group).glob("*")) if path.is_dir() and not keep(path.name)]
        for path in gone:
            shutil.rmtree(path)
        return len(gone)

    def sweep(self) -> int:
        """Remove what a killed run left half-made; returns how many folders went."""
        stale = [path for path in self._root.rglob(".part-*") if path.is_dir()]
        for path in stale:
            shutil.rmtree(path, ignore_errors=True)
        return len(stale)

    def _folder(self, name: str, fp: str) -> Path:
        return self._root / name / fp


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
