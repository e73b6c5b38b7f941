"""A township's clerk for the tests: finds people in the month's workbook by name, answers, and sends the file back."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.tables import ledger
from exchange.stages.answers import import_answers
from exchange.stages.notify import notify_recipients
from exchange.stages.publish import publish_period
from tests.stages.months import WEST, Month, lay_down, run_of

Rows = list[dict[str, Any]]


def send(month: Month, registry: Registry, services: Services) -> None:
    """The month is published and its letters are written; then its files are booked, for later months to name."""
    lay_down(month, registry, services)
    publish_period(run_of(month.period), registry, services)
    notify_recipients(run_of(month.period), registry, services)
    for role in month.rows:
        _deliver(role, month.period, registry, services)


def sheet_rows(path: Path, sheet: str) -> Rows:
    """The rows of a sheet under its headings; a sheet without people has none."""
    found = openpyxl.load_workbook(BytesIO(path.read_bytes()))[sheet]
    lines = [list(line) for line in found.iter_rows(values_only=True)]
    place = next(number for number, line in enumerate(lines) if line[0] == "序号")
    heads = lines[place]
    if not any(isinstance(line[0], int) for line in lines[place + 1 :]):
        return []
    if lines[place + 1][0] is None:
        heads = [low or high for low, high in zip(lines[place + 1], heads, strict=True)]
    names = ["".join(str(head).split()) for head in heads]
    return [dict(zip(names, line, strict=True)) for line in lines[place + 1 :] if isinstance(line[0], int)]


def office_file(services: Services, period: Period, word: str = "流动人口信息通报_", township9: str = WEST) -> Path:
    """The office's workbook of the month."""
    (path,) = (services.settings.home / "outbox" / f"office-{township9}" / str(period)).glob(f"*{word}*.xlsx")
    return path


def listed(services: Services, period: Period, sheet: str) -> list[str]:
    """Names on a sheet of the office's workbook."""
    return sorted(
        str(row.get("姓名") or row.get("儿童姓名")) for row in sheet_rows(office_file(services, period), sheet)
    )


def feedback(services: Services, registry: Registry, role: Any, period: Period) -> Rows:
    """What stands on 核实反馈 of a sender's file."""
    account = registry.of_role(role)[0].transport.account
    (path,) = (services.settings.home / "outbox" / account / "feedback" / str(period)).glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    return sheet_rows(path, "核实反馈") if "核实反馈" in book.sheetnames else []


def answer(
    services: Services,
    registry: Registry,
    period: Period,
    told: Mapping[tuple[str, str], str],
    folder: Path,
    *,
    corrections: Mapping[str, str] | None = None,
    day: str = "2026-09-20",
) -> list[str]:
    """Fills in answers by (sheet, name) and imports the file; what the system said."""
    path = office_file(services, period)
    back = openpyxl.Workbook()
    page = back.active
    assert page is not None
    page.append(["行标识", "核实结果", "更正内容", "核实人", "核实日期"])
    for (sheet, name), said in told.items():
        row = next(row for row in sheet_rows(path, sheet) if name in (row.get("姓名"), row.get("儿童姓名")))
        page.append([row["行标识"], said, (corrections or {}).get(name), "王", day])
    file = folder / f"back-{period}.xlsx"
    back.save(file)
    return import_answers(services, registry, file, actor="t", why="w")


def _deliver(role: str, period: Period, registry: Registry, services: Services) -> None:
    source = next(source.name for source in registry.sources.values() if source.role == role)
    delivery = {
        "delivery_id": f"{role}-{period}-{WEST}", "source": source, "unit_code": WEST, "file_period": str(period),
        "version": 1, "kind": "full", "path": f"{role}/{period}/{WEST}.csv", "sha256": f"{role}-{period}", "bytes": 1,
        "status": "received", "first_seen_period": str(period), "processed_period": str(period), "is_late": False,
        "seen_at": run_of(period).started_at,
    }  # fmt: skip
    with services.warehouse.transaction() as conn:
        conn.execute(sa.insert(ledger.delivery).values(**delivery))
