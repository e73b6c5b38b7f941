"""What is known of a person: the latest statement of every source, and the one value each attribute has.

A source's own order of precedence is declared (`precedence` in its file, the smaller the stronger). A statement on
a row with a valid number outranks every statement without one for name, sex and birth date: the number says whose
row it is.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from exchange.registry.divisions import Divisions
from exchange.registry.spec import Source
from exchange.rules.cells.distinct import as_arrow, text_column
from exchange.rules.divisions import scopes
from exchange.rules.persons.provenance import Ints, last_told, noted_before, older_rows, origins, ranks

IDENTITY: Final = ("name", "name_key", "sex", "birth_date")
DETAILS: Final = (
    "ethnicity", "education", "marital", "hukou_code6", "hukou_township9", "hukou_address", "current_address",
    "village", "phone", "guardian_name",
)  # fmt: skip
ATTRIBUTES: Final = (*IDENTITY, *DETAILS)
_TAIWAN_PERMIT: Final = "^83"
"""Residence permits of Taiwan residents begin with 83, while the province's code is 71; 81 and 82 stand for both."""

NO_RULES: Final[Mapping[str, Any]] = MappingProxyType({})

STATEMENT_COLUMNS: Final = (
    "person_id", "source", "precedence", *ATTRIBUTES, "is_local", "identity_certain", "row_id", "updated_period",
    "older",
)  # fmt: skip
PERSON_COLUMNS: Final = ("person_id", *ATTRIBUTES, "is_local", "updated_period", "origin")


def latest_statements(rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row per person and source with the last known value of every attribute, and the row each came from.

    `rows`: STATEMENT_COLUMNS and `said_on` (the day the row speaks of), in the order of the files; `older` may lack.
    `before`: STATEMENT_COLUMNS of the same persons as of the month before; newer rows win, blanks keep what was known.
    Two earlier records of one person and source (after a merge) are settled the same way. `row_id` and
    `updated_period` are of the newest row; `older` names those of the attributes it left blank.
    """
    columns = [*STATEMENT_COLUMNS, "said_on"]
    older = before.assign(said_on=pd.Series(pd.NaT, index=before.index)).reindex(columns=columns)
    frames = [frame for frame in (older, rows.reindex(columns=columns)) if len(frame)]
    if not frames:
        return older[list(STATEMENT_COLUMNS)]
    said = pd.concat(frames, ignore_index=True)
    said["is_local"] = said["is_local"].fillna(False).astype(bool)
    said["identity_certain"] = said["identity_certain"].astype(bool)
    by_day = _by_day(said)
    by_certainty = by_day[np.argsort(said["identity_certain"].to_numpy(dtype=bool)[by_day], kind="stable")]
    keys = said.groupby(["person_id", "source"], sort=True)
    groups, size = np.asarray(keys.ngroup(), dtype=np.int64), keys.ngroups
    newest = np.full(size, -1, dtype=np.int64)
    newest[groups[by_day]] = by_day
    found = {
        name: last_told(said[name], groups, by_certainty if name in IDENTITY else by_day, size) for name in ATTRIBUTES
    }
    flags = keys[["is_local", "identity_certain"]].max().reset_index(drop=True)
    heads = said.iloc[newest][["person_id", "source", "precedence", "row_id", "updated_period"]].reset_index(drop=True)
    told = {name: said[name].reindex(pd.Index(positions)).reset_index(drop=True) for name, positions in found.items()}
    noted = older_rows(
        found, said["row_id"].tolist(), said["updated_period"].tolist(), newest, noted_before(said["older"].tolist())
    )
    return heads.assign(**told, **flags, older=pd.Series(noted, dtype="object"))[list(STATEMENT_COLUMNS)]


def decide_attributes(
    statements: pd.DataFrame, fill: Mapping[str, Any] = NO_RULES, sources: Mapping[str, Source] = NO_RULES
) -> pd.DataFrame:
    """STATEMENT_COLUMNS -> one row per person (PERSON_COLUMNS): for each attribute the strongest source that has it.

    A source's own precedence decides, unless `fill` says otherwise for an attribute (Linkage.fill); `origin` tells
    which source it was.
    """
    by_person = statements.groupby("person_id", sort=True)
    groups, size = np.asarray(by_person.ngroup(), dtype=np.int64), by_person.ngroups
    strength = statements["precedence"].to_numpy(dtype=np.float64)
    names, source = np.unique(statements["source"].astype("object").to_numpy(dtype=str), return_inverse=True)
    # Weakest first: the last one that tells an attribute is the strongest.
    usual = np.lexsort((source, strength))[::-1]
    certain = usual[np.argsort(statements["identity_certain"].to_numpy(dtype=bool)[usual], kind="stable")]
    values: dict[str, pd.Series] = {}
    chosen: dict[str, Ints] = {}
    for name in ATTRIBUTES:
        order = certain if name in IDENTITY else usual
        rank = ranks(statements, fill, sources, name)
        if rank is not None:
            order = order[np.argsort(-rank[order], kind="stable")]
        found = last_told(statements[name], groups, order, size)
        values[name] = statements[name].reset_index(drop=True).reindex(pd.Index(found)).reset_index(drop=True)
        chosen[name] = np.where(found < 0, -1, source[found])
    rest = by_person[["is_local", "updated_period"]].max().reset_index()
    return rest.assign(**values, origin=pd.Series(origins(chosen, list(names)), dtype="object"))[list(PERSON_COLUMNS)]


def _by_day(said: pd.DataFrame) -> Ints:
    """Positions in the order of the days the rows speak of; those of the months before come first."""
    days = pd.to_datetime(said["said_on"]).to_numpy(dtype="datetime64[s]", na_value=np.datetime64("NaT"))
    before_all = np.datetime64("0001-01-01", "s")
    return np.argsort(np.where(np.isnat(days), before_all, days), kind="stable").astype(np.int64)


def fill_scope(rows: pd.DataFrame, known: pd.DataFrame, divisions: Divisions) -> pd.Series:
    """Mobility scope of register rows, from the place of hukou as best known.

    The row's own place wins; where it does not settle the scope, the register's last known place of the person
    (`known`: person_id, hukou_code6, hukou_township9), then digits 1-6 of the number (the place of first
    registration, or Hong Kong, Macau, Taiwan). Other agencies are not asked: whether somebody counts as a migrant
    must not hang on which of their rows could be linked.
    `rows`: person_id, township9, hukou_code6, hukou_township9, id_number, id_scheme.
    """
    here, person = _text(rows["township9"]), rows["person_id"]
    earlier = known.drop_duplicates("person_id").set_index("person_id")
    numbered = rows["id_scheme"].astype("object").isin(["resident", "permit"]).to_numpy(dtype=bool)
    first_place = _text(rows["id_number"]).where(numbered).str[:6].str.replace(_TAIWAN_PERMIT, "71", regex=True)
    nowhere = first_place.where(first_place.isna())
    answer = pd.Series("unknown", index=rows.index, dtype="object")
    for code6, code9 in (
        (_text(rows["hukou_code6"]), _text(rows["hukou_township9"])),
        (_text(person.map(earlier["hukou_code6"])), _text(person.map(earlier["hukou_township9"]))),
        (first_place, nowhere),
    ):
        asked = (answer == "unknown").to_numpy(dtype=bool)
        found = scopes(code6[asked], code9[asked], here[asked].str[:6], here[asked], divisions)
        answer[asked] = found.astype("object").to_numpy()
    return answer


def scope_group(scope: pd.Series, default_scopes: Sequence[str]) -> pd.Series:
    """`default` for the scopes that make a migrant under the policy in force, `memo` for everybody else registered."""
    return scope.astype("object").isin(list(default_scopes)).map({True: "default", False: "memo"})


def _text(column: pd.Series) -> pd.Series:
    """The column as text, also when nothing in it says of what type it is."""
    return text_column(as_arrow(column), column.index)
