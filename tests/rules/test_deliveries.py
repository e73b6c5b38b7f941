"""What becomes of a file: tables of what was there before, what is seen now, and the outcome.

A cell names a file `unit version month bytes`, e.g. `u1 v2 10 B`: version 2 of unit u1 for 2026-10 with
bytes B. The month of the run is 2026-10.
"""

import itertools
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.period import Period
from exchange.rules.deliveries import (
    Decision,
    Intake,
    Known,
    Sighting,
    decide,
    delivery_id,
    retained_until,
    settle,
)
from exchange.services import deliveries as ledger_half

OPEN = Intake("AG", frozenset({"u1", "u2"}), ("full",), Period(2026, 10), frozen=False)
FROZEN = replace(OPEN, frozen=True)


def seen(text: str, **changes: object) -> Sighting:
    unit, version, month, content = text.split()
    period = f"2026-{month}"
    name = f"{unit}_AG_{period}_full_{version}.csv"
    sighting = Sighting(
        path=f"agency/{period}/{name}", folder_period=period, unit_code=unit, code="AG", file_period=period,
        kind="full", version=int(version[1:]), sha256=content,
    )  # fmt: skip
    return replace(sighting, **changes)  # type: ignore[arg-type]


def known(
    text: str, status: str = "received", used: str | None = None, rule: str | None = None, **changes: object
) -> Known:
    file = seen(text, **changes)
    return Known(
        delivery_id(file.path, file.sha256), file.path, file.sha256, file.unit_code, file.file_period, file.kind,
        file.version, status, rule, used,  # type: ignore[arg-type]
    )  # fmt: skip


def one(file: Sighting, ledger: list[Known], intake: Intake = OPEN) -> Decision:
    verdict = decide([file], ledger, intake)
    return next(made for made in verdict.decisions if made.delivery_id == delivery_id(file.path, file.sha256))


TABLE = [
    # what the ledger holds                            what is seen         outcome       rule   late
    ([], "u1 v1 10 A", "received", None, False),
    ([known("u1 v1 10 A")], "u1 v1 10 A", "unchanged", None, False),
    ([known("u1 v1 10 A", used="2026-10")], "u1 v1 10 A", "unchanged", None, False),
    ([known("u1 v1 10 A")], "u1 v2 10 A", "duplicate", "F04", False),
    ([known("u1 v1 10 A", "superseded", rule="L05")], "u1 v3 10 A", "duplicate", "F04", False),
    ([known("u2 v1 10 A")], "u1 v1 10 A", "received", None, False),  # another sender's equal file is no repeat
    ([known("u1 v1 09 A")], "u1 v1 10 A", "received", None, False),  # nor is another month's
    ([known("u1 v1 10 A", "rejected", rule="F01")], "u1 v2 10 A", "received", None, False),  # nor a refused one's
    ([known("u1 v1 10 A")], "u1 v2 10 B", "received", None, False),
    ([known("u1 v1 10 A")], "u1 v1 10 B", "held", "L03", False),
    ([known("u1 v1 10 A", used="2026-10")], "u1 v1 10 B", "held", "L03", False),
    ([known("u1 v1 10 A", "rejected", used="2026-10", rule="F01")], "u1 v1 10 B", "held", "L03", False),
    ([known("u1 v1 10 A", "rejected", rule="F01")], "u1 v1 10 B", "received", None, False),
    ([known("u1 v1 10 A", "partial", rule="L01")], "u1 v1 10 B", "received", None, False),
    ([known("u1 v1 10 A", "held", rule="L03")], "u1 v1 10 A", "unchanged", "L03", False),
    ([], "u1 v1 09 A", "received", None, True),
    ([known("u1 v1 09 A", used="2026-09")], "u1 v2 09 B", "received", None, True),
    ([known("u1 v1 09 A", used="2026-09")], "u1 v2 09 A", "duplicate", "F04", False),
    ([known("u1 v2 09 A", used="2026-09")], "u1 v1 09 B", "superseded", "L06", False),
    ([known("u1 v2 10 A")], "u1 v1 10 B", "received", None, False),  # reading decides which version stands
    ([known("u1 v1 09 A", "held", rule="L04")], "u1 v1 09 A", "received", None, True),
]


@pytest.mark.parametrize(("ledger", "file", "status", "rule", "late"), TABLE)
def test_outcome_while_the_month_is_open(
    ledger: list[Known], file: str, status: str, rule: str | None, late: bool
) -> None:
    decision = one(seen(file), ledger)
    assert (decision.status, decision.rule, decision.is_late) == (status, rule, late)


FROZEN_TABLE = [
    ([known("u1 v1 10 A", used="2026-10")], "u1 v1 10 A", "unchanged", None),
    ([], "u1 v1 10 A", "held", "L04"),
    ([known("u1 v1 10 A", used="2026-10")], "u1 v2 10 B", "held", "L04"),
    ([known("u1 v1 10 A", used="2026-10")], "u1 v1 10 B", "held", "L04"),
    ([], "u1 v1 09 A", "held", "L04"),
    ([known("u1 v1 10 A", "held", rule="L04")], "u1 v1 10 A", "unchanged", "L04"),
]


@pytest.mark.parametrize(("ledger", "file", "status", "rule"), FROZEN_TABLE)
def test_outcome_after_the_cut(ledger: list[Known], file: str, status: str, rule: str | None) -> None:
    decision = one(seen(file), ledger, FROZEN)
    assert (decision.status, decision.rule, decision.is_late) == (status, rule, False)


UNNAMED = Sighting(path="", folder_period="2026-10")
TROUBLES = [
    (replace(UNNAMED, path="agency/2026-10/台账.xlsx"), "rejected", "F03", "约定"),
    (seen("u1 v1 10 A", code="XX"), "rejected", "F03", "AG"),
    (seen("u9 v1 10 A"), "rejected", "F03", "名录"),
    (seen("u1 v1 10 A", kind="delta"), "rejected", "F03", "类别"),
    (seen("u1 v1 10 A", folder_period="2026-09"), "rejected", "F03", "文件夹"),
    (seen("u1 v1 10 A", sha256="", trouble="refused", cause="不是普通文件"), "rejected", "F01", "不是普通文件"),
    (seen("u1 v1 10 A", sha256="", trouble="incomplete"), "partial", "L02", "仍在写入"),
    (seen("u1 v1 10 A", trouble="manifest", cause="文件内容与清单不符"), "partial", "L01", "清单不符"),
]  # fmt: skip


@pytest.mark.parametrize("intake", [OPEN, FROZEN], ids=["open", "frozen"])
@pytest.mark.parametrize(("file", "status", "rule", "says"), TROUBLES)
def test_trouble_is_named_whatever_the_month(file: Sighting, status: str, rule: str, says: str, intake: Intake) -> None:
    decision = one(file, [], intake)
    assert (decision.status, decision.rule) == (status, rule)
    assert says in decision.message


def test_every_outcome_tells_the_sender_in_chinese_what_to_do() -> None:
    decisions = [one(seen(file), ledger) for ledger, file, *_ in TABLE]
    decisions += [one(seen(file), ledger, FROZEN) for ledger, file, *_ in FROZEN_TABLE]
    decisions += [one(file, []) for file, *_ in TROUBLES]
    for decision in decisions:
        if decision.status in ("rejected", "partial", "held", "duplicate", "superseded"):
            assert "请" in decision.message or "下次" in decision.message or "下一个月" in decision.message
            assert decision.rule is not None


def test_an_incomplete_file_is_decided_again_at_every_poll_until_it_is_whole() -> None:
    waiting = known("u1 v1 10 A", "partial", rule="L02", sha256="")
    still = one(seen("u1 v1 10 A", sha256="", trouble="incomplete"), [waiting])
    assert (still.status, still.delivery_id) == ("partial", waiting.delivery_id)
    verdict = decide([seen("u1 v1 10 A")], [waiting], OPEN)
    assert [made.status for made in verdict.decisions] == ["received"]
    assert verdict.closed == (waiting.delivery_id,)


def test_a_corrected_manifest_frees_the_file_it_speaks_of() -> None:
    doubted = known("u1 v1 10 A", "partial", rule="L01")
    verdict = decide([seen("u1 v1 10 A")], [doubted], OPEN)
    assert [(made.status, made.delivery_id) for made in verdict.decisions] == [("received", doubted.delivery_id)]
    assert verdict.closed == ()


def test_a_sender_added_to_the_registry_has_its_refused_file_taken() -> None:
    refused = known("u2 v1 10 A", "rejected", rule="F03", sha256="")
    verdict = decide([seen("u2 v1 10 A")], [refused], OPEN)
    assert [made.status for made in verdict.decisions] == ["received"]
    assert verdict.closed == (refused.delivery_id,)


def test_a_file_sent_again_in_place_closes_the_one_that_could_not_be_read() -> None:
    unreadable = known("u1 v1 10 A", "rejected", rule="F01")
    assert decide([seen("u1 v1 10 B")], [unreadable], OPEN).closed == (unreadable.delivery_id,)


def test_a_closed_row_is_never_looked_at_again() -> None:
    closed = known("u1 v1 10 A", "superseded", rule="L07")
    assert one(seen("u1 v1 10 B"), [closed]).status == "received"
    assert one(seen("u1 v2 10 A"), [closed]).status == "received"


def test_a_held_file_joins_the_next_month_even_when_it_left_the_inbox() -> None:
    held = known("u1 v1 09 A", "held", rule="L04")
    (decision,) = decide([], [held], OPEN).decisions
    assert (decision.delivery_id, decision.status, decision.is_late) == (held.delivery_id, "received", True)


def test_a_file_that_waited_is_not_displaced_by_one_that_overwrote_it() -> None:
    held = known("u1 v1 09 Z", "held", rule="L04")
    outcomes = {made.sha256: made.status for made in decide([seen("u1 v1 09 A")], [held], OPEN).decisions}
    assert outcomes == {"Z": "received", "A": "held"}


def test_one_version_in_two_formats_is_taken_once_and_asked_about() -> None:
    table = seen("u1 v1 10 A")
    workbook = replace(seen("u1 v1 10 B"), path="agency/2026-10/u1_AG_2026-10_full_v1.xlsx")
    outcomes = {made.path[-4:]: (made.status, made.rule) for made in decide([workbook, table], [], OPEN).decisions}
    assert outcomes == {".csv": ("received", None), "xlsx": ("held", "L03")}


FILES = [
    seen(f"{unit} v{version} {month} {content}")
    for unit, version, month, content in itertools.product(("u1", "u2", "u9"), (1, 2, 3), ("09", "10"), "AB")
]
INBOXES = st.lists(st.sampled_from(FILES), max_size=12, unique=True)


@given(files=INBOXES.flatmap(lambda inbox: st.tuples(st.just(inbox), st.permutations(inbox))))
def test_the_order_in_which_files_are_listed_makes_no_difference(files: tuple[list[Sighting], list[Sighting]]) -> None:
    listed, shuffled = files
    assert decide(listed, [], OPEN) == decide(shuffled, [], OPEN)


@given(files=INBOXES)
def test_a_second_poll_of_the_same_inbox_changes_nothing(files: list[Sighting]) -> None:
    by_id = {delivery_id(file.path, file.sha256): file for file in files}
    ledger = [
        Known(
            made.delivery_id, made.path, made.sha256, by_id[made.delivery_id].unit_code,
            by_id[made.delivery_id].file_period, "full", by_id[made.delivery_id].version, made.status, made.rule, None,
        )
        for made in decide(files, [], OPEN).decisions
    ]  # fmt: skip
    again = decide(files, ledger, OPEN)
    assert {made.status for made in again.decisions} <= {"unchanged"}
    assert again.closed == ()


@given(files=INBOXES)
def test_every_file_gets_one_decision_and_no_name_is_taken_twice(files: list[Sighting]) -> None:
    decisions = decide(files, [], OPEN).decisions
    assert sorted(made.delivery_id for made in decisions) == sorted(delivery_id(f.path, f.sha256) for f in files)
    taken = [made.path for made in decisions if made.status == "received"]
    assert len(taken) == len(set(taken))


def readings(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Rows of (unit version month bytes, status, outcome of reading, rule)."""
    made = []
    for text, status, outcome, rule in rows:
        file = seen(text)
        made.append((text, file.unit_code, file.file_period, "full", file.version, status, rule, None, outcome))
    names = ["delivery_id", "unit_code", "file_period", "kind", "version", "status", "rule", "message", "read_outcome"]
    return pd.DataFrame(made, columns=names)


SETTLED = [
    # files of one run, with what reading them gave                           which of them stand
    ([("u1 v1 10 A", "received", "ok", None)], ["received"]),
    ([("u1 v1 10 A", "received", "ok", None), ("u1 v2 10 B", "received", "ok", None)], ["superseded L05", "received"]),
    ([("u1 v2 10 B", "received", "ok", None), ("u1 v1 10 A", "received", "ok", None)], ["received", "superseded L05"]),
    ([("u1 v1 10 A", "received", "ok", None), ("u1 v2 10 B", "received", "F01", None)], ["received", "rejected F01"]),
    ([("u1 v1 10 A", "received", "F03", None), ("u1 v2 10 B", "received", "ok", None)], ["rejected F03", "received"]),
    ([("u1 v1 10 A", "received", "F02", None)], ["rejected F02"]),
    ([("u1 v1 10 A", "received", "ok", None), ("u2 v2 10 B", "received", "ok", None)], ["received", "received"]),
    ([("u1 v1 09 A", "received", "ok", None), ("u1 v2 10 B", "received", "ok", None)], ["received", "received"]),
    ([("u1 v1 10 A", "received", "ok", None), ("u1 v2 10 A", "duplicate", "ok", "F04")], ["received", "duplicate F04"]),
    ([("u1 v1 09 A", "superseded", "ok", "L06")], ["superseded L06"]),
    (
        [("u1 v1 10 A", "superseded", "ok", "L05"), ("u1 v2 10 B", "rejected", "F01", "F01")],
        ["received", "rejected F01"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), SETTLED)
def test_the_highest_version_that_reads_well_stands(
    rows: list[tuple[str, str, str, str | None]], expected: list[str]
) -> None:
    frame = readings(*rows)
    settled = settle(frame)
    shown = [
        " ".join([row.status, row.rule] if isinstance(row.rule, str) else [row.status]) for row in settled.itertuples()
    ]
    assert shown == expected
    assert settled["delivery_id"].tolist() == frame["delivery_id"].tolist()


def test_settling_twice_or_with_arrow_columns_gives_the_same() -> None:
    frame = readings(*SETTLED[1][0])
    once = settle(frame)
    again = settle(frame.assign(status=once["status"], rule=once["rule"]))
    pd.testing.assert_frame_equal(once, again)
    arrow = settle(frame.convert_dtypes(dtype_backend="pyarrow"))
    assert arrow["status"].tolist() == once["status"].tolist()


def test_a_late_file_that_stands_keeps_its_message() -> None:
    settled = settle(readings(("u1 v1 09 A", "received", "ok", None)).assign(message="按补报处理"))
    assert settled["message"].tolist() == ["按补报处理"]


def test_settling_nothing_gives_nothing() -> None:
    assert settle(readings()).empty


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 10), 13, date(2027, 12, 10)),
        (date(2026, 1, 31), 13, date(2027, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_bytes_are_kept_for_the_policys_months(day: date, months: int, last: date) -> None:
    assert retained_until(day, months) == last


def test_the_ledger_knows_the_rules_by_the_same_names() -> None:
    from exchange.rules import deliveries as rules

    assert (ledger_half.REPLACED_UNUSED,) == rules.CLOSED
    assert ledger_half.OUTDATED == rules.OUTDATED
