"""Nothing the demo starts outlives it, and it never empties a folder that is not its own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from exchange.demo import children, home
from exchange.model.errors import Busy, RegistryError

# A server with a child that ignores polite requests and one that left for a session of its own.
STUBBORN = "(setsid sleep {n} &) ; (trap '' TERM; sleep {n}) & sleep {n}"
PARENT = """
import os, sys, time
from pathlib import Path
from exchange.demo import children
with children.kept(["bash", "-c", sys.argv[1]], os.environ, Path(sys.argv[2]), afterwards=["touch", sys.argv[3]]):
    print("up", flush=True)
    time.sleep(60)
"""


def processes(number: str) -> list[str]:
    """Ids of the processes that sleep for `number` seconds."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", number.encode()]:
            found.append(path.parent.name)
    return found


def until(condition: object, seconds: float = 15) -> None:
    """Waits until `condition()` holds."""
    give_up = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_nothing_is_left_of_a_server_whose_parent_ends(how: signal.Signals, tmp_path: Path) -> None:
    number = str(40000 + os.getpid() % 10000 + how)
    done = tmp_path / "afterwards"
    words = [sys.executable, "-c", PARENT, STUBBORN.format(n=number), str(tmp_path / "log"), str(done)]
    environ = {**os.environ, "PYTHONPATH": str(Path(home.__file__).parents[2])}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        until(lambda: len(processes(number)) == 3)
        parent.send_signal(how)
    until(lambda: not processes(number))
    until(done.exists)


def test_a_server_that_ends_by_itself_hands_its_exit_code_on(tmp_path: Path) -> None:
    with children.kept(["bash", "-c", "exit 7"], os.environ, tmp_path / "log") as child:
        assert child.wait(10) == 7


def test_a_second_interrupt_does_not_cut_the_putting_away_short() -> None:
    before = signal.getsignal(signal.SIGINT)  # a shell's background job starts with SIGINT ignored
    put_away = ExitStack()
    put_away.callback(os.kill, os.getpid(), signal.SIGINT)  # an impatient second Ctrl-C, in the middle of it
    put_away.callback(os.kill, os.getpid(), signal.SIGHUP)
    with pytest.raises(KeyboardInterrupt), children.stoppable(), put_away:
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGINT) is before


def test_two_demos_cannot_hold_one_home_and_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    with home.held(tmp_path), pytest.raises(Busy, match=str(os.getpid())), home.held(tmp_path):
        pass
    assert not list((tmp_path / "run").glob("demo.lock"))
    with home.held(tmp_path):
        pass


def test_a_lock_file_a_killed_demo_left_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "demo.lock").write_text("1\n")
    with home.held(tmp_path):
        pass


def test_only_a_folder_the_demo_made_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("somebody's")
    with pytest.raises(RegistryError, match="was not made by"):
        home.empty(tmp_path)
    assert (tmp_path / "letters.txt").exists()
    (tmp_path / "letters.txt").unlink()
    home.empty(tmp_path)
    (tmp_path / "lake").mkdir()
    home.empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [home.MARK]
