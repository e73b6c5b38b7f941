"""What each parse of a DAG file costs, measured in a fresh interpreter after Airflow's own import."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SCRIPT = """
import runpy, sys, time
sys.path.insert(0, {plugins!r})
import airflow.sdk
began = time.perf_counter()
runpy.run_path({dag!r})
print(f"{{time.perf_counter() - began:.2f}} {{'pandas' in sys.modules}} {{'great_expectations' in sys.modules}}")
"""


def measure(folder: Path) -> Iterator[str]:
    """Seconds per DAG file (budget: 1), and whether pandas or Great Expectations were imported (they must not be)."""
    for dag in sorted((PROJECT / "dags").glob("*.py")):
        script = SCRIPT.format(plugins=str(PROJECT / "plugins"), dag=str(dag))
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={"AIRFLOW_HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT / "src")},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds, pandas, gx = done.stdout.split()[-3:]
        yield f"{dag.name}: {seconds} s, pandas imported: {pandas}, GX imported: {gx}"
