"""Indicators of a small month reckoned by hand: by dose, by village, of the year, and what is counted beside a rate."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from exchange.model.errors import ContentError
from exchange.model.period import Period
from exchange.model.trace import Trace
from exchange.registry.load import Registry
from exchange.rules.reporting.tracing import GROUP_TERMS, GROUPS
from exchange.services.bundle import Services, open_services
from exchange.stages.trace import open_figure
from tests.conftest import administer, settings_for
from tests.stages.answering import send
from tests.stages.months import EAST, WEST, Month, number, table

JUNE, JULY = Period(2026, 6), Period(2026, 7)
NORTH, SOUTH, MIDDLE = "北庄村", "南庄村", "中庄村"
STAYED, LEFT, LATE, CASE = (number("341222", f"199{n}0105", 2) for n in range(4))
SEVEN, FIFTEEN = number("341222", "20190710", 1), number("341222", "20110710", 2)
CHILDREN = {NORTH: range(1, 13), MIDDLE: range(13, 24), SOUTH: range(24, 26)}


def child(place: int) -> str:
    return number("341222", "20240301", place)


def june() -> Month:
    month = Month(JUNE)
    for village, places in CHILDREN.items():
        for place in places:
            month.register(child(place), WEST, day="2026-01-10", village=village)
    for who in (STAYED, LEFT, CASE, SEVEN, FIFTEEN):
        month.register(who, WEST, day="2025-01-10")
    month.register(LATE, EAST, day="2026-05-01")
    month.service(child(1), WEST, "0302", vaccine="BCG", dose_number=1, dose_date="2024-03-02", resident_type="2")
    for who, place in ((STAYED, WEST), (LEFT, WEST), (LATE, EAST)):
        month.service(who, place, "0506", service_date="2026-06-03", last_menses="2025-09-01", booked_date="2025-11-20",
                      delivery_date="2026-06-01", live_births=1, resident_type="2")  # fmt: skip
    for place in range(6):
        reported = {"reported_at": "2026-06-04 10:00", "report_hours": "48"} if place < 3 else {}
        month.service(CASE, WEST, "1101", service_date=f"2026-06-0{place + 1}", resident_type="2", **reported)
    return month


def july() -> Month:
    gone = {"cancel_date": "2026-06-20", "cancel_reason": "3"}
    month = Month(JULY).register(LEFT, WEST, does="cancel", day="2025-01-10", **gone)
    return month.service(CASE, WEST, "1101", service_date="2026-07-02", resident_type="2")


@pytest.fixture(name="sent", scope="module")
def _sent(server, template, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The two months published and notified once; no test of this file writes but to the audit."""
    administer(server, f"create database indicators template {template}")
    with open_services(settings_for(tmp_path_factory.mktemp("indicators"), server.url("indicators"))) as services:
        send(june(), registry, services)
        send(july(), registry, services)
        yield services
    administer(server, "drop database indicators with (force)")


def opened(services: Services, registry: Registry, about: str, place: str | None = None) -> Trace:
    return open_figure(services, registry, JULY, about, place, actor="t", why="w")


def rows(services: Services, sheet: str, account: str, word: str, head: str) -> list[dict[str, Any]]:
    """Lines of a sheet under its one or two lines of headings."""
    (path,) = (services.settings.home / "outbox" / account / "2026-07").glob(f"*{word}*.xlsx")
    lines = list(openpyxl.load_workbook(BytesIO(path.read_bytes()))[sheet].iter_rows(values_only=True))
    first = next(place for place, line in enumerate(lines) if line[0] == head)
    low = lines[first + 1] if lines[first + 1][0] is None else [None] * len(lines[first])
    group, heads = "", []
    for high, below in zip(lines[first], low, strict=True):
        group = high or group
        heads.append(f"{group}{below or ''}")
    return [dict(zip(heads, line, strict=True)) for line in lines[first + 1 :] if line[0] and line[1] is not None]


def test_every_dose_has_its_own_rate_with_and_without_the_month_of_grace(sent, registry):
    told = {
        row["疫苗剂次"]: list(row.values())[1:] for row in rows(sent, "分剂次接种情况", "bureau", "西街", "疫苗剂次")
    }
    assert told["卡介苗"] == [25, 1, "4.0%*", 25, 1, "4.0%*"]
    assert told["乙脑第2剂"] == [25, 0, "0.0%*", 25, 0, "0.0%*"]
    doses = [row for dose, row in told.items() if dose != "合计"]
    figures = table(sent, "mart.figure", "name").query("period == '2026-07' and township9 == @WEST and grouping == ''")
    for place, name in ((0, "K01"), (3, "K01_g0")):
        whole = figures.set_index("name").loc[name]
        assert told["合计"][place : place + 2] == [whole["denominator"], whole["numerator"]]
        assert sum(row[place] for row in doses) == whole["denominator"]


def test_a_small_village_is_told_with_the_next_larger_one_and_all_add_up(sent, registry):
    for account, word in (("bureau", "西街"), (f"office-{WEST}", "信息通报_")):
        told = {row["村（居）"]: row for row in rows(sent, "村居指标", account, word, "村（居）")}
        assert list(told) == [NORTH, "其他村（居）", "合计"]
        due = [told[name]["预防接种建证（K02）应建"] for name in told]
        assert due == [12, 13, 25]
    assert not any(SOUTH in str(row) or MIDDLE in str(row) for row in told.values())
    assert [told[name]["电子健康档案（K05）应建"] for name in told] == [12, 17, 29]
    assert told[NORTH]["65岁及以上体检（K20）应检"] == "—"


def test_who_left_early_or_came_late_is_counted_and_named_beside_the_rate(sent, registry):
    figures = table(sent, "mart.figure", "name").query(
        "period == '2026-07' and township9 == 'district' and grouping == ''"
    )
    pairs = {line["name"]: (line["numerator"], line["denominator"]) for line in figures.to_dict("records")}
    assert [pairs[name] for name in ("K14", "K19", "K17", "K18")] == [(0, 2), (0, 2), (2, 2), (0, 2)]
    beside = {row["编号"]: row["不计入比率、另计"] for row in indicator_rows(sent, "全区")}
    assert [beside[name] for name in ("K14", "K19")] == ["满28天前母亲已离开1", "满42天前已离开1"]
    assert [beside[name] for name in ("K17", "K18")] == ["孕满13周后到本区1", "孕满28周后到本区1"]
    assert beside["K10"] == "婚姻状况不明4"
    assert (beside["K04"], beside["K05"]) == ("无", "—")
    trace = opened(sent, registry, "K14")
    (named,) = next(one for one in trace.tables if one.name == "另计").rows
    assert named[1] == sent.vault.person_id(LEFT)
    assert dict(trace.facts)["另计对账"] == "1项，一致"


def indicator_rows(services: Services, word: str) -> list[dict[str, Any]]:
    return rows(services, "指标完成情况", "bureau", f"{word}*月报表", "序号")


def test_cases_are_told_by_month_and_for_the_district_by_year(sent, registry):
    whole = {row["编号"]: (row["分子"], row["分母"]) for row in indicator_rows(sent, "全区")}
    assert (whole["K03_year"], whole["K04_year"]) == ((3, 7), (0, 3))
    own = {row["编号"]: (row["分子"], row["不可计算原因、提示"]) for row in indicator_rows(sent, "西街")}
    assert own["K03_year"] == ("—", "只列全区，逐月相减不致看出少数人")


def test_what_was_published_in_detail_opens_to_what_makes_it_up(sent, registry):
    for about in ("K01", "K01_g0", "K02", "K03_year", "K04", "K14", "K17", "K18", "K19"):
        for place in (WEST, EAST, None):
            assert opened(sent, registry, about, place).agrees, (about, place)


def test_one_dose_and_one_village_open_by_themselves(sent, registry):
    dose = opened(sent, registry, "K01:卡介苗", WEST)
    assert (dose.agrees, len(dose.tables[0].rows)) == (True, 25)
    assert dict(dose.facts)["已发布"] == "卡介苗 1 / 25（4.0%）"
    village = opened(sent, registry, f"K02:{NORTH}", WEST)
    assert (village.agrees, len(village.tables[0].rows)) == (True, 12)
    with pytest.raises(ContentError, match="no village"):
        opened(sent, registry, "K02:没有的村", WEST)


def test_every_term_of_every_group_opens_to_the_number_of_its_balance(sent, registry):
    for term in GROUP_TERMS:
        for group in GROUPS:
            for place in (WEST, EAST, None):
                assert opened(sent, registry, f"{term}:{group}", place).agrees, (term, group, place)
    (aged,) = opened(sent, registry, "aged_out:children_0_6", WEST).tables[0].rows
    assert aged[1] == sent.vault.person_id(SEVEN)
    (aged,) = opened(sent, registry, "AGED_IN:women_15_49").tables[0].rows
    assert aged[1] == sent.vault.person_id(FIFTEEN)


def test_free_checks_are_a_number_under_the_profile_of_2017_and_nobody_is_named(registry, services):
    period = Period(2017, 8)
    month = Month(period)
    for place in range(1, 5):
        who = number("341222", "19900105", 2 * place)
        month.register(who, WEST, day="2017-01-10", marital="20")
        if place == 1:
            month.service(who, WEST, "2004", service_date="2017-08-02", is_free=True, resident_type="2")
    send(month, registry, services)
    figure = table(services, "mart.figure", "township9").query(
        "name == 'K09' and grouping == '' and township9 == 'district'"
    )
    assert figure[["numerator", "denominator", "status"]].to_numpy().tolist() == [[1, 4, "PARTIAL"]]
    members = table(services, "mart.figure_member", "name").query("name == 'K09'")
    assert (set(members["person_id"]), members["basis_row_id"].notna().any()) == ({""}, False)
    trace = open_figure(services, registry, period, "K09", None, actor="t", why="w")
    assert [len(one.rows) for one in trace.tables] == [1, 0]


def test_the_profile_in_force_says_that_it_does_not_ask_for_free_checks(sent, registry):
    (line,) = [row for row in indicator_rows(sent, "全区") if row["编号"] == "K09"]
    assert (line["计算状态"], line["不可计算原因、提示"]) == ("不可计算", "只在2017年口径下计算")
    assert table(sent, "mart.figure", "name").query("name == 'K09'").empty


def test_lines_of_reported_cases_are_filled_and_tell_of_nobody(sent, registry):
    (path,) = (sent.settings.home / "outbox" / "bureau" / "2026-06").glob("*全区*月报表*.xlsx")
    page = openpyxl.load_workbook(BytesIO(path.read_bytes()))["月报表"]
    lines = {str(row[1]).strip("　"): row[4] for row in page.iter_rows(min_row=5, values_only=True)}
    told = [lines[name] for name in ("登记（来文病例行）", "其中：已网络报告", "及时报告（缺时分的不计）")]
    assert told == [6, 3, 0]
