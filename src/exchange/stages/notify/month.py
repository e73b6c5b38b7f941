"""What every letter of a month starts from: the publication, its senders, and how the district is called."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from exchange.model.run import Run
from exchange.model.sheets import SheetTable, WorkbookPlan
from exchange.registry.load import Registry
from exchange.registry.spec import Policy, Source
from exchange.registry.spec_products import Product, Recipient, RecipientKind
from exchange.rules.letters.corrections import corrected
from exchange.rules.letters.workbooks import Letterhead, SenderState, letterhead_of
from exchange.services.bundle import Services
from exchange.services.published import Published
from exchange.services.reporting.earlier import Earlier
from exchange.services.reporting.reported import Reported


@dataclass(frozen=True)
class Account:
    """An account at the recipients' server and the folder below it; `kind` says who stands behind it."""

    kind: RecipientKind
    name: str
    folder: str
    recipient: str
    purpose: str
    grade: str


@dataclass(frozen=True)
class NotifiedMonth:
    """The month's publication (`booked` = its row of ledger.generation), read once and shared by all letters."""

    run: Run
    registry: Registry
    services: Services
    booked: Mapping[str, Any]

    @property
    def generation(self) -> int:
        """The publication's number."""
        return int(self.booked["generation"])

    @cached_property
    def before(self) -> "NotifiedMonth | None":
        """The publication this one corrects; None for a month's first."""
        booked = self.services.ledger.generation(self.run.period, self.generation - 1) if self.generation > 1 else None
        return None if booked is None else replace(self, booked=booked)

    @cached_property
    def published(self) -> Published:
        """The publication as it stands in the warehouse."""
        return Published(self.services.warehouse, self.services.vault, self.run.period, self.generation)

    @cached_property
    def reported(self) -> Reported:
        """The publication's numbers."""
        return Reported(self.services.warehouse, self.run.period, self.generation)

    @cached_property
    def earlier(self) -> Earlier:
        """What earlier months said when this one was published."""
        return Earlier(self.services.warehouse, self.run.period, self.generation)

    @cached_property
    def balances(self) -> Mapping[str, Mapping[str, int]]:
        """Township -> its balance of those in the default scopes."""
        return self.published.balances("default")

    @cached_property
    def service_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Township -> class code -> services to migrants."""
        return self.published.services()

    @cached_property
    def policy(self) -> Policy:
        """The policy profile of the month."""
        return self.registry.policy_for(self.run.period)

    @cached_property
    def senders(self) -> dict[str, list[SenderState]]:
        """Senders per township, in order of their source's precedence and of their code."""
        found: dict[str, list[SenderState]] = {}
        for row in sorted(self.published.units(), key=lambda row: self.source(row["source"]).precedence):
            source = self.source(row["source"])
            found.setdefault(row["township9"], []).append(
                SenderState(
                    role=source.role,
                    source=source.code,
                    agency=source.agency,
                    unit_code=row["unit_code"],
                    name=row["name"],
                    status=row["status"],
                    is_late=row["is_late"],
                    rows_in=row["rows_in"],
                    rows_kept=row["accepted"] + row["warned"],
                    rows_aside=row["set_aside"],
                )
            )
        return found

    @cached_property
    def rule_counts(self) -> dict[tuple[str, str], dict[str, int]]:
        """(source code, unit) -> rule -> rows."""
        counts = self.published.rule_counts()
        return {(self.source(source).code, unit): found for (source, unit), found in counts.items()}

    @cached_property
    def answers(self) -> tuple[Mapping[str, Any], ...]:
        """What townships answered: since the month before, and earlier answers that are not settled yet."""
        return tuple(self.published.answers())

    def answered(self, township9: str) -> dict[str, int]:
        """Answer -> how many rows of the township got it since the month before, the most frequent first."""
        fresh = (answer for answer in self.answers if answer["is_fresh"] and answer["township9"] == township9)
        counts = Counter(answer["answer"] for answer in fresh)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def answer_counts(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        """Place -> source code ('' for all) -> answers of the year: fresh, answered, verified, confirmed."""
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for row in self.published.answer_counts():
            code = self.source(row["source"]).code if row["source"] else ""
            found.setdefault(row["township9"], {})[code] = row
        return found

    def source(self, name: str) -> Source:
        """A source by its name or its file-name code."""
        by_code = {source.code: source for source in self.registry.sources.values()}
        return self.registry.sources.get(name) or by_code[name]

    def problems(self, senders: list[SenderState]) -> dict[str, list[tuple[str, int]]]:
        """Per source code: (rule title, rows) over `senders`, the most frequent first; mere information left out."""
        totals: dict[str, Counter[str]] = {}
        for sender in senders:
            for rule, rows in self.rule_counts.get((sender.source, sender.unit_code), {}).items():
                if self.registry.rules[rule].severity != "I":
                    totals.setdefault(sender.source, Counter())[rule] += rows
        return {
            source: [
                (self.registry.rules[rule].title, rows)
                for rule, rows in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            ]
            for source, found in totals.items()
        }

    def letterhead(self, township9: str = "", unit: str = "") -> Letterhead:
        """Names for titles and files of a township, of a sender in it, or without one of the district."""
        return letterhead_of(self.registry, self.run.period, township9, unit, self.generation)

    def account(self, product: Product, recipient: Recipient, name: str, **fills: str) -> Account:
        """The account of `recipient`, its pattern filled in; `name` is who stands behind it."""
        return Account(
            kind=recipient.kind,
            name=recipient.account.format(**fills),
            folder=recipient.folder.format(period=self.run.period),
            recipient=name,
            purpose=self.letterhead(fills.get("township9", "")).fill(product.purpose),
            grade=product.grade,
        )


def written(
    month: NotifiedMonth, plan: Callable[[NotifiedMonth], WorkbookPlan]
) -> tuple[WorkbookPlan, Mapping[str, str]]:
    """What `plan` makes of the month, with a letter's `meaning` and `corrects`; a correction is marked and lists what
    changed."""
    told, before = plan(month), None if month.before is None else plan(month.before)
    if before is None:
        return told, {"meaning": meaning(told)}
    return corrected(told, before, month.generation), {"meaning": meaning(told), "corrects": meaning(before)}


def meaning(plan: WorkbookPlan) -> str:
    """A digest of what the sheets say: equal for two generations that differ in nothing but their number."""
    digest = hashlib.sha256()
    for sheet in plan.sheets:
        digest.update(_canonical(sheet))
    return digest.hexdigest()


def _canonical(sheet: SheetTable) -> bytes:
    """What a sheet says. Steps are left out: they tell what may be told another day, as who has not signed yet."""
    told = (sheet.name, sheet.title, sheet.left, sheet.rows, sheet.empty, sheet.notes)
    return repr((*told, sheet.exhibits) if sheet.exhibits else told).encode()
