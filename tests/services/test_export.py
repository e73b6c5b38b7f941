"""Exports: the agreed columns, numbers opened from the vault, and an audit row for every copy."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from exchange.model.errors import PeriodOrder, RegistryError
from exchange.model.period import Period
from exchange.services.bundle import Services, open_services
from exchange.services.export import export_to
from exchange.services.settings import Settings
from exchange.stages.publish import publish_period
from tests.stages.months import WEST, Month, lay_down, number, registry_of, run_of, table

AUGUST = Period(2026, 8)
ANNE, BO = number("341222", "19800105", 2), number("341222", "19810105", 3)


@pytest.fixture(name="services")
def _services(settings: Settings, tmp_path: Path) -> Iterator[Services]:
    month = Month(AUGUST).register(ANNE, WEST, day="2026-08-03").job(BO, WEST)
    month.job(None, WEST, id_scheme="none").job(BO, WEST, disposition="quarantine", rules="R03;M02", is_counted=False)
    registry = registry_of(tmp_path)
    with open_services(settings) as services:
        lay_down(month, registry, services)
        publish_period(run_of(AUGUST), registry, services)
        yield services


def exported(services: Services, what: str, path: Path) -> pd.DataFrame:
    rows = export_to(services, what, AUGUST, path, actor="test", why="evaluation")  # type: ignore[arg-type]
    found = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(found) == rows
    return found


def test_links_name_file_sheet_row_and_person_of_every_accepted_row(services: Services, tmp_path: Path) -> None:
    links = exported(services, "links", tmp_path / "links.parquet")
    assert list(links.columns) == ["file", "sheet", "row", "person_id"]
    assert len(links) == 3
    assert services.vault.person_id(ANNE) in set(links["person_id"])


def test_dispositions_list_every_data_row(services: Services, tmp_path: Path) -> None:
    rows = exported(services, "dispositions", tmp_path / "rows.csv")
    assert list(rows.columns) == ["file", "sheet", "row", "disposition", "rule"]
    assert sorted(rows["rule"]) == ["", "", "", "R03;M02"]
    assert set(rows["sheet"]) == {""}


def test_events_tell_every_id_that_was_born(services: Services, tmp_path: Path) -> None:
    events = exported(services, "events", tmp_path / "events.csv")
    assert list(events.columns) == ["event_id", "period", "kind", "person_id", "other_id", "why"]
    assert set(events["kind"]) == {"create"}
    assert set(events["person_id"]) == set(table(services, "registry.person", "person_id")["person_id"])
    assert events["event_id"].is_unique


def test_lists_open_the_number_and_leave_it_empty_where_there_is_none(services: Services, tmp_path: Path) -> None:
    lists = exported(services, "lists", tmp_path / "lists.csv")
    assert list(lists.columns) == ["period", "list", "township9", "id_no"]
    found = set(zip(lists["list"], lists["id_no"], strict=True))
    assert found == {("inflow", ANNE), ("missed", BO), ("missed_may", "")}


def test_figures_are_shaped_by_place(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "2026-08.json"
    export_to(services, "figures", AUGUST, path, actor="test", why="evaluation")
    figures = json.loads(path.read_text("utf-8"))
    assert (figures["period"], figures["as_of"]) == ("2026-08", "2026-08-31")
    assert figures["district"]["population_all"]["closing"] == figures["townships"][WEST]["stock"]["total"] == 1
    assert figures["district"]["missed"] == {"must": 1, "may": 1, "pregnant": 0, "births": 0}
    assert figures["district"]["kpi"]["K05"] == [0, 0]
    assert figures["district"]["closing_by_scope"] == {"inter_province": 1}


def test_every_export_leaves_who_what_and_why(services: Services, tmp_path: Path) -> None:
    exported(services, "links", tmp_path / "links.csv")
    last = table(services, "ledger.audit", "seq").iloc[-1]
    assert last[["actor", "act", "object", "why"]].tolist() == ["test", "export", "links 2026-08", "evaluation"]
    assert services.ledger.verify_audit().problems == ()


def test_a_month_not_published_or_a_wrong_suffix_is_refused_without_a_file(services: Services, tmp_path: Path) -> None:
    with pytest.raises(PeriodOrder):
        export_to(services, "links", AUGUST.next(), tmp_path / "a.csv", actor="test", why="")
    with pytest.raises(RegistryError):
        export_to(services, "figures", AUGUST, tmp_path / "a.csv", actor="test", why="")
    assert list(tmp_path.glob("*a.csv*")) == []


def test_only_the_owner_may_read_an_export(services: Services, tmp_path: Path) -> None:
    exported(services, "lists", tmp_path / "lists.csv")
    assert (tmp_path / "lists.csv").stat().st_mode & 0o077 == 0
