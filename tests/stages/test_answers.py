"""Three months of a township that answers: what its answers do to the next lists, and what their sources are told."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.stages.publish import publish_period
from tests.stages.answering import answer, feedback, listed, office_file, send, sheet_rows
from tests.stages.months import WEST, Month, lay_down, number, run_of, table

AUGUST, SEPTEMBER, OCTOBER, DECEMBER = (Period(2026, month) for month in (8, 9, 10, 12))
KID, OLD, SICK = number("341222", "20240301", 21), number("341222", "19500105", 2), number("341222", "19510105", 4)
CAME, GONE, TWIN = (number("341222", "19900101", place) for place in (1, 3, 5))
LOCAL, LEFT = number("341222", "19850101", 7), number("341222", "19850101", 9)
REGISTER: Any = "residence_register"
EMPLOYER: Any = "employment"
CLINIC: Any = "service_log"
CHILDREN, DUE, MISSED, NEW, DOUBTED = "0-6岁流入儿童", "应服务人员", "漏管待核实人员", "新增流入人员", "核实中人员"


def august() -> Month:
    month = Month(AUGUST)
    for who, name in ((KID, "童"), (OLD, "老"), (SICK, "病")):
        month.register(who, WEST, day="2026-01-10", name=name, phone="13800000001")
    for who, name, key in ((CAME, "来", "lai"), (GONE, "走", "zou"), (TWIN, "走", "zou")):
        month.register(who, WEST, day="2026-08-05", name=name, phone="13800000002", name_key=key)
    return month.job(LOCAL, WEST, name="本").job(LEFT, WEST, name="离")


def later(period: Period) -> Month:
    return Month(period).job(LOCAL, WEST, name="本").job(LEFT, WEST, name="离")


TOLD = {
    (CHILDREN, "童"): "查无此人", (NEW, "来"): "信息有误", (DUE, "老"): "已服务（待录入）", (DUE, "病"): "本人暂不需要",
    (MISSED, "本"): "户籍人口", (MISSED, "离"): "已离开",
}  # fmt: skip


@pytest.fixture(name="answered")
def _answered(registry: Registry, services: Services, tmp_path: Path) -> None:
    send(august(), registry, services)
    told = answer(services, registry, AUGUST, TOLD, tmp_path, corrections={"来": "电话应为13900000009"})
    assert "新导入6行" in told[0]


def test_who_was_not_found_is_no_longer_visited_but_verified(registry, services, answered):
    send(later(SEPTEMBER), registry, services)
    assert listed(services, SEPTEMBER, CHILDREN) == []
    assert listed(services, SEPTEMBER, DOUBTED) == ["离", "童"]
    row = next(row for row in sheet_rows(office_file(services, SEPTEMBER), DOUBTED) if row["姓名"] == "童")
    assert (row["上次核实结果"], row["暂不列入的名单"], row["到期月份"]) == (
        "查无此人",
        "0-6岁儿童、应服务、有登未服",
        "2026-11",
    )


def test_the_register_and_every_figure_still_say_what_the_register_says(registry, services, answered):
    send(later(SEPTEMBER), registry, services)
    spells = table(services, "core.residence_spell", "spell_id")
    assert spells["closed_period"].isna().all()
    figure = table(services, "mart.figure", "name")
    own = figure[(figure["period"] == "2026-09") & (figure["township9"] == WEST) & (figure["name"] == "stock")]
    assert dict(zip(own["grouping"], own["numerator"], strict=True))["children_0_6"] == 1


def test_the_published_month_does_not_move(registry, services, answered):
    entries = table(services, "mart.list_entry", "period, list, person_id, entry_id")
    before = entries[entries["period"] == "2026-08"].reset_index(drop=True)
    send(later(SEPTEMBER), registry, services)
    entries = table(services, "mart.list_entry", "period, list, person_id, entry_id")
    assert before.equals(entries[entries["period"] == "2026-08"].reset_index(drop=True))


def test_somebody_who_is_served_after_all_is_back_on_the_list(registry, services, answered):
    send(later(SEPTEMBER), registry, services)
    send(later(OCTOBER).service(KID, WEST, "0302", service_date="2026-10-08", vaccine="DTaP", dose_number=1,
                                dose_date="2026-10-08", resident_type="2", name="童"), registry, services)  # fmt: skip
    assert listed(services, OCTOBER, CHILDREN) == ["童"]
    assert listed(services, OCTOBER, DOUBTED) == ["离"]
    (row,) = sheet_rows(office_file(services, OCTOBER), CHILDREN)
    assert "2026年8月答复：查无此人；此后有服务记录" in row["备注"]


def test_a_service_of_a_sensitive_class_brings_nobody_back(registry, services, answered):
    month = later(SEPTEMBER).service(KID, WEST, "0801", service_date="2026-09-28", resident_type="2", name="童")
    send(month, registry, services)
    assert listed(services, SEPTEMBER, DOUBTED) == ["离", "童"]


def test_an_answer_expires_and_the_person_is_asked_after_again(registry, services, answered):
    for period in (SEPTEMBER, OCTOBER, Period(2026, 11)):
        send(later(period), registry, services)
        assert listed(services, period, CHILDREN) == []
    send(later(DECEMBER), registry, services)
    (row,) = sheet_rows(office_file(services, DECEMBER), CHILDREN)
    assert "已过期，请再核实" in row["备注"]


def test_a_later_answer_ends_the_doubt(registry, services, answered, tmp_path):
    send(later(SEPTEMBER), registry, services)
    answer(services, registry, SEPTEMBER, {(DOUBTED, "童"): "属实"}, tmp_path, day="2026-10-20")
    send(later(OCTOBER), registry, services)
    assert listed(services, OCTOBER, CHILDREN) == ["童"]


def test_who_is_no_migrant_or_left_is_not_missed_again(registry, services, answered):
    send(later(SEPTEMBER), registry, services)
    assert listed(services, SEPTEMBER, MISSED) == []
    figure = table(services, "mart.figure", "name")
    must = figure[(figure["name"] == "missed") & (figure["grouping"] == "must") & (figure["period"] == "2026-09")]
    assert must["numerator"].sum() == 0


def test_a_service_given_or_declined_is_not_asked_for_until_that_is_over(registry, services, answered):
    for period, names in ((SEPTEMBER, []), (OCTOBER, []), (Period(2026, 11), ["老"]), (DECEMBER, ["病", "老"])):
        send(later(period), registry, services)
        assert [name for name in listed(services, period, DUE) if name in "老病"] == names


def test_a_record_that_comes_ends_the_waiting(registry, services, answered):
    month = later(SEPTEMBER).service(OLD, WEST, "0101", service_date="2026-09-21", resident_type="2", name="老")
    send(month, registry, services)
    assert "老" in listed(services, SEPTEMBER, DUE)


def test_the_source_is_told_row_by_row_how_things_stand(registry, services, answered):
    send(later(SEPTEMBER).register(OLD, WEST, does="change", day="2026-09-02", name="老"), registry, services)
    police = {(row["核实结果"], row["状态"]) for row in feedback(services, registry, REGISTER, SEPTEMBER)}
    assert police == {("查无此人", "核实中，请核实并更新"), ("信息有误", "待更正")}
    labour = {(row["核实结果"], row["状态"]) for row in feedback(services, registry, EMPLOYER, SEPTEMBER)}
    assert labour == {("户籍人口", "非流动人口，请核实标记"), ("已离开", "核实中，请核实并更新")}


def test_a_service_said_not_to_have_been_given_goes_back_to_its_clinic_and_to_nobody_else(registry, services, tmp_path):
    month = august().service(OLD, WEST, "0701", name="老").service(SICK, WEST, "0701", name="病")
    send(month, registry, services)
    told = {("服务统计台账", "老"): "未接受服务", ("服务统计台账", "病"): "属实"}
    assert "新导入2行" in answer(services, registry, AUGUST, told, tmp_path)[0]
    send(later(SEPTEMBER), registry, services)
    asked = {(row["核实结果"], row["状态"]) for row in feedback(services, registry, CLINIC, SEPTEMBER)}
    assert asked == {("未接受服务", "请核对服务记录并更正"), ("属实", "属实，无需处理")}
    assert len(list((services.settings.home / "outbox").glob("*/feedback/2026-09/*.xlsx"))) == 1
    clinic = registry.of_role("service_log")[0].agency
    row = next(row for row in quality(services, SEPTEMBER) if row["来源"] == clinic)
    assert (row["本年退回核实行数"], row["其中属实"]) == (2, 1)


def test_a_correction_is_made_when_the_source_says_something_else(registry, services, answered):
    same = later(SEPTEMBER).register(CAME, WEST, does="change", day="2026-09-05", name="来", phone="13800000002")
    send(same, registry, services)
    states = [row["状态"] for row in feedback(services, registry, REGISTER, SEPTEMBER) if row["核实结果"] == "信息有误"]
    assert states == ["再次报来，仍未更正"]
    other = later(OCTOBER).register(CAME, WEST, does="change", day="2026-10-05", name="来", phone="13900000009")
    send(other, registry, services)
    states = [row["状态"] for row in feedback(services, registry, REGISTER, OCTOBER) if row["核实结果"] == "信息有误"]
    assert states == ["已更正（联系电话）"]
    send(later(Period(2026, 11)), registry, services)
    assert "信息有误" not in [row["核实结果"] for row in feedback(services, registry, REGISTER, Period(2026, 11))]


def test_what_people_say_about_services_is_told_to_nobody_else(registry, services, answered):
    send(later(SEPTEMBER), registry, services)
    state = table(services, "mart.answer_state", "token")
    assert not state[state["list"] == "due"]["is_told"].any()


def test_a_row_said_to_stand_twice_opens_one_review_item_between_the_two(registry, services, tmp_path):
    send(august(), registry, services)
    answer(services, registry, AUGUST, {(NEW, "走"): "重复"}, tmp_path)
    answer(services, registry, AUGUST, {(NEW, "走"): "重复"}, tmp_path)
    (item,) = table(services, "registry.review_item", "item_id").to_dict("records")
    assert item["kind"] == "office_duplicate"
    assert {item["person_a"], item["person_b"]} == {services.vault.person_id(who) for who in (GONE, TWIN)}
    assert item["row_id_a"] != item["row_id_b"]


def test_accuracy_is_what_was_found_right_among_what_was_checked(registry, services, answered, tmp_path):
    send(later(SEPTEMBER), registry, services)
    figure = table(services, "mart.figure", "name")
    own = figure[(figure["name"] == "K25") & (figure["grouping"] == "") & (figure["township9"] == WEST)]
    assert own.sort_values("period")[["numerator", "denominator"]].to_numpy().tolist() == [[0, 0], [0, 2]]
    rows = {row["来源"]: row for row in quality(services, SEPTEMBER)}
    police = registry.of_role("residence_register")[0].agency
    clinic = registry.of_role("service_log")[0].agency
    assert (rows[police]["本年退回核实行数"], rows[police]["其中属实"]) == (4, 0)
    assert rows[police]["信息准确率（95%区间）"].startswith("0.0%（0.0%—")
    assert rows[clinic]["信息准确率（95%区间）"] == "未报"


def quality(services: Services, period: Period) -> list[dict[str, Any]]:
    page = openpyxl.load_workbook(office_file(services, period))["数据质量"]
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    place = next(number for number, line in enumerate(lines) if line[0] == "来源")
    return [dict(zip(lines[place], line, strict=True)) for line in lines[place + 1 :] if isinstance(line[1], int)]


def test_without_answers_nothing_of_a_month_changes(registry, services):
    for month in (august(), later(SEPTEMBER)):
        lay_down(month, registry, services)
        publish_period(run_of(month.period), registry, services)
    entries = table(services, "mart.list_entry", "list, person_id, entry_id")
    assert "verifying" not in set(entries["list"])
    assert not any("said" in payload for payload in entries["payload"])
    assert table(services, "mart.answer_state", "token").empty
    assert table(services, "mart.answer_count", "township9").empty
