"""Rows of text -> typed rows: every cell read by the kind its source declares, with a word for what was seen beside it.

For each field there is a column `<field>` (the typed value, null when there is none) and, except for plain texts,
`<field>__outcome` (a word of the cell readers). Some kinds add columns: a name its sound and note, an identity number
its scheme, birth date, sex and county, an address its place. Nothing is judged here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec import CodeList, Field, Source
from exchange.rules.cells.codes import Dictionary, parents_of, parse_by_sender, parse_codes, parse_ordinals
from exchange.rules.cells.dates import parse_dates
from exchange.rules.cells.distinct import TEXT, Distinct, as_arrow, objects, text_column, texts
from exchange.rules.cells.identity import parse_identity
from exchange.rules.cells.names import parse_names
from exchange.rules.cells.numbers import parse_answers, parse_numbers, parse_weeks
from exchange.rules.cells.phones import parse_phones
from exchange.rules.cells.text import follow_dittos, parse_texts, squash
from exchange.rules.divisions import Gazetteer, parse_addresses, parse_divisions

Columns = dict[str, pd.Series]

OF_A_PERSON = (
    Field(name="name", title="姓名", headings=(), type="name"),
    Field(name="id_number", title="证件号码", headings=(), type="id_number"),
    Field(name="birth_date", title="出生日期", headings=(), type="birth"),
    Field(name="sex", title="性别", headings=(), type="code", codes="sex"),
    Field(name="phone", title="联系电话", headings=(), type="phone"),
)
"""What every row is asked about its person: a source that declares no such field has it empty, not missing."""

DELIVERY_COLUMNS = ("delivery_id", "file", "unit_code", "file_period", "kind", "is_late")
"""What a row takes over from its delivery."""


@dataclass(frozen=True)
class Sheet:
    """What the readers of cells need beside the cell: the rows as read, their senders, and the agreed tables."""

    source: Source
    rows: pd.DataFrame
    context: pd.DataFrame
    registry: Registry
    gazetteer: Gazetteer
    period: Period

    def text(self, field: Field) -> pd.Series:
        """The field as it was typed; all null when no delivery has the column.

        A formula that was saved without its result is no empty cell: `#?` stands for it, which nobody can read
        (free text aside, of which nothing is asked).
        """
        if field.name in self.rows:
            seen = text_column(as_arrow(self.rows[field.name]), self.rows.index)
            lost = np.asarray(self.kind(field) == "error", bool)
            is_free = field.type in ("text", "ehr") or not lost.any()
            return seen if is_free else seen.where(~lost | seen.notna().to_numpy(), "#?")
        return texts([None] * len(self.rows), self.rows.index)

    def kind(self, field: Field) -> pd.Series:
        """The kind of each of the field's cells; text when the reader did not say."""
        name = f"{field.name}__cell"
        kinds = self.rows[name].astype(object) if name in self.rows else pd.Series("text", index=self.rows.index)
        return kinds.where(kinds.notna(), "empty")


def parse_rows(
    source: Source, rows: pd.DataFrame, deliveries: pd.DataFrame, registry: Registry, period: Period
) -> pd.DataFrame:
    """The data rows of one source in one run, typed.

    `rows`: rows as read (sheet, row, row_kind, block, per field `<field>` and `<field>__cell`) with `delivery_id`.
    `deliveries`: one row per delivery (delivery_id, file, unit_code, file_period, kind, is_late).
    Returns one row per row of kind `data`, in the given order, with the columns of the `accepted` table that can be
    known without looking at other rows.
    """
    rows = rows[objects(rows["row_kind"]) == "data"].reset_index(drop=True)
    context = _context(source, rows, deliveries, registry)
    sheet = Sheet(source, rows, context, registry, Gazetteer(registry.divisions), period)
    columns: Columns = {str(name): context[name] for name in context}
    for field in (*source.fields, *(item for item in OF_A_PERSON if source.field(item.name) is None)):
        columns |= READERS[field.type](sheet, field)
    for field in source.fields:
        if field.within is not None:
            columns |= _narrow(sheet, field, columns)
    if "village" in columns:
        columns["village"] = columns["village"].where(columns["village"].notna(), context["block"])
    return pd.DataFrame(columns).drop(columns="block")


def row_ids(files: pd.Series, sheets: pd.Series, rows: pd.Series) -> pd.Series:
    """The name of a row for ever: 24 hex digits over file, sheet and physical row."""
    places = Distinct.of(files.astype(TEXT) + "\0" + sheets.astype(TEXT) + "\0")
    begun = [blake2b(text.encode(), digest_size=12) for text in places.texts]
    ids = []
    for place, row in zip(places.positions.tolist(), rows.tolist(), strict=True):
        digest = begun[place].copy()
        digest.update(b"%d" % row)
        ids.append(digest.hexdigest())
    return texts(ids, files.index)


def row_id(file: str, sheet: str, row: int) -> str:
    """`row_ids` of one row."""
    return blake2b(f"{file}\0{sheet}\0{row}".encode(), digest_size=12).hexdigest()


def _context(source: Source, rows: pd.DataFrame, deliveries: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Where each row comes from: its delivery, its sender and the sender's township and month."""
    places = pd.Index(deliveries["delivery_id"]).get_indexer(pd.Index(rows["delivery_id"]))
    context = pd.DataFrame(index=rows.index)
    for name in DELIVERY_COLUMNS:
        context[name] = deliveries[name].reset_index(drop=True).take(places).set_axis(rows.index)
    context["sheet"] = rows["sheet"].fillna("") if len(rows) else pd.Series(dtype=TEXT)
    context["row"] = rows["row"].astype("int64")
    context.insert(0, "row_id", row_ids(context["file"], context["sheet"], context["row"]))
    context["source"] = texts([source.name] * len(rows), rows.index)
    context["unit_township9"] = _of_unit(source, registry, context["unit_code"], lambda unit: unit.township9)
    blocks = rows["block"] if "block" in rows else pd.Series(None, index=rows.index, dtype=TEXT)
    context["block"] = _block_names(text_column(as_arrow(blocks), rows.index))
    for name in ("delivery_id", "file", "unit_code", "file_period", "kind", "sheet"):
        context[name] = text_column(as_arrow(context[name]), rows.index)
    context["month_end"] = _month_end(context["file_period"])
    return context


def _of_unit(source: Source, registry: Registry, codes: pd.Series, pick: Callable[..., str]) -> pd.Series:
    """A column of the registry of senders for each row; null for senders nobody expects."""
    distinct = Distinct.of(codes)
    units = [registry.unit(source.code, code) for code in distinct.texts]
    return distinct.texts_of([None if unit is None else pick(unit) or None for unit in units])


def _block_names(blocks: pd.Series) -> pd.Series:
    """`一、苏李村` or `1、苏李村` -> `苏李村`."""
    bare = pc.replace_substring_regex(as_arrow(blocks), r"^\s*[(（]?[一二三四五六七八九十百0-9]+[)）]?[、.．]\s*", "")
    return text_column(bare, blocks.index)


def _text(sheet: Sheet, field: Field) -> Columns:
    return {field.name: parse_texts(sheet.text(field), field.answers)}


def _name(sheet: Sheet, field: Field) -> Columns:
    read = parse_names(sheet.text(field))
    return _named(field, read) | {f"{field.name}_key": read["key"], f"{field.name}_note": read["note"]}


def _id_number(sheet: Sheet, field: Field) -> Columns:
    read = parse_identity(sheet.text(field), sheet.kind(field), sheet.context["month_end"])
    stem = field.name.removesuffix("_number").removesuffix("_id")
    return _named(field, read) | {f"{stem}_{part}": read[part] for part in ("scheme", "birth", "sex", "county")}


def _date(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_dates(sheet.text(field), sheet.kind(field), sheet.period.year))


def _datetime(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_dates(sheet.text(field), sheet.kind(field), sheet.period.year, timed=True))


def _birth(sheet: Sheet, field: Field) -> Columns:
    read = parse_dates(sheet.text(field), sheet.kind(field), sheet.period.year, born=True)
    return _named(field, read) | {f"{field.name}__precision": read["precision"]}


def _code(sheet: Sheet, field: Field) -> Columns:
    agreed = sheet.registry.codes[field.codes or ""]
    usual = Dictionary(agreed)
    if field.dictionary is None:
        read = _named(field, parse_codes(sheet.text(field), usual, field.answers))
        return read | ({f"{field.name}_ordinal": parse_ordinals(sheet.text(field))} if _is_numbered(agreed) else {})
    own = {name: Dictionary(agreed, sheet.registry.codes[codes]) for name, codes in field.dictionaries.items()}
    column = field.dictionary
    chosen = _of_unit(sheet.source, sheet.registry, sheet.context["unit_code"], lambda unit: str(getattr(unit, column)))
    return _named(field, parse_by_sender(sheet.text(field), chosen, own, usual, field.answers))


def _is_numbered(codes: CodeList) -> bool:
    """Whether the things on a list are given several times and counted, as vaccines are (tag `maxN`)."""
    return any(tag.startswith("max") for entry in codes.entries.values() for tag in entry.tags)


def _narrow(sheet: Sheet, field: Field, columns: Columns) -> Columns:
    """A code that only makes sense inside a broader one is read again with it; a blank broader one follows from it."""
    broader = sheet.source.field(field.within or "")
    if broader is None or broader.codes is None or field.codes is None:
        return {}
    parent = columns[broader.name]
    read = parse_codes(sheet.text(field), Dictionary(sheet.registry.codes[field.codes]), field.answers, parent)
    filled = parents_of(read["value"], parent, sheet.registry.codes[broader.codes].entries)
    return _named(field, read) | {broader.name: filled}


def _division(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_divisions(sheet.text(field), sheet.gazetteer))


def _address(sheet: Sheet, field: Field) -> Columns:
    block = sheet.context["delivery_id"] + "\0" + sheet.context["sheet"]
    home = text_column(pc.utf8_slice_codeunits(as_arrow(sheet.context["unit_township9"]), 0, 6), sheet.rows.index)
    read = parse_addresses(follow_dittos(sheet.text(field), block), sheet.gazetteer, home)
    return _named(field, read) | {f"{field.name}_code6": read["code6"], f"{field.name}_township9": read["township9"]}


def _phone(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_phones(sheet.text(field)))


def _boolean(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_answers(sheet.text(field)))


def _integer(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_numbers(sheet.text(field), whole=True))


def _decimal(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_numbers(sheet.text(field), whole=False))


def _weeks(sheet: Sheet, field: Field) -> Columns:
    return _named(field, parse_weeks(sheet.text(field)))


def _ehr(sheet: Sheet, field: Field) -> Columns:
    """Numbers of health records: any hyphens and blanks out; an odd length is still evidence that a record exists."""
    distinct = Distinct.of(parse_texts(sheet.text(field)))
    return {field.name: distinct.texts_of([squash(text).replace("-", "") or None for text in distinct.texts])}


def _named(field: Field, read: Mapping[str, pd.Series]) -> Columns:
    return {field.name: read["value"], f"{field.name}__outcome": read["outcome"]}


def _month_end(labels: pd.Series) -> pd.Series:
    """`2026-10` -> its last day (datetime64[s]), per row."""
    distinct = Distinct.of(labels)
    ends = np.array([np.datetime64(Period.parse(label).last_day, "s") for label in distinct.texts], "datetime64[s]")
    return pd.Series(distinct.array_of(ends, np.datetime64("NaT")), index=labels.index)


READERS: dict[str, Callable[[Sheet, Field], Columns]] = {
    "text": _text, "name": _name, "id_number": _id_number, "date": _date, "birth": _birth, "datetime": _datetime,
    "code": _code, "division": _division, "address": _address, "phone": _phone, "boolean": _boolean,
    "integer": _integer, "decimal": _decimal, "weeks": _weeks, "ehr": _ehr,
}  # fmt: skip
"""Field type -> the reader of its cells."""
