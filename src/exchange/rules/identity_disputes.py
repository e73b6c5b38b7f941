"""Whose number it is: a valid number under somebody else's name is not that person's row.

A guardian's, a spouse's or a colleague's number in a row is valid, equal, and wrong. It shows where the name is
another one and the row contradicts the number as well.
"""

from collections.abc import Mapping
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


def disputed_claims(
    claims: pd.DataFrame, patterns: Mapping[str, frozenset[bytes]], owners: Mapping[tuple[str, bytes], frozenset[bytes]]
) -> pd.Series:
    """Which claims on a number are another person's: a boolean series on the index of `claims`.

    `claims`: scheme, token (of the number), name, name_key, is_unnamed, is_contradicted, precedence, row_count.
    `patterns`: name -> tokens of its patterns. `owners`: (scheme, token) -> tokens of the patterns of the person the
    number is registered to. A number nobody is registered to belongs to the claim that does not contradict it, of
    the source that knows best (smallest precedence), with most rows.
    """
    found: list[Any] = []
    for _, group in claims.groupby(["scheme", "token"], sort=False):
        own = owners.get((group["scheme"].iloc[0], group["token"].iloc[0])) or _owner(group, patterns)
        suspects = group[~group["is_unnamed"] & group["is_contradicted"]]
        if own and len(suspects):
            places = suspects.index.tolist()
            found += [at for at, name in zip(places, suspects["name"], strict=True) if not own & patterns[str(name)]]
    return pd.Series(claims.index.isin(found), index=claims.index)


def _owner(group: pd.DataFrame, patterns: Mapping[str, frozenset[bytes]]) -> frozenset[bytes]:
    """Patterns of the claim that the number belongs to; none when nobody with a whole name claims it."""
    named = group[~group["is_unnamed"]]
    if named.empty:
        return frozenset()
    ranked = named.sort_values(
        ["is_contradicted", "precedence", "row_count", "name_key"], ascending=[True, True, False, True], kind="stable"
    )
    return patterns[str(ranked["name"].iloc[0])]


def _is_unreadable(mark: str) -> bool:
    return mark in UNKNOWN_CHARACTERS or "\ue000" <= mark <= "\uf8ff"
