"""A published month of two townships, a protected policy, and a real SFTP server with everybody's accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage
import sqlalchemy as sa

from exchange.registry.load import Registry, load_registry
from exchange.rules.letters.recipients import recipient_accounts
from exchange.services.bundle import Services, open_services
from exchange.services.config import freeze
from exchange.services.sftp_server import Accounts, prepare_accounts, serving
from exchange.services.tables.ledger import generation
from exchange.stages.notify import notify_recipients
from tests.conftest import PROJECT, settings_for
from tests.stages.test_notify import HERE, PERIOD, RUN, UNITS, publish

OFFICE, CENTER = f"office-{HERE}", f"center-{HERE}"
POLICY = """\
kinds:
  office: {{method: ooxml, rotate: quarter}}
  center: {{method: zip, rotate: quarter}}
  bureau: {{method: ooxml, rotate: quarter}}
  agency: {{method: zip, rotate: quarter}}
  auditor: {{method: none, reason: 只有计数和指纹，没有任何人的信息}}
accounts:
  {system}: {{method: age, keys: [{key}]}}
receipts:
  products: [notice_office, notice_center, monthly_report, feedback]
  remind_after_days: 5
  remind_every_days: 3
  remind_at_most: 2
  keep_days: 30
"""


@dataclass(frozen=True)
class World:
    """An installation whose recipients' files are protected; `identity` opens what the system `system` gets."""

    registry: Registry
    services: Services
    accounts: Accounts
    system: str
    identity: pyrage.x25519.Identity

    def received(self, account: str, folder: str = "2026-10") -> Path:
        """What lies on a recipient's account."""
        return self.accounts.files / account / folder

    def sign(self, account: str, text: str, name: str = "回执.txt", encoding: str = "utf-8") -> Path:
        """The recipient puts a receipt on its account."""
        path = self.received(account, "receipts") / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    def form(self, account: str, signer: str = "张主任", day: str = "2026年11月12日", rows: str = "") -> str:
        """The receipt that came with the package, filled in."""
        (path,) = self.received(account).glob("签收回执_*.txt")
        text = path.read_text("utf-8-sig")
        for heading, value in (("签收人：", signer), ("签收日期：", day), ("实收行数：", rows)):
            text = text.replace(f"{heading}\n", f"{heading}{value}\n")
        return text

    def password(self, account: str, term: str = "2026Q4") -> str:
        """What the recipient was told on paper."""
        from exchange.services.delivery.outbox import outbox_of

        return outbox_of(self.services).passwords.of(account, term)


def install(folder: Path, database_url: str) -> None:
    """A published and notified month in `folder`, everybody's files protected and delivered; nothing stays open."""
    units, policy = folder / "units.csv", folder / "recipients.yaml"
    units.write_text(UNITS, encoding="utf-8")
    plain = load_registry(PROJECT / "schemas", PROJECT / "expectations", units)
    system = plain.of_role("residence_register")[0].transport.account
    identity = pyrage.x25519.Identity.generate()
    (folder / "identity.txt").write_text(str(identity), encoding="ascii")
    policy.write_text(POLICY.format(system=system, key=identity.to_public()), encoding="utf-8")
    prepare_accounts(folder / "sftp", [one.account for one in recipient_accounts(plain, PERIOD)])
    (folder / "home").mkdir()
    with open_world(folder, database_url) as world:
        publish(world.registry, world.services)
        freeze(world.services.settings, world.registry)
        with world.services.warehouse.transaction() as conn:
            conn.execute(sa.update(generation).values(config_fingerprint=world.registry.fingerprint))
        notify_recipients(RUN, world.registry, world.services)


@contextmanager
def open_world(folder: Path, database_url: str) -> Iterator[World]:
    """What `install` made, or a copy of it, with its SFTP server up."""
    settings = settings_for(folder / "home", database_url)
    units, policy = folder / "units.csv", folder / "recipients.yaml"
    registry = load_registry(settings.schemas, settings.expectations, units, policy)
    identity = pyrage.x25519.Identity.from_str((folder / "identity.txt").read_text("ascii"))
    system = registry.of_role("residence_register")[0].transport.account
    accounts = Accounts(folder / "sftp")
    with serving(accounts) as server:
        over_sftp = replace(
            settings, sftp_port=server.port, sftp_known_host=server.known_host, sftp_keys=accounts.keys, units=units,
            recipients=policy,
        )  # fmt: skip
        with open_services(over_sftp) as services:
            yield World(registry, services, accounts, system, identity)


def rows_of(world: World, table: sa.Table) -> list[dict]:
    """Every row of a table."""
    with world.services.warehouse.transaction() as conn:
        return [dict(row) for row in conn.execute(sa.select(table)).mappings()]
