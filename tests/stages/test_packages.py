"""Packages on a real SFTP server: protected for their recipient, vouched for, signed for, reminded of, sent again."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msoffcrypto
import openpyxl
import pyrage
import pytest
import pyzipper
import sqlalchemy as sa

from exchange.model.errors import PublicationError
from exchange.model.period import Period
from exchange.model.run import Run
from exchange.rules.letters.exchange_ledger import ledger_rows
from exchange.services.delivery.offline_verifier import check
from exchange.services.delivery.outbox import outbox_of
from exchange.services.keys import KeyMissing
from exchange.services.reporting.reported import Reported
from exchange.services.tables.ledger import audit, dispatch
from exchange.services.tables.packages import dispatch_event, package_receipt
from exchange.services.tables.packages import package as packages
from exchange.stages.answers import import_answers
from exchange.stages.notify import notify_recipients
from exchange.stages.notify.month import NotifiedMonth
from exchange.stages.passwords import write_passwords
from exchange.stages.receipts import collect_receipts, import_receipt
from tests.stages.test_notify import HERE, PERIOD, RUN, THERE, number_of
from tests.support.packages import CENTER, OFFICE, World, rows_of

NIGHT = Run("night-1", Period(2026, 11), "", False, datetime(2026, 11, 13, tzinfo=UTC), "test")


def opened(content: bytes, password: str) -> bytes:
    book, out = msoffcrypto.OfficeFile(io.BytesIO(content)), io.BytesIO()
    book.load_key(password=password, verify_password=True)
    book.decrypt(out, verify_integrity=True)
    return out.getvalue()


def status_of(world: World, account: str) -> set[str]:
    return {row["status"] for row in rows_of(world, dispatch) if row["path"].startswith(f"{account}/2026-10/")}


def test_an_office_opens_its_workbook_with_its_own_password(world):
    (path,) = world.received(OFFICE).glob("*信息通报_*.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(opened(path.read_bytes(), world.password(OFFICE))))
    assert number_of(1) in {str(cell.value) for row in book["新增流入人员"].iter_rows() for cell in row}
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        opened(path.read_bytes(), world.password(f"office-{THERE}"))


def test_a_health_centre_unpacks_its_zip_and_a_system_uses_its_key(world):
    (packed,) = world.received(CENTER).glob("*.xlsx.zip")
    with pyzipper.AESZipFile(packed) as archive:
        archive.setpassword(world.password(CENTER).encode())
        assert openpyxl.load_workbook(io.BytesIO(archive.read(archive.namelist()[0]))).sheetnames
    (sealed, *_) = sorted(world.received(world.system, "feedback/2026-10").glob("*.xlsx.age"))
    assert openpyxl.load_workbook(io.BytesIO(pyrage.decrypt(sealed.read_bytes(), [world.identity]))).sheetnames


def test_nothing_on_a_protected_account_can_be_read_without_its_key(world):
    for account in (OFFICE, CENTER, world.system):
        for path in world.received(account, ".").rglob("*.*"):
            assert path.read_bytes()[:4] != b"PK\x03\x04" or path.suffix == ".zip", path.name
            assert number_of(1).encode() not in path.read_bytes()


def test_a_manifest_tells_what_left_and_what_is_inside(world):
    manifest = json.loads((world.received(CENTER) / "manifest.json").read_text("utf-8"))
    (file,) = manifest["files"]
    with pyzipper.AESZipFile(world.received(CENTER) / file["name"]) as archive:
        archive.setpassword(world.password(CENTER).encode())
        plain = archive.read(archive.namelist()[0])
    assert (file["protection"], file["plain"]["bytes"]) == ("zip", len(plain))
    assert file["plain"]["name"] + ".zip" == file["name"]
    assert (manifest["number"], manifest["previous"], manifest["protection"]["method"]) == (1, None, "zip")
    assert set(manifest["audit"]) == {"seq", "hash"}


def test_a_rerun_sends_the_same_protected_bytes(world):
    root = world.services.settings.home / "outbox"
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    again = notify_recipients(RUN, world.registry, world.services)
    assert (again.outcome, again.detail["uploaded"]) == ("unchanged", 0)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_protected_file_that_is_lost_is_never_encrypted_anew(world):
    (path,) = (world.services.settings.home / "outbox" / CENTER / "2026-10").glob("*.zip")
    path.unlink()
    with pytest.raises(PublicationError, match="cannot be made again"):
        notify_recipients(RUN, world.registry, world.services)
    assert not path.exists()


def test_a_lost_receipt_form_or_signature_is_made_again_as_it_was(world):
    folder = world.services.settings.home / "outbox" / CENTER / "2026-10"
    lost = [folder / "manifest.json.sig", folder / "manifest.json", *folder.glob("签收回执*")]
    before = [path.read_bytes() for path in lost]
    for path in lost:
        path.unlink()
    notify_recipients(RUN, world.registry, world.services)
    assert [path.read_bytes() for path in lost] == before


def test_a_lost_key_is_never_replaced_by_another(world):
    keys = world.services.settings.home / "keys"
    for name in ("packages.key", "signing.key"):
        (keys / name).unlink()
    with pytest.raises(KeyMissing):
        _ = outbox_of(world.services).passwords
    with pytest.raises(KeyMissing):
        _ = outbox_of(world.services).signer


def test_the_auditor_checks_every_account_with_the_program_in_the_package(world, tmp_path):
    program = world.received("auditor") / "verify_packages.py"
    assert outbox_of(world.services).signer.public in program.read_text("utf-8")
    found = check(world.services.settings.home / "outbox", [outbox_of(world.services).signer.public])
    assert (found.problems, found.manifests) == (0, 10)


def test_passwords_are_in_no_log_ledger_manifest_or_file(world, tmp_path, caplog):
    sheet = tmp_path / "passwords.txt"
    number = write_passwords(world.services, world.registry, PERIOD, sheet, actor="test", why="密码交接")
    told = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", sheet.read_text("utf-8-sig"))
    assert len(told) == len(set(told)) == number
    assert world.password(OFFICE) in told
    assert sheet.stat().st_mode & 0o777 == 0o600
    with world.services.warehouse.transaction() as conn:
        tables = [f"{row.table_schema}.{row.table_name}" for row in conn.execute(sa.text(
            "select table_schema, table_name from information_schema.tables where table_schema in"
            " ('ledger', 'registry', 'vault', 'core', 'mart')"
        ))]  # fmt: skip
        kept = "".join(str(conn.execute(sa.text(f"select * from {name}")).all()) for name in tables)
    files = [path for path in world.services.settings.home.rglob("*") if path.is_file()]
    files += [path for path in world.accounts.files.rglob("*") if path.is_file()]
    everything = kept.encode() + caplog.text.encode() + b"".join(path.read_bytes() for path in files)
    assert [password for password in told if password.encode() in everything] == []
    assert [row["counts"] for row in rows_of(world, audit) if row["act"] == "passwords"] == [{"accounts": number}]


def test_a_sheet_of_passwords_can_be_printed(world, tmp_path):
    write_passwords(world.services, world.registry, PERIOD, tmp_path / "p.xlsx", actor="test", why="密码交接")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert world.password(OFFICE) in {cell.value for row in book["密码交接单"].iter_rows() for cell in row}


def heading(cell) -> str:
    return "".join(str(cell.value).split())


def test_a_clerk_returns_the_protected_file_as_the_office_program_saves_it(world, tmp_path):
    (path,) = world.received(OFFICE).glob("*信息通报_*.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(opened(path.read_bytes(), world.password(OFFICE))))
    sheet = book["新增流入人员"]
    header = next(row for row in sheet.iter_rows() if any(heading(cell) == "核实结果" for cell in row))
    column = next(cell.column for cell in header if heading(cell) == "核实结果")
    sheet.cell(header[0].row + 1, column).value = "属实"
    plain, saved = io.BytesIO(), io.BytesIO()
    book.save(plain)
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt(world.password(OFFICE), saved)
    returned = tmp_path / "王村 副本.xlsx"
    returned.write_bytes(saved.getvalue())
    lines = import_answers(world.services, world.registry, returned, actor="test", why="退回")
    assert any("1" in line for line in lines)
    assert [row["act"] for row in rows_of(world, audit)].count("return") == 1


# Receipts


def test_a_receipt_from_the_account_closes_package_and_letters(world):
    world.sign(OFFICE, world.form(OFFICE))
    receipt = collect_receipts(NIGHT, world.registry, world.services)
    assert (receipt.rows_in, receipt.rows_out, receipt.detail["accepted"]) == (1, 1, 1)
    assert status_of(world, OFFICE) == {"received"}
    (row,) = (row for row in rows_of(world, packages) if row["account"] == OFFICE and row["received_at"])
    assert (row["signed_by"], str(row["signed_on"])) == ("张主任", "2026-11-12")
    assert collect_receipts(NIGHT, world.registry, world.services).outcome == "empty"


def test_the_next_months_exchange_ledger_says_who_signed_and_when(world):
    late = replace(NIGHT, started_at=rows_of(world, packages)[0]["sent_at"] + timedelta(days=6))
    collect_receipts(late, world.registry, world.services)
    world.sign(OFFICE, world.form(OFFICE))
    collect_receipts(late, world.registry, world.services)
    november = Period(2026, 11)
    with world.services.warehouse.transaction() as conn:
        values = {"generation": 1, "manifest": {}, "manifest_sha256": "1" * 64, "code_version": "1"}
        world.services.ledger.record_generation(
            conn, november, {**values, "config_fingerprint": "c", "run_id": "run-2"}
        )
    letters = Reported(world.services.warehouse, november, 1).letters("exchange_ledger")
    head = NotifiedMonth(RUN, world.registry, world.services, {"generation": 1}).letterhead(HERE)
    told = {row["file"]: row for row in ledger_rows([], letters, HERE, world.registry, head)}
    signed = next(row for name, row in told.items() if "信息通报_" in name)
    assert (signed["received_by"], str(signed["received_on"]), signed["answered"]) == ("张主任", "2026-11-12", "已签收")
    waiting = next(row for name, row in told.items() if "服务对象通知" in name)
    assert (waiting["received_by"], waiting["received_on"], waiting["answered"]) == (None, None, "未签收，已催办1次")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_whatever_editor_saved_it_a_receipt_is_read(world, encoding):
    world.sign(OFFICE, world.form(OFFICE, day="2026.11.12"), encoding=encoding)
    assert collect_receipts(NIGHT, world.registry, world.services).rows_out == 1


def test_a_system_answers_in_json(world):
    (path,) = world.received(world.system, "feedback/2026-10").glob("签收回执_*.json")
    form = json.loads(path.read_text("utf-8")) | {"signed_by": "交换系统", "signed_on": "2026-11-11"}
    world.sign(world.system, json.dumps(form, ensure_ascii=False), name="r.json")
    assert collect_receipts(NIGHT, world.registry, world.services).rows_out == 1


def refused(world: World, text: str, account: str = OFFICE) -> str:
    """The answer in the account's folder to a receipt that closes nothing."""
    world.sign(account, text)
    assert collect_receipts(NIGHT, world.registry, world.services).rows_out == 0
    assert "received" not in status_of(world, OFFICE)
    (answer,) = world.received(account, "replies").glob("回执答复_*.txt")
    return answer.read_text("utf-8-sig")


def test_a_receipt_for_other_bytes_is_answered_and_closes_nothing(world):
    text = re.sub(r"包摘要：[0-9a-f]{4}", "包摘要：0000", world.form(OFFICE))
    assert "都不相符" in refused(world, text)
    assert [row["outcome"] for row in rows_of(world, package_receipt)] == ["unknown"]


def test_a_receipt_over_other_rows_is_answered_and_closes_nothing(world):
    assert "实收 99 行" in refused(world, world.form(OFFICE, rows="99"))


def test_a_receipt_without_signer_or_day_is_answered(world):
    assert "未填写签收人" in refused(world, world.form(OFFICE, signer=""))


def test_a_day_that_is_none_is_answered(world):
    assert "签收日期" in refused(world, world.form(OFFICE, day="十一月"))


def test_nobody_signs_for_somebody_else(world):
    assert "其他接收方" in refused(world, world.form(OFFICE), account=CENTER)


@pytest.mark.parametrize("junk", ["", "\0\1\2", "{", "{}", "[1]", "你好", "签收人" * 40_000])
def test_junk_is_answered_and_stops_nothing(world, junk):
    assert "回执" in refused(world, junk)


def test_a_second_receipt_is_kept_and_changes_nothing(world):
    world.sign(OFFICE, world.form(OFFICE))
    collect_receipts(NIGHT, world.registry, world.services)
    # Nothing is awaited from the account any more, so a person brings the second one.
    second = world.sign(OFFICE, world.form(OFFICE, signer="李某"), name="再签.txt")
    signed = import_receipt(world.services, second, actor="test", why="补交")
    assert signed.judged.outcome == "repeated"
    assert "李某" not in {row["signed_by"] for row in rows_of(world, packages)}


def test_an_account_that_is_locked_does_not_hold_up_the_others(world):
    (world.accounts.server_keys / "authorized" / CENTER).unlink()
    world.services.outlet.close()
    world.sign(OFFICE, world.form(OFFICE))
    receipt = collect_receipts(NIGHT, world.registry, world.services)
    assert (receipt.rows_out, receipt.detail["unreachable"]) == (1, 1)


def test_whoever_is_late_is_reminded_so_often_and_no_more(world):
    sent = rows_of(world, packages)[0]["sent_at"]

    def night(days: float) -> int:
        run = replace(NIGHT, started_at=sent + timedelta(days=days))
        return int(collect_receipts(run, world.registry, world.services).detail["reminded"])

    awaited = sum(row["awaits_receipt"] for row in rows_of(world, packages))
    assert [night(4.9), night(5.1), night(5.2), night(8.2), night(30)] == [0, awaited, 0, awaited, 0]
    letters = sorted(path.name for path in world.received(OFFICE, "reminders").iterdir())
    assert letters == ["签收催办_2026-10_第1次.txt", "签收催办_2026-10_第2次.txt"]
    assert "至今未收到签收回执" in (world.received(OFFICE, "reminders") / letters[0]).read_text("utf-8-sig")
    assert {row["event"] for row in rows_of(world, dispatch_event)} == {"reminded"}


def test_who_has_signed_is_not_reminded(world):
    world.sign(OFFICE, world.form(OFFICE))
    late = replace(NIGHT, started_at=rows_of(world, packages)[0]["sent_at"] + timedelta(days=6))
    collect_receipts(late, world.registry, world.services)
    assert not world.received(OFFICE, "reminders").exists()
