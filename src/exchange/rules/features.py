"""What can only be seen by looking across columns, rows and the file: the columns the expectations judge.

Everything here is a fact about the row as sent (an age, a count, a distance in days, "is the same as"); limits and
verdicts stand in the expectation suites. Null means that the question does not arise for the row.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.cells.distinct import Distinct, as_arrow, objects, text_column
from exchange.rules.cells.names import UNHEARD, may_be_same
from exchange.rules.divisions import Gazetteer, scopes
from exchange.rules.features_events import HISTORY_COLUMNS, event_features, history_features
from exchange.rules.intervals import flag, full_years, sure

CHILD_UNDER: Final = 7
"""Full years: 0-6 year olds are the children of the public-health programme."""

ADULT_FROM: Final = 15
"""A number whose owner is this old cannot be a child's own: it is the guardian's."""

SHARED_ABOVE: Final = 5
"""A phone number of more people than this in one file belongs to an office or a dormitory and identifies nobody."""

_Array = npt.NDArray[Any]


_FILE_COLUMNS: Final = (
    "delivery_id", "id_number", "name_key", "name__outcome", "is_temp_name", "adult_id_on_child", "birth_date", "phone",
    "guardian_id", "current_code", "current_place", *HISTORY_COLUMNS,
)  # fmt: skip


def add_features(source: Source, rows: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """The parsed rows of whole files with all feature columns added; the argument is not changed."""
    frame = row_features(source, rows, registry)
    return frame.assign(**file_features(source, frame))


def row_features(source: Source, rows: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """The parsed rows with the features that each row shows by itself; the argument is not changed."""
    frame = rows.copy(deep=False)
    _identity(source, frame, registry)
    _places(source, frame, registry)
    event_features(source, frame, registry)
    return frame


def file_columns(source: Source, rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of `row_features` that `file_features` looks at."""
    wanted = {*_FILE_COLUMNS, *source.event_key}
    return rows[[name for name in rows if name in wanted]]


def file_features(source: Source, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """The features that only a row's whole file can show, as columns over `rows`: the `file_columns` of whole files."""
    comparable = (
        rows["id_number"].notna()
        & rows["name_key"].notna()
        & ~rows["is_temp_name"]
        & ~rows["adult_id_on_child"]
        & (rows["name__outcome"] != "several_people")
    )
    people_of_phone = _distinct_per(rows, "phone", "name_key", rows["phone"].notna())
    found = {
        "names_of_id": _names_of_id(rows, comparable).where(~rows["adult_id_on_child"]),
        "people_of_phone": people_of_phone,
        "phone_shared": (people_of_phone > SHARED_ABOVE).fillna(False),
        **history_features(source, rows),
        "is_duplicate": duplicates(source, rows),
    }
    if "current_code" in rows:
        has_codes = rows["current_code"].notna().groupby(rows["delivery_id"]).transform("any")
        where = objects(rows["current_place"])
        where = np.where(has_codes & rows["current_code"].isna(), "unknown", where)
        found["current_place"] = pd.Series(where, index=rows.index).astype("category")
    return found


def _identity(source: Source, frame: pd.DataFrame, registry: Registry) -> None:
    """Whose number it is, and what a valid number says: it wins over the printed birth date and sex."""
    as_of = frame["month_end"]
    frame["is_temp_name"] = frame["name__outcome"] == "temporary"
    printed_child = (full_years(frame["birth_date"], as_of) < CHILD_UNDER).fillna(False)
    frame["is_child"] = printed_child | _tagged(source, frame, registry, "child")
    frame["adult_id_on_child"] = frame["is_child"] & (full_years(frame["id_birth"], as_of) >= ADULT_FROM).fillna(False)
    own = frame["id_birth"].notna() & ~frame["adult_id_on_child"]
    known_sex = text_column(as_arrow(frame["id_sex"]), frame.index)
    frame["birth_printed"], frame["sex_printed"] = frame["birth_date"], frame["sex"]
    frame["birth_agrees"] = _birth_agrees(frame).where(own)
    both = own & frame["sex"].isin(["1", "2"])
    frame["sex_agrees"] = flag(objects(frame["sex"]) == objects(known_sex), both)
    frame["birth_date"] = frame["birth_date"].where(~own, frame["id_birth"])
    frame["sex"] = frame["sex"].where(~own, known_sex)
    known = Distinct.of(frame["id_county"])
    prefixes = registry.divisions.known_prefixes
    answers = np.array([county in prefixes for county in known.texts], bool)
    frame["id_county_known"] = flag(known.array_of(answers, True), frame["id_county"].notna())


def _tagged(source: Source, frame: pd.DataFrame, registry: Registry, tag: str) -> pd.Series:
    """Rows with a code that its list tags so, in any coded column."""
    found = pd.Series(False, index=frame.index)
    for field in source.fields:
        codes = registry.codes[field.codes].tagged(tag) if field.codes else ()
        if codes:
            found |= frame[field.name].isin(list(codes)).fillna(False).astype(bool)
    return found


def _birth_agrees(frame: pd.DataFrame) -> pd.Series:
    """Printed birth date against the number's, as exactly as the clerk wrote it; null where either is missing."""
    printed, numbered = (frame[name].to_numpy().astype("datetime64[D]") for name in ("birth_date", "id_birth"))
    precision = objects(frame["birth_date__precision"])
    same_month = printed.astype("datetime64[M]") == numbered.astype("datetime64[M]")
    same = np.where(precision == "M", same_month, printed == numbered)
    return flag(same, frame["birth_date"].notna() & frame["id_birth"].notna())


def _names_of_id(frame: pd.DataFrame, comparable: pd.Series) -> pd.Series:
    """How many names, by their sound, stand beside a number in its file; an illegible character is no difference."""
    names = _distinct_per(frame, "id_number", "name_key", comparable)
    unclear = sure(frame["name_key"].str.contains(UNHEARD, regex=False)) & comparable.to_numpy() & sure(names > 1)
    if not unclear.any():
        return names
    numbers = frame["delivery_id"] + "\0" + frame["id_number"]
    doubted = sure(numbers.isin(numbers[unclear]))
    heard = frame.loc[doubted & comparable.to_numpy(), "name_key"].groupby(numbers)
    apart = {number: _apart(set(keys)) for number, keys in heard}
    names[doubted] = [apart[number] for number in numbers[doubted]]
    return names


def _apart(keys: set[str]) -> int:
    """How many of these sounds of names cannot be one name's."""
    apart: list[str] = []
    for key in sorted(keys, key=lambda key: (UNHEARD in key, key)):
        if not any(may_be_same(key, other) for other in apart):
            apart.append(key)
    return len(apart)


def _distinct_per(frame: pd.DataFrame, group: str, value: str, counted: pd.Series) -> pd.Series:
    """For each row, how many different `value`s its `group` has in its file among the rows `counted` (Int64)."""
    key = text_column(
        pc.binary_join_element_wise(as_arrow(frame["delivery_id"]), as_arrow(frame[group]), "\0"), frame.index
    )
    groups = Distinct.of(key)
    values = Distinct.of(frame[value])
    mask = np.asarray(counted, bool) & (groups.positions >= 0) & (values.positions >= 0)
    pairs = np.unique(groups.positions[mask] * (len(values.texts) + 1) + values.positions[mask])
    counts = np.bincount(pairs // (len(values.texts) + 1), minlength=len(groups.texts)).astype(np.int64)
    return pd.Series(groups.array_of(counts, 0), index=frame.index).astype("Int64").where(frame[group].notna())


def _places(source: Source, frame: pd.DataFrame, registry: Registry) -> None:
    """Places of hukou and residence as codes, whether the latter lies in the sender's area, and the mobility scope."""
    index = frame.index
    hukou6, hukou9 = _best_place(frame, "hukou_code", "hukou_address")
    current6, current9 = _best_place(frame, "current_code", "current_address")
    frame["hukou_code6"], frame["hukou_township9"] = hukou6, hukou9
    frame["current_township9"] = current9
    unit6 = text_column(pc.utf8_slice_codeunits(as_arrow(frame["unit_township9"]), 0, 6), index)
    same = sure(current9 == frame["unit_township9"])
    elsewhere = current6.isin(list(registry.divisions.areas)).to_numpy(bool) & sure(current6 != unit6)
    where = np.where(elsewhere, "outside", np.where(current9.isna(), "unknown", np.where(same, "inside", "outside")))
    frame["current_place"] = pd.Series(where, index=index).astype("category")
    here = current9
    if "township" in frame:
        gazetteer = Gazetteer(registry.divisions)
        joined = Distinct.of(frame["township"] + "\0" + unit6)
        printed = joined.texts_of([gazetteer.township(*text.split("\0", 1)) for text in joined.texts])
        here = here.where(here.notna(), printed)
    here = here.where(here.notna(), frame["unit_township9"])
    frame["hukou_is_here"] = flag(sure(hukou9 == here), hukou9.notna())
    frame["scope"] = scopes(hukou6, hukou9, unit6, frame["unit_township9"], registry.divisions)


def _best_place(frame: pd.DataFrame, code: str, address: str) -> tuple[pd.Series, pd.Series]:
    """(6-digit, 9-digit) codes of a place that a code column and an address may both name; a whole code wins."""
    nothing = text_column(as_arrow(pd.Series([None] * len(frame), dtype=object)), frame.index)
    six, nine = (frame.get(f"{address}_{part}", nothing) for part in ("code6", "township9"))
    if code not in frame:
        return six, nine
    texts = as_arrow(frame[code])
    code6 = text_column(pc.utf8_slice_codeunits(texts, 0, 6), frame.index)
    long = pc.if_else(pc.greater_equal(pc.utf8_length(texts), 9), pc.utf8_slice_codeunits(texts, 0, 9), None)
    code9 = text_column(long, frame.index)
    by_code = frame[code].notna() & (frame[f"{code}__outcome"] == "ok")
    agreeing = nine.where((six == code6).fillna(False))
    return six.where(~by_code, code6), nine.where(~by_code, code9.where(code9.notna(), agreeing))


def duplicates(source: Source, frame: pd.DataFrame) -> pd.Series:
    """Rows that repeat an earlier row of their file: same person and same event (the source's `event_key`).

    The same person is the same valid number, or without one the same sound of name, birth date, and phone or guardian.
    """
    named = frame["id_number"].notna() & ~frame["adult_id_on_child"]
    born = frame["birth_date"].astype(str)
    contact = [frame[name].fillna("") for name in ("phone", "guardian_id") if name in frame]
    described = frame["name_key"].fillna("") + "|" + born
    for column in contact:
        described = described + "|" + column
    person = frame["id_number"].where(named, described)
    known = named | frame["name_key"].notna()
    parts = [
        frame["delivery_id"],
        person,
        *(frame[name].astype(str).fillna("") for name in source.event_key if name in frame),
    ]
    keys = pd.DataFrame({str(position): part for position, part in enumerate(parts)})
    return keys.duplicated() & known
