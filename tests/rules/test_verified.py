"""Corrections: which column is meant, when it was made, what may travel to whom; and how sure a sampled share is."""

from pathlib import Path

import pytest

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.confidence import interval_text, wilson
from exchange.rules.registers.handover import destination, reply_by
from exchange.rules.returning.verified import WITHHELD, may_tell, named_fields, progress

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(name="register")
def _register(registry: Registry) -> Source:
    return registry.of_role("residence_register")[0]


@pytest.mark.parametrize(
    ("text", "field"),
    [("电话应为13900000000", "phone"), ("身份证号错", "id_number"), ("搬到二号楼", "current_address"),
     ("出生日期2020-01-01", "birth_date"), ("婚姻状况为已婚", "marital")],
)  # fmt: skip
def test_a_correction_names_its_column_in_the_words_clerks_use(registry, register, text, field):
    assert field in [found.name for found in named_fields(text, register, registry.answers.words)]


def test_only_the_column_complained_of_counts_as_corrected(registry, register):
    old, new = {"phone": "1", "education": "70"}, {"phone": "1", "education": "60"}
    assert progress("电话不对", old, new, register, registry.answers).state == "repeated"
    assert progress("不对", old, new, register, registry.answers).changed == ("文化程度",)
    assert progress("不对", old, None, register, registry.answers).state == "waiting"
    assert progress("电话不对", old, {"phone": None}, register, registry.answers).state == "repeated"


def test_what_speaks_of_care_reaches_the_clinic_only(registry, register):
    clinic = registry.of_role("service_log")[0]
    assert may_tell("疫苗已在外地接种", register, registry.answers) == WITHHELD
    assert may_tell("疫苗已在外地接种", clinic, registry.answers) == "疫苗已在外地接种"
    assert may_tell("电话13900000000", register, registry.answers) == "电话13900000000"


def test_every_answer_a_sheet_offers_has_a_meaning_that_ends(registry):
    offered = {
        (name, choice)
        for product in registry.products.values()
        for sheet in product.sheets
        for column in sheet.columns
        if column.field == "answer"
        for name in sheet.lists
        for choice in column.choices
    }
    assert offered
    assert all(registry.answers.of(*pair) is not None for pair in offered)
    assert all(1 <= one.months <= 24 for _, one in registry.answers.table)


def test_answers_about_services_are_told_to_no_agency(registry):
    told = {one.effect for name, one in registry.answers.table if name in ("due", "unserved") and one.told}
    assert told <= {"absent", "wrong"}


@pytest.mark.parametrize(("found", "text"), [((0, 2), "0.0%—65.8%"), ((95, 100), "88.8%—97.8%"), ((0, 0), "—")])
def test_a_share_of_a_sample_comes_with_wilsons_interval(found, text):
    assert interval_text(*found) == text


def test_no_sample_has_no_interval():
    with pytest.raises(ValueError, match="sample"):
        wilson(0, 0)


def test_services_go_on_in_the_county_of_the_hukou_or_nobody_knows_where(registry):
    month = Period(2026, 10)
    found = destination("341222", "370306", month, registry.divisions)
    assert found is not None
    assert (found.place, found.packet_id) == ("安徽省阜阳市太和县", "JX-370306-341222-2026-10")
    assert [destination(code, "370306", month, registry.divisions) for code in (None, "999999", "370306")] == [None] * 3
    assert (str(reply_by("05", month)), str(reply_by("03", month))) == ("2026-11-25", "2026-12-10")
