"""The whole trip of a correction: bad rows, the workbook that goes back, its return, and the month that takes it in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.registry.load import Registry
from exchange.services.bundle import Services, open_services
from exchange.services.config import current_registry
from exchange.services.settings import Settings
from exchange.stages.month import run_month
from exchange.stages.own_corrections import Hands
from exchange.stages.returned import import_returned
from tests.stages.months import EAST, UNITS, WEST, number, table

SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)
POLICE_HEADINGS = ["登记类别", "姓名", "公民身份号码", "性别", "户籍地址", "现居住地住址", "到达本地日期", "登记日期",
                   "联系电话", "政治面貌"]  # fmt: skip
CLINIC_HEADINGS = ["服务日期", "服务类别", "服务项目", "姓名", "身份证号", "性别", "居住类型"]
HANDS = Hands("tester", "所里核对后更正", approved_by="科长")
WRONG = number("341222", "19900101", 11)[:-1]
WRONG += "0" if number("341222", "19900101", 11)[-1] != "0" else "1"
RIGHT = number("341222", "19900101", 11)
DATED = number("341222", "19910203", 21)
PHONED = number("341222", "19920304", 31)
MISTAKEN, MEANT = number("341222", "19930405", 41), number("341222", "19930405", 43)
SERVED, UNDATED = number("341222", "19940506", 52), number("341222", "19940506", 54)


def run_of(period: Period) -> Run:
    return Run(f"run-{period}", period, "", True, datetime(2026, 11, 10, tzinfo=UTC), "tester")


def police_row(name: str, id_number: str, **changed: object) -> list[object]:
    told: dict[str, object] = {
        "登记类别": "在住", "姓名": name, "公民身份号码": id_number, "性别": "男" if int(id_number[16]) % 2 else "女",
        "户籍地址": "安徽省太和县某镇", "现居住地住址": "周村区西街街道一号", "到达本地日期": "2026-09-03",
        "登记日期": "2026-09-05", "联系电话": "13800000001", "政治面貌": "群众",
    }  # fmt: skip
    return [(told | changed)[heading] for heading in POLICE_HEADINGS]


def clinic_row(name: str, id_number: str, day: str) -> list[object]:
    told = {"服务日期": day, "服务类别": "05", "服务项目": "0502", "姓名": name, "身份证号": id_number, "性别": "女",
            "居住类型": "2"}  # fmt: skip
    return [told[heading] for heading in CLINIC_HEADINGS]


def put(drops: Path, name: str, *rows: list[object], sheet: str = "在住人员") -> None:
    source, month = {"PS": "police", "PH": "clinic"}[name.split("_")[1]], name.split("_")[2]
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    path = drops / source / month / f"{name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@dataclass
class Story:
    """An installation with its months and what the sender sees of them."""

    registry: Registry
    services: Services
    drops: Path
    told: list[str] = field(default_factory=list)

    def feedback(self, period: Period, source: str = "police", unit: str = "西街派出所") -> Path:
        folder = self.services.settings.home / "outbox" / source / f"feedback/{period}"
        (found,) = folder.glob(f"*{unit}_数据*")
        return found

    def back(self, folder: Path, edits: dict[int, dict[str, object]], **of: Any) -> Path:
        """The feedback workbook with cells changed: physical row of the original -> heading -> new content."""
        book = openpyxl.load_workbook(self.feedback(of.pop("period", SEPTEMBER), **of))
        sheet = next(sheet for sheet in book if any(cell.value == "行标识" for cell in sheet[3]) and "列" not in
                     [cell.value for cell in sheet[3]])  # fmt: skip
        headings = {"".join(str(cell.value).split()): cell.column for cell in sheet[3]}
        for line in range(4, sheet.max_row + 1):
            for heading, value in edits.get(sheet.cell(line, headings["行号"]).value, {}).items():
                sheet.cell(line, headings[heading]).value = value
        path = folder / "returned.xlsx"
        book.save(path)
        return path

    def take(self, path: Path) -> list[str]:
        return import_returned(self.services, self.registry, path, HANDS)

    def accepted(self, period: Period, source: str = "police") -> pd.DataFrame:
        fp = self.services.ledger.fingerprint_of(period, "validate", source) or ""
        return self.services.lake.read(f"accepted/{source}/{period}", fp, "rows")


@pytest.fixture
def story(settings: Settings, tmp_path: Path) -> Iterator[Story]:
    """September of two stations and a clinic, published; rows 2..5 of the west station's file need a second look."""
    units, drops = tmp_path / "units.csv", tmp_path / "drops"
    units.write_text(UNITS, encoding="utf-8")
    put(
        drops,
        f"{WEST}_PS_2026-09_full_v1",
        POLICE_HEADINGS,
        police_row("王一", WRONG),
        police_row("王二", DATED, 到达本地日期="去年秋天", 现居住地住址="同上"),
        police_row("王三", PHONED, 联系电话="123"),
        police_row("王四", MISTAKEN, 联系电话="456"),
    )
    rows = [police_row(f"赵{'一二三四五六七八九十'[i % 10]}", number("341222", "19800101", 100 + 2 * i),
                       到达本地日期="不详日" if i < 6 else "2026-09-03", 联系电话=f"139{i:08d}")
            for i in range(20)]  # fmt: skip
    put(drops, f"{EAST}_PS_2026-09_full_v1", POLICE_HEADINGS, *rows)
    put(drops, f"{WEST}_PH_2026-09_events_v1", CLINIC_HEADINGS, clinic_row("孙一", SERVED, "2026-09-12"),
        clinic_row("孙二", UNDATED, "某日"), sheet="服务")  # fmt: skip
    with open_services(replace(settings, units=units, drops=drops)) as services:
        made = Story(current_registry(services.settings), services, drops)
        run_month(run_of(SEPTEMBER), services)
        yield made


def test_the_file_comes_back_whole_and_opens_without_the_forbidden_column(story: Story):
    sheet = openpyxl.load_workbook(story.feedback(SEPTEMBER))["在住人员"]
    headings = [cell.value for cell in sheet[3]]
    assert [sheet.cell(line, 1).value for line in range(4, 8)] == [2, 3, 4, 5]
    assert "政治面貌" not in headings
    assert headings[1:4] == ["登记类别", "姓名", "公民身份号码"]
    assert sheet.auto_filter.ref
    states = headings.index("状态") + 1
    assert [sheet.cell(line, states).value for line in range(4, 8)] == ["待改正", "待改正", *["已采用（有提醒）"] * 2]


def test_corrected_rows_are_taken_in_by_the_next_month_and_reported_back(story: Story, tmp_path: Path):
    edits = {2: {"公民身份号码": RIGHT}, 3: {"到达本地日期": "2026-09-02"}, 4: {"联系电话": "13900000002"}}
    told = story.take(story.back(tmp_path, edits))
    assert told[0] == "共3行有改动或须整表重报：新受理3行，此前已受理0行；另有1行未改动。"
    assert told[1].startswith(f"{WEST}_PS_2026-09_correction_v1.xlsx：3行")
    run_month(run_of(OCTOBER), story.services)
    rows = story.accepted(OCTOBER).set_index("row")
    assert list(rows["id_number"]) == [RIGHT, DATED, PHONED]
    assert list(rows["name"]) == ["王一", "王二", "王三"]
    assert list(rows["phone"]) == ["13800000001", "13800000001", "13900000002"]
    assert set(rows["disposition"]) <= {"accept", "warn"}
    assert rows["is_late"].all()
    assert rows["current_address"].iloc[1] == rows["current_address"].iloc[0]
    assert rows["current_address"].notna().all()
    spells = table(story.services, "core.residence_spell", "spell_id")
    kinds = spells.set_index("opened_period")["opening_kind"]
    assert list(kinds[[str(OCTOBER)]]) == ["LATE_REG", "LATE_REG"]
    assert len(spells) == 4
    book = openpyxl.load_workbook(story.feedback(OCTOBER))
    states = [[cell.value for cell in row] for row in book["更正办理情况"].iter_rows(min_row=4, max_row=6)]
    assert [(row[3], row[6]) for row in states] == [(2, "已改正"), (3, "已改正"), (4, "已改正")]


def test_a_correction_has_its_seven_parts_and_no_value_in_clear(story: Story, tmp_path: Path):
    path = story.back(tmp_path, {2: {"公民身份号码": RIGHT}})
    story.take(path)
    (act,) = table(story.services, "ledger.correction_act", "act_id").to_dict("records")
    assert (act["asked_by"], act["checked_by"], act["approved_by"], act["why"]) == (
        "西街派出所", "tester", "科长", "所里核对后更正",
    )  # fmt: skip
    assert len(act["file_sha256"]) == 64
    (row,) = table(story.services, "ledger.correction", "row_id_new").to_dict("records")
    assert (row["fields"], len(bytes(row["old_hmac"])), len(bytes(row["new_hmac"]))) == ("id_number", 32, 32)
    audit = table(story.services, "ledger.audit", "seq")
    assert list(audit["act"])[-1] == "correct"
    assert RIGHT not in audit.to_csv() + str(act) + str(row)
    assert story.services.ledger.verify_audit().problems == ()


def test_returning_twice_changes_nothing_and_a_second_edit_joins_the_first(story: Story, tmp_path: Path):
    path = story.back(tmp_path, {2: {"公民身份号码": RIGHT}})
    story.take(path)
    assert "新受理0行，此前已受理1行" in story.take(path)[0]
    assert (
        "新受理1行，此前已受理1行"
        in story.take(story.back(tmp_path, {2: {"公民身份号码": RIGHT}, 3: {"到达本地日期": "2026-09-02"}}))[0]
    )
    run_month(run_of(OCTOBER), story.services)
    rows = story.accepted(OCTOBER)
    assert sorted(rows.loc[rows["disposition"] != "superseded", "id_number"]) == sorted([RIGHT, DATED])


def test_a_later_edit_of_the_same_row_replaces_the_one_that_waits(story: Story, tmp_path: Path):
    story.take(story.back(tmp_path, {3: {"到达本地日期": "2026-09-01"}}))
    story.take(story.back(tmp_path, {3: {"到达本地日期": "2026-09-02"}}))
    run_month(run_of(OCTOBER), story.services)
    rows = story.accepted(OCTOBER)
    counted = rows[rows["is_counted"].fillna(False).to_numpy(bool)]
    assert [str(day)[:10] for day in counted["arrive_date"]] == ["2026-09-02"]


def test_an_accepted_row_about_somebody_else_ends_the_wrong_registration(story: Story, tmp_path: Path):
    story.take(story.back(tmp_path, {5: {"公民身份号码": MEANT, "联系电话": "13700000003"}}))
    run_month(run_of(OCTOBER), story.services)
    spells = table(story.services, "core.residence_spell", "opened_period, spell_id")
    old = spells[(spells["opened_period"] == str(SEPTEMBER)) & spells["closed_period"].notna()]
    assert list(old["closing_kind"]) == ["CANCEL"]
    assert list(spells[spells["opened_period"] == str(OCTOBER)]["opening_kind"]) == ["LATE_REG"]
    balance = table(story.services, "mart.balance", "period, township9, scope_group")
    chosen = balance[(balance["period"] == str(OCTOBER)) & (balance["township9"] == WEST)].iloc[0]
    assert (chosen["opening"], chosen["late_reg"], chosen["cancel"], chosen["closing"]) == (2, 1, 1, 2)


def test_a_corrected_service_is_counted_once(story: Story, tmp_path: Path):
    edits = {2: {"服务日期": "2026-09-13"}, 3: {"服务日期": "2026-09-14"}}
    story.take(story.back(tmp_path, edits, source="clinic", unit="西街卫生院"))
    run_month(run_of(OCTOBER), story.services)
    services = table(story.services, "core.service", "service_date")
    assert [str(day) for day in services["service_date"]] == ["2026-09-13", "2026-09-14"]
    assert list(services["period"]) == [str(SEPTEMBER), str(OCTOBER)]
    assert services["resident_group"].notna().all()


@pytest.mark.parametrize("is_version_first", [True, False])
def test_a_sender_who_corrects_and_sends_a_new_version_is_counted_once(
    story: Story, tmp_path: Path, is_version_first: bool
):
    corrected = story.back(
        tmp_path, {2: {"服务日期": "2026-09-13"}, 3: {"服务日期": "2026-09-14"}}, source="clinic", unit="西街卫生院"
    )
    seen = datetime(2026, 11, 10, tzinfo=UTC) if is_version_first else datetime(2099, 1, 1, tzinfo=UTC)
    rows = [clinic_row("孙一", SERVED, "2026-09-13"), clinic_row("孙二", UNDATED, "2026-09-14")]
    put(story.drops, f"{WEST}_PH_2026-09_events_v2", CLINIC_HEADINGS, *rows, sheet="服务")
    story.take(corrected)
    run_month(replace(run_of(OCTOBER), started_at=seen), story.services)
    services = table(story.services, "core.service", "service_date")
    assert [str(day) for day in services["service_date"]] == ["2026-09-13", "2026-09-14"]
    assert list(services["period"]) == [str(SEPTEMBER), str(OCTOBER)]
    assert services["resident_group"].notna().all()
    files = table(story.services, "ledger.source_row", "row_id").set_index("row_id")["file"]
    assert files[services["row_id"]].str.contains("correction" if is_version_first else "events_v2").all()


def test_a_new_version_after_its_month_was_published_counts_no_service_again(story: Story):
    rows = [clinic_row("孙一", SERVED, "2026-09-12"), clinic_row("孙二", UNDATED, "2026-09-14")]
    put(story.drops, f"{WEST}_PH_2026-09_events_v2", CLINIC_HEADINGS, *rows, sheet="服务")
    run_month(run_of(OCTOBER), story.services)
    services = table(story.services, "core.service", "service_date")
    assert [str(day) for day in services["service_date"]] == ["2026-09-12", "2026-09-14"]
    assert list(services["period"]) == [str(SEPTEMBER), str(OCTOBER)]


def test_a_file_that_went_back_whole_comes_again_with_all_its_rows(story: Story, tmp_path: Path):
    told = story.take(
        story.back(tmp_path, {row: {"到达本地日期": "2026-09-04"} for row in range(2, 8)}, unit="东街派出所")
    )
    assert told[0].startswith("共20行有改动或须整表重报：新受理20行")
    run_month(run_of(OCTOBER), story.services)
    assert len(table(story.services, "core.residence_spell", "spell_id").query("township9 == @EAST")) == 20


def test_what_cannot_be_taken_is_named_by_place(story: Story, tmp_path: Path):
    told = story.take(story.back(tmp_path, {2: {"公民身份号码": "342***************"}, 3: {"行标识": "AAAAAAAAAA"}}))
    assert "新受理0行" in told[0]
    assert any("*" in line and "“在住人员”第4行" in line for line in told)
    assert any("不是本系统发出的" in line and "“在住人员”第5行" in line for line in told)
    assert not len(table(story.services, "ledger.correction", "row_id_new"))


def test_a_workbook_of_nobodys_is_refused(story: Story, tmp_path: Path):
    book, content = openpyxl.Workbook(), BytesIO()
    book.active.append(["姓名"])
    book.save(content)
    path = tmp_path / "x.xlsx"
    path.write_bytes(content.getvalue())
    with pytest.raises(ContentError, match="行标识"):
        story.take(path)
