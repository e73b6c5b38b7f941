"""How good the links of a month are, without anybody knowing the truth: shares with the interval they lie in."""

from collections.abc import Mapping, Sequence
from typing import Any

from exchange.rules.confidence import wilson

SIZES = {"1": (1, 1), "2": (2, 2), "3-4": (3, 4), "5-9": (5, 9), "10+": (10, 10**9)}
"""How many rows a person has: from … to."""


def interval(hits: int, of: int) -> tuple[float, float]:
    """The interval of a share, honest also near 0 and 1 and for few cases; (0, 1) of none."""
    return wilson(hits, of) if of > 0 else (0.0, 1.0)


def told(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Counts per source (source, hidden, findable, linked, correct) -> with precision (correct of linked), recall
    (correct of findable) and their intervals; the shares are None where nothing was counted."""
    found = []
    for row in rows:
        counts = {name: int(row[name]) for name in ("hidden", "findable", "linked", "correct")}
        found.append({"source": row["source"], **counts, **_share("precision", counts["correct"], counts["linked"]),
                      **_share("recall", counts["correct"], counts["findable"])})  # fmt: skip
    return found


def sizes(counts: Mapping[int, int]) -> dict[str, int]:
    """Rows per person -> persons, by `SIZES`."""
    return {word: sum(n for size, n in counts.items() if low <= size <= high) for word, (low, high) in SIZES.items()}


def _share(name: str, hits: int, of: int) -> dict[str, float | None]:
    low, high = interval(hits, of)
    return {name: round(hits / of, 6) if of else None, f"{name}_low": round(low, 6), f"{name}_high": round(high, 6)}
