"""Read on a real installation: every delivery becomes one artefact, once, and the receipt accounts for every row."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services, open_services
from exchange.services.settings import Settings
from exchange.stages.land import land_delivery
from exchange.stages.read import read_delivery
from tests.stages.months import registry_of, run_of
from tests.support import deliveries as made

MONTH = Period(2026, 10)


class Desk:
    """An installation that takes one agency's deliveries from a drops folder and reads them."""

    def __init__(self, services: Services, registry: Registry, drops: Path) -> None:
        self.services, self.registry = services, registry
        self.source = registry.of_role("residence_register")[0]
        self.units = registry.senders(self.source)
        self.run = replace(run_of(MONTH), subject=self.source.name, final=False)
        self.folder = drops / self.source.transport.folder / str(MONTH)
        self.folder.mkdir(parents=True)

    def place(self, unit: int, suffix: str = "xlsx", version: int = 1) -> Path:
        return self.folder / f"{self.units[unit].unit_code}_{self.source.code}_{MONTH}_full_v{version}.{suffix}"

    def read(self):
        land_delivery(self.run, self.registry, self.services)
        receipt = read_delivery(self.run, self.registry, self.services)
        facts = self.services.lake.facts(f"read/{self.source.name}/{MONTH}", receipt.fingerprint)
        return receipt, facts["deliveries"]


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty inbox."""
    drops = tmp_path / "drops"
    with open_services(replace(settings, drops=drops)) as services:
        yield Desk(services, registry_of(tmp_path), drops)


def test_rows_in_are_physical_rows_and_rows_out_are_data_rows(desk):
    made.workbook(desk.place(0), ("Sheet1", [[made.TITLE], made.HEADINGS, *made.persons(3), ["合计", "3人"]]))
    made.text(desk.place(1, "csv"), [made.HEADINGS, *made.persons(2)], "gb18030")
    receipt, entries = desk.read()
    assert (receipt.rows_in, receipt.rows_out, receipt.rows_aside) == (9, 5, 4)
    assert [entry["outcome"] for entry in entries] == ["ok", "ok"]
    for entry in entries:
        rows = desk.services.lake.read(f"read/{desk.source.name}", entry["fingerprint"], "rows")
        assert len(rows) == entry["physical_rows"]
        assert (rows["row_kind"] == "data").sum() == entry["data_rows"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(desk):
    desk.place(0).write_bytes(b"PK\x03\x04 not a workbook")
    made.text(desk.place(1, "csv"), [made.HEADINGS, *made.persons(2)])
    receipt, entries = desk.read()
    assert [(entry["outcome"], entry["data_rows"]) for entry in entries] == [("F01", 0), ("ok", 2)]
    assert receipt.detail["refused"] == 1
    assert receipt.rows_out == 2


def test_a_second_run_reads_nothing_again_and_answers_the_same(desk):
    made.text(desk.place(0, "csv"), [made.HEADINGS, *made.persons(2)])
    first, _ = desk.read()
    second, _ = desk.read()
    assert (first.outcome, second.outcome) == ("done", "unchanged")
    assert second.fingerprint == first.fingerprint
    made.text(desk.place(1, "csv"), [made.HEADINGS, *made.persons(4)])
    third, _ = desk.read()
    assert (third.outcome, third.detail["read_now"], third.rows_out) == ("done", 1, 6)


def test_an_inbox_without_files_is_empty_not_an_error(desk):
    receipt, entries = desk.read()
    assert (receipt.outcome, receipt.rows_in, entries) == ("empty", 0, [])


def test_a_title_that_names_another_registered_unit_contradicts_the_file_name(desk):
    other = f"填报单位：{desk.units[1].name}　　统计月份：2026年10月"
    made.workbook(desk.place(0), ("Sheet1", [[made.TITLE], [other], made.HEADINGS, *made.persons(2)]))
    made.workbook(desk.place(1), ("Sheet1", [[made.TITLE], [made.UNIT], made.HEADINGS, *made.persons(2)]))
    _, entries = desk.read()
    assert [entry["outcome"] for entry in entries] == ["F03", "ok"]
    assert desk.units[1].name in entries[0]["message"]


def test_nothing_plain_is_left_behind_by_reading(desk):
    made.text(desk.place(0, "csv"), [made.HEADINGS, *made.persons(2)])
    desk.read()
    home = desk.services.settings.home
    assert list((home / "run").glob("read-*")) == []
    assert list((home / "landing" / ".open").iterdir()) == []
