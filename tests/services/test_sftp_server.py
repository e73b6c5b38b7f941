"""The demo's SFTP server as a process of its own: it ends when it is told to and when its parent is gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from exchange.services.sftp_server import prepare_accounts

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "exchange.services.sftp_server", "--root"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}


def port_of(root: Path) -> int:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if (root / "port").exists() and (root / "port").read_text():
            return int((root / "port").read_text())
        time.sleep(0.05)
    raise AssertionError("the server did not start")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_second_preparation_keeps_keys_and_files(tmp_path: Path) -> None:
    first = prepare_accounts(tmp_path, ["agency"])
    pin, key = first.known_host(22), (first.keys / "agency").read_bytes()
    second = prepare_accounts(tmp_path, ["agency", "office"])
    assert (second.known_host(22), (second.keys / "agency").read_bytes()) == (pin, key)
    assert sorted(path.name for path in second.files.iterdir()) == ["agency", "office"]


def test_it_ends_on_sigterm(tmp_path: Path) -> None:
    prepare_accounts(tmp_path, ["agency"])
    server = subprocess.Popen([*COMMAND, str(tmp_path)], env=ENVIRONMENT)
    try:
        assert is_listening(port_of(tmp_path))
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    finally:
        server.kill()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    prepare_accounts(tmp_path, ["agency"])
    start = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", start, *COMMAND, str(tmp_path)], env=ENVIRONMENT)
    port = port_of(tmp_path)
    assert is_listening(port)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while is_listening(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_listening(port)
