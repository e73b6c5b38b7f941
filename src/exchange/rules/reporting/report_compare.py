"""A publication beside the one it replaces: rows, figures and files that are not the same any more."""

from collections.abc import Iterator
from dataclasses import dataclass

from exchange.model.report import EarlierGeneration, ReportFacts
from exchange.registry.load import Registry
from exchange.rules.reporting.report_words import FIGURES, STATUS_WORDS, safe


@dataclass(frozen=True)
class Difference:
    """One number of both publications."""

    what: str
    before: int
    now: int

    @property
    def change(self) -> int:
        """What was added; negative when something went."""
        return self.now - self.before


@dataclass(frozen=True)
class Comparison:
    """The earlier generation's number, the numbers of both, and files whose outcome is another one."""

    generation: int
    rows: tuple[Difference, ...]
    figures: tuple[Difference, ...]
    files: tuple[tuple[str, str, str], ...]


def compared(facts: ReportFacts, registry: Registry) -> Comparison | None:
    """What changed since the generation before; None when this is the first."""
    earlier = facts.earlier
    if earlier is None:
        return None
    return Comparison(
        generation=earlier.generation,
        rows=tuple(_rows(facts, earlier, registry)),
        figures=tuple(_figures(facts, earlier)),
        files=tuple(_files(facts, earlier)),
    )


def _rows(facts: ReportFacts, earlier: EarlierGeneration, registry: Registry) -> Iterator[Difference]:
    own = {one.source: one for one in facts.months if one.period == str(facts.period)}
    before = {one.source: one for one in earlier.totals}
    for name, source in registry.sources.items() if before else ():
        for what, pick in (("数据行", "rows"), ("计入", "kept"), ("搁置", "aside")):
            yield Difference(
                f"{source.agency}　{what}", getattr(before.get(name), pick, 0), getattr(own.get(name), pick, 0)
            )


def _figures(facts: ReportFacts, earlier: EarlierGeneration) -> Iterator[Difference]:
    before, now = dict(earlier.figures), dict(facts.figures)
    for name in (*FIGURES, *sorted((set(before) | set(now)) - set(FIGURES))):
        if name in before or name in now:
            yield Difference(FIGURES.get(name, name), before.get(name, 0), now.get(name, 0))


def _files(facts: ReportFacts, earlier: EarlierGeneration) -> Iterator[tuple[str, str, str]]:
    before = dict(earlier.files)
    now = {one.path: one.status for one in facts.deliveries}
    for path in sorted(set(before) | set(now)) if before else ():
        if before.get(path) != now.get(path):
            yield safe(path), _status(before.get(path)), _status(now.get(path))


def _status(status: str | None) -> str:
    return "—" if status is None else STATUS_WORDS.get(status, status)
