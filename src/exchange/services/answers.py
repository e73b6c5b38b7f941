"""Answers that come back from the townships: read in the sandbox, known by row token, kept sealed, audited."""

import hashlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.rules.answers import Returned, choices_by_list, judge
from exchange.services.bundle import Services
from exchange.services.sandbox import Job, Sandbox
from exchange.services.tables.ledger import answer as answers

_ENTRY = "exchange.services.parsing.answers:read_answers"


def import_answers(services: Services, registry: Registry, file: Path, *, actor: str, why: str) -> list[str]:
    """Takes the answers of a returned workbook over; what happened, in Chinese, without a value of a person.

    Importing a file twice changes nothing. Rows nobody knows are reported and leave everything as it is.
    Raises ContentError when the file cannot be read or holds no row token at all.
    """
    if not file.is_file():
        raise ContentError(f"there is no {file}", remedy="Name the workbook that came back.")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    rows = _read(file)
    entries = _entries(services)
    lists = {token: entry["list"] for token, entry in entries.items()}
    returned = judge(rows, lists, choices_by_list(registry.products.values()))
    values = [_row(services, returned, place, entries, digest) for place in range(len(returned.answers))]
    with services.warehouse.transaction() as conn:
        now = conn.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        taken = 0
        for value in values:
            added = insert(answers).values(**value, imported_at=now).on_conflict_do_nothing()
            taken += int(conn.execute(added).rowcount)
        counts = {
            "answers": len(values), "taken": taken, "unknown": len(returned.unknown), "refused": len(returned.refused),
        }  # fmt: skip
        services.ledger.append_audit(conn, actor, "return", f"sha256:{digest[:24]}", why, counts)
    return returned.lines(taken)


def _read(file: Path) -> list[dict[str, Any]]:
    def opened() -> AbstractContextManager[Path]:
        return nullcontext(file.resolve())

    (found,) = Sandbox(_ENTRY, workers=1).run([Job("return", opened, {})])
    if found.result is None:
        raise ContentError(f"退回文件无法读取：{found.refused}", remedy="请用 WPS 或 Excel 另存为 xlsx 后重试。")
    rows: list[dict[str, Any]] = found.result["rows"]
    if not rows:
        raise ContentError("退回文件中没有“行标识”一列", remedy="请使用本系统发出的工作簿填写，不要删除“行标识”一列。")
    return rows


def _entries(services: Services) -> dict[str, dict[str, Any]]:
    """Token -> the list entry it stands for."""
    with services.warehouse.transaction() as conn:
        frame = services.warehouse.query(conn, "answers/entries")
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[name]).to_pylist() for name in names]
    parts = ("period", "township9", "list", "person_id", "entry_id")
    found = (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))
    return {services.vault.token(*(entry[part] for part in parts)): entry for entry in found}


def _row(
    services: Services, returned: Returned, place: int, entries: dict[str, dict[str, Any]], digest: str
) -> dict[str, Any]:
    given = returned.answers[place]
    return {
        **entries[given.token],
        "token": given.token,
        "file_sha256": digest,
        "answer": given.answer,
        "correction_cipher": services.vault.seal(given.correction) if given.correction else None,
        "answered_by": given.answered_by or None,
        "answered_on": given.answered_on,
    }
