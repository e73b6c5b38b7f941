"""A published figure opened: who counts and why, the rows behind, the rule as it stood; nothing of a person."""

import re
import shutil

import openpyxl
import pytest
from sqlalchemy.engine import Connection

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.model.trace import Trace, TraceTable
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.sheets.trace_sheet import write_trace
from exchange.stages.changes import month_changes
from exchange.stages.publish import publish_period, rehearse_period
from exchange.stages.trace import open_figure
from tests.stages.months import (
    EAST,
    PROJECT,
    WEST,
    Month,
    lay_down,
    number,
    registry_of,
    run_of,
    table,
)

AUGUST, SEPTEMBER = Period(2026, 8), Period(2026, 9)
AN = number("341222", "19900305", 1)
BO = number("341222", "19920611", 2)
CI = number("341222", "20230110", 3)
DU = number("341222", "19850220", 5)
LONG_AGO = "2025-03-01"


def august() -> Month:
    month = Month(AUGUST)
    for who, place in ((AN, WEST), (BO, WEST), (CI, EAST)):
        month.register(who, place, does="stay", day=LONG_AGO)
    month.service(BO, WEST, "0101", ehr_number="E1")
    month.service(BO, WEST, "2001", resident_type="2")
    return month.service(CI, EAST, "0404", resident_type="2")


def september() -> Month:
    month = Month(SEPTEMBER).register(DU, WEST, day="2026-09-04").register(AN, EAST, day="2026-09-09")
    return month.service(AN, EAST, "0101", ehr_number="E2")


def publish(month: Month, registry: Registry, services: Services) -> None:
    lay_down(month, registry, services)
    publish_period(run_of(month.period), registry, services)


def opened(services: Services, registry: Registry, period: Period, about: str, place: str | None = None) -> Trace:
    return open_figure(services, registry, period, about, place, actor="t", why="w")


def rows(trace: Trace, name: str) -> list[dict[str, str]]:
    (found,) = [one for one in trace.tables if one.name == name]
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_an_indicator_opens_to_persons_rows_and_the_reason(registry, services):
    publish(august(), registry, services)
    trace = opened(services, registry, AUGUST, "k05", "西街街道")
    members = {row["人员编号"]: row for row in rows(trace, "组成")}
    an, bo = (services.vault.person_id(who) for who in (AN, BO))
    assert set(members) == {an, bo}
    assert (members[bo]["分子"], members[an]["分子"]) == ("1", "0")
    assert "未计入分子" in members[an]["为何"]
    roles = [(row["作用"], row["文件"], row["行"]) for row in rows(trace, "来源行")]
    assert ("分子", f"service_log/2026-08/{WEST}.csv", "2") in roles
    assert dict(trace.facts)["已发布"] == dict(trace.facts)["追溯所得"] == "1 / 2（50.0%）"
    assert trace.agrees


def test_every_indicator_of_every_place_adds_up_to_what_was_published_also_later(registry, services):
    publish(august(), registry, services)
    publish(september(), registry, services)
    figures = table(services, "mart.figure", "period, name, township9")
    told = figures[figures["denominator"].notna() & (figures["grouping"] == "")]
    assert len(told) > 2 * 3 * 25
    for row in told.to_dict("records"):
        place = None if row["township9"] == "district" else row["township9"]
        trace = opened(services, registry, Period.parse(row["period"]), row["name"], place)
        counted = rows(trace, "组成")
        if place is not None:
            assert sum(int(one["分母"]) for one in counted) == row["denominator"], row["name"]
            assert sum(int(one["分子"]) for one in counted) == row["numerator"], row["name"]
        assert trace.agrees, (row["name"], place)


def test_balance_terms_lists_and_services_open_to_the_number_published(registry, services):
    publish(august(), registry, services)
    publish(september(), registry, services)
    balance = table(services, "mart.balance", "period, township9").set_index(["period", "township9", "scope_group"])
    for place in (WEST, EAST, None):
        line = balance.loc[("2026-09", place or "district", "default")]
        for term in ("opening", "new", "move_in", "move_out", "closing"):
            trace = opened(services, registry, SEPTEMBER, term.upper(), place)
            assert (trace.agrees, len(rows(trace, "组成"))) == (True, line[term]), term
    assert len(rows(opened(services, registry, SEPTEMBER, "inflow", WEST), "组成")) == 1
    assert opened(services, registry, AUGUST, "2001").agrees


def test_the_rule_of_a_month_reads_as_it_did_when_the_month_was_published(registry, services, tmp_path):
    publish(august(), registry, services)
    schemas = tmp_path / "schemas"
    shutil.copytree(PROJECT / "schemas", schemas)
    path = schemas / "indicators.yaml"
    path.write_text(path.read_text("utf-8").replace("任一服务记录载有健康档案编号的", "另一种说法"), "utf-8")
    changed = registry_of(tmp_path, schemas)
    publish(september(), changed, services)
    then = opened(services, changed, AUGUST, "K05", WEST)
    now = opened(services, changed, SEPTEMBER, "K05", WEST)
    assert dict(then.facts)["分子"] == "任一服务记录载有健康档案编号的"
    assert dict(now.facts)["分子"] == "另一种说法"
    assert then.texts.rows[0][2] != now.texts.rows[0][2]
    assert any("from core.service" in row[3] for row in then.texts.rows)
    texts = table(services, "ledger.rule_text", "sha256")
    assert texts["sha256"].is_unique


def test_a_person_and_a_row_token_open_to_the_rows_they_stand_for(registry, services):
    publish(august(), registry, services)
    bo = services.vault.person_id(BO)
    person = opened(services, registry, AUGUST, bo)
    assert len(rows(person, "来源行")) == 3
    assert {row["名称"] for row in rows(person, "组成")} >= {"K05", "K06"}
    (child,) = rows(opened(services, registry, AUGUST, "children_0_6", EAST), "组成")
    token = opened(services, registry, AUGUST, child["行标识"])
    assert dict(token.facts)["人员"] == services.vault.person_id(CI)
    row = rows(person, "来源行")[0]
    assert dict(opened(services, registry, AUGUST, row["行标识"]).facts)["人员"] == bo


def test_what_cannot_be_computed_says_why_and_what_nobody_published_is_refused(registry, services):
    publish(august(), registry, services)
    assert "抽样调查" in dict(opened(services, registry, AUGUST, "K11").facts)["说明"]
    with pytest.raises(ContentError, match="nothing called"):
        opened(services, registry, AUGUST, "K99")
    with pytest.raises(ContentError, match="not published"):
        opened(services, registry, SEPTEMBER, "K05")
    with pytest.raises(ContentError) as refused:
        opened(services, registry, AUGUST, BO)
    assert BO not in str(refused.value)


def test_a_late_row_changes_what_is_known_of_a_month_and_not_what_was_published(registry, services):
    publish(august(), registry, services)
    late = september().service(AN, WEST, "0102", ehr_number="E9", service_date="2026-08-20")
    late.register(number("341222", "19880808", 7), WEST, day="2026-09-03", arrived="2025-01-01")
    publish(late, registry, services)
    before = table(services, "mart.figure_member", "period, name, person_id, part")
    (told,) = rows(open_figure(services, registry, AUGUST, "K05", WEST, actor="t", why="w", now=True), "对照")
    assert (told["首次发布"], told["现今所知"]) == ("1 / 2（50.0%）", "2 / 3（66.7%）")
    assert table(services, "mart.figure_member", "period, name, person_id, part").equals(before)
    assert len(rows(open_figure(services, registry, AUGUST, "all", None, actor="t", why="w", now=True), "对照")) > 10
    with pytest.raises(ContentError, match="does not change"):
        open_figure(services, registry, AUGUST, "K26", WEST, actor="t", why="w", now=True)


def test_a_month_is_compared_with_the_one_before_it_before_and_after_it_is_published(registry, services):
    publish(august(), registry, services)
    lay_down(september(), registry, services)

    def look(conn: Connection, generation: int) -> tuple[TraceTable, ...]:
        return month_changes(services, registry, SEPTEMBER, conn, generation)

    rehearsed = rehearse_period(run_of(SEPTEMBER), registry, services, look)
    assert services.ledger.generation(SEPTEMBER) is None
    assert set(table(services, "mart.figure", "period")["period"]) == {"2026-08"}
    publish_period(run_of(SEPTEMBER), registry, services)
    assert rehearse_period(run_of(SEPTEMBER), registry, services, look) == rehearsed
    entered = {row[:2]: row[2:] for row in rehearsed[0].rows}
    assert entered[("新增流入人员", "西街街道")] == ("1", "1", "0")
    crossed = [row for row in rehearsed[1].rows if row[1] == "东街街道"]
    assert ("规范化电子健康档案建档率", "东街街道") not in [row[:2] for row in crossed]


def test_the_act_is_on_record_and_the_sheet_holds_no_number_and_no_name(registry, services, tmp_path):
    publish(august(), registry, services)
    trace = opened(services, registry, AUGUST, "K05", WEST)
    path = write_trace(trace, tmp_path / "trace.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "组成", "来源行", "规则原文"]
    text = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert not re.search(r"\d{17}[0-9X]", text.replace(dict(trace.facts)["清单指纹"], ""))
    assert not any(who in text for who in (AN, BO, CI))
    assert "人0" not in text
    assert path.stat().st_mode & 0o077 == 0
    acts = table(services, "ledger.audit", "seq")
    assert acts["act"].iloc[-1] == "trace"
    assert services.ledger.verify_audit().problems == ()
