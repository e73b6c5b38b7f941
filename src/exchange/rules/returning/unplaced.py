"""What the reader could not place: headings, sheets and words nobody declared, and who has to do what about it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from exchange.registry.load import Registry
from exchange.registry.spec import Field, Source, Unit
from exchange.rules.layout.headings import normalise
from exchange.rules.letters.masks import mask_returned
from exchange.rules.returning.returned_rows import class_field, coded_fields

_LIKE: Final = 0.5
_LONGEST: Final = 20
_OFFERED: Final = 6
_TOLD: Final = 200
HEADING, SHEET, WORD, FORBIDDEN, HINT = "表头", "工作表", "代码", "不读取的列", "提示"


@dataclass(frozen=True)
class Unplaced:
    """One thing of a file that found no place: its kind, its text, what the clerk and what the data engineer can do.

    `rows` is how many rows it concerns, where that can be said.
    """

    file: str
    sheet: str
    kind: str
    text: str
    clerk: str
    engineer: str
    rows: int | None = None

    def line(self) -> str:
        """For a terminal."""
        where = f"“{self.sheet}”" if self.sheet else ""
        count = f"（{self.rows}行）" if self.rows else ""
        engineer = f"〔数据管理员：{self.engineer}〕" if self.engineer else ""
        return f"【未识别】{where}{self.kind}“{self.text}”{count}：{self.clerk}{engineer}"


def unplaced(
    file: str,
    facts: Mapping[str, Any],
    words: Mapping[str, Counter[str]],
    source: Source,
    unit: Unit | None,
    registry: Registry,
) -> list[Unplaced]:
    """Everything of one file that found no place. `facts` are the reader's, `words` come from `unknown_words`."""
    found = [*_of_layout(file, facts, source), *_of_words(file, words, source, unit, registry)]
    return found[:_TOLD]


def unknown_words(read: pa.Table, judged: pa.Table, source: Source) -> dict[str, Counter[str]]:
    """Field -> its words that stand in no list and how often; numbers of people in the wrong column are masked.

    `read` are a file's rows as read, `judged` its data rows in the same order with `<field>__outcome`. Of a service
    whose class nobody knows only the class and item are told, never what else stood in the row.
    """
    data = read.filter(pc.equal(read["row_kind"], "data"))
    found: dict[str, Counter[str]] = {}
    secret = class_field(source)
    open_rows = pc.is_valid(judged[secret]) if secret and secret in judged.column_names else None
    about_service = {field.name for field in source.fields if secret in (field.name, field.within)}
    for field in coded_fields(source):
        outcome = f"{field.name}__outcome"
        if field.name not in data.column_names or outcome not in judged.column_names:
            continue
        chosen = pc.equal(judged[outcome].cast(pa.string()), "unknown")
        if open_rows is not None and field.name not in about_service:
            chosen = pc.and_(chosen, open_rows)
        counts = pc.value_counts(data[field.name].filter(pc.fill_null(chosen, False)).combine_chunks())
        told: Counter[str] = Counter()
        for pair in counts.to_pylist():
            if pair["values"]:
                told[mask_returned("code", pair["values"])[:_LONGEST]] += pair["counts"]
        if told:
            found[field.name] = told
    return found


def _of_layout(file: str, facts: Mapping[str, Any], source: Source) -> Iterator[Unplaced]:
    for finding in facts["findings"]:
        if not finding["sheet"] and not finding["rule"]:
            yield Unplaced(file, "", HINT, finding["message"], "请核对表头，或改用约定的列名后重报", "")
    for sheet in facts["sheets"]:
        name = sheet["name"]
        if sheet["role"] == "other" and sheet["rows"]:
            key = f"schemas/sources/{source.name}.yaml → fields → 必填列的 headings"
            clerk = "本表没有约定的表头，未读取；如是应报数据，请按约定的表头整理后重报"
            yield Unplaced(file, name, SHEET, name or "（无名）", clerk, f"{key}：加入该表所用的列名", sheet["rows"])
        for heading in sheet["unknown_headings"]:
            yield _heading(file, sheet, heading, source)
        for heading in sheet["never_read"]:
            clerk = "按规定不收集，已略过；今后请勿报送此列"
            yield Unplaced(file, name, FORBIDDEN, heading, clerk, "")


def _heading(file: str, sheet: Mapping[str, Any], heading: str, source: Source) -> Unplaced:
    """An unknown heading with the declared column it most resembles; one of the missing required ones goes first."""
    placed = {name for name, _ in sheet["columns"]}
    free = [field for field in source.fields if field.name not in placed]
    field = _nearest(heading, [field for field in free if field.title in sheet["missing_required"]], 0.3)
    field = field or _nearest(heading, free, _LIKE)
    if field is None:
        clerk = "没有约定这一列，未读取；不是应报项目的可不理会"
        engineer = (
            f"schemas/sources/{source.name}.yaml → fields：如应读取，加一项 {{name, title, headings: [{heading}]}}"
        )
        return Unplaced(file, sheet["name"], HEADING, heading, clerk, engineer)
    clerk = f"未读取；如指“{field.title}”，请把列名改为“{field.headings[0]}”后重报"
    engineer = f"schemas/sources/{source.name}.yaml → fields → name: {field.name} → headings：加入“{heading}”"
    return Unplaced(file, sheet["name"], HEADING, heading, clerk, engineer)


def _nearest(heading: str, fields: Sequence[Field], least: float) -> Field | None:
    """The field one of whose headings is most like `heading`, if any is alike enough."""
    wanted = normalise(heading)
    scored = [
        (max(SequenceMatcher(None, wanted, normalise(own)).ratio() for own in field.headings), -place)
        for place, field in enumerate(fields)
    ]
    best = max(scored, default=(0.0, 0))
    return fields[-best[1]] if best[0] >= least else None


def _of_words(
    file: str, words: Mapping[str, Counter[str]], source: Source, unit: Unit | None, registry: Registry
) -> Iterator[Unplaced]:
    for field in coded_fields(source):
        own = str(getattr(unit, field.dictionary)) if unit is not None and field.dictionary else ""
        codes = registry.codes[field.dictionaries.get(own, field.codes or "")]
        offered = "、".join(list(dict.fromkeys(entry.name for entry in codes.entries.values()))[:_OFFERED])
        for word, rows in sorted(words.get(field.name, Counter()).items(), key=lambda item: (-item[1], item[0])):
            clerk = f"请改用约定的名称或代码，如：{offered}"
            engineer = f"schemas/codes/{codes.name}.yaml → entries → 相应代码 → aliases：加入“{word}”"
            yield Unplaced(file, "", WORD, f"{field.title}：{word}", clerk, engineer, rows)
