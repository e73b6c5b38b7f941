"""Child processes that cannot outlive us, and one Ctrl-C that ends everything in good order."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from exchange.demo import keeper

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Child = subprocess.Popen[bytes]


@contextmanager
def kept(
    command: Sequence[str], environ: Mapping[str, str], log: Path, afterwards: Sequence[str] = ()
) -> Iterator[Child]:
    """Run `command` under a keeper for the length of the block; nothing of it is left, whatever ends us.

    `afterwards` is one more command, run by the keeper when it is done.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    arguments = [*command] if not afterwards else [keeper.AFTERWARDS, str(len(afterwards)), *afterwards, *command]
    with log.open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-S", "-E", keeper.__file__, *arguments], env=dict(environ),
            stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield child
    finally:
        hang_up(child)
        child.wait(timeout=60)


def hang_up(child: Child) -> None:
    """Tell the keeper to end its command, without waiting for it."""
    if child.stdin is not None:
        child.stdin.close()


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside the block Ctrl-C, `kill` and a closed terminal raise KeyboardInterrupt, once.

    Pressing again while things are being put away changes nothing: half put away is what leaves processes behind.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        for name in STOPPING:
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {name: signal.signal(name, stop) for name in STOPPING}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
