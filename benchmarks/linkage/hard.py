"""Hard tables through `exchange link`, on seeds nothing was tuned on; time as a ratio to reading and joining them."""

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import yaml

from benchmarks.clock import timed
from benchmarks.linkage.tables import hard_files, quality
from benchmarks.linkage.train import ROLES

SIZES = ((50_000, 21), (50_000, 22), (500_000, 23))
_FLOOR = (
    "select count(*) from read_csv($files, all_varchar = true, union_by_name = true) as a "
    "inner join (select id_no, count(*) as n from read_csv($files, all_varchar = true, union_by_name = true) "
    "group by id_no) as b on a.id_no = b.id_no"
)


def measure(folder: Path) -> Iterator[str]:
    for records, seed in SIZES:
        place = folder / f"{records}-{seed}"
        place.mkdir()
        files, truth = hard_files(records, seed, place)
        (place / "spec.yaml").write_text(yaml.safe_dump({"record": "record_id", "roles": ROLES}), encoding="utf-8")
        out = place / "links.parquet"
        words = ["link", *map(str, files), "--spec", str(place / "spec.yaml"), "--out", str(out)]
        began = time.perf_counter()
        duckdb.connect().execute(_FLOOR, {"files": [str(path) for path in files]}).fetchall()
        floor = time.perf_counter() - began
        seconds, peak = timed(["exchange", *words])
        result = quality(pd.read_parquet(out), truth)
        fine = result.f1 >= 0.99 and result.precision >= 0.997
        yield (
            f"{len(truth)} records, seed {seed}: {result}  {seconds:.1f} s ({seconds / floor:.0f} x read and join), "
            f"{peak:.2f} GiB  (F1 at least 0.99, P at least 0.997: {'yes' if fine else 'NO'})"
        )
