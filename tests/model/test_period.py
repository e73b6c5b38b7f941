"""What a month is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.model.run import Receipt

months = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(Period.of)


@pytest.mark.parametrize("label", ["2026-13", "2026-00", "2026-1", "202610", "26-10", " 2026-10", "2026-10\n", ""])
def test_anything_but_a_month_label_is_refused(label):
    with pytest.raises(ValueError, match="looks like 2026-10"):
        Period.parse(label)


@given(months)
def test_a_label_reads_back_to_the_same_month(month):
    assert Period.parse(str(month)) == month


@given(months)
def test_months_meet_without_gap_or_overlap(month):
    assert month.end == month.next().start
    assert month.last_day + timedelta(days=1) == month.end
    assert month.next().previous() == month
    assert month.last_day in month
    assert month.end not in month


@given(months, st.integers(0, 400))
def test_going_back_n_months_is_n_single_steps(month, n):
    stepped = month
    for _ in range(n):
        stepped = stepped.previous()
    assert month.minus(n) == stepped


def test_january_follows_december_and_february_knows_leap_years():
    assert Period(2026, 12).next() == Period(2027, 1)
    assert Period(2028, 2).last_day == date(2028, 2, 29)
    assert Period(2100, 2).last_day == date(2100, 2, 28)


def test_a_receipt_that_loses_a_row_cannot_be_made():
    with pytest.raises(ContentError, match="5 rows came in"):
        Receipt("read", "hr", rows_in=5, rows_out=3, rows_aside=1, fingerprint="")
