"""Who reported: silence, a zero report and a file sent back are three different things."""

from pathlib import Path

import pandas as pd

from exchange.registry.load import load_sources
from exchange.registry.spec import Unit
from exchange.rules.senders import unit_status

SOURCE = next(iter(load_sources(Path(__file__).parents[2] / "schemas").values()))
UNITS = [
    Unit(unit_code=code, source=SOURCE.code, name=code, township9="370306001", township_name="镇") for code in "abcde"
]


def status(deliveries: list[tuple[str, str, bool]], rows: list[tuple[str, str]]) -> dict[str, str]:
    found = unit_status(
        SOURCE,
        UNITS,
        pd.DataFrame(deliveries, columns=["unit_code", "status", "is_late"]),
        pd.DataFrame(rows, columns=["unit_code", "disposition"]),
    )
    return dict(zip(found["unit_code"], found["status"], strict=True))


def test_each_sender_has_reported_sent_nothing_sent_a_zero_report_or_was_sent_back() -> None:
    deliveries = [("a", "received", False), ("b", "received", False), ("c", "rejected", False)]
    rows = [("a", "accept"), ("c", "file_rejected")]
    found = status(deliveries, rows)
    assert found == {"a": "reported", "b": "zero", "c": "rejected", "d": "missing", "e": "missing"}


def test_one_good_file_beside_a_rejected_one_is_a_report() -> None:
    deliveries = [("a", "rejected", False), ("a", "received", False)]
    assert status(deliveries, [("a", "accept")])["a"] == "reported"


def test_rows_add_up_and_a_late_file_marks_its_sender() -> None:
    rows = pd.DataFrame({"unit_code": ["a"] * 4, "disposition": ["accept", "warn", "quarantine", "superseded"]})
    deliveries = pd.DataFrame({"unit_code": ["a"], "status": ["received"], "is_late": [True]})
    line = unit_status(SOURCE, UNITS, deliveries, rows).set_index("unit_code").loc["a"]
    assert line[["rows_in", "accepted", "warned", "set_aside", "is_late"]].tolist() == [4, 1, 1, 2, True]
