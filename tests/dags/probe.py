"""Reads the DAG files as Airflow does, in a process of its own, and prints what it found as JSON.

A program, not a test: importing Airflow fixes its home folder and its logging for the whole process.
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "plugins"), str(PROJECT / "dags")]

import airflow.sdk  # noqa: E402, F401  (what follows measures our files, not Airflow's own start)

CANARY = "110101199003070001"


def runs(timetable, earliest: datetime, count: int) -> list[tuple[str, str]]:
    """The first `count` scheduled runs from `earliest` on: (local time, partition key)."""
    from airflow.timetables.base import TimeRestriction

    found, last = [], None
    for _ in range(count):
        last = timetable.next_dagrun_info_v2(
            last_dagrun_info=last, restriction=TimeRestriction(earliest, None, catchup=True)
        )
        local = last.run_after.in_timezone("Asia/Shanghai")
        found.append((local.strftime("%Y-%m-%d %H:%M"), last.partition_key))
    return found


def facts(dag, earliest: datetime) -> dict:
    """What the tests ask about one DAG, its serialised form included."""
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.serialization.serialized_objects import DagSerialization

    data = DagSerialization.to_dict(dag)
    digest = SerializedDagModel.hash(data)  # first: reading the data back takes parts of it away
    timetable = DagSerialization.from_dict(data).timetable
    tasks = {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks}
    return {
        "tasks": tasks,
        "hash": digest,
        "arguments": {task.task_id: list(task.op_args) for task in dag.tasks},
        "retries": sorted({task.retries for task in dag.tasks}),
        "alerts": all(task.on_failure_callback for task in dag.tasks) and bool(dag.on_failure_callback),
        "deadlines": [str(alert.callback.path) for alert in dag.deadline or []],
        "catchup": dag.catchup,
        "start": dag.start_date.isoformat() if dag.start_date else None,
        "max_active_runs": dag.max_active_runs,
        "paused": dag.is_paused_upon_creation,
        "runs": runs(timetable, earliest, 30),
    }


def errors() -> dict:
    """What Airflow is told for errors of each kind: (class, words), a draft's for PeriodClosed included."""
    from exchange_airflow import as_airflow

    from exchange.model import errors as ours

    kinds = {name: kind for name, kind in vars(ours).items() if isinstance(kind, type) and kind is not ours.ClassVar}
    raised = {name: kind("what", remedy="then") for name, kind in kinds.items() if kind is not ours.ExchangeError}
    told = {name: as_airflow(error, final=True) for name, error in raised.items()}
    told["late draft"] = as_airflow(raised["PeriodClosed"], final=False)
    told["early draft"] = as_airflow(raised["PeriodOrder"], final=False)
    told["defect"] = as_airflow(ValueError(f"cannot read {CANARY}"), final=True)
    return {name: [type(error).__name__, str(error)] for name, error in told.items()}


def turns() -> dict:
    """Which months a draft may look at when August is the first month and alone is published, or nothing is."""
    from exchange_calendar import Calendar

    from exchange.model.period import Period

    calendar, months = Calendar(first=Period(2026, 8)), [Period(2026, month) for month in (8, 9, 10)]
    told = {"nothing": [], "august": months[:1]}
    return {
        name: [str(month) for month in months if calendar.is_turn_of(month, published)]
        for name, published in told.items()
    }


def main() -> None:
    """Import both files, timing them, then print the facts of both DAGs."""
    begun = time.process_time()
    import daily_receipts
    import monthly_exchange
    import nightly_draft

    seconds = time.process_time() - begun
    heavy = sorted({"pandas", "great_expectations", "numpy", "duckdb", "pyarrow"} & set(sys.modules))
    earliest = datetime.fromisoformat(sys.argv[1]).astimezone(UTC)
    dags = {
        module.dag.dag_id: facts(module.dag, earliest) for module in (monthly_exchange, nightly_draft, daily_receipts)
    }
    print(json.dumps({"seconds": seconds, "heavy": heavy, "dags": dags, "errors": errors(), "turns": turns()}))


if __name__ == "__main__":
    main()
