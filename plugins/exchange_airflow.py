"""Where Airflow and exchange meet: the partition key becomes a Period, counts go back, errors retry or fail."""

import logging
import os
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import get_current_context, task
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from exchange_alerts import deadline_missed, month_failed, task_failed
from exchange_calendar import calendar_from

from exchange.model.errors import ExchangeError, PeriodClosed, PeriodOrder
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import load_sources

__all__ = ["CALENDAR", "EVERY_TASK", "LATE", "SOURCES", "month_failed", "stage"]

log = logging.getLogger("exchange.airflow")

PROJECT = Path(__file__).resolve().parents[1]
CALENDAR = calendar_from(os.environ)
SOURCES = tuple(load_sources(Path(os.environ.get("EXCHANGE_SCHEMAS") or PROJECT / "schemas")))
"""Every declared source, by name. Nothing else of schemas/ is read here: a DAG file is parsed for every single task."""

EVERY_TASK = {
    "retries": 3,
    "retry_delay": CALENDAR.retry_delay,
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=6),
    "on_failure_callback": task_failed,
}
LATE = DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, CALENDAR.deadline, AsyncCallback(deadline_missed))


def stage(name: str, subject: str = "", *, final: bool = True) -> Any:
    """The task that runs one stage. Its arguments are plain words, readable in the pages and stable between parses."""
    # One XCom a task: left alone, Airflow would store each count of the dictionary a second time, by its own request.
    return task(task_id=name, multiple_outputs=False)(run_stage)(name, subject, final)


def run_stage(stage: str, subject: str, final: bool) -> dict[str, int | str]:
    """Body of every task; hands the receipt's counts to Airflow, or the error as Airflow understands it."""
    try:
        return _counts(_run(stage, _current(subject, final)))
    except Exception as error:
        problem = as_airflow(error, final=final)
    # Raised out here, so that no log prints the first error beneath ours: a library's words may quote a cell.
    raise problem


def as_airflow(error: Exception, *, final: bool) -> AirflowException:
    """What to raise instead: retried when trying again may help, skipped when a draft is out of time, else failed."""
    if not isinstance(error, ExchangeError):
        # A bug or a broken machine: where it happened goes to the log, what it said goes nowhere.
        log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        return AirflowFailException(f"{type(error).__name__}: a defect of the program; the task's log says where.")
    words = f"{type(error).__name__}: {error}. {error.remedy}"
    if isinstance(error, PeriodClosed | PeriodOrder) and not final:
        return AirflowSkipException(words)
    return AirflowException(words) if error.retry else AirflowFailException(words)


def _current(subject: str, final: bool) -> Run:
    """The run as exchange knows it. A run without a partition key has no month, and no clock is asked for one."""
    run: Any = get_current_context()["dag_run"]
    try:
        period = Period.parse(run.partition_key or "")
    except ValueError as error:
        raise ExchangeError(str(error), remedy="Trigger the run with a partition key: the month.") from None
    return Run(run.run_id, period, subject, final, run.start_date, f"airflow:{run.triggering_user_name or 'schedule'}")


def _run(stage: str, run: Run) -> Receipt:
    # Imported here because pandas and Great Expectations take seconds, and each parse of a DAG file would pay them.
    from exchange.services.bundle import open_services
    from exchange.services.settings import code_version, from_environ
    from exchange.stages import month

    settings = from_environ(os.environ, code_version=code_version(), project=PROJECT)
    with open_services(settings) as services:
        is_draft = not run.final and stage in month.SOURCE_STAGES
        if is_draft and not CALENDAR.is_turn_of(run.period, services.ledger.published_periods()):
            raise PeriodOrder(f"{run.period} waits for the month before it", remedy="Its own run comes in its turn.")
        return month.run_stage(stage, run, month.registry_of(run.period, services), services)


def _counts(receipt: Receipt) -> dict[str, int | str]:
    """What may rest in Airflow's database and logs: counts and a fingerprint."""
    numbers = {name: value for name, value in receipt.detail.items() if isinstance(value, int)}
    rows = {"rows_in": receipt.rows_in, "rows_out": receipt.rows_out, "rows_aside": receipt.rows_aside}
    return {**numbers, **rows, "outcome": receipt.outcome, "fingerprint": receipt.fingerprint}
