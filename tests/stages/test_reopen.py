"""Reopening a month: back to what was known before it, published again as the next generation, nothing overwritten."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.cli import main
from exchange.model.errors import ContentError, PeriodClosed, PeriodOrder
from exchange.model.period import Period
from exchange.model.trace import Trace, TraceTable
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.config import freeze
from exchange.services.verification import verify_home
from exchange.stages.changes import month_changes
from exchange.stages.publish import publish_period, rehearse_period
from exchange.stages.reopen import Reopening, reopen_period
from exchange.stages.trace import open_figure
from tests.stages.months import EAST, WEST, Month, lay_down, number, registry_of, run_of, table
from tests.stages.test_publish import AUGUST, CHILD, DAN, SEPTEMBER, august, canonical, publish, september

LATE = number("341222", "19900707", 9)


def reopen(services: Services, period: Period, **other: str) -> Reopening:
    if services.ledger.state(period) == "published":
        deliver(services, period)
    said = {"asked_by": "张三", "approved_by": "李四", "why": "补报一份文件", "actor": "test", **other}
    return reopen_period(services, period, **said)


def deliver(services: Services, period: Period) -> None:
    with services.warehouse.transaction() as conn:
        services.ledger.set_state(conn, period, "delivered")


def growing(services: Services) -> dict[str, list[str]]:
    """Every table that grows month by month."""
    named = ("core.", "registry.")
    return {name: rows for name, rows in canonical(services).items() if name.startswith(named) and name != "core.undo"}


def generation_of(services: Services, number: int) -> dict[str, list[str]]:
    content = {name: rows for name, rows in canonical(services).items() if name.startswith("mart.")}
    mark = f'"generation": {number}'
    return {name: [row.replace(mark, "") for row in rows if mark in row] for name, rows in content.items()}


def test_reopening_puts_every_register_back_to_what_it_was(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    before = growing(services)
    publish(september(), registry, services)
    assert growing(services) != before
    reopened = reopen(services, SEPTEMBER)
    assert growing(services) == before
    assert (reopened.generation, services.ledger.state(SEPTEMBER)) == (2, "reopened")
    assert services.ledger.generation(SEPTEMBER)["generation"] == 1
    assert services.ledger.closed(SEPTEMBER) is None


def test_the_same_files_give_the_same_month_as_the_second_generation(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    publish(september(), registry, services)
    grown, first = growing(services), generation_of(services, 1)
    reopen(services, SEPTEMBER)
    receipt = publish_period(run_of(SEPTEMBER, "r2"), registry, services)
    assert (receipt.outcome, receipt.detail["generation"]) == ("done", 2)
    assert growing(services) == grown
    only_september = {name: [row for row in rows if '"2026-09"' in row] for name, rows in first.items()}
    assert generation_of(services, 2) == only_september
    assert generation_of(services, 1) == first
    again = publish_period(run_of(SEPTEMBER, "r3"), registry, services)
    assert (again.outcome, again.fingerprint) == ("unchanged", receipt.fingerprint)


def test_what_came_since_is_in_the_second_generation_and_the_first_stays(
    registry: Registry, services: Services
) -> None:
    publish(august(), registry, services)
    publish(september(), registry, services)
    reopen(services, SEPTEMBER)
    lay_down(september().register(LATE, WEST, day="2026-09-15"), registry, services)
    publish_period(run_of(SEPTEMBER, "r2"), registry, services)
    lines = table(services, "mart.balance", "generation")
    whole = lines[(lines["period"] == "2026-09") & (lines["township9"] == "district") & (lines["scope_group"] == "all")]
    assert whole["new"].tolist() == [1, 2]
    assert whole["closing"].diff().iloc[-1] == 1
    manifest = services.ledger.generation(SEPTEMBER)["manifest"]
    told = table(services, "ledger.generation", "generation")
    first = told[(told["period"] == "2026-09") & (told["generation"] == 1)].iloc[0]
    assert manifest["inputs"]["corrects"] == first["manifest_sha256"]


def test_the_proof_holds_while_a_month_is_open_again_and_after(services: Services, tmp_path: Path) -> None:
    registry = registry_of(tmp_path)
    freeze(replace(services.settings, units=tmp_path / "units.csv"), registry)
    publish(august(), registry, services)
    publish(september(), registry, services)
    reopen(services, SEPTEMBER)
    assert [one for one in verify_home(services) if not one.good] == []
    publish_period(run_of(SEPTEMBER, "r2"), registry, services)
    assert [one for one in verify_home(services) if not one.good] == []


def test_two_months_are_reopened_newest_first_and_published_in_order(registry: Registry, services: Services) -> None:
    months = (august(), september(), october())
    for month in months:
        publish(month, registry, services)
    grown = growing(services)
    with pytest.raises(PeriodClosed, match="2026-10"):
        reopen(services, SEPTEMBER)
    reopen(services, OCTOBER)
    reopen(services, SEPTEMBER)
    with pytest.raises(PeriodOrder, match="2026-09"):
        services.ledger.require_order(OCTOBER)
    for month in months[1:]:
        assert publish(month, registry, services).detail["generation"] == 2
    assert growing(services) == grown


def test_a_reopening_names_two_people_and_a_reason(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    for wrong in ({"approved_by": " 张三 "}, {"why": " "}, {"asked_by": ""}):
        with pytest.raises(ContentError):
            reopen(services, AUGUST, **wrong)
    reopen(services, AUGUST)
    act = table(services, "ledger.audit", "seq").iloc[-1]
    assert (act["act"], act["object"], act["why"]) == ("reopen", "2026-08 第1版", "补报一份文件")
    assert (act["counts"]["asked_by"], act["counts"]["approved_by"]) == ("张三", "李四")
    assert services.ledger.verify_audit().problems == ()
    with pytest.raises(PeriodOrder, match="already"):
        reopen(services, AUGUST)


def test_a_month_that_stands_no_longer_open_to_change_is_refused(registry: Registry, services: Services) -> None:
    with pytest.raises(PeriodOrder):
        reopen(services, AUGUST)
    publish(august(), registry, services)
    with services.warehouse.transaction() as conn:
        conn.execute(sa.text("delete from core.undo"))
    content = canonical(services)
    with pytest.raises(PeriodClosed, match="kept"):
        reopen(services, AUGUST)
    assert canonical(services) == content
    with services.warehouse.transaction() as conn:
        services.ledger.set_state(conn, AUGUST, "locked")
    with pytest.raises(PeriodClosed, match="locked"):
        reopen(services, AUGUST)


def test_the_first_month_of_all_goes_back_to_nothing(registry: Registry, services: Services) -> None:
    before = growing(services)
    publish(august(), registry, services)
    reopen(services, AUGUST)
    assert growing(services) == before


def test_every_table_that_grows_is_watched_or_kept_on_purpose(services: Services) -> None:
    kept = {"registry.decision", "registry.recluster", "registry.reclustered_row", "core.undo", "core.watched"}
    with services.warehouse.transaction() as conn:
        tables = sa.text(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('core', 'registry') and table_type = 'BASE TABLE'"
        )
        watched = sa.text("select place from core.watched")
        assert set(conn.execute(tables).scalars()) - kept == set(conn.execute(watched).scalars())


OCTOBER = SEPTEMBER.next()


def october() -> Month:
    month = Month(OCTOBER)
    month.register(CHILD, WEST, does="cancel", day="2026-09-12", cancel_date="2026-10-02", cancel_reason="3")
    month.register(DAN, EAST, day="2026-09-20", village="新村").service(DAN, EAST, "2001", service_date="2026-10-09")
    return month


def test_the_corrected_generation_can_still_be_opened(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    publish(september(), registry, services)
    reopen(services, SEPTEMBER)

    def told(figure: str, generation: int) -> Trace:
        return open_figure(services, registry, SEPTEMBER, figure, None, actor="test", why="test", generation=generation)

    assert told("inflow", 1).agrees
    lay_down(september().register(LATE, WEST, day="2026-09-15"), registry, services)
    publish_period(run_of(SEPTEMBER, "r2"), registry, services)
    for figure in ("NEW", "CLOSING", "inflow", "K05"):
        first, second = told(figure, 1), told(figure, 2)
        assert (first.agrees, second.agrees) == (True, True)
        assert first.facts != second.facts
    with pytest.raises(ContentError, match="corrected"):
        told("R05", 1)


def test_a_correction_is_compared_with_what_it_corrects(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    publish(september(), registry, services)
    reopen(services, SEPTEMBER)
    lay_down(september().register(LATE, WEST, day="2026-09-15"), registry, services)

    def look(conn: Connection, generation: int) -> tuple[TraceTable, ...]:
        return month_changes(services, registry, SEPTEMBER, conn, generation)

    rehearsed = rehearse_period(run_of(SEPTEMBER), registry, services, look)
    publish_period(run_of(SEPTEMBER, "r2"), registry, services)
    assert rehearse_period(run_of(SEPTEMBER), registry, services, look) == rehearsed
    tables = {table.name: table.rows for table in rehearsed}
    assert ("新增流入人员", "西街街道", "2", "1", "0") in tables["名单变动（与第1版相比）"]
    assert {row[1] for row in tables["名单变动（与第1版相比）"]} == {"西街街道"}
    assert {row[1] for row in tables["有变化的指标（与第1版相比）"]} <= {"西街街道", "全区"}


def test_the_command_reopens_and_the_list_of_months_says_so(
    registry: Registry, services: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(august(), registry, services)
    with pytest.raises(PeriodOrder, match="delivered"):
        reopen_period(services, AUGUST, asked_by="张三", approved_by="李四", why="漏报", actor="test")
    deliver(services, AUGUST)
    monkeypatch.setenv("EXCHANGE_DATABASE_URL", str(services.settings.database_url))
    home = ["--home", str(services.settings.home)]
    words = ["reopen", "2026-08", "--by", "张三", "--why", "漏报一份文件", *home, "--approved-by"]
    assert main([*words, "张三"]) == ContentError.exit_code
    assert main([*words, "李四"]) == 0
    assert "generation 2" in capsys.readouterr().err
    assert main(["status", *home]) == 0
    shown = capsys.readouterr().out
    assert "reopened" in shown
    assert "exchange run 2026-08" in shown
