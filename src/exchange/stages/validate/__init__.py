"""Validate: text becomes typed rows, the source's expectations judge them, and every row and file gets its outcome."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from exchange.model.errors import ContentError, PeriodOrder
from exchange.model.run import Receipt, Run
from exchange.model.words import KEPT
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.deliveries import settle
from exchange.rules.disposition import (
    issue_counts,
    judge,
    rejected_by,
    returned_share,
    rule_counts,
    rules_of,
    settle_rows,
)
from exchange.services.lake import fingerprint
from exchange.services.sandbox import scratch
from exchange.services.suites import SuiteRun, run_by_parts, run_suite
from exchange.stages.validate.accepted import deliveries_of, typed_rows
from exchange.stages.validate.typed import Typed

if TYPE_CHECKING:  # `exchange check` needs no database: importing what opens one would take longer than judging
    from exchange.services.bundle import Services

DELIVERIES = "deliveries"
"""The suite about whole files; every other suite carries the name of its source."""

_CODE = ("model", "registry", "rules", "stages/validate")
_SUITES = ("services/suites.py", "services/suites_custom.py")


def validate_rows(run: Run, registry: Registry, services: "Services") -> Receipt:
    """Type and judge every data row of (source, month) into `accepted/<source>/<period>`.

    Tables: rows (one per data row, with disposition, rules and is_counted), issues (row_id, field, rule; no values),
    deliveries (one per file, with its status, rules and counts). Rows in are data rows; rows out may move figures.
    The status of each delivery goes to the ledger. Raises PeriodOrder before the month was read, RegistryError for a
    suite that cannot be used, ContentError when rows were lost on the way.
    """
    source = registry.sources[run.subject]
    entries, read_fp = _read_entries(run, source, services)
    ledger = services.deliveries.for_period(source.name, run.period)
    booked = [[row["delivery_id"], row["status"], row["rule"], row["is_late"]] for row in ledger]
    name = f"accepted/{source.name}/{run.period}"
    fp = fingerprint(read_fp, registry.fingerprint, json.dumps(booked, default=str), _code_fingerprint())
    fresh = not services.lake.has(name, fp)
    if fresh:
        files = deliveries_of(entries, ledger)
        with scratch(services.settings.under("run")) as folder:
            typed = typed_rows(source, files, registry, run.period, services.lake, folder)
            tables, facts = judge_files(source, typed, files, registry)
            services.lake.write(name, fp, tables, facts)
    facts = services.lake.facts(name, fp)
    services.deliveries.set_status(facts["status"])
    return _receipt(run, facts, fp, fresh)


def judge_files(
    source: Source, typed: Typed, files: pd.DataFrame, registry: Registry
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Judge rows by their source's suite, files by theirs (which may look at the rows), then settle rows by file.

    `typed` holds the data rows of `files` (see `deliveries_of`). Returns the tables and facts of the artefact; the rows
    are a Parquet file beside the typed ones.
    """
    judged = _judge_rows(source, typed, registry)
    files = returned_share(files, judged.rows)
    by_file = run_suite(DELIVERIES, registry.suites[DELIVERIES], files, "delivery_id")
    unreadable = rejected_by(by_file.findings, registry.rules, "reading")
    bounced = rejected_by(by_file.findings, registry.rules, "rows")
    settled = settle(files.assign(read_outcome=files["delivery_id"].map(unreadable).fillna("ok")))
    settled = _bounce(_told(settled, files), bounced, registry)
    status = dict(zip(settled["delivery_id"], settled["status"], strict=True))
    final = settle_rows(judged.rows, status)
    files = _counted(files, settled, by_file, judged.rows[["delivery_id"]].join(final["disposition"]))
    outcomes = pa.Table.from_pandas(final.assign(rules=judged.rows["rules"]), preserve_index=False)
    tables = {"rows": typed.stored(outcomes), "issues": judged.issues, "deliveries": files}
    return tables, _facts(judged, by_file, final, settled)


@dataclass(frozen=True)
class _Judged:
    """Every row of a source and month judged by itself.

    `rows`: delivery_id, disposition, rules, is_counted, is_returned, of a small vocabulary each. `found`: rows found by
    each rule.
    """

    rows: pd.DataFrame
    issues: pa.Table
    found: Mapping[str, int]


def _judge_rows(source: Source, typed: Typed, registry: Registry) -> _Judged:
    """One part after another; what Great Expectations found must be what was booked, rule by rule."""
    suite = registry.suites[source.name]
    rows, issues = [], []
    found: Counter[str] = Counter()
    for part, run in run_by_parts(source.name, suite, typed.columns_for):
        judgement = judge(part["row_id"], run.findings, registry.rules)
        counts = rule_counts(run.findings)
        if {rule: count for rule, count in counts.items() if count} != issue_counts(judgement.issues):
            raise ContentError(
                "the findings of the expectations and the issues booked for the rows do not agree",
                remedy="This is a defect of the program: keep the home folder and report it.",
            )
        found.update(counts)
        rows.append(_words(part[["delivery_id"]].join(judgement.rows)))
        issues.append(pa.Table.from_pandas(judgement.issues, preserve_index=False))
    whole: pd.DataFrame = pa.concat_tables(rows).unify_dictionaries().to_pandas()
    return _Judged(whole, pa.concat_tables(issues), dict(sorted(found.items())))


def _words(rows: pd.DataFrame) -> pa.Table:
    """The rows with texts as positions in their vocabulary: there are few of each, however many rows."""
    table = pa.Table.from_pandas(rows, preserve_index=False)
    for name in ("delivery_id", "rules"):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].dictionary_encode())
    return table.replace_schema_metadata(None)


def _told(settled: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Refused files keep what reading them told in particular: which column is missing, which month the title says."""
    known = (settled["status"] == "rejected") & files["message"].fillna("").ne("").to_numpy()
    return settled.assign(message=settled["message"].where(~known, files["message"].set_axis(settled.index)))


def _bounce(settled: pd.DataFrame, bounced: Mapping[str, str], registry: Registry) -> pd.DataFrame:
    """Files that stand but hold too many rows to correct go back whole."""
    hit = settled["delivery_id"].isin(list(bounced)) & settled["status"].isin(["received", "partial"])
    rules = settled["delivery_id"].map(bounced)
    words = {rule: f"{registry.rules[rule].says}；{registry.rules[rule].asks}" for rule in set(bounced.values())}
    return settled.assign(
        status=settled["status"].where(~hit, "rejected"),
        rule=settled["rule"].where(~hit, rules),
        message=settled["message"].where(~hit, rules.map(words)),
    )


def _counted(files: pd.DataFrame, settled: pd.DataFrame, by_file: SuiteRun, rows: pd.DataFrame) -> pd.DataFrame:
    """The table of deliveries: status, rules and what became of the rows."""
    counts = pd.crosstab(rows["delivery_id"], rows["disposition"].astype(object))
    counts = counts.reindex(index=files["delivery_id"], columns=["accept", "warn"], fill_value=0).reset_index(drop=True)
    return files.assign(
        status=settled["status"].to_numpy(),
        rule=settled["rule"].to_numpy(),
        message=settled["message"].to_numpy(),
        rules=rules_of(files["delivery_id"], settled["rule"], by_file.findings),
        accepted=counts["accept"].to_numpy(),
        warned=counts["warn"].to_numpy(),
        set_aside=files["data_rows"].to_numpy() - counts["accept"].to_numpy() - counts["warn"].to_numpy(),
    )


def _facts(judged: _Judged, by_file: SuiteRun, final: pd.DataFrame, settled: pd.DataFrame) -> dict[str, Any]:
    """Counts for the report."""
    changes = settled.astype(object).where(settled.notna(), None)
    dispositions = final["disposition"].value_counts()
    return {
        "outcome": "judged" if len(final) else "empty",
        "rows": len(final),
        "expectations": judged.found,
        "expectations_about_files": rule_counts(by_file.findings),
        "dispositions": {word: int(count) for word, count in sorted(dispositions.items()) if count},
        "not_counted": int((~final["is_counted"] & final["disposition"].isin(list(KEPT))).sum()),
        "status": changes.to_dict("records"),
    }


def _read_entries(run: Run, source: Source, services: "Services") -> tuple[Sequence[Mapping[str, Any]], str]:
    fp = services.ledger.fingerprint_of(run.period, "read", source.name)
    if fp is None:
        raise PeriodOrder(
            f"the files of {source.name} for {run.period} have not been read yet",
            remedy=f"Run `exchange run {run.period}`, which does all stages.",
        )
    return services.lake.facts(f"read/{source.name}/{run.period}", fp)["deliveries"], fp


def _receipt(run: Run, facts: Mapping[str, Any], fp: str, fresh: bool) -> Receipt:
    kept = sum(facts["dispositions"].get(word, 0) for word in KEPT)
    return Receipt(
        stage="validate",
        subject=run.subject,
        rows_in=facts["rows"],
        rows_out=kept,
        rows_aside=facts["rows"] - kept,
        fingerprint=fp,
        outcome="empty" if facts["outcome"] == "empty" else "done" if fresh else "unchanged",
        detail=dict(facts["dispositions"]),
    )


@cache
def _code_fingerprint() -> str:
    """Of the modules that decide: a change of any of them judges every month still open again."""
    package = Path(__file__).resolve().parents[2]
    files = sorted(path for folder in _CODE for path in (package / folder).rglob("*.py"))
    digest = hashlib.sha256()
    for path in [*files, *(package / name for name in _SUITES)]:
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
