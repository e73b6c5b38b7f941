"""What a month is published from: the accepted rows of every source and the persons they were resolved to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from exchange.model.errors import PeriodOrder
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules import records
from exchange.services.bundle import Services
from exchange.services.lake import Lake

RESOLVED = (
    "persons", "identifiers", "keys", "links", "merges", "review", "moves", "splits", "restored", "lost_keys",
    "moved_numbers", "decisions", "reopened", "evidence", "quality",
)  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """One month's inputs. Rows stay in the lake until `rows` asks for those of a source."""

    period: Period
    is_first_month: bool
    lake: Lake
    fingerprints: Mapping[str, str]
    resolved: Mapping[str, pd.DataFrame]
    deliveries: pd.DataFrame
    manifest: Mapping[str, Any]
    generation: int = 1
    """The number the month is published under."""
    before: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(period, source) -> fingerprint of the accepted rows of earlier months that are looked at anew."""

    def rows(self, source: Source, columns: list[str] | None = None) -> pd.DataFrame:
        """All data rows of a source, set aside or not."""
        return self._table(source, "rows", columns)

    def issues(self, source: Source) -> pd.DataFrame:
        """Findings about the rows of a source (row_id, field, rule); those about whole files are left out."""
        issues = self._table(source, "issues")
        return issues[issues["row_id"].notna().to_numpy(dtype=bool)]

    def kept(self, source: Source) -> pd.DataFrame:
        """The accepted rows of a source, each with its person."""
        return records.kept(self.rows(source), self.resolved["links"])

    @property
    def model(self) -> str | None:
        """The model the scored links were made with."""
        name = self.manifest["model"]
        return None if name is None else str(name)

    @property
    def losers(self) -> frozenset[str]:
        """Persons who lost rows and kept their id."""
        return frozenset(self.resolved["moves"]["from_id"]) - frozenset(self.resolved["merges"]["from_id"])

    def earlier(self, period: str, source: str) -> pd.DataFrame:
        """All data rows of a source in an earlier month."""
        return self.lake.read(f"accepted/{source}/{period}", self.before[period, source], "rows")

    def of(self, registry: Registry, role: Any) -> Iterator[tuple[Source, pd.DataFrame]]:
        """Counted rows of every source of a role that delivered."""
        for source in registry.of_role(role):
            if source.name in self.fingerprints:
                yield source, records.counted(self.kept(source))

    def _table(self, source: Source, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        return self.lake.read(f"accepted/{source.name}/{self.period}", self.fingerprints[source.name], table, columns)


def fetch(run: Run, registry: Registry, services: Services) -> Inputs:
    """Everything `run.period` is made of. Raises PeriodOrder when it was not resolved."""
    resolved_fp = services.ledger.fingerprint_of(run.period, "resolve")
    if resolved_fp is None:
        raise PeriodOrder(
            f"{run.period} has not been resolved yet", remedy=f"Run `exchange run {run.period}`, which does all stages."
        )
    found = {name: services.ledger.fingerprint_of(run.period, "validate", name) for name in sorted(registry.sources)}
    fingerprints = {
        name: fp for name, fp in found.items() if fp and services.lake.has(f"accepted/{name}/{run.period}", fp)
    }
    resolved = {table: services.lake.read(f"resolved/{run.period}", resolved_fp, table) for table in RESOLVED}
    facts = services.lake.facts(f"resolved/{run.period}", resolved_fp)
    booked = [line for name in sorted(registry.sources) for line in services.deliveries.for_period(name, run.period)]
    before, earlier = (services.ledger.generation(month) for month in (run.period.previous(), run.period))
    manifest = {
        "deliveries": [{name: line[name] for name in ("path", "sha256", "status")} for line in booked],
        "accepted": fingerprints,
        "resolved": resolved_fp,
        "model": facts.get("model"),
        "model_hash": facts.get("model_hash"),
        "before": None if before is None else before["manifest_sha256"],
        "corrects": None if earlier is None else earlier["manifest_sha256"],
        "code_version": services.settings.code_version,
        "config_fingerprint": registry.fingerprint,
    }
    return Inputs(
        period=run.period,
        is_first_month=before is None,
        lake=services.lake,
        fingerprints=fingerprints,
        resolved=resolved,
        deliveries=pd.DataFrame(booked, columns=["source", "unit_code", "status", "is_late"]),
        manifest=manifest,
        generation=1 if earlier is None else int(earlier["generation"]) + 1,
        before=_before(services, resolved["reopened"]),
    )


def _before(services: Services, reopened: pd.DataFrame) -> dict[tuple[str, str], str]:
    places = reopened[["period", "source"]].drop_duplicates().itertuples(index=False)
    found = {(p, s): services.ledger.fingerprint_of(Period.parse(p), "validate", s) for p, s in places}
    return {place: fp for place, fp in found.items() if fp}
