"""Folders in the place of accounts: the same promises as over SFTP."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.errors import TransferError
from exchange.model.period import Period
from exchange.registry.spec import Source, Transport
from exchange.services.transports import names
from exchange.services.transports.base import PlaceMissing, PlaceRefused
from exchange.services.transports.folder import FolderInlet, FolderOutlet

OCTOBER = Period(2026, 10)
SOURCE = Source(
    name="agency", code="AG", role="records", agency="某局", title="某表", kinds=("full",), event_key=(), precedence=1,
    fields=(), transport=Transport(account="agency", folder="drop"),
)  # fmt: skip


@pytest.fixture
def month(tmp_path: Path) -> Path:
    folder = tmp_path / "drop" / "2026-10"
    folder.mkdir(parents=True)
    return folder


def test_months_and_files_are_found_in_order(tmp_path: Path, month: Path) -> None:
    for name in ("b.csv", "a.csv", "a.csv.part", ".hidden"):
        (month / name).write_bytes(b"x")
    (month.parent / "notes").mkdir()
    inlet = FolderInlet(tmp_path)
    assert inlet.periods(SOURCE, OCTOBER) == [OCTOBER]
    assert [file.path for file in inlet.list(SOURCE, [OCTOBER])] == ["drop/2026-10/a.csv", "drop/2026-10/b.csv"]
    assert inlet.list(SOURCE, [Period(2026, 9)]) == []
    assert FolderInlet(tmp_path / "nowhere").periods(SOURCE, OCTOBER) == []


def test_a_link_a_folder_and_a_vanished_file_are_refused(tmp_path: Path, month: Path) -> None:
    (month / "link.csv").symlink_to("/etc/passwd")
    (month / "folder.csv").mkdir()
    (month / "gone.csv").write_bytes(b"x")
    inlet = FolderInlet(tmp_path)
    files = {file.name: file for file in inlet.list(SOURCE, [OCTOBER])}
    (month / "gone.csv").unlink()
    for name, error in (("link.csv", PlaceRefused), ("folder.csv", PlaceRefused), ("gone.csv", PlaceMissing)):
        with pytest.raises(error):
            inlet.fetch(files[name], tmp_path / "into")


def test_a_delivery_is_whole_under_its_name_and_repeats_write_nothing(tmp_path: Path) -> None:
    package = tmp_path / "package.xlsx"
    package.write_bytes(b"rows")
    outlet = FolderOutlet(tmp_path / "outbox")
    first = outlet.deliver("office", "2026-10", [package])
    again = outlet.deliver("office", "2026-10", [package])
    assert [first[0].already, again[0].already] == [False, True]
    assert [path.name for path in (tmp_path / "outbox" / "office" / "2026-10").iterdir()] == ["package.xlsx"]
    package.write_bytes(b"other rows")
    outlet.deliver("office", "2026-10", [package])
    assert (tmp_path / "outbox" / "office" / "2026-10" / "package.xlsx").read_bytes() == b"other rows"


def test_nothing_is_delivered_outside_the_outbox(tmp_path: Path) -> None:
    package = tmp_path / "package.xlsx"
    package.write_bytes(b"rows")
    for account, folder in (("..", ""), ("office", "../../x"), ("/etc", "")):
        with pytest.raises(TransferError):
            FolderOutlet(tmp_path / "outbox").deliver(account, folder, [package])


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("370306001_PS_2026-10_full_v1.csv", ("370306001", "PS", "2026-10", "full", 1, "csv")),
        ("370306001009_PH_2026-12_events_V12.XLSX", ("370306001009", "PH", "2026-12", "events", 12, "xlsx")),
        ("370306001_PS_2026-13_full_v1.csv", None),
        ("370306001_PS_2026-10_full_v0.csv", None),
        ("370306001_PS_2026-10_full_v1.csv\n", None),
        ("370306001_PS_2026-10_full_v１.csv", None),
        ("370306001_PS_2026-10_all_v1.csv", None),
        ("../370306001_PS_2026-10_full_v1.csv", None),
        ("370306001_PS_2026-10_full_v1", None),
    ],
)
def test_the_name_of_a_delivery_is_taken_apart(name: str, parts: tuple[object, ...] | None) -> None:
    found = names.parse_name(name)
    told = found and (found.unit_code, found.code, found.period, found.kind, found.version, found.extension)
    assert told == parts


@given(st.text())
def test_any_name_is_judged_without_an_error_and_a_plain_one_never_leaves_its_folder(name: str) -> None:
    names.parse_name(name)
    if names.is_plain(name):
        assert os.path.normpath(f"/inbox/{name}").startswith("/inbox/") or set(name) <= {"."}
    assert names.printable(name).isprintable()


@given(st.binary())
def test_any_manifest_is_read_or_refused_without_an_error(content: bytes) -> None:
    names.parse_manifest(content, "a.csv")


def test_a_manifest_nested_too_deep_is_refused() -> None:
    assert names.parse_manifest(b"[" * 50_000, "a.csv") is None
