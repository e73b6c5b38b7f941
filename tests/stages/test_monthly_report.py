"""Two published months: the monthly report, the ledger of notifications, answers that come back, and disclosures."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from exchange.model.errors import ContentError, PublicationError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.disclosures import disclosures_of
from exchange.services.tables import ledger, mart
from exchange.stages.answers import import_answers
from exchange.stages.notify import notify_recipients
from exchange.stages.publish import publish_period
from tests.stages.months import EAST, WEST, Month, lay_down, number, run_of, table

AUGUST, SEPTEMBER = Period(2026, 8), Period(2026, 9)
ANNE, BO, CHILD = number("341222", "19900101", 2), number("341222", "19800101", 1), number("341222", "20240301", 3)
REPORT, TABLE = "流动人口卫生计生服务月报表", "月报表"


def run(month: Month, registry: Registry, services: Services) -> None:
    lay_down(month, registry, services)
    publish_period(run_of(month.period), registry, services)


def august() -> Month:
    month = Month(AUGUST).register(ANNE, WEST, day="2025-01-10").register(BO, WEST, day="2026-08-05")
    month.register(CHILD, WEST, day="2026-08-06")
    return month.service(ANNE, WEST, "0302", resident_type="2").service(None, WEST, "0302", resident_type="1")


def september() -> Month:
    month = Month(SEPTEMBER).register(BO, WEST, does="cancel", cancel_date="2026-09-20", cancel_reason="3")
    return month.service(ANNE, WEST, "0302", resident_type="2")


def book(services: Services, account: str, folder: str, word: str) -> openpyxl.Workbook:
    (path,) = (services.settings.home / "outbox" / account / folder).glob(f"*{word}*.xlsx")
    return openpyxl.load_workbook(BytesIO(path.read_bytes()))


def lines(found: openpyxl.Workbook) -> dict[str, list[object]]:
    return {str(row[1]).strip("　"): list(row[3:11]) for row in found[TABLE].iter_rows(min_row=5, values_only=True)}


def test_the_report_says_not_reported_where_nobody_reports_and_adds_the_year_up(registry, services):
    run(august(), registry, services)
    run(september(), registry, services)
    notify_recipients(run_of(SEPTEMBER), registry, services)
    told = lines(book(services, "bureau", "2026-09", f"西街街道_{REPORT}"))
    assert told["月末数"][:4] == ["未报", 2, 1, "未报"]
    assert told["本月流出（含区内移出）"][:2] == ["未报", 1]
    assert told["本月实种剂次"] == [0, 1, 1, 1, 1, 2, 2, 3]
    assert told["讲座（到人记录）"] == ["未报"] * 8
    assert told["其中：已网络报告"][:2] == [0, 0]
    east = lines(book(services, f"office-{EAST}", "2026-09", REPORT))
    assert east["本月实种剂次"][:2] == ["未报", "未报"]


def test_the_district_gets_a_report_and_the_offices_workbook_carries_the_same_numbers(registry, services):
    run(august(), registry, services)
    notify_recipients(run_of(AUGUST), registry, services)
    whole = lines(book(services, "bureau", "2026-08", "全区"))
    assert whole["月末数"][:3] == ["未报", 3, 1]
    own = book(services, f"office-{WEST}", "2026-08", "信息通报_")
    assert lines(own) == lines(book(services, f"office-{WEST}", "2026-08", REPORT))
    titles = [row[2] for row in own["指标完成情况"].iter_rows(min_row=4, values_only=True)]
    assert "电子健康档案建档率" in titles


def test_a_report_that_does_not_add_up_is_not_released(registry, services):
    run(august(), registry, services)
    line = mart.report_line
    with services.warehouse.transaction() as conn:
        conn.execute(
            sa.update(line).where(line.c.line == "male", line.c.township9 == WEST).values(migrant=line.c.migrant + 1)
        )
    with pytest.raises(PublicationError, match="男"):
        notify_recipients(run_of(AUGUST), registry, services)
    assert not list((services.settings.home / "outbox").rglob("*月报表*"))


def test_the_ledger_has_a_row_for_every_file_and_is_the_same_when_made_again(registry, services):
    run(august(), registry, services)
    notify_recipients(run_of(AUGUST), registry, services)
    (path,) = (services.settings.home / "outbox" / f"office-{WEST}" / "ledger" / "2026-08").glob("*.xlsx")
    first = path.read_bytes()
    rows = [
        row for row in openpyxl.load_workbook(BytesIO(first)).active.iter_rows(min_row=4, values_only=True) if row[6]
    ]
    own = [letter for letter in services.ledger.dispatches(AUGUST, 1) if letter["township9"] == WEST]
    assert len(rows) == len([letter for letter in own if letter["product"] != "exchange_ledger"])
    path.unlink()
    notify_recipients(run_of(AUGUST), registry, services)
    assert path.read_bytes() == first


def deliver(services: Services, registry: Registry, period: Period) -> None:
    """The register's file of the month as land would have booked it."""
    source = registry.of_role("residence_register")[0].name
    delivery = {
        "delivery_id": f"residence_register-{period}-{WEST}", "source": source, "unit_code": WEST,
        "file_period": str(period), "version": 1, "kind": "full", "path": f"{source}/{period}/{WEST}.csv",
        "sha256": WEST, "bytes": 1, "status": "received", "first_seen_period": str(period), "is_late": False,
        "processed_period": str(period), "seen_at": run_of(period).started_at,
    }  # fmt: skip
    with services.warehouse.transaction() as conn:
        conn.execute(sa.insert(ledger.delivery).values(**delivery))


def returned(services: Services, tmp_path: Path, answer: str, *, token: str | None = None) -> Path:
    """The office's workbook, its columns turned round, with the first arrival answered."""
    sheet = book(services, f"office-{WEST}", "2026-08", "信息通报_")["新增流入人员"]
    heading = [cell.value for cell in sheet[3]]
    row = [cell.value for cell in sheet[4]]
    told = dict(zip(heading, row, strict=True))
    told |= {"核实结果": answer, "更正内容": f"号码应为{BO}", "核实人": "王", "核实日期": "2026年9月3日"}
    told["行标识"] = token or told["行标识"]
    back = openpyxl.Workbook()
    back.active.append(["自己加的标题"])
    back.active.append(["行标识", "核实结果", "更正内容", "核实日期", "核实人"])
    back.active.append([told[name] for name in ("行标识", "核实结果", "更正内容", "核实日期", "核实人")])
    path = tmp_path / "back.xlsx"
    back.save(path)
    return path


def test_an_answer_is_taken_once_and_reaches_the_next_cover_the_figure_and_the_sender(registry, services, tmp_path):
    run(august(), registry, services)
    notify_recipients(run_of(AUGUST), registry, services)
    file = returned(services, tmp_path, "信息有误")
    assert "新导入1行" in import_answers(services, registry, file, actor="t", why="w")[0]
    assert "新导入0行" in import_answers(services, registry, file, actor="t", why="w")[0]
    (kept,) = table(services, "ledger.answer", "token").to_dict("records")
    assert (kept["answer"], kept["answered_by"], str(kept["answered_on"])) == ("信息有误", "王", "2026-09-03")
    assert BO.encode() not in bytes(kept["correction_cipher"])
    deliver(services, registry, AUGUST)
    run(september(), registry, services)
    notify_recipients(run_of(SEPTEMBER), registry, services)
    cover = book(services, f"office-{WEST}", "2026-09", "信息通报_")["通报单"]
    assert any("已收到1条：信息有误1条" in str(row[0]) for row in cover.iter_rows(values_only=True))
    figure = table(services, "mart.figure", "name")
    k25 = figure[(figure["name"] == "K25") & (figure["period"] == "2026-09") & (figure["township9"] == WEST)].iloc[0]
    assert (k25["numerator"], k25["denominator"]) == (0, 1)
    account = registry.of_role("residence_register")[0].transport.account
    sheet = book(services, account, "feedback/2026-09", "西街派出所")["核实反馈"]
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "信息有误" in texts
    assert not any(BO in text for text in texts)


def test_rows_nobody_knows_and_answers_nobody_offered_change_nothing(registry, services, tmp_path):
    run(august(), registry, services)
    notify_recipients(run_of(AUGUST), registry, services)
    told = import_answers(services, registry, returned(services, tmp_path, "属实", token="X" * 10), actor="t", why="w")
    assert any("不是本系统发出的" in line for line in told)
    told = import_answers(services, registry, returned(services, tmp_path, "也许"), actor="t", why="w")
    assert any("不在可选项内" in line for line in told)
    assert table(services, "ledger.answer", "token").empty
    assert services.ledger.verify_audit().problems == ()


def test_a_file_without_tokens_is_refused(registry, services, tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(ContentError, match="行标识"):
        import_answers(services, registry, path, actor="t", why="w")


def test_a_person_can_be_told_every_file_that_held_a_row_of_his(registry, services):
    run(august(), registry, services)
    notify_recipients(run_of(AUGUST), registry, services)
    who = services.vault.person_id(BO)
    _, columns, rows = disclosures_of(services, registry, who, actor="t", why="he asked")
    told = {(row[columns.index("product")], row[columns.index("what")]) for row in rows}
    assert ("notice_office", "inflow") in told
    assert all(WEST in row[columns.index("path")] or "西街" in row[columns.index("path")] for row in rows)
    with pytest.raises(ContentError):
        disclosures_of(services, registry, "P" + "A" * 20, actor="t", why="w")
