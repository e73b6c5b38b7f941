"""Runs one server for a parent process and leaves nothing of it behind; a program of its own: `keeper.py COMMAND…`.

The parent holds the other end of stdin and writes nothing to it. When that end closes, because the
parent asked for it or because it died in any way, everything the server ever started is ended.
Standard library only, so that it starts at once.
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

AFTERWARDS = "--afterwards"
GRACE_SECONDS = 4.0
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: grandchildren that lose their parent become ours, so we can find them


def descendants(root: int) -> list[int]:
    """Every living process below `root`, by the parent column of /proc; empty where there is no /proc."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            state, parent = path.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if state != "Z":
                children.setdefault(int(parent), []).append(int(path.parent.name))
    found, queue = [], [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def end(server: "subprocess.Popen[bytes]") -> None:
    """End the server and everything below this process: politely first, then for certain."""
    _tell(server, signal.SIGTERM)
    give_up = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < give_up and (server.poll() is None or descendants(os.getpid())):
        time.sleep(0.05)
    _tell(server, signal.SIGKILL)
    while descendants(os.getpid()):
        _tell(server, signal.SIGKILL)
        time.sleep(0.02)
        server.poll()


def _tell(server: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal to the server's group and to every descendant that left it for a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if server.poll() is None:
            os.killpg(server.pid, number)
    for pid in descendants(os.getpid()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def keep(command: list[str]) -> int:
    """Run `command` until it ends or stdin closes; its exit code, or 0 when it was told to end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it closes stdin in good order
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    while server.poll() is None and not told:
        readable, _, _ = select.select([0, wake], [], [])
        if 0 in readable:
            told.append(0)
        elif wake in readable:
            os.read(wake, 512)
    code = 0 if told else server.returncode
    end(server)
    return code


def main(arguments: list[str]) -> int:
    """`[--afterwards N WORD×N] COMMAND…`: keep the command; then run the N words as one last command."""
    afterwards: list[str] = []
    if arguments[0] == AFTERWARDS:
        words = int(arguments[1])
        afterwards, arguments = arguments[2 : 2 + words], arguments[2 + words :]
    code = keep(arguments)
    if afterwards:
        subprocess.run(afterwards, stdin=subprocess.DEVNULL, check=False)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
