"""What is not needed is not loaded: a sender who checks one file waits for no database and no statistics."""

import json
import subprocess
import sys

PROBE = """
import json, sys
import exchange.stages.check
before = sorted({"alembic", "paramiko", "sqlalchemy", "great_expectations"} & set(sys.modules))
from exchange.services.suites import known_types, run_suite
types = len(known_types())
after = sorted({"altair.vegalite", "scipy.stats._stats_py", "sqlalchemy"} & set(sys.modules))
import pandas as pd
import sqlalchemy
suite = {"expectations": [{
    "type": "expect_column_kl_divergence_to_be_less_than", "severity": "info",
    "kwargs": {"column": "sex", "threshold": 5,
               "partition_object": {"values": ["1", "2"], "weights": [0.5, 0.5]}},
    "meta": {"rule": "X01", "says": "x", "asks": "x"}}]}
run = run_suite("any", suite, pd.DataFrame({"row_id": ["a", "b"], "sex": ["1", "2"]}))
print(json.dumps([before, types > 40, after, run.outcome, hasattr(sqlalchemy, "create_engine")]))
"""


def test_checking_a_file_loads_no_database_and_statistics_only_when_a_suite_asks_for_them() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [[], True, [], "judged", True]
