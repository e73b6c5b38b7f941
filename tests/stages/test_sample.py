"""The audit sample: drawn by nobody's choice, recorded, masked, and answered with a share and its interval."""

from pathlib import Path

import openpyxl
import pytest

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.rules.confidence import interval_text
from exchange.services.bundle import Services
from exchange.stages.sample import draw_sample, import_sample
from tests.stages.months import EAST, WEST, Month, number, table
from tests.stages.test_publish import AUGUST, publish

PEOPLE = [number("341222", f"19{60 + n}0105", 2 * n + 2) for n in range(30)]


def district() -> Month:
    month = Month(AUGUST)
    for place, who in enumerate(PEOPLE):
        month.register(who, WEST if place % 3 else EAST, day="2026-08-10", arrived="2026-08-09", name=f"张甲{place}")
    for who in PEOPLE[:8]:
        month.job(number("341222", f"{who[6:10]}0606", 51), WEST)
    return month


def draw(services: Services, registry: Registry, to: Path, size: int = 6, seed: str = "审计组") -> int:
    return draw_sample(services, registry, AUGUST, size=size, seed=seed, to=to, actor="test", why="季度抽查")


def rows_of(path: Path) -> list[dict[str, object]]:
    sheet = openpyxl.load_workbook(path).active
    lines = list(sheet.iter_rows(values_only=True))
    head = next(at for at, line in enumerate(lines) if line[0] == "序号")
    named = [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
    return [row for row in named if isinstance(row["序号"], int)]


def fill(path: Path, answers: list[str]) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    headings = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    column = {cell.value: cell.column for cell in headings}
    for row, answer in enumerate(answers, headings[0].row + 1):
        sheet.cell(row, column["核对结果"]).value = answer
        sheet.cell(row, column["核对人"]).value = "审计员"
    back = path.with_name("back.xlsx")
    book.save(back)
    return back


@pytest.fixture(name="published")
def _published(registry: Registry, services: Services) -> Services:
    publish(district(), registry, services)
    return services


def test_the_same_seed_draws_the_same_rows_and_another_seed_others(
    registry: Registry, published: Services, tmp_path: Path
) -> None:
    draw(published, registry, tmp_path / "a.xlsx")
    drawn = table(published, "ledger.audit_sample_row", "token")
    draw(published, registry, tmp_path / "b.xlsx")
    assert table(published, "ledger.audit_sample_row", "token").equals(drawn)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    draw(published, registry, tmp_path / "c.xlsx", seed="另一个")
    assert [row["行标识"] for row in rows_of(tmp_path / "c.xlsx")] != [
        row["行标识"] for row in rows_of(tmp_path / "a.xlsx")
    ]


def test_every_stratum_of_every_township_is_drawn_from(registry: Registry, published: Services, tmp_path: Path) -> None:
    assert draw(published, registry, tmp_path / "a.xlsx", size=10) == 20
    drawn = table(published, "ledger.audit_sample_row", "token")
    lists = table(published, "mart.list_entry", "list")
    assert set(zip(drawn["township9"], drawn["list"], strict=True)) == set(
        zip(lists["township9"], lists["list"], strict=True)
    )
    assert drawn.groupby("township9").size().tolist() == [10, 10]


def test_the_sheet_says_where_each_row_came_from_and_masks_the_person(
    registry: Registry, published: Services, tmp_path: Path
) -> None:
    draw(published, registry, tmp_path / "a.xlsx")
    rows = rows_of(tmp_path / "a.xlsx")
    told = " ".join(str(cell) for row in rows for cell in row.values())
    assert not any(who in told for who in PEOPLE)
    assert "甲" not in told
    assert all("第" in str(row["文件、工作表、行"]) and str(row["人员编号"]).startswith("P") for row in rows)
    assert any("流入日期：2026-08-09" in str(row["发布内容"]) for row in rows)
    act = table(published, "ledger.audit", "seq").iloc[-1]
    assert (act["act"], act["counts"]["seed"]) == ("sample", "审计组")


def test_answers_give_the_accuracy_with_its_interval(registry: Registry, published: Services, tmp_path: Path) -> None:
    count = draw(published, registry, tmp_path / "a.xlsx")
    answers = ["一致"] * (count - 2) + ["不一致", "无法核对"]
    back = fill(tmp_path / "a.xlsx", answers)
    lines, found = import_sample(published, registry, AUGUST, back, actor="test", why="核对")
    assert lines[0].startswith(f"共{count}行有核实结果，新导入{count}行")
    whole = found.rows[0]
    assert whole[3:6] == (str(count), str(count - 1), str(count - 2))
    assert whole[7] == interval_text(count - 2, count - 1)
    again, same = import_sample(published, registry, AUGUST, back, actor="test", why="核对")
    assert "新导入0行" in again[0]
    assert same == found


def test_a_sheet_of_no_sample_is_refused(registry: Registry, published: Services, tmp_path: Path) -> None:
    draw(published, registry, tmp_path / "a.xlsx")
    with pytest.raises(ContentError, match="no sample"):
        import_sample(published, registry, AUGUST.next(), tmp_path / "a.xlsx", actor="test", why="核对")
    with pytest.raises(ContentError):
        draw_sample(
            published, registry, AUGUST.next(), size=3, seed="", to=tmp_path / "b.xlsx", actor="test", why="抽查"
        )
