"""Whose number it is: a valid number under somebody else's name is not that person's row.

A guardian's, a spouse's or a colleague's number in a row is valid, equal, and wrong. It shows where the name is
another one and the row contradicts the number as well.
"""

from collections.abc import Set
from typing import Any

import pandas as pd

from exchange.rules.cells.names import name_key

UNKNOWN_CHARACTERS = "?*？＊"


def name_patterns(name: str) -> tuple[str, ...]:
    """The sound of a name with each character left open in turn: 王小明 -> *xiaoming, wang*ming, wangxiao*.

    Two names of one length differ in at most one character exactly when they share a pattern; a name with one
    unreadable character (李?) has only the pattern that leaves it open.
    """
    characters = [mark for mark in name if not mark.isspace() and mark not in "·()[]"]
    unreadable = [place for place, mark in enumerate(characters) if _is_unreadable(mark)]
    if len(unreadable) > 1:
        return ()
    open_places = unreadable or range(len(characters))
    texts = ["".join(characters[:place]) + "\0" + "".join(characters[place + 1 :]) for place in open_places]
    return tuple(f"{name_key(before)}*{name_key(after)}" for before, after in (text.split("\0") for text in texts))


def disputed_claims(claims: pd.DataFrame, registered: Set[tuple[str, bytes]]) -> pd.Series:
    """Which claims on a number are another person's: a boolean series on the index of `claims`.

    `claims`: scheme, token (of the number), name, name_key, is_unnamed, is_contradicted, is_known_name (the number
    is registered to somebody of this name), precedence, row_count. `registered`: numbers that belong to somebody.
    A claim that its own row contradicts is disputed when its name is neither a registered one nor at most one
    character away from the owner's. The owner of a number nobody is registered to is the claim nobody contradicts,
    of the source that knows best (smallest precedence), with most rows.
    """
    found: list[Any] = []
    for _, group in claims[~claims["is_unnamed"]].groupby(["scheme", "token"], sort=False):
        suspects = group[group["is_contradicted"] & ~group["is_known_name"]]
        own = _own_patterns(group, (group["scheme"].iloc[0], group["token"].iloc[0]) in registered)
        rows = zip(suspects.index.tolist(), suspects["name"], strict=True)
        found += [at for at, name in rows if not own & set(name_patterns(str(name)))]
    return pd.Series(claims.index.isin(found), index=claims.index)


def _own_patterns(group: pd.DataFrame, is_registered: bool) -> set[str]:
    """Patterns of the names this month that are the owner's: all uncontradicted ones of a registered number, else of
    the one claim the number belongs to."""
    if is_registered:
        owners = group[group["is_known_name"] | ~group["is_contradicted"]]
    else:
        ranked = group.sort_values(
            ["is_contradicted", "precedence", "row_count", "name_key"], ascending=[True, True, False, True]
        )
        owners = ranked.head(1)
    return {pattern for name in owners["name"] for pattern in name_patterns(str(name))}


def _is_unreadable(mark: str) -> bool:
    return mark in UNKNOWN_CHARACTERS or "\ue000" <= mark <= "\uf8ff"
