"""Whose number it is, where one valid number stands in rows that cannot be one person's."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from exchange.rules.linkage.names import may_be_one_name


class _Claim(NamedTuple):
    number: str
    key: str | None
    sounds: str | None
    is_guardians: bool
    contradicts: bool
    agrees: bool
    rows: int
    sources: int


class _Owner(NamedTuple):
    key: str | None
    sounds: Sequence[str]
    is_supported: bool


def disputed(claims: pd.DataFrame) -> pd.Series:
    """Which claims on a number are somebody else's: booleans on the index of `claims`.

    `claims`: number, key, sounds (the name's sounds joined with `|`, null where no name is known), parent (of a child
    not named yet), is_guardians (the row names the number as its guardian's), contradicts (the typed birth date is
    three years or more from the number's, or the typed sex is the other one), agrees (the typed birth date is the
    number's), rows, sources. The owner is the name that the number contradicts least and supports most; a row of
    another name, or one that contradicts the number under a name nobody supports, is disputed. Where the birth date
    agrees to the day, an equal surname is enough: relatives' numbers bring other birth dates.
    """
    told = claims.astype(object).where(claims.notna(), None)
    rows = [_Claim(*row) for row in zip(*(told[column].tolist() for column in _Claim._fields), strict=True)]
    by_number: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        by_number.setdefault(row.number, []).append(place)
    strange = [row.is_guardians for row in rows]
    for places in by_number.values():
        owner = _owner([rows[place] for place in places])
        for place in places:
            strange[place] = strange[place] or _is_strange(rows[place], owner)
    return pd.Series(strange, index=claims.index, dtype=bool)


def _is_strange(row: _Claim, owner: _Owner | None) -> bool:
    if owner is None or row.sounds is None:
        return row.contradicts
    if row.key is not None and row.key == owner.key:
        return row.contradicts and not owner.is_supported
    own = row.sounds.split("|")
    alike = may_be_one_name(own, owner.sounds) or (row.agrees and own[0] == owner.sounds[0])
    return row.contradicts or not alike


def _owner(rows: Sequence[_Claim]) -> _Owner | None:
    """The name a number belongs to, and whether some row of that name does not contradict it."""
    totals: dict[str | None, list[int]] = {}
    sounds: dict[str | None, str] = {}
    for row in rows:
        if row.sounds is None or row.is_guardians:
            continue
        sounds.setdefault(row.key, row.sounds)
        total = totals.setdefault(row.key, [0, 0, 0, 0])
        if row.contradicts:
            total[3] -= row.rows
        else:
            total[0] += row.agrees * row.rows
            total[1] += row.sources
            total[2] += row.rows
    if not totals:
        return None
    best = min(totals, key=lambda key: (*[-value for value in _rank(totals[key])], str(key)))
    return _Owner(best, sounds[best].split("|"), totals[best][2] > 0)


def _rank(total: list[int]) -> tuple[int, ...]:
    agrees, sources, rows, against = total
    return (int(agrees > 0), int(rows > 0), against, agrees, sources, rows)
