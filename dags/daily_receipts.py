"""Every night: receipts that recipients left on their accounts are taken in, and who is late is reminded.

Receipts come back all month long, when the nights before the cut are over; the partition key only names the run.
"""

from airflow.sdk import DAG
from exchange_airflow import CALENDAR, EVERY_TASK, month_failed, stage

with DAG(
    "daily_receipts",
    schedule=CALENDAR.daily(),
    start_date=CALENDAR.opens,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=EVERY_TASK,
    on_failure_callback=month_failed,
    tags=["exchange"],
    doc_md=__doc__,
) as dag:
    stage("receipts", final=False)
