"""Airflow's REST API as the demo uses it: ask for a month, watch its tasks, clear it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from exchange.model.errors import ServiceUnavailable
from exchange.model.period import Period

DAG = "monthly_exchange"
ENDED = frozenset({"success", "failed"})
_PARTS = {"metadatabase": "api-server", "scheduler": "scheduler", "dag_processor": "dag-processor"}
_PAUSES = (0.5, 1.0, 2.0, 4.0, 0.0)


@dataclass(frozen=True)
class TaskState:
    """One task of a run as the API tells it; `state` is "none" before it is scheduled."""

    task_id: str
    state: str
    seconds: float | None
    tries: int


@dataclass
class AirflowApi:
    """Airflow at `url`. Every method raises ServiceUnavailable when the API does not do as it was asked."""

    url: str
    user: str
    password: str = field(repr=False)
    _token: str | None = field(default=None, repr=False)

    def waiting_for(self, dag: str = DAG) -> str:
        """Servers that are not healthy yet, or the DAG when Airflow does not know it yet; "" when all is ready."""
        try:
            health = httpx.get(f"{self.url}/api/v2/monitor/health", timeout=5).json()
            sick = [name for part, name in _PARTS.items() if health[part]["status"] != "healthy"]
        except (httpx.HTTPError, ValueError, KeyError):
            return "api-server"
        if sick:
            return ", ".join(sick)
        return "" if self.get(f"dags/{dag}", missing_ok=True) else "DAG files"

    def trigger(self, period: Period, dag: str = DAG) -> str:
        """Start a run for `period`, its partition key; the run's id."""
        body = {"logical_date": None, "partition_key": str(period)}
        return str(self._call("POST", f"dags/{dag}/dagRuns", body)["dag_run_id"])

    def backfill(self, period: Period, dag: str = DAG) -> None:
        """Ask for `period` as a backfill: a range of partition dates, which are days of the month itself."""
        body = {
            "dag_id": dag,
            "from_date": f"{period.start}T00:00:00+08:00",
            "to_date": f"{period.last_day}T00:00:00+08:00",
            "run_backwards": False,
            "reprocess_behavior": "none",
            "max_active_runs": 1,
            "dag_run_conf": {},
        }
        self._call("POST", "backfills", body)

    def runs(self, period: Period, dag: str = DAG) -> list[str]:
        """Ids of the runs of `period`, oldest first."""
        found = self._call("GET", f"dags/{dag}/dagRuns?order_by=run_after&limit=100")["dag_runs"]
        return [str(run["dag_run_id"]) for run in found if run["partition_key"] == str(period)]

    def clear(self, run_id: str, dag: str = DAG) -> None:
        """Airflow's Clear of a whole run: every task of it runs again."""
        self._call("POST", f"dags/{dag}/dagRuns/{run_id}/clear", {"dry_run": False})

    def state(self, run_id: str, dag: str = DAG) -> str:
        """queued, running, success or failed."""
        return str(self._call("GET", f"dags/{dag}/dagRuns/{run_id}")["state"])

    def tasks(self, run_id: str, dag: str = DAG) -> list[TaskState]:
        """Every task of the run."""
        found = self._call("GET", f"dags/{dag}/dagRuns/{run_id}/taskInstances")["task_instances"]
        return [TaskState(t["task_id"], t["state"] or "none", t["duration"], t["try_number"]) for t in found]

    def watch(self, run_id: str, dag: str = DAG, every: float = 0.5) -> Iterator[tuple[str, list[TaskState]]]:
        """Yields (state of the run, its tasks) until the run has ended; the last pair is final."""
        while True:
            state = self.state(run_id, dag)
            yield state, self.tasks(run_id, dag)
            if state in ENDED:
                return
            time.sleep(every)

    def get(self, path: str, *, missing_ok: bool = False) -> Any:
        """GET /api/v2/`path`; None for 404 when `missing_ok`."""
        return self._call("GET", path, missing_ok=missing_ok)

    def _call(self, method: str, path: str, body: object = None, *, missing_ok: bool = False) -> Any:
        answer = "no answer"
        for pause in _PAUSES:
            try:
                reply = self._send(method, f"{self.url}/api/v2/{path}", body)
            except httpx.HTTPError as error:
                answer = type(error).__name__
                if method != "GET" and not isinstance(error, httpx.ConnectError):
                    break
            else:
                if reply.is_success:
                    return reply.json()
                if reply.status_code == 404 and missing_ok:
                    return None
                answer = f"{reply.status_code} {reply.text[:300]}"
                # Whether a POST that ended in an error did its work cannot be known: it is not sent twice.
                if reply.status_code != 401 and (reply.status_code < 500 or method != "GET"):
                    break
                self._token = None
            time.sleep(pause)
        raise ServiceUnavailable(
            f"Airflow did not do {method} {path}: {answer}",
            remedy="Look at Airflow's pages, or at its logs in the home.",
        )

    def _send(self, method: str, url: str, body: object) -> httpx.Response:
        if self._token is None:
            login = {"username": self.user, "password": self.password}
            reply = httpx.post(f"{self.url}/auth/token", json=login, timeout=30).raise_for_status()
            self._token = str(reply.json()["access_token"])
        headers = {"Authorization": f"Bearer {self._token}"}
        return httpx.request(method, url, json=body, headers=headers, timeout=30)
