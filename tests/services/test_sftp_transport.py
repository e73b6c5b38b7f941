"""SFTP against a server that misbehaves: what arrives is whole, what is refused is named, what is seen is complete."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from exchange.model.errors import HostKeyError, TransferError
from exchange.model.period import Period
from exchange.registry.spec import Source, Transport
from exchange.services.settings import Settings
from exchange.services.sftp_server import AccountFiles, Serving, prepare_accounts, serving
from exchange.services.transports.base import FileChanged, Interrupted, LoginRefused, PlaceRefused, SeenFile
from exchange.services.transports.sftp import SftpTransport
from exchange.services.transports.sftp_session import Pace

# paramiko's read-ahead thread complains on its own when a connection is cut under it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")

OCTOBER = Period(2026, 10)
A_RETRY_WOULD_SHOW = Pace(first_wait=30, longest_wait=30)
QUICK = Pace(tries=4, first_wait=0.01, longest_wait=0.02, connect=5, idle=5, whole=20)
SOURCE = Source(
    name="agency", code="AG", role="records", agency="某局", title="某表", kinds=("full",), event_key=(), precedence=1,
    fields=(), transport=Transport(account="agency", folder="agency"),
)  # fmt: skip
CONTENT = os.urandom(1_500_000)
NAME = "370306001_AG_2026-10_full_v1.csv"


class World:
    """One server, whose files a test may replace by misbehaving ones, and clients of it."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root = root
        self.accounts = prepare_accounts(root / "sftp", ["agency", "office"])
        self._stack = stack

    def serve(self, files: type[AccountFiles] = AccountFiles) -> Serving:
        return self._stack.enter_context(serving(self.accounts, files=files))

    def client(self, server: Serving, pace: Pace = QUICK, known_host: str | None = None) -> SftpTransport:
        settings = Settings(
            home=self.root, schemas=self.root, expectations=self.root, code_version="test", sftp_port=server.port,
            sftp_known_host=server.known_host if known_host is None else known_host, sftp_keys=self.accounts.keys,
        )  # fmt: skip
        client = SftpTransport(settings, pace)
        self._stack.callback(client.close)
        return client

    def drop(self, name: str = NAME, content: bytes = CONTENT) -> Path:
        path = self.accounts.files / "agency" / str(OCTOBER) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def package(self, name: str = "package.xlsx", content: bytes = CONTENT) -> Path:
        path = self.root / name
        path.write_bytes(content)
        return path

    def delivered(self) -> list[str]:
        return sorted(path.name for path in (self.accounts.files / "office").rglob("*") if path.is_file())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def only(client: SftpTransport) -> SeenFile:
    (file,) = client.list(SOURCE, [OCTOBER])
    return file


def faulty(**methods: Callable[..., Any]) -> type[AccountFiles]:
    """Account files with some answers replaced."""
    return type("Faulty", (AccountFiles,), methods)


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
    assert client.periods(SOURCE) == [Period(2026, 8), OCTOBER]
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
        client.periods(SOURCE)
    assert time.monotonic() - began < 10
    assert str(caught.value).count("SHA256:") == 2
    assert not caught.value.retry


def test_a_changed_key_type_is_refused(world: World) -> None:
    server = world.serve()
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key("openssh").decode()
    client = world.client(server, known_host=other)
    with pytest.raises(HostKeyError):
        client.periods(SOURCE)


@pytest.mark.parametrize("pin", ["", "ssh-ed25519", "[127.0.0.1]:22 ssh-ed25519 not-base64", "nonsense"])
def test_without_a_readable_pin_nothing_is_connected(world: World, pin: str) -> None:
    client = world.client(world.serve(), known_host=pin)
    with pytest.raises(HostKeyError, match="pinned"):
        client.periods(SOURCE)


def test_a_revoked_key_is_tried_once(world: World) -> None:
    server = world.serve()
    (world.accounts.server_keys / "authorized" / "agency").unlink()
    client = world.client(server, A_RETRY_WOULD_SHOW)
    began = time.monotonic()
    with pytest.raises(LoginRefused, match="refused the account's key") as caught:
        client.periods(SOURCE)
    assert not caught.value.retry
    assert time.monotonic() - began < 10


def test_a_missing_private_key_is_named(world: World) -> None:
    (world.accounts.keys / "agency").unlink()
    client = world.client(world.serve())
    with pytest.raises(LoginRefused, match="keys/agency is missing"):
        client.periods(SOURCE)


def test_a_server_that_is_down_is_worth_another_run(world: World, tmp_path: Path) -> None:
    with ExitStack() as brief:
        down = brief.enter_context(serving(world.accounts))
    client = world.client(down)
    with pytest.raises(Interrupted, match="no connection") as caught:
        client.periods(SOURCE)
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
