"""The landing store: bytes as sent, named by their hash, unreadable without the key, gone after their date."""

import hashlib
import os
import stat
import subprocess
from datetime import date
from pathlib import Path

import pytest

from exchange.model.errors import ContentError, TransferError
from exchange.services.keys import KeyMissing
from exchange.services.landing import Landing

CONTENT = "姓名,电话\n测试人甲,000\n".encode("gb18030") * 1000


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing", tmp_path / "keys")


def stored(landing: Landing, tmp_path: Path, content: bytes = CONTENT) -> str:
    file = tmp_path / "file"
    file.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    landing.put(file, sha256)
    return sha256


def at(tmp_path: Path, sha256: str) -> Path:
    return tmp_path / "landing" / sha256[:2] / f"{sha256}.age"


@pytest.mark.parametrize("content", [b"", b"x", CONTENT, os.urandom(3_000_001)], ids=["empty", "byte", "text", "large"])
def test_what_was_put_comes_back_byte_for_byte(landing: Landing, tmp_path: Path, content: bytes) -> None:
    sha256 = stored(landing, tmp_path, content)
    assert landing.open(sha256) == content
    with landing.opened(sha256) as path:
        assert path.read_bytes() == content
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.exists()
    assert landing.verify(sha256)


def test_at_rest_the_file_is_sealed_and_read_only(landing: Landing, tmp_path: Path) -> None:
    path = at(tmp_path, stored(landing, tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert "测试人甲".encode("gb18030") not in path.read_bytes()
    assert stat.S_IMODE((tmp_path / "keys" / "landing.age").stat().st_mode) == 0o600


def test_the_same_bytes_are_stored_once(landing: Landing, tmp_path: Path) -> None:
    sha256 = stored(landing, tmp_path)
    before = at(tmp_path, sha256).read_bytes()
    assert landing.put(tmp_path / "file", sha256) is False
    assert at(tmp_path, sha256).read_bytes() == before
    assert landing.hashes() == [sha256]


def test_bytes_under_a_wrong_hash_are_refused_and_leave_nothing(landing: Landing, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"other")
    with pytest.raises(TransferError):
        landing.put(tmp_path / "file", hashlib.sha256(CONTENT).hexdigest())
    assert [path for path in (tmp_path / "landing").rglob("*") if path.is_file()] == []


def test_a_damaged_file_is_noticed(landing: Landing, tmp_path: Path) -> None:
    sha256 = stored(landing, tmp_path)
    path = at(tmp_path, sha256)
    touched = bytearray(path.read_bytes())
    touched[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(touched))
    assert not landing.verify(sha256)
    with pytest.raises(ContentError, match=sha256[:12]):
        landing.open(sha256)
    with pytest.raises(ContentError), landing.opened(sha256):
        pass


def test_another_files_bytes_cannot_pass_for_these(landing: Landing, tmp_path: Path) -> None:
    one, other = stored(landing, tmp_path), stored(landing, tmp_path, b"other")
    at(tmp_path, one).unlink()
    at(tmp_path, other).rename(at(tmp_path, one))
    assert not landing.verify(one)


def test_a_lost_key_is_an_error_and_not_a_new_key(landing: Landing, tmp_path: Path) -> None:
    sha256 = stored(landing, tmp_path)
    (tmp_path / "keys" / "landing.age").unlink()
    with pytest.raises(KeyMissing, match=r"landing\.age"):
        landing.open(sha256)
    with pytest.raises(KeyMissing):
        stored(landing, tmp_path, b"another file")
    assert not (tmp_path / "keys" / "landing.age").exists()


def test_bytes_go_after_their_retention_date_and_the_hashes_are_returned(landing: Landing, tmp_path: Path) -> None:
    old, kept, unnamed = (stored(landing, tmp_path, content) for content in (b"old", b"kept", b"unnamed"))
    retained = {old: date(2027, 9, 30), kept: date(2027, 10, 1), "0" * 64: date(2020, 1, 1)}
    assert landing.expire(date(2027, 10, 1), retained) == [old]
    assert landing.hashes() == sorted([kept, unnamed])
    assert landing.expire(date(2027, 10, 1), retained) == []
    with pytest.raises(ContentError, match="not in the landing store"):
        landing.open(old)


def test_plain_bytes_of_a_killed_process_are_swept(landing: Landing, tmp_path: Path) -> None:
    sha256 = stored(landing, tmp_path)
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = tmp_path / "landing" / ".open" / f"{dead.pid}-left"
    left.mkdir(parents=True)
    (left / "plain").write_bytes(CONTENT)
    mine = tmp_path / "landing" / ".open" / f"{os.getpid()}-other"
    mine.mkdir()
    with landing.opened(sha256):
        assert not left.exists()
        assert mine.exists()


def test_a_name_that_is_no_hash_never_becomes_a_path(landing: Landing) -> None:
    for name in ("../../etc/passwd", "", "A" * 64, "0" * 63):
        with pytest.raises(ContentError):
            landing.has(name)
