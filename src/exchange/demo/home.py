"""The demo's home folder: whose it is at the moment, made anew, taken away."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from exchange.model.errors import Busy, RegistryError
from exchange.services import postgres

MARK = "DEMO"
"""Only a folder with this file in it is ever emptied."""


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Nobody else runs servers on `home` during the block, and no lock is left after it. Raises Busy naming who does.

    The lock is the kernel's: it ends with the process, however that ends, and a file left behind means nothing.
    """
    path = home / "run" / "demo.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path, home) as handle:
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _locked(path: Path, home: Path) -> TextIO:
    while True:
        handle = path.open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            who = handle.read().strip() or "another one"
            handle.close()
            raise Busy(
                f"process {who} runs the servers of {home}",
                remedy="End it with Ctrl-C in its terminal, or name another folder with --home.",
            ) from None
        # The one before us unlinks the file as it leaves: a lock on a file that has no name any more is none.
        if path.exists() and os.path.samestat(os.fstat(handle.fileno()), path.stat()):
            return handle
        handle.close()


def empty(home: Path) -> None:
    """Everything an earlier demo left in `home` is gone, its database server included; call it while `held`.

    Raises RegistryError for a folder with other people's files in it.
    """
    if not (home / MARK).exists() and any(path.name != "run" for path in home.iterdir()):
        raise RegistryError(
            f"{home} is not empty and was not made by `exchange demo`",
            remedy="Name a new or empty folder with --home.",
        )
    postgres.remove(home)
    for path in home.iterdir():
        if path.name != "run":  # the lock lies there, and it is ours
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (home / MARK).write_text("Made by `exchange demo`, which empties this folder when it runs again.\n")


def remove(home: Path) -> None:
    """The demo's servers are stopped and its home is gone. Raises Busy while a demo runs there."""
    if home.exists():
        with held(home):
            empty(home)
        shutil.rmtree(home)
