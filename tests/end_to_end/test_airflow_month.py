"""A small district's months through real Airflow, PostgreSQL and SFTP, told once and then judged claim by claim."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import psycopg2
import pytest

from exchange.demo import home as homes
from exchange.demo import servers
from exchange.demo.airflow import Airflow
from exchange.demo.airflow_api import TaskState
from exchange.demo.district import DistrictFacts, make_district
from exchange.model.period import Period
from exchange.services import postgres

AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
PEOPLE, SEED = 150, 7
pytestmark = pytest.mark.timeout(1200)  # two minutes on two free cores; a shared machine takes its time
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
# What a run may write each time it is asked: who asked, when, and how often the month was held.
OF_THE_RUN = {"ledger.receipt", "ledger.period", "ledger.audit", "ledger.alembic_version"}


@dataclass
class Story:
    """What happened, and the state of everything after each step."""

    home: Path
    district: DistrictFacts
    airflow_url: str
    runs: dict[str, tuple[str, list[TaskState]]] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    published: dict[str, list[str]] = field(default_factory=dict)


def rows(url: str, statement: str) -> list[tuple]:
    """Result of one statement on the database at `url`."""
    connection = psycopg2.connect(url.replace("postgresql+psycopg2:", "postgresql:"))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


def tables(url: str) -> list[str]:
    """Every table of ours, or of Airflow's."""
    listed = "select schemaname || '.' || tablename from pg_tables where schemaname !~ '^(pg_|information_)' order by 1"
    return [name for (name,) in rows(url, listed)]


def state_of(machine: servers.Machine) -> dict[str, str]:
    """A hash of every table's rows and of every file on every account."""
    url = machine.settings.database_url or ""
    hashes = {}
    for table in tables(url):
        if table not in OF_THE_RUN:
            digest = "md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
            ((hashes[table],),) = rows(url, f"select {digest} from {table} t")
    for path in sorted(machine.sftp.accounts.files.rglob("*")):
        if path.is_file():
            relative = path.relative_to(machine.sftp.accounts.files)
            hashes[relative.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashes


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """August, again, and cleared; October too early; a draft of September; September as a backfill."""
    home = tmp_path_factory.mktemp("airflow") / "home"
    home.mkdir()
    by_hand = {"EXCHANGE_SCHEDULE_FROM": "2090-01", "EXCHANGE_RETRY_SECONDS": "1"}
    with homes.held(home):
        homes.empty(home)
        district = make_district(home / "district", PEOPLE, [AUGUST, SEPTEMBER, OCTOBER], SEED)
        with servers.machine(home, district.units) as machine, servers.scheduler(machine, by_hand) as airflow:
            for _ in airflow.until_ready():
                pass
            told = Story(home, district, machine.airflow_url)
            _live(told, machine, airflow)
            yield told
        postgres.remove(home)


def _live(told: Story, machine: servers.Machine, airflow: Airflow) -> None:
    api = airflow.api

    def follow(name: str, run_id: str, dag: str = "monthly_exchange") -> str:
        *_, last = api.watch(run_id, dag)
        told.runs[name] = last
        told.states[name] = state_of(machine)
        listed = rows(machine.settings.database_url or "", "select distinct period from ledger.generation order by 1")
        told.published[name] = [period for (period,) in listed]
        return run_id

    _send(machine, told.district, AUGUST)
    first = follow("first", api.trigger(AUGUST))
    follow("again", api.trigger(AUGUST))
    api.clear(first)
    follow("cleared", first)
    _send(machine, told.district, SEPTEMBER)
    follow("too early", api.trigger(OCTOBER))
    follow("draft", api.trigger(SEPTEMBER, "nightly_draft"), "nightly_draft")
    api.backfill(SEPTEMBER)
    for _ in airflow.until_ready():
        pass
    while not (found := api.runs(SEPTEMBER)):
        airflow.require_alive()
    follow("backfill", found[-1])


def _send(machine: servers.Machine, district: DistrictFacts, period: Period) -> None:
    for folder in sorted(district.drops.iterdir()):
        for path in sorted((folder / str(period)).iterdir()):
            target = machine.sftp.accounts.files / folder.name / str(period) / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def test_a_month_asked_for_by_its_partition_key_is_published_and_delivered(story: Story) -> None:
    state, tasks = story.runs["first"]
    assert state == "success", [(task.task_id, task.state) for task in tasks if task.state != "success"]
    assert {task.tries for task in tasks} == {1}
    assert story.published["first"] == ["2026-08"]
    offices = {path.split("/")[0] for path in story.states["first"] if path.startswith("office-")}
    assert offices == {f"office-{row}" for row in pd.read_csv(story.district.units, dtype=str)["township9"].unique()}


def test_a_month_asked_for_again_changes_nothing(story: Story) -> None:
    assert story.runs["again"][0] == "success"
    assert _difference(story, "first", "again") == []


def test_airflows_clear_of_a_published_month_changes_nothing(story: Story) -> None:
    state, tasks = story.runs["cleared"]
    assert state == "success"
    assert {task.tries for task in tasks} == {2}
    assert _difference(story, "first", "cleared") == []


def test_a_month_before_its_turn_is_refused_at_once_and_leaves_nothing(story: Story) -> None:
    state, tasks = story.runs["too early"]
    landed = [task for task in tasks if task.task_id.endswith(".land")]
    assert (state, {(task.state, task.tries) for task in landed}) == ("failed", {("failed", 1)})
    assert story.published["too early"] == ["2026-08"]
    alerts = (story.home / "reports" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    october = [line for line in map(json.loads, alerts) if line["period"] == "2026-10"]
    reasons = {line["reason"].split(":")[0] for line in october if line["alert"] == "task_failed"}
    assert reasons == {"PeriodOrder"}


def test_a_draft_judges_what_has_come_and_publishes_nothing(story: Story) -> None:
    assert story.runs["draft"][0] == "success"
    assert story.published["draft"] == ["2026-08"]
    assert {task.task_id.split(".")[1] for task in story.runs["draft"][1]} == {"land", "read", "validate"}


def test_a_backfill_makes_the_next_month(story: Story) -> None:
    assert story.runs["backfill"][0] == "success"
    assert story.published["backfill"] == ["2026-08", "2026-09"]


def test_tasks_hand_on_counts_and_nothing_else(story: Story) -> None:
    found = rows(story.airflow_url, "select value from xcom where key = 'return_value'")
    assert found
    for (value,) in found:
        counts = json.loads(value) if isinstance(value, str) else value
        words = {name for name, kept in counts.items() if not isinstance(kept, int)}
        assert words == {"outcome", "fingerprint"}


def test_no_ones_number_stands_in_a_log_or_in_airflows_database(story: Story) -> None:
    persons = pd.read_parquet(story.district.truth / "persons.parquet")
    numbers = set(persons["number"].dropna()) | set(persons["certificate"].dropna())
    assert numbers
    logs = [*(story.home / "airflow").rglob("*"), *(story.home / "run").rglob("*"), *story.home.rglob("*.log")]
    logs += [story.home / "reports" / "alerts.jsonl"]
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in logs if path.is_file())
    for table in tables(story.airflow_url):
        text += "\n".join(line for (line,) in rows(story.airflow_url, f"select t::text from {table} t"))
    assert "monthly_exchange" in text
    assert {number.upper() for number in ID_NUMBER.findall(text)} & numbers == set()
    assert [name for name in numbers if name in text] == []


def _difference(story: Story, before: str, after: str) -> list[str]:
    one, other = story.states[before], story.states[after]
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
