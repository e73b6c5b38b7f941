"""Open questions: written blind and masked for offices without a login, answered in the file or on the terminal."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.rules.persons.review import KINDS, one_each
from exchange.services.bundle import Services
from exchange.services.identity.review import items
from exchange.services.settings import Settings
from exchange.services.tables.registry import review_item
from exchange.stages.notify.month import NotifiedMonth
from exchange.stages.notify.reviews import review_letters
from exchange.stages.publish import publish_period
from exchange.stages.resolve import resolve_persons
from exchange.stages.review import ask_about, decide, effect_of, import_review, list_questions, revoke, show_question
from tests.stages.months import EAST, WEST, Month, lay_accepted, number, run_of, table
from tests.stages.test_decisions import AUGUST, SEPTEMBER, TOLD, registered, visit, who

DAY = date(2026, 9, 10)
HANDS: dict[str, str] = {"actor": "test", "why": "test"}


@pytest.fixture
def asked(services: Services, registry: Registry) -> dict[str, str]:
    """August with one person who may be either of two with numbers; the rows by name."""
    august = Month(AUGUST)
    told = {"birth_date": "1990-01-01", "phone": "13800138000", "current_address": "西街1号"}
    rows = {
        "one": registered(august, number("341222", "19900101", 1), "王小明", **told),
        "two": registered(august, number("341222", "19900101", 3), "王小明", **told),
        "visit": visit(august, "王小明", **told),
    }
    publish(august, registry, services)
    return rows


def publish(month: Month, registry: Registry, services: Services) -> None:
    run = run_of(month.period)
    lay_accepted(month, registry, services)
    services.ledger.record_receipt(run, resolve_persons(run, registry, services))
    publish_period(run, registry, services)


def open_items(services: Services, *rows: str) -> list[Mapping[str, Any]]:
    """Questions, one for each two persons; of `rows` those about their persons."""
    with services.warehouse.transaction() as conn:
        found = one_each(items(services, conn))
    persons = set(who(services, *rows))
    return [item for item in found if not rows or {item["one"], item["other"]} == persons]


def letters(registry: Registry, services: Services) -> dict[str, bytes]:
    booked = services.ledger.generation(AUGUST)
    assert booked is not None
    month = NotifiedMonth(run_of(AUGUST), registry, services, booked)
    return {account.name: letter.content for account, found in review_letters(month) for letter in found}


def say(services: Services, registry: Registry, item: str, verdict: str, *people: str) -> str:
    standing = decide(services, registry, item, verdict, people, note="", origin="terminal", audited="t", why="t")
    return standing.state


def test_the_workbook_shows_two_records_without_score_whole_number_or_birth_date(
    services: Services, registry: Registry, asked: dict[str, str]
) -> None:
    made = letters(registry, services)
    assert set(made) == {f"office-{WEST}"}
    assert made == letters(registry, services)
    sheet = openpyxl.load_workbook(BytesIO(made[f"office-{WEST}"]))["身份核实"]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert "王小明" in text
    assert "1990-01-01" not in text
    assert number("341222", "19900101", 1) not in text
    assert "13800138000" not in text
    assert "分数" not in text
    assert any("不是同一人" in rule.formula1 for rule in sheet.data_validations.dataValidation)


def test_a_returned_workbook_decides_and_twice_is_once(
    services: Services, registry: Registry, asked: dict[str, str], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(BytesIO(letters(registry, services)[f"office-{WEST}"]))
    sheet = book["身份核实"]
    heads = {
        str(cell.value).replace("\n", ""): cell.column
        for row in sheet.iter_rows(max_row=4)
        for cell in row
        if cell.value
    }
    rows = [row for row in range(5, 5 + len(open_items(services))) if sheet.cell(row, heads["行标识"]).value]
    for row in rows:
        sheet.cell(row, heads["核实结果"], "不是同一人")
        sheet.cell(row, heads["核实人"], "王芳、李强")
    sheet.cell(rows[-1], heads["核实人"]).value = None
    file = tmp_path / "back.xlsx"
    book.save(file)
    lines = import_review(services, registry, file, **HANDS)
    assert lines is not None
    assert "已定" in " ".join(lines)
    assert "未填核实人" in lines[-1]
    said = len(table(services, "registry.decision", "seq"))
    assert said == len(rows) - 1 > 0
    import_review(services, registry, file, **HANDS)
    assert len(table(services, "registry.decision", "seq")) == said
    states = table(services, "registry.review_item", "item_id")["state"].tolist()
    assert set(states) == {"decided", "new"}


def test_a_file_of_another_kind_is_left_to_others(
    services: Services, registry: Registry, asked: dict[str, str], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["行标识", "核实结果"])
    book.active.append(["NOTOURS", "属实"])
    book.save(tmp_path / "other.xlsx")
    assert import_review(services, registry, tmp_path / "other.xlsx", **HANDS) is None


def test_deciding_is_audited_and_asked_no_more_and_revoking_asks_again(
    services: Services, registry: Registry, asked: dict[str, str]
) -> None:
    (item,) = open_items(services, asked["one"], asked["visit"])
    assert say(services, registry, item["item_id"], "same", "王芳", "李强") == "holds"
    _, _, rows = list_questions(services, everything=False, **HANDS)
    assert item["item_id"] not in {row[0] for row in rows}
    publish(Month(SEPTEMBER), registry, services)
    assert who(services, asked["one"]) == who(services, asked["visit"])
    (made,) = table(services, "registry.decision", "seq")["decision_id"]
    assert revoke(services, made, "王芳", note="", audited="t", why="t").state == "open"
    with pytest.raises(ContentError, match="没有可撤销"):
        revoke(services, made, "王芳", note="", audited="t", why="t")
    acts = table(services, "ledger.audit", "seq")["act"].tolist()
    assert acts.count("review decide") == acts.count("review revoke") == 1
    assert services.ledger.verify_audit().problems == ()


def test_two_numbers_are_refused_in_words_and_nothing_is_written(
    services: Services, registry: Registry, asked: dict[str, str]
) -> None:
    with services.warehouse.transaction() as conn:
        added = {"item_id": "x", "period": "2026-08", "kind": "near", "why": {}, "state": "new"}
        rows = {"row_id_a": asked["one"], "row_id_b": asked["two"]}
        conn.execute(sa.insert(review_item).values(**added, **rows))
    with pytest.raises(ContentError, match="有效证件号码"):
        say(services, registry, "x", "same", "王芳")
    assert len(table(services, "registry.decision", "seq")) == 0
    assert say(services, registry, "x", "different", "王芳") == "holds"


def test_where_both_have_services_two_people_must_agree_and_disagreement_is_a_list_of_its_own(
    services: Services, registry: Registry
) -> None:
    august = Month(AUGUST)
    told = {"birth_date": "1990-01-01", "phone": "13800138000"}
    rows = [registered(august, number("341222", "19900101", n), "王小明", **told) for n in (1, 3)]
    august.service(number("341222", "19900101", 1), WEST, "0701", name="王小明", name_key="wangxiaoming")
    third = visit(august, "王小明", **told)
    publish(august, registry, services)
    (item,) = open_items(services, rows[0], third)
    assert say(services, registry, item["item_id"], "same", "王芳") == "waiting"
    assert say(services, registry, item["item_id"], "same", "王芳") == "waiting"
    assert say(services, registry, item["item_id"], "different", "李强") == "disagreed"
    _, _, listed = list_questions(services, everything=False, **HANDS)
    assert {row[5] for row in listed if row[0] == item["item_id"]} == {"意见不一"}
    assert say(services, registry, item["item_id"], "same", "李强") == "holds"


def test_a_question_is_shown_blind_first(services: Services, registry: Registry, asked: dict[str, str]) -> None:
    (item,) = open_items(services, asked["one"], asked["visit"])
    shown = show_question(services, registry, item["item_id"], evidence=False, day=DAY, **HANDS)
    assert [title for title, _, _ in shown] == [f"{item['item_id']}　{KINDS[item['kind']]}"]
    text = str(shown)
    assert number("341222", "19900101", 1) not in text
    assert "138****8000" in text
    assert len(show_question(services, registry, item["item_id"], evidence=True, day=DAY, **HANDS)) == 2


def test_the_effect_names_published_numbers_and_moves_none(services: Services, registry: Registry) -> None:
    august = Month(AUGUST)
    first = registered(august, number("341222", "19900101", 1), "王小明", **TOLD)
    second = registered(august, number("341222", "19900101", 3), "王小明", EAST, **TOLD)
    loose = visit(august, "王小明", **TOLD)
    publish(august, registry, services)
    before = table(services, "mart.list_entry", "township9, list, person_id, entry_id")
    (item,) = open_items(services, first, loose)
    (_, headings, _), _ = effect_of(services, registry, item["item_id"], "same", **HANDS)
    assert headings[0] == "统计月份"
    (_, _, rows), note = effect_of(services, registry, item["item_id"], "different", **HANDS)
    assert all(row[0] == "2026-08" for row in rows)
    assert rows
    assert "不改动" in note
    assert table(services, "mart.list_entry", "township9, list, person_id, entry_id").equals(before)
    assert second


def test_the_terminal_lists_what_is_open(
    settings: Settings, services: Services, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from exchange.cli import app

    monkeypatch.setenv("EXCHANGE_DATABASE_URL", str(settings.database_url))
    result = CliRunner().invoke(app, ["review", "list", "--home", str(settings.home)])
    assert result.exit_code == 0, result.output
    assert "待核实" in result.output


def test_whoever_sees_a_wrong_merge_asks_himself_and_parts_it(services: Services, registry: Registry) -> None:
    august = Month(AUGUST)
    police, clinic = (
        registered(august, number("341222", "19900101", 1), "王小明", **TOLD),
        visit(august, "王小明", **TOLD),
    )
    publish(august, registry, services)
    assert who(services, police) == who(services, clinic)
    item = ask_about(services, police, clinic, **HANDS)
    assert ask_about(services, clinic, police, **HANDS) == item
    _, _, rows = list_questions(services, everything=False, **HANDS)
    assert item in {row[0] for row in rows}
    assert say(services, registry, item, "different", "王芳", "李强") == "holds"
    publish(Month(SEPTEMBER), registry, services)
    assert who(services, police) != who(services, clinic)
    with pytest.raises(ContentError, match="已发布"):
        ask_about(services, police, "f" * 24, **HANDS)
