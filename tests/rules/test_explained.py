"""What an auditor is told of a link: every level in words, bits that add up, nothing of a value."""

import json

import pytest

from exchange.registry.pair_model import model_of
from exchange.rules.persons.evidence_words import EVIDENCE, LEVELS, comparison_word
from exchange.rules.persons.explained import change_words, told_weighing, weighed_words, weighing
from tests.conftest import PROJECT

DETAIL = {
    "evidence": [["name", "same sound", 8.14], ["born", "same day", 9.81], ["phone", "the guardian's", 14.02],
                 ["guardian", "same number", 12.5], ["community", "differs", -1.86]],
    "household": -4.52, "prior": -11.33, "vetoed": False,
}  # fmt: skip
SCORER = (4.0, -2.0)


def test_every_level_and_comparison_of_the_shipped_models_has_words() -> None:
    for path in (PROJECT / "schemas" / "models").glob("*.json"):
        for each in model_of(json.loads(path.read_text(encoding="utf-8"))).comparisons:
            assert comparison_word(each.name) != each.name
            assert {level.label for level in each.levels} <= set(LEVELS)


def test_every_kind_of_evidence_a_tier_may_name_has_a_word() -> None:
    from typing import get_args

    from exchange.registry.spec_linkage import Evidence

    assert set(get_args(Evidence)) == set(EVIDENCE)


def test_the_steps_of_a_pair_add_up_to_its_total_with_the_rounding_shown() -> None:
    pair = weighing(DETAIL, 26.7731, 3.2, SCORER, 22.0, "t", ("a", "b"), "m")
    assert sum(step.bits for step in pair.steps) == pytest.approx(26.7731)
    assert [step.kind for step in pair.steps] == ["prior", *["evidence"] * 5, "cap", "rounding"]
    assert pair.margin == pytest.approx(23.5731)
    exact = weighing(DETAIL, None, None, SCORER, None, "t", (), "m")
    assert exact.total == pytest.approx(26.76)
    assert exact.steps[-1].kind == "cap"


def test_a_pair_in_one_line_names_every_comparison_its_bits_the_cap_and_the_runner_up() -> None:
    line = weighed_words(weighing(DETAIL, 26.76, 3.2, SCORER, 22.0, "t", (), "m"))
    assert line == (
        "姓名（读音相同、用字不同） +8.14；出生日期（同一天） +9.81；联系电话（与监护人的电话相同） +14.02；"
        "监护人（证件号码相同） +12.50；村居（不同） −1.86；同户封顶（电话、村居、监护人合计至多计 22 比特） −4.52；"
        "先验 −11.33；合计 26.76 比特，界限 4.00，第二人选 3.20，领先 23.56"
    )


def test_a_line_of_link_why_reads_back_as_the_same_steps() -> None:
    told = {
        "record_a": "A1", "record_b": "B1", "bits": "14.0", "runner_up": None, "model": "linkage-1",
        "evidence": "name: same characters +9.1; born: a year apart, first of January, or within two months +1.5; "
                    "address_2: a neighbouring part +19.6; household over 22 -0.1; prior -16.2",
    }  # fmt: skip
    pair = told_weighing(told, SCORER, "t", "m")
    assert [(step.what, step.bits) for step in pair.steps[:5]] == [
        ("先验", -16.2), ("姓名", 9.1), ("出生日期", 1.5), ("地址第2段", 19.6), ("同户封顶", -0.1),
    ]  # fmt: skip
    assert sum(step.bits for step in pair.steps) == pytest.approx(pair.total)
    with pytest.raises(ValueError, match="--why"):
        told_weighing(told | {"evidence": "nothing of the kind"}, SCORER, "t", "m")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ({}, ""), ({"by": "key"}, "所凭层级的键相同"), ({"by": "decision", "decisions": ["d1"]}, "人工决定 d1"),
        ({"rows": 2}, "涉及 2 行"), (DETAIL, "按固定模型计分；姓名（读音相同、用字不同）+8.14"),
    ],
)  # fmt: skip
def test_a_change_of_ids_says_what_it_rests_on(why: dict[str, object], words: str) -> None:
    assert change_words(why).startswith(words)
