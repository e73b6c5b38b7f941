"""What the validation report of a month is made of: counts, places and fingerprints; no value of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from exchange.model.period import Period

ROWS_SHOWN: Final = 40
"""Row numbers printed per file, sheet and rule; the rest are counted."""

MONTHS_SHOWN: Final = 12
"""How far back the plots reach, this month included."""


@dataclass(frozen=True)
class DeliveryFacts:
    """One file of the month. `rows` counts its data rows in the ledger by disposition.

    `physical_rows` and `read_rows` (data rows) are the reader's own counts, None when it never saw the file.
    """

    delivery_id: str
    source: str
    unit_code: str
    file_period: str
    version: int
    path: str
    sha256: str
    status: str
    rules: tuple[str, ...]
    message: str
    is_late: bool
    rows: Mapping[str, int]
    physical_rows: int | None = None
    read_rows: int | None = None
    container: str = ""
    encoding: str = ""
    sheets: int | None = None


@dataclass(frozen=True)
class RuleRows:
    """Rows of one source and unit in which a rule was found; `kept` of them stayed in the figures."""

    source: str
    unit_code: str
    rule: str
    rows: int
    kept: int


@dataclass(frozen=True)
class AsideFacts:
    """Rows of one sheet set aside for the same rules: how many, and the first row numbers."""

    source: str
    unit_code: str
    path: str
    sheet: str
    rules: str
    rows: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True)
class PlaceFacts:
    """Data rows of one sheet with one disposition: how many, and the first runs of row numbers (first, last)."""

    delivery_id: str
    sheet: str
    disposition: str
    rows: int
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class FoundFacts:
    """Rows of one sheet in which a rule was found in one column: how many, `kept` of them, the first row numbers."""

    delivery_id: str
    sheet: str
    rule: str
    field: str
    rows: int
    kept: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True)
class Observation:
    """One expectation about a month or a publication: how many entries it judged, and those it was not met by.

    `found` holds (place, what is told of it): a sender, a source, a column, a line of a published table.
    """

    suite: str
    table: str
    rule: str
    column: str
    notes: str
    judged: int
    found: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MonthTotals:
    """One source in one published month, for the plots: data rows of its files, and rows per rule."""

    period: str
    source: str
    rows: int
    kept: int
    aside: int
    rules: Mapping[str, int]


@dataclass(frozen=True)
class EarlierGeneration:
    """The publication this one replaces: its totals per source and the figures of the whole district."""

    generation: int
    totals: tuple[MonthTotals, ...]
    figures: tuple[tuple[str, int], ...]
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StageFacts:
    """A stage's receipt."""

    stage: str
    subject: str
    rows_in: int
    rows_out: int
    rows_aside: int
    fingerprint: str


@dataclass(frozen=True)
class JudgedFacts:
    """One rule over the rows of one source: how often the expectations found it, how often the ledger books it."""

    source: str
    rule: str
    found: int
    booked: int


@dataclass(frozen=True)
class CheckFacts:
    """The monthly check of one source: rows whose number was hidden, how many of those could be found at all, were
    linked to somebody, and to the right person."""

    source: str
    hidden: int
    findable: int
    linked: int
    correct: int


@dataclass(frozen=True)
class LinkFacts:
    """One month's links: rows by tier, persons by number of rows, keys too common to prove anything, the model."""

    period: str
    rows: int
    model: str
    tiers: Mapping[str, int]
    sizes: Mapping[str, int]
    skipped: int
    checks: tuple[CheckFacts, ...]


@dataclass(frozen=True)
class CorrigendumFacts:
    """A published number of an earlier month in which persons were counted of whom more is known since: two who are
    one (`is_one`), or one who is two. `what` is list, figure or flow."""

    period: str
    township9: str
    what: str
    name: str
    is_one: bool
    persons: int


@dataclass(frozen=True)
class ChangeFacts:
    """What a publication changes against another: the generation it corrects, or 0 for the month before. The rows are
    those of sql/inspect: list_changes, indicator_changes, identity_changes."""

    corrected: int
    lists: tuple[Mapping[str, Any], ...]
    indicators: tuple[Mapping[str, Any], ...]
    identities: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ReopeningFacts:
    """Why a month was published again, and who asked for it and approved it."""

    generation: int
    asked_by: str
    approved_by: str
    why: str


@dataclass(frozen=True)
class ReportFacts:
    """Everything the report is made of. `stamps` are printed as they are: label and value, in order.

    `config` is the fingerprint of the declarations in force, `earlier_config` that of `earlier_period`, the month
    before. `months` and `links` are this month and the published ones before it, oldest first. `figures` are those of
    the whole district, `earlier` is the generation before this one. `samples` are the rows of sql/sample/results.
    """

    period: Period
    generation: int
    stamps: tuple[tuple[str, str], ...]
    deliveries: tuple[DeliveryFacts, ...]
    findings: tuple[RuleRows, ...]
    aside: tuple[AsideFacts, ...]
    judged: tuple[JudgedFacts, ...]
    stages: tuple[StageFacts, ...]
    places: tuple[PlaceFacts, ...] = ()
    found: tuple[FoundFacts, ...] = ()
    observations: tuple[Observation, ...] = ()
    months: tuple[MonthTotals, ...] = ()
    figures: tuple[tuple[str, int], ...] = ()
    earlier: EarlierGeneration | None = None
    config: str = ""
    earlier_config: str = ""
    earlier_period: str = ""
    links: tuple[LinkFacts, ...] = ()
    corrigenda: tuple[CorrigendumFacts, ...] = ()
    changes: tuple[ChangeFacts, ...] = ()
    reopenings: tuple[ReopeningFacts, ...] = ()
    samples: tuple[Mapping[str, Any], ...] = ()
