"""Corrections that come back from senders: read in the sandbox, kept as a sealed delivery, booked with their audit."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from exchange.model.errors import ContentError
from exchange.services.bundle import Services
from exchange.services.parsing.own_rows import read_own_rows
from exchange.services.returning.own_file import Seen, read_correction
from exchange.services.sandbox import Job, Sandbox, scratch
from exchange.services.tables.ledger import correction, correction_act, delivery

_ENTRY: Final = f"{read_own_rows.__module__}:{read_own_rows.__name__}"

Record = dict[str, Any]


@dataclass(frozen=True)
class Back:
    """A feedback workbook as it came back: the files it speaks of, its rows, and how many rows carry no token.

    A row is its place in Chinese, its token, and its cells by heading.
    """

    files: tuple[str, ...]
    rows: tuple[tuple[str, str, Mapping[str, Seen]], ...]
    loose: int


def read_back(file: Path) -> Back:
    """The rows of a feedback workbook; none when the file is another workbook.

    Raises ContentError when the file cannot be read.
    """

    def opened() -> AbstractContextManager[Path]:
        return nullcontext(file.resolve())

    with scratch() as folder:
        out = folder / "own.parquet"
        job = Job("return", opened, {"out": str(out)})
        (found,) = Sandbox(_ENTRY, workers=1).run([job])
        if found.result is None:
            remedy = "请用 WPS 或 Excel 另存为 xlsx 后重试。"
            raise ContentError(f"退回文件无法读取：{found.refused}", remedy=remedy)
        lines = pq.read_table(out).to_pylist() if found.result["sheets"] else []
    sheets = found.result["sheets"]
    files = tuple(dict.fromkeys(sheet["file"] for sheet in sheets))
    return Back(
        files=files if all(files) else (),
        rows=tuple(_back_row(sheets[line["place"]], line) for line in lines),
        loose=sum(sheet["loose"] for sheet in sheets),
    )


def _back_row(sheet: Mapping[str, Any], line: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Seen]]:
    cells: dict[str, Seen] = {}
    for heading, text, kind in zip(sheet["headings"], line["texts"], line["kinds"], strict=False):
        cells.setdefault(heading, (text or None, kind))
    return f"“{sheet['name']}”第{line['row']}行", line["token"], cells


def known_rows(services: Services, files: Sequence[str]) -> dict[str, Record]:
    """Token -> the row it stands for, among the rows of files of these names (of all files when there are none)."""
    rows = _records(services, "corrections/rows", {"files": list(files)})
    return {services.vault.token("row", row["row_id"]): row for row in rows}


def earlier_corrections(services: Services, row_ids: Sequence[str]) -> dict[str, bytes]:
    """row_id -> keyed hash of its newest correction, of the rows that were corrected before."""
    rows = _records(services, "corrections/earlier", {"row_ids": list(row_ids)})
    return {row["row_id_old"]: row["new_hmac"] for row in rows}


def pending_rows(
    services: Services, source: str, unit_code: str, file_period: str, fields: Mapping[str, str]
) -> list[tuple[Record, dict[str, Seen]]]:
    """The sender's correction that waits for a month, row by row as it was booked and the cells as they were written.

    `fields`: heading in our own files -> field.
    """
    key = {"source": source, "unit_code": unit_code, "file_period": file_period}
    booked = _records(services, "corrections/pending", key)
    rows = read_correction(services.landing.open(booked[0]["sha256"]), fields) if booked else {}
    return [(row, rows[row["sheet_new"], row["row_new"]]) for row in booked]


def next_version(services: Services, source: str, unit_code: str, file_period: str) -> int:
    """Version of the sender's next correction for a month."""
    c = delivery.c
    chosen = sa.select(sa.func.coalesce(sa.func.max(c.version), 0)).where(
        c.source == source, c.unit_code == unit_code, c.file_period == file_period, c.kind == "correction"
    )
    with services.warehouse.transaction() as conn:
        return int(conn.execute(chosen).scalar_one()) + 1


def store(
    services: Services,
    booked: Mapping[str, Any],
    content: bytes,
    act: Mapping[str, Any],
    rows: Sequence[Record],
    *,
    actor: str,
) -> None:
    """Seals the new delivery, then books it, the act and its rows with the audit in one transaction.

    `booked` are columns of ledger.delivery, `act` those of ledger.correction_act, `rows` those of ledger.correction.
    No value of a row is in any of them.
    """
    with services.landing.receiving() as folder:
        path = folder / str(booked["delivery_id"])
        path.write_bytes(content)
        services.landing.put(path, str(booked["sha256"]))
    with services.warehouse.transaction() as conn:
        conn.execute(insert(delivery).values(**booked))
        conn.execute(insert(correction_act).values(**act, imported_at=booked["seen_at"]))
        conn.execute(insert(correction), list(rows))
        counts = {"rows": len(rows), "new": act["rows"], "approved": int(act["approved_by"] is not None)}
        target = f"{booked['path']} sha256:{act['file_sha256'][:24]}"
        services.ledger.append_audit(conn, actor, "correct", target, act["why"], counts)


def moment_of(services: Services) -> datetime:
    """The database's clock, which everything else in the ledger is dated by."""
    with services.warehouse.transaction() as conn:
        moment: datetime = conn.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return moment


def _records(services: Services, name: str, params: Mapping[str, Any]) -> list[Record]:
    with services.warehouse.transaction() as conn:
        frame = services.warehouse.query(conn, name, params)
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[name]).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
