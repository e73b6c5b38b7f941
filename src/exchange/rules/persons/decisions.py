"""What people said about two rows, and what holds: the latest word of each person, two where two are asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from exchange.model.decisions import Pair, Standing, State, Statement, Verdict

VERDICTS: Final[Mapping[str, Verdict]] = {"同一人": "same", "不是同一人": "different", "无法判断": "unsure"}
"""The words of the workbook's choice column."""

WORDS: Final[Mapping[str, str]] = {verdict: word for word, verdict in VERDICTS.items()} | {"revoke": "撤销"}
STATES: Final[Mapping[State, str]] = {
    "open": "待核实", "waiting": "待第二人核实", "holds": "已定", "disagreed": "意见不一",
}  # fmt: skip


def standings(statements: Iterable[Statement]) -> dict[Pair, Standing]:
    """Pair of rows -> what holds, in the order of pairs.

    Of each person the latest statement counts, and none that was revoked. same against different is `disagreed`,
    whoever was first. Where two people are asked for, one is `waiting`. Nobody judged is `open`.
    """
    told = sorted(statements, key=lambda statement: statement.seq)
    revoked = {statement.revokes for statement in told}
    latest: dict[Pair, dict[str, Statement]] = defaultdict(dict)
    for statement in told:
        said = latest[statement.pair]
        if statement.revokes is None and statement.decision_id not in revoked:
            said.update(dict.fromkeys(statement.actors, statement))
    return {pair: _standing(pair, latest[pair]) for pair in sorted(latest)}


def reversals(statements: Iterable[Statement], applied: Mapping[str, str]) -> dict[Pair, tuple[str, tuple[str, ...]]]:
    """Pairs whose decision took effect and was taken back since: what it had done (joined or parted), and the
    revocations nobody has acted upon yet.

    `applied`: decision -> its effect, for decisions and revocations that earlier months acted upon.
    """
    told = list(statements)
    standing = standings(told)
    pair_of = {statement.decision_id: statement.pair for statement in told}
    found: dict[Pair, tuple[str, tuple[str, ...]]] = {}
    for statement in sorted(told, key=lambda statement: statement.seq):
        if statement.revokes is None or statement.decision_id in applied:
            continue
        effect = _effect_of(pair_of[statement.revokes], told, applied)
        if effect in ("joined", "parted") and standing[statement.pair].verdict != _made_by(effect):
            before = found.get(statement.pair, (effect, ()))[1]
            found[statement.pair] = (effect, (*before, statement.decision_id))
    return found


def _effect_of(pair: Pair, told: Iterable[Statement], applied: Mapping[str, str]) -> str:
    """The last thing a decision about the pair did."""
    effects = [applied[one.decision_id] for one in sorted(told, key=lambda one: one.seq)
               if one.pair == pair and one.revokes is None and one.decision_id in applied]  # fmt: skip
    done = [effect for effect in effects if effect in ("joined", "parted")]
    return done[-1] if done else ""


def _made_by(effect: str) -> Verdict:
    return "same" if effect == "joined" else "different"


def _standing(pair: Pair, said: Mapping[str, Statement]) -> Standing:
    ids = tuple(sorted({statement.decision_id for statement in said.values()}))
    people: dict[str, set[str]] = defaultdict(set)
    for actor, statement in said.items():
        people[statement.verdict].add(actor)
    if not said:
        return Standing(pair, "open", None, ())
    if people["same"] and people["different"]:
        return Standing(pair, "disagreed", None, ids)
    verdict: Verdict = "same" if people["same"] else "different" if people["different"] else "unsure"
    enough = 2 if any(statement.needs_two for statement in said.values()) else 1
    if len(people[verdict]) < enough:
        return Standing(pair, "waiting", None, ids)
    return Standing(pair, "holds", verdict, ids)
