"""From the month's lists to sheets: which rows, in which order, in the words a clerk reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from exchange.model.period import Period
from exchange.model.sheets import Cell, CellKind, Exhibit, SheetColumn, SheetTable
from exchange.registry.load import Registry
from exchange.registry.spec import CodeList
from exchange.registry.spec_products import Column, Sheet, SheetExhibit
from exchange.rules.letters.masks import mask_id, mask_name, mask_phone

Entry = Mapping[str, Any]
"""One row of a list: the payload of mart.list_entry with `list`, `person_id`, `id_number` and `token` beside it."""

_DATES = ("arrive_date", "date", "clue_date", "service_date", "delivery_date", "last_menses")
_AS_IT_IS = ("text", "id", "token")
_FILTERED = ("persons", "letters", "indicators")
_FLAGS = {True: "是", False: "否"}


@dataclass(frozen=True)
class Letterhead:
    """Who writes to whom about which month; fills the {names} in titles, file names and signature lines."""

    county6: str
    district: str
    township: str
    unit: str
    office: str
    basis: str
    period: Period
    generation: int = 1

    def fill(self, pattern: str) -> str:
        """`pattern` with every {name} replaced. Raises KeyError for a name nobody knows."""
        return pattern.format(
            county6=self.county6,
            district=self.district,
            township=self.township,
            unit=self.unit,
            office=self.office,
            basis=self.basis,
            period=self.period,
            month=self.period.chinese,
            year=self.period.year,
        )


def letterhead_of(
    registry: Registry, period: Period, place: str = "", unit: str = "", generation: int = 1
) -> Letterhead:
    """The letterhead of a township (`place` is its code), of a sender by name, or with no place of the district."""
    policy, county6 = registry.policy_for(period), (place or next(iter(registry.townships()), ""))[:6]
    return Letterhead(
        county6=county6,
        district=registry.divisions.area(county6) or "",
        township=registry.townships().get(place, ""),
        unit=unit,
        office=policy.health_office,
        basis=policy.basis_of(county6),
        period=period,
        generation=generation,
    )


@dataclass(frozen=True)
class SenderState:
    """What one expected sender did this month; counts are data rows of its deliveries."""

    role: str
    source: str
    agency: str
    unit_code: str
    name: str
    status: Literal["reported", "zero", "missing", "rejected"]
    is_late: bool = False
    rows_in: int = 0
    rows_kept: int = 0
    rows_aside: int = 0

    @property
    def has_reported(self) -> bool:
        """A zero report is a report; a file sent back whole is not."""
        return self.status in ("reported", "zero")


def full_years(birth: date, day: date) -> int:
    """Age in completed years on `day`; somebody born on 29 February turns a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def full_months(birth: date, day: date) -> int:
    """Age in completed months on `day` (月龄)."""
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


def print_table(
    sheet: Sheet,
    entries: Sequence[Entry],
    letterhead: Letterhead,
    codes: Mapping[str, CodeList],
    senders: Sequence[SenderState] = (),
) -> SheetTable:
    """`entries` as the sheet `sheet` declares it: only its columns, persons in house order.

    Ages are those of the month's last day. A sheet without rows says `sheet.empty` only when every sender it rests
    on reported; otherwise it names who did not, and a sheet with rows says so below them.
    """
    rows = sorted(entries, key=_order) if sheet.kind == "persons" else list(entries)
    day = letterhead.period.last_day
    absent = absent_senders(sheet, senders)
    notes = tuple(letterhead.fill(note) for note in sheet.notes)
    if rows and absent:
        notes = (f"注：{'、'.join(absent)}本月缺报，本表可能不全。", *notes)
    return SheetTable(
        name=sheet.name,
        title=letterhead.fill(sheet.title),
        left=letterhead.fill(sheet.left),
        centre=f"统计月份：{letterhead.period.chinese}",
        right=letterhead.fill(sheet.unit),
        columns=tuple(_column(column) for column in sheet.columns),
        rows=tuple(zip(*(_cells(column, rows, day, codes) for column in sheet.columns), strict=True)),
        empty=f"缺报：{'、'.join(absent)}" if absent else sheet.empty,
        notes=notes,
        signature=tuple(tuple(letterhead.fill(cell) for cell in line) for line in sheet.signature),
        font_size=sheet.font_size,
        persons=sheet.kind == "persons",
        filtered=sheet.kind in _FILTERED,
        frozen=_frozen(sheet),
    )


def print_exhibit(exhibit: SheetExhibit, rows: Sequence[Entry], day: date) -> Exhibit:
    """`rows` as the small table `exhibit` declares."""
    columns = tuple(_column(column) for column in exhibit.columns)
    cells = tuple(zip(*(_cells(column, rows, day, {}) for column in exhibit.columns), strict=True))
    return Exhibit(exhibit.kind, exhibit.title, columns, cells)


def absent_senders(sheet: Sheet, senders: Sequence[SenderState]) -> list[str]:
    """Names of the senders this sheet rests on that did not report, each with the reason when it is not silence."""
    return [
        sender.name + ("（整表退回）" if sender.status == "rejected" else "")
        for sender in senders
        if sender.role in sheet.fed_by and not sender.has_reported
    ]


def _frozen(sheet: Sheet) -> int:
    """The columns up to the name stay in sight on a list of persons."""
    names = [column.field for column in sheet.columns]
    return names.index("name") + 1 if sheet.kind == "persons" and "name" in names[:3] else 0


def _order(entry: Entry) -> tuple[str, ...]:
    """Village, household (its address), head of household first, date, name by pinyin; last a key that never ties."""
    relation = str(entry.get("relation") or "")
    return (
        str(entry.get("village12") or "") or "~" + str(entry.get("village") or "~"),
        str(entry.get("current_address") or "~"),
        relation if relation else "~",
        next((str(entry[name]) for name in _DATES if entry.get(name)), "~"),
        str(entry.get("name_key") or entry.get("name") or ""),
        str(entry.get("person_id") or ""),
        str(entry.get("list") or "") + str(entry.get("service_item") or ""),
    )


def _column(column: Column) -> SheetColumn:
    kinds: dict[str, CellKind] = {
        "integer": "integer",
        "date": "date",
        "month": "month",
        "token": "token",
        "count": "integer",
        "rate": "rate",
        "fill": "answer",
    }
    return SheetColumn(
        heading=column.heading,
        width=column.width,
        kind=kinds.get(column.format, "text"),
        wrap=column.wrap,
        choices=column.choices,
        hint=column.hint,
        folded=column.folded,
        group=column.group,
        merge=column.merge,
    )


def _cells(column: Column, rows: Sequence[Entry], day: date, codes: Mapping[str, CodeList]) -> list[Cell]:
    if column.field == "seq":
        return list(range(1, len(rows) + 1))
    if column.field in ("age", "months"):
        reckon = full_years if column.field == "age" else full_months
        births = (_date(row.get("birth_date")) for row in rows)
        return [reckon(birth, day) if isinstance(birth, date) else None for birth in births]
    words = dict(column.words)
    if column.codes is not None:
        words |= {code: entry.name for code, entry in codes[column.codes].entries.items()}
    name = column.field
    if not words and column.format in _AS_IT_IS:
        return [value if isinstance(value := row.get(name), str) else _text(value, {}) for row in rows]
    show = _printers(words)[column.format]
    return [show(row.get(name)) for row in rows]


def _printers(words: Mapping[str, str]) -> dict[str, Callable[[Any], Cell]]:
    return {
        "text": lambda value: _text(value, words),
        "code": lambda value: _text(value, words),
        "integer": lambda value: None if value is None else int(value),
        "count": lambda value: value if isinstance(value, int) else _text(value, {}),
        "date": _date,
        "month": _date,
        "flag": lambda value: "" if value is None else _FLAGS[bool(value)],
        "weeks": lambda value: "" if value is None else f"{int(value) // 7}+{int(value) % 7}",
        "id": lambda value: _text(value, {}),
        "masked_id": mask_id,
        "masked_name": mask_name,
        "masked_phone": mask_phone,
        "rate": lambda value: value,
        "token": lambda value: _text(value, {}),
        "fill": lambda value: "",
    }


def _text(value: Any, words: Mapping[str, str]) -> str:
    """A value as words; several are joined with 、 in the order given, a code nobody knows stays as it came."""
    if value is None:
        return ""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "、".join(words.get(str(item), str(item)) for item in value)
    return words.get(str(value), str(value))


def _date(value: Any) -> date | None:
    if isinstance(value, date) or value is None:
        return value
    return date.fromisoformat(str(value)[:10]) if value else None
