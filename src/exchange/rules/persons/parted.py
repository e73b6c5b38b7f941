"""The residence register when one person turns out to be two: who is registered where, that nobody knew of."""

from typing import Any, Final

import pandas as pd

from exchange.model.period import Period
from exchange.rules.registers.register import RegisterMonth
from exchange.rules.registers.register_book import EVENT_COLUMNS, INFLOW, SPELL_COLUMNS

REASON: Final = "one_person_is_two"
_NO_DAY: Final[Any] = pd.NaT
_STAYS: Final = ("already_registered_here", "change_of_details")


def registered_anew(acts: pd.DataFrame, before: pd.DataFrame, period: Period) -> RegisterMonth:
    """A registration for everybody whose last own row says that he lives here and who has none open.

    `acts`: row_id, person_id, kind, reason, period, event_date, township9, scope of everything the register did with
    the rows of persons that parted, under the person each row has now, in order. `before`: SPELL_COLUMNS of their
    registrations, likewise. The rows were without effect while they passed for another person's; counting them is a
    flow of `period` (a late registration), so that published months stay as they are and the balance adds up.
    """
    open_now = set(before.loc[before["closed_period"].isna().to_numpy(dtype=bool), "person_id"])
    last = acts.drop_duplicates("person_id", keep="last")
    lives = last["kind"].isin(INFLOW) | last["reason"].isin(_STAYS)
    owed = last[
        (lives & ~last["person_id"].isin(open_now) & ~last["row_id"].isin(before["spell_id"])).to_numpy(dtype=bool)
    ]
    spells = owed.assign(
        spell_id=owed["row_id"], arrive_date=_NO_DAY, register_date=owed["event_date"], opened_period=str(period),
        opening_kind="LATE_REG", closed_period=None, closing_kind=None, close_date=_NO_DAY, close_row_id=None,
    )  # fmt: skip
    events = owed.assign(kind="LATE_REG", reason=REASON, spell_id=owed["row_id"])
    nothing = before.iloc[:0][list(SPELL_COLUMNS)] if len(before.columns) else before
    return RegisterMonth(
        opened=spells[list(SPELL_COLUMNS)].reset_index(drop=True),
        closed=nothing,
        events=events[list(EVENT_COLUMNS)].reset_index(drop=True),
    )
