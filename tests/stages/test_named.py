"""What changed, the records of those who stay, balances by person, and letters to other counties, over three months."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.registry.load import Registry, load_registry
from exchange.services.bundle import Services
from exchange.services.tables import lists, mart, packages
from exchange.stages.answers import import_answers
from exchange.stages.publish import publish_period
from exchange.stages.receipts import remind
from tests.stages.answering import office_file, send, sheet_rows
from tests.stages.months import EAST, WEST, Month, lay_down, number, run_of, table

PROJECT = Path(__file__).resolve().parents[2]
AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
BRIDE, MOTHER, QUIET = (number("341222", birth, 2) for birth in ("19980105", "19950105", "19960105"))
KID, SEVEN, MOVER = number("341222", "20240301", 21), number("341222", "20190910", 21), number("341222", "20230301", 23)
SICK, LOST = number("341222", "19700105", 2), number("341222", "20240401", 25)
FORBIDDEN = ("method", "termination", "live_births", "children", "contracept")
CHANGES, BALANCES = "婚孕育变更", "人群变动平衡"


def first(period: Period = AUGUST) -> Month:
    year = period.year
    month = Month(period)
    for who, name in ((BRIDE, "新娘"), (MOTHER, "孕妇"), (QUIET, "静")):
        month.register(who, WEST, day=f"{year}-01-10", name=name, marital="10" if who != MOTHER else "20")
    for who, name in ((KID, "童"), (SEVEN, "七"), (SICK, "病")):
        month.register(who, WEST, day=f"{year}-01-10", name=name)
    month.register(MOVER, EAST, day=f"{year}-01-10", name="移")
    month.register(LOST, WEST, day=f"{year}-01-10", name="失", hukou_code6="999999")
    return month.service(SICK, WEST, "0702", service_date=f"{year}-08-02", resident_type="2", name="病")


def second(period: Period = SEPTEMBER) -> Month:
    year, month = period.year, Month(period)
    month.register(BRIDE, WEST, does="change", day=f"{year}-{period.month:02d}-03", name="新娘", marital="21")
    month.register(MOVER, WEST, day=f"{year}-{period.month:02d}-12", name="移")
    for who, name, hukou in ((SICK, "病", "341222"), (LOST, "失", "999999")):
        month.register(who, WEST, does="cancel", day=f"{year}-01-10", cancel_reason="3", name=name, hukou_code6=hukou,
                       cancel_date=f"{year}-{period.month:02d}-03")  # fmt: skip
    start = f"{year}-{period.month:02d}-04"
    month.service(MOTHER, WEST, "0501", service_date=start, last_menses=f"{year}-06-10", booked_date=start,
                  resident_type="2", name="孕妇")  # fmt: skip
    month.service(QUIET, WEST, "0502", service_date=start, last_menses=f"{year}-05-10", termination=start,
                  resident_type="2", name="静")  # fmt: skip
    month.service(BRIDE, WEST, "2003", service_date=start, resident_type="2", name="新娘", live_births="3")
    return month.service(KID, WEST, "0801", service_date=start, resident_type="2", name="童")


def test_changes_name_what_changed_since_when_and_from_which_row(registry, services):
    for month in (first(), second()):
        send(month, registry, services)
    rows = {row["姓名"]: row for row in sheet_rows(office_file(services, SEPTEMBER), CHANGES)}
    assert {name: row["变更"] for name, row in rows.items()} == {"新娘": "结婚", "孕妇": "怀孕"}
    assert (rows["新娘"]["原婚姻状况"], rows["新娘"]["现婚姻状况"]) == ("未婚", "初婚")
    assert (rows["新娘"]["来源"], rows["孕妇"]["来源"]) == ("公安", "卫生")
    assert str(rows["孕妇"]["起始日期"])[:10] == "2026-06-10"
    assert (rows["孕妇"]["来源文件"], rows["孕妇"]["行号"]) == (f"{WEST}.csv", 2)


def test_the_first_month_has_nothing_to_be_compared_with(registry, services):
    send(second(AUGUST), registry, services)
    assert sheet_rows(office_file(services, AUGUST), CHANGES) == []


@pytest.mark.parametrize("year", [2017, 2026])
def test_no_method_termination_or_number_of_children_is_a_change_in_either_profile(registry, services, year):
    for month in (first(Period(year, 8)), second(Period(year, 9))):
        lay_down(month, registry, services)
        publish_period(run_of(month.period), registry, services)
    assert registry.policy_for(Period(year, 9)).name == {2017: "2017", 2026: "current"}[year]
    entries = table(services, "mart.list_entry", "list, person_id, entry_id")
    changes = entries[entries["list"] == "changes"]
    assert set(changes["person_id"]) <= {services.vault.person_id(who) for who in (BRIDE, MOTHER)}
    assert not any(word in key for payload in changes["payload"] for key in payload for word in FORBIDDEN)
    assert {payload["change"] for payload in changes["payload"]} <= {"marriage", "pregnancy", "birth"}


@pytest.mark.parametrize("key", ["method", "termination", "live_births", "children"])
def test_the_table_itself_refuses_them(services, key):
    entry = {
        "period": "2026-09", "generation": 1, "township9": WEST, "list": "changes", "person_id": "P", "entry_id": "x",
        "row_id": "r", "sort_key": "", "payload": {"change": "birth", key: "1"},
    }  # fmt: skip
    with pytest.raises(PublicationError, match="three_changes_only"), services.warehouse.transaction() as conn:
        conn.execute(sa.insert(mart.list_entry).values(**entry))


def test_the_sheet_of_changes_has_no_column_for_them():
    declared = load_registry(PROJECT / "schemas", PROJECT / "expectations")
    sheets = [sheet for product in declared.products.values() for sheet in product.sheets if "changes" in sheet.lists]
    assert sheets
    assert not any(word in field for sheet in sheets for field in sheet.fields for word in FORBIDDEN)


def test_everybody_here_six_months_has_a_record_and_it_is_the_indicator(registry, services):
    send(first(), registry, services)
    entries = table(services, "mart.list_entry", "list, person_id")
    filed = entries[entries["list"] == "archive"]
    figure = table(services, "mart.figure", "name")
    k05 = figure[(figure["name"] == "K05") & (figure["grouping"] == "") & (figure["township9"] == "district")].iloc[0]
    assert len(filed) == k05["denominator"] == 8
    assert sum("has_record" in payload for payload in filed["payload"]) == k05["numerator"]
    rows = sheet_rows(office_file(services, AUGUST, "综合档案"), "综合档案")
    child = next(row for row in rows if row["姓名"] == "童")
    assert child["规范化"] == "否"
    assert "接种证" in child["还缺"]
    assert "文化程度" not in child["还缺"]


def test_a_record_with_everything_the_rules_name_is_complete(registry, services):
    whole = {
        "ethnicity": "01", "hukou_address": "某省某县", "current_address": "一号", "phone": "13800000001",
        "education": "70", "marital": "20", "name": "全",
    }  # fmt: skip
    month = Month(AUGUST).register(SICK, WEST, day="2026-01-10", **whole)
    month.service(SICK, WEST, "0101", service_date="2026-08-02", ehr_number="1", resident_type="2", name="全")
    send(month, registry, services)
    (row,) = sheet_rows(office_file(services, AUGUST, "综合档案"), "综合档案")
    assert (row["规范化"], row["还缺"] or "", row["近12月次数"]) == ("是", "", 1)


def test_sensitive_services_are_no_part_of_a_record(registry, services):
    month = first()
    for item in ("0801", "0901", "1101", "2003"):
        month.service(QUIET, WEST, item, service_date="2026-08-03", resident_type="2", name="静")
    send(month, registry, services)
    row = next(row for row in sheet_rows(office_file(services, AUGUST, "综合档案"), "综合档案") if row["姓名"] == "静")
    assert row["填报规范"] is None
    assert (row["近12月次数"], row["服务类别"] or "", row["最近服务"]) == (None, "", None)


def packets(services: Services, period: Period) -> list[Path]:
    return sorted((services.settings.home / "outbox" / "bureau" / str(period) / "handover").glob("*.xlsx"))


def test_another_county_gets_a_packet_of_its_own_people_with_a_slot_to_acknowledge(registry, services, tmp_path):
    for month in (first(), second()):
        send(month, registry, services)
    (path,) = packets(services, SEPTEMBER)
    assert path.name == "370306_周村区_致安徽省阜阳市太和县_服务接续函_2026-09.xlsx"
    rows = sheet_rows(path, "接续人员")
    assert {row["姓名"] for row in rows} == {"病"}
    assert len({row["服务类别"] for row in rows}) == 1
    letter = {row[0]: row[1] for row in openpyxl.load_workbook(path)["接续函"].iter_rows(values_only=True)}
    assert letter["函件编号"] == "JX-370306-341222-2026-09"
    back = openpyxl.Workbook()
    page = back.active
    page.append(["行标识", "接收结果", "接收人", "接收日期"])
    for row in rows:
        page.append([row["行标识"], "已接收", "李", "2026-10-20"])
    back.save(tmp_path / "ack.xlsx")
    told = import_answers(services, registry, tmp_path / "ack.xlsx", actor="t", why="w")
    assert f"新导入{len(rows)}行" in told[0]
    assert [night(services, registry, days) for days in (1, 30)] == [0, 0]


def night(services: Services, registry: Registry, days: int) -> int:
    """Reminders left so many days after the day by which the county of September's packet was to answer."""
    with services.warehouse.transaction() as conn:
        sent = sa.update(packages.package).where(packages.package.c.folder.endswith("/handover"))
        conn.execute(sent.values(sent_at=run_of(SEPTEMBER).started_at))
    at = datetime(2026, 11, 9, 2, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(days=days)
    return remind(replace(run_of(SEPTEMBER), started_at=at), registry, services)


def test_a_county_that_does_not_answer_is_reminded_of_so_often_and_no_more(registry, services):
    for month in (first(), second()):
        send(month, registry, services)
    assert [night(services, registry, days) for days in (0, 1, 2, 6, 12, 90)] == [0, 1, 0, 1, 1, 0]
    letters = sorted((services.settings.home / "outbox" / "bureau" / "reminders").iterdir())
    assert [path.name for path in letters] == [f"接续催办_2026-09_第{time}次.txt" for time in (1, 2, 3)]
    text = letters[0].read_text("utf-8-sig")
    assert "JX-370306-341222-2026-09　安徽省阜阳市太和县　应于 2026-11-09 前回复　1人1项" in text
    assert "病" not in text


def test_nobody_leaves_without_standing_somewhere_else(registry, services):
    for month in (first(), second()):
        send(month, registry, services)
    entries = table(services, "mart.list_entry", "list, person_id, entry_id")
    now = entries[entries["period"] == "2026-09"]
    lost = now[now["list"] == "whereabouts"]
    assert set(lost["person_id"]) == {services.vault.person_id(LOST)}
    assert unaccounted(services, AUGUST, SEPTEMBER) == set()


def unaccounted(services: Services, before: Period, now: Period) -> set[str]:
    """People in stock a month ago who are now neither in stock nor among those who left; and people who left the
    district with services not finished who are in no packet and not among those nobody knows the whereabouts of."""
    stock = table(services, "mart.stock_person", "spell_id")
    entries = table(services, "mart.list_entry", "list, person_id, entry_id")
    entries = entries[entries["period"] == str(now)]
    had, has = (set(stock[stock["period"] == str(period)]["person_id"]) for period in (before, now))
    gone = entries[entries["list"] == "outflow"]
    vanished = had - has - set(gone["person_id"])
    unfinished = gone[[bool(payload.get("open_services")) for payload in gone["payload"]]]
    handed = entries[entries["list"] == "handover"]
    sent = set(handed[["packet_id" in p or p["state"].startswith("转出待") for p in handed["payload"]]]["person_id"])
    return vanished | (
        set(unfinished["person_id"]) - sent - set(entries[entries["list"] == "whereabouts"]["person_id"]) - has
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_over_generated_months_nobody_is_lost_and_every_balance_closes(registry, services, seed):
    chance, births = random.Random(seed), ("20240301", "20230901", "20200815", "19950105", "19610901", "19500105")
    people = [number("341222", births[place % 6], place) for place in range(1, 61)]
    at: dict[str, str | None] = {who: chance.choice([WEST, EAST, None]) for who in people}
    for period in (AUGUST, SEPTEMBER, OCTOBER):
        generated(period, at, chance, services, registry)
        if period != AUGUST:
            assert unaccounted(services, period.previous(), period) == set()
    balances = table(services, "mart.group_balance", "period, township9, group_name")
    assert len(balances) == 3 * 3 * 4
    whole, parts = (
        balances[(balances["township9"] == "district") == is_whole].groupby(["period", "group_name"])["closing"].sum()
        for is_whole in (True, False)
    )
    assert whole.equals(parts)


def generated(
    period: Period, at: dict[str, str | None], chance: random.Random, services: Services, registry: Registry
) -> None:
    """A month in which people come, move, leave, come back and are served by chance; `at` is where they are."""
    month, day = Month(period), f"{period}-1{chance.randint(0, 9)}"
    for who, place in at.items():
        to = chance.choice([WEST, EAST, None, place, place, place])
        hukou = chance.choice(["341222", "511529", "999999"])
        if period == AUGUST and place:
            month.register(who, place, day=f"{period.year}-0{chance.randint(1, 7)}-10")
            to = place
        elif to and to != place:
            month.register(who, to, day=day, hukou_code6=hukou)
        elif place and not to:
            month.register(who, place, does="cancel", cancel_date=day, hukou_code6=hukou,
                           cancel_reason=chance.choice(["3", "1", None]))  # fmt: skip
        if to and chance.random() < 0.3:
            month.service(who, to, chance.choice(["0302", "0404", "0702", "0601"]), service_date=day, resident_type="2")
        at[who] = to
    lay_down(month, registry, services)
    publish_period(run_of(period), registry, services)


def test_every_term_of_a_balance_opens_to_persons(registry, services):
    for month in (first(), second()):
        send(month, registry, services)
    rows = {row["人群"]: row for row in balance_sheet(services, SEPTEMBER)}
    assert [rows["全部流动人口"][name] for name in ("月初", "区内移入", "流出", "月末")] == [7, 1, 2, 6]
    child = rows["0—6岁儿童"]
    assert [child[name] for name in ("月初", "区内移入", "流出", "超龄离开", "月末")] == [3, 1, 1, 1, 2]
    terms = table(services, "mart.term", "group_name, term, spell_id")
    aged = terms[(terms["term"] == "AGED_OUT") & (terms["period"] == "2026-09")]
    assert list(aged["person_id"]) == [services.vault.person_id(SEVEN)]
    assert [row["变动"] for row in sheet_rows(office_file(services, SEPTEMBER), "群体变动人员")] == ["超龄离开"]


def test_a_corrected_birth_date_is_a_correction_and_not_a_movement(registry, services):
    send(Month(AUGUST).register(None, WEST, day="2026-01-10", name="甲", birth_date="2024-03-01", sex="1", person="甲"),
         registry, services)  # fmt: skip
    send(Month(SEPTEMBER).register(None, WEST, does="change", day="2026-09-02", name="甲", birth_date="2014-03-01",
                                   sex="1", person="甲"), registry, services)  # fmt: skip
    rows = {row["人群"]: row for row in balance_sheet(services, SEPTEMBER)}
    assert [rows["0—6岁儿童"][name] for name in ("月初", "更正（净）", "月末")] == [1, -1, 0]
    assert [row["变动"] for row in sheet_rows(office_file(services, SEPTEMBER), "群体变动人员")] == ["更正后离开"]


def balance_sheet(services: Services, period: Period) -> list[dict[str, Any]]:
    page = openpyxl.load_workbook(office_file(services, period))[BALANCES]
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    place = next(number for number, line in enumerate(lines) if line[0] == "人群")
    return [dict(zip(lines[place], line, strict=True)) for line in lines[place + 1 :] if isinstance(line[1], int)]


def test_a_balance_that_does_not_close_is_not_released(registry, services):
    send(first(), registry, services)
    with services.warehouse.transaction() as conn:
        gone = sa.select(lists.stock_person.c.spell_id).order_by(lists.stock_person.c.spell_id).limit(1)
        conn.execute(sa.delete(lists.stock_person).where(lists.stock_person.c.spell_id.in_(gone)))
    lay_down(second(), registry, services)
    with pytest.raises(PublicationError):
        publish_period(run_of(SEPTEMBER), registry, services)
    assert services.ledger.generation(SEPTEMBER) is None


def test_the_district_says_why_it_is_not_the_sum_of_its_townships(registry, services):
    both = number("341222", "19850101", 7)
    send(Month(AUGUST).job(both, WEST, name="本").service(both, EAST, "0101", resident_type="2", name="本"),
         registry, services)  # fmt: skip
    found = table(services, "mart.difference", "line").set_index("line")
    assert found.loc["figure/missed/must", ["townships", "district", "why"]].tolist() == [2, 1, "several"]
    (path,) = (services.settings.home / "outbox" / "bureau" / "2026-08").glob("*全区*月报表*.xlsx")
    rows = sheet_rows(path, "全区与镇街合计核对")
    assert {"漏管待核实（号码有效）"} <= {row["项目"] for row in rows}
    assert all(row["各镇街之和"] - row["全区"] == row["相差"] for row in rows)


def test_moves_inside_the_district_are_named_as_the_difference(registry, services):
    for month in (first(), second()):
        send(month, registry, services)
    found = table(services, "mart.difference", "period, line")
    moves = found[(found["line"] == "moves") & (found["period"] == "2026-09")]
    assert moves[["townships", "district", "why"]].to_numpy().tolist() == [[1, 0, "moved"]]


def test_an_installation_without_kept_stock_opens_from_the_register(registry, services):
    """A month published before stocks were kept must not stop the next one."""
    send(first(), registry, services)
    with services.warehouse.transaction() as conn:
        conn.execute(sa.delete(lists.stock_person))
    send(second(), registry, services)
    assert isinstance(table(services, "mart.group_balance", "township9"), pd.DataFrame)
