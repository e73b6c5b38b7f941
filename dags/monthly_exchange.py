"""One month of the exchange: every declared source is landed, read and validated, then the month is made and sent.

The partition key is the month. A further agency is a YAML file and a suite; this file does not change.
"""

from airflow.sdk import DAG, TaskGroup, chain
from exchange_airflow import CALENDAR, EVERY_TASK, LATE, SOURCES, month_failed, stage

with DAG(
    "monthly_exchange",
    schedule=CALENDAR.monthly(),
    start_date=CALENDAR.opens,
    catchup=CALENDAR.catches_up,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=EVERY_TASK,
    on_failure_callback=month_failed,
    deadline=LATE,
    tags=["exchange"],
    doc_md=__doc__,
) as dag:
    resolve = stage("resolve")
    for source in SOURCES:
        with TaskGroup(source):
            chain(stage("land", source), stage("read", source), stage("validate", source), resolve)
    chain(resolve, stage("publish"), stage("notify"))
