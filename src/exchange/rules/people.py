"""What is known of a person: the latest statement of every source, and the one value each attribute has.

A source's own order of precedence is declared (`precedence` in its file, the smaller the stronger). A statement on
a row with a valid number outranks every statement without one for name, sex and birth date: the number says whose
row it is.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from exchange.registry.divisions import Divisions
from exchange.rules.cells.distinct import as_arrow, text_column
from exchange.rules.divisions import scopes

IDENTITY: Final = ("name", "name_key", "sex", "birth_date")
DETAILS: Final = (
    "ethnicity", "education", "marital", "hukou_code6", "hukou_township9", "hukou_address", "current_address",
    "village", "phone", "guardian_name",
)  # fmt: skip
ATTRIBUTES: Final = (*IDENTITY, *DETAILS)
_TAIWAN_PERMIT: Final = "^83"
"""Residence permits of Taiwan residents begin with 83, while the province's code is 71; 81 and 82 stand for both."""

STATEMENT_COLUMNS: Final = (
    "person_id", "source", "precedence", *ATTRIBUTES, "is_local", "identity_certain", "row_id", "updated_period",
)  # fmt: skip
PERSON_COLUMNS: Final = ("person_id", *ATTRIBUTES, "is_local", "updated_period")


def latest_statements(rows: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row per person and source with the last known value of every attribute.

    `rows`: STATEMENT_COLUMNS and `said_on` (the day the row speaks of), in the order of the files.
    `before`: STATEMENT_COLUMNS of the same persons as of the month before; newer rows win, blanks keep what was known.
    Two earlier records of one person and source (after a merge) are settled the same way.
    """
    older = before.assign(said_on=pd.Series(pd.NaT, index=before.index))[[*STATEMENT_COLUMNS, "said_on"]]
    frames = [frame for frame in (older, rows[[*STATEMENT_COLUMNS, "said_on"]]) if len(frame)]
    if not frames:
        return older[list(STATEMENT_COLUMNS)]
    said = pd.concat(frames, ignore_index=True)
    said["is_local"] = said["is_local"].fillna(False).astype(bool)
    said["identity_certain"] = said["identity_certain"].astype(bool)
    said["position"] = range(len(said))
    by_day = said.sort_values(["said_on", "position"], kind="stable", na_position="first")
    by_certainty = by_day.sort_values("identity_certain", kind="stable")
    keys = ["person_id", "source"]
    identity = by_certainty.groupby(keys, sort=True)[list(IDENTITY)].last()
    details = by_day.groupby(keys, sort=True)[[*DETAILS, "precedence", "row_id", "updated_period"]].last()
    flags = said.groupby(keys, sort=True)[["is_local", "identity_certain"]].max()
    joined = pd.concat([identity, details, flags], axis=1).reset_index()
    return joined[list(STATEMENT_COLUMNS)]


def decide_attributes(statements: pd.DataFrame) -> pd.DataFrame:
    """STATEMENT_COLUMNS -> one row per person (PERSON_COLUMNS): for each attribute the strongest source that has it."""
    ranked = statements.sort_values(["person_id", "precedence", "source"], kind="stable")
    certain = ranked.sort_values("identity_certain", ascending=False, kind="stable")
    identity = certain.groupby("person_id", sort=True)[list(IDENTITY)].first()
    details = ranked.groupby("person_id", sort=True)[list(DETAILS)].first()
    rest = ranked.groupby("person_id", sort=True)[["is_local", "updated_period"]].max()
    return pd.concat([identity, details, rest], axis=1).reset_index()[list(PERSON_COLUMNS)]


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
