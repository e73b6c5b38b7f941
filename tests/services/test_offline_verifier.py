"""The one-file verifier: right on RFC 8032, and no changed byte of a copied package escapes it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from exchange.model.period import Period
from exchange.registry.spec_recipients import Protection
from exchange.rules.letters.receipts import receipt_form
from exchange.services.delivery.offline_verifier import check, ed25519_valid
from exchange.services.delivery.packages import Letter, Link, Package, Sealed, assemble, sha256_of
from exchange.services.delivery.protection import protect, protected_name
from exchange.services.delivery.signing import Signer, is_signed
from exchange.services.delivery.verifier import verifier_source, write_verifier

# RFC 8032, section 7.1: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]
L = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_hold(secret, public, message, signature):
    told = [bytes.fromhex(text) for text in (secret, public, message, signature)]
    assert Ed25519PrivateKey.from_private_bytes(told[0]).sign(told[2]) == told[3]
    assert ed25519_valid(*told[1:])
    assert not ed25519_valid(told[1], told[2] + b"\0", told[3])


def test_it_agrees_with_the_library_on_good_and_changed_signatures():
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    message = "清单".encode() * 50
    signature = key.sign(message)
    assert ed25519_valid(public, message, signature)
    for place in range(64):
        for bit in (0, 7):
            changed = bytearray(signature)
            changed[place] ^= 1 << bit
            assert not ed25519_valid(public, message, bytes(changed)), place
    for place in range(0, 32, 3):
        changed = bytearray(public)
        changed[place] ^= 4
        assert not ed25519_valid(bytes(changed), message, signature)


def test_a_signature_has_one_form_only():
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = key.sign(b"x")
    number = int.from_bytes(signature[32:], "little") + L
    assert not ed25519_valid(public, b"x", signature[:32] + number.to_bytes(32, "little"))
    assert not ed25519_valid(b"\xff" * 32, b"x", signature)
    assert not ed25519_valid(public, b"x", signature[:63])


def lay(root: Path, signer: Signer, months: int = 3) -> list[Path]:
    """Packages of one office, a protected and a plain file each, as they lie in an outbox."""
    previous, period, folders = None, Period(2026, 8), []
    for number in range(1, months + 1):
        held = Protection(method="zip")
        letters = [
            Letter(name, "p", "t", "王村镇", f"{name} {period}".encode(), 2, "m") for name in ("甲.xlsx", "乙.xlsx")
        ]
        content = protect("甲.xlsx", letters[0].content, held, "p")
        sealed = [
            Sealed(letters[0], protected_name("甲.xlsx", "zip"), content, "zip"),
            Sealed(letters[1], letters[1].name, letters[1].content, "none"),
        ]  # fmt: skip
        package = Package(
            "office-1", str(period), period, 1, "office", "王村镇办公室", held, tuple(letters), {"purpose": "通报"},
            form=lambda facts: receipt_form(facts, for_system=False),
        )  # fmt: skip
        parts = assemble(package, sealed, Link(number, previous), signer)
        folder = root / package.account / package.folder
        folder.mkdir(parents=True)
        for name, content in [*((one.name, one.content) for one in sealed), *parts.extra.items()]:
            (folder / name).write_bytes(content)
        (folder / package.manifest_name).write_bytes(parts.manifest)
        previous = {"manifest": f"{period}/manifest.json", "sha256": sha256_of(parts.manifest)}
        folders.append(folder)
        period = period.next()
    return folders


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, list[Path], str]:
    signer = Signer(tmp_path / "keys")
    return tmp_path / "usb", lay(tmp_path / "usb", signer), signer.public


def test_an_untouched_copy_is_good(copied):
    root, _, public = copied
    found = check(root, [public])
    assert (found.problems, found.manifests, found.files) == (0, 3, 9)


def test_a_flipped_byte_is_found_wherever_it_is_and_its_file_is_named(copied):
    root, folders, public = copied
    for path in sorted(folders[1].iterdir()):
        content = path.read_bytes()
        for place in range(0, len(content), max(1, len(content) // 40)):
            path.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
            found = check(root, [public])
            assert found.problems, f"{path.name} byte {place}"
            bad = [
                line for line in found.lines if path.name in line and not line.startswith(("[签名有效]", "[清单链]"))
            ]
            assert bad, f"{path.name} byte {place} is not named"
        path.write_bytes(content)
    assert check(root, [public]).problems == 0


def test_a_missing_an_added_and_a_cut_file_are_named(copied):
    root, folders, public = copied
    (folders[0] / "乙.xlsx").unlink()
    (folders[1] / "丙.xlsx").write_bytes(b"x")
    (folders[2] / "甲.xlsx.zip").write_bytes(b"")
    told = "\n".join(check(root, [public]).lines)
    assert "[缺失] office-1/2026-08/乙.xlsx" in told
    assert "[多余] office-1/2026-09/丙.xlsx" in told
    assert "[内容不符] office-1/2026-10/甲.xlsx.zip" in told


def test_a_file_that_was_opened_with_its_password_is_known_by_its_hash(copied):
    root, folders, public = copied
    (folders[0] / "甲.xlsx").write_bytes("甲.xlsx 2026-08".encode())
    found = check(root, [public])
    assert found.problems == 0
    assert "[已解密] office-1/2026-08/甲.xlsx：与清单所列加密前内容一致" in found.lines


def test_a_month_taken_out_of_the_middle_is_missed(copied):
    root, folders, public = copied
    for path in folders[1].iterdir():
        path.unlink()
    found = check(root, [public])
    assert found.problems == 1
    assert any("缺第 2 至 2 份" in line for line in found.lines)


def test_a_chain_written_anew_does_not_fit_the_month_after_it(copied, tmp_path):
    root, folders, public = copied
    signer = Signer(tmp_path / "keys")
    manifest = json.loads((folders[1] / "manifest.json").read_text("utf-8"))
    manifest["purpose"] = "另一用途"
    content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    (folders[1] / "manifest.json").write_bytes(content)
    (folders[1] / "manifest.json.sig").write_bytes(signer.sign(content))
    found = check(root, [public])
    assert [line for line in found.lines if "所接的不是" in line]


def test_another_key_is_no_key(copied, tmp_path):
    root, _, _ = copied
    assert check(root, [Signer(tmp_path / "other").public]).problems == 3


def test_the_written_file_runs_alone_in_chinese_with_an_exit_code(copied, tmp_path):
    root, folders, public = copied
    program = write_verifier([public], tmp_path / "usb2" / "verify_packages.py")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        # -I -S: no installed package, no environment; the program must not need anything of ours.
        command = [sys.executable, "-I", "-S", str(program), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    good = run(str(root))
    assert (good.returncode, good.stderr) == (0, "")
    assert "结论：全部一致。" in good.stdout
    (folders[0] / "乙.xlsx").write_bytes(b"x")
    bad = run(str(root))
    assert bad.returncode == 1
    assert "[内容不符] office-1/2026-08/乙.xlsx" in bad.stdout
    assert run(str(tmp_path / "keys")).returncode == 2
    assert run(str(tmp_path / "nowhere")).returncode == 2


def test_the_verifier_is_the_same_for_the_same_keys_and_one_file():
    assert verifier_source(["b", "a"]) == verifier_source(["a", "b", "a"])
    assert b"import exchange" not in verifier_source(["a"])
    assert b"from exchange" not in verifier_source(["a"])


def test_the_published_pem_checks_a_signature_by_any_program(copied, tmp_path):
    _, folders, public = copied
    pem = Signer(tmp_path / "keys").pem
    content, signature = ((folders[0] / name).read_bytes() for name in ("manifest.json", "manifest.json.sig"))
    load_pem_public_key(pem.encode()).verify(signature, content)
    assert is_signed(content, signature, public)
    assert not is_signed(content + b" ", signature, public)
