"""Registrations come and go: one test per sentence of the register's rule book, as small tables."""

from collections.abc import Callable

import pandas as pd
import pytest

from exchange.model.period import Period
from exchange.rules.registers import register, register_book

OCTOBER = Period(2026, 10)
WEST, EAST, SOUTH = "370306001", "370306002", "370306003"
PLACES = {"west": WEST, "east": EAST, "south": SOUTH}
Outcome = dict[str, list[str]]
Book = Callable[..., Outcome]


def table(text: str) -> pd.DataFrame:
    """`a | b` lines under a heading line -> text columns, blank cells null."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0]).replace("", None).astype("object")


def month_rows(text: str, period: Period) -> pd.DataFrame:
    """A spec table of register rows -> the rows acts_of takes, with harmless values where the table is silent."""
    rows = table(text).reset_index(drop=True)
    for column in ("does", "arrived", "registered", "cancelled", "cause", "scope"):
        if column not in rows:
            rows[column] = None
    return pd.DataFrame(
        {
            "row_id": [f"r{n}" for n in range(len(rows))],
            "person_id": rows["who"],
            "township9": rows["where"].map(PLACES),
            "operation": rows["does"],
            "cause": rows["cause"],
            "scope": rows["scope"].fillna("inter_province"),
            "position": range(len(rows)),
            "arrive_date": pd.to_datetime(rows["arrived"].fillna(rows["registered"])),
            "register_date": pd.to_datetime(rows["registered"]),
            "cancel_date": pd.to_datetime(rows["cancelled"]),
            "month_end": pd.Timestamp(period.last_day),
        }
    )


def known_spells(text: str) -> pd.DataFrame:
    """A spec table of registrations known before the month -> SPELL_COLUMNS."""
    rows = table(text)
    for column in ("ended", "scope"):
        if column not in rows:
            rows[column] = None
    return pd.DataFrame(
        {
            "spell_id": [f"s{n}" for n in range(len(rows))],
            "person_id": rows["who"],
            "township9": rows["where"].map(PLACES),
            "scope": rows["scope"].fillna("inter_province"),
            "arrive_date": pd.to_datetime(rows["since"]),
            "register_date": pd.to_datetime(rows["since"]),
            "opened_period": "2026-08",
            "opening_kind": "OPENING",
            "closed_period": rows["ended"].map(lambda day: day and day[:7]),
            "closing_kind": rows["ended"].map(lambda day: day and "OUT"),
            "close_date": pd.to_datetime(rows["ended"]),
            "close_row_id": None,
        }
    )


NOTHING_BEFORE = "who | where | since"


@pytest.fixture(name="book")
def _book() -> Book:
    def run(rows: str, before: str = NOTHING_BEFORE, *, first: bool = False, period: Period = OCTOBER) -> Outcome:
        acts = register.acts_of(month_rows(rows, period), first_month=first)
        month = register.run_month(acts, known_spells(before), period, first_month=first)
        names = {code: name for name, code in PLACES.items()}
        flows: Outcome = {}
        for event in month.events.itertuples():
            if event.kind != register_book.IGNORED:
                flows.setdefault(event.person_id, []).append(f"{event.kind} {names[event.township9]}")
        still = month.opened[month.opened["closed_period"].isna()]
        for spell in still.itertuples():
            flows.setdefault(spell.person_id, []).append(f"open {names[spell.township9]}")
        return {who: sorted(done) for who, done in flows.items()}

    return run


def test_a_registration_elsewhere_closes_the_first_one_on_its_date(book: Book) -> None:
    before = "who | where | since\na | west | 2025-01-05"
    rows = "who | where | does | registered\na | east | register | 2026-10-07"
    assert book(rows, before) == {"a": ["MOVE_IN east", "MOVE_OUT west", "open east"]}
    acts = register.acts_of(month_rows(rows, OCTOBER), first_month=False)
    closed = register.run_month(acts, known_spells(before), OCTOBER, first_month=False).closed
    assert closed["close_date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-10-07"]
    assert closed["close_row_id"].tolist() == ["r0"]


def test_the_first_month_opens_with_registrations_from_before_it(book: Book) -> None:
    rows = """
        who | where | registered | cancelled | arrived
        a   | west  | 2026-09-30 |            |
        b   | west  | 2026-10-01 |            | 2026-10-01
    """
    assert book(rows, first=True) == {"a": ["open west"], "b": ["NEW west", "open west"]}


def test_the_first_months_opening_includes_those_cancelled_in_the_month(book: Book) -> None:
    rows = """
        who | where | does   | registered | cancelled  | cause
        a   | west  | cancel | 2025-05-01 | 2026-10-09 | left
        b   | west  |        | 2025-05-01 | 2026-10-09 | ended
    """
    acts = register.acts_of(month_rows(rows, OCTOBER), first_month=True)
    month = register.run_month(acts, known_spells(NOTHING_BEFORE), OCTOBER, first_month=True)
    assert month.opened["opening_kind"].tolist() == ["OPENING", "OPENING"]
    assert book(rows, first=True) == {"a": ["OUT west"], "b": ["CANCEL west"]}


def test_of_several_opening_registrations_the_latest_wins(book: Book) -> None:
    rows = """
        who | where | registered
        a   | east  | 2026-02-01
        a   | west  | 2025-02-01
    """
    assert book(rows, first=True) == {"a": ["open east"]}


def test_a_registration_that_ended_before_the_first_month_is_no_opening(book: Book) -> None:
    rows = "who | where | registered | cancelled\na | west | 2025-02-01 | 2026-09-30"
    assert book(rows, first=True) == {}


def test_events_are_applied_in_date_order_whatever_the_order_of_rows(book: Book) -> None:
    rows = """
        who | where | does     | registered | cancelled  | cause
        a   | east  | register | 2026-10-20 |            |
        a   | west  | cancel   | 2025-01-01 | 2026-10-05 | ended
    """
    before = "who | where | since\na | west | 2025-01-01"
    assert book(rows, before) == {"a": ["CANCEL west", "RETURN east", "open east"]}


def test_on_one_day_registrations_come_first_and_cancellations_last(book: Book) -> None:
    rows = """
        who | where | does     | registered | cancelled  | cause
        a   | west  | cancel   | 2026-10-05 | 2026-10-05 | ended
        a   | west  | register | 2026-10-05 |            |
    """
    assert book(rows) == {"a": ["CANCEL west", "NEW west"]}


def test_a_change_where_the_person_is_registered_is_no_flow(book: Book) -> None:
    rows = "who | where | does | registered\na | west | change | 2026-10-05"
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {}


def test_a_change_for_somebody_not_registered_there_is_a_registration(book: Book) -> None:
    rows = """
        who | where | does   | registered
        a   | west  | change | 2026-10-05
        b   | east  | change | 2026-10-05
    """
    before = "who | where | since\nb | west | 2025-01-01"
    assert book(rows, before) == {
        "a": ["NEW west", "open west"],
        "b": ["MOVE_IN east", "MOVE_OUT west", "open east"],
    }


def test_a_second_registration_in_the_same_township_is_no_flow(book: Book) -> None:
    rows = "who | where | registered\na | west | 2026-10-05"
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {}


def test_left_one_township_and_registered_in_another_this_month_is_a_move(book: Book) -> None:
    rows = """
        who | where | does     | registered | cancelled  | cause
        a   | west  | cancel   | 2025-01-01 | 2026-10-05 | left
        a   | east  | register | 2026-10-20 |            |
    """
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {
        "a": ["MOVE_IN east", "MOVE_OUT west", "open east"]
    }


def test_a_cancellation_without_reason_counts_as_leaving_for_a_move_too(book: Book) -> None:
    rows = """
        who | where | does     | registered | cancelled  | cause
        a   | west  | cancel   | 2025-01-01 | 2026-10-05 |
        a   | east  | register | 2026-10-20 |            |
    """
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {
        "a": ["MOVE_IN east", "MOVE_OUT west", "open east"]
    }


def test_left_and_came_back_to_the_same_township_is_a_return(book: Book) -> None:
    rows = """
        who | where | does     | registered | cancelled  | cause
        a   | west  | cancel   | 2025-01-01 | 2026-10-05 | left
        a   | west  | register | 2026-10-20 |            |
    """
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {"a": ["OUT west", "RETURN west", "open west"]}


def test_another_township_after_a_month_away_is_a_return(book: Book) -> None:
    before = "who | where | since | ended\na | west | 2025-01-01 | 2026-09-20"
    assert book("who | where | registered\na | east | 2026-10-20", before) == {"a": ["RETURN east", "open east"]}


def test_a_return_reaches_back_to_the_first_day_of_the_month_twelve_months_ago(book: Book) -> None:
    before = """
        who | where | since      | ended
        a   | west  | 2025-01-01 | 2025-10-01
        b   | west  | 2025-01-01 | 2025-09-30
    """
    rows = """
        who | where | registered | arrived
        a   | west  | 2026-10-20 | 2026-10-02
        b   | west  | 2026-10-20 | 2026-10-02
    """
    assert book(rows, before) == {"a": ["RETURN west", "open west"], "b": ["NEW west", "open west"]}


def test_arrived_before_the_month_is_a_late_registration(book: Book) -> None:
    rows = """
        who | where | registered | arrived
        a   | west  | 2026-10-20 | 2026-10-01
        b   | west  | 2026-10-20 | 2026-09-30
    """
    assert book(rows) == {"a": ["NEW west", "open west"], "b": ["LATE_REG west", "open west"]}


def test_a_cancellation_without_reason_is_an_outflow_and_any_other_reason_is_not(book: Book) -> None:
    rows = """
        who | where | does   | registered | cancelled  | cause
        a   | west  | cancel | 2025-01-01 | 2026-10-05 |
        b   | west  | cancel | 2025-01-01 | 2026-10-05 | left
        c   | west  | cancel | 2025-01-01 | 2026-10-05 | ended
    """
    before = "who | where | since\na | west | 2025-01-01\nb | west | 2025-01-01\nc | west | 2025-01-01"
    assert book(rows, before) == {"a": ["OUT west"], "b": ["OUT west"], "c": ["CANCEL west"]}


def test_a_cancellation_for_somebody_not_registered_there_is_ignored_and_kept(book: Book) -> None:
    rows = "who | where | does | registered | cancelled\na | east | cancel | 2025-01-01 | 2026-10-05"
    before = "who | where | since\na | west | 2025-01-01"
    assert book(rows, before) == {}
    acts = register.acts_of(month_rows(rows, OCTOBER), first_month=False)
    events = register.run_month(acts, known_spells(before), OCTOBER, first_month=False).events
    assert events[["kind", "reason"]].to_numpy().tolist() == [["IGNORED", "not_registered_here"]]


def test_a_cancellation_closes_the_registration_whatever_its_registration_date(book: Book) -> None:
    rows = "who | where | does | registered | cancelled\na | west | cancel | 2019-07-07 | 2026-10-05"
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {"a": ["OUT west"]}


def test_a_filled_cancellation_date_is_a_cancellation_where_the_sender_has_no_operation(book: Book) -> None:
    rows = "who | where | registered | cancelled\na | west | 2025-01-01 | 2026-10-05"
    assert book(rows, "who | where | since\na | west | 2025-01-01") == {"a": ["OUT west"]}


def test_a_flow_counts_in_the_month_of_processing(book: Book) -> None:
    rows = """
        who | where | does     | registered | cancelled  | cause | arrived
        a   | west  | register | 2026-08-20 |            |       | 2026-08-19
        b   | west  | cancel   | 2025-01-01 | 2026-08-31 | left  |
    """
    assert book(rows, "who | where | since\nb | west | 2025-01-01") == {
        "a": ["LATE_REG west", "open west"],
        "b": ["OUT west"],
    }


def test_a_moving_persons_outflow_stays_in_the_scope_it_was_registered_under() -> None:
    rows = month_rows("who | where | registered | scope\na | east | 2026-10-05 | intra_district", OCTOBER)
    before = known_spells("who | where | since | scope\na | west | 2025-01-01 | inter_province")
    events = register.run_month(register.acts_of(rows, first_month=False), before, OCTOBER, first_month=False).events
    assert dict(zip(events["kind"], events["scope"], strict=True)) == {
        "MOVE_IN": "intra_district",
        "MOVE_OUT": "inter_province",
    }


def test_persons_with_many_rows_and_persons_with_one_get_the_same_treatment(book: Book) -> None:
    journey = """
        who | where | does     | registered | cancelled  | cause
        a   | west  | register | 2026-10-01 |            |
        a   | east  | register | 2026-10-03 |            |
        a   | east  | cancel   | 2026-10-03 | 2026-10-08 | left
        a   | south | register | 2026-10-12 |            |
        a   | south | cancel   | 2026-10-12 | 2026-10-30 | left
        b   | west  | register | 2026-10-01 |            |
    """
    assert book(journey) == {
        "a": ["MOVE_IN east", "MOVE_IN south", "MOVE_OUT east", "MOVE_OUT west", "NEW west", "OUT south"],
        "b": ["NEW west", "open west"],
    }


def test_the_order_of_rows_in_the_input_changes_nothing() -> None:
    text = """
        who | where | does     | registered | cancelled  | cause
        a   | west  | register | 2026-10-01 |            |
        b   | west  | register | 2026-10-02 |            |
        a   | east  | register | 2026-10-03 |            |
    """
    rows = month_rows(text, OCTOBER)
    empty = known_spells(NOTHING_BEFORE)

    def run(frame: pd.DataFrame) -> pd.DataFrame:
        acts = register.acts_of(frame, first_month=False)
        return register.run_month(acts, empty, OCTOBER, first_month=False).events

    pd.testing.assert_frame_equal(run(rows), run(rows.iloc[::-1]))


def test_a_month_without_rows_changes_nothing() -> None:
    rows = month_rows("who | where | registered", OCTOBER)
    before = known_spells("who | where | since\na | west | 2025-01-01")
    for first in (True, False):
        month = register.run_month(register.acts_of(rows, first_month=first), before, OCTOBER, first_month=first)
        assert (len(month.opened), len(month.closed), len(month.events)) == (0, 0, 0)


def test_of_two_persons_found_to_be_one_the_older_registration_is_cancelled() -> None:
    spells = known_spells("who | where | since\na | west | 2025-01-01\na | east | 2026-03-01\nb | west | 2024-01-01")
    month = register.end_double_registrations(spells, OCTOBER)
    assert month.closed[["spell_id", "closing_kind"]].to_numpy().tolist() == [["s0", "CANCEL"]]
    assert month.events["township9"].tolist() == [WEST]
