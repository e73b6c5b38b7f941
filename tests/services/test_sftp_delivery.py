"""Packages over SFTP against a server that misbehaves: a name that appears is complete, or it does not appear."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from exchange.model.errors import TransferError
from exchange.services.sftp_server import AccountFiles
from exchange.services.transports.base import Interrupted, PlaceRefused
from tests.support.sftp_world import CONTENT, World, faulty

# paramiko's read-ahead thread complains on its own when a connection is cut under it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def test_a_delivery_lies_whole_under_its_name_and_the_manifest_comes_last(world: World) -> None:
    renamed: list[bytes] = []

    def posix_rename(self: AccountFiles, old: bytes, new: bytes) -> None:
        renamed.append(new)
        AccountFiles.posix_rename(self, old, new)

    client = world.client(world.serve(faulty(posix_rename=posix_rename)))
    files = [world.package("b.xlsx"), world.package("a.xlsx")]
    manifest = world.package("MANIFEST.json", b"{}")
    done = client.deliver("office", "通报/2026-10", files, manifest)
    assert [Path(item.path).name for item in done] == ["a.xlsx", "b.xlsx", "MANIFEST.json"]
    assert [Path(os.fsdecode(name)).name for name in renamed] == ["a.xlsx", "b.xlsx", "MANIFEST.json"]
    assert (world.accounts.files / "office" / "通报" / "2026-10" / "a.xlsx").read_bytes() == CONTENT
    assert world.delivered() == ["MANIFEST.json", "a.xlsx", "b.xlsx"]


def test_a_second_delivery_of_the_same_bytes_writes_nothing(world: World) -> None:
    client = world.client(world.serve())
    first = client.deliver("office", "2026-10", [world.package()])
    path = world.accounts.files / "office" / "2026-10" / "package.xlsx"
    before = path.stat().st_mtime_ns
    second = client.deliver("office", "2026-10", [world.package()])
    assert [first[0].already, second[0].already] == [False, True]
    assert first[0].sha256 == second[0].sha256
    assert path.stat().st_mtime_ns == before


def test_other_bytes_under_the_name_are_replaced_in_one_step(world: World) -> None:
    client = world.client(world.serve())
    client.deliver("office", "2026-10", [world.package(content=b"first")])
    client.deliver("office", "2026-10", [world.package(content=b"other")])
    assert (world.accounts.files / "office" / "2026-10" / "package.xlsx").read_bytes() == b"other"
    assert world.delivered() == ["package.xlsx"]


def test_a_lost_acknowledgement_counts_as_delivered(world: World) -> None:
    lost = []

    def posix_rename(self: AccountFiles, old: bytes, new: bytes) -> None:
        AccountFiles.posix_rename(self, old, new)
        if not lost:
            lost.append(new)
            self.connection.abort()

    client = world.client(world.serve(faulty(posix_rename=posix_rename)))
    (done,) = client.deliver("office", "2026-10", [world.package()])
    assert (done.already, len(lost)) == (True, 1)
    assert world.delivered() == ["package.xlsx"]


def short_write(self: AccountFiles, file: Any, offset: int, data: bytes) -> int:
    return int(AccountFiles.write(self, file, offset, data)) if offset < 524_288 else len(data)


def no_space(self: AccountFiles, file: Any, offset: int, data: bytes) -> int:
    if offset >= 524_288:
        raise asyncssh.SFTPFailure("No space left on device")
    return int(AccountFiles.write(self, file, offset, data))


@pytest.mark.parametrize("write", [short_write, no_space])
def test_a_full_remote_disk_publishes_nothing_and_is_named(world: World, write: Callable[..., int]) -> None:
    client = world.client(world.serve(faulty(write=write)))
    with pytest.raises(TransferError, match="disk full or quota") as caught:
        client.deliver("office", "2026-10", [world.package()])
    assert "package.xlsx" in str(caught.value)
    assert world.delivered() == []


def test_bytes_altered_on_the_way_never_reach_the_final_name(world: World) -> None:
    def write(self: AccountFiles, file: Any, offset: int, data: bytes) -> int:
        return int(AccountFiles.write(self, file, offset, bytes(len(data))))

    client = world.client(world.serve(faulty(write=write)))
    with pytest.raises(Interrupted, match="differ from the package when read back"):
        client.deliver("office", "2026-10", [world.package()])
    assert world.delivered() == []


@pytest.mark.parametrize("cut", [0, 32768, len(CONTENT) // 2])
def test_an_upload_cut_off_shows_no_file_until_it_is_whole(world: World, cut: int) -> None:
    cuts = []

    def write(self: AccountFiles, file: Any, offset: int, data: bytes) -> int:
        if offset >= cut and not cuts:
            cuts.append(offset)
            self.connection.abort()
            raise asyncssh.SFTPFailure("cut")
        return int(AccountFiles.write(self, file, offset, data))

    client = world.client(world.serve(faulty(write=write)))
    client.deliver("office", "2026-10", [world.package()])
    assert (world.accounts.files / "office" / "2026-10" / "package.xlsx").read_bytes() == CONTENT
    assert world.delivered() == ["package.xlsx"]


@pytest.mark.parametrize("step", ["open", "posix_rename", "mkdir"])
def test_a_forbidden_step_is_named_and_not_retried(world: World, step: str) -> None:
    tries = []

    def forbidden(self: AccountFiles, *parts: Any) -> None:
        tries.append(parts)
        raise asyncssh.SFTPPermissionDenied("read-only")

    client = world.client(world.serve(faulty(**{step: forbidden})))
    with pytest.raises(PlaceRefused, match=r"package\.xlsx: permission denied") as caught:
        client.deliver("office", "2026-10", [world.package()])
    assert not caught.value.retry
    assert len(tries) == 1
    assert world.delivered() == []


def test_without_posix_rename_a_new_name_works_and_an_existing_one_is_refused(world: World) -> None:
    def posix_rename(self: AccountFiles, old: bytes, new: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("Unsupported extended request")

    client = world.client(world.serve(faulty(posix_rename=posix_rename)))
    client.deliver("office", "2026-10", [world.package(content=b"first")])
    with pytest.raises(PlaceRefused, match="another file has this name"):
        client.deliver("office", "2026-10", [world.package(content=b"other")])
    assert (world.accounts.files / "office" / "2026-10" / "package.xlsx").read_bytes() == b"first"
    assert world.delivered() == ["package.xlsx"]


def test_an_account_cannot_make_links_that_lead_out(world: World) -> None:
    server = world.serve()

    async def try_link() -> None:
        key = str(world.accounts.keys / "agency")
        known = asyncssh.import_known_hosts(server.known_host)
        async with (
            asyncssh.connect("127.0.0.1", server.port, username="agency", client_keys=[key], known_hosts=known) as conn,
            conn.start_sftp_client() as sftp,
        ):
            await sftp.symlink("/etc/passwd", "x")

    with pytest.raises(asyncssh.SFTPPermissionDenied):
        asyncio.run(try_link())
