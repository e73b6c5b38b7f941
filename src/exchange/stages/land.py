"""Land: fetch what an agency has put up, decide what becomes of each file, seal its bytes, book it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from exchange.model.period import Period
from exchange.model.run import Outcome, Receipt, Run
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.deliveries import (
    CLOSED,
    Decision,
    Intake,
    Known,
    Sighting,
    decide,
    delivery_id,
    misnamed,
    retained_until,
)
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint
from exchange.services.transports import names
from exchange.services.transports.base import Fetched, FileChanged, Inlet, PlaceMissing, PlaceRefused, SeenFile
from exchange.services.transports.checks import disagreement

_LONG_SETTLED = timedelta(days=1)
_ASIDE = ("partial", "rejected", "held")


@dataclass(frozen=True)
class _Seen:
    """A file of this poll: what the rules look at, and what only the ledger keeps."""

    sighting: Sighting
    size: int
    manifest_rows: int | None = None


@dataclass(frozen=True)
class _Poll:
    """Everything one poll of a source works with."""

    run: Run
    source: Source
    intake: Intake
    ledger: Mapping[str, Mapping[str, Any]]
    inlet: Inlet
    services: Services
    folder: Path

    @cached_property
    def at_path(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The ledger's rows by the path of their file."""
        rows = defaultdict(list)
        for row in self.ledger.values():
            rows[row["path"]].append(row)
        return rows


def land_delivery(run: Run, registry: Registry, services: Services) -> Receipt:
    """Take in the files of source `run.subject`; the rows of the receipt are files.

    Looks into the month's folder and those of earlier months, where only files never seen are late.
    A final run freezes the month's input; from then on every new file is held for the next month.
    Raises TransferError and HostKeyError when the inbox cannot be read; nothing is booked then.
    """
    source = registry.source_in(run.subject, run.period)
    known = {row["delivery_id"]: row for row in services.deliveries.seen(source.name)}
    frozen = services.deliveries.is_frozen(source.name, run.period)
    intake = Intake(
        code=source.code,
        senders=frozenset(unit.unit_code for unit in registry.senders(source)),
        kinds=source.kinds,
        period=run.period,
        frozen=frozen,
    )
    with services.landing.receiving() as folder:
        poll = _Poll(run, source, intake, known, services.inlet(source), services, folder)
        seen = {delivery_id(file.sighting.path, file.sighting.sha256): file for file in _look(poll)}
    verdict = decide((file.sighting for file in seen.values()), [_known(row) for row in known.values()], intake)
    fresh = [decision for decision in verdict.decisions if not _is_booked(decision, known.get(decision.delivery_id))]
    months = registry.policy_for(run.period).retention_months
    rows = [_row(poll, decision, seen.get(decision.delivery_id), months) for decision in fresh]
    freeze = (source.name, run.period) if run.final and not frozen else None
    services.deliveries.record(rows, verdict.closed, freeze)
    return _receipt(run, services, fixed=run.final or frozen, changed=bool(fresh) or freeze is not None)


def _is_booked(decision: Decision, row: Mapping[str, Any] | None) -> bool:
    """Whether the ledger says so already: a file that is still incomplete is decided again, and nothing has changed."""
    if decision.status == "unchanged" or row is None:
        return decision.status == "unchanged"
    return all(row[name] == getattr(decision, name) for name in ("status", "rule", "message", "is_late"))


def _look(poll: _Poll) -> Iterable[_Seen]:
    """Every delivery in the inbox, fetched and sealed where it can be, with the verdict of its manifest."""
    listed = {file.path: file for file in poll.inlet.list(poll.source, _months(poll))}
    manifests = {names.subject_of(path): file for path, file in listed.items() if names.is_manifest(file.name)}
    for path, file in listed.items():
        if not names.is_manifest(file.name):
            yield _take(poll, file, manifests.get(path))
    for path, manifest in manifests.items():
        if path not in listed:
            told = replace(manifest, path=path, name=names.subject_of(manifest.name), refused="")
            yield _Seen(replace(_sighting(told), trouble="incomplete", cause="报送清单已到而文件未到"), 0)


def _months(poll: _Poll) -> Sequence[Period]:
    """Folders to look into: the month's and, back to the installation's first month, every earlier one."""
    starts = [poll.run.period]
    first = poll.services.deliveries.first_period()
    if first is not None:
        starts.append(first)
    if poll.services.settings.first_period:
        starts.append(Period.parse(poll.services.settings.first_period))
    return [period for period in poll.inlet.periods(poll.source, poll.run.period) if min(starts) <= period]


def _take(poll: _Poll, file: SeenFile, manifest: SeenFile | None) -> _Seen:
    sighting = _sighting(file)
    if file.refused:
        return _Seen(replace(sighting, trouble="refused", cause=file.refused), file.size)
    if misnamed(sighting, poll.intake) is not None:
        return _Seen(sighting, file.size)
    settled = _long_settled(poll, file)
    if settled is not None:
        return _Seen(replace(sighting, sha256=str(settled["sha256"])), file.size)
    fetched = _fetch(poll, file)
    if isinstance(fetched, str):
        return _Seen(replace(sighting, trouble="incomplete", cause=fetched), file.size)
    sighting = replace(sighting, sha256=fetched.sha256)
    rows, problem = _check(poll, fetched, file, manifest)
    earlier = poll.ledger.get(delivery_id(file.path, fetched.sha256), {})
    if earlier.get("bytes_removed_at") is None:
        poll.services.landing.put(fetched.path, fetched.sha256)
    fetched.path.unlink()
    if problem:
        sighting = replace(sighting, trouble="manifest", cause=problem)
    return _Seen(sighting, fetched.size, rows)


def _fetch(poll: _Poll, file: SeenFile) -> Fetched | str:
    """The file, or why it did not come whole, in Chinese for its sender."""
    try:
        return poll.inlet.fetch(file, poll.folder / delivery_id(file.path, ""))
    except PlaceMissing:
        return "读取时文件已被移走或改名"
    except PlaceRefused:
        return "没有读取该文件的权限"
    except FileChanged:
        return "文件仍在写入或未能完整读取"


def _check(poll: _Poll, fetched: Fetched, file: SeenFile, manifest: SeenFile | None) -> tuple[int | None, str]:
    """Rows the sender's manifest declares, and what is wrong with the file or the manifest ("" when nothing is)."""
    if manifest is None:
        return None, ""
    if manifest.refused or manifest.size > names.LARGEST_MANIFEST:
        return None, "报送清单无法识别"
    came = _fetch(poll, manifest)
    if isinstance(came, str):
        return None, "报送清单仍在写入或未能完整读取"
    told = names.parse_manifest(came.path.read_bytes(), file.name)
    came.path.unlink()
    if told is None:
        return None, "报送清单无法识别"
    return told.rows, disagreement(told, fetched)


def _long_settled(poll: _Poll, file: SeenFile) -> Mapping[str, Any] | None:
    """The ledger's row of an earlier month's file that has lain there untouched since it was used.

    It is not fetched again: an account that keeps years of files would be read whole every night.
    The month's own files are always fetched and hashed.
    """
    if file.period == str(poll.run.period):
        return None
    for row in poll.at_path.get(file.path, ()):
        if row["processed_period"] is not None and row["bytes"] == file.size:
            untouched_since = (row["seen_at"] - _LONG_SETTLED).timestamp()
            if file.modified < untouched_since:
                return row
    return None


def _sighting(file: SeenFile) -> Sighting:
    sighting = Sighting(path=file.path, folder_period=file.period)
    name = names.parse_name(file.name)
    if name is None:
        return sighting
    return replace(
        sighting,
        unit_code=name.unit_code,
        code=name.code,
        file_period=name.period,
        kind=name.kind,
        version=name.version,
    )


def _known(row: Mapping[str, Any]) -> Known:
    return Known(**{name: row[name] for name in Known.__dataclass_fields__})


def _row(poll: _Poll, decision: Decision, file: _Seen | None, months: int) -> dict[str, Any]:
    """The ledger's row for a decision; a file that only the ledger remembers keeps what the ledger says of it."""
    decided = {
        "status": decision.status,
        "rule": decision.rule,
        "message": decision.message,
        "is_late": decision.is_late,
    }
    if file is None:
        return {**poll.ledger[decision.delivery_id], **decided}
    sighting, seen_at = file.sighting, poll.run.started_at
    return {
        "delivery_id": decision.delivery_id,
        "source": poll.source.name,
        "unit_code": sighting.unit_code,
        "file_period": sighting.file_period,
        "version": sighting.version,
        "kind": sighting.kind,
        "path": sighting.path,
        "sha256": sighting.sha256,
        "bytes": file.size,
        "manifest_rows": file.manifest_rows,
        "first_seen_period": str(poll.run.period),
        "seen_at": seen_at,
        "retain_until": retained_until(seen_at.date(), months) if sighting.sha256 else None,
        **decided,
    }


def _receipt(run: Run, services: Services, *, fixed: bool, changed: bool) -> Receipt:
    """Files that go on and files set aside. The fingerprint is the frozen list's, so a rerun's is the same."""
    inputs = services.deliveries.for_period(run.subject, run.period)
    taken = {row["delivery_id"] for row in inputs}
    aside = [
        row
        for row in services.deliveries.seen(run.subject)
        if row["first_seen_period"] == str(run.period)
        and row["delivery_id"] not in taken
        and row["processed_period"] is None
        and row["status"] in _ASIDE
        and row["rule"] not in CLOSED
    ]
    outcome: Outcome = "empty" if not inputs else "done" if changed else "unchanged"
    counts = Counter(str(row["status"]) for row in (*inputs, *aside))
    late = sum(bool(row["is_late"]) for row in inputs)
    return Receipt(
        stage="land",
        subject=run.subject,
        rows_in=len(inputs) + len(aside),
        rows_out=len(inputs),
        rows_aside=len(aside),
        fingerprint=fingerprint("land", run.subject, run.period, *sorted(taken)),
        outcome=outcome,
        detail={**dict(sorted(counts.items())), "late": late, "final": int(fixed)},
    )
