"""SFTP against a server that misbehaves: what arrives is whole, what is refused is named, what is seen is complete."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from exchange.model.errors import HostKeyError, TransferError
from exchange.model.period import Period
from exchange.services.sftp_server import AccountFiles, prepare_accounts, serving
from exchange.services.transports.base import FileChanged, Interrupted, LoginRefused, PlaceRefused, SeenFile
from exchange.services.transports.sftp_session import Pace
from tests.support.sftp_world import A_RETRY_WOULD_SHOW, CONTENT, NAME, OCTOBER, QUICK, SOURCE, World, faulty, only

# paramiko's read-ahead thread complains on its own when a connection is cut under it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def test_a_file_arrives_whole_with_its_hash(world: World, tmp_path: Path) -> None:
    world.drop()
    client = world.client(world.serve())
    file = only(client)
    assert (file.path, file.size, file.refused) == (f"agency/2026-10/{NAME}", len(CONTENT), "")
    fetched = client.fetch(file, tmp_path / "into")
    assert (fetched.sha256, fetched.size) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert fetched.path.read_bytes() == CONTENT


@pytest.mark.parametrize("size", [0, 1, 32768, 32769])
def test_files_of_every_odd_size_arrive_whole(world: World, tmp_path: Path, size: int) -> None:
    world.drop(content=CONTENT[:size])
    client = world.client(world.serve())
    assert client.fetch(only(client), tmp_path / "into").path.read_bytes() == CONTENT[:size]


def test_only_months_with_a_folder_are_listed_and_a_missing_folder_is_empty(world: World) -> None:
    world.drop()
    (world.accounts.files / "agency" / "2026-9").mkdir()
    (world.accounts.files / "agency" / "2026-08").mkdir()
    client = world.client(world.serve())
    assert client.periods(SOURCE, OCTOBER) == [Period(2026, 8), OCTOBER]
    assert client.list(SOURCE, [Period(2026, 7), Period(2026, 8)]) == []


@pytest.mark.parametrize("cut", [0, 1, 32768, len(CONTENT) // 2, len(CONTENT) - 1])
def test_a_file_the_server_ends_early_never_passes_for_whole(world: World, tmp_path: Path, cut: int) -> None:
    def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        return bytes(AccountFiles.read(self, file, offset, min(size, max(cut - offset, 0))))

    world.drop()
    client = world.client(world.serve(faulty(read=read)))
    with pytest.raises(FileChanged, match=f"{cut} of {len(CONTENT)} bytes"):
        client.fetch(only(client), tmp_path / "into")


def test_a_file_that_ended_early_once_is_fetched_whole_on_the_next_try(world: World, tmp_path: Path) -> None:
    reads = []

    def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        reads.append(offset)
        return b"" if len(reads) == 1 else bytes(AccountFiles.read(self, file, offset, size))

    world.drop()
    client = world.client(world.serve(faulty(read=read)))
    assert client.fetch(only(client), tmp_path / "into").sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_poll(world: World, tmp_path: Path) -> None:
    path = world.drop()

    def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        with path.open("ab") as growing:
            growing.write(b"more")
        return bytes(AccountFiles.read(self, file, offset, size))

    client = world.client(world.serve(faulty(read=read)))
    with pytest.raises(FileChanged, match="changed while it was read"):
        client.fetch(only(client), tmp_path / "into")


def test_a_file_replaced_by_one_of_the_same_size_is_noticed(world: World, tmp_path: Path) -> None:
    path = world.drop()
    moments = iter(range(1, 1000))

    def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        data = bytes(AccountFiles.read(self, file, offset, size))
        path.write_bytes(bytes(len(CONTENT)))
        os.utime(path, (next(moments), next(moments)))
        return data

    client = world.client(world.serve(faulty(read=read)))
    with pytest.raises(FileChanged):
        client.fetch(only(client), tmp_path / "into")


@pytest.mark.parametrize("cut", [0, 1, 32768, len(CONTENT) // 2, len(CONTENT) - 1])
def test_a_connection_cut_at_any_byte_is_an_interruption_that_names_the_file(
    world: World, tmp_path: Path, cut: int
) -> None:
    tries = []

    def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        if offset <= cut < offset + size:
            tries.append(offset)
            self.connection.abort()
        return bytes(AccountFiles.read(self, file, offset, size))

    world.drop()
    client = world.client(world.serve(faulty(read=read)))
    with pytest.raises(Interrupted, match=NAME):
        client.fetch(only(client), tmp_path / "into")
    assert len(tries) == QUICK.tries


def test_a_connection_cut_once_is_opened_again(world: World, tmp_path: Path) -> None:
    cuts = []

    def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        if not cuts:
            cuts.append(offset)
            self.connection.abort()
        return bytes(AccountFiles.read(self, file, offset, size))

    world.drop()
    client = world.client(world.serve(faulty(read=read)))
    assert client.fetch(only(client), tmp_path / "into").size == len(CONTENT)


def test_a_server_that_falls_silent_does_not_hang_the_run(world: World, tmp_path: Path) -> None:
    async def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        await asyncio.sleep(60)
        return b""

    world.drop()
    client = world.client(world.serve(faulty(read=read)), Pace(tries=2, first_wait=0.01, longest_wait=0.01, idle=0.3))
    file = only(client)
    began = time.monotonic()
    with pytest.raises(Interrupted):
        client.fetch(file, tmp_path / "into")
    assert time.monotonic() - began < 10


def test_work_that_trickles_on_for_too_long_is_ended(world: World, tmp_path: Path) -> None:
    async def read(self: AccountFiles, file: Any, offset: int, size: int) -> bytes:
        await asyncio.sleep(0.2)
        return bytes(AccountFiles.read(self, file, offset, min(size, 1024)))

    world.drop()
    pace = Pace(tries=1, idle=5, whole=1.0)
    client = world.client(world.serve(faulty(read=read)), pace)
    file = only(client)
    began = time.monotonic()
    with pytest.raises(TransferError):
        client.fetch(file, tmp_path / "into")
    assert time.monotonic() - began < 10


def test_another_host_key_is_refused_before_the_login_and_without_a_second_try(world: World, tmp_path: Path) -> None:
    server = world.serve()
    (world.accounts.server_keys / "authorized" / "agency").unlink()  # a login would fail, and differently
    stranger = prepare_accounts(tmp_path / "stranger", ["agency"]).known_host(server.port)
    client = world.client(server, A_RETRY_WOULD_SHOW, known_host=stranger)
    began = time.monotonic()
    with pytest.raises(HostKeyError) as caught:
        client.periods(SOURCE, OCTOBER)
    assert time.monotonic() - began < 10
    assert str(caught.value).count("SHA256:") == 2
    assert not caught.value.retry


def test_a_changed_key_type_is_refused(world: World) -> None:
    server = world.serve()
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key("openssh").decode()
    client = world.client(server, known_host=other)
    with pytest.raises(HostKeyError):
        client.periods(SOURCE, OCTOBER)


@pytest.mark.parametrize("pin", ["", "ssh-ed25519", "[127.0.0.1]:22 ssh-ed25519 not-base64", "nonsense"])
def test_without_a_readable_pin_nothing_is_connected(world: World, pin: str) -> None:
    client = world.client(world.serve(), known_host=pin)
    with pytest.raises(HostKeyError, match="pinned"):
        client.periods(SOURCE, OCTOBER)


def test_a_revoked_key_is_tried_once(world: World) -> None:
    server = world.serve()
    (world.accounts.server_keys / "authorized" / "agency").unlink()
    client = world.client(server, A_RETRY_WOULD_SHOW)
    began = time.monotonic()
    with pytest.raises(LoginRefused, match="refused the account's key") as caught:
        client.periods(SOURCE, OCTOBER)
    assert not caught.value.retry
    assert time.monotonic() - began < 10


def test_a_missing_private_key_is_named(world: World) -> None:
    (world.accounts.keys / "agency").unlink()
    client = world.client(world.serve())
    with pytest.raises(LoginRefused, match="keys/agency is missing"):
        client.periods(SOURCE, OCTOBER)


def test_a_server_that_is_down_is_worth_another_run(world: World, tmp_path: Path) -> None:
    with ExitStack() as brief:
        down = brief.enter_context(serving(world.accounts))
    client = world.client(down)
    with pytest.raises(Interrupted, match="no connection") as caught:
        client.periods(SOURCE, OCTOBER)
    assert caught.value.retry


def test_an_account_sees_nothing_outside_its_folder(world: World) -> None:
    world.drop()
    client = world.client(world.serve())
    outside = SeenFile("office", "x", f"../../agency/2026-10/{NAME}", "2026-10", len(CONTENT), 0)
    with pytest.raises(TransferError):
        client.fetch(outside, world.root / "into")


def test_odd_names_links_and_folders_are_listed_as_refused_and_never_fetched(world: World, tmp_path: Path) -> None:
    month = world.drop().parent
    (month / "link.xlsx").symlink_to("/etc/passwd")
    (month / "folder.xlsx").mkdir()
    os.mkfifo(month / "pipe.xlsx")
    (month / "line\nbreak.csv").write_bytes(b"x")
    (month / ("长" * 80 + ".csv")).write_bytes(b"x")
    (month / os.fsdecode("周村.csv".encode("gb18030"))).write_bytes(b"x")
    client = world.client(world.serve())
    seen = {file.name: file for file in client.list(SOURCE, [OCTOBER])}
    assert [name for name, file in seen.items() if not file.refused] == [NAME, "长" * 80 + ".csv"]
    assert len(seen) == 7
    assert all("\n" not in file.path and file.path.isprintable() for file in seen.values())
    for file in seen.values():
        if file.refused:
            with pytest.raises(PlaceRefused):
                client.fetch(file, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_names_that_climb_out_of_the_folder_are_refused(world: World) -> None:
    hostile = [b"../../etc/x", b"/etc/passwd", b"a\x00b.csv", b"..", b"a/b.csv", b"x" * 300]

    async def scandir(self: AccountFiles, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for name in hostile:
            yield asyncssh.SFTPName(name, attrs=asyncssh.SFTPAttrs(size=1, permissions=0o100644, atime=0, mtime=0))

    world.drop()
    client = world.client(world.serve(faulty(scandir=scandir)))
    seen = client.list(SOURCE, [OCTOBER])
    assert len(seen) == len(hostile) - 1  # ".." is how a folder names its parent
    assert all(file.refused for file in seen)


def test_a_link_put_in_a_files_place_after_the_listing_is_not_followed(world: World, tmp_path: Path) -> None:
    path = world.drop()
    client = world.client(world.serve())
    file = only(client)
    path.unlink()
    path.symlink_to("/etc/passwd")
    with pytest.raises(FileChanged, match="不是普通文件"):
        client.fetch(file, tmp_path / "into")
    assert not (tmp_path / "into").exists()


def test_uploads_in_progress_are_not_listed(world: World) -> None:
    for name in (".hidden", "a.xlsx.part", "~$a.xlsx", "a.xlsx.filepart", "Thumbs.db"):
        world.drop(name, b"x")
    assert world.client(world.serve()).list(SOURCE, [OCTOBER]) == []
