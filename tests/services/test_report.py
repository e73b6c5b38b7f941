"""The validation report on a real ledger and lake: it adds up, stands alone, names rows only, and does not change."""

import hashlib
import html.parser
import re
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from exchange.demo.district import DistrictFacts, make_district
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry, load_registry
from exchange.services.bundle import Services
from exchange.services.config import freeze
from exchange.services.settings import Settings
from exchange.services.tables import ledger as tables
from exchange.stages.notify.report import write_report

PROJECT = Path(__file__).resolve().parents[2]
MONTHS = [Period(2026, 8), Period(2026, 9), Period(2026, 10)]
MONTH = MONTHS[1]
SEEN = datetime(2026, 10, 9, 18, 30, tzinfo=UTC)
RUN = Run("run-1", MONTH, "", True, datetime(2026, 10, 10, 2, tzinfo=UTC), "tester")
RULES = {"id_typo": "R05", "id_precision": "R03", "name_blank": "R01", "name_several": "M03", "phone_lost": "W06"}
GENERATION = {
    "generation": 1, "manifest": {}, "manifest_sha256": "0" * 64, "code_version": "test",
    "config_fingerprint": "c" * 64, "model_hash": None, "run_id": "run-1",
}  # fmt: skip
SOURCES = {"PS": "police", "HR": "hr", "PH": "clinic"}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> DistrictFacts:
    return make_district(tmp_path_factory.mktemp("report"), 900, MONTHS, 5)


def judged(marks: str) -> tuple[str, str]:
    rules = sorted({RULES[mark] for mark in marks.split(";") if mark in RULES})
    if any(rule[0] in "RM" for rule in rules):
        return "quarantine", ";".join(rules)
    return ("warn" if rules else "accept"), ";".join(rules)


def split(rules: str) -> list[str]:
    return [rule for rule in rules.split(";") if rule]


def fill(services: Services, district: DistrictFacts) -> pd.DataFrame:
    """A validated month in ledger and lake, after the made-up district; returns the rows of ledger.source_row."""
    files = [file for file in district.files if file.period == str(MONTH) and not file.late]
    superseded = {file.path.replace("_v2.", "_v1.") for file in files if file.version == 2}
    truth, rows, seen = district.rows(), [], []
    for file in files:
        source = SOURCES[file.agency]
        content = (district.drops / file.path).read_bytes()
        delivery = hashlib.blake2b(file.path.encode(), digest_size=12).hexdigest()
        status, rule = ("superseded", "L05") if file.path in superseded else ("received", None)
        if file.case == "truncated":
            status, rule = "rejected", "F01"
        services.deliveries.record([{
            "delivery_id": delivery, "source": source, "unit_code": file.unit, "file_period": file.period,
            "version": file.version, "kind": file.kind, "path": file.path, "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(), "status": status, "rule": rule, "message": None,
            "manifest_rows": None, "first_seen_period": str(MONTH), "processed_period": str(MONTH), "is_late": False,
            "seen_at": SEEN, "retain_until": None,
        }])  # fmt: skip
        seen.append({"source": source, "delivery_id": delivery, "physical_rows": file.physical_rows, "rules": "",
                     "read_rows": file.data_rows, "message": "", "fingerprint": delivery})  # fmt: skip
        reading = {"container": file.path.rsplit(".")[-1], "encoding": "", "sheets": [one.name for one in file.sheets]}
        services.lake.write(f"read/{source}", delivery, {}, reading)
        for row in truth[truth["path"] == file.path].itertuples():
            disposition, rules = judged(row.marks)
            if status == "superseded":
                disposition, rules = "superseded", ""
            rows.append({
                "row_id": hashlib.blake2b(f"{file.path}\0{row.sheet}\0{row.row}".encode(), digest_size=12).hexdigest(),
                "period": str(MONTH), "source": source, "delivery_id": delivery, "file": file.path,
                "sheet": row.sheet, "row": row.row, "disposition": disposition, "rules": rules,
            })  # fmt: skip
    frame, readings = pd.DataFrame(rows), pd.DataFrame(seen)
    with services.warehouse.transaction() as conn:
        services.warehouse.copy_in(conn, tables.source_row, frame)
    for source, own in readings.groupby("source"):
        issues = [
            (row.row_id, rule) for row in frame[frame["source"] == source].itertuples() for rule in split(row.rules)
        ]
        found = dict(Counter(rule for _, rule in issues))
        typed = frame[frame["source"] == source][["disposition"]].assign(kind="full", sex="1", id_number="x")
        tables_of = {"deliveries": own, "rows": typed}
        services.lake.write(f"accepted/{source}/{MONTH}", "f" * 24, tables_of, {"expectations": found})
        booked = pd.DataFrame(issues, columns=["row_id", "rule"]).assign(period=str(MONTH), field="id_number")
        with services.warehouse.transaction() as conn:
            services.warehouse.copy_in(conn, tables.issue, booked)
        counted = frame[frame["source"] == source]["disposition"].isin(["accept", "warn"])
        total, kept = len(counted), int(counted.sum())
        services.ledger.record_receipt(RUN, Receipt("validate", str(source), total, kept, total - kept, "f" * 24))
    return frame


def publish(services: Services, generation: int = 1) -> None:
    with services.warehouse.transaction() as conn:
        services.ledger.record_generation(conn, MONTH, {
            **GENERATION, "generation": generation, "manifest_sha256": f"{generation:064d}",
        })  # fmt: skip


class Page(html.parser.HTMLParser):
    """The page as a browser without JavaScript sees it: text, tags, attributes, table rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.rows: list[list[str]] = []
        self.text = ""
        self._skip = False
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._skip = tag == "style"
        self.anchors |= {f"#{value}" for name, value in attrs if name == "id"}
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "data", "action", "srcset")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._skip = False
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text += f" {data}"
            if self._cell:
                self.rows[-1][-1] += data.strip()


@pytest.fixture
def page(services: Services, district: DistrictFacts, registry: Registry) -> Page:
    fill(services, district)
    publish(services)
    return Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))


def numbers(row: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in row if re.fullmatch(r"[\d,]+", cell)]


def test_the_overview_adds_up_to_what_the_ledger_holds(services: Services, district: DistrictFacts, registry: Registry):
    rows = fill(services, district)
    publish(services)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    total = next(row for row in page.rows if row and row[0] == "合计")
    _files, physical, other, data, *parts = numbers(total)
    assert physical == other + data
    assert data == sum(parts) == len(rows)
    counts = Counter(rows["disposition"])
    assert parts == [counts[word] for word in ("accept", "warn", "quarantine", "ignore", "file_rejected", "superseded")]
    assert physical == sum(f.physical_rows for f in district.files if f.period == str(MONTH) and not f.late)


def test_every_check_on_the_page_holds(page: Page):
    verdicts = [row[4] for row in page.rows if len(row) == 5 and row[4] in ("相符", "不符")]
    assert verdicts == ["相符"] * 18


def test_a_row_that_vanished_shows_as_a_check_that_does_not_hold(
    services: Services, district: DistrictFacts, registry: Registry
):
    fill(services, district)
    with services.warehouse.transaction() as conn:
        lost = sa.select(tables.source_row.c.row_id).limit(1)
        conn.execute(sa.delete(tables.source_row).where(tables.source_row.c.row_id == lost.scalar_subquery()))
    publish(services)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    assert any(row[-1] == "不符" for row in page.rows if row)


def test_a_missing_sender_and_a_refused_file_are_said(page: Page, registry: Registry):
    assert re.search(r"缺报\s*公安.*?城北路街道派出所", page.text, re.DOTALL)
    assert "整表退回" in page.text
    states = [row for row in page.rows if row and row[0] in {source.agency for source in registry.sources.values()}]
    assert any(numbers(row)[3] >= 1 for row in states)


def test_no_identity_number_and_no_name_of_a_person_is_on_the_page(page: Page, district: DistrictFacts):
    assert not re.search(r"\d{17}[\dXx]", re.sub(r"[0-9a-f]{24,64}", "", page.text))
    persons = pd.read_parquet(district.truth / "persons.parquet")
    assert not [number for number in persons["number"] if number in page.text]
    assert not [name for name in persons["name"] if len(name) > 2 and name in page.text]


def test_the_page_needs_nothing_from_outside_and_no_script(page: Page, settings: Settings):
    text = (settings.home / "reports" / str(MONTH) / f"validation_{MONTH}.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|//[a-z]|url\(|@import", text)
    assert all(link.startswith("#") for link in page.links)
    assert not page.tags["script"] + page.tags["link"] + page.tags["img"] + page.tags["iframe"]


def test_set_aside_rows_are_named_by_file_sheet_row_and_rule(
    services: Services, district: DistrictFacts, registry: Registry
):
    rows = fill(services, district)
    publish(services)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    aside = rows[rows["disposition"] == "quarantine"]
    listed = [row for row in page.rows if len(row) == 5 and row[0].endswith((".csv", ".xlsx", ".xls"))]
    assert sum(int(row[3]) for row in listed) == len(aside)
    first = aside.iloc[0]
    own = [row for row in listed if row[0] == first["file"] and row[2] == first["rules"].replace(";", "、")]
    assert str(first["row"]) in re.split("[、–]", own[0][4])


def test_the_same_generation_gives_the_same_bytes_whatever_comes_later(
    services: Services, district: DistrictFacts, registry: Registry
):
    fill(services, district)
    publish(services)
    first = write_report(RUN, registry, services).read_bytes()
    with services.warehouse.transaction() as conn:
        conn.execute(sa.update(tables.delivery).values(message="later"))
        conn.execute(sa.update(tables.source_row).values(disposition="accept", rules=""))
    assert write_report(RUN, registry, services).read_bytes() == first
    publish(services, 2)
    assert write_report(RUN, registry, services).read_bytes() != first


def test_a_draft_says_so_and_lies_apart(services: Services, district: DistrictFacts, registry: Registry):
    fill(services, district)
    path = write_report(RUN, registry, services)
    assert path.parent.name == "draft"
    assert "草稿" in path.read_text(encoding="utf-8")


def test_a_month_without_any_file_still_has_a_report(services: Services, registry: Registry):
    publish(services)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    assert "本月没有触发任何规则" in page.text
    assert "本月未收到文件" in page.text


def test_every_number_that_opens_leads_somewhere_on_the_page(page: Page):
    assert len(page.links) > 100
    assert set(page.links) <= page.anchors


def test_the_rows_of_a_unit_are_listed_by_rule_column_and_fate(
    services: Services, district: DistrictFacts, registry: Registry
):
    rows = fill(services, district)
    publish(services)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    fates = [row for row in page.rows if len(row) == 4 and row[0] in ("接受", "提示", "搁置", "整表退回", "被替代")]
    assert sum(int(row[2].replace(",", "")) for row in fates) == len(rows)
    found = [row for row in page.rows if len(row) == 7 and row[0] == "R05"]
    expected = rows[rows["rules"].str.contains("R05") & ~rows["disposition"].isin(["superseded", "ignore"])]
    assert sum(int(row[5]) for row in found) == len(expected)


def test_months_are_plotted_side_by_side_once_there_are_two(
    services: Services, district: DistrictFacts, registry: Registry
):
    fill(services, district)
    publish(services)
    assert "尚无走势" in write_report(RUN, registry, services).read_text(encoding="utf-8")
    with services.warehouse.transaction() as conn:
        services.ledger.record_generation(
            conn, MONTH.next(), GENERATION | {"generation": 1, "manifest_sha256": "9" * 64}
        )
    later = Run("run-2", MONTH.next(), "", True, RUN.started_at, "tester")
    page = Page(write_report(later, registry, services).read_text(encoding="utf-8"))
    assert "尚无走势" not in page.text
    assert page.tags["figure"] >= 6
    assert str(MONTH) in page.text


def test_a_second_generation_is_compared_with_the_first(
    services: Services, district: DistrictFacts, registry: Registry
):
    rows = fill(services, district)
    publish(services)
    write_report(RUN, registry, services)
    with services.warehouse.transaction() as conn:
        conn.execute(sa.update(tables.source_row).where(tables.source_row.c.disposition == "warn").values(
            disposition="quarantine"))  # fmt: skip
    publish(services, 2)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    changes = [row for row in page.rows if len(row) == 4 and row[0].endswith("　搁置")]
    assert sum(int(row[3].lstrip("+").replace(",", "")) for row in changes) == (rows["disposition"] == "warn").sum()


def test_a_month_says_what_changed_in_the_rule_book_since_the_month_before(
    services: Services, registry: Registry, tmp_path: Path
):
    folder = tmp_path / "then"
    shutil.copytree(PROJECT / "schemas", folder / "schemas")
    shutil.copytree(PROJECT / "expectations", folder / "expectations")
    rules = folder / "schemas" / "rules.yaml"
    rules.write_text(re.sub("^W13.*$", "", rules.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    then = replace(services.settings, schemas=folder / "schemas", expectations=folder / "expectations")
    earlier = load_registry(then.schemas, then.expectations)
    freeze(then, earlier)
    with services.warehouse.transaction() as conn:
        services.ledger.record_generation(
            conn, MONTH.previous(), GENERATION | {"generation": 1, "config_fingerprint": earlier.fingerprint}
        )
    publish(services)
    page = Page(write_report(RUN, registry, services).read_text(encoding="utf-8"))
    assert ["新增", "规则", "W13 年龄不符合服务对象", registry.rules["W13"].says] in page.rows
