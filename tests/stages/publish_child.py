"""Publishes one month in a process of its own that a test may kill: `publish_child.py HOME DATABASE_URL PERIOD UNITS`.

Says `ready` when everything is open, and publishes when it is told anything.
"""

import sys
from pathlib import Path

from exchange.model.period import Period
from exchange.services.bundle import open_services
from exchange.services.settings import Settings
from exchange.stages.publish import publish_period
from tests.stages.months import PROJECT, registry_of, run_of


def main(home: str, url: str, period: str, folder: str) -> None:
    settings = Settings(Path(home), PROJECT / "schemas", PROJECT / "expectations", "test", database_url=url)
    registry = registry_of(Path(folder))
    with open_services(settings) as services:
        print("ready", flush=True)
        sys.stdin.readline()
        receipt = publish_period(run_of(Period.parse(period), "child"), registry, services)
        print(receipt.outcome, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
