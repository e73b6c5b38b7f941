"""The audit log: an unbroken chain of acts, each row hashed together with the row before it.

A chain in its own database proves nothing against the database's owner, so the head travels in every
delivered manifest; `verify` takes such heads and finds a cut tail or a chain written anew.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from exchange.services.copying import canonical_json
from exchange.services.tables.ledger import audit

GENESIS = "0" * 64
_LOCK = 7_190_002


@dataclass(frozen=True)
class AuditCheck:
    """What a check of the chain found. `problems` are sentences without personal values; none means whole."""

    rows: int
    head: str
    problems: tuple[str, ...]


def append(
    conn: Connection, actor: str, act: str, target: str, why: str, counts: Mapping[str, int | str] | None = None
) -> str:
    """Appends one act in the caller's transaction and returns the new head (64 hex digits).

    No act without its row: when this fails the caller's transaction fails. Appends wait for each
    other under an advisory lock, so the sequence has no fork and no gap.
    """
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    last = conn.execute(sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    row = {
        "seq": 1 if last is None else last.seq + 1,
        "at": conn.execute(sa.select(sa.func.clock_timestamp())).scalar_one(),
        "actor": actor,
        "act": act,
        "object": target,
        "why": why,
        "counts": dict(counts or {}),
        "prev_hash": GENESIS if last is None else last.hash,
    }
    head = row_hash(row)
    conn.execute(sa.insert(audit).values(**row, hash=head))
    return head


def verify(conn: Connection, known_heads: Mapping[int, str] | None = None) -> AuditCheck:
    """Recomputes the chain. `known_heads` (seq -> hash, from delivered manifests) reveal a cut or rewritten chain."""
    problems: list[str] = []
    expected, head, count = 1, GENESIS, 0
    wanted = dict(known_heads or {})
    for found in conn.execute(sa.select(audit).order_by(audit.c.seq)).mappings():
        row = dict(found)
        if row["seq"] != expected:
            problems.append(f"第 {expected} 条至第 {row['seq'] - 1} 条缺失")
        if row["prev_hash"] != head:
            problems.append(f"第 {row['seq']} 条与上一条不相连")
        if row_hash(row) != row["hash"]:
            problems.append(f"第 {row['seq']} 条内容被改动")
        if wanted.pop(row["seq"], row["hash"]) != row["hash"]:
            problems.append(f"第 {row['seq']} 条与已送出清单中的指纹不一致")
        expected, head, count = row["seq"] + 1, row["hash"], count + 1
    problems += [f"第 {seq} 条曾列入已送出的清单，现已不存在" for seq in sorted(wanted)]
    return AuditCheck(count, head, tuple(problems))


def row_hash(row: Mapping[str, object]) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the act; text in NFC, moments in UTC."""
    at = row["at"]
    content = {name: row[name] for name in ("seq", "actor", "act", "object", "why", "counts")}
    content["at"] = at.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(at, datetime) else str(at)
    text = unicodedata.normalize("NFC", canonical_json(content))
    return hashlib.sha256(f"{row['prev_hash']}{text}".encode()).hexdigest()
