"""Where every attribute of a person comes from: which source, which row, which month; and where sources disagree."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from exchange.registry.spec import Source

Ints = npt.NDArray[np.int64]
USUAL: Final = "*"
"""Key of core.person.origin for every attribute that is not named there."""
CONTESTED: Final = ("sex", "birth_date")
"""Attributes two sources cannot both be right about."""
NEWEST: Final = "newest"
_NOTHING: Final = -1


def last_told(values: pd.Series, groups: Ints, order: Ints, size: int) -> Ints:
    """Position of the last statement in `order` that tells the attribute, per group; -1 where none does.

    `values`: the attribute by position. `groups`: the group of every position, 0 .. size-1.
    """
    told = order[values.notna().to_numpy(dtype=bool)[order]]
    found = np.full(size, _NOTHING, dtype=np.int64)
    found[groups[told]] = told  # of several the last assignment stands
    return found


def older_rows(found: Mapping[str, Ints], rows: Sequence[str], periods: Sequence[str], newest: Ints,
               before: Sequence[Mapping[str, Any] | None]) -> list[str | None]:  # fmt: skip
    """Per group the attributes that do not come from its newest row, as JSON {attribute: [row_id, period]}, or None.

    `found`: attribute -> position of its statement per group. `rows`, `periods`, `before` (what an earlier month had
    noted) by position; `newest`: position of the group's newest statement.
    """
    noted: dict[int, dict[str, list[str]]] = {}
    has_note = np.array([each is not None for each in before], dtype=bool)
    for field, positions in found.items():
        told = np.flatnonzero(positions != _NOTHING)
        for group in told[_differs(positions[told], newest[told], before, has_note, field)]:
            at = int(positions[group])
            earlier = (before[at] or {}).get(field)
            noted.setdefault(int(group), {})[field] = list(earlier or (rows[at], periods[at]))
    texts: list[str | None] = [None] * len(newest)
    for group, fields in noted.items():
        texts[group] = _json(fields)
    return texts


def _differs(
    positions: Ints, newest: Ints, before: Sequence[Mapping[str, Any] | None], noted: npt.NDArray[np.bool_], field: str
) -> npt.NDArray[np.bool_]:
    moved: npt.NDArray[np.bool_] = positions != newest
    for place in np.flatnonzero(~moved & noted[positions]):
        moved[place] = field in (before[int(positions[place])] or {})
    return moved


def noted_before(texts: Sequence[Any]) -> list[Mapping[str, Any] | None]:
    """The `older` column of core.person_source as it was stored."""
    return [json.loads(text) if isinstance(text, str) and text else None for text in texts]


def ranks(
    statements: pd.DataFrame, fill: Mapping[str, Any], sources: Mapping[str, Source], field: str
) -> npt.NDArray[np.float64] | None:
    """By what the statements on an attribute are ranked, the smaller the stronger; None for the usual order.

    `fill`: attribute -> roles in order, or `newest` (see Linkage.fill).
    """
    rule = fill.get(field)
    if rule is None:
        return None
    if rule == NEWEST:
        told = statements["updated_period"].astype("object").to_numpy(copy=True)
        older = statements["older"].to_numpy(dtype=object)
        for place in np.flatnonzero(statements["older"].notna().to_numpy(dtype=bool)):
            told[place] = json.loads(older[place]).get(field, (None, told[place]))[1]
        newest: npt.NDArray[np.float64] = -np.unique(told.astype(str), return_inverse=True)[1].astype(np.float64)
        return newest
    place_of = {role: number for number, role in enumerate(rule)}
    role_of = {name: source.role for name, source in sources.items()}
    known = {name: place_of.get(role_of.get(name, ""), len(place_of)) for name in statements["source"].unique()}
    return statements["source"].map(known).to_numpy(dtype=np.float64)


def origins(chosen: Mapping[str, Ints], names: Sequence[str]) -> list[str | None]:
    """Attribute -> number of the chosen source (of `names`, -1 for none) per person, as a JSON text per person: the
    usual source under `*`, others by the attribute's name."""
    fields = list(chosen)
    codes = np.column_stack([chosen[field] for field in fields])
    # People with the same sources share their text; a row of small numbers is compared as one string of bytes.
    marks = np.ascontiguousarray(codes.astype(np.int16)).view(f"V{2 * len(fields)}").reshape(-1)
    _, first, which = np.unique(marks, return_index=True, return_inverse=True)
    texts: list[str | None] = []
    for pattern in codes[first]:
        told = {field: str(names[code]) for field, code in zip(fields, pattern, strict=True) if code != _NOTHING}
        usual = next(iter(told.values()), None)
        named = {field: name for field, name in told.items() if name != usual}
        texts.append(_json({USUAL: usual, **named}) if told else None)
    return [texts[number] for number in which.reshape(-1)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
