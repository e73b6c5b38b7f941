"""Answers that come back from the townships: read in the sandbox, known by row token, kept sealed, audited."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from exchange.model.errors import ContentError
from exchange.services.bundle import Services
from exchange.services.lake import fingerprint
from exchange.services.sandbox import Job, Sandbox
from exchange.services.tables.ledger import answer as answers
from exchange.services.tables.registry import review_item

DOUBLED = "office_duplicate"
"""Kind of the review items that a township's answer 重复 opens."""

_ENTRY = "exchange.services.parsing.answers:read_answers"


def store_answers(
    services: Services,
    values: Sequence[Mapping[str, Any]],
    digest: str,
    counts: Mapping[str, int],
    *,
    doubled: Sequence[Mapping[str, Any]] = (),
    actor: str,
    why: str,
) -> int:
    """Keeps the answers of the file `digest` and audits the act; how many were new. Corrections are sealed here.

    `doubled` are those of them that say a row stands twice, with `named`: the person meant, or ''. Each opens one
    review item between the two persons.
    """
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
        if doubled:
            told["reviews"] = _open_reviews(services, conn, doubled)
        services.ledger.append_audit(conn, actor, "return", f"sha256:{digest[:24]}", why, told)
    return taken


def whose_numbers(services: Services, numbers: Sequence[str]) -> dict[str, str]:
    """Number -> the person it belongs to, for those that are known."""
    digests = {services.vault.hmac_id("resident", number): number for number in numbers}
    if not digests:
        return {}
    with services.warehouse.transaction() as conn:
        found = services.warehouse.query(conn, "answers/numbers", {"digests": list(digests)})
    pairs = zip(found["id_hmac"], found["person_id"], strict=True)
    return {digests[bytes(digest)]: str(person_id) for digest, person_id in pairs}


def _open_reviews(services: Services, conn: Connection, doubled: Sequence[Mapping[str, Any]]) -> int:
    """One item per pair, under an id made of what it is about; one already asked about is not asked again."""
    names = {"person_ids": "person_id", "row_ids": "row_id", "periods": "period", "townships": "township9"}
    bound = {many: [row[one] for row in doubled] for many, one in names.items()}
    found = services.warehouse.query(conn, "answers/twins", bound | {"named": [row["named"] for row in doubled]})
    period = max(str(row["period"]) for row in doubled)
    opened = 0
    for row in found.astype("object").where(found.notna(), None).to_dict("records"):
        ends = sorted([(row["person_id"], row["row_id"]), (row["other_id"] or "", row["other_row_id"] or "")])
        (one, row_a), (other, row_b) = ends if ends[0][0] else ends[::-1]
        values = {
            "item_id": fingerprint(DOUBLED, one, other, row_a, row_b),
            "period": period,
            "kind": DOUBLED,
            "person_a": one,
            "person_b": other or None,
            "row_id_a": row_a,
            "row_id_b": row_b or None,
            "why": {"reason": "told_by_a_township"},
            "state": "new",
        }
        opened += int(conn.execute(insert(review_item).values(**values).on_conflict_do_nothing()).rowcount)
    return opened


def read_returned(file: Path, passwords: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Rows with a token: sheet, row and what stands in the answer columns, read in the sandbox.

    A file that asks for a password is opened with one of `passwords`; they go to the child through its pipe.
    Raises ContentError when the file cannot be read or holds no row token at all.
    """

    def opened() -> AbstractContextManager[Path]:
        return nullcontext(file.resolve())

    (found,) = Sandbox(_ENTRY, workers=1).run([Job("return", opened, {"passwords": list(passwords)})])
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
