"""Findings -> what becomes of every row and every file. Rows are split, never lost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from exchange.model.errors import RegistryError
from exchange.model.findings import Finding
from exchange.model.words import KEPT, Severity
from exchange.registry.spec import Rule
from exchange.rules.cells.distinct import as_arrow, text_column, texts, words

RANKS: Final[Mapping[Severity, int]] = {"I": 1, "W": 2, "M": 3, "R": 4, "F": 5}
"""The worst finding decides; a row returned to its sender outranks one that waits for the office."""

_OF_RANK: Final = ("accept", "accept", "warn", "quarantine", "quarantine")
_OF_IMPORTANCE: Final[Mapping[str, Severity]] = {"critical": "M", "warning": "W", "info": "I"}
_OF_STATUS: Final = {
    "rejected": "file_rejected",
    "duplicate": "file_rejected",
    "superseded": "superseded",
    "held": "ignore",
}
_DISPOSITIONS: Final = ("accept", "warn", "quarantine", "file_rejected", "superseded", "ignore")


@dataclass(frozen=True)
class Judgement:
    """Per row (same order as the rows judged) disposition, rules, is_counted and returned; and the issues behind them.

    `rows`: disposition, rules (ids joined by `;`), is_counted, is_returned (a rule of severity R).
    `issues`: row_id, field, rule, without any value.
    """

    rows: pd.DataFrame
    issues: pd.DataFrame


def severity_of(finding: Finding, rules: Mapping[str, Rule]) -> Severity:
    """The catalogue's severity; for a rule it does not know the suite's own word, else what its importance means.

    Raises RegistryError for an unknown rule that does not bring the words for the sender.
    """
    if finding.rule in rules:
        return rules[finding.rule].severity
    if not (finding.says and finding.asks):
        raise RegistryError(
            f"rule {finding.rule} is neither in schemas/rules.yaml nor does its expectation say what it means",
            remedy="Add the rule to schemas/rules.yaml, or meta.says and meta.asks to the expectation.",
        )
    return finding.severity or _OF_IMPORTANCE[finding.importance]


def judge(row_ids: pd.Series, findings: Sequence[Finding], rules: Mapping[str, Rule]) -> Judgement:
    """The outcome of every row: the worst of its findings."""
    index = pd.Index(row_ids)
    rank = np.zeros(len(index), np.int8)
    counted = np.ones(len(index), bool)
    places = []
    for finding in findings:
        place = index.get_indexer(pd.Index(finding.ids, dtype=index.dtype)) if finding.ids else np.empty(0, np.intp)
        rank[place] = np.maximum(rank[place], RANKS[severity_of(finding, rules)])
        if not finding.counts:
            counted[place] = False
        places.append(place)
    disposition = np.array([_DISPOSITIONS.index(word) for word in (*_OF_RANK, "quarantine")], np.int8)[rank]
    rows = pd.DataFrame(
        {
            "disposition": words(disposition, _DISPOSITIONS, row_ids.index),
            "rules": _joined(places, [finding.rule for finding in findings], len(index), row_ids.index),
            "is_counted": counted & (rank < RANKS["M"]),
            "is_returned": rank >= RANKS["R"],
        },
        index=row_ids.index,
    )
    return Judgement(rows, _issues(row_ids, findings, places))


def _issues(row_ids: pd.Series, findings: Sequence[Finding], places: list[Any]) -> pd.DataFrame:
    """One line per row, field and rule, in row order."""
    kinds = sorted({(finding.rule, finding.field) for finding in findings})
    code = {kind: number for number, kind in enumerate(kinds)}
    tagged = [place * len(kinds) + code[(f.rule, f.field)] for f, place in zip(findings, places, strict=True)]
    lines = np.unique(np.concatenate([*tagged, np.empty(0, np.intp)]).astype(np.int64))
    number = pa.array(lines % max(len(kinds), 1))
    columns = {
        "row_id": as_arrow(row_ids).take(pa.array(lines // max(len(kinds), 1))),
        "field": pa.array([field for _, field in kinds], pa.string()).take(number),
        "rule": pa.array([rule for rule, _ in kinds], pa.string()).take(number),
    }
    index = pd.RangeIndex(len(lines))
    return pd.DataFrame({name: text_column(values, index) for name, values in columns.items()})


def _joined(places: list[Any], names: list[str], rows: int, index: pd.Index) -> pd.Series:
    """Rule ids of each row joined by `;`, an empty text where there are none.

    The rules of a row are the bits of a number: however many rows there are, few combinations of rules occur.
    """
    order = sorted(set(names))
    blocks = [np.zeros(rows, np.int64) for _ in range(0, len(order), 60)] or [np.zeros(rows, np.int64)]
    for name, place in zip(names, places, strict=True):
        bit = order.index(name)
        blocks[bit // 60][place] |= 1 << (bit % 60)
    whole = np.full(rows, "", object)
    for start, bits in enumerate(blocks):
        found, which = np.unique(bits, return_inverse=True)
        joined = [";".join(order[start * 60 + bit] for bit in range(60) if mask >> bit & 1) for mask in found.tolist()]
        part = np.array(joined, object)[which]
        whole = part if start == 0 else np.array([";".join(filter(None, two)) for two in zip(whole, part, strict=True)])
    return texts(whole.tolist(), index)


def returned_share(deliveries: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """`deliveries` with data_rows and returned_share: rows their sender must correct, as a share of all of them.

    `rows`: delivery_id and is_returned. Repeated rows stand on both sides, rows the office must look at on neither.
    """
    grouped = rows.groupby("delivery_id")["is_returned"].agg(["size", "sum"])
    sizes = deliveries["delivery_id"].map(grouped["size"]).fillna(0).astype("int64")
    returned = deliveries["delivery_id"].map(grouped["sum"]).fillna(0).astype("int64")
    share = (returned / sizes.where(sizes > 0)).astype("Float64")
    return deliveries.assign(data_rows=sizes, returned_share=share)


def rejected_by(findings: Iterable[Finding], rules: Mapping[str, Rule], of: str) -> dict[str, str]:
    """delivery_id -> the first rule of severity F found for it, among findings about the `reading` or the `rows`."""
    chosen: dict[str, str] = {}
    for finding in findings:
        if finding.of == of and severity_of(finding, rules) == "F":
            for delivery in finding.ids:
                chosen.setdefault(delivery, finding.rule)
    return chosen


def rules_of(deliveries: pd.Series, booked: pd.Series, findings: Iterable[Finding]) -> pd.Series:
    """Rule ids of each delivery joined by `;`: the one it was `booked` under in the ledger and those found since."""
    found = {key: {rule} for key, rule in zip(deliveries, booked, strict=True) if isinstance(rule, str)}
    for finding in findings:
        for delivery in finding.ids:
            found.setdefault(delivery, set()).add(finding.rule)
    return texts([";".join(sorted(found.get(delivery, ()))) for delivery in deliveries], deliveries.index)


def settle_rows(rows: pd.DataFrame, status: Mapping[str, str]) -> pd.DataFrame:
    """File outcomes last: rows of a refused, replaced or repeated file follow it, whatever they are themselves.

    `rows`: delivery_id, disposition, is_counted. Returns disposition and is_counted.
    """
    by_file = rows["delivery_id"].astype(object).map({key: _OF_STATUS.get(value) for key, value in status.items()})
    disposition = rows["disposition"].astype(object).where(by_file.isna(), by_file)
    final = pd.Series(pd.Categorical(disposition, categories=list(_DISPOSITIONS)), index=rows.index)
    return pd.DataFrame({"disposition": final, "is_counted": rows["is_counted"] & final.isin(list(KEPT))})


def rule_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Rows found by each rule, each row once."""
    found: dict[str, set[str]] = {}
    for finding in findings:
        found.setdefault(finding.rule, set()).update(finding.ids)
    return {rule: len(ids) for rule, ids in sorted(found.items())}


def issue_counts(issues: pd.DataFrame) -> dict[str, int]:
    """Rows each rule was booked for; equals `rule_counts` of the findings behind them."""
    return dict(sorted(Counter(issues.drop_duplicates(["row_id", "rule"])["rule"].tolist()).items()))
