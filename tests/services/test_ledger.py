"""The ledger: no lost row, one writer per month, months in order, an audit chain that tells."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from exchange.model.errors import Busy, PeriodOrder, PublicationError
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.services.ledger import Ledger
from exchange.services.tables.ledger import audit, period, receipt
from exchange.services.warehouse import Warehouse

AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
RUN = Run("run-1", OCTOBER, "somebody", True, datetime(2026, 11, 10, tzinfo=UTC), "tester")


def publish(warehouse: Warehouse, ledger: Ledger, month: Period, generation: int = 1) -> None:
    values = {
        "generation": generation, "manifest": {"rows": 1}, "manifest_sha256": "0" * 64, "code_version": "test",
        "config_fingerprint": "f", "model_hash": None, "run_id": "run-1",
    }  # fmt: skip
    with warehouse.transaction() as conn:
        ledger.record_generation(conn, month, values)


def test_a_receipt_comes_back_as_it_was_and_a_rerun_replaces_it(ledger: Ledger) -> None:
    assert ledger.fingerprint_of(OCTOBER, "read", "somebody") is None
    ledger.record_receipt(RUN, Receipt("read", "somebody", 3, 2, 1, "aa", "done", {"files": 1}))
    ledger.record_receipt(RUN, Receipt("read", "somebody", 4, 4, 0, "bb", "unchanged", {"files": 2}))
    assert ledger.receipt(OCTOBER, "read", "somebody") == Receipt(
        "read", "somebody", 4, 4, 0, "bb", "unchanged", {"files": 2}
    )
    assert ledger.fingerprint_of(OCTOBER, "read", "somebody") == "bb"


def test_the_database_itself_refuses_a_receipt_that_loses_a_row(warehouse: Warehouse, ledger: Ledger) -> None:
    ledger.record_receipt(RUN, Receipt("read", "", 3, 2, 1, "aa"))
    with pytest.raises(PublicationError, match="no_row_vanishes"), warehouse.transaction() as conn:
        conn.execute(sa.update(receipt).values(rows_out=1))


def test_of_two_holders_one_wins_and_the_other_is_told_who(warehouse: Warehouse, ledger: Ledger) -> None:
    other = Ledger(warehouse)
    assert ledger.hold(OCTOBER, "run-1") == 1
    with pytest.raises(Busy, match=r"run run-1 holds 2026-10 since \d{4}-"):
        other.hold(OCTOBER, "run-2")
    assert other.hold(SEPTEMBER, "run-2") == 1
    ledger.release(OCTOBER)
    assert other.hold(OCTOBER, "run-2") == 2
    other.close()


def test_a_holder_that_was_cut_off_cannot_commit_when_it_wakes_up(warehouse: Warehouse, ledger: Ledger) -> None:
    sleeper, successor = ledger, Ledger(warehouse)
    old = sleeper.hold(OCTOBER, "run-1")
    new = successor.hold(OCTOBER, "run-2", take_over=True)
    with pytest.raises(Busy, match="run run-2 holds 2026-10"), warehouse.transaction() as conn:
        sleeper.fenced(conn, OCTOBER, old)
    with warehouse.transaction() as conn:
        successor.fenced(conn, OCTOBER, new)
        successor.set_state(conn, OCTOBER, "published")
    assert successor.state(OCTOBER) == "published"
    successor.close()


def test_nobody_takes_over_between_the_fence_and_the_commit(warehouse: Warehouse, ledger: Ledger) -> None:
    epoch = ledger.hold(OCTOBER, "run-1")
    thief = Ledger(warehouse)
    with warehouse.transaction() as conn:
        ledger.fenced(conn, OCTOBER, epoch)
        with warehouse.engine.connect() as rival:
            rival.execute(sa.text("set lock_timeout = '200ms'"))
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                rival.execute(sa.update(period).values(epoch=99))
    thief.close()


def test_a_month_cannot_be_asked_for_before_the_one_it_opens_from(warehouse: Warehouse, ledger: Ledger) -> None:
    ledger.require_order(AUGUST)
    publish(warehouse, ledger, AUGUST)
    ledger.require_order(SEPTEMBER)
    with pytest.raises(PeriodOrder, match="2026-09 is not published"):
        ledger.require_order(OCTOBER)
    publish(warehouse, ledger, SEPTEMBER)
    ledger.require_order(OCTOBER)
    ledger.require_order(AUGUST)
    with pytest.raises(PeriodOrder, match="2026-08, the first month"):
        ledger.require_order(AUGUST.previous())
    assert ledger.published_periods() == (AUGUST, SEPTEMBER)


def test_a_month_that_was_begun_must_be_finished_first(ledger: Ledger) -> None:
    ledger.hold(AUGUST, "run-1")
    with pytest.raises(PeriodOrder, match="2026-08 is not published"):
        ledger.require_order(OCTOBER)


def test_the_newest_generation_is_the_one_in_force(warehouse: Warehouse, ledger: Ledger) -> None:
    assert ledger.generation(OCTOBER) is None
    publish(warehouse, ledger, OCTOBER, 1)
    publish(warehouse, ledger, OCTOBER, 2)
    found = ledger.generation(OCTOBER)
    assert found is not None
    assert (found["generation"], found["manifest"]) == (2, {"rows": 1})


def test_a_letter_sent_twice_is_booked_once_and_keeps_its_receipt(ledger: Ledger) -> None:
    letter = {
        "dispatch_id": "l1", "period": "2026-10", "generation": 1, "recipient": "office", "product": "p",
        "path": "a", "bytes": 1, "sha256": "0", "rows": 1, "status": "written",
    }  # fmt: skip
    ledger.record_dispatch([letter])
    ledger.set_dispatch_status("l1", "uploaded")
    ledger.set_dispatch_status("l1", "received")
    ledger.record_dispatch([letter])
    (found,) = ledger.dispatches(OCTOBER, 1)
    assert found["status"] == "received"
    assert found["sent_at"] <= found["received_at"]


Tampering = Callable[[sa.Connection], object]
TAMPERINGS: dict[str, Tampering] = {
    "changed": lambda conn: conn.execute(sa.update(audit).where(audit.c.seq == 2).values(why="其他")),
    "deleted": lambda conn: conn.execute(sa.delete(audit).where(audit.c.seq == 2)),
    "swapped": lambda conn: conn.execute(sa.text("update ledger.audit set seq = 5 - seq + 1000 where seq in (2, 3)")),
    "cut": lambda conn: conn.execute(sa.delete(audit).where(audit.c.seq == 4)),
    "emptied": lambda conn: conn.execute(sa.delete(audit)),
}


@pytest.mark.parametrize("way", sorted(TAMPERINGS))
def test_the_audit_chain_tells_when_a_row_was(warehouse: Warehouse, ledger: Ledger, way: str) -> None:
    heads = {}
    for number in range(1, 5):
        with warehouse.transaction() as conn:
            heads[number] = ledger.append_audit(conn, "tester", "publish", "2026-10", f"第{number}次", {"rows": number})
    assert ledger.verify_audit(heads).problems == ()
    assert ledger.verify_audit().head == heads[4]
    with warehouse.transaction() as conn:
        conn.execute(sa.text("set local session_replication_role = replica"))
        TAMPERINGS[way](conn)
    assert ledger.verify_audit({4: heads[4]}).problems


@pytest.mark.parametrize(
    "act", ["update ledger.audit set why = ''", "delete from ledger.audit", "truncate ledger.audit"]
)
def test_the_audit_log_only_grows(warehouse: Warehouse, ledger: Ledger, act: str) -> None:
    with warehouse.transaction() as conn:
        ledger.append_audit(conn, "tester", "publish", "2026-10", "")
    with pytest.raises(PublicationError, match="42501"), warehouse.transaction() as conn:
        conn.execute(sa.text(act))


def test_an_act_that_fails_leaves_no_audit_row_and_no_gap(warehouse: Warehouse, ledger: Ledger) -> None:
    def fail(conn: sa.Connection) -> None:
        ledger.append_audit(conn, "tester", "publish", "2026-10", "")
        raise RuntimeError

    with pytest.raises(RuntimeError), warehouse.transaction() as conn:
        fail(conn)
    with warehouse.transaction() as conn:
        ledger.append_audit(conn, "tester", "publish", "2026-10", "")
    check = ledger.verify_audit()
    assert (check.rows, check.problems) == (1, ())
