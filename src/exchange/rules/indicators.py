"""Indicators as integers: attainment without rounding, rates rounded once for the eye, and words for what is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from exchange.model.period import Period
from exchange.registry.spec_indicators import Indicator, Target
from exchange.rules.confidence import interval_text

SMALL_DENOMINATOR: Final = 30
"""Below it a rate moves by more than three points with one person, and the reader is warned."""
SMALL_COUNT: Final = 3
NO_RATE: Final = "—"
NOT_REPORTED: Final = "未报"
UNDECIDED: Final = "不能判断"

_NOTHING_BACK: Final = "本年尚未收到镇街退回的核实结果"
_STATES: Final = {"COMPUTED": "已计算", "PARTIAL": "部分计算", "NOT_COMPUTABLE": "不可计算"}


@dataclass(frozen=True)
class Figure:
    """What was published of an indicator."""

    numerator: int
    denominator: int


def percent(numerator: int, denominator: int) -> str:
    """The share in percent with one decimal, rounded half up: 94.95 % is 95.0. `—` for a share in nothing."""
    if denominator == 0:
        return NO_RATE
    tenths = (numerator * 2000 + denominator) // (denominator * 2)
    return f"{tenths // 10}.{tenths % 10}"


def is_attained(figure: Figure, target: Target) -> bool | None:
    """Whether the exact share reaches the target; None when there is nothing to compare."""
    if figure.denominator == 0 or target.value is None:
        return None
    return Fraction(figure.numerator, figure.denominator) >= Fraction(target.value)


def target_for(targets: Sequence[Target], indicator: str, code6: str, period: Period) -> Target | None:
    """The target in force for a county in a month: that of the longest prefix of its code."""
    month = str(period)
    found = [
        target
        for target in targets
        if target.indicator == indicator
        and code6.startswith(target.prefix)
        and target.valid_from <= month
        and (target.valid_to is None or month < target.valid_to)
    ]
    return max(found, key=lambda target: len(target.prefix), default=None)


def indicator_rows(
    indicators: Sequence[Indicator],
    targets: Sequence[Target],
    figures: Mapping[str, Figure],
    code6: str,
    period: Period,
    *,
    is_district: bool = False,
) -> list[dict[str, Any]]:
    """A row per indicator: title, target, numerator, denominator, rate, attained, state, rule and reason as words."""
    return [
        _row(indicator, target_for(targets, indicator.id, code6, period), figures.get(indicator.figure or ""))
        if is_district or indicator.grain != "district"
        else _blank(indicator, None) | {"reason": "只列全区，逐月相减不致看出少数人"}
        for indicator in indicators
    ]


def _blank(indicator: Indicator, target: Target | None) -> dict[str, Any]:
    """The row without a number."""
    return {
        "id": indicator.id,
        "title": indicator.title,
        "target": _target_text(target),
        **dict.fromkeys(("numerator", "denominator", "rate", "attained"), NO_RATE),
        "state": _STATES[indicator.status],
        "rule": f"{indicator.formula}。分母：{indicator.denominator}",
        "reason": indicator.reason,
    }


def _row(indicator: Indicator, target: Target | None, figure: Figure | None) -> dict[str, Any]:
    row = _blank(indicator, target)
    if figure is None:
        unknown = row | {"rate": _STATES["NOT_COMPUTABLE"], "state": _STATES["NOT_COMPUTABLE"]}
        if indicator.figure is None:
            return unknown
        why = f"只在{'、'.join(indicator.only_in)}年口径下计算" if indicator.only_in else "本月未发布该指标"
        return unknown | {"reason": why}
    row |= {"numerator": figure.numerator, "denominator": figure.denominator}
    if indicator.sensitive and 0 < figure.numerator < SMALL_COUNT:
        return row | {"numerator": f"<{SMALL_COUNT}", "reason": _join("人数过少，不列比率", indicator.reason)}
    if indicator.sensitive and 0 < figure.denominator - figure.numerator < SMALL_COUNT:
        shown = {"numerator": NO_RATE, "denominator": figure.denominator}
        return (
            row
            | shown
            | {"reason": _join("未达者人数过少，不列分子", indicator.reason)}
            | _attained(indicator, figure, target)
        )
    if indicator.sampled and figure.denominator == 0:
        return row | dict.fromkeys(("numerator", "denominator", "rate"), NOT_REPORTED) | {"reason": _NOTHING_BACK}
    if figure.denominator == 0:
        return row | {"reason": _join("本月无应服务对象", indicator.reason)}
    warning = f"分母不足{SMALL_DENOMINATOR}，比率仅供参考" if figure.denominator < SMALL_DENOMINATOR else ""
    rate = f"{percent(figure.numerator, figure.denominator)}%"
    spread = f"95%置信区间{interval_text(figure.numerator, figure.denominator)}" if indicator.sampled else ""
    told = {"rate": rate, "reason": _join(spread, warning, indicator.reason)}
    return row | told | _attained(indicator, figure, target)


def _attained(indicator: Indicator, figure: Figure, target: Target | None) -> dict[str, str]:
    """A lower bound that reaches the target has reached it, an upper bound that does not has not; the rest is open."""
    reached = None if target is None else is_attained(figure, target)
    if reached is None:
        return {}
    is_sure = indicator.status == "COMPUTED" or reached == (indicator.bound == "lower")
    return {"attained": UNDECIDED if not is_sure else "达标" if reached else "未达标"}


def _target_text(target: Target | None) -> str:
    if target is None:
        return NO_RATE
    if target.value is None:
        return "不断提高"
    return f"≥{(Decimal(target.value) * 100).normalize():f}%"


def _join(*parts: str) -> str:
    return "；".join(part for part in parts if part)
