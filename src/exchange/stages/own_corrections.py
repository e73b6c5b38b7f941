"""A sender's feedback workbook comes back: its corrected rows become a delivery that waits for the next open month."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.deliveries import delivery_id, retained_until
from exchange.rules.parse import row_id
from exchange.rules.returning.own_corrections import (
    TWICE,
    BackRow,
    Comparison,
    Corrected,
    agreed_headings,
    change_of,
    columns_for,
    standing_alone,
)
from exchange.rules.returning.returned import headings_of
from exchange.rules.returning.returned_rows import CORRECTION, judged_columns, originals, own_sheets
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint
from exchange.services.returning.own_corrections import (
    Back,
    earlier_corrections,
    known_rows,
    moment_of,
    next_version,
    pending_rows,
    store,
)
from exchange.services.returning.own_file import FIRST_ROW, SHEET, write_correction
from exchange.services.returning.returned import ReturnedFiles

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Hands:
    """Who has a hand in a correction: who checked and imported it, why, who asked for it and who approved it."""

    actor: str
    why: str
    asked_by: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True)
class _Group:
    """A sender and the month of its delivery that is corrected."""

    source: str
    unit_code: str
    file_period: str


@dataclass(frozen=True)
class _Return:
    """One returned workbook being worked on; `digest` is the hash of its bytes."""

    services: Services
    registry: Registry
    hands: Hands
    digest: str


def take_corrections(services: Services, registry: Registry, file: Path, back: Back, hands: Hands) -> list[str]:
    """Takes over what a sender changed in its workbook `back`, read from `file`; what happened, in Chinese.

    Rows are known by their tokens. All changed rows of a sender and month become one sealed delivery of kind
    `correction`, read and judged like any other by the next month that is still open; rows of a file that had gone back
    whole come along unchanged. Taking the same workbook twice changes nothing.
    """
    known = known_rows(services, back.files)
    work = _Return(services, registry, hands, hashlib.sha256(file.read_bytes()).hexdigest())
    comparison = Comparison(loose=back.loose)
    by_file: dict[tuple[str, str, str], list[tuple[BackRow, Record]]] = defaultdict(list)
    for row in _distinct([BackRow(*row) for row in back.rows], known, comparison):
        place = known[row.token]
        by_file[place["source"], place["period"], place["file"]].append((row, place))
    groups: dict[_Group, list[Corrected]] = defaultdict(list)
    after: dict[_Group, Period] = {}
    for (source, label, path), rows in sorted(by_file.items()):
        first, period = rows[0][1], Period.parse(label)
        found = _compare(work, registry.sources[source], period, path, rows, comparison)
        group = _Group(source, first["unit_code"], first["file_period"])
        groups[group] += found
        after[group] = max(after.get(group, period), period)
        comparison.changed += len(found)
    deliveries = (_deliver(work, group, changed, after[group].next()) for group, changed in groups.items() if changed)
    return comparison.lines({name: count for name, count in deliveries if count})


def _distinct(rows: Sequence[BackRow], known: Mapping[str, Record], comparison: Comparison) -> list[BackRow]:
    """Rows of ours, each once; a row that came back twice with two contents counts for neither."""
    seen: dict[str, BackRow] = {}
    twice = set()
    for row in rows:
        if row.token not in known:
            comparison.unknown.append(row.place)
        elif row.token in seen and seen[row.token].cells != row.cells:
            twice.add(row.token)
            comparison.refused.setdefault(TWICE, []).append(row.place)
        else:
            seen.setdefault(row.token, row)
    return [row for token, row in seen.items() if token not in twice]


def _compare(
    work: _Return,
    source: Source,
    period: Period,
    path: str,
    rows: Sequence[tuple[BackRow, Record]],
    comparison: Comparison,
) -> list[Corrected]:
    """The corrected rows of one file; of a file that went back whole every row, when any was corrected."""
    file = ReturnedFiles(source.name, period, work.services, judged_columns(source)).file(path)
    if file is None:
        comparison.unknown += [row.place for row, _ in rows]
        return []
    classes = work.registry.policy_for(period).sensitive_classes
    sheets = {own.sheet: own for own in own_sheets(file.rows, file.facts, file.judged, source, classes, str)}
    cells = originals(file.rows, source)
    changed: list[Corrected] = []
    same: list[Corrected] = []
    for row, place in rows:
        own = sheets.get(place["sheet"])
        if own is None or (place["sheet"], place["row"]) not in cells:
            comparison.unknown.append(row.place)
            continue
        original = cells[place["sheet"], place["row"]]
        shown = headings_of(own.columns, source)
        found = change_of(shown, original.cells, row.cells, withheld=place["row"] in own.withheld)
        if isinstance(found, str):
            comparison.refused.setdefault(found, []).append(row.place)
        else:
            after = standing_alone({**original.cells, **original.dittos, **found}, original.block, source)
            corrected = Corrected(place["row_id"], tuple(sorted(found)), after, original.cells)
            (changed if found else same).append(corrected)
    whole = bool(changed) and all(place["disposition"] == "file_rejected" for _, place in rows)
    comparison.unchanged += 0 if whole else len(same)
    return changed + (same if whole else [])


def _deliver(work: _Return, group: _Group, changed: Sequence[Corrected], seen_in: Period) -> tuple[str, int]:
    """One delivery of a sender's corrected rows, with those that still wait; its name and how many rows are new.

    A row whose last correction says the same is not new.
    """
    services, vault = work.services, work.services.vault
    key = (group.source, group.unit_code, group.file_period)
    source = work.registry.source_in(group.source, Period.parse(group.file_period))
    earlier = earlier_corrections(services, [row.row_id for row in changed])
    hashed = {row.row_id: vault.hmac_id("correction", row.told()) for row in changed}
    fresh = [row for row in changed if earlier.get(row.row_id) != hashed[row.row_id]]
    if not fresh:
        return "", 0
    headings = agreed_headings(source)
    waiting = pending_rows(services, *key, {heading: name for name, heading in headings.items()})
    again = {row.row_id for row in fresh}
    kept = [(booked, cells) for booked, cells in waiting if booked["row_id_old"] not in again]
    cells = [*(cells for _, cells in kept), *(row.cells for row in fresh)]
    content = write_correction(
        cells,
        [(name, headings[name]) for name in columns_for(cells, source)],
        Period.parse(group.file_period).last_day,
    )
    booked = _booked(work, group, source, content, next_version(services, *key), seen_in)
    act = _act(work, group, source, booked, len(fresh))
    lines = [{name: line[name] for name in _CARRIED} for line, _ in kept]
    lines += [
        {
            "row_id_old": row.row_id,
            "act_id": act["act_id"],
            "fields": ";".join(row.fields),
            "old_hmac": vault.hmac_id("correction", row.told(before=True)),
            "new_hmac": hashed[row.row_id],
        }
        for row in fresh
    ]
    store(services, booked, content, act, _placed(lines, booked), actor=work.hands.actor)
    return str(booked["path"]).rpartition("/")[2], len(fresh)


_CARRIED = ("row_id_old", "act_id", "fields", "old_hmac", "new_hmac")
"""What a row that still waits keeps when a newer version of its delivery takes it over."""


def _booked(
    work: _Return, group: _Group, source: Source, content: bytes, version: int, seen_in: Period
) -> dict[str, Any]:
    """The ledger's row of the delivery: like any that came in, and waiting for the next open month."""
    months = work.registry.policy_for(Period.parse(group.file_period)).retention_months
    name = f"{group.unit_code}_{source.code}_{group.file_period}_{CORRECTION}_v{version}.xlsx"
    path = f"{source.transport.folder}/{group.file_period}/{name}"
    sha256, now = hashlib.sha256(content).hexdigest(), moment_of(work.services)
    return {
        "delivery_id": delivery_id(path, sha256),
        "source": group.source,
        "unit_code": group.unit_code,
        "file_period": group.file_period,
        "version": version,
        "kind": CORRECTION,
        "path": path,
        "sha256": sha256,
        "bytes": len(content),
        "status": "received",
        "message": "填报单位退回改正的行",
        "first_seen_period": str(seen_in),
        "is_late": True,
        "seen_at": now,
        "retain_until": retained_until(now.date(), months),
    }


def _act(work: _Return, group: _Group, source: Source, booked: Mapping[str, Any], rows: int) -> dict[str, Any]:
    unit = work.registry.unit(source.code, group.unit_code)
    return {
        "act_id": fingerprint(work.digest, booked["path"]),
        "file_sha256": work.digest,
        "source": group.source,
        "unit_code": group.unit_code,
        "file_period": group.file_period,
        "delivery_id": booked["delivery_id"],
        "asked_by": work.hands.asked_by or (unit.name if unit else group.unit_code),
        "checked_by": work.hands.actor,
        "approved_by": work.hands.approved_by,
        "why": work.hands.why,
        "rows": rows,
    }


def _placed(lines: Sequence[Mapping[str, Any]], booked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where each row of the new file stands, and what it will be called for ever."""
    path, delivery = str(booked["path"]), booked["delivery_id"]
    return [
        {
            **line,
            "row_id_new": row_id(path, SHEET, number),
            "delivery_id": delivery,
            "sheet_new": SHEET,
            "row_new": number,
        }
        for number, line in enumerate(lines, FIRST_ROW)
    ]
