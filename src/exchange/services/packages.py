"""Packages in the outbox: files under their recipient, a manifest that vouches for them, and the book of letters."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.services.copying import canonical_json
from exchange.services.keys import sync_folder
from exchange.services.ledger import Ledger
from exchange.services.tables.ledger import dispatch
from exchange.services.transports.base import Outlet
from exchange.services.warehouse import Warehouse

FORMAT = "exchange-package/1"


@dataclass(frozen=True)
class Letter:
    """One finished file: `content` as it will be sent, `meaning` a digest of what it says without numbers of issue."""

    name: str
    product: str
    title: str
    recipient: str
    content: bytes
    rows: int
    meaning: str
    sheets: Mapping[str, int] = field(default_factory=dict)
    township9: str | None = None
    unit_code: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def renamed(self, mark: str) -> "Letter":
        """The same letter with `mark` at the end of its name."""
        stem, dot, extension = self.name.rpartition(".")
        return replace(self, name=f"{stem}_{mark}{dot}{extension}")


@dataclass(frozen=True)
class Package:
    """Everything one account gets for one generation of a month; `folder` is relative to outbox and account alike."""

    account: str
    folder: str
    period: Period
    generation: int
    letters: tuple[Letter, ...]
    facts: Mapping[str, Any]

    @property
    def manifest_name(self) -> str:
        """Corrections carry their number: a sent manifest is never overwritten."""
        return "manifest.json" if self.generation == 1 else f"manifest_更正{self.generation - 1}.json"

    def manifest(self) -> bytes:
        """Canonical JSON: equal packages have equal manifests."""
        listed = [
            {
                "name": letter.name, "bytes": len(letter.content), "sha256": letter.sha256, "rows": letter.rows,
                "sheets": dict(letter.sheets), "product": letter.product, "title": letter.title,
                "recipient": letter.recipient, "township9": letter.township9, "unit_code": letter.unit_code,
                "meaning": letter.meaning,
            }
            for letter in self.letters
        ]  # fmt: skip
        head = {
            "format": FORMAT, "account": self.account, "period": str(self.period), "generation": self.generation,
            "files": sorted(listed, key=lambda entry: str(entry["name"])),
        }  # fmt: skip
        return canonical_json({**self.facts, **head}).encode() + b"\n"


class Outbox:
    """The outbox folder, the letters booked for it in the ledger, and the way out."""

    def __init__(self, root: Path, warehouse: Warehouse, ledger: Ledger, outlet: Outlet | None) -> None:
        self._root = root
        self._warehouse = warehouse
        self._ledger = ledger
        self._outlet = outlet

    def booked(self, account: str, folder: str, period: Period, generation: int) -> list[dict[str, Any]]:
        """Letters already booked for the account; their bytes are what is sent again, whatever the code says now."""
        chosen = sa.select(dispatch).where(
            dispatch.c.period == str(period),
            dispatch.c.generation == generation,
            dispatch.c.path.startswith(f"{account}/{folder}/", autoescape=True),
        )
        with self._warehouse.transaction() as conn:
            return [dict(row) for row in conn.execute(chosen.order_by(dispatch.c.path)).mappings()]

    def is_whole(self, letters: Sequence[Mapping[str, Any]]) -> bool:
        """Whether every booked letter still lies in the outbox with the bytes that were booked."""
        return all(_sha256(self._root / str(letter["path"])) == letter["sha256"] for letter in letters)

    def put(self, package: Package, *, actor: str, why: str) -> list[dict[str, Any]]:
        """Writes the files, then the manifest, then books every letter and the act in one transaction.

        Nothing is booked that does not lie there whole. Raises PublicationError when a booked file would change.
        """
        folder = self._root / package.account / package.folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        known = self.booked(package.account, package.folder, package.period, package.generation)
        booked = {row["path"]: row["sha256"] for row in known}
        for letter in package.letters:
            path = f"{package.account}/{package.folder}/{letter.name}"
            if booked.get(path, letter.sha256) != letter.sha256:
                raise PublicationError(
                    f"{path}: other bytes were already sent under this name",
                    remedy="Reopen the month: a correction gets a name of its own.",
                )
            _place(folder / letter.name, letter.content)
        _place(folder / package.manifest_name, package.manifest())
        rows = [_row(package, letter) for letter in package.letters]
        with self._warehouse.transaction() as conn:
            for row in rows:
                conn.execute(insert(dispatch).values(**row).on_conflict_do_nothing())
            counts = {"files": len(rows), "rows": sum(row["rows"] for row in rows)}
            target = f"{package.account}/{package.period}/{package.generation}"
            self._ledger.append_audit(conn, actor, "package", target, why, counts)
        return rows

    def send(self, package: Package, letters: Sequence[Mapping[str, Any]], *, actor: str) -> int:
        """Delivers the booked letters, manifest last, and books the upload; how many were not there before.

        Without a way out the files rest in the outbox. Raises TransferError.
        """
        if self._outlet is None or not letters:
            return 0
        files = [self._root / str(letter["path"]) for letter in letters]
        manifest = self._root / package.account / package.folder / package.manifest_name
        delivered = self._outlet.deliver(package.account, package.folder, files, manifest)
        fresh = [letter for letter in letters if letter["status"] == "written"]
        if fresh:
            with self._warehouse.transaction() as conn:
                for letter in fresh:
                    conn.execute(
                        sa.update(dispatch)
                        .where(dispatch.c.dispatch_id == letter["dispatch_id"], dispatch.c.status == "written")
                        .values(status="uploaded", sent_at=sa.func.clock_timestamp())
                    )
                target = f"{package.account}/{package.period}/{package.generation}"
                self._ledger.append_audit(conn, actor, "deliver", target, "", {"files": len(fresh)})
        return sum(not file.already for file in delivered)

    def earlier_meanings(self, account: str, folder: str, generation: int) -> dict[str, str]:
        """What the newest earlier manifest of the account said: product, township and unit -> digest of the content."""
        found: dict[str, str] = {}
        for number in range(1, generation):
            name = "manifest.json" if number == 1 else f"manifest_更正{number - 1}.json"
            path = self._root / account / folder / name
            if path.is_file():
                for entry in json.loads(path.read_text("utf-8"))["files"]:
                    found[_subject(entry["product"], entry["township9"], entry["unit_code"])] = entry["meaning"]
        return found


def subject(letter: Letter) -> str:
    """What a letter is about, the same in every generation."""
    return _subject(letter.product, letter.township9, letter.unit_code)


def _subject(product: str, township9: str | None, unit_code: str | None) -> str:
    return f"{product}/{township9 or ''}/{unit_code or ''}"


def _row(package: Package, letter: Letter) -> dict[str, Any]:
    path = f"{package.account}/{package.folder}/{letter.name}"
    key = "\0".join((str(package.period), str(package.generation), letter.product, path))
    return {
        "dispatch_id": hashlib.blake2b(key.encode(), digest_size=12).hexdigest(),
        "period": str(package.period),
        "generation": package.generation,
        "recipient": letter.recipient,
        "product": letter.product,
        "township9": letter.township9,
        "unit_code": letter.unit_code,
        "path": path,
        "bytes": len(letter.content),
        "sha256": letter.sha256,
        "rows": letter.rows,
        "status": "written",
    }


def _place(path: Path, content: bytes) -> None:
    """The file under its name, whole or not at all, on disk before the name appears."""
    if path.is_file() and path.read_bytes() == content:
        return
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
