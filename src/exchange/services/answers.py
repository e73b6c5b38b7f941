"""Answers that come back from the townships: read in the sandbox, known by row token, kept sealed, audited."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from exchange.model.errors import ContentError
from exchange.services.bundle import Services
from exchange.services.sandbox import Job, Sandbox
from exchange.services.tables.ledger import answer as answers

_ENTRY = "exchange.services.parsing.answers:read_answers"


def store_answers(
    services: Services,
    values: Sequence[Mapping[str, Any]],
    digest: str,
    counts: Mapping[str, int],
    *,
    actor: str,
    why: str,
) -> int:
    """Keeps the answers of the file `digest` and audits the act; how many were new. Corrections are sealed here."""
    with services.warehouse.transaction() as conn:
        now = conn.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        taken = 0
        for value in values:
            row = dict(value)
            correction = row.pop("correction")
            row |= {"file_sha256": digest, "imported_at": now}
            row["correction_cipher"] = services.vault.seal(correction) if correction else None
            taken += int(conn.execute(insert(answers).values(**row).on_conflict_do_nothing()).rowcount)
        told = {**counts, "taken": taken}
        services.ledger.append_audit(conn, actor, "return", f"sha256:{digest[:24]}", why, told)
    return taken


def read_returned(file: Path) -> list[dict[str, Any]]:
    """Rows with a token: sheet, row and what stands in the answer columns, read in the sandbox.

    Raises ContentError when the file cannot be read or holds no row token at all.
    """

    def opened() -> AbstractContextManager[Path]:
        return nullcontext(file.resolve())

    (found,) = Sandbox(_ENTRY, workers=1).run([Job("return", opened, {})])
    if found.result is None:
        raise ContentError(f"退回文件无法读取：{found.refused}", remedy="请用 WPS 或 Excel 另存为 xlsx 后重试。")
    rows: list[dict[str, Any]] = found.result["rows"]
    if not rows:
        raise ContentError("退回文件中没有“行标识”一列", remedy="请使用本系统发出的工作簿填写，不要删除“行标识”一列。")
    return rows


def known_entries(services: Services) -> dict[str, dict[str, Any]]:
    """Token -> the list entry it stands for."""
    with services.warehouse.transaction() as conn:
        frame = services.warehouse.query(conn, "answers/entries")
    names = [str(column) for column in frame.columns]
    columns = [pa.array(frame[name]).to_pylist() for name in names]
    parts = ("period", "township9", "list", "person_id", "entry_id")
    found = (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))
    return {services.vault.token(*(entry[part] for part in parts)): entry for entry in found}
