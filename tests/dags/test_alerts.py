"""Who is told when a month fails or is late, and that nobody's data is told with it."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from exchange_alerts import deadline_missed, month_failed, task_failed

RUN = SimpleNamespace(dag_id="monthly_exchange", run_id="manual__1", partition_key="2026-10")
CANARY = "110101199003070001"


class AirflowFailException(Exception):
    """Stands for Airflow's class of that name, which is how our own words arrive."""


@pytest.fixture
def alerts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the alerts of this test's home are kept."""
    monkeypatch.setenv("EXCHANGE_HOME", str(tmp_path))
    return tmp_path / "reports" / "alerts.jsonl"


def told(alerts: Path) -> list[dict]:
    return [json.loads(line) for line in alerts.read_text(encoding="utf-8").splitlines()]


def test_a_failed_task_is_told_with_its_month_and_what_to_do(alerts: Path) -> None:
    error = AirflowFailException("HostKeyError: the server is not the pinned one. Ask its operator.")
    task_failed({"dag_run": RUN, "task_instance": SimpleNamespace(task_id="police.land"), "exception": error})
    (line,) = told(alerts)
    assert (line["alert"], line["period"], line["task"]) == ("task_failed", "2026-10", "police.land")
    assert line["reason"].startswith("HostKeyError")


def test_a_librarys_words_are_not_told_for_they_may_quote_a_cell(
    alerts: Path, caplog: pytest.LogCaptureFixture
) -> None:
    error = ValueError(f"could not convert {CANARY}")
    task_failed({"dag_run": RUN, "task_instance": SimpleNamespace(task_id="hr.read"), "exception": error})
    assert told(alerts)[0]["error"] == "ValueError"
    assert CANARY not in alerts.read_text(encoding="utf-8") + caplog.text


def test_a_failed_month_and_a_late_month_are_told(alerts: Path) -> None:
    month_failed({"dag_run": RUN, "reason": "task_failure"})
    asyncio.run(deadline_missed({"dag_run": vars(RUN)}))
    assert [(line["alert"], line["period"]) for line in told(alerts)] == [
        ("run_failed", "2026-10"),
        ("deadline_missed", "2026-10"),
    ]


def test_an_alert_that_cannot_be_kept_is_still_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "reports").write_text("a file where the folder should be")
    monkeypatch.setenv("EXCHANGE_HOME", str(tmp_path))
    month_failed({"dag_run": RUN, "reason": "task_failure"})
    assert "alert=run_failed" in caplog.text
