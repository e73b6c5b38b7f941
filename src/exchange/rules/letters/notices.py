"""What a township's notice is made of, and the sheet that says how good the month's data were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from exchange.rules.confidence import interval_text
from exchange.rules.indicators import NOT_REPORTED, percent
from exchange.rules.letters.workbooks import Entry, SenderState

SMALLEST_PRINTED_COUNT = 3
"""Smaller counts of a sensitive service are printed as `<3` (domain rule for mental illness, HIV and tuberculosis)."""


@dataclass(frozen=True)
class MonthFacts:
    """One township's month: `balance` of the default scope, `lists` by name, senders, and problems per source.

    `balance` has opening, new, late_reg, move_in, return, out, move_out, cancel, closing. `problems` maps a source's
    code to (rule title, rows) with the most frequent first. `services` maps a class's name to rows for migrants.
    `report`, `indicators`, `doses`, `villages` and `letters` are rows of the sheets of that kind; `answered` counts,
    by what they say, the answers that came back since the month before. `before` are the cover's counts a month ago,
    None when there was no such month; `trend` has `month`, `closing`, `came`, `left` of the months up to this one;
    `unsigned` counts, by month, the township's letters nobody signed for.
    """

    day: date
    balance: Mapping[str, int]
    lists: Mapping[str, Sequence[Entry]]
    senders: Sequence[SenderState]
    problems: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    services: Mapping[str, int] = field(default_factory=dict)
    report: Sequence[Entry] = ()
    indicators: Sequence[Entry] = ()
    doses: Sequence[Entry] = ()
    villages: Sequence[Entry] = ()
    letters: Sequence[Entry] = ()
    answered: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, int] | None = None
    trend: Sequence[Mapping[str, Any]] = ()
    unsigned: Mapping[str, int] = field(default_factory=dict)
    verified: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Source code -> the year's answers about its rows: answered, verified, confirmed."""
    balances: Sequence[Entry] = ()
    """Lines of the balance by group (rows of a `balances` sheet)."""
    differences: Sequence[Entry] = ()
    """Numbers of the district that are not the sum of its townships' (rows of a `differences` sheet)."""
    packet: Sequence[Entry] = ()
    """Lines of a letter to another county (rows of a `packet` sheet)."""


def quality_rows(facts: MonthFacts) -> list[dict[str, object]]:
    """Per source: expected, reported and late senders, rows received, kept and set aside, the five main problems."""
    rows: list[dict[str, object]] = []
    for source in dict.fromkeys(sender.source for sender in facts.senders):
        own = [sender for sender in facts.senders if sender.source == source]
        rows.append(
            {
                "agency": own[0].agency,
                "expected": len(own),
                "reported": sum(sender.has_reported for sender in own),
                "late": sum(sender.is_late for sender in own),
                "rows_in": sum(sender.rows_in for sender in own),
                "rows_kept": sum(sender.rows_kept for sender in own),
                "rows_aside": sum(sender.rows_aside for sender in own),
                "problems": _problem_text(facts.problems.get(source, ())[:5]) or "无",
                **_verified(facts.verified.get(source)),
            }
        )
    return rows


def _verified(counts: Mapping[str, Any] | None) -> dict[str, object]:
    """What townships found when they checked a source's rows; not reported where nothing came back."""
    if counts is None:
        return {"answered": NOT_REPORTED, "confirmed": NOT_REPORTED, "accuracy": NOT_REPORTED}
    right, checked = int(counts["confirmed"]), int(counts["verified"])
    accuracy = f"{percent(right, checked)}%（{interval_text(right, checked)}）" if checked else NOT_REPORTED
    return {"answered": int(counts["answered"]), "confirmed": right, "accuracy": accuracy}


def service_note(services: Mapping[str, int], sensitive: Mapping[str, int]) -> str:
    """One line under the service ledger: rows per class, the sensitive classes as counts only."""
    open_part = "、".join(f"{name}{count}人次" for name, count in services.items())
    closed = "、".join(f"{name}{_small(count)}人次" for name, count in sensitive.items() if count)
    return (f"本月合计：{open_part or '无'}。" if services else "") + (
        f"另有{closed}，只列人次，不列名单。" if closed else ""
    )


def main_problems(facts: MonthFacts, most: int) -> str:
    """The problems most rows have, of all sources together."""
    totals: Counter[str] = Counter()
    for found in facts.problems.values():
        totals.update(dict(found))
    return _problem_text(sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:most])


def _problem_text(problems: Sequence[tuple[str, int]]) -> str:
    return "、".join(f"{title}{count}行" for title, count in problems)


def _small(count: int) -> str:
    return str(count) if count >= SMALLEST_PRINTED_COUNT else f"<{SMALLEST_PRINTED_COUNT}"
