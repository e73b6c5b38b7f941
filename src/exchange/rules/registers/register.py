"""The residence register as a state machine: a month's police rows in, flows and residence spells out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from exchange.model.period import Period
from exchange.rules.registers.register_book import (
    ACT_COLUMNS,
    CANCEL,
    CHANGE,
    EVENT_COLUMNS,
    REGISTER,
    SPELL_COLUMNS,
    Book,
)


@dataclass(frozen=True)
class RegisterMonth:
    """What a month did to the register.

    `opened`: new spells (SPELL_COLUMNS; `spell_id` is the row that opened it, `opening_kind` OPENING for the
    stock of the first month). `closed`: spells known before that this month closed (same columns).
    `events`: one row per flow and per row without effect (EVENT_COLUMNS; kind IGNORED carries a reason).
    """

    opened: pd.DataFrame
    closed: pd.DataFrame
    events: pd.DataFrame


def acts_of(rows: pd.DataFrame, *, first_month: bool) -> pd.DataFrame:
    """Split register rows into acts in time.

    `rows`: row_id, person_id, township9, operation (ACTS or null where the sender has no such column),
    kind, cause, scope, position and the dates arrive_date, register_date, cancel_date, month_end (of the
    row's own file: the day of a cancellation that carries none). A filled cancellation date without an
    operation means cancellation. In the first month every row is a registration, and those with a
    cancellation are cancelled as well: the full file shows the whole month.
    Returns ACT_COLUMNS; a row may give two acts.
    """
    operation = rows["operation"].astype("object")
    dated = rows["cancel_date"].notna()
    cancels = (operation == CANCEL) | (dated & (operation.isna() | first_month))
    registers = ~cancels | first_month
    changes = (operation == CHANGE) & registers & (not first_month)
    register = rows[registers].assign(
        act=np.where(changes[registers], CHANGE, REGISTER), day=rows.loc[registers, "register_date"]
    )
    cancel = rows[cancels].assign(
        act=CANCEL, day=rows.loc[cancels, "cancel_date"].fillna(rows.loc[cancels, "month_end"])
    )
    return pd.concat([register, cancel], ignore_index=True)[list(ACT_COLUMNS)]


def run_month(acts: pd.DataFrame, before: pd.DataFrame, period: Period, *, first_month: bool) -> RegisterMonth:
    """Apply a month's acts to the register.

    `acts`: ACT_COLUMNS (see acts_of). `before`: every spell, open or closed, of the persons in `acts`
    (SPELL_COLUMNS). The month of a flow is `period`, whatever the date on the row.
    """
    book = Book.open(acts, before, period)
    if first_month:
        book.open_stock()
    for turn in book.turns():
        book.apply(turn)
    return RegisterMonth(book.opened(), book.closed(), book.events())


def end_double_registrations(open_spells: pd.DataFrame, period: Period) -> RegisterMonth:
    """Two persons turned out to be one: of several open registrations the latest stays, the others are cancelled.

    `open_spells`: SPELL_COLUMNS, open ones only, under the surviving persons' ids. The cancellation is a flow
    of `period` (a registration entered twice), so that the balance shows where the count went.
    """
    order = open_spells.sort_values(["person_id", "register_date", "spell_id"], kind="stable")
    return cancel(order[order.duplicated("person_id", keep="last")], period, "two_persons_are_one")


def cancel(spells: pd.DataFrame, period: Period, reason: str) -> RegisterMonth:
    """Open registrations (SPELL_COLUMNS) that were none: each is cancelled in `period`, and nobody has left."""
    closed = spells.assign(
        closed_period=str(period),
        closing_kind="CANCEL",
        close_date=pd.Timestamp(period.last_day),
        close_row_id=spells["spell_id"],
    )
    events = spells.assign(
        row_id=spells["spell_id"], kind="CANCEL", event_date=pd.Timestamp(period.last_day), reason=reason
    )
    return RegisterMonth(
        opened=closed.iloc[:0][list(SPELL_COLUMNS)],
        closed=closed[list(SPELL_COLUMNS)].reset_index(drop=True),
        events=events[list(EVENT_COLUMNS)].reset_index(drop=True),
    )
