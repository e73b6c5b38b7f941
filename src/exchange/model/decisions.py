"""What people said about who is who: statements about two rows, and what holds of them."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["same", "different", "unsure"]
State = Literal["open", "waiting", "holds", "disagreed"]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Statement:
    """One row of registry.decision. `actors` are the one or two people who made it; `revokes` names an earlier one."""

    decision_id: str
    seq: int
    verdict: str
    pair: Pair
    actors: tuple[str, ...]
    needs_two: bool = False
    revokes: str | None = None


@dataclass(frozen=True)
class Standing:
    """What holds for a pair of rows. `verdict` is None unless `state` is holds; `ids` are the statements that count."""

    pair: Pair
    state: State
    verdict: Verdict | None
    ids: tuple[str, ...]


def ordered(one: str, other: str) -> Pair:
    """The two rows in the order they are stored. Raises ValueError for one row twice."""
    if one == other:
        raise ValueError("a row is always the same person as itself")
    return (one, other) if one < other else (other, one)
