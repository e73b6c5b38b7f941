"""Three months of a made-up district by command: nothing is lost, nothing leaks, a rerun changes nothing."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from exchange.demo.district import DistrictFacts, make_district
from exchange.model.period import Period
from exchange.services import postgres
from exchange.services.bundle import open_services
from exchange.services.config import current_registry
from exchange.services.export import export_to
from exchange.services.settings import from_environ
from exchange.stages.trace import open_figure
from tests.support.rowcount import delivery_rows

PROJECT = Path(__file__).resolve().parents[2]
MONTHS = [Period(2026, 8), Period(2026, 9), Period(2026, 10)]
NUMBER = re.compile(r"(?<!\d)[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dX](?!\d)")


@dataclass(frozen=True)
class Ran:
    """A home after three months, and everything its commands printed."""

    district: DistrictFacts
    home: Path
    printed: str

    def table(self, what: str) -> pd.DataFrame:
        path = self.home.parent / f"{what}.parquet"
        command(["export", what, str(MONTHS[-1]), "--home", str(self.home), "--out", str(path)])
        return pd.read_parquet(path)

    def packages(self) -> dict[str, str]:
        return hashes(self.home / "outbox")


def command(arguments: list[str]) -> str:
    """What `exchange …` printed; it must have ended well."""
    done = subprocess.run(
        [sys.executable, "-m", "exchange", *arguments], capture_output=True, text=True, timeout=600, env=os.environ
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def run(district: DistrictFacts, home: Path) -> str:
    """All months in order; files that come late are dropped before the run they come before."""
    drops = home.parent / f"{home.name}-drops"
    shutil.copytree(district.drops, drops)
    printed = ""
    for month in MONTHS:
        for late in district.late:
            if late.before == month:
                shutil.copyfile(late.source, drops / late.path)
        printed += command(
            ["run", str(month), "--drops", str(drops), "--units", str(district.units), "--home", str(home)]
        )
    return printed


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def workbooks(packages: dict[str, str]) -> dict[str, str]:
    """All but the register of notices: it quotes the auditor's page, which carries the moment of publication."""
    return {name: value for name, value in packages.items() if name.endswith(".xlsx") and "/ledger/" not in name}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    root = tmp_path_factory.mktemp("months")
    district = make_district(root / "district", 700, MONTHS, seed=11)
    yield Ran(district, root / "home", run(district, root / "home"))
    postgres.remove(root / "home")


def test_every_data_row_of_every_readable_file_has_exactly_one_place(ran):
    rows = ran.table("dispositions")
    assert not rows.duplicated(["file", "sheet", "row"]).any()
    told = rows[rows["disposition"] != "ignore"].groupby("file").size()
    # A file whose manifest contradicts it waits for the sender; it is shown, and no row of it is taken.
    waiting = {file.path for file in ran.district.files if file.case == "manifest_wrong"}
    truth = {f.path: f.data_rows for f in ran.district.files if f.readable and f.path not in waiting}
    assert waiting
    assert not waiting & set(told.index)
    assert {path: int(told.get(path, 0)) for path in truth} == truth


def test_the_independent_counter_sees_as_many_physical_rows_as_the_reader_booked(ran):
    booked = [
        entry
        for path in (ran.home / "lake" / "read").rglob("facts.json")
        for entry in json.loads(path.read_text(encoding="utf-8")).get("deliveries", [])
        if entry["outcome"] == "ok"
    ]
    drops = ran.home.parent / "home-drops"
    counted = {entry["path"]: delivery_rows(drops / entry["path"]) for entry in booked}
    assert counted
    assert {entry["path"]: entry["physical_rows"] for entry in booked} == counted


def test_no_complete_identity_number_is_printed_or_reported(ran):
    assert not NUMBER.search(ran.printed)
    reports = [path for path in ran.home.rglob("*") if path.suffix in {".html", ".json", ".log", ".txt", ".md"}]
    assert reports
    for path in reports:
        assert not NUMBER.search(path.read_text(encoding="utf-8", errors="replace")), path.name


def test_a_township_file_never_shows_services_that_are_nobodys_business(ran):
    words = ("严重精神障碍", "肺结核", "传染病", "避孕", "计生服务", "人工流产", "终止妊娠")
    books = sorted((ran.home / "outbox").glob("office-*/**/*.xlsx"))
    assert books
    for path in books:
        for sheet in openpyxl.load_workbook(path).worksheets:
            rows = list(sheet.iter_rows(values_only=True))
            header = next((row for row in rows if "行标识" in row), None)
            for row in rows if header else []:
                # Below the persons such services may be counted, without anybody's name.
                if row[header.index("行标识")]:
                    text = " ".join(str(value) for value in row if value is not None)
                    assert not any(word in text for word in words), f"{path.name} {sheet.title}"


def test_a_rerun_of_a_published_month_writes_the_same_bytes_and_says_unchanged(ran):
    before = ran.packages()
    drops = ran.home.parent / "home-drops"
    printed = command(["run", str(MONTHS[0]), "--drops", str(drops), "--home", str(ran.home)])
    assert "unchanged" in printed
    shutil.rmtree(ran.home / "outbox")
    command(["run", str(MONTHS[0]), "--drops", str(drops), "--home", str(ran.home)])
    again = ran.packages()
    first_month = {name: value for name, value in before.items() if str(MONTHS[0]) in name}
    assert {name: value for name, value in again.items() if str(MONTHS[0]) in name} == first_month
    for month in MONTHS[1:]:
        command(["run", str(month), "--drops", str(drops), "--home", str(ran.home)])
    assert ran.packages() == before


def test_another_home_with_the_same_keys_makes_the_same_packages(ran, tmp_path):
    home = tmp_path / "home"
    keys = home / "keys"
    shutil.copytree(ran.home / "keys", keys, ignore=shutil.ignore_patterns("pg.*"))
    keys.chmod(0o700)
    try:
        run(ran.district, home)
        assert workbooks(hashes(home / "outbox")) == workbooks(ran.packages())
    finally:
        postgres.remove(home)


def test_persons_keep_their_number_from_month_to_month_and_are_rarely_confused(ran):
    links, truth = ran.table("links"), ran.district.rows()
    joined = links.merge(truth, left_on=["file", "sheet", "row"], right_on=["path", "sheet", "row"])
    assert len(joined) > 0.9 * len(links)
    people = joined.groupby("person_id")["person"].nunique()
    assert (people > 1).mean() < 0.01


def test_closing_stock_opens_the_next_month_and_the_proof_holds(ran):
    figures = []
    for month in MONTHS:
        path = ran.home.parent / f"{month}.json"
        command(["export", "figures", str(month), "--home", str(ran.home), "--out", str(path)])
        figures.append(json.loads(path.read_text(encoding="utf-8")))
    for earlier, later in pairwise(figures):
        assert later["district"]["population_all"]["opening"] == earlier["district"]["population_all"]["closing"]
    assert "wrong" not in command(["verify", "--home", str(ran.home)])


def test_a_month_asked_for_out_of_turn_is_refused_and_says_which_comes_first(ran):
    asked = ["run", "2027-02", "--drops", str(ran.district.drops), "--home", str(ran.home)]
    done = subprocess.run([sys.executable, "-m", "exchange", *asked], capture_output=True, text=True)
    assert done.returncode == 15
    assert "2026-11" in done.stderr


def test_status_names_what_is_missing_and_the_next_command(ran):
    printed = command(["status", str(MONTHS[-1]), "--home", str(ran.home)])
    assert "exchange run 2026-11" in printed
    waiting = command(["status", "2026-09", "--home", str(ran.home)])
    assert "L01" in waiting
    for period, _, unit in ran.district.missing:
        if period == str(MONTHS[-1]):
            assert unit in printed


def test_every_figure_of_every_township_opens_to_the_persons_it_counts(ran, tmp_path):
    settings = from_environ({"EXCHANGE_HOME": str(ran.home)}, code_version="test", project=PROJECT)
    with open_services(settings) as services:
        registry = current_registry(settings)
        for month in MONTHS:
            to = tmp_path / f"{month}.json"
            export_to(services, "figures", month, to, actor="t", why="w")
            told = json.loads(to.read_text(encoding="utf-8"))
            for place, figures in (*told["townships"].items(), (None, told["district"])):
                for name, published in figures["kpi"].items():
                    found = open_figure(services, registry, month, name, place, actor="t", why="w")
                    (members,) = (table for table in found.tables if table.name == "组成")
                    counted = [sum(int(row[column]) for row in members.rows) for column in (4, 3)]
                    assert found.agrees, (month, place, name)
                    assert place is None or counted == published, (month, place, name)
                for term, persons in figures["population_default"].items():
                    found = open_figure(services, registry, month, term.upper(), place, actor="t", why="w")
                    assert len(found.tables[0].rows) == persons, (month, place, term)
