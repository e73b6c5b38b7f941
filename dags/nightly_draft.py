"""Each night from the 1st to the cut: what has come for the last month is landed, read and validated; nothing is sent.

The agencies learn what is wrong while there is time to mend it. The run of the cut is the other DAG's.
"""

from airflow.sdk import DAG, TaskGroup, chain
from exchange_airflow import CALENDAR, EVERY_TASK, SOURCES, month_failed, stage

with DAG(
    "nightly_draft",
    schedule=CALENDAR.nightly(),
    start_date=CALENDAR.opens,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=EVERY_TASK,
    on_failure_callback=month_failed,
    tags=["exchange"],
    doc_md=__doc__,
) as dag:
    for source in SOURCES:
        with TaskGroup(source):
            chain(*(stage(name, source, final=False) for name in ("land", "read", "validate")))
