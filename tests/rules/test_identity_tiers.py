"""Who is one person, as tables: each row is what one person's papers tell, `who` is what must come out.

Rows with the same letter must be joined, rows with different letters must stay apart; `!` marks a row that fits
several persons and is left to people.
"""

import random
from pathlib import Path

import pandas as pd
import pytest
import yaml

from exchange.registry.spec_linkage import Linkage, linkage_of
from exchange.rules.persons.clusters import Linked, Linker, clusters_of, groups_of
from exchange.rules.persons.disputes import disputed_claims, name_patterns
from exchange.rules.persons.settling import REVIEW, review_rows, settle

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
LINKAGE: Linkage = linkage_of(yaml.safe_load((SCHEMAS / "linkage.yaml").read_text(encoding="utf-8")))
SHORT = {
    "name": "name", "born": "birth_date", "sex": "sex", "phone": "phone", "guardian": "guardian_number",
    "mother": "guardian_name", "record": "health_record", "card": "certificate", "town": "township",
}  # fmt: skip

CASES = {
    "a row without a number joins the number with the same name, birth date and phone": """
        who | number | name  | born       | phone
        a   | R1     | wangw | 1990-01-02 | 138
        a   |        | wangw | 1990-01-02 | 138
        b   |        | wangw | 1990-01-02 | 139
        c   |        | wangw | 1991-01-02 | 137
    """,
    "a child is known by its name, birth date and guardian's number": """
        who | number | name | born       | guardian
        a   | R1     | lix  | 2023-05-06 | G1
        a   |        | lix  | 2023-05-06 | G1
        b   |        | liy  | 2023-05-06 | G1
    """,
    "two valid numbers are two persons whatever else agrees": """
        who | number | name  | born       | phone | record | town
        a   | R1     | wangw | 1990-01-02 | 138   | E1     | t
        b   | R2     | wangw | 1990-01-02 | 138   | E1     | t
    """,
    "a row that fits two numbers is left to people, even where weaker evidence would choose": """
        who | number | name  | born       | sex | phone | town
        a   | R1     | wangw | 1990-01-02 | 1   | 138   | t
        b   | R2     | wangw | 1990-01-02 | 1   | 138   | u
        c!  |        | wangw | 1990-01-02 | 1   | 138   | t
    """,
    "stronger evidence decides first": """
        who | number | name  | born       | phone | guardian
        a   | R1     | wangw | 2023-01-02 | 138   | G1
        b   | R2     | wangw | 2023-01-02 | 138   | G2
        b   |        | wangw | 2023-01-02 | 138   | G2
    """,
    "a newborn called after its mother is the child named later": """
        who | number | name | born       | sex | guardian
        a   |        |      | 2026-09-01 | 2   | G1
        a   | R1     | lix  | 2026-09-01 | 2   | G1
    """,
    "a newborn with a twin is left to people": """
        who | number | name | born       | sex | guardian
        a   | R1     | lix  | 2026-09-01 | 2   | G1
        b   | R2     | liy  | 2026-09-01 | 2   | G1
        c!  |        |      | 2026-09-01 | 2   | G1
    """,
    "twins without numbers have their names to tell them apart": """
        who | number | name | born       | sex | guardian | phone
        a   |        | lix  | 2026-09-01 | 2   | G1       | 138
        b   |        | liy  | 2026-09-01 | 2   | G1       | 138
        a   |        | lix  | 2026-09-01 | 2   | G1       |
    """,
    "twins under a birth certificate and a resident number stay apart without names": """
        who | number | name | born       | sex | phone
        a   | B1     |      | 2026-09-01 | 2   | 138
        b   | R1     |      | 2026-09-01 | 2   | 138
    """,
    "a birth certificate and the later resident number of one named child meet": """
        who | number | name | born       | guardian
        a   | B1     | lix  | 2026-09-01 | G1
        a   | R1     | lix  | 2026-09-01 | G1
    """,
    "a temporary name alone joins nothing": """
        who | number | name | born | sex
        a   |        |      |      | 2
        b   |        |      |      | 2
    """,
    "name and birth date alone are not enough": """
        who | number | name  | born
        a   | R1     | wangw | 1990-01-02
        b   |        | wangw | 1990-01-02
    """,
    "a phone, a township, a guardian or a birth date alone is not enough": """
        who | number | name  | born       | phone | guardian | town
        a   | R1     | wangw | 1990-01-02 | 138   | G1       | t
        b   |        | lix   |            | 138   |          | t
        c   |        | zhao  |            |       | G1       | t
        d   |        | qian  | 1990-01-02 |       |          | t
    """,
    "a health record number joins only with the name or the birth date": """
        who | number | name | born       | record
        a   | R1     | lix  | 2020-01-02 | E1
        a   |        | lix  |            | E1
        a   |        |      | 2020-01-02 | E1
        b   |        | zhao | 2021-01-02 | E1
    """,
    "rows without numbers join among themselves through different evidence": """
        who | number | name | born       | phone | guardian
        a   |        | lix  | 2023-05-06 | 138   |
        a   |        | lix  | 2023-05-06 | 138   | G1
        a   |        | lix  | 2023-05-06 |       | G1
    """,
    "a disputed row never meets the number it carries": """
        who | number | not | name  | born       | phone
        a   | R1     |     | wangw | 1990-01-02 | 138
        b   |        | R1  | wangw | 1990-01-02 | 138
    """,
}


def table(text: str) -> list[dict[str, str]]:
    head, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(head, line, strict=True)) for line in lines]


def link(rows: list[dict[str, str]]) -> Linked:
    """Rows without a number are nodes of their own; rows with one number are one node."""
    keys, numbers, forbidden, names = [], [], [], []
    for node, row in enumerate(rows):
        told = {SHORT[name]: value for name, value in row.items() if name in SHORT and value}
        for tier in LINKAGE.tiers:
            if all(part in told for part in tier.by):
                keys.append((tier.name, "|".join(told[part] for part in tier.by), node))
        if row.get("number"):
            numbers.append((node, row["number"][0], row["number"]))
        if row.get("not"):
            forbidden.append((node, row["not"][0], row["not"]))
        if row.get("name"):
            names.append((node, row["name"]))
    clusters = clusters_of(
        range(len(rows)),
        pd.DataFrame(numbers, columns=["node", "scheme", "token"]),
        pd.DataFrame(forbidden, columns=["node", "scheme", "token"]),
        pd.DataFrame(names, columns=["node", "name"]),
        pd.DataFrame([], columns=["node", "other"]),
    )
    return Linker(clusters).run(LINKAGE, groups_of(pd.DataFrame(keys, columns=["tier", "key", "node"])))


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("seed", range(4))
def test_persons(case: str, seed: int) -> None:
    rows = table(CASES[case])
    random.Random(seed).shuffle(rows)
    linked = link(rows)
    expected = [row["who"].rstrip("!") for row in rows]
    assert [[a == b for b in expected] for a in expected] == [
        [linked.roots[a] == linked.roots[b] for b in range(len(rows))] for a in range(len(rows))
    ]
    left = {item.node for item in linked.undecided}
    assert left == {node for node, row in enumerate(rows) if row["who"].endswith("!")}


def test_a_key_of_a_crowd_proves_nothing() -> None:
    crowd = [{"name": "wangw", "phone": "138", "born": f"19{year}-01-01"} for year in range(10, 75)]
    linked = link(crowd)
    assert len(set(linked.roots.values())) == len(crowd)
    assert linked.skipped_keys == 1


def test_names_that_differ_in_one_character_share_a_pattern() -> None:
    assert set(name_patterns("王小明")) == {"*xiaoming", "wang*ming", "wangxiao*"}
    assert set(name_patterns("王小明")) & set(name_patterns("王晓敏"))
    assert not set(name_patterns("王小明")) & set(name_patterns("王大志"))
    assert set(name_patterns("李?")) == {"li*"}
    assert name_patterns("??") == ()


DISPUTES = """
    disputed | number | name   | against | known | precedence | rows
             | R1     | 胡成旭 |         |       | 1          | 1
    yes      | R1     | 潘思媛 | yes     |       | 3          | 9
             | R1     | 胡承旭 | yes     |       | 3          | 1
             | R1     | 胡大旭 | yes     |       | 3          | 1
             | R2     | 潘思媛 | yes     |       | 3          | 1
             | R3     | 王大志 |         |       | 1          | 1
             | R3     | 李小明 |         |       | 3          | 1
             | R4     | 李?    | yes     |       | 2          | 1
             | R4     | 王大志 |         |       | 1          | 1
    yes      | R5+    | 王大志 | yes     |       | 1          | 5
             | R6+    | 王大志 | yes     | yes   | 1          | 5
    yes      | R6+    | 赵小花 | yes     |       | 1          | 5
"""


def test_a_number_under_another_name_that_the_row_itself_contradicts_is_disputed() -> None:
    rows = table(DISPUTES)
    claims = pd.DataFrame(
        {
            "scheme": "resident",
            "token": [row["number"].encode() for row in rows],
            "name": [row["name"] for row in rows],
            "name_key": [row["name"] for row in rows],
            "is_unnamed": ["?" in row["name"] for row in rows],
            "is_contradicted": [row["against"] == "yes" for row in rows],
            "is_known_name": [row["known"] == "yes" for row in rows],
            "precedence": [int(row["precedence"]) for row in rows],
            "row_count": [int(row["rows"]) for row in rows],
        }
    )
    registered = {("resident", row["number"].encode()) for row in rows if row["number"].endswith("+")}
    assert disputed_claims(claims, registered).tolist() == [row["disputed"] == "yes" for row in rows]


def test_the_oldest_of_several_registered_persons_survives() -> None:
    settled = settle(
        roots={0: 0, 1: 0, 10: 0, 11: 0, 12: 0, 2: 2},
        registered={10: "P3", 11: "P2", 12: "P1"},
        since={"P1": "2026-09", "P2": "2026-08", "P3": "2026-08"},
        evidence={0: "2x", 1: "1y", 2: "2z"},
    )
    assert settled.person == {0: "P2"}
    assert settled.merges == (("P1", "P2"), ("P3", "P2"))
    assert settled.fresh == {2: "2z"}


def test_a_new_person_is_named_after_the_strongest_evidence() -> None:
    settled = settle(roots={0: 0, 1: 0, 2: 0}, registered={}, since={}, evidence={0: "2x", 1: "1b", 2: "1a"})
    assert settled.fresh == {0: "1a"}


def test_a_pair_is_listed_once_and_nobody_with_himself() -> None:
    rows = [("candidate", "P2", "P1", "r2", "r1", "{}"), ("candidate", "P1", "P2", "r1", "r2", "{}"),
            ("candidate", "P1", "P1", "r1", "r3", "{}")]  # fmt: skip
    assert review_rows(rows)[["person_a", "person_b"]].values.tolist() == [["P1", "P2"]]
    assert list(review_rows([]).columns) == list(REVIEW)
