"""`exchange demo`, `up` and `clean`: a simulated district's months through real Airflow, on servers of our own."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from exchange.demo import airflow, figures, servers
from exchange.demo import home as homes
from exchange.demo.children import stoppable
from exchange.demo.district import DistrictFacts, make_district
from exchange.demo.progress import Progress
from exchange.demo.protection import protect_some
from exchange.demo.shell import db
from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import open_services
from exchange.services.config import current_registry, remember_senders

__all__ = ["clean", "db", "demo", "up"]

FIRST = Period(2026, 8)
SEED = 20260801
ZONE = ZoneInfo("Asia/Shanghai")


def demo(home: Path, *, people: int = 2400, months: int = 3, seed: int = SEED) -> int:
    """Make a district, put its files on the agencies' accounts month by month, run each month through Airflow.

    `home` is made anew and kept for looking at; nothing keeps running. Raises PublicationError when a month does not
    go through, Busy when another process runs servers there.
    """
    with _stage(home, people, months, seed, anew=True) as show:
        show.run_months()
        show.tell()
    return 0


def up(home: Path, *, people: int = 2400, months: int = 3, seed: int = SEED) -> int:
    """The same, left running on 127.0.0.1 until Ctrl-C. A home that is there keeps its months and gets the rest."""
    with _stage(home, people, months, seed, anew=not (home / homes.MARK).exists()) as show:
        show.run_months()
        show.tell()
        show.tell_where_servers_are()
        while True:
            show.airflow.require_alive()
            time.sleep(1)


def clean(home: Path) -> None:
    """The demo's servers are stopped, if any were left, and its home is gone. Raises Busy while a demo runs there."""
    homes.remove(home.absolute())


@dataclass(frozen=True)
class _Show:
    """Everything is up: the district's files wait, and Airflow waits for the first month."""

    machine: servers.Machine
    airflow: airflow.Airflow
    district: DistrictFacts
    registry: Registry
    progress: Progress

    def run_months(self) -> None:
        """Each month that is not published yet: its files arrive, Airflow runs it to the end."""
        with open_services(self.machine.settings) as services:
            published = services.ledger.published_periods()
        for period in self.district.months:
            if period not in published:
                self._run(period)

    def _run(self, period: Period) -> None:
        files = sum(
            self.machine.receive(self.district.drops, source, str(period)) for source in self.registry.sources.values()
        )
        for late in self.district.late:
            if late.before == period:
                files += self._receive_late(late.path, late.source)
        self.progress.say(f"[bold]{period}[/]  {files} files lie on the agencies' accounts; Airflow is asked for it")
        run_id = self.airflow.api.trigger(period)
        bad = self.progress.month(period, self.airflow.watch(run_id))
        if bad:
            raise PublicationError(
                f"{period} did not go through: {'; '.join(_reasons(self.machine.home, run_id) or bad)}",
                remedy=f"Read {self.machine.home}/reports/alerts.jsonl, then the tasks' logs in "
                f"{self.machine.home}/airflow/logs.",
            )

    def _receive_late(self, path: str, file: Path) -> int:
        folder, period, _ = path.split("/")
        for source in self.registry.sources.values():
            if source.transport.folder == folder:
                self.machine.put(source, period, file)
                return 1
        return 0

    def tell(self) -> None:
        """The table, and where to look."""
        say = self.progress.console.print
        with open_services(self.machine.settings) as services:
            numbers = [(period, figures.numbers_of(services, self.registry, period)) for period in self.district.months]
        say()
        say(figures.table_of(numbers))
        say("\nWhere to look:")
        for what, path in figures.where_to_look(self.machine.home, self.district.months[-1]):
            say(f"  {what}: {path}", soft_wrap=True, highlight=False, markup=False)
        say(
            f"  passwords of the protected files: exchange packages passwords {self.district.months[-1]} "
            f"--out passwords.xlsx --home {self.machine.home}",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )
        say(f"  the database: exchange db --home {self.machine.home}", soft_wrap=True, highlight=False, markup=False)
        say()

    def tell_where_servers_are(self) -> None:
        """Addresses for a browser and an SFTP client."""
        say, sftp = self.progress.console.print, self.machine.sftp
        login = f"user {self.airflow.api.user}, password {self.airflow.api.password}"
        say(f"Airflow: {self.airflow.api.url}  ({login})", soft_wrap=True, highlight=False, markup=False)
        say(
            f"SFTP: sftp -P {sftp.port} -i {sftp.accounts.keys}/{servers.AUDITOR} {servers.AUDITOR}@127.0.0.1",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )
        say("Ctrl-C ends everything.")


def _reasons(home: Path, run_id: str) -> list[str]:
    """What the alerts of a run say, each thing once."""
    path = home / "reports" / "alerts.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [line for line in map(json.loads, lines) if line["run"] == run_id and line["alert"] == "task_failed"]
    return sorted({f"{line['task']}: {line.get('reason') or line['error']}" for line in found})


def _months(count: int) -> list[Period]:
    found = [FIRST]
    while len(found) < count:
        found.append(found[-1].next())
    return found


@contextmanager
def _stage(home: Path, people: int, months: int, seed: int, *, anew: bool) -> Iterator[_Show]:
    """Sets everything up on `home`, and puts everything away again however the block ends."""
    home = home.absolute()
    progress = Progress(Console())
    with stoppable(), homes.held(home), ExitStack() as stack:
        if anew:
            homes.empty(home)
        with progress.doing(f"a district of {people:,} migrants writes its papers"):
            district = make_district(home / "district", people, _months(months), seed)
        stack.callback(progress.say, "every server has ended")
        with progress.doing("PostgreSQL and SFTP start"):
            machine = stack.enter_context(servers.machine(home, district.units))
            remember_senders(machine.settings, district.units)
            protect_some(machine.settings, current_registry(machine.settings))
        # The months are asked for one by one: left to its calendar, the scheduler would make them all up at once.
        calendar = {"EXCHANGE_SCHEDULE_FROM": str(Period.of(datetime.now(ZONE).date())), "EXCHANGE_RETRY_SECONDS": "2"}
        with progress.doing("Airflow's scheduler, API server, DAG processor and triggerer start"):
            started = stack.enter_context(servers.scheduler(machine, calendar, airflow.PAGES_PORT))
            for _ in started.until_ready():
                pass
        stack.callback(progress.say, "the servers are being put away")
        yield _Show(machine, started, district, current_registry(machine.settings), progress)
