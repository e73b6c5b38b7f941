"""The residence register while one month is applied to it: who is open where, and what each act did."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from exchange.model.period import Period

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Words = npt.NDArray[np.object_]

REGISTER: Final = "register"
CHANGE: Final = "change"
CANCEL: Final = "cancel"
ACTS: Final = (REGISTER, CHANGE, CANCEL)
"""What a row does, in the order in which rows of one day are applied."""

INFLOW: Final = ("NEW", "LATE_REG", "MOVE_IN", "RETURN")
OUTFLOW: Final = ("OUT", "MOVE_OUT", "CANCEL")
IGNORED: Final = "IGNORED"

LEFT: Final = "left"
ENDED: Final = "ended"
"""Why a registration was cancelled: the person left, or anything else (died, became local, an error).

A cancellation for which nobody gave a reason is taken for leaving.
"""

ACT_COLUMNS: Final = (
    "row_id", "person_id", "township9", "act", "day", "arrive_date", "register_date", "cause", "scope", "position",
)  # fmt: skip
SPELL_COLUMNS: Final = (
    "spell_id", "person_id", "township9", "scope", "arrive_date", "register_date", "opened_period", "opening_kind",
    "closed_period", "closing_kind", "close_date", "close_row_id",
)  # fmt: skip
EVENT_COLUMNS: Final = ("row_id", "person_id", "township9", "kind", "event_date", "scope", "spell_id", "reason")

_NOBODY: Final = -1


@dataclass
class Book:
    """The register while a month is applied.

    Persons and townships are numbers here. Spells are numbered too: those known before come first, and
    the act numbered k opens the spell `known + k`, if any. The k-th act of every person is applied in the
    k-th turn, so that one turn never meets a person twice and can be computed for all at once.
    """

    period: Period
    acts: pd.DataFrame
    before: pd.DataFrame
    known: int
    person: Ints
    township: Ints
    is_cancel: Flags
    is_change: Flags
    is_left: Flags
    day: Days
    arrived: Days
    spell_township: Ints
    open_spell: Ints
    last_close: Days
    left_by: Ints = field(init=False)
    kind: Words = field(init=False)
    reason: Words = field(init=False)
    event_spell: Ints = field(init=False)
    moved_out: Ints = field(init=False)
    opened_by: Flags = field(init=False)
    opening_kind: Words = field(init=False)
    closed_by: Ints = field(init=False)
    closing_kind: Words = field(init=False)

    def __post_init__(self) -> None:
        acts, spells = len(self.person), len(self.spell_township)
        self.left_by = np.full(len(self.open_spell), _NOBODY)
        self.kind = np.full(acts, None, dtype=object)
        self.reason = np.full(acts, None, dtype=object)
        self.event_spell = np.full(acts, _NOBODY)
        self.moved_out = np.full(acts, _NOBODY)
        self.opened_by = np.zeros(acts, dtype=bool)
        self.opening_kind = np.full(acts, None, dtype=object)
        self.closed_by = np.full(spells, _NOBODY)
        self.closing_kind = np.full(spells, None, dtype=object)

    @classmethod
    def open(cls, acts: pd.DataFrame, before: pd.DataFrame, period: Period) -> "Book":
        """Number persons, townships and spells, and put the acts in the order in which they happened."""
        order = acts.assign(turn=acts["act"].map({act: n for n, act in enumerate(ACTS)}).astype("int64"))
        order = order.sort_values(["person_id", "day", "turn", "position", "row_id"], kind="stable")
        acts = order.drop(columns="turn").reset_index(drop=True)
        before = before.reset_index(drop=True)
        codes, persons = pd.factorize(
            pd.concat([acts["person_id"], before["person_id"]], ignore_index=True).astype("object")
        )
        places, _ = pd.factorize(
            pd.concat([acts["township9"], before["township9"]], ignore_index=True).astype("object")
        )
        n = len(acts)
        still_open = before["closed_period"].isna().to_numpy(dtype=bool)
        open_spell = np.full(len(persons), _NOBODY)
        open_spell[codes[n:][still_open]] = np.flatnonzero(still_open)
        last_close = np.full(len(persons), np.datetime64("NaT"), dtype="datetime64[D]")
        ended = pd.Series(_days(before["close_date"])[~still_open]).groupby(codes[n:][~still_open]).max()
        last_close[ended.index.to_numpy(dtype=np.int64)] = ended.to_numpy().astype("datetime64[D]")
        cause = acts["cause"].astype("object")
        return cls(
            period=period,
            acts=acts,
            before=before,
            known=len(before),
            person=codes[:n].astype(np.int64),
            township=places[:n].astype(np.int64),
            is_cancel=(acts["act"] == CANCEL).to_numpy(dtype=bool),
            is_change=(acts["act"] == CHANGE).to_numpy(dtype=bool),
            is_left=(cause != ENDED).to_numpy(dtype=bool),
            day=_days(acts["day"]),
            arrived=_days(acts["arrive_date"]),
            spell_township=np.concatenate([places[n:], places[:n]]).astype(np.int64),
            open_spell=open_spell.astype(np.int64),
            last_close=last_close,
        )

    def open_stock(self) -> None:
        """First month: of a person's registrations before the month the latest is the opening, the others nothing.

        A registration cancelled before the month was not there when it began, and is nothing either.
        """
        start = np.datetime64(self.period.start)
        over = self.acts["row_id"].isin(self.acts["row_id"][self.is_cancel & (self.day < start)]).to_numpy(dtype=bool)
        self.kind[over], self.reason[over] = IGNORED, "ended_before_the_first_month"
        early = np.flatnonzero(~self.is_cancel & ~over & (self.day < start))
        latest = pd.Series(early).groupby(self.person[early]).last().to_numpy(dtype=np.int64)
        self.kind[early], self.reason[early] = IGNORED, "an_earlier_registration"
        self.kind[latest], self.reason[latest] = "OPENING", None
        self._open(latest, "OPENING")

    def turns(self) -> list[Ints]:
        """Numbers of the acts still to apply: first act of every person, then the second, and so on."""
        waiting = np.flatnonzero(pd.isna(self.kind))
        turn = pd.Series(waiting).groupby(self.person[waiting]).cumcount().to_numpy()
        order = np.argsort(turn, kind="stable")
        return np.split(waiting[order], np.flatnonzero(np.diff(turn[order])) + 1) if len(waiting) else []

    def apply(self, acts: Ints) -> None:
        """One act each of different persons."""
        spell = self.open_spell[self.person[acts]]
        is_open = spell != _NOBODY
        here = is_open & (self.spell_township[spell] == self.township[acts])
        cancel = self.is_cancel[acts]
        self._ignore(acts[cancel & ~here], "not_registered_here")
        self.event_spell[acts[~cancel & here]] = spell[~cancel & here]
        self._cancel(acts[cancel & here])
        self._ignore(acts[~cancel & here & ~self.is_change[acts]], "already_registered_here")
        self._ignore(acts[~cancel & here & self.is_change[acts]], "change_of_details")
        self._move(acts[~cancel & is_open & ~here])
        self._register(acts[~cancel & ~is_open])

    def _ignore(self, acts: Ints, reason: str) -> None:
        self.kind[acts], self.reason[acts] = IGNORED, reason

    def _cancel(self, acts: Ints) -> None:
        person, spell = self.person[acts], self.open_spell[self.person[acts]]
        self.kind[acts] = np.where(self.is_left[acts], "OUT", "CANCEL")
        self.event_spell[acts] = spell
        self.left_by[person] = np.where(self.is_left[acts], acts, _NOBODY)
        self._close(spell, acts, self.kind[acts])

    def _move(self, acts: Ints) -> None:
        """Registered in a second township: the first registration ends the day the second one begins."""
        spell = self.open_spell[self.person[acts]]
        self.moved_out[acts] = spell
        self._close(spell, acts, np.full(len(acts), "MOVE_OUT", dtype=object))
        self.kind[acts] = "MOVE_IN"
        self._open(acts, "MOVE_IN")

    def _register(self, acts: Ints) -> None:
        """Registered while not registered anywhere in the district."""
        person = self.person[acts]
        left = self.left_by[person]
        rejoins = (left != _NOBODY) & (self.township[left] != self.township[acts])
        self._turn_into_move(left[rejoins])
        horizon = np.datetime64(self.period.minus(12).start)
        returns = ~rejoins & (self.last_close[person] >= horizon)
        start, end = np.datetime64(self.period.start), np.datetime64(self.period.end)
        arrives = (self.arrived[acts] >= start) & (self.arrived[acts] < end)
        for chosen, kind in (
            (rejoins, "MOVE_IN"),
            (returns, "RETURN"),
            (~rejoins & ~returns & arrives, "NEW"),
            (~rejoins & ~returns & ~arrives, "LATE_REG"),
        ):
            self.kind[acts[chosen]] = kind
            self._open(acts[chosen], kind)

    def _turn_into_move(self, cancellations: Ints) -> None:
        """Left one township and registered in another within the month: the outflow was a move."""
        self.kind[cancellations] = "MOVE_OUT"
        self.closing_kind[self.event_spell[cancellations]] = "MOVE_OUT"

    def _open(self, acts: Ints, kind: str) -> None:
        self.opened_by[acts], self.opening_kind[acts] = True, kind
        self.event_spell[acts] = self.known + acts
        self.open_spell[self.person[acts]] = self.known + acts
        self.left_by[self.person[acts]] = _NOBODY

    def _close(self, spells: Ints, acts: Ints, kinds: Words) -> None:
        person = self.person[acts]
        self.closed_by[spells], self.closing_kind[spells] = acts, kinds
        self.open_spell[person] = _NOBODY
        self.last_close[person] = np.fmax(self.last_close[person], self.day[acts])

    def opened(self) -> pd.DataFrame:
        """Spells this month opened, those it closed again included."""
        acts = np.flatnonzero(self.opened_by)
        spells = self.acts.loc[acts, ["row_id", "person_id", "township9", "scope", "arrive_date", "register_date"]]
        spells = spells.rename(columns={"row_id": "spell_id"})
        spells = spells.assign(opened_period=str(self.period), opening_kind=self.opening_kind[acts])
        return self._with_closing(spells, self.known + acts)

    def closed(self) -> pd.DataFrame:
        """Spells known before this month that it closed."""
        spells = np.flatnonzero(self.closed_by[: self.known] != _NOBODY)
        kept = self.before.loc[spells, list(SPELL_COLUMNS[:8])]
        return self._with_closing(kept, spells)

    def _with_closing(self, frame: pd.DataFrame, spells: Ints) -> pd.DataFrame:
        by = self.closed_by[spells]
        shut = by != _NOBODY
        day = np.full(len(spells), np.datetime64("NaT"), dtype="datetime64[s]")
        day[shut] = self.day[by[shut]]
        frame = frame.assign(
            closed_period=_where(shut, str(self.period)),
            closing_kind=self.closing_kind[spells],
            close_date=day,
            close_row_id=_where(shut, self.acts["row_id"].to_numpy(dtype=object)[by[shut]]),
        )
        return frame[list(SPELL_COLUMNS)].reset_index(drop=True)

    def events(self) -> pd.DataFrame:
        """Flows and rows without effect; the stock of the first month is no flow."""
        spell_ids = np.concatenate([self.before["spell_id"], self.acts["row_id"]]).astype(object)
        scopes = np.concatenate([self.before["scope"], self.acts["scope"]]).astype(object)
        places = np.concatenate([self.before["township9"], self.acts["township9"]]).astype(object)
        own = self._event_frame(np.arange(len(self.acts)), self.kind, self.event_spell, spell_ids, scopes)
        moved = np.flatnonzero(self.moved_out != _NOBODY)
        kinds = np.full(len(self.acts), "MOVE_OUT", dtype=object)
        away = self._event_frame(moved, kinds, self.moved_out, spell_ids, scopes)
        away["township9"], away["reason"] = places[self.moved_out[moved]], None
        both = pd.concat([own, away], ignore_index=True) if len(away) else own
        return both[both["kind"] != "OPENING"].reset_index(drop=True)

    def _event_frame(self, acts: Ints, kinds: Words, spells: Ints, ids: Words, scopes: Words) -> pd.DataFrame:
        chosen, spell = self.acts.iloc[acts], spells[acts]
        has = spell != _NOBODY
        scope = chosen["scope"].to_numpy(dtype=object, copy=True)
        scope[has] = scopes[spell[has]]
        frame = pd.DataFrame(
            {
                "row_id": chosen["row_id"].to_numpy(dtype=object),
                "person_id": chosen["person_id"].to_numpy(dtype=object),
                "township9": chosen["township9"].to_numpy(dtype=object),
                "kind": kinds[acts],
                "event_date": pd.Series(self.day[acts].astype("datetime64[s]")),
                "scope": scope,
                "spell_id": _where(has, ids[spell[has]]),
                "reason": self.reason[acts],
            }
        )
        return frame[list(EVENT_COLUMNS)]


def _where(flags: Flags, value: object) -> Words:
    """`value` (one word, or one per flag that is up) where the flag is up, else None."""
    found = np.full(len(flags), None, dtype=object)
    found[flags] = value
    return found


def _days(column: pd.Series) -> Days:
    """A date column of any dtype as whole days."""
    return (
        pd.to_datetime(column).to_numpy(dtype="datetime64[ns]", na_value=np.datetime64("NaT")).astype("datetime64[D]")
    )
