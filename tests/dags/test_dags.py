"""Rules about the DAG files, checked on what Airflow itself makes of them."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((PROJECT / "dags").glob("*.py"))
SQL_WORDS = re.compile(r"\b(select|insert|update|delete|create table|copy)\b\s+\w+", re.IGNORECASE)
DECLARED = sorted(path.stem for path in (PROJECT / "schemas" / "sources").glob("*.yaml"))
CANARY = "110101199003070001"
OPENING = "2026-09-01T00:00:00+08:00"


def probe(folder: Path, **environment: str) -> dict:
    """What Airflow makes of the DAG files under `environment`, from a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(PROJECT / "src"),
    }
    base = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "EXCHANGE_"))}
    command = [sys.executable, str(Path(__file__).with_name("probe.py")), OPENING]
    done = subprocess.run(command, env={**base, **ours, **environment}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    *logged, told = done.stdout.splitlines()
    return {**json.loads(told), "stderr": done.stderr + "\n".join(logged)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The DAGs with the first month set, on a server that lives in UTC."""
    return probe(tmp_path_factory.mktemp("airflow"), EXCHANGE_FIRST_PERIOD="2026-08", TZ="UTC")


@pytest.fixture(scope="module")
def monthly(found: dict) -> dict:
    """The DAG of the month."""
    return found["dags"]["monthly_exchange"]


@pytest.fixture(scope="module")
def nightly(found: dict) -> dict:
    """The DAG of the nights before the cut."""
    return found["dags"]["nightly_draft"]


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.name)
def test_a_dag_file_is_short_and_holds_no_sql(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = text.split('"""', 2)[2]
    assert len(text.splitlines()) <= 60, f"{path.name}: what decides belongs to exchange.stages"
    assert not SQL_WORDS.search(code), f"{path.name}: statements belong to src/exchange/sql"
    assert not re.search(r"\b(if|while|try|def|class|lambda)\b", code), f"{path.name}: a DAG file only wires"


def test_reading_the_dag_files_is_quick_and_brings_no_data_library(found: dict) -> None:
    assert found["heavy"] == []
    assert found["seconds"] <= 3.0  # three files; the budget is one second each


def test_every_declared_source_is_a_branch_that_ends_in_resolve(monthly: dict) -> None:
    tasks = monthly["tasks"]
    for source in DECLARED:
        assert tasks[f"{source}.land"] == [f"{source}.read"]
        assert tasks[f"{source}.read"] == [f"{source}.validate"]
        assert tasks[f"{source}.validate"] == ["resolve"]
    assert (tasks["resolve"], tasks["publish"], tasks["notify"]) == (["publish"], ["notify"], [])
    assert len(tasks) == 3 * len(DECLARED) + 3


def test_the_order_is_the_one_the_command_line_runs(monthly: dict) -> None:
    from exchange.stages.month import PERIOD_STAGES, SOURCE_STAGES

    branch = [task.split(".")[1] for task in _in_order(monthly, f"{DECLARED[0]}.land") if "." in task]
    assert branch == list(SOURCE_STAGES)
    assert _in_order(monthly, "resolve") == list(PERIOD_STAGES)


def test_a_fourth_agency_is_a_fourth_branch_without_python(tmp_path: Path) -> None:
    schemas = tmp_path / "schemas"
    shutil.copytree(PROJECT / "schemas", schemas)
    declared = (schemas / "sources" / f"{DECLARED[0]}.yaml").read_text(encoding="utf-8")
    other = re.sub(r"^code: .*$", "code: ED", declared, count=1, flags=re.MULTILINE)
    (schemas / "sources" / "education.yaml").write_text(other, encoding="utf-8")
    dags = probe(tmp_path / "airflow", EXCHANGE_SCHEMAS=str(schemas))["dags"]
    assert dags["monthly_exchange"]["tasks"]["education.validate"] == ["resolve"]
    assert dags["nightly_draft"]["tasks"]["education.land"] == ["education.read"]


def test_the_serialised_dags_are_the_same_in_every_process(found: dict, tmp_path: Path) -> None:
    again = probe(tmp_path, EXCHANGE_FIRST_PERIOD="2026-08", TZ="Asia/Shanghai", PYTHONHASHSEED="7")
    assert {name: dag["hash"] for name, dag in again["dags"].items()} == {
        name: dag["hash"] for name, dag in found["dags"].items()
    }


def test_task_arguments_are_plain_words(monthly: dict, nightly: dict) -> None:
    assert monthly["arguments"][f"{DECLARED[0]}.read"] == ["read", DECLARED[0], True]
    assert monthly["arguments"]["publish"] == ["publish", "", True]
    assert nightly["arguments"][f"{DECLARED[0]}.read"] == ["read", DECLARED[0], False]


def test_the_partition_key_is_the_month_before_the_cut_across_a_year(monthly: dict) -> None:
    assert monthly["runs"][:7] == [
        ["2026-09-10 02:00", "2026-08"],
        ["2026-10-10 02:00", "2026-09"],
        ["2026-11-10 02:00", "2026-10"],
        ["2026-12-10 02:00", "2026-11"],
        ["2027-01-10 02:00", "2026-12"],
        ["2027-02-10 02:00", "2027-01"],
        ["2027-03-10 02:00", "2027-02"],
    ]
    assert monthly["runs"][18] == ["2028-03-10 02:00", "2028-02"]


def test_a_cut_early_on_the_first_local_day_is_still_the_month_before(tmp_path: Path) -> None:
    """02:00 on 2 November in Shanghai is 1 November in UTC; 02:00 on the 1st, a draft's hour, is October there."""
    early = probe(tmp_path, EXCHANGE_CUT_DAY="2", EXCHANGE_CUT_HOUR="2", TZ="UTC")["dags"]
    assert ["2026-11-02 02:00", "2026-10"] in early["monthly_exchange"]["runs"]
    assert ["2026-11-01 02:00", "2026-10"] in early["nightly_draft"]["runs"]
    assert ["2027-01-01 02:00", "2026-12"] in early["nightly_draft"]["runs"]


def test_each_night_before_the_cut_drafts_the_month_before_and_nothing_after_it(nightly: dict) -> None:
    keys = dict(nightly["runs"])
    assert [day for day, key in nightly["runs"] if key == "2026-08"] == [f"2026-09-0{n} 02:00" for n in range(1, 10)]
    assert keys["2026-10-01 02:00"] == "2026-09"
    assert "2026-09-10 02:00" not in keys


def test_receipts_are_taken_every_night_of_every_month(found: dict) -> None:
    daily = found["dags"]["daily_receipts"]
    assert (daily["tasks"], daily["arguments"]) == ({"receipts": []}, {"receipts": ["receipts", "", False]})
    assert [moment for moment, _ in daily["runs"][:3]] == ["2026-09-01 02:30", "2026-09-02 02:30", "2026-09-03 02:30"]
    assert dict(daily["runs"])["2026-09-30 02:30"] == "2026-09"
    assert daily["alerts"]


def test_the_cut_is_configuration(tmp_path: Path) -> None:
    monthly = probe(tmp_path, EXCHANGE_CUT_DAY="5", EXCHANGE_CUT_HOUR="6")["dags"]["monthly_exchange"]
    assert monthly["runs"][0] == ["2026-09-05 06:00", "2026-08"]


def test_every_month_since_the_first_is_made_once_and_in_turn(monthly: dict) -> None:
    assert monthly["catchup"] is True
    assert datetime.fromisoformat(monthly["start"]) == datetime.fromisoformat(OPENING)
    assert monthly["max_active_runs"] == 1
    assert monthly["paused"] is False


def test_a_scheduler_that_knows_no_first_month_makes_up_for_none(tmp_path: Path) -> None:
    monthly = probe(tmp_path)["dags"]["monthly_exchange"]
    assert (monthly["catchup"], monthly["start"]) == (False, None)


def test_failures_and_a_late_month_alert_someone(monthly: dict, nightly: dict) -> None:
    assert monthly["alerts"]
    assert nightly["alerts"]
    assert monthly["deadlines"] == ["exchange_alerts.deadline_missed"]
    assert monthly["retries"] == [3]


def test_an_error_is_retried_only_when_trying_again_may_help(found: dict) -> None:
    told = {name: kind for name, (kind, _) in found["errors"].items()}
    retried = {name for name, kind in told.items() if kind == "AirflowException"}
    assert retried == {"TransferError", "ServiceUnavailable"}
    assert told["HostKeyError"] == told["PeriodOrder"] == told["PeriodClosed"] == told["Busy"] == "AirflowFailException"


def test_a_draft_out_of_its_time_is_skipped_and_no_failure(found: dict) -> None:
    assert found["errors"]["late draft"][0] == found["errors"]["early draft"][0] == "AirflowSkipException"


def test_a_draft_never_looks_at_a_month_before_the_one_ahead_of_it_is_published(found: dict) -> None:
    """On the first day all past months fall due at once; a draft of the last one would book their files as late."""
    assert found["turns"] == {"nothing": ["2026-08"], "august": ["2026-08", "2026-09"]}


def test_an_error_of_ours_says_what_to_do_next(found: dict) -> None:
    assert found["errors"]["HostKeyError"][1] == "HostKeyError: what. then"


def test_the_words_of_a_defect_reach_neither_airflow_nor_its_log(found: dict) -> None:
    assert found["errors"]["defect"] == [
        "AirflowFailException",
        "ValueError: a defect of the program; the task's log says where.",
    ]
    assert CANARY not in found["stderr"]


def _in_order(dag: dict, first: str) -> list[str]:
    chain = [first]
    while dag["tasks"][chain[-1]]:
        (after,) = dag["tasks"][chain[-1]]
        chain.append(after)
    return chain
