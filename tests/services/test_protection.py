"""Protection of files, opened again by the programs a recipient would use."""

import io
import re
import subprocess
import sys

import msoffcrypto
import openpyxl
import pyrage
import pytest
import pyzipper
import xlsxwriter

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.registry.spec_recipients import Protection
from exchange.services.delivery.protection import Passwords, method_for, password_term, protect, protected_name
from exchange.services.parsing.unlock import unlock, unlocked

PASSWORD = "k7mq-4xth-w9ra-e3pd"
OCTOBER = Period(2026, 10)


def book(rows: int = 3) -> bytes:
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = made.add_worksheet("名单")
    for row in range(rows):
        sheet.write_row(row, 0, ["王村镇", f"{row:08d}", row])
    made.close()
    return content.getvalue()


@pytest.mark.parametrize("rows", [1, 60, 5_000, 250_000])
def test_an_office_program_opens_a_protected_workbook_with_the_password_only(rows):
    plain = book(rows)
    sealed = protect("a.xlsx", plain, Protection(method="ooxml"), PASSWORD)
    assert sealed[:8] == bytes.fromhex("d0cf11e0a1b11ae1")
    assert "名单".encode() not in sealed
    opened = msoffcrypto.OfficeFile(io.BytesIO(sealed))
    assert opened.is_encrypted()
    opened.load_key(password=PASSWORD, verify_password=True)
    found = io.BytesIO()
    opened.decrypt(found, verify_integrity=True)
    assert found.getvalue() == plain
    assert openpyxl.load_workbook(found, read_only=True)["名单"]["A1"].value == "王村镇"
    assert unlocked(sealed, "k7mq-4xth-w9ra-e3pe") is None


def test_a_protected_workbook_is_aes_256():
    opened = msoffcrypto.OfficeFile(io.BytesIO(protect("a.xlsx", book(), Protection(method="ooxml"), PASSWORD)))
    assert (opened.type, opened.info["passwordKeyBits"], opened.info["passwordHashAlgorithm"]) == (
        "agile", 256, "SHA512",
    )  # fmt: skip
    assert opened.info["spinValue"] == 100_000


def test_a_protected_zip_is_aes_256_and_opens_with_the_password_only():
    sealed = protect("周村区_名单.xlsx", book(), Protection(method="zip"), PASSWORD)
    with pyzipper.AESZipFile(io.BytesIO(sealed)) as archive:
        (info,) = archive.infolist()
        assert (info.filename, info.wz_aes_strength, info.flag_bits & 1) == ("周村区_名单.xlsx", 3, 1)
        archive.setpassword(PASSWORD.encode())
        assert archive.read(info) == book()
        archive.setpassword(b"another")
        with pytest.raises(RuntimeError):
            archive.read(info)


def test_a_system_opens_its_age_file_with_its_key_only():
    own, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    sealed = protect("a.xlsx", book(), Protection(method="age", keys=(str(own.to_public()),)), None)
    assert pyrage.decrypt(sealed, [own]) == book()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])


def test_a_damaged_age_key_is_told_before_anything_leaves():
    broken = "age1" + "q" * 58
    with pytest.raises(RegistryError, match="age key"):
        protect("a.xlsx", book(), Protection(method="age", keys=(broken,)), None)


def test_what_is_no_workbook_never_slips_through_unprotected():
    held = Protection(method="ooxml")
    assert method_for("report.html", held) == "zip"
    assert protected_name("report.html", method_for("report.html", held)) == "report.html.zip"
    assert b"<html>" not in protect("report.html", b"<html>" * 100, held, PASSWORD)


@pytest.mark.parametrize(
    ("rotate", "term"),
    [("month", "2026-10"), ("quarter", "2026Q4"), ("half_year", "2026H2"), ("year", "2026")],
)
def test_a_password_holds_for_its_term(rotate, term):
    assert password_term(Protection(method="zip", rotate=rotate), OCTOBER) == term


def test_passwords_differ_by_recipient_term_and_issue_and_come_again_from_the_key(tmp_path):
    made = Passwords(tmp_path)
    terms = [password_term(Protection(method="zip", issue=issue), OCTOBER) for issue in (1, 2)]
    found = {made.of(account, term) for account in ("office-1", "office-2") for term in [*terms, "2027Q1"]}
    assert len(found) == 6
    assert all(re.fullmatch(r"([a-hj-kmnp-z2-9]{4}-){3}[a-hj-kmnp-z2-9]{4}", password) for password in found)
    assert Passwords(tmp_path, create=False).of("office-1", terms[0]) in found
    assert (tmp_path / "packages.key").stat().st_mode & 0o777 == 0o600


def test_a_file_without_password_is_left_as_it_is():
    assert unlock(book(), [PASSWORD]) == book()
    assert unlock(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), [PASSWORD])[:4] == b"\xd0\xcf\x11\xe0"


def test_no_encryption_without_words_and_no_key_without_age():
    for wrong in ({"method": "none"}, {"method": "none", "reason": " "}, {"method": "age"}):
        with pytest.raises(ValueError, match=r"reason|keys"):
            Protection(**wrong)
    with pytest.raises(ValueError, match="method age"):
        Protection(method="zip", keys=(str(pyrage.x25519.Identity.generate().to_public()),))


def test_a_child_that_reads_answers_needs_no_database_to_open_a_protected_file():
    code = "import exchange.services.parsing.unlock, sys; print('sqlalchemy' in sys.modules, 'pyrage' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
