"""Tells the person on duty: one line in the log and in `reports/alerts.jsonl` of the home, without anybody's data."""

import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

log = logging.getLogger("exchange.alerts")

Context = Mapping[str, Any]
"""What Airflow hands to a callback."""


def task_failed(context: Context) -> None:
    """A task has used up its tries, or failed in a way that trying again cannot mend."""
    task = context.get("task_instance") or context.get("ti")
    _alert("task_failed", context, task=getattr(task, "task_id", None), **_reason(context.get("exception")))


def month_failed(context: Context) -> None:
    """A run has failed as a whole."""
    _alert("run_failed", context, reason=str(context.get("reason") or ""))


async def deadline_missed(context: Context | None = None, **_: object) -> None:
    """A run has not ended in time; runs in Airflow's triggerer."""
    _alert("deadline_missed", context or {})


def _reason(error: object) -> dict[str, str]:
    """The kind of error, and its words only when they are ours: a library's may quote a cell."""
    kind = type(error).__name__ if isinstance(error, BaseException) else ""
    return {"error": kind, "reason": str(error)} if kind == "AirflowFailException" else {"error": kind}


def _alert(kind: str, context: Context, **facts: str | None) -> None:
    run = context.get("dag_run")
    names = {"dag": "dag_id", "run": "run_id", "period": "partition_key"}
    about = {name: _read(run, attribute) for name, attribute in names.items()}
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "alert": kind, **about, **facts}
    log.error("%s", " ".join(f"{name}={value}" for name, value in line.items()))
    home = os.environ.get("EXCHANGE_HOME")
    if home:
        path = Path(home) / "reports" / "alerts.jsonl"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:  # the log line above has been written; a full disk must not hide the first failure
            log.error("the alert could not be kept in the home: %s", type(error).__name__)


def _read(run: object, name: str) -> str | None:
    """A run's fact; the triggerer hands the run over as a dictionary, the other processes as an object."""
    value = run.get(name) if isinstance(run, Mapping) else getattr(run, name, None)
    return None if value is None else str(value)
