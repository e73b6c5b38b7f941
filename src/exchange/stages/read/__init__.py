"""Read: the landed bytes of every delivery become rows of text with row numbers; nothing is judged but the layout."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from exchange.model.errors import DeliveryError
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry
from exchange.registry.spec import Source
from exchange.rules.layout.headings import normalise
from exchange.rules.layout.shape import Column, Shape
from exchange.services.lake import fingerprint
from exchange.services.sandbox import Answer, Job, Sandbox, scratch
from exchange.stages.read.facts import refusal_facts
from exchange.stages.read.table import schema_of

if TYPE_CHECKING:  # `exchange check` needs no database: importing what opens one would take longer than judging
    from exchange.services.bundle import Services

_ENTRY = "exchange.stages.read.reader:read_to_parquet"
_CODE = ("rules/layout", "services/parsing", "stages/read")


def read_delivery(run: Run, registry: Registry, services: "Services") -> Receipt:
    """Read every delivery of (source, month) into `read/<source>`, one artefact each; those there already stay.

    The artefact `read/<source>/<period>` lists them: its facts hold `deliveries`, each with delivery_id,
    path, sha256, fingerprint, outcome (ok | F01 | F02 | F03), message and counts. Rows in are physical rows,
    rows out are data rows. Raises ContentError when a delivery's bytes are no longer in the landing store.
    """
    source = registry.source_in(run.subject, run.period)
    deliveries = services.deliveries.for_period(source.name, run.period)
    marks = {
        row["delivery_id"]: read_fingerprint(row["sha256"], source, Period.parse(row["file_period"]))
        for row in deliveries
    }
    name = f"read/{source.name}"
    todo = {mark: row for row in deliveries if not services.lake.has(name, mark := marks[row["delivery_id"]])}
    with scratch(services.settings.under("run")) as folder:
        for answer in Sandbox(_ENTRY).run(_jobs(todo, source, services, folder)):
            table, facts = _result(answer, folder / f"{answer.key}.parquet")
            services.lake.write(name, answer.key, {"rows": table}, facts)
    senders = {normalise(unit.name): unit.unit_code for unit in registry.senders(source)}
    facts_of = partial(services.lake.facts, name)
    entries = [_entry(row, mark := marks[row["delivery_id"]], facts_of(mark), senders) for row in deliveries]
    fp = fingerprint(json.dumps(entries, sort_keys=True, ensure_ascii=False))
    services.lake.write(f"{name}/{run.period}", fp, {}, {"deliveries": entries})
    return _receipt(run, entries, fp, len(todo))


def read_file(path: Path, source: Source, file_period: Period, name: str = "") -> tuple[pa.Table, dict[str, Any]]:
    """One file as (rows, facts) without any installation: what `exchange check` looks at.

    Rows: sheet, sheet_no, row, row_kind, block and, per field found, `<field>` and `<field>__cell`.
    `name` is what the file is called where it came from, told in facts["file"] (default: its own name).
    Raises DeliveryError when there is no such file; a file that cannot be read is an outcome (F01).
    """
    ((table, facts),) = read_files([(path, source, file_period)])
    return table, {**facts, "file": name or path.name}


def read_files(files: Sequence[tuple[Path, Source, Period]]) -> Iterator[tuple[pa.Table, dict[str, Any]]]:
    """Several files, each with its source and month, through one reading process: `read_file` of each, in order."""
    for path, _, _ in files:
        if not path.is_file():
            raise DeliveryError(f"没有文件 {path.name}", remedy="请核对文件名和路径。")
    with scratch() as folder:
        jobs = []
        for place, (path, source, file_period) in enumerate(files):
            out = str(folder / f"{place}.parquet")
            arguments = {"out": out, "shape": shape_of(source).as_json(), "period": str(file_period)}
            jobs.append(Job(str(place), partial(_as_it_is, path.absolute()), arguments))
        for (path, _, _), answer in zip(files, Sandbox(_ENTRY, workers=1).run(jobs), strict=True):
            table, facts = _result(answer, folder / f"{answer.key}.parquet")
            yield (pq.read_table(table) if isinstance(table, Path) else table), {**facts, "file": path.name}


def shape_of(source: Source) -> Shape:
    """The layout half of a source's declaration."""
    columns = tuple(
        Column(name=item.name, title=item.title, type=item.type, required=item.required, headings=item.headings)
        for item in source.fields
    )
    return Shape(source=source.name, columns=columns, never_read=source.never_read)


def read_fingerprint(sha256: str, source: Source, file_period: Period) -> str:
    """The lake's name of a delivery as read: its bytes, its month, the source's layout and the reader's own code."""
    layout = json.dumps(shape_of(source).as_json(), sort_keys=True, ensure_ascii=False)
    return fingerprint(sha256, file_period, layout, _code_fingerprint())


@cache
def _code_fingerprint() -> str:
    """Of the reader's modules: a change of the reader reads every file again, any other change reads none."""
    package = Path(__file__).resolve().parents[2]
    files = sorted(path for folder in _CODE for path in (package / folder).glob("*.py"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _as_it_is(path: Path) -> AbstractContextManager[Path]:
    return nullcontext(path)


def _jobs(todo: Mapping[str, Mapping[str, Any]], source: Source, services: "Services", folder: Path) -> Iterator[Job]:
    shape = shape_of(source).as_json()
    for mark, row in todo.items():
        arguments = {"out": str(folder / f"{mark}.parquet"), "shape": shape, "period": row["file_period"]}
        yield Job(mark, partial(services.landing.opened, row["sha256"]), arguments)


def _result(answer: Answer, out: Path) -> tuple[pa.Table | Path, dict[str, Any]]:
    if answer.result is None:
        return schema_of(()).empty_table(), refusal_facts(answer.refused or "")
    return out, answer.result


def _entry(row: Mapping[str, Any], mark: str, facts: Mapping[str, Any], senders: Mapping[str, str]) -> dict[str, Any]:
    """What reading told of one delivery. `senders`: the normalised names of the source's senders -> their codes."""
    outcome, message = facts["outcome"], facts["message"]
    if outcome == "ok" and (other := _other_unit(facts, row["unit_code"], senders)):
        outcome, message = "F03", f"表内填报单位为{other}，与文件名中的单位不一致"
    kept = {key: facts[key] for key in ("physical_rows", "data_rows", "control_total", "zero_report")}
    known = {key: row[key] for key in ("delivery_id", "path", "sha256", "unit_code", "file_period")}
    return {**known, "fingerprint": mark, "outcome": outcome, "message": message, **kept}


def _other_unit(facts: Mapping[str, Any], unit_code: str, senders: Mapping[str, str]) -> str | None:
    """The registered sender a title names when it is not the one in the file's name.

    A spelling nobody registered proves nothing: stations shorten their own names.
    """
    for sheet in facts["sheets"]:
        title = normalise(sheet["title_unit"] or "")
        if sheet["role"] == "data" and senders.get(title, unit_code) != unit_code:
            return str(sheet["title_unit"])
    return None


def _receipt(run: Run, entries: list[dict[str, Any]], fp: str, read_now: int) -> Receipt:
    physical = sum(entry["physical_rows"] for entry in entries)
    data = sum(entry["data_rows"] for entry in entries)
    refused = sum(entry["outcome"] != "ok" for entry in entries)
    return Receipt(
        stage="read",
        subject=run.subject,
        rows_in=physical,
        rows_out=data,
        rows_aside=physical - data,
        fingerprint=fp,
        outcome="empty" if not entries else "done" if read_now else "unchanged",
        detail={"files": len(entries), "read_now": read_now, "refused": refused},
    )
