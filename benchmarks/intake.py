"""Lands, reads and validates a month of drops in this process and prints what each stage took, one JSON line each.

Run as `python -m benchmarks.intake DROPS UNITS HOME PERIOD [STAGE …]` by the benchmarks `read` and `validate`; here
too are the months they use: a district's files, and the same files under the codes of many more senders.
"""

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exchange.demo.district import make_district
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.registry.load import load_registry
from exchange.services.bundle import open_services
from exchange.services.settings import Settings

MONTH = Period(2026, 9)
PROJECT = Path(__file__).resolve().parents[1]
_OLE = b"\xd0\xcf\x11\xe0"
PEOPLE = 36_000
"""Of the demo district: about 60,000 rows."""


def intake(drops: Path, units: Path, home: Path, *stages: str) -> list[dict[str, Any]]:
    """What every stage of every source took.

    stage, source, files, rows, seconds, processor (seconds, children's included), own_gib, child_gib (peaks so far).
    """
    command = [sys.executable, "-m", "benchmarks.intake", drops, units, home, str(MONTH), *stages]
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def district(folder: Path) -> tuple[Path, Path]:
    """(drops, units) of one district month."""
    made = make_district(folder, PEOPLE, [MONTH], seed=11)
    return made.drops, made.units


def multiplied(drops: Path, units: Path, times: int | Mapping[str, int], folder: Path) -> tuple[Path, Path]:
    """(drops, units) with every file `times` times, each time from another sender and with other bytes.

    `times` may differ by source; a source it does not name is left out. Senders are named by their codes: a copy's
    title names nobody else.
    """
    often = times if isinstance(times, Mapping) else {path.name: times for path in drops.iterdir()}
    with units.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    folder.mkdir(parents=True)
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            for copy in range(max(often.values())):
                code = f"{row['unit_code']}c{copy}"
                writer.writerow({**row, "unit_code": code, "name": code})
    for path in sorted(drops.rglob("*")):
        if path.is_file() and not path.name.endswith(".json") and path.name.count("_") == 4:
            unit, rest = path.name.split("_", 1)
            place = path.relative_to(drops)
            target = folder / "drops" / place.parent
            target.mkdir(parents=True, exist_ok=True)
            for copy in range(often.get(place.parts[0], 0)):
                _copy(path, target / f"{unit}c{copy}_{rest}", copy)
    return folder / "drops", folder / "units.csv"


def _copy(path: Path, to: Path, number: int) -> None:
    """The same rows in other bytes: what was read once is not read again."""
    shutil.copyfile(path, to)
    if zipfile.is_zipfile(to):
        with zipfile.ZipFile(to, "a") as archive:
            archive.comment = str(number).encode()
    else:
        with to.open("ab") as file:
            file.write(b"" if path.read_bytes()[:4] == _OLE else b"\n" * number)


def _main(drops: str, units: str, home: str, label: str, *stages: str) -> None:
    from exchange.stages.land import land_delivery
    from exchange.stages.read import read_delivery
    from exchange.stages.validate import validate_rows

    registry = load_registry(PROJECT / "schemas", PROJECT / "expectations", Path(units))
    settings = Settings(
        home=Path(home), schemas=PROJECT / "schemas", expectations=PROJECT / "expectations", code_version="benchmark",
        drops=Path(drops),
    )  # fmt: skip
    Path(home).mkdir(parents=True, exist_ok=True)
    run = Run("benchmark", Period.parse(label), "", False, datetime(2026, 10, 10, tzinfo=UTC), "benchmark")
    work = {"land": land_delivery, "read": read_delivery, "validate": validate_rows}
    with open_services(settings) as services:
        for name in stages or work:
            for source in registry.sources:
                own = replace(run, subject=source)
                began, spent = time.perf_counter(), sum(os.times()[:4])
                receipt = work[name](own, registry, services)
                took = {"seconds": time.perf_counter() - began, "processor": sum(os.times()[:4]) - spent}
                services.ledger.record_receipt(own, receipt)
                files = len(services.deliveries.for_period(source, own.period))
                print(json.dumps(_line(name, source, receipt, files, took)), flush=True)


def _line(stage: str, source: str, receipt: Any, files: int, took: Mapping[str, float]) -> dict[str, Any]:
    peaks = [resource.getrusage(who).ru_maxrss / 2**20 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    rows = receipt.rows_out if stage == "read" else receipt.rows_in
    counted = {"stage": stage, "source": source, "files": files, "rows": rows}
    return {**counted, **took, "own_gib": peaks[0], "child_gib": peaks[1]}


if __name__ == "__main__":
    _main(*sys.argv[1:])
