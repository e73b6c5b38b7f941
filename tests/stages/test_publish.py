"""Publishing a month: whole or not at all, once, in balance with the month before."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from exchange.model.errors import Busy, PeriodOrder, PublicationError
from exchange.model.period import Period
from exchange.model.run import Receipt
from exchange.registry.load import Registry
from exchange.services import postgres
from exchange.services.bundle import Services, open_services
from exchange.services.inspection import status_of
from exchange.services.ledger import Ledger
from exchange.services.settings import Settings
from exchange.stages.publish import publish_period
from exchange.stages.trace import open_figure
from tests.stages.months import EAST, PROJECT, WEST, Month, lay_down, number, run_of, table

AUGUST, SEPTEMBER = Period(2026, 8), Period(2026, 9)
ANNE, BO, CHEN, DAN = (number("341222", f"19{80 + n}0105", 2 * n + 2) for n in range(4))
CHILD = number("341222", "20240301", 21)


def august() -> Month:
    month = Month(AUGUST)
    month.register(ANNE, WEST, day="2025-02-01", marital="20").register(BO, WEST, day="2026-01-10")
    month.register(CHILD, EAST, day="2026-08-10", arrived="2026-08-09")
    month.job(CHEN, WEST).service(ANNE, WEST, "2001", resident_type="2", service_date="2026-08-05")
    return month


def september() -> Month:
    month = Month(SEPTEMBER)
    left = {"cancel_date": "2026-09-03", "cancel_reason": "3"}
    month.register(BO, WEST, does="cancel", day="2026-01-10", **left)
    month.register(CHILD, WEST, day="2026-09-12")
    month.register(DAN, EAST, day="2026-09-20")
    return month


def publish(month: Month, registry: Registry, services: Services) -> Receipt:
    lay_down(month, registry, services)
    return publish_period(run_of(month.period), registry, services)


def canonical(services: Services) -> dict[str, list[str]]:
    """Every row of every table but moments, the audit chain and ciphers, which differ by nature."""
    named = "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
    wanted = f"{named} and table_schema in ('core', 'mart', 'registry', 'vault', 'ledger') order by 1, 2"
    apart = ("alembic_version", "audit", "receipt", "period", "generation")
    with services.warehouse.transaction() as conn:
        tables = [f"{schema}.{name}" for schema, name in conn.execute(sa.text(wanted)) if name not in apart]
        content = {}
        for name in tables:
            rows = conn.execute(sa.text(f"select (to_jsonb(t) - 'id_cipher')::text from {name} t")).scalars()
            content[name] = sorted(rows)
        digests = conn.execute(sa.text("select period || manifest_sha256 from ledger.generation order by 1")).scalars()
        return content | {"ledger.generation": list(digests)}


def rows_in(services: Services, *tables: str) -> int:
    with services.warehouse.transaction() as conn:
        return sum(int(conn.execute(sa.text(f"select count(*) from {name}")).scalar_one()) for name in tables)


def balance_of(services: Services, period: Period, place: str = "district", scope: str = "default") -> pd.Series:
    lines = table(services, "mart.balance", "period")
    chosen = (lines["period"] == str(period)) & (lines["township9"] == place) & (lines["scope_group"] == scope)
    return lines[chosen].iloc[0]


def test_people_left_in_a_township_without_senders_still_count(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    west = tuple(unit for unit in registry.units if unit.township9 == WEST)
    alone = replace(registry, units=west, units_by_key={(unit.source, unit.unit_code): unit for unit in west})
    publish(Month(SEPTEMBER).register(DAN, WEST, day="2026-09-20"), alone, services)
    balance = table(services, "mart.balance", "township9")
    told = balance[(balance["period"] == str(SEPTEMBER)) & (balance["scope_group"] == "all")]
    assert told[["township9", "opening", "closing"]].to_numpy().tolist() == [
        [WEST, 2, 3], [EAST, 1, 1], ["district", 3, 4],
    ]  # fmt: skip
    opened = open_figure(services, alone, SEPTEMBER, "CLOSING", EAST, actor="t", why="w")
    assert ("对账", "一致") in opened.facts
    listings = {title: rows for title, _, rows in status_of(services, alone, None)}
    assert listings["registered where nobody reports any more"] == [[str(SEPTEMBER), EAST, "1"]]
    assert "registered where nobody reports any more" not in {
        title for title, _, _ in status_of(services, registry, None)
    }


def test_a_month_is_published_with_its_balance_lists_and_figures(registry: Registry, services: Services) -> None:
    receipt = publish(august(), registry, services)
    assert (receipt.rows_in, receipt.rows_out, receipt.rows_aside, receipt.outcome) == (5, 5, 0, "done")
    assert balance_of(services, AUGUST)[["opening", "new", "closing"]].tolist() == [2, 1, 3]
    lists = table(services, "mart.list_entry", "list, person_id")
    assert sorted(lists["list"]) == ["archive", "archive", "children_0_6", "due", "inflow", "missed"]
    figures = table(services, "mart.figure", "name, township9, grouping").set_index(["name", "township9", "grouping"])
    assert figures.loc[("K06", WEST, ""), ["numerator", "denominator"]].tolist() == [1, 2]
    assert figures.loc[("K06", EAST, ""), "status"] == "NO_DENOMINATOR"


def test_a_month_opens_with_what_the_month_before_closed_with(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    publish(september(), registry, services)
    before, now = balance_of(services, AUGUST), balance_of(services, SEPTEMBER)
    assert now["opening"] == before["closing"] == 3
    assert now[["late_reg", "new", "move_in", "move_out", "out", "closing"]].tolist() == [0, 1, 1, 1, 1, 3]
    west = balance_of(services, SEPTEMBER, WEST)
    assert west[["opening", "move_in", "out", "closing"]].tolist() == [2, 1, 1, 2]


def test_publishing_again_changes_nothing(registry: Registry, services: Services) -> None:
    first = publish(august(), registry, services)
    before, acts = canonical(services), rows_in(services, "ledger.audit")
    again = publish_period(run_of(AUGUST, "r2"), registry, services)
    assert again.outcome == "unchanged"
    assert (again.fingerprint, again.rows_in) == (first.fingerprint, first.rows_in)
    assert (canonical(services), rows_in(services, "ledger.audit")) == (before, acts)


def test_the_order_of_rows_in_the_lake_changes_nothing_in_the_month(
    registry: Registry, services: Services, server: postgres.Server, settings: Settings, template: str
) -> None:
    publish(august(), registry, services)
    other = beside(server, settings, template, "shuffled")
    with open_services(other) as elsewhere:
        month = august()
        for rows in month.rows.values():
            rows.reverse()
        publish(month, registry, elsewhere)
        content, shuffled = canonical(services), canonical(elsewhere)
        assert {name for name in content if content[name] != shuffled[name]} <= {"ledger.generation"}


def test_a_month_that_was_not_resolved_cannot_be_published(registry: Registry, services: Services) -> None:
    with pytest.raises(PeriodOrder, match="2026-08"):
        publish_period(run_of(AUGUST), registry, services)


def test_of_two_runs_at_once_one_wins(registry: Registry, services: Services) -> None:
    lay_down(august(), registry, services)
    rival = Ledger(services.warehouse)
    rival.hold(AUGUST, "rival")
    with pytest.raises(Busy, match="rival"):
        publish_period(run_of(AUGUST), registry, services)
    assert rows_in(services, "core.residence_spell", "mart.balance", "registry.person") == 0
    rival.release(AUGUST)
    assert publish_period(run_of(AUGUST), registry, services).outcome == "done"


def test_a_failed_check_leaves_nothing_behind(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    with services.warehouse.transaction() as conn:
        conn.execute(sa.text("update mart.balance set opening = opening + 1, closing = closing + 1"))
    before = canonical(services)
    with pytest.raises(PublicationError, match="do not open"):
        publish(september(), registry, services)
    assert canonical(services) == before


def test_rows_set_aside_are_in_the_ledger_and_nowhere_else(registry: Registry, services: Services) -> None:
    month = august()
    aside = {"disposition": "quarantine", "rules": "M02", "is_counted": False}
    month.register(DAN, WEST, **aside)
    receipt = publish(month, registry, services)
    assert (receipt.rows_out, receipt.rows_aside) == (5, 1)
    rows = table(services, "ledger.source_row", "row_id")
    assert rows[rows["disposition"] == "quarantine"]["rules"].tolist() == ["M02"]
    assert len(table(services, "core.residence_spell", "spell_id")) == 3


def test_people_the_police_set_aside_are_missed(registry: Registry, services: Services) -> None:
    month = Month(AUGUST)
    month.register(DAN, WEST, disposition="quarantine", rules="R09", is_counted=False).job(DAN, WEST)
    publish(month, registry, services)
    assert table(services, "mart.list_entry", "person_id")["list"].tolist() == ["missed"]


def test_lists_and_figures_hold_no_identity_number(registry: Registry, services: Services) -> None:
    publish(august(), registry, services)
    text = "".join("".join(rows) for name, rows in canonical(services).items() if name != "vault.identity")
    assert [who for who in (ANNE, BO, CHEN, CHILD) if who in text] == []


def test_a_service_printed_as_hukou_population_is_marked_and_kept(registry: Registry, services: Services) -> None:
    month = august().service(ANNE, WEST, "0601", resident_type="1", service_date="2026-08-09")
    publish(month, registry, services)
    rows = table(services, "ledger.source_row", "row_id")
    assert rows[rows["rules"] == "W08"]["disposition"].tolist() == ["warn"]
    issues = table(services, "ledger.issue", "row_id")
    assert issues[["field", "rule"]].to_numpy().tolist() == [["resident_type", "W08"]]


def test_a_delivery_is_listed_in_one_month_only(registry: Registry, services: Services) -> None:
    born = {"last_menses": "2025-11-20", "delivery_date": "2026-08-20", "live_births": 1}
    publish(august().service(ANNE, WEST, "0506", **born, service_date="2026-08-25"), registry, services)
    publish(september().service(ANNE, WEST, "0507", **born, service_date="2026-09-28"), registry, services)
    lists = table(services, "mart.list_entry", "period")
    assert lists[lists["list"] == "births"]["period"].tolist() == [str(AUGUST)]


def test_the_latest_known_marriage_counts_and_a_blank_keeps_what_was_known(
    registry: Registry, services: Services
) -> None:
    publish(august().register(DAN, WEST, day="2026-01-01", marital="10"), registry, services)
    month = Month(SEPTEMBER)
    month.register(ANNE, WEST, does="change", day="2026-09-05", marital=None)
    month.register(DAN, WEST, does="change", day="2026-09-05", marital="20")
    publish(month, registry, services)
    people = table(services, "core.person", "person_id").set_index("person_id")["marital"]
    person = {who: services.vault.person_id(who) for who in (ANNE, DAN)}
    assert [people[person[who]] for who in (ANNE, DAN)] == ["20", "20"]


def test_two_persons_found_to_be_one_leave_the_balance_by_a_cancellation(
    registry: Registry, services: Services
) -> None:
    publish(august(), registry, services)
    loser, survivor = (services.vault.person_id(who) for who in (ANNE, BO))
    month = Month(SEPTEMBER, merges=[(loser, survivor)])
    publish(month.service(BO, WEST, "0601"), registry, services)
    assert balance_of(services, SEPTEMBER)[["opening", "cancel", "closing"]].tolist() == [3, 1, 2]
    open_now = table(services, "core.residence_spell", "spell_id")
    assert loser not in set(open_now["person_id"])
    assert rows_in(services, "(select 1 from registry.person where status = 'merged') x") == 1


def test_killed_while_publishing_leaves_the_old_or_the_new_month_and_a_rerun_makes_the_same_one(
    registry: Registry, services: Services, server: postgres.Server, settings: Settings, template: str, tmp_path: Path
) -> None:
    publish(august(), registry, services)
    lay_down(september(), registry, services)
    started = time.monotonic()
    publish_period(run_of(SEPTEMBER), registry, services)
    duration = time.monotonic() - started
    undisturbed = canonical(services)
    other = beside(server, settings, template, "killed")
    with open_services(other) as disturbed:
        publish(august(), registry, disturbed)
        lay_down(september(), registry, disturbed)
        before = canonical(disturbed)
        for part in (0.1, 0.3, 0.5, 0.7, 0.85, 0.95):
            kill_while_publishing(other, tmp_path, duration * part)
            assert canonical(disturbed) in (before, undisturbed)
        publish_period(run_of(SEPTEMBER, "after"), registry, disturbed)
        assert canonical(disturbed) == undisturbed


def beside(server: postgres.Server, settings: Settings, template: str, name: str) -> Settings:
    """The same home, keys and lake on a second database."""
    database = f"{name}_{settings.database_url.rpartition('_')[2]}"  # type: ignore[union-attr]
    with sa.create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT").connect() as conn:
        conn.execute(sa.text(f"create database {database} template {template}"))
    return settings.with_database(server.url(database))


def kill_while_publishing(settings: Settings, folder: Path, seconds: float) -> None:
    """Start a publication in another process and end it with SIGKILL after `seconds`."""
    command = [sys.executable, "-m", "tests.stages.publish_child", str(settings.home), str(settings.database_url)]
    child = subprocess.Popen(
        [*command, str(SEPTEMBER), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": f"{PROJECT / 'src'}{os.pathsep}{PROJECT}"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.stdin.write("go\n")
    child.stdin.flush()
    time.sleep(seconds)
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        pipe.close()
