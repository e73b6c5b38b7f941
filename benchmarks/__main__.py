"""`python -m benchmarks [NAME …]` runs the named benchmarks, or all but the long ones, one line per figure."""

import sys
import tempfile
from pathlib import Path

from benchmarks import airflow_parse, city, district_month, febrl, packages, read, resolve, validate, workbooks
from benchmarks.linkage import districts, hard, scorers

ALL = {
    "district": district_month.measure,
    "read": read.measure,
    "validate": validate.measure,
    "city": city.measure,
    "workbooks": workbooks.measure,
    "packages": packages.measure,
    "airflow": airflow_parse.measure,
    "linkage": hard.measure,
    "scorers": scorers.measure,
    "febrl": febrl.measure,
    "resolve": resolve.measure,
    "districts": districts.measure,
}

LONG = ("city",)
"""Half an hour and more: only when named."""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark called {', '.join(unknown)}; there are: {', '.join(ALL)}")
        return 2
    for name in names or [name for name in ALL if name not in LONG]:
        with tempfile.TemporaryDirectory(prefix="exchange-bench-") as folder:
            for line in ALL[name](Path(folder)):
                print(f"{name:<10} {line}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
