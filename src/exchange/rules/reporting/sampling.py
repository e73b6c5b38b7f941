"""What an auditor gets to check, and what his answers say: shares with their interval, place by place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from exchange.model.trace import TraceTable
from exchange.registry.load import Registry
from exchange.registry.spec_products import Sheet
from exchange.rules.confidence import interval_text
from exchange.rules.letters.workbooks import Letterhead, print_table
from exchange.rules.reporting.tracing import list_title

ANSWERS: Final = {"一致": "right", "不一致": "wrong", "无法核对": "unclear"}
"""What stands in 核对结果, and the word it is kept under."""

RESULT: Final = ("统计月份", "镇街", "名单", "抽出", "已核对", "一致", "准确率", "95%区间")
WHOLE: Final = "全区"
EVERY: Final = "合计"
_SILENT: Final = ("token", "fill", "id", "masked_id", "masked_name", "masked_phone")

Row = Mapping[str, Any]


def sample_entry(row: Row, registry: Registry, head: Letterhead) -> dict[str, Any]:
    """A drawn row as the sheet prints it; `published` holds only what is no datum about the person."""
    source = registry.sources.get(str(row["source"]))
    file = str(row["file"] or "").rpartition("/")[2]
    place = "，".join(part for part in (file, row["sheet"], f"第{row['row']}行" if row["row"] else "") if part)
    return {
        "town": registry.townships().get(str(row["township9"]), str(row["township9"])),
        "list_title": list_title(str(row["list"])),
        "agency": source.agency if source else "",
        "place": place,
        "rules": str(row["rules"] or "").replace(";", "、"),
        "person_id": row["person_id"],
        "name": row["payload"].get("name"),
        "id_number": row["id_number"],
        "published": published_text(str(row["list"]), row["payload"], registry, head),
        "token": row["token"],
    }


def published_text(name: str, payload: Row, registry: Registry, head: Letterhead) -> str:
    """What the first sheet that prints the list says of the row, without its columns about the person."""
    sheets = (sheet for product in registry.products.values() for sheet in product.sheets if name in sheet.lists)
    sheet = next(sheets, None)
    told = [] if sheet is None else [one for one in sheet.columns if not one.personal and one.format not in _SILENT]
    told = [one for one in told if one.field != "seq"]
    if sheet is None or not told:
        return ""
    only: Sheet = sheet.model_copy(update={"columns": tuple(told), "kind": "report", "notes": ()})
    (cells,) = print_table(only, [payload], head, registry.codes).rows
    said = ((one.heading, cell) for one, cell in zip(told, cells, strict=True) if cell not in (None, ""))
    return "；".join(f"{heading}：{cell.isoformat() if isinstance(cell, date) else cell}" for heading, cell in said)


def result_table(found: Sequence[Row], registry: Registry) -> TraceTable:
    """Accuracy of every sample, by township and of the district by list, each with its interval at 95 %."""
    rows: list[tuple[str, ...]] = []
    for key in dict.fromkeys((row["period"], row["generation"], row["sample_id"]) for row in found):
        own = [row for row in found if (row["period"], row["generation"], row["sample_id"]) == key]
        month = f"{key[0]} 第{key[1]}版"
        rows.append(_line(month, WHOLE, EVERY, own))
        for township9 in dict.fromkeys(row["township9"] for row in own):
            named = registry.townships().get(township9, township9)
            rows.append(_line(month, named, EVERY, [row for row in own if row["township9"] == township9]))
        for name in dict.fromkeys(sorted(row["list"] for row in own)):
            rows.append(_line(month, WHOLE, list_title(name), [row for row in own if row["list"] == name]))
    return TraceTable("抽样核对结果", RESULT, tuple(rows))


def _line(month: str, place: str, name: str, rows: Iterable[Row]) -> tuple[str, ...]:
    drawn, checked, right = (sum(int(row[key]) for row in rows) for key in ("drawn", "checked", "correct"))
    share = f"{right / checked * 100:.1f}%" if checked else "—"
    return (month, place, name, str(drawn), str(checked), str(right), share, interval_text(right, checked))
