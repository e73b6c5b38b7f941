"""Airflow on one machine: its four servers as our children, and the settings they are started with."""

import base64
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from exchange.demo.airflow_api import AirflowApi, TaskState
from exchange.demo.children import Child, hang_up, kept
from exchange.model.errors import ServiceUnavailable

USER = "demo"
START_SECONDS = 180
PAGES_PORT = 8080
# Logs are read from the folder they are written to, so no second set of log servers on fixed ports.
SERVERS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}


def free_port(wanted: int | None = None) -> int:
    """`wanted` when nobody listens on it, else any free port of 127.0.0.1."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ServiceUnavailable("no free port on 127.0.0.1", remedy="End a program that listens, then try again.")


def environment(home: Path, project: Path, database_url: str, port: int, base: Mapping[str, str]) -> dict[str, str]:
    """What every Airflow process of `home` is started with: `base` and our settings. Holds secrets: never log it.

    `project` is the folder that holds dags/ and plugins/. Lean on purpose: two cores run all of it.
    """
    folder, url, ours = home / "airflow", f"http://127.0.0.1:{port}", keys(home)
    settings = {
        "CORE__LOAD_EXAMPLES": False,
        "CORE__DAGS_FOLDER": project / "dags",
        "CORE__PLUGINS_FOLDER": project / "plugins",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 3,
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__FERNET_KEY": ours["fernet"],
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": folder / "passwords.json",
        "DATABASE__SQL_ALCHEMY_CONN": database_url,
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__BASE_URL": url,
        "API__WORKERS": 1,
        "API__SECRET_KEY": ours["api"],
        "API_AUTH__JWT_SECRET": ours["jwt"],
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.2,
        "DAG_PROCESSOR__PARSING_PROCESSES": 1,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 3600,
        "DAG_PROCESSOR__REFRESH_INTERVAL": 3600,
        "LOGGING__BASE_LOG_FOLDER": folder / "logs",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": folder / "logs" / "dag_processor",
        "USAGE_DATA_COLLECTION__ENABLED": False,
    }
    path = os.pathsep.join(filter(None, [str(Path(sys.executable).parent), base.get("PATH")]))
    airflow = {f"AIRFLOW__{name}": str(value) for name, value in settings.items()}
    return {**base, "PATH": path, "AIRFLOW_HOME": str(folder), **airflow}


def keys(home: Path) -> dict[str, str]:
    """Airflow's secrets of this home (api, jwt, fernet, password), made at first use and readable by us only."""
    path = home / "keys" / "airflow.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "airflow").mkdir(exist_ok=True, mode=0o700)
    if not path.exists():
        made = {name: secrets.token_urlsafe(64) for name in ("api", "jwt")}
        made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        made["password"] = secrets.token_urlsafe(12)
        _write_private(home / "airflow" / "passwords.json", {USER: made["password"]})
        _write_private(path, made)
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _write_private(path: Path, data: Mapping[str, str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(data, out)


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: its API and its servers."""

    home: Path
    api: AirflowApi
    servers: Mapping[str, Child]

    def until_ready(self) -> Iterator[str]:
        """Yields what is still being waited for, until every server is healthy and the DAG is known."""
        give_up = time.monotonic() + START_SECONDS
        while waiting := self.api.waiting_for():
            yield waiting
            self.require_alive()
            if time.monotonic() > give_up:
                raise ServiceUnavailable(
                    f"Airflow is not ready: {waiting}", remedy=f"Read the logs in {self.home}/airflow."
                )
            time.sleep(0.3)

    def watch(self, run_id: str) -> Iterator[tuple[str, list[TaskState]]]:
        """Yields (state of the run, its tasks) until the run has ended; raises when one of the servers has died."""
        for seen in self.api.watch(run_id):
            yield seen
            self.require_alive()

    def require_alive(self) -> None:
        """Raises ServiceUnavailable when a server has ended by itself."""
        for name, server in self.servers.items():
            if server.poll() is not None:
                log = self.home / "airflow" / f"{name}.log"
                raise ServiceUnavailable(f"Airflow's {name} ended by itself", remedy=f"Read the end of {log}.")


def migrate(environ: Mapping[str, str], home: Path) -> None:
    """Create or upgrade Airflow's metadata. Raises ServiceUnavailable with the place of the log."""
    log = home / "airflow" / "migrate.log"
    with kept([sys.executable, "-m", "airflow", "db", "migrate"], environ, log) as child:
        if child.wait():
            raise ServiceUnavailable("Airflow's database could not be prepared", remedy=f"Read the end of {log}.")


@contextmanager
def running(home: Path, environ: Mapping[str, str]) -> Iterator[Airflow]:
    """Airflow's servers for the length of the block: started, and not yet ready (see `until_ready`)."""
    servers: dict[str, Child] = {}
    api = AirflowApi(environ["AIRFLOW__API__BASE_URL"], USER, keys(home)["password"])
    with ExitStack() as stack:
        for name, arguments in SERVERS.items():
            log = home / "airflow" / f"{name}.log"
            servers[name] = stack.enter_context(kept([sys.executable, "-m", "airflow", *arguments], environ, log))
        try:
            yield Airflow(home, api, servers)
        finally:
            for server in servers.values():  # all at once: each of them takes seconds to end
                hang_up(server)
