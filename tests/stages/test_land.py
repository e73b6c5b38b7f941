"""Land on a real ledger: every file seen has a row, bytes are sealed, a cut month stays as it was."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from exchange.model.errors import HostKeyError
from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.divisions import Divisions
from exchange.registry.load import Registry
from exchange.registry.spec import Basis, Policy, Source, Transport, Unit
from exchange.services.bundle import Services, open_services
from exchange.services.deliveries import release
from exchange.services.retention import expire_landed
from exchange.services.settings import Settings
from exchange.services.sftp_server import prepare_accounts, serving
from exchange.services.tables.ledger import generation
from exchange.stages.land import land_delivery

SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)
SOURCE = Source(
    name="agency", code="AG", role="records", agency="某局", title="某表", kinds=("full",), event_key=(), precedence=1,
    fields=(), transport=Transport(account="agency", folder="agency"),
)  # fmt: skip
UNITS = tuple(
    Unit(unit_code=code, source="AG", name=code, township9=code, township_name="某镇")
    for code in ("370306001", "370306002")
)
POLICY = Policy(
    name="p", title="p", valid_from="2020-01", health_office="", immunisation="", default_scopes=(),
    retention_months=13, sensitive_classes=(), basis=(Basis(prefix="", document=""),), source="",
)  # fmt: skip
REGISTRY = Registry(
    sources={"agency": SOURCE}, units=UNITS, codes={}, rules={}, policies=(POLICY,), products={}, suites={}, linkage={},
    divisions=Divisions(**{name: {} for name in Divisions.__dataclass_fields__}), fingerprint="f",
)  # fmt: skip


@dataclass
class Office:
    """An installation that reads a drops folder."""

    services: Services
    drops: Path

    def drop(
        self, name: str, content: str = "", month: Period = OCTOBER, *, told: dict[str, object] | None = None
    ) -> Path:
        """`1 v1` -> a delivery of the first unit; any other name as it is."""
        path = self.drops / "agency" / str(month) / self.name(name, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content or name, encoding="utf-8")
        if told is not None:
            path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(told), encoding="utf-8")
        return path

    def name(self, short: str, month: Period) -> str:
        unit, _, version = short.partition(" ")
        return f"37030600{unit}_AG_{month}_full_{version}.csv" if version else short

    def land(self, month: Period = OCTOBER, *, final: bool = True, services: Services | None = None) -> Receipt:
        services = services or self.services
        begun = datetime(month.year, month.month, 10, tzinfo=UTC) + timedelta(days=30)
        run = Run(f"run-{month}", month, "agency", final, begun, "tester")
        receipt = land_delivery(run, REGISTRY, services)
        services.ledger.record_receipt(run, receipt)
        return receipt

    def statuses(self) -> dict[str, str]:
        """Short name and outcome of every file the ledger knows; the newest row of a name comes last."""
        rows = sorted(self.services.deliveries.seen("agency"), key=lambda row: (row["seen_at"], row["status"]))
        return {Path(row["path"]).name: f"{row['status']} {row['rule'] or ''}".strip() for row in rows}

    def inputs(self, month: Period = OCTOBER) -> list[tuple[str, str, bool]]:
        rows = self.services.deliveries.for_period("agency", month)
        return [(Path(row["path"]).name, row["status"], row["is_late"]) for row in rows]


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Office]:
    drops = tmp_path / "drops"
    drops.mkdir()
    with open_services(replace(settings, drops=drops)) as services:
        yield Office(services, drops)


def test_every_file_seen_has_a_row_and_its_bytes_are_sealed(office: Office) -> None:
    dropped = office.drop("1 v1", "rows")
    office.drop("2 v1", "other rows")
    office.drop("台账.xlsx")
    office.drop("9 v1")
    receipt = office.land()
    assert (receipt.rows_in, receipt.rows_out, receipt.rows_aside, receipt.outcome) == (4, 2, 2, "done")
    assert sorted(office.statuses().values()) == ["received", "received", "rejected F03", "rejected F03"]
    sha256 = hashlib.sha256(dropped.read_bytes()).hexdigest()
    assert office.services.landing.open(sha256) == dropped.read_bytes()
    (row,) = [row for row in office.services.deliveries.seen("agency") if row["sha256"] == sha256]
    assert (row["path"], row["unit_code"], row["version"]) == (f"agency/2026-10/{dropped.name}", "370306001", 1)
    assert row["retain_until"].isoformat() == "2027-12-09"


def test_an_empty_inbox_is_an_outcome(office: Office) -> None:
    receipt = office.land()
    assert (receipt.rows_in, receipt.outcome) == (0, "empty")
    shutil.rmtree(office.drops)
    assert office.land().outcome == "empty"


def test_landing_again_changes_nothing(office: Office) -> None:
    office.drop("1 v1")
    office.drop("1 v2", "corrected")
    first, rows = office.land(), office.services.deliveries.seen("agency")
    again = office.land()
    assert again == replace(first, outcome="unchanged")
    assert office.services.deliveries.seen("agency") == rows


def test_a_file_that_comes_after_the_cut_is_held_and_joins_the_next_month_as_late(office: Office) -> None:
    office.drop("1 v1")
    before = office.land()
    office.drop("1 v2", "corrected")
    after = office.land()
    assert office.statuses() == {office.name("1 v1", OCTOBER): "received", office.name("1 v2", OCTOBER): "held L04"}
    assert after.fingerprint == before.fingerprint
    assert (after.rows_out, after.rows_aside, after.detail["held"]) == (1, 1, 1)
    assert [row["path"] for row in office.services.deliveries.held("agency")] == [
        f"agency/2026-10/{office.name('1 v2', OCTOBER)}"
    ]

    office.drop("1 v1", "november", NOVEMBER)
    office.land(NOVEMBER)
    assert office.inputs(NOVEMBER) == [
        (office.name("1 v2", OCTOBER), "received", True),
        (office.name("1 v1", NOVEMBER), "received", False),
    ]
    assert office.inputs(OCTOBER) == [(office.name("1 v1", OCTOBER), "received", False)]


def test_a_month_without_a_single_file_is_cut_off_too(office: Office) -> None:
    office.land()
    office.drop("1 v1")
    assert office.land().rows_out == 0
    assert office.statuses() == {office.name("1 v1", OCTOBER): "held L04"}
    office.land(NOVEMBER, final=False)
    assert (office.inputs(OCTOBER), len(office.inputs(NOVEMBER))) == ([], 1)


def test_a_file_never_seen_in_an_earlier_months_folder_is_late(office: Office) -> None:
    office.drop("1 v1", month=SEPTEMBER)
    office.land(SEPTEMBER)
    office.drop("2 v1", month=SEPTEMBER)
    office.drop("1 v1")
    receipt = office.land()
    assert office.inputs() == [
        (office.name("2 v1", SEPTEMBER), "received", True),
        (office.name("1 v1", OCTOBER), "received", False),
    ]
    assert (receipt.rows_in, receipt.detail["late"]) == (2, 1)


def test_a_first_month_nobody_reported_for_in_time_comes_in_late(office: Office) -> None:
    office.land(SEPTEMBER)
    office.drop("1 v1", month=SEPTEMBER)
    office.land()
    assert office.inputs() == [(office.name("1 v1", SEPTEMBER), "received", True)]


def test_folders_older_than_the_installation_are_left_alone(office: Office) -> None:
    office.drop("1 v1", month=SEPTEMBER)
    office.drop("1 v1")
    assert office.land().rows_in == 1


def test_a_draft_takes_stock_and_the_final_run_decides_afresh(office: Office) -> None:
    office.drop("1 v1")
    office.land(final=False)
    (row,) = office.services.deliveries.for_period("agency", OCTOBER)
    assert row["processed_period"] is None
    office.services.deliveries.set_status(
        [{"delivery_id": row["delivery_id"], "status": "rejected", "rule": "F07", "message": "x"}]
    )
    office.drop("2 v1")
    office.land(final=False)
    assert [name for name, *_ in office.inputs()] == [office.name("1 v1", OCTOBER), office.name("2 v1", OCTOBER)]
    office.land()
    rows = office.services.deliveries.for_period("agency", OCTOBER)
    told = [(row["status"], row["rule"], row["message"], row["processed_period"]) for row in rows]
    assert told == [("received", None, "已收到", "2026-10")] * 2


def test_a_file_taken_by_a_draft_counts_even_when_it_has_left_the_inbox(office: Office) -> None:
    dropped = office.drop("1 v1")
    office.land(final=False)
    dropped.unlink()
    office.land()
    assert office.inputs() == [(dropped.name, "received", False)]


def test_a_file_sent_again_in_place_after_it_was_refused_is_the_only_one_of_its_name(office: Office) -> None:
    office.drop("1 v1", "broken")
    office.land(final=False)
    (row,) = office.services.deliveries.seen("agency")
    office.services.deliveries.set_status(
        [{"delivery_id": row["delivery_id"], "status": "rejected", "rule": "F01", "message": "x"}]
    )
    office.drop("1 v1", "mended")
    office.land()
    (taken,) = office.services.deliveries.for_period("agency", OCTOBER)
    assert office.services.landing.open(taken["sha256"]) == b"mended"
    assert sorted(f"{row['status']} {row['rule']}" for row in office.services.deliveries.seen("agency")) == [
        "received None",
        "superseded L07",
    ]


def test_other_bytes_under_an_accepted_name_are_held(office: Office) -> None:
    office.drop("1 v1", "first")
    office.land(final=False)
    office.drop("1 v1", "other")
    office.land()
    (taken,) = office.services.deliveries.for_period("agency", OCTOBER)
    assert office.services.landing.open(taken["sha256"]) == b"first"
    assert [row["rule"] for row in office.services.deliveries.held()] == ["L03"]


def test_a_repeat_goes_along_so_that_its_rows_get_a_disposition(office: Office) -> None:
    office.drop("1 v1", "same")
    office.drop("1 v2", "same")
    office.land()
    assert office.inputs() == [
        (office.name("1 v1", OCTOBER), "received", False),
        (office.name("1 v2", OCTOBER), "duplicate", False),
    ]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"file": "NAME", "rows": 3, "sha256": hashlib.sha256(b"rows").hexdigest(), "bytes": 4}, "received"),
        ({"file": "NAME", "sha256": "0" * 64}, "partial L01"),
        ({"file": "NAME", "size": 5}, "partial L01"),
        ({"file": "NAME", "sm3": "0" * 64}, "partial L01"),
        ({"file": "NAME", "sha256": "not a hash"}, "partial L01"),
        ({"file": "another.csv"}, "partial L01"),
    ],
)
def test_a_manifest_is_believed_only_when_it_agrees(office: Office, told: dict[str, object], outcome: str) -> None:
    name = office.name("1 v1", OCTOBER)
    office.drop("1 v1", "rows", told={key: name if value == "NAME" else value for key, value in told.items()})
    office.land()
    assert office.statuses() == {name: outcome}
    (row,) = office.services.deliveries.seen("agency")
    assert row["manifest_rows"] == told.get("rows")


def test_a_manifest_without_its_file_is_an_incomplete_delivery(office: Office) -> None:
    dropped = office.drop("1 v1", "rows", told={"rows": 1})
    dropped.unlink()
    office.land(final=False)
    assert office.statuses() == {dropped.name: "partial L02"}
    office.drop("1 v1", "rows")
    office.land()
    assert office.inputs() == [(dropped.name, "received", False)]
    assert len([row for row in office.services.deliveries.seen("agency") if row["rule"] == "L07"]) == 1


def test_links_folders_and_uploads_in_progress_are_never_taken(office: Office) -> None:
    folder = office.drop("1 v1").parent
    (folder / office.name("2 v1", OCTOBER)).symlink_to("/etc/passwd")
    (folder / "folder.xlsx").mkdir()
    (folder / "upload.csv.part").write_text("x")
    office.land()
    assert office.statuses() == {
        office.name("1 v1", OCTOBER): "received",
        office.name("2 v1", OCTOBER): "rejected F01",
        "folder.xlsx": "rejected F01",
    }


def test_bytes_removed_after_their_date_do_not_come_back(office: Office) -> None:
    office.drop("1 v1", month=SEPTEMBER)
    office.land(SEPTEMBER)
    (row,) = office.services.deliveries.seen("agency")
    far = row["retain_until"] + timedelta(days=1)
    removed = office.services.landing.expire(far, office.services.deliveries.retained())
    office.services.deliveries.bytes_removed(removed, datetime(2028, 1, 1, tzinfo=UTC))
    assert removed == [row["sha256"]]
    office.land(SEPTEMBER)
    office.land()
    assert not office.services.landing.has(row["sha256"])
    assert office.services.deliveries.retained() == {}


def test_an_old_file_that_lies_untouched_is_known_without_being_read(office: Office) -> None:
    dropped = office.drop("1 v1", month=SEPTEMBER)
    os.utime(dropped, (0, 0))
    office.land(SEPTEMBER)
    dropped.chmod(0o000)
    office.drop("1 v1")
    assert office.land().rows_in == 1
    assert office.statuses()[dropped.name] == "received"


def test_both_transports_book_the_same_rows(office: Office, tmp_path: Path) -> None:
    office.drop("1 v1", "rows", told={"rows": 1})
    office.drop("2 v1", "other rows")
    office.drop("台账.xlsx")
    accounts = prepare_accounts(tmp_path / "sftp", ["agency"])
    shutil.copytree(office.drops / "agency", accounts.files / "agency", dirs_exist_ok=True)
    with serving(accounts) as server:
        settings = replace(
            office.services.settings, drops=None, sftp_port=server.port, sftp_known_host=server.known_host,
            sftp_keys=accounts.keys,
        )  # fmt: skip
        with open_services(settings) as over_sftp:
            first = office.land(final=False, services=over_sftp)
    rows = office.services.deliveries.seen("agency")
    second = office.land(final=False)
    assert (first.fingerprint, first.rows_in) == (second.fingerprint, 3)
    assert second.outcome == "unchanged"
    assert office.services.deliveries.seen("agency") == rows


def test_a_server_that_is_not_the_pinned_one_books_nothing(office: Office, tmp_path: Path) -> None:
    accounts = prepare_accounts(tmp_path / "sftp", ["agency"])
    stranger = prepare_accounts(tmp_path / "stranger", ["agency"])
    with serving(accounts) as server:
        settings = replace(
            office.services.settings, drops=None, sftp_port=server.port,
            sftp_known_host=stranger.known_host(server.port), sftp_keys=accounts.keys,
        )  # fmt: skip
        with open_services(settings) as services, pytest.raises(HostKeyError):
            office.land(services=services)
    assert office.services.deliveries.seen("agency") == []


def test_after_thirteen_months_the_bytes_go_and_the_ledger_still_knows_the_file(office: Office) -> None:
    office.drop("1 v1")
    office.land()
    (kept,) = office.services.landing.hashes()
    landed = datetime(2026, 11, 9, tzinfo=UTC)
    assert expire_landed(office.services, landed + timedelta(days=380), "tester") == 0
    assert expire_landed(office.services, landed + timedelta(days=500), "tester") == 1
    assert office.services.landing.hashes() == []
    (row,) = office.services.deliveries.for_period("agency", OCTOBER)
    assert (row["sha256"], row["bytes_removed_at"] is not None) == (kept, True)
    assert expire_landed(office.services, landed + timedelta(days=500), "tester") == 0
    assert office.services.ledger.verify_audit().problems == ()


def test_a_reopened_month_keeps_its_files_and_takes_what_came_since_also_from_the_month_after(office: Office) -> None:
    office.drop("1 v1", "october")
    office.land()
    booked = {"generation": 1, "manifest": {}, "manifest_sha256": "0" * 64, "code_version": "1"}
    with office.services.warehouse.transaction() as conn:
        office.services.ledger.record_generation(conn, OCTOBER, {**booked, "config_fingerprint": "c", "run_id": "r"})
        conn.execute(sa.update(generation).values(published_at=datetime(2026, 11, 20, tzinfo=UTC)))
    office.drop("2 v1", "too late")
    office.drop("1 v1", "november", NOVEMBER)
    office.land(NOVEMBER)
    assert (office.name("2 v1", OCTOBER), "received", True) in office.inputs(NOVEMBER)
    with office.services.warehouse.transaction() as conn:
        assert release(conn, OCTOBER) == 1
        office.services.ledger.set_state(conn, OCTOBER, "reopened")
    for _ in range(2):
        office.land()
        assert sorted(office.inputs()) == [
            (office.name("1 v1", OCTOBER), "received", False),
            (office.name("2 v1", OCTOBER), "received", True),
        ]
    office.drop("1 v2", "after the second cut")
    assert office.land().detail["held"] == 1
    assert office.inputs(NOVEMBER) == [(office.name("1 v1", NOVEMBER), "received", False)]
