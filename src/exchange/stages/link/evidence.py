"""Link, first part: the cells of the tables as evidence, told once per distinct text."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.registry.spec_link import ADDRESS_PARTS, TEXT_ROLES, LinkSpec
from exchange.rules.linkage.disputes import disputed
from exchange.rules.linkage.names import is_han, read_names
from exchange.rules.linkage.numbers import read_numbers, repairs
from exchange.rules.linkage.values import read_births, read_phones, read_sexes, read_texts
from exchange.services.identity.pairs import HOT_NAMES
from exchange.services.sets import Sets

_CLAIM = ("number", "key", "sounds", "parent", "is_guardians", "contradicts", "agrees")


def prepare(sets: Sets, raw: pa.Table, spec: LinkSpec, year: int) -> None:
    """Fills `profile` and `record_profile` from the rows of all files."""
    table = _named(_complete(raw, spec))
    sets.give("raw", table)
    sets.give("name_value", _told(read_names(_distinct(table, "name", "guardian_name"))))
    sets.give("number_value", _told(read_numbers(_distinct(table, "id_number", "guardian_id"))))
    sets.give("birth_value", _told(read_births(_distinct(table, "birth_date"), year)))
    sets.give("phone_value", _told(read_phones(_distinct(table, "phone", "guardian_phone"))))
    sets.give("sex_value", _told(read_sexes(_distinct(table, "sex"))))
    parts = [f"address_{place}" for place in range(1, ADDRESS_PARTS + 1)]
    sets.give("text_value", _told(read_texts(
        _distinct(table, "community", "family_name", "given_name", "other_number", *parts))))  # fmt: skip
    sets.run("linkage/told")
    claims = sets.frame("linkage/claims")
    sets.give("disputed", _claims(claims[disputed(claims).to_numpy(dtype=bool)]))
    sets.run("linkage/evidence")
    sets.forget("told")
    wrong = sets.frame("linkage/wrong_numbers")["typed"].tolist()
    sets.give("repair", pa.Table.from_pandas(repairs(wrong), preserve_index=False).cast(_text("typed", "number")))
    sets.run("linkage/slips")
    sets.run("linkage/record_profile")
    sets.run("linkage/hot_phone", {"most": HOT_NAMES})
    sets.run("linkage/profile")
    sets.forget("evidence")


def _complete(raw: pa.Table, spec: LinkSpec) -> pa.Table:
    """Every role as a column; a number of a register we do not know is compared, never trusted."""
    columns = {name: raw[name] for name in raw.schema.names}
    if spec.id_scheme == "other" and "id_number" in columns:
        columns["other_number"] = columns.pop("id_number")
    nothing = pa.nulls(len(raw), pa.string())
    roles = [*TEXT_ROLES, "other_number", *(f"address_{place}" for place in range(1, ADDRESS_PARTS + 1))]
    return pa.table({name: columns.get(name, nothing) for name in ("record", "source", *roles)})


def _named(table: pa.Table) -> pa.Table:
    """Chinese family and given names are one name."""
    families = pc.unique(table["family_name"].drop_null())
    if table["name"].null_count < len(table) or not any(is_han(text) for text in families.to_pylist()):
        return table
    whole = pc.binary_join_element_wise(
        pc.fill_null(table["family_name"], ""), pc.fill_null(table["given_name"], ""), ""
    )
    nothing = pa.nulls(len(table), pa.string())
    names = table.schema.names
    table = table.set_column(names.index("name"), "name", whole)
    for name in ("family_name", "given_name"):
        table = table.set_column(names.index(name), name, nothing)
    return table


def _distinct(table: pa.Table, *columns: str) -> list[str]:
    """The distinct texts of the columns."""
    chunks = [chunk for column in columns for chunk in table[column].chunks]
    found: list[str] = pc.unique(pa.chunked_array(chunks, pa.string()).drop_null()).to_pylist()
    return found


def _told(frame: pd.DataFrame) -> pa.Table:
    types = {name: pa.int64() if name == "length" else pa.string() for name in frame.columns}
    return pa.table({name: pa.array(frame[name], kind, from_pandas=True) for name, kind in types.items()})


def _claims(frame: pd.DataFrame) -> pa.Table:
    types = {name: pa.bool_() if name.startswith(("is_", "contra", "agree")) else pa.string() for name in _CLAIM}
    return pa.table({name: pa.array(frame[name], kind, from_pandas=True) for name, kind in types.items()})


def _text(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])
