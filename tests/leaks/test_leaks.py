"""Finished files of a simulated district hold what their product is entitled to; what is added on purpose is found."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from exchange.demo.district import make_district
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.registry.load import load_registry
from exchange.services import postgres
from exchange.services.bundle import open_services
from exchange.services.delivery.packages import Letter
from exchange.services.settings import Settings
from exchange.stages import notify
from exchange.stages.month import run_month
from exchange.stages.notify.month import NotifiedMonth
from tests.leaks import entitlement
from tests.leaks.entitlement import Own
from tests.leaks.reading import Book, read_book

PROJECT = Path(__file__).resolve().parents[2]
MONTHS = [Period(2026, 9), Period(2026, 10)]
"""The first is run for the second: covers compare, and people move between the two."""

LISTS = ("新增流入人员", "0-6岁流入儿童", "漏管待核实人员", "应服务人员", "服务统计台账")


@dataclass(frozen=True)
class Finished:
    """Every file of a month as it is before it is packed, and the rows it may be made from."""

    letters: list[Letter]
    rows: pd.DataFrame

    def own(self, township9: str | None) -> Own:
        """Persons of whom the township's own senders reported a row that was taken, whatever file they stand in."""
        here = self.rows if township9 is None else self.rows[self.rows["unit_township9"] == township9]
        known = self.rows[self.rows["person_id"].isin(set(here["person_id"].dropna()))]
        names = {re.sub(r"\s", "", name) for name in known["name"].dropna()}
        return Own(frozenset(known["id_number"].dropna().str.upper()), frozenset(names | {""}))

    def books(self) -> Iterator[tuple[Letter, Book]]:
        for letter in self.letters:
            if letter.name.endswith(".xlsx"):
                yield letter, read_book(letter.content)

    def office(self) -> Letter:
        """The office's workbook that has people on most of the lists looked at, and most people."""
        offices = (letter for letter in self.letters if letter.product == "notice_office")
        return max(offices, key=lambda letter: (sum(letter.sheets[name] > 0 for name in LISTS), letter.rows))

    def outsider(self, township9: str) -> pd.Series:
        """Somebody with a number of whom the township never heard."""
        own = self.own(township9)
        strange = self.rows[~self.rows["name"].isin(own.names) & self.rows["id_number"].str.fullmatch(r"\d{17}[\dX]")]
        return strange[~strange["id_number"].isin(own.numbers)].iloc[0]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    root = tmp_path_factory.mktemp("leaks")
    district = make_district(root / "district", 500, MONTHS, seed=23)
    settings = Settings(
        home=root / "home", schemas=PROJECT / "schemas", expectations=PROJECT / "expectations", code_version="test",
        units=district.units, drops=district.drops,
    )  # fmt: skip
    registry = load_registry(settings.schemas, settings.expectations, settings.units)
    with open_services(settings) as services:
        for month in MONTHS:
            run_month(Run(f"r-{month}", month, "", True, datetime(2026, 11, 10, tzinfo=UTC), "test"), services)
        booked = services.ledger.generation(MONTHS[-1])
        run = Run("r", MONTHS[-1], "", True, booked["published_at"], "test")
        told = NotifiedMonth(run, registry, services, booked)
        makers = [getattr(notify, name) for name in sorted(vars(notify)) if name.endswith("_letters")]
        letters = [letter for maker in makers for _, made in maker(told) for letter in made]
    yield Finished(letters, accepted(root / "home" / "lake"))
    postgres.remove(root / "home")


def accepted(lake: Path) -> pd.DataFrame:
    """Rows that were taken, of every source and month, each with its person as far as it is known."""
    columns = ["row_id", "name", "id_number", "unit_township9", "disposition"]
    rows = pd.concat([pd.read_parquet(path)[columns] for path in sorted(lake.glob("accepted/*/*/*/rows.parquet"))])
    links = pd.concat([pd.read_parquet(path) for path in sorted(lake.glob("resolved/*/*/links.parquet"))])
    merged = pd.concat([pd.read_parquet(path) for path in sorted(lake.glob("resolved/*/*/merges.parquet"))])
    into = dict(zip(merged["from_id"], merged["into_id"], strict=True))
    rows = rows[rows["disposition"].isin(["accept", "warn"])].merge(
        links[["row_id", "person_id"]], on="row_id", how="left"
    )
    return rows.assign(person_id=[standing(person, into) for person in rows["person_id"]])


def standing(person: str, into: Mapping[str, str]) -> str:
    """Who a person is by now: whoever was merged may have been merged into somebody who was merged later."""
    while person in into:
        person = into[person]
    return person


def problems(letter: Letter, book: Book, own: Own) -> list[str]:
    """Everything that stands in the way of this file."""
    declared = entitlement.product(letter.product)
    return [
        *entitlement.foreign_columns(book, declared),
        *entitlement.foreign_people(book, declared, own),
        *entitlement.secrets(book, declared, entitlement.secret_words()),
        *entitlement.open_masks(book, declared),
        *entitlement.out_of_sight(book, declared),
        *entitlement.told_outside(book, letter.recipient, declared),
        *entitlement.unmarked(book, letter.recipient, declared["purpose"]),
    ]


def test_every_file_but_the_senders_own_holds_what_its_product_declares_and_nothing_else(finished):
    seen = set()
    for letter, book in finished.books():
        if letter.unit_code is None:
            seen.add(letter.product)
            assert problems(letter, book, finished.own(letter.township9)) == [], letter.product
    assert {"notice_office", "notice_center", "monthly_report", "exchange_ledger"} <= seen


def test_the_lists_are_not_empty_so_that_the_checks_see_something(finished):
    office = read_book(finished.office().content)
    filled = {sheet.name for sheet in office.sheets if any(isinstance(cell, float) for cell in sheet.row(4).values())}
    assert set(LISTS) <= filled


def test_what_goes_back_to_a_sender_holds_no_whole_number_and_names_whom_it_is_for(finished):
    backs = [(letter, book) for letter, book in finished.books() if letter.unit_code is not None]
    assert backs
    for letter, book in backs:
        assert entitlement.numbers_in(book) == set(), letter.product
        assert entitlement.unmarked(book, letter.recipient, entitlement.product(letter.product)["purpose"]) == []


Change = Callable[[openpyxl.Workbook, pd.Series], None]


def _column(book, person):
    book["新增流入人员"].cell(3, book["新增流入人员"].max_column + 1).value = "政治面貌"


def _quiet_column(book, person):
    book["新增流入人员"].cell(4, book["新增流入人员"].max_column + 1).value = "群众"


def _other_heading(book, person):
    book["新增流入人员"].cell(3, 16).value = "孕次"


def _sheet(book, person):
    book.create_sheet("备用")


def _person(book, person):
    sheet = book["新增流入人员"]
    for area in [area for area in sheet.merged_cells.ranges if area.min_row > 4]:
        sheet.unmerge_cells(str(area))
    for place in range(1, sheet.max_column + 1):
        sheet.cell(5, place).value = sheet.cell(4, place).value
    sheet.cell(5, 1).value, sheet.cell(5, 3).value = 2, person["name"]


def _number(book, person):
    book["新增流入人员"].cell(4, 7).value = person["id_number"]


def _number_in_passing(book, person):
    book["数据质量"].cell(4, 1).value = f"见{person['id_number']}"


def _service(book, person):
    book["服务统计台账"].cell(4, 9).value = "避孕药具发放"


def _whole_number(book, person):
    sheet = book["漏管待核实人员"]
    sheet.cell(4, 6).value = book["新增流入人员"].cell(4, 7).value or person["id_number"]


def _wide_mask(book, person):
    book["漏管待核实人员"].cell(4, 6).value = f"{person['id_number'][:6]}********{person['id_number'][14:]}"


def _comment(book, person):
    book["通报单"]["A4"].comment = Comment("注意", "某人")


def _hidden_sheet(book, person):
    book["数据质量"].sheet_state = "hidden"


def _hidden_column(book, person):
    book["新增流入人员"].column_dimensions["C"].hidden = True


def _hidden_row(book, person):
    book["新增流入人员"].row_dimensions[4].hidden = True


def _name(book, person):
    book.defined_names["某"] = DefinedName("某", attr_text='"重点人员"')


def _formula(book, person):
    book["通报单"]["A30"].value = "=1+1"


def _link(book, person):
    book["通报单"]["A30"].hyperlink = "https://example.org/a"


def _property(book, person):
    book.properties.keywords = "重点人员名单"


def _footer(book, person):
    book["通报单"].oddFooter.left.text = "内部资料"


def _watermark(book, person):
    sheet = book["服务接续"]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "不得转作他用" in cell.value:
                cell.value = None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_column, "beyond the last column"), (_quiet_column, "beyond the last column"),
        (_other_heading, "column 16 is not"),
        (_sheet, "undeclared sheet"), (_person, "person of elsewhere"), (_number, "numbers of others"),
        (_number_in_passing, "numbers of others"), (_service, "tells of"), (_whole_number, "shows a whole number"),
        (_wide_mask, "can be guessed"), (_comment, "part xl/comments"), (_hidden_sheet, "is hidden"),
        (_hidden_column, "hidden columns"), (_hidden_row, "hidden rows"), (_name, "name 某"), (_formula, "formulas"),
        (_link, "link 1"), (_property, "property docProps/core.xml"), (_footer, "not on paper"),
        (_watermark, "not on the screen"),
    ],
)  # fmt: skip
def test_what_is_added_to_or_taken_from_a_finished_file_is_found(finished, change: Change, told: str):
    letter = finished.office()
    own, person = finished.own(letter.township9), finished.outsider(letter.township9)
    book = openpyxl.load_workbook(BytesIO(letter.content))
    before = set(problems(letter, read_book(_bytes(book)), own))
    change(book, person)
    fresh = [problem for problem in problems(letter, read_book(_bytes(book)), own) if problem not in before]
    assert any(told in problem for problem in fresh)
    assert not any(str(person["id_number"]) in problem for problem in fresh)


def _bytes(book: openpyxl.Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("mask", "age", "born", "is_safe"),
    [
        ("110*************13", 36, None, True),
        ("110101********8013", 36, None, False),
        ("110101********8013", None, 32939.0, False),
        ("110*************13", None, 32939.0, False),
        ("110***************", None, 32939.0, False),
        ("110***************", 36, None, True),
    ],
)
def test_a_mask_is_safe_when_a_thousand_numbers_fit_what_stands_beside_it(mask, age, born, is_safe):
    assert (entitlement.candidates(mask, age, born) >= entitlement.LEAST_CANDIDATES) is is_safe
