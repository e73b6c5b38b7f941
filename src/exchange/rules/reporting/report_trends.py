"""Plots of the report: published months side by side, as numbers already placed on paper."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from exchange.model.report import MonthTotals
from exchange.registry.load import Registry
from exchange.rules.reporting.wording import all_rules

WIDTH, HEIGHT = 340.0, 118.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 6.0, 6.0, 20.0, 20.0
_WIDEST_BAR = 34.0
_TOP_RULES = 6


@dataclass(frozen=True)
class Bar:
    """One month: the bar's place, its value in words, the month under it; `now` for the month of the report."""

    x: float
    y: float
    width: float
    height: float
    value: str
    month: str
    now: bool


@dataclass(frozen=True)
class Plot:
    """One series over the months. Every plot of a group has the same months; its own scale begins at zero."""

    title: str
    tone: str
    bars: tuple[Bar, ...]

    @property
    def words(self) -> str:
        """The plot for those who cannot see it."""
        return f"{self.title}：" + "，".join(f"{bar.month} {bar.value}" for bar in self.bars)


@dataclass(frozen=True)
class Trends:
    """Rows received per agency, share set aside per agency, and the rules met most."""

    months: tuple[str, ...]
    received: tuple[Plot, ...]
    aside: tuple[Plot, ...]
    rules: tuple[Plot, ...]


def trends(months: Sequence[MonthTotals], registry: Registry, own: str) -> Trends:
    """The plots of the months given, oldest first; the last is the report's `own`, even when nobody sent anything."""
    labels = tuple(sorted({one.period for one in months} | {own}))
    by_source: dict[str, dict[str, MonthTotals]] = defaultdict(dict)
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    for one in months:
        by_source[one.source][one.period] = one
        for rule, rows in one.rules.items():
            rules[rule][one.period] += rows
    known = all_rules(registry)
    asked = {rule: counts for rule, counts in rules.items() if rule not in known or known[rule].severity != "I"}
    top = sorted(asked, key=lambda rule: (-asked[rule].total(), rule))[:_TOP_RULES]
    sources = [source for source in registry.sources.values() if source.name in by_source]
    return Trends(
        months=labels,
        received=tuple(
            _plot(source.agency, "navy", labels, _rows(by_source[source.name], labels))
            for source in sources
        ),
        aside=tuple(
            _plot(source.agency, "aside", labels, _shares(by_source[source.name], labels), percent=True)
            for source in sources
        ),
        rules=tuple(
            _plot(f"{rule} {known[rule].title if rule in known else ''}".strip(), "rule", labels,
                  [float(asked[rule][month]) for month in labels])
            for rule in top
        ),
    )  # fmt: skip


def _rows(months: dict[str, MonthTotals], labels: Sequence[str]) -> list[float]:
    return [float(months[label].rows) if label in months else 0.0 for label in labels]


def _shares(months: dict[str, MonthTotals], labels: Sequence[str]) -> list[float]:
    found = [months.get(label) for label in labels]
    return [one.aside / one.rows if one and one.rows else 0.0 for one in found]


def _plot(title: str, tone: str, labels: Sequence[str], values: Sequence[float], *, percent: bool = False) -> Plot:
    room, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    step = room / max(len(labels), 1)
    width = min(step * 0.56, _WIDEST_BAR)
    most = max(values, default=0.0) or 1.0
    bars = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        height = round(tall * value / most, 2)
        x = round(_LEFT + step * (place + 0.5) - width / 2, 2)
        text = f"{value:.1%}" if percent else f"{value:,.0f}"
        bars.append(
            Bar(x, round(_TOP + tall - height, 2), round(width, 2), height, text, label, place == len(labels) - 1)
        )
    return Plot(title, tone, tuple(bars))
