"""Runs a function over untrusted files in child processes with limits; a file may kill its child, never the run."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from exchange.model.errors import ServiceUnavailable

MEMORY_BYTES = 2**30
CPU_SECONDS = 60
WALL_SECONDS = 120
OUTPUT_BYTES = 2**30
OPEN_FILES = 64

_START_SECONDS = 60
_PATIENCE = 5
"""How many times the wall-clock limit a child may take that is not idle: on a busy machine that is no fault of the
file's, and its processor time is limited all the same."""
_BASE_BYTES = 200 * 2**20
_FILES_EACH = 500
"""Files a child reads before another takes its place: what one of them left behind cannot follow a month."""
_LONGEST_ANSWER = 16 * 2**20
_CHILD = Path(__file__).with_name("sandbox_child.py")
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
_TIMED_OUT = "读取超时，已停止"
_REASONS = {
    signal.SIGABRT: "读取时内存超限：表格过大，或在很远处有内容或格式；请删除表外的内容和格式，或拆分后重报",
    signal.SIGKILL: "读取时占用资源过多，已停止",
    signal.SIGSEGV: "文件结构异常，读取程序无法处理",
    signal.SIGXCPU: "读取耗时过长，已停止",
    signal.SIGXFSZ: "读取结果异常巨大，已停止",
}


@dataclass(frozen=True)
class Limits:
    """What one file may use. CPU and wall-clock time grow with files above 200 MB; the memory never does."""

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS
    wall_seconds: float = WALL_SECONDS
    output_bytes: int = OUTPUT_BYTES


@dataclass(frozen=True)
class Job:
    """One file's work: `opened` gives the file while it is worked on, `arguments` go along with its `path` as JSON."""

    key: str
    opened: Callable[[], AbstractContextManager[Path]]
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What became of a job: the function's result, or the reason (Chinese, no cell's value) why it was refused."""

    key: str
    result: dict[str, Any] | None
    refused: str | None = None


class Sandbox:
    """Children that each run `entry` ("package.module:function") over many files, and are replaced when they die.

    A child starts with an empty environment in an empty folder, sees one file at a time, and has its own limits.
    """

    def __init__(self, entry: str, *, workers: int = 2, limits: Limits | None = None) -> None:
        self._entry = entry
        self._workers = workers
        self._limits = limits or Limits()

    def run(self, jobs: Iterable[Job]) -> Iterator[Answer]:
        """The answers in the order of the jobs, each as soon as it and those before it are there."""
        idle: SimpleQueue[_Child] = SimpleQueue()
        with tempfile.TemporaryDirectory(prefix="sandbox-") as empty:
            children = [_Child(self._entry, self._limits, Path(empty)) for _ in range(self._workers)]
            for child in children:
                idle.put(child)

            def work(job: Job) -> Answer:
                child = idle.get()
                try:
                    with job.opened() as path:
                        return child.answer(job, path)
                finally:
                    idle.put(child)

            pool = ThreadPoolExecutor(max_workers=self._workers)
            try:
                yield from pool.map(work, jobs)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                for child in children:
                    child.close()
                pool.shutdown(wait=True)


@contextmanager
def scratch(below: Path | None = None) -> Iterator[Path]:
    """A private folder (mode 0700) for results, gone with the block; `below` must exist."""
    with tempfile.TemporaryDirectory(prefix="read-", dir=below) as folder:
        yield Path(folder)


class _Dead(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Child:
    """One child process: started at its first job, replaced after it died, timed out or grew too large."""

    def __init__(self, entry: str, limits: Limits, folder: Path) -> None:
        self._entry = entry
        self._limits = limits
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._files = 0

    def answer(self, job: Job, path: Path) -> Answer:
        """The job's answer. A child that dies over a file it did not start with is not believed: a new one tries."""
        was_used = self._process is not None
        try:
            return self._ask(job, path)
        except _Dead as dead:
            if was_used and dead.reason != _TIMED_OUT:
                try:
                    return self._ask(job, path)
                except _Dead as again:
                    dead = again
            return Answer(job.key, None, dead.reason)

    def close(self) -> None:
        """End the child for good: nobody waits for its answer any more."""
        self._is_closed = True
        self.stop()

    def stop(self) -> None:
        """End the process, whatever it is doing; the next job starts another."""
        process, self._process, self._files = self._process, None, 0
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _ask(self, job: Job, path: Path) -> Answer:
        process = self._process or self._start()
        scale = max(1.0, path.stat().st_size / _BASE_BYTES)
        arguments = {**job.arguments, "path": str(path)}
        line = json.dumps({"arguments": arguments, "cpu": int(self._limits.cpu_seconds * scale)})
        try:
            process.stdin.write(line.encode() + b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            reply = json.loads(self._read_line(process, self._limits.wall_seconds * scale))
        except (OSError, ValueError):
            raise _Dead(self._cause_of_death()) from None
        except _Dead:
            self.stop()
            raise
        self._files += 1
        if reply.get("is_tired") or self._files >= _FILES_EACH:
            self.stop()
        return Answer(job.key, reply.get("result"), reply.get("refused"))

    def _start(self) -> subprocess.Popen[bytes]:
        if self._is_closed:
            raise _Dead(_TIMED_OUT)
        source = Path(__file__).resolve().parents[2]
        limits = {"memory": self._limits.memory_bytes, "output": self._limits.output_bytes, "files": OPEN_FILES}
        # -I: no PYTHON* variables, no user site, no current folder; -c would show in a process list, a path may.
        command = [sys.executable, "-I", str(_CHILD), str(source), self._entry, json.dumps(limits)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=_ENVIRONMENT,
                start_new_session=True,
            )
            self._read_line(self._process, _START_SECONDS)
        except (OSError, _Dead):
            # A child that never got ready says nothing about any file: none may be refused for it.
            self.stop()
            raise ServiceUnavailable(
                "the reading process could not be started",
                remedy="Check memory and process limits of this machine and that the installation is complete.",
            ) from None
        return self._process

    def _read_line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        begun = time.monotonic()
        deadline = begun + seconds
        pipe = process.stdout
        assert pipe is not None
        found = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    if deadline - begun >= _PATIENCE * seconds or not _wants_to_run(process.pid):
                        raise _Dead(_TIMED_OUT)
                    deadline += seconds
                    continue
                piece = os.read(pipe.fileno(), 65_536)
                if not piece or len(found) > _LONGEST_ANSWER:
                    raise OSError("the child's answer broke off")
                found += piece
        return bytes(found)

    def _cause_of_death(self) -> str:
        process = self._process
        code = 0
        if process is not None:
            try:
                code = process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                code = 0
        self.stop()
        if code < 0:
            return _REASONS.get(signal.Signals(-code), "文件结构异常，读取程序无法处理")
        return "文件结构异常，读取程序无法处理"


def _wants_to_run(pid: int) -> bool:
    """Whether a process is working, or would if the machine let it; False also where the system does not tell."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text("ascii", "replace").rpartition(")")[2].split()[0] == "R"
    except OSError:
        return False
