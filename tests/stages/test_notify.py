"""Stage notify on a published month of synthetic persons: who gets what, and what may never leave."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.registry.load import Registry, load_registry
from exchange.services.bundle import Services, open_services
from exchange.services.settings import Settings
from exchange.services.tables import ledger as ledger_tables
from exchange.services.tables import mart
from exchange.services.tables import registry as registry_tables
from exchange.services.transports.folder import FolderOutlet
from exchange.stages.notify import notify_recipients
from exchange.stages.notify.month import NotifiedMonth
from exchange.stages.notify.offices import guard_township

PERIOD = Period(2026, 10)
RUN = Run("run-1", PERIOD, "", True, datetime(2026, 11, 10, tzinfo=UTC), "test")
HERE, THERE = "370306100", "370306101"
KEY = {"period": str(PERIOD), "generation": 1}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
UNITS = """unit_code,source,name,township9,township_name,village12,kind,sends,reason_dict,sex_dict,township_means
370306100,PS,北郊镇派出所,370306100,北郊镇,,police_station,full,label,,residence
370306100,PH,北郊镇卫生院,370306100,北郊镇,,township_clinic,events,,,residence
370306101,PS,南郊镇派出所,370306101,南郊镇,,police_station,full,label,,residence
"""


def number_of(person: int) -> str:
    body = f"11010119900307{person:03d}"
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, WEIGHTS, strict=True)) % 11]


@pytest.fixture
def installed(settings: Settings, tmp_path: Path) -> Iterator[tuple[Registry, Services]]:
    """An installation of two townships with a published month: one arrival each; one clinic that sent nothing."""
    units = tmp_path / "units.csv"
    units.write_text(UNITS, encoding="utf-8")
    registry = load_registry(settings.schemas, settings.expectations, units)
    with open_services(settings) as services:
        publish(registry, services)
        yield registry, services


def publish(registry: Registry, services: Services) -> None:
    police = registry.of_role("residence_register")[0].name
    clinic = registry.of_role("service_log")[0].name
    with services.warehouse.transaction() as conn:
        generation = {"generation": 1, "manifest": {"rows": 3}, "manifest_sha256": "0" * 64, "code_version": "1"}
        services.ledger.record_generation(
            conn, PERIOD, {**generation, "config_fingerprint": "c" * 64, "run_id": "run-1"}
        )
        for township9 in (HERE, THERE):
            zeros = {"late_reg": 0, "move_in": 0, "return": 0, "out": 0, "move_out": 0, "cancel": 0}
            balance = {**KEY, **zeros, "township9": township9, "opening": 0, "new": 1, "closing": 1}
            conn.execute(sa.insert(mart.balance).values(**balance, scope_group="default"))
        for source, unit, name, status in (
            (police, HERE, "北郊镇派出所", "reported"),
            (clinic, HERE, "北郊镇卫生院", "missing"),
            (police, THERE, "南郊镇派出所", "reported"),
        ):
            rows = {"rows_in": 2, "accepted": 1, "warned": 0, "set_aside": 1} if status == "reported" else {}
            counts = {"rows_in": 0, "accepted": 0, "warned": 0, "set_aside": 0} | rows
            state = {"source": source, "unit_code": unit, "township9": unit, "name": name, "status": status}
            conn.execute(sa.insert(mart.unit_status).values(**KEY, **state, is_late=False, **counts))
    add_person(services, HERE, 1)
    add_person(services, THERE, 2)
    add_file(services, police, HERE, broken=True)
    add_file(services, police, THERE, broken=False)


def add_person(services: Services, township9: str, person: int, listed: str = "inflow", **more: object) -> None:
    """One person with a sealed number on one list of a township."""
    digest = services.vault.hmac_id("resident", number_of(person))
    payload = {
        "name": f"人{person}", "name_key": f"ren{person}", "sex": "1", "birth_date": "1990-03-07", "village": "某村",
        "current_address": "一号", "arrive_date": "2026-10-05", "inflow_type": "NEW", **more,
    }  # fmt: skip
    entry = {"township9": township9, "list": listed, "person_id": f"P{person}", "entry_id": "", "row_id": f"r{person}"}
    with services.warehouse.transaction() as conn:
        conn.execute(
            sa.insert(registry_tables.person).values(
                person_id=f"P{person}", first_period=str(PERIOD), last_period=str(PERIOD), status="active"
            )
        )
        conn.execute(
            sa.insert(registry_tables.identifier).values(
                scheme="resident", id_hmac=digest, person_id=f"P{person}", first_period=str(PERIOD)
            )
        )
        cipher = services.vault.seal(number_of(person))
        conn.execute(sa.insert(registry_tables.vault_identity).values(id_hmac=digest, id_cipher=cipher, key_version=1))
        conn.execute(sa.insert(mart.list_entry).values(**KEY, **entry, sort_key="", payload=payload))


def add_file(services: Services, source: str, unit: str, *, broken: bool) -> None:
    """A delivery of two rows, the second one set aside when `broken`."""
    path = f"{source}/2026-10/{unit}_PS_2026-10_full_v1.csv"
    delivery = {
        "delivery_id": unit, "source": source, "unit_code": unit, "file_period": str(PERIOD), "version": 1,
        "kind": "full", "path": path, "sha256": unit, "bytes": 1, "status": "received", "is_late": False,
        "first_seen_period": str(PERIOD), "processed_period": str(PERIOD), "seen_at": RUN.started_at,
    }  # fmt: skip
    row = {"period": str(PERIOD), "source": source, "delivery_id": unit, "file": path, "sheet": ""}
    with services.warehouse.transaction() as conn:
        conn.execute(sa.insert(ledger_tables.delivery).values(**delivery))
        for place, disposition in ((2, "accept"), (3, "quarantine" if broken else "accept")):
            outcome = {"row_id": f"{unit}{place}", "row": place, "disposition": disposition, "rules": ""}
            conn.execute(sa.insert(ledger_tables.source_row).values(**row, **outcome))
        if broken:
            issue = {"period": str(PERIOD), "row_id": f"{unit}3", "field": "id_number", "rule": "R05"}
            conn.execute(sa.insert(ledger_tables.issue).values(**issue))


def outbox(services: Services, account: str, folder: str = "2026-10") -> Path:
    return services.settings.home / "outbox" / account / folder


def workbook_of(services: Services, township9: str) -> openpyxl.Workbook:
    (path,) = outbox(services, f"office-{township9}").glob("*信息通报_*.xlsx")
    return openpyxl.load_workbook(BytesIO(path.read_bytes()))


def texts(book: openpyxl.Workbook) -> str:
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_a_townships_file_holds_its_own_people_and_nobody_else(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    assert "人1" in texts(workbook_of(services, HERE))
    assert number_of(1) in texts(workbook_of(services, HERE))
    assert not {"人2", number_of(2)} & set(texts(workbook_of(services, HERE)).split("\n"))
    assert "人2" in texts(workbook_of(services, THERE))


def guarded(registry: Registry, services: Services, book: openpyxl.Workbook) -> None:
    """The guard on `book` as it would be sent to HERE."""
    month = NotifiedMonth(RUN, registry, services, services.ledger.generation(PERIOD))
    product = registry.products["notice_office"]
    content = BytesIO()
    book.save(content)
    guard_township(month, product, HERE, content.getvalue())


def test_the_guard_lets_a_townships_own_file_pass(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    guarded(registry, services, workbook_of(services, HERE))


def test_a_person_added_from_elsewhere_makes_the_guard_refuse(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    book, other = workbook_of(services, HERE), workbook_of(services, THERE)
    sheet = book["新增流入人员"]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    for place, cell in enumerate(other["新增流入人员"][4], 1):
        sheet.cell(5, place).value = cell.value
    with pytest.raises(PublicationError, match="1 rows do not belong to this township") as refused:
        guarded(registry, services, book)
    assert not {"人2", number_of(2)} & set(str(refused.value).split())


def test_another_townships_file_makes_the_guard_refuse(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    with pytest.raises(PublicationError, match=r"1 rows do not belong .* 1 entries of the township are"):
        guarded(registry, services, workbook_of(services, THERE))


def test_a_number_of_somebody_else_on_the_right_row_makes_the_guard_refuse(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    book = workbook_of(services, HERE)
    book["新增流入人员"]["G4"].value = number_of(2)
    with pytest.raises(PublicationError, match="1 identity numbers belong to nobody") as refused:
        guarded(registry, services, book)
    assert number_of(2) not in str(refused.value)


def publish_september(services: Services, generation: int, known_in: int, closing: int) -> None:
    """A generation of the month before, published in October of the year `known_in`: two people due, one overdue."""
    month = {"period": "2026-09", "generation": generation}
    told = {"manifest": {}, "manifest_sha256": "0" * 64, "code_version": "1", "config_fingerprint": "c", "run_id": "r"}
    balance = dict.fromkeys(("late_reg", "move_in", "return", "out", "move_out", "cancel"), 0)
    balance |= {"opening": 1, "new": closing - 1, "closing": closing}
    book = ledger_tables.generation
    with services.warehouse.transaction() as conn:
        services.ledger.record_generation(conn, Period(2026, 9), {**told, "generation": generation})
        chosen = sa.update(book).where(book.c.period == "2026-09", book.c.generation == generation)
        conn.execute(chosen.values(published_at=datetime(known_in, 10, 10, tzinfo=UTC)))
        conn.execute(sa.insert(mart.balance).values(**month, **balance, township9=HERE, scope_group="default"))
        for person, day in (("P7", "2026-08-31"), ("P8", "2026-09-01")):
            entry = {"list": "due", "person_id": person, "entry_id": "", "row_id": "r", "sort_key": ""}
            conn.execute(sa.insert(mart.list_entry).values(**month, **entry, township9=HERE, payload={"due_on": day}))


def test_the_cover_compares_with_the_month_before_as_it_was_known_then(installed):
    registry, services = installed
    publish_september(services, 1, 2026, 4)
    publish_september(services, 2, 2099, 9)
    letter = {"dispatch_id": "d" * 24, "period": "2026-09", "generation": 1, "recipient": "x", "product": "p"}
    place = {"path": f"office-{HERE}/2026-09/a.xlsx", "sha256": "0" * 64, "bytes": 1, "rows": 1, "status": "written"}
    with services.warehouse.transaction() as conn:
        conn.execute(sa.insert(ledger_tables.dispatch).values(**letter, **place))
    notify_recipients(RUN, registry, services)
    cover = workbook_of(services, HERE)["通报单"]
    lines = {row[1]: row[2:5] for row in cover.iter_rows(min_row=4, max_row=13, values_only=True)}
    assert lines["月末在管"] == (1, 4, "-3")
    assert lines["应服务人员"] == (0, 2, "-2")
    assert lines["其中：已逾期"] == (0, 1, "-1")
    assert [cell.value for cell in cover[15]][7:11] == ["2026-09", 4, 3, 0]
    assert "2026年9月1件" in texts(workbook_of(services, HERE))
    assert "2026年9月1件" not in texts(workbook_of(services, THERE))


def test_a_missing_sender_is_named_and_never_reads_as_nothing_this_month(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    book = workbook_of(services, HERE)
    assert book["漏管待核实人员"]["A4"].value == "缺报：北郊镇卫生院"
    assert book["流出及注销人员"]["A4"].value == "本月无"


def test_every_row_of_a_person_carries_a_token_without_meaning(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    sheet = workbook_of(services, HERE)["新增流入人员"]
    token = sheet.cell(4, sheet.max_column).value
    assert token == services.vault.token(str(PERIOD), HERE, "inflow", "P1", "")


def test_each_sender_gets_its_own_rows_back_or_a_receipt(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    account = registry.of_role("residence_register")[0].transport.account
    names = sorted(path.name for path in outbox(services, account, "feedback/2026-10").glob("*.xlsx"))
    assert names == [
        "370306_周村区_北郊镇派出所_数据问题反馈_2026-10.xlsx",
        "370306_周村区_南郊镇派出所_数据接收回执_无问题_2026-10.xlsx",
    ]
    book = openpyxl.load_workbook(outbox(services, account, "feedback/2026-10") / names[0])
    assert [cell.value for cell in book["问题明细"][4]][3:6] == [3, "公民身份号码", "R05"]
    assert number_of(1) not in texts(book)


def test_the_manifest_vouches_for_every_file_and_comes_with_the_audit_head(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    folder = outbox(services, f"office-{HERE}")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (listed,) = (file for file in manifest["files"] if file["product"] == "notice_office")
    content = (folder / listed["name"]).read_bytes()
    assert (listed["bytes"], listed["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (listed["rows"], listed["sheets"]["新增流入人员"]) == (1, 1)
    assert (manifest["generation"], manifest["config_fingerprint"]) == (1, "c" * 64)
    assert set(manifest["audit"]) == {"seq", "hash"}


def test_every_letter_is_booked_with_its_act_in_the_audit_chain(installed):
    registry, services = installed
    receipt = notify_recipients(RUN, registry, services)
    letters = services.ledger.dispatches(PERIOD, 1)
    assert len(letters) == receipt.detail["letters"] == 20
    assert {letter["township9"] for letter in letters if letter["product"] == "notice_office"} == {HERE, THERE}
    with services.warehouse.transaction() as conn:
        acts = conn.execute(sa.select(ledger_tables.audit.c.act)).scalars().all()
    assert acts.count("package") == 10
    assert services.ledger.verify_audit().problems == ()


def test_a_rerun_changes_no_byte_and_books_nothing(installed):
    registry, services = installed
    first = notify_recipients(RUN, registry, services)
    before = {path: path.read_bytes() for path in (services.settings.home / "outbox").rglob("*") if path.is_file()}
    second = notify_recipients(RUN, registry, services)
    after = {path: path.read_bytes() for path in (services.settings.home / "outbox").rglob("*") if path.is_file()}
    assert before == after
    assert (second.outcome, second.fingerprint) == ("unchanged", first.fingerprint)
    with services.warehouse.transaction() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(ledger_tables.audit)).scalar_one() == 10


def test_a_file_that_comes_after_delivery_brings_its_sender_nothing_in_that_month(installed):
    registry, services = installed
    clinic = registry.of_role("service_log")[0]
    notify_recipients(RUN, registry, services)
    add_file(services, clinic.name, f"{HERE}9", broken=False)
    assert notify_recipients(RUN, registry, services).outcome == "unchanged"
    assert not outbox(services, clinic.transport.account, "feedback/2026-10").exists()


def test_a_lost_file_is_made_again_with_the_booked_bytes(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    (path,) = outbox(services, f"office-{HERE}").glob("*信息通报_*.xlsx")
    content = path.read_bytes()
    path.unlink()
    notify_recipients(RUN, registry, services)
    assert path.read_bytes() == content


def test_a_correction_goes_only_to_the_township_it_changes(installed):
    registry, services = installed
    notify_recipients(RUN, registry, services)
    with services.warehouse.transaction() as conn:
        for table in (mart.balance, mart.list_entry, mart.unit_status):
            names = [column.name for column in table.columns]
            copied = [sa.literal(2) if name == "generation" else table.c[name] for name in names]
            conn.execute(sa.insert(table).from_select(names, sa.select(*copied)))
        changed = mart.list_entry.c
        conn.execute(
            sa.update(mart.list_entry)
            .where(changed.generation == 2, changed.township9 == HERE)
            .values(payload={"name": "人甲", "sex": "1"})
        )
        values = {"generation": 2, "manifest": {}, "manifest_sha256": "1" * 64, "code_version": "1"}
        services.ledger.record_generation(conn, PERIOD, {**values, "config_fingerprint": "c", "run_id": "run-2"})
    notify_recipients(RUN, registry, services)
    (path,) = outbox(services, f"office-{HERE}").glob("*信息通报_*_更正1.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1] == "更正说明"
    assert str(book.worksheets[0]["A1"].value).endswith("更正（第2版）")
    told = [row for row in book["更正说明"].iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
    assert {row[2] for row in told} == {"修改"}
    assert "人甲" not in [cell for row in told for cell in row]
    assert not list(outbox(services, f"office-{THERE}").glob("*更正*"))
    assert (outbox(services, f"office-{HERE}") / "manifest_更正1.json").is_file()


def test_an_unpublished_month_is_not_notified(installed):
    registry, services = installed
    other = Run("run-2", Period(2026, 11), "", True, RUN.started_at, "test")
    with pytest.raises(PublicationError, match="not published"):
        notify_recipients(other, registry, services)


def test_packages_are_uploaded_once_and_booked_as_uploaded(installed, tmp_path):
    registry, services = installed
    services = replace(services, outlet=FolderOutlet(tmp_path / "server"))
    first = notify_recipients(RUN, registry, services)
    received = tmp_path / "server" / f"office-{HERE}" / "2026-10"
    assert {path.name for path in received.iterdir()} == {
        path.name for path in outbox(services, f"office-{HERE}").iterdir()
    }
    assert {letter["status"] for letter in services.ledger.dispatches(PERIOD, 1)} == {"uploaded"}
    head = services.ledger.verify_audit().head
    again = notify_recipients(RUN, registry, services)
    assert (first.outcome, again.outcome, again.detail["uploaded"]) == ("done", "unchanged", 0)
    assert services.ledger.verify_audit().head == head
