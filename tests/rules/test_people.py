"""What is known of a person: which source wins, and what a blank or a number changes."""

from typing import Any

import pandas as pd

from exchange.registry.divisions import Divisions
from exchange.rules.persons import people

DIVISIONS = Divisions(
    provinces={"37": "甲省", "34": "乙省"},
    cities={"3703": "甲市"},
    areas={"370306": "东区", "370303": "西区", "370321": "北县", "341222": "乙县"},
    townships={},
    villages={},
    known_prefixes=frozenset(),
)


def said(**facts: Any) -> pd.DataFrame:
    """One statement on a numbered row of the first source."""
    usual: dict[str, Any] = dict.fromkeys(people.STATEMENT_COLUMNS)
    usual |= {"person_id": "P1", "source": "a", "precedence": 1, "is_local": False, "identity_certain": True}
    usual |= {"row_id": "r", "updated_period": "2026-09", "said_on": pd.Timestamp("2026-09-01")}
    return pd.DataFrame([usual | facts])


NOBODY = said().iloc[:0].drop(columns="said_on")


def decided(*statements: pd.DataFrame, before: pd.DataFrame = NOBODY) -> pd.Series:
    latest = people.latest_statements(pd.concat(statements, ignore_index=True), before)
    return people.decide_attributes(latest).iloc[0]


def test_the_source_with_the_stronger_precedence_wins() -> None:
    assert decided(said(marital="10"), said(source="b", precedence=2, marital="20"))["marital"] == "10"


def test_a_weaker_source_fills_what_the_stronger_one_left_blank() -> None:
    assert decided(said(), said(source="b", precedence=2, marital="20"))["marital"] == "20"


def test_within_a_source_the_latest_day_wins_whatever_the_order_of_rows() -> None:
    newer = said(education="70", said_on=pd.Timestamp("2026-09-20"))
    assert decided(newer, said(education="60"))["education"] == "70"


def test_a_blank_keeps_what_the_months_before_knew() -> None:
    before = said(education="60", updated_period="2026-08").drop(columns="said_on")
    person = decided(said(education=None, phone="1"), before=before)
    assert (person["education"], person["phone"], person["updated_period"]) == ("60", "1", "2026-09")


def test_the_row_with_a_valid_number_says_who_it_is_about() -> None:
    unsure = said(identity_certain=False, sex="1", village="新村", said_on=pd.Timestamp("2026-09-20"))
    person = decided(said(sex="2", village="老村"), unsure)
    assert (person["sex"], person["village"]) == ("2", "新村")


def test_a_numbered_row_of_a_weaker_source_outranks_an_unnumbered_one_of_a_stronger() -> None:
    person = decided(said(identity_certain=False, sex="1"), said(source="b", precedence=2, sex="2"))
    assert person["sex"] == "2"


def test_once_local_is_always_local() -> None:
    before = said(is_local=True).drop(columns="said_on")
    assert bool(decided(said(), before=before)["is_local"])


def test_two_records_of_a_merged_person_become_one() -> None:
    before = pd.concat([said(education="60"), said(marital="20")]).drop(columns="said_on")
    person = decided(said(), before=before)
    assert (person["education"], person["marital"]) == ("60", "20")


def test_a_month_without_statements_keeps_everybody() -> None:
    before = said(education="60").drop(columns="said_on")
    assert len(people.latest_statements(said().iloc[:0], before)) == 1


def test_hukou_comes_from_the_row_then_from_what_is_known_then_from_the_number() -> None:
    rows = pd.DataFrame(
        {
            "person_id": ["own", "known", "number", "permit", "nothing"],
            "township9": "370306001",
            "hukou_code6": ["370303", None, None, None, None],
            "hukou_township9": None,
            "id_number": ["341222000000000000", "341222000000000000", "370321000000000000", "830000000000000000", None],
            "id_scheme": ["resident", "resident", "resident", "permit", "none"],
        }
    )
    known = pd.DataFrame(
        {"person_id": ["own", "known"], "hukou_code6": ["341222", "370306"], "hukou_township9": [None, "370306002"]}
    )
    scopes = people.fill_scope(rows, known, DIVISIONS).astype("object").tolist()
    assert scopes == [
        "inter_district_same_city",
        "intra_district",
        "inter_county_same_city",
        "inter_province",
        "unknown",
    ]


def test_only_the_default_scopes_make_a_migrant() -> None:
    scope = pd.Series(["inter_province", "intra_district", "unknown"])
    assert people.scope_group(scope, ["inter_province"]).tolist() == ["default", "memo", "memo"]


def test_a_place_that_does_not_settle_the_scope_is_asked_no_further_than_needed() -> None:
    rows = pd.DataFrame(
        {
            "person_id": ["p"],
            "township9": "370306001",
            "hukou_code6": ["370000"],
            "hukou_township9": None,
            "id_number": ["370321000000000000"],
            "id_scheme": ["resident"],
        }
    )
    nobody = pd.DataFrame({"person_id": [], "hukou_code6": [], "hukou_township9": []})
    assert people.fill_scope(rows, nobody, DIVISIONS).tolist() == ["inter_county_same_city"]
