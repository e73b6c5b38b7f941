"""Validate on a real installation: every data row has one outcome, every file its status, a rerun changes nothing."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from exchange.model.errors import PeriodOrder
from exchange.model.period import Period
from exchange.model.run import Receipt
from exchange.registry.load import Registry, load_registry
from exchange.services.bundle import Services, open_services
from exchange.services.settings import Settings
from exchange.stages.land import land_delivery
from exchange.stages.read import read_delivery
from exchange.stages.validate import accepted, validate_rows
from tests.stages.months import run_of
from tests.support import deliveries as made

MONTH = Period(2026, 10)
PROJECT = Path(__file__).resolve().parents[2]
PLACE, ARRIVED, PHONE = 3, 4, 6
DITTO = "同上"


class Desk:
    """An installation whose police stations put files into a drops folder."""

    def __init__(self, services: Services, registry: Registry, drops: Path) -> None:
        self.services, self.registry = services, registry
        self.source = registry.of_role("residence_register")[0]
        self.units = registry.senders(self.source)
        self.run = replace(run_of(MONTH), subject=self.source.name)
        self.folder = drops / self.source.transport.folder / str(MONTH)
        self.folder.mkdir(parents=True)

    def send(self, unit: int, rows: list[list[object]], version: int = 1, title: str | None = None) -> None:
        sender = self.units[unit]
        home = f"{sender.township_name}某村1号"
        cells = [[*row[:PLACE], row[PLACE] if row[PLACE] == DITTO else home, *row[PLACE + 1 :]] for row in rows]
        path = self.folder / f"{sender.unit_code}_{self.source.code}_{MONTH}_delta_v{version}.csv"
        made.text(path, [*([[title]] if title else []), made.HEADINGS, *cells])

    def judge(self) -> Receipt:
        for stage in (land_delivery, read_delivery):
            receipt = stage(self.run, self.registry, self.services)
            self.services.ledger.record_receipt(self.run, receipt)
        return validate_rows(self.run, self.registry, self.services)

    def table(self, receipt: Receipt, name: str) -> pd.DataFrame:
        return self.services.lake.read(f"accepted/{self.source.name}/{MONTH}", receipt.fingerprint, name)

    def statuses(self) -> dict[tuple[str, int], tuple[str, str | None]]:
        rows = self.services.deliveries.for_period(self.source.name, MONTH)
        return {(row["unit_code"], row["version"]): (row["status"], row["rule"]) for row in rows}


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty inbox and the project's own declarations."""
    drops = tmp_path / "drops"
    with open_services(replace(settings, drops=drops)) as services:
        yield Desk(services, load_registry(PROJECT / "schemas", PROJECT / "expectations"), drops)


def spoiled(rows: list[list[object]], column: int, text: str) -> list[list[object]]:
    return [[*row[:column], text, *row[column + 1 :]] for row in rows]


def test_every_data_row_has_one_outcome_and_the_receipt_accounts_for_all(desk):
    people = made.persons(6)
    bad = spoiled(people[:1], ARRIVED, "2026-02-30") + spoiled(people[1:2], PHONE, "61234")
    desk.send(0, bad + people[2:] + people[5:])
    receipt = desk.judge()
    rows = desk.table(receipt, "rows")
    assert rows["row_id"].is_unique
    assert rows["disposition"].tolist() == ["quarantine", "warn", "accept", "accept", "accept", "accept", "warn"]
    assert rows["rules"].tolist() == ["R07", "W06", "", "", "", "", "W03"]
    assert rows["is_counted"].tolist() == [False, True, True, True, True, True, False]
    assert (receipt.rows_in, receipt.rows_out, receipt.rows_aside) == (7, 6, 1)
    assert desk.table(receipt, "issues").to_dict("list") == {
        "row_id": rows["row_id"].tolist()[:2] + rows["row_id"].tolist()[6:],
        "field": ["arrive_date", "phone", "row_number"],
        "rule": ["R07", "W06", "W03"],
    }


def test_a_file_with_too_many_rows_to_correct_goes_back_whole(desk):
    people = made.persons(25)
    desk.send(0, spoiled(people[:6], ARRIVED, "不知道") + people[6:])
    desk.send(1, people[:3])
    receipt = desk.judge()
    assert receipt.detail == {"accept": 3, "file_rejected": 25}
    assert desk.statuses() == {
        (desk.units[0].unit_code, 1): ("rejected", "F07"),
        (desk.units[1].unit_code, 1): ("received", None),
    }
    files = desk.table(receipt, "deliveries")
    assert files["set_aside"].tolist() == [25, 0]
    assert files["rules"].tolist() == ["F07", ""]


def test_a_higher_version_replaces_the_lower_and_a_contradicting_title_sends_a_file_back(desk):
    desk.send(0, made.persons(3))
    desk.send(0, made.persons(4), version=2)
    desk.send(1, made.persons(2), title=made.TITLE.replace("10月", "9月"))
    receipt = desk.judge()
    assert receipt.detail == {"accept": 4, "file_rejected": 2, "superseded": 3}
    assert desk.statuses()[(desk.units[0].unit_code, 1)] == ("superseded", "L05")
    assert desk.statuses()[(desk.units[1].unit_code, 1)] == ("rejected", "F03")
    messages = dict(
        zip(desk.table(receipt, "deliveries")["rules"], desk.table(receipt, "deliveries")["message"], strict=True)
    )
    assert "2026年9月" in messages["F03"]


def test_how_many_rows_are_typed_at_once_changes_no_table_even_within_a_file(desk, monkeypatch):
    people = spoiled(made.persons(9), PHONE, made.persons(1)[0][PHONE])
    for unit in range(4):
        bad = spoiled(people[: unit + 1], ARRIVED, "2026-02-30")
        desk.send(unit, bad + spoiled(people[unit + 1 :], PLACE, DITTO) + people[:1])
    desk.send(0, made.persons(8), version=2)
    at_once = desk.judge()
    tables = [desk.table(at_once, name) for name in ("rows", "issues", "deliveries")]
    rows = tables[0]
    assert rows["rules"].str.contains("W03").sum() == 4
    assert rows["current_address"].notna().all()
    assert rows["people_of_phone"].max() == 9
    monkeypatch.setattr(accepted, "ROWS_AT_ONCE", 5)
    folder = desk.services.lake.path(f"accepted/{desk.source.name}/{MONTH}", at_once.fingerprint, "rows").parent
    shutil.rmtree(folder)
    by_parts = desk.judge()
    assert by_parts.detail == at_once.detail
    for name, table in zip(("rows", "issues", "deliveries"), tables, strict=True):
        pd.testing.assert_frame_equal(desk.table(by_parts, name).astype(object), table.astype(object))


def test_a_rerun_changes_nothing_and_another_suite_judges_again(desk, tmp_path):
    desk.send(0, spoiled(made.persons(1), PHONE, "61234"))
    first, second = desk.judge(), desk.judge()
    assert (first.outcome, second.outcome) == ("done", "unchanged")
    assert (second.fingerprint, dict(second.detail)) == (first.fingerprint, dict(first.detail))
    folder = tmp_path / "expectations"
    shutil.copytree(PROJECT / "expectations", folder)
    path = folder / f"{desk.source.name}.json"
    suite = json.loads(path.read_text(encoding="utf-8"))
    suite["expectations"] = [item for item in suite["expectations"] if item["meta"]["rule"] != "W06"]
    path.write_text(json.dumps(suite), encoding="utf-8")
    desk.registry = load_registry(PROJECT / "schemas", folder)
    third = desk.judge()
    assert third.fingerprint != first.fingerprint
    assert (first.detail, third.detail) == ({"warn": 1}, {"accept": 1})


def test_a_month_without_files_is_empty_and_has_all_its_tables(desk):
    receipt = desk.judge()
    assert (receipt.outcome, receipt.rows_in) == ("empty", 0)
    assert {"row_id", "disposition", "rules", "is_counted", "scope"} <= set(desk.table(receipt, "rows").columns)


def test_nothing_is_judged_before_it_was_read(desk):
    with pytest.raises(PeriodOrder):
        validate_rows(desk.run, desk.registry, desk.services)


def test_no_value_of_a_person_stands_in_issues_files_or_facts(desk):
    desk.send(0, spoiled(made.persons(2), PHONE, "98765432101"))
    receipt = desk.judge()
    facts = desk.services.lake.facts(f"accepted/{desk.source.name}/{MONTH}", receipt.fingerprint)
    told = json.dumps(facts, ensure_ascii=False) + desk.table(receipt, "issues").to_csv() + str(receipt)
    told += desk.table(receipt, "deliveries").to_csv()
    for secret in ("98765432101", made.number(1), "测试1"):
        assert secret not in told
