"""What the reader says of a file beside its rows: counts, headings, titles, findings. Never a value of a person."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exchange.model.period import Period
from exchange.rules.layout.header import Header, is_like_a_header, nearest_header
from exchange.rules.layout.headings import Vocabulary, tellable
from exchange.rules.layout.shape import Shape
from exchange.rules.layout.sheets import contradicts
from exchange.rules.layout.titles import title_unit
from exchange.services.parsing.book import Book
from exchange.stages.read.survey import Sheet

_TOLD = 50
_LONGEST_TITLE = 200


def facts_of(
    book: Book, sheets: Sequence[Sheet], shape: Shape, period: Period, fields: Sequence[str]
) -> dict[str, Any]:
    """The file's facts after its rows were written.

    `outcome` is ok, F02 or F03 (F01 never gets here), `message` says why in Chinese, `findings` lists
    everything noticed as {rule, sheet, message}; a finding without a rule is only told.
    """
    data = [sheet for sheet in sheets if sheet.role == "data"]
    kinds = sum((sheet.kinds for sheet in sheets), Counter())
    findings = [finding for sheet in sheets for finding in _findings(sheet, shape, period)]
    if not data:
        findings[:0] = _no_header(sheets, shape)
    decisive = next((finding for finding in findings if finding["rule"] in ("F02", "F03")), None)
    controls = [sheet.control_total for sheet in data if sheet.control_total is not None]
    return {
        "container": book.container,
        "encoding": book.encoding,
        "outcome": decisive["rule"] if decisive else "ok",
        "message": decisive["message"] if decisive else "",
        "findings": findings,
        "fields": list(fields),
        "physical_rows": kinds.total(),
        "data_rows": kinds["data"],
        "row_kinds": dict(sorted(kinds.items())),
        "control_total": sum(controls) if controls and len(controls) == len(data) else None,
        "zero_report": kinds["data"] == 0 and bool(data),
        "sheets": [_sheet_facts(sheet, shape) for sheet in sheets],
    }


def refusal_facts(message: str) -> dict[str, Any]:
    """The facts of a file that could not be read at all (F01); the same keys as `facts_of`."""
    return {
        "container": "",
        "encoding": "",
        "outcome": "F01",
        "message": message,
        "findings": [{"rule": "F01", "sheet": "", "message": message}],
        "fields": [],
        "physical_rows": 0,
        "data_rows": 0,
        "row_kinds": {},
        "control_total": None,
        "zero_report": False,
        "sheets": [],
    }


def _sheet_facts(sheet: Sheet, shape: Shape) -> dict[str, Any]:
    header = sheet.header
    month = sheet.view.title_period or sheet.view.name_period
    return {
        "name": sheet.data.name,
        "visible": sheet.data.visible,
        "role": sheet.role,
        "rows": sheet.kinds.total(),
        "row_kinds": dict(sorted(sheet.kinds.items())),
        "header_rows": sheet.header_rows[:_TOLD],
        "data_rows": sheet.kinds["data"],
        "title_text": sheet.title[:_LONGEST_TITLE],
        "title_period": str(month) if month else None,
        "title_unit": title_unit(sheet.title.replace("\n", "  ")),
        "control_total": sheet.control_total,
        "zero_report": sheet.zero_report,
        "columns": _columns(header) if header else [],
        "unknown_headings": list(header.unknown) if header else [],
        "never_read": list(header.never) if header else [],
        "missing_required": list(_missing(sheet, shape)),
        "from_sheet_name": sheet.carried,
        "ragged_rows": sheet.ragged[:_TOLD],
        "hidden_rows": sheet.data.hidden_rows,
    }


def _columns(header: Header) -> list[list[str]]:
    """[field, heading] of the columns that were read, from left to right; a heading that tells nothing is empty."""
    found = []
    for position, name in header.fields:
        levels = [level[position] for level in header.labels if position < len(level) and level[position]]
        # Of two levels neither says alone what the column holds: the field's own title does.
        found.append([name, next(iter(tellable(levels)), "") if len(levels) == 1 else ""])
    return found


def _missing(sheet: Sheet, shape: Shape) -> tuple[str, ...]:
    if sheet.header is None:
        return ()
    carried = shape.title(sheet.carried) if sheet.carried else None
    return tuple(title for title in sheet.header.missing if title != carried)


def _findings(sheet: Sheet, shape: Shape, period: Period) -> list[dict[str, str]]:
    """What is to be said about one sheet; F02 and F03 only about sheets that would be counted."""
    name, header = sheet.data.name, sheet.header

    def found(rule: str, message: str) -> dict[str, str]:
        return {"rule": rule, "sheet": name, "message": message}

    if sheet.role == "hidden_sheet":
        return [found("", f"隐藏的工作表未读取（{sheet.kinds.total()} 行）")] if sheet.kinds.total() else []
    if sheet.role == "stale_sheet":
        return [found("", f"工作表属于其他月份，未计入（{sheet.kinds.total()} 行）")]
    if header is None:
        return [found("", f"工作表没有约定的表头，未读取（{sheet.kinds.total()} 行）")] if sheet.kinds.total() else []
    findings = []
    carried = sheet.carried is not None
    if header.missing and not (carried and len(header.missing) == 1):
        findings.append(found("F02", f"缺少必填列：{'、'.join(header.missing)}"))
    if header.repeated:
        findings.append(found("F02", f"表头重复：{'、'.join(header.repeated)}"))
    if contradicts(sheet.view, period):
        month = sheet.view.title_period or sheet.view.name_period
        findings.append(found("F03", f"表内月份为{month.chinese if month else ''}，与文件名的{period.chinese}不一致"))
    if header.unknown:
        findings.append(found("", _where_to_add(header, shape)))
    if sheet.ragged:
        rows = "、".join(map(str, sheet.ragged[:10]))
        findings.append(found("", f"第 {rows} 行的单元格多于表头，可能错列（共 {len(sheet.ragged)} 行）"))
    if sheet.data.hidden_rows:
        findings.append(found("", f"隐藏的行已照常读取（{sheet.data.hidden_rows} 行）"))
    return findings


def _where_to_add(header: Header, shape: Shape) -> str:
    """The headings nobody declared, and in which file of ours they would have to stand to be read."""
    lacks = [f"{column.title}为 {column.name}" for column in shape.required if column.title in header.missing]
    hint = f"（缺少的{'、'.join(lacks)}）" if lacks else ""
    return (
        f"未约定的列未读取：{'、'.join(header.unknown)}；"
        f"如应读取，请在 schemas/sources/{shape.source}.yaml 中把列名加入相应项目的 headings{hint}"
    )


def _no_header(sheets: Sequence[Sheet], shape: Shape) -> list[dict[str, str]]:
    """No visible sheet has our header: say what the most similar row lacks, and what of it nobody declared."""
    vocabulary = Vocabulary(shape)
    visible = [sheet for sheet in sheets if sheet.data.visible]
    rows = [nearest_header([cells for _, cells in sheet.head], vocabulary) for sheet in visible]
    nearest = min((row for row in rows if row is not None), key=lambda row: len(row.missing), default=None)
    missing = nearest.missing if nearest else tuple(column.title for column in shape.required)
    message = f"未找到表头（前15行）；缺少必填列：{'、'.join(missing)}"
    findings = [{"rule": "F02", "sheet": "", "message": message}]
    # A row that shares no heading with ours may hold people: nothing of it is told.
    if nearest is not None and is_like_a_header(nearest) and nearest.unknown:
        findings.append({"rule": "", "sheet": "", "message": _where_to_add(nearest, shape)})
    return findings
