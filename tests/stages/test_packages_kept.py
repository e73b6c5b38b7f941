"""Packages after they were sent: the same bytes again, the proof that they are the same, and when they go."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from exchange.model.errors import ContentError, PublicationError
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.services.delivery.resend import resend
from exchange.services.retention import expire_packages
from exchange.services.tables.ledger import audit
from exchange.services.tables.packages import dispatch_event
from exchange.services.tables.packages import package as packages
from exchange.services.verification import verify_home
from exchange.stages.notify import notify_recipients
from exchange.stages.receipts import collect_receipts
from tests.stages.test_notify import HERE, PERIOD, RUN
from tests.support.packages import CENTER, OFFICE, World, rows_of

NIGHT = Run("night-1", Period(2026, 11), "", False, datetime(2026, 11, 13, tzinfo=UTC), "test")


def test_a_resend_brings_back_exactly_the_stored_bytes(world):
    stored = {path.name: path.read_bytes() for path in world.received(OFFICE).iterdir()}
    for path in world.received(OFFICE).iterdir():
        path.unlink()
    (world.received(OFFICE) / next(iter(stored))).write_bytes(b"damaged")
    done = resend(world.services, world.registry, PERIOD, OFFICE, actor="test", why="对方误删")
    assert {path.name: path.read_bytes() for path in world.received(OFFICE).iterdir()} == stored
    assert sum(one.uploaded for one in done) == len(stored)
    assert {row["event"] for row in rows_of(world, dispatch_event)} == {"resent"}
    assert [row["why"] for row in rows_of(world, audit) if row["act"] == "resend"] == ["对方误删"] * len(done)


@pytest.mark.parametrize("named", [HERE, "北郊镇"])
def test_a_township_names_its_office_and_its_health_centre(world, named):
    done = resend(world.services, world.registry, PERIOD, named, actor="test", why="重发")
    assert {one.place.split("/")[0] for one in done} == {OFFICE, CENTER}


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_resend_refuses_bytes_that_are_gone_or_changed(world, harm):
    (path,) = (world.services.settings.home / "outbox" / CENTER / "2026-10").glob("*.zip")
    path.unlink() if harm == "gone" else path.write_bytes(path.read_bytes()[:-1] + b"x")
    before = {place.name: place.read_bytes() for place in world.received(CENTER).iterdir()}
    with pytest.raises(PublicationError, match="missing or changed"):
        resend(world.services, world.registry, PERIOD, CENTER, actor="test", why="重发")
    assert {place.name: place.read_bytes() for place in world.received(CENTER).iterdir()} == before
    assert rows_of(world, dispatch_event) == []


def test_nothing_is_sent_to_somebody_nobody_knows(world):
    with pytest.raises(ContentError, match="nothing was sent"):
        resend(world.services, world.registry, PERIOD, "office-000000000", actor="test", why="重发")


def proof(world: World) -> dict[str, str]:
    names = ("packages are the ones", "manifests are signed", "receipts are for", "the audit chain")
    return {one.name: one.verdict for one in verify_home(world.services) if one.name.startswith(names)}


def test_verify_names_a_changed_package_a_forged_manifest_and_a_false_receipt(world):
    assert set(proof(world).values()) == {"ok"}
    outbox = world.services.settings.home / "outbox"
    (path,) = (outbox / CENTER / "2026-10").glob("*.zip")
    path.write_bytes(b"x")
    assert path.name in proof(world)["packages are the ones that were dispatched"]
    signature = outbox / OFFICE / "2026-10" / "manifest.json.sig"
    signature.write_bytes(bytes(64))
    assert OFFICE in proof(world)["manifests are signed and follow each other"]
    with world.services.warehouse.transaction() as conn:
        mine = packages.c.account == OFFICE
        conn.execute(sa.update(packages).where(mine).values(received_at=datetime(2026, 11, 12, tzinfo=UTC)))
    assert "wrong" in proof(world)["receipts are for what was sent"]


def test_files_leave_the_outbox_when_their_receipt_is_old_enough_and_hashes_stay(world):
    world.sign(OFFICE, world.form(OFFICE))
    collect_receipts(NIGHT, world.registry, world.services)
    received = next(row["received_at"] for row in rows_of(world, packages) if row["received_at"])
    policy, folder = world.registry.recipients, world.services.settings.home / "outbox" / OFFICE / "2026-10"
    assert expire_packages(world.services, policy, received + timedelta(days=29), "test") == 0
    files = len(list(folder.glob("*.xlsx")))
    assert expire_packages(world.services, policy, received + timedelta(days=31), "test") == files
    assert expire_packages(world.services, policy, received + timedelta(days=32), "test") == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json", "manifest.json.sig", "签收回执_2026-10.txt",
    ]  # fmt: skip
    assert set(proof(world).values()) == {"ok"}
    assert notify_recipients(RUN, world.registry, world.services).outcome == "unchanged"
    with pytest.raises(PublicationError, match="time is over"):
        resend(world.services, world.registry, PERIOD, OFFICE, actor="test", why="重发")
