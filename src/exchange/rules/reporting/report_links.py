"""Report, identity: by what evidence rows found their person, how good that is, and whether it drifts."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.model.report import CheckFacts, LinkFacts
from exchange.registry.load import Registry
from exchange.registry.spec_linkage import linkage_of
from exchange.rules.linkage.quality import SIZES, interval

_WORDS = {
    "T1": "有效号码相同", "T2": "15 位升 18 位后相同", "FS": "按模型计分", "SAME": "与往月某行内容全同",
    "DECIDED": "人工决定", "RECLUSTER": "全部数据重新认定", "NEW": "此前未见，新建",
}  # fmt: skip
_JUMP = 0.02
"""A share of links that moves by more than this against the month before deserves a look."""


@dataclass(frozen=True)
class TierLine:
    """One kind of evidence: rows of the month, their share, the share of the month before, and whether it jumped."""

    tier: str
    title: str
    rows: int
    share: float
    before: float | None
    has_jumped: bool


@dataclass(frozen=True)
class CheckLine:
    """One source in one month: how many numbers were hidden, precision and recall in words with their intervals."""

    month: str
    agency: str
    hidden: int
    precision: str
    recall: str
    model: str
    is_now: bool


@dataclass(frozen=True)
class LinksView:
    """`sizes`: months, oldest first, with persons by number of rows. `skipped`: (month, keys too common to prove
    anything, rows)."""

    tiers: tuple[TierLine, ...]
    checks: tuple[CheckLine, ...]
    sizes: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    skipped: tuple[tuple[str, int, int], ...]


def links_view(months: Sequence[LinkFacts], registry: Registry) -> LinksView | None:
    """The page's part on identity; `months` oldest first, the last is the report's own. None without any."""
    if not months:
        return None
    now, before = months[-1], months[-2] if len(months) > 1 else None
    return LinksView(
        tiers=tuple(_tiers(now, before, registry)),
        checks=tuple(
            _check(month, check, registry, is_now=month is now) for month in reversed(months) for check in month.checks
        ),
        sizes=tuple((month.period, tuple((word, month.sizes.get(word, 0)) for word in SIZES)) for month in months),
        skipped=tuple((month.period, month.skipped, month.rows) for month in months),
    )


def _tiers(now: LinkFacts, before: LinkFacts | None, registry: Registry) -> list[TierLine]:
    declared = [(tier.name, tier.title) for tier in linkage_of(registry.linkage).tiers]
    titles = {"T1": _WORDS["T1"], "T2": _WORDS["T2"], **dict(declared), **_WORDS}
    seen = {tier: rows for tier, rows in now.tiers.items() if rows} | {
        tier: now.tiers.get(tier, 0) for tier in (before.tiers if before else ())
    }
    lines = []
    for tier in sorted(seen, key=lambda name: (list(titles).index(name) if name in titles else len(titles), name)):
        share = seen[tier] / now.rows if now.rows else 0.0
        earlier = before.tiers.get(tier, 0) / before.rows if before and before.rows else None
        jumped = earlier is not None and abs(share - earlier) > _JUMP
        lines.append(TierLine(tier, titles.get(tier, tier), seen[tier], share, earlier, jumped))
    return lines


def _check(month: LinkFacts, check: CheckFacts, registry: Registry, *, is_now: bool) -> CheckLine:
    agency = registry.sources[check.source].agency if check.source in registry.sources else check.source
    return CheckLine(
        month.period,
        agency,
        check.hidden,
        _told(check.correct, check.linked),
        _told(check.correct, check.findable),
        month.model or "—",
        is_now,
    )


def _told(hits: int, of: int) -> str:
    """99.85%（99.1%—100.0%，681/682)."""
    if not of:
        return "—"
    low, high = interval(hits, of)
    return f"{hits / of:.2%}（{low:.1%} 至 {high:.1%}；{hits:,}/{of:,}）"
