"""How far a share found in a sample may lie from the true one: Wilson's interval at 95 %, in words a clerk reads."""

from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """Lower and upper end of Wilson's score interval. Raises ValueError without a sample."""
    if denominator <= 0:
        raise ValueError("an interval needs a sample")
    share, square = numerator / denominator, _Z * _Z
    middle = share + square / (2 * denominator)
    spread = _Z * sqrt(share * (1 - share) / denominator + square / (4 * denominator * denominator))
    scale = 1 + square / denominator
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def interval_text(numerator: int, denominator: int) -> str:
    """The interval in percent: 88.2%—97.9%; a dash when nothing was verified."""
    if denominator <= 0:
        return "—"
    low, high = wilson(numerator, denominator)
    return f"{low * 100:.1f}%—{high * 100:.1f}%"
