"""Whose number it is, where one valid number stands in rows that cannot be one person's."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from exchange.rules.linkage.names import may_be_one_name


def disputed(claims: pd.DataFrame) -> pd.Series:
    """Which claims on a number are somebody else's: booleans on the index of `claims`.

    `claims`: number, key, sounds (the name's sounds joined with `|`, null where no name is known), parent (of a child
    not named yet), is_guardians (the row names the number as its guardian's), contradicts (the typed birth date is
    three years or more from the number's, or the typed sex is the other one), agrees (the typed birth date is the
    number's), rows, sources. The owner is the name that the number contradicts least and supports most; a row of
    another name, or one that contradicts the number under a name nobody supports, is disputed. Where the birth date
    agrees to the day, an equal surname is enough: relatives' numbers bring other birth dates.
    """
    marks = pd.Series(claims["is_guardians"].to_numpy(dtype=bool), index=claims.index)
    claims = claims.astype(object).where(claims.notna(), None)
    for _, group in claims.groupby("number", sort=False):
        if len(group) > 1 or bool(group["contradicts"].iloc[0]):
            for place in _strangers(group):
                marks.loc[place] = True
    return marks


def _strangers(group: pd.DataFrame) -> list[Any]:
    found, owner = [], _owner(group)
    columns = ("key", "sounds", "contradicts", "agrees", "is_guardians")
    for place, key, told, contradicts, agrees, is_guardians in zip(
        group.index, *(group[column] for column in columns), strict=True
    ):
        if is_guardians:
            continue
        if owner is None or told is None:
            strange = bool(contradicts)
        elif key is not None and key == owner[0]:
            strange = bool(contradicts) and not owner[2]
        else:
            own = str(told).split("|")
            alike = may_be_one_name(own, owner[1]) or (bool(agrees) and own[0] == owner[1][0])
            strange = bool(contradicts) or not alike
        if strange:
            found.append(place)
    return found


def _owner(group: pd.DataFrame) -> tuple[Any, Sequence[str], bool] | None:
    """Key and sounds of the owner's name, and whether some row of that name agrees with the number."""
    named = group[group["sounds"].notna() & ~group["is_guardians"].astype(bool)]
    if named.empty:
        return None
    by_key: dict[Any, list[int]] = {}
    for key, contradicts, agrees, sources, rows in zip(
        named["key"], named["contradicts"], named["agrees"], named["sources"], named["rows"], strict=True
    ):
        total = by_key.setdefault(key, [0, 0, 0, 0])
        if contradicts:
            total[3] -= int(rows)
        else:
            total[0] += int(bool(agrees)) * int(rows)
            total[1] += int(sources)
            total[2] += int(rows)
    best = min(by_key, key=lambda key: (*[-value for value in _rank(by_key[key])], str(key)))
    told = next(str(sounds) for key, sounds in zip(named["key"], named["sounds"], strict=True) if key == best)
    return best, told.split("|"), by_key[best][0] > 0 or by_key[best][2] > 0


def _rank(total: list[int]) -> tuple[int, ...]:
    agrees, sources, rows, against = total
    return (int(agrees > 0), int(rows > 0), against, agrees, sources, rows)
