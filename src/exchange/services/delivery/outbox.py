"""The outbox: every package as it left, under its recipient, booked in the ledger, and the way out."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.services.bundle import Services
from exchange.services.delivery.packages import (
    Letter,
    Link,
    Package,
    Parts,
    Sealed,
    assemble,
    manifest_name,
    sha256_of,
    subject_of,
)
from exchange.services.delivery.protection import Passwords, method_for, password_term, protect, protected_name
from exchange.services.delivery.signing import Signer
from exchange.services.keys import sync_folder
from exchange.services.ledger import Ledger
from exchange.services.tables.ledger import dispatch
from exchange.services.tables.packages import package as packages
from exchange.services.transports.base import Outlet
from exchange.services.warehouse import Warehouse

_MOST_PASSWORDS = 300
"""Each try takes a tenth of a second; a file that opens with none of these was not ours of late."""


@dataclass(frozen=True)
class Booked:
    """A package the ledger knows: its row of ledger.package and its letters' rows of ledger.dispatch."""

    row: Mapping[str, Any]
    letters: tuple[Mapping[str, Any], ...]

    @property
    def place(self) -> str:
        """Where its files lie below the outbox."""
        return f"{self.row['account']}/{self.row['folder']}"

    @property
    def is_removed(self) -> bool:
        """Whether its files left the outbox when their time was over."""
        return any(letter["bytes_removed_at"] is not None for letter in self.letters)

    @property
    def hashes(self) -> dict[str, str]:
        """Every file that must lie there, below the outbox, with its SHA-256; the manifest comes last."""
        own = {} if self.is_removed else {str(letter["path"]): str(letter["sha256"]) for letter in self.letters}
        extra = sorted(self.row["attachments"].items(), key=lambda item: (item[0] == self.row["manifest"], item[0]))
        return own | {f"{self.place}/{name}": str(digest) for name, digest in extra}


def outbox_of(services: Services) -> "Outbox":
    """The outbox of an installation."""
    settings = services.settings
    return Outbox(
        settings.under("outbox"), settings.under("keys"), services.warehouse, services.ledger, services.outlet
    )


class Outbox:
    """The outbox folder, the packages booked for it, and the outlet. Keys lie in `keys`."""

    def __init__(self, root: Path, keys: Path, warehouse: Warehouse, ledger: Ledger, outlet: Outlet | None) -> None:
        self._root = root
        self._keys = keys
        self._warehouse = warehouse
        self._ledger = ledger
        self._outlet = outlet

    def find(self, account: str, folder: str, period: Period, generation: int) -> Booked | None:
        """The package booked for the account; its bytes are what is sent again, whatever the code says now."""
        chosen = sa.select(packages).where(
            packages.c.period == str(period),
            packages.c.generation == generation,
            packages.c.account == account,
            packages.c.folder == folder,
        )
        return next(iter(self.select(chosen)), None)

    def select(self, chosen: sa.Select[Any]) -> list[Booked]:
        """Packages by a query over ledger.package, in order of month, account, folder and generation."""
        order = (packages.c.period, packages.c.account, packages.c.folder, packages.c.generation)
        with self._warehouse.transaction() as conn:
            rows = [dict(row) for row in conn.execute(chosen.order_by(*order)).mappings()]
            letters = sa.select(dispatch).where(dispatch.c.package_id.in_([row["package_id"] for row in rows]))
            by_package: dict[str, list[dict[str, Any]]] = {}
            for letter in conn.execute(letters.order_by(dispatch.c.path)).mappings():
                by_package.setdefault(letter["package_id"], []).append(dict(letter))
        return [Booked(row, tuple(by_package.get(row["package_id"], ()))) for row in rows]

    def damaged(self, booked: Booked) -> list[str]:
        """Files of a package that are missing from the outbox or are not the bytes that were booked."""
        return [path for path, digest in booked.hashes.items() if sha256_at(self._root / path) != digest]

    def put(self, package: Package, *, actor: str, why: str) -> None:
        """Protects and writes the files, then the manifest, then books everything and the act in one transaction.

        Nothing is booked that does not lie there whole, and nothing that was booked is encrypted anew.
        Raises PublicationError when a booked file would change.
        """
        known = self.find(package.account, package.folder, package.period, package.generation)
        booked = {str(row["path"]): row for row in known.letters} if known else {}
        sealed = [self._sealed(package, letter, booked) for letter in package.letters]
        parts = assemble(package, sealed, self._link(package, known), self.signer)
        if known and known.row["manifest_sha256"] != sha256_of(parts.manifest):
            raise _other_bytes(f"{known.place}/{package.manifest_name}")
        folder = self._root / package.account / package.folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in [*((one.name, one.content) for one in sealed), *parts.extra.items()]:
            place(folder / name, content)
        place(folder / package.manifest_name, parts.manifest)
        self._book(package, sealed, parts, known, actor=actor, why=why)

    def send(self, booked: Booked, *, actor: str) -> int:
        """Delivers a booked package, manifest last, and books the upload; how many files were not there before.

        Without a way out the files rest in the outbox. Raises TransferError.
        """
        if self._outlet is None or booked.is_removed:
            return 0
        delivered = self.deliver(booked, self._outlet)
        fresh = [letter["dispatch_id"] for letter in booked.letters if letter["status"] == "written"]
        if fresh:
            row, now = booked.row, sa.func.clock_timestamp()
            with self._warehouse.transaction() as conn:
                of_these = sa.and_(dispatch.c.dispatch_id.in_(fresh), dispatch.c.status == "written")
                conn.execute(sa.update(dispatch).where(of_these).values(status="uploaded", sent_at=now))
                mine = packages.c.package_id == row["package_id"]
                conn.execute(sa.update(packages).where(mine).values(sent_at=now))
                target = f"{row['account']}/{row['period']}/{row['generation']}"
                self._ledger.append_audit(conn, actor, "deliver", target, "", {"files": len(fresh)})
        return delivered

    def deliver(self, booked: Booked, outlet: Outlet) -> int:
        """Brings the stored bytes to the account; how many files were not there already. Raises TransferError."""
        *files, manifest = [self._root / path for path in booked.hashes]
        done = outlet.deliver(str(booked.row["account"]), str(booked.row["folder"]), files, manifest)
        return sum(not file.already for file in done)

    def earlier_meanings(self, account: str, folder: str, generation: int) -> dict[str, str]:
        """What the newest earlier manifest of the account said: product, township and unit -> digest of the content."""
        found: dict[str, str] = {}
        for number in range(1, generation):
            path = self._root / account / folder / manifest_name(number)
            if path.is_file():
                for entry in json.loads(path.read_text("utf-8"))["files"]:
                    found[subject_of(entry["product"], entry["township9"], entry["unit_code"])] = entry["meaning"]
        return found

    def public_keys(self) -> set[str]:
        """Every key a package was ever signed with, and the one that signs now."""
        with self._warehouse.transaction() as conn:
            used = conn.execute(sa.select(packages.c.public_key).distinct()).scalars().all()
        return {*used, self.signer.public}

    @cached_property
    def signer(self) -> Signer:
        """The installation's signature; its key is made with the first package."""
        return Signer(self._keys, create=not self._any(sa.true()))

    @cached_property
    def passwords(self) -> Passwords:
        """The recipients' passwords; their key is made with the first package that needs one."""
        return Passwords(self._keys, create=not self._any(packages.c.protection.in_(("ooxml", "zip"))))

    def _any(self, condition: sa.ColumnElement[bool]) -> bool:
        with self._warehouse.transaction() as conn:
            return conn.execute(sa.select(packages.c.package_id).where(condition).limit(1)).first() is not None

    def _sealed(self, package: Package, letter: Letter, booked: Mapping[str, Mapping[str, Any]]) -> Sealed:
        """The letter as it leaves: protected now, or, when it is booked, the bytes that were protected then."""
        method = method_for(letter.name, package.protection)
        name = protected_name(letter.name, method)
        path = f"{package.account}/{package.folder}/{name}"
        row = booked.get(path)
        if row is not None and (row["plain_sha256"] or row["sha256"]) != letter.sha256:
            raise _other_bytes(path)
        if row is not None and method != "none":
            stored = self._root / path
            if sha256_at(stored) != row["sha256"]:
                raise PublicationError(
                    f"{path}: the protected file is gone or changed, and cannot be made again with the same bytes",
                    remedy="Restore home/outbox from its backup, then run again.",
                )
            return Sealed(letter, name, stored.read_bytes(), method)
        password = None
        if method in ("ooxml", "zip"):
            password = self.passwords.of(package.account, password_term(package.protection, package.period))
        return Sealed(letter, name, protect(letter.name, letter.content, package.protection, password), method)

    def _link(self, package: Package, known: Booked | None) -> Link:
        """The manifest's place in its chain; one that is made again keeps its own."""
        before = packages.c.number < known.row["number"] if known else sa.true()
        chosen = sa.select(packages).where(packages.c.series == package.series, before)
        with self._warehouse.transaction() as conn:
            last = conn.execute(chosen.order_by(packages.c.number.desc()).limit(1)).mappings().first()
        if last is None:
            return Link(1, None)
        name = f"{last['folder']}/{last['manifest']}"
        return Link(last["number"] + 1, {"manifest": name, "sha256": last["manifest_sha256"]})

    def _book(
        self, package: Package, sealed: Sequence[Sealed], parts: Parts, known: Booked | None, *, actor: str, why: str
    ) -> None:
        rows = [_letter_row(package, one) for one in sealed]
        link = self._link(package, known)
        values = _package_row(package, sealed, parts, link, self.signer.public)
        with self._warehouse.transaction() as conn:
            made = {**values, "made_at": sa.func.clock_timestamp()}
            conn.execute(insert(packages).values(**made).on_conflict_do_nothing(index_elements=["package_id"]))
            for row in rows:
                conn.execute(insert(dispatch).values(**row).on_conflict_do_nothing())
            counts = {"files": len(rows), "rows": values["rows"], "protection": values["protection"]}
            target = f"{package.account}/{package.period}/{package.generation}"
            self._ledger.append_audit(conn, actor, "package", target, why, counts)


def likely_passwords(services: Services, name: str) -> list[str]:
    """Passwords a returned file may ask for: first of the package that held a file called `name`, then newest first."""
    same = sa.exists().where(
        dispatch.c.package_id == packages.c.package_id, dispatch.c.path.endswith(f"/{name}", autoescape=True)
    )
    chosen = sa.select(
        packages.c.account, packages.c.password_term, sa.func.max(packages.c.period), sa.func.bool_or(same)
    )
    chosen = chosen.where(packages.c.password_term.is_not(None)).group_by(packages.c.account, packages.c.password_term)
    with services.warehouse.transaction() as conn:
        found = [tuple(row) for row in conn.execute(chosen)]
    if not found:
        return []
    passwords = outbox_of(services).passwords
    newest = sorted(sorted(found, key=lambda row: row[0]), key=lambda row: (row[3], row[2]), reverse=True)
    return [passwords.of(account, term) for account, term, _, _ in newest[:_MOST_PASSWORDS]]


def place(path: Path, content: bytes) -> None:
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


def sha256_at(path: Path) -> str | None:
    """SHA-256 of a file; None when it is not there."""
    return sha256_of(path.read_bytes()) if path.is_file() else None


def _package_row(package: Package, sealed: Sequence[Sealed], parts: Parts, link: Link, public: str) -> dict[str, Any]:
    along = {name: sha256_of(content) for name, content in parts.extra.items()}
    manifest_sha256 = sha256_of(parts.manifest)
    return {
        "package_id": package.package_id,
        "period": str(package.period),
        "generation": package.generation,
        "account": package.account,
        "folder": package.folder,
        "kind": package.kind,
        "recipient": package.recipient,
        "series": package.series,
        "number": link.number,
        "manifest": package.manifest_name,
        "manifest_sha256": manifest_sha256,
        "previous_sha256": link.previous["sha256"] if link.previous else None,
        "package_sha256": parts.package_sha256,
        "public_key": public,
        "attachments": along | {package.manifest_name: manifest_sha256},
        "files": len(sealed),
        "rows": sum(one.letter.rows for one in sealed),
        "protection": package.protection.method,
        "reason": package.protection.reason,
        "password_term": password_term(package.protection, package.period)
        if package.protection.needs_password
        else None,
        "awaits_receipt": package.form is not None,
    }


def _letter_row(package: Package, sealed: Sealed) -> dict[str, Any]:
    letter, path = sealed.letter, f"{package.account}/{package.folder}/{sealed.name}"
    key = "\0".join((str(package.period), str(package.generation), letter.product, path))
    return {
        "dispatch_id": hashlib.blake2b(key.encode(), digest_size=12).hexdigest(),
        "package_id": package.package_id,
        "period": str(package.period),
        "generation": package.generation,
        "recipient": letter.recipient,
        "product": letter.product,
        "township9": letter.township9,
        "unit_code": letter.unit_code,
        "path": path,
        "bytes": len(sealed.content),
        "sha256": sealed.sha256,
        "protection": sealed.method,
        "plain_sha256": letter.sha256,
        "rows": letter.rows,
        "status": "written",
    }


def _other_bytes(path: str) -> PublicationError:
    return PublicationError(
        f"{path}: other bytes were already sent under this name",
        remedy="Reopen the month: a correction gets a name of its own.",
    )
