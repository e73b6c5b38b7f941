"""What holds of what people said: the latest word of each, two where two are asked for, nothing that was taken back."""

import random

import pytest

from exchange.model.decisions import Statement, ordered
from exchange.rules.persons.decisions import reversals, standings

PAIR = ("a", "b")


def say(seq: int, verdict: str, *actors: str, two: bool = False, revokes: int | None = None) -> Statement:
    return Statement(f"d{seq}", seq, verdict, PAIR, actors or ("王",), two, None if revokes is None else f"d{revokes}")


CASES = {
    "one person decides": ([say(1, "same")], "holds", "same"),
    "the latest word of one person counts": ([say(1, "same"), say(2, "different")], "holds", "different"),
    "two people who contradict one another decide nothing": (
        [say(1, "same", "王"), say(2, "different", "李")], "disagreed", None,
    ),
    "where two are asked for, one is not enough": ([say(1, "same", "王", two=True)], "waiting", None),
    "one person saying it twice is still one": (
        [say(1, "same", "王", two=True), say(2, "same", "王", two=True)], "waiting", None,
    ),
    "two who said the same decide": (
        [say(1, "same", "王", two=True), say(2, "same", "李", two=True)], "holds", "same",
    ),
    "two who signed together decide": ([say(1, "different", "王", "李", two=True)], "holds", "different"),
    "what was revoked never counts": ([say(1, "same"), say(2, "revoke", revokes=1)], "open", None),
    "revoking one of two leaves one": (
        [say(1, "same", "王", two=True), say(2, "same", "李", two=True), say(3, "revoke", "李", revokes=2)],
        "waiting", None,
    ),
    "cannot be told is an answer that joins and parts nobody": ([say(1, "unsure")], "holds", "unsure"),
    "who cannot tell does not stand against who can": (
        [say(1, "unsure", "王"), say(2, "same", "李")], "holds", "same",
    ),
}  # fmt: skip


@pytest.mark.parametrize("claim", CASES)
def test_standing(claim: str) -> None:
    statements, state, verdict = CASES[claim]
    standing = standings(statements)[PAIR]
    assert (standing.state, standing.verdict) == (state, verdict)


def test_the_order_in_which_statements_are_read_changes_nothing() -> None:
    rng = random.Random(4)
    pairs = [("a", "b"), ("b", "c"), ("c", "d")]
    for _ in range(200):
        said = [
            Statement(f"d{n}", n, rng.choice(["same", "different", "unsure"]), pair, (who,), rng.random() < 0.3)
            for n, (pair, who) in enumerate(
                (rng.choice(pairs), rng.choice("王李赵")) for _ in range(rng.randint(1, 12))
            )
        ]
        said += [
            Statement(f"r{n}", 100 + n, "revoke", one.pair, ("王",), False, one.decision_id)
            for n, one in enumerate(rng.sample(said, rng.randint(0, len(said) // 2)))
        ]
        mixed = rng.sample(said, len(said))
        assert standings(mixed) == standings(said)
        applied = {one.decision_id: rng.choice(["joined", "parted", "kept"]) for one in said if rng.random() < 0.5}
        assert reversals(mixed, applied) == reversals(said, applied)


def test_a_decision_that_took_effect_is_undone_once_when_it_is_taken_back() -> None:
    said = [say(1, "same"), say(2, "revoke", revokes=1)]
    assert reversals(said, {}) == {}
    assert reversals(said, {"d1": "joined"}) == {PAIR: ("joined", ("d2",))}
    assert reversals(said, {"d1": "kept"}) == {}
    assert reversals(said, {"d1": "joined", "d2": "parted"}) == {}


def test_a_row_is_never_compared_with_itself() -> None:
    assert ordered("b", "a") == ("a", "b")
    with pytest.raises(ValueError, match="same person"):
        ordered("a", "a")
