"""The child of the sandbox: sets its own limits before it sees a file, then answers one job per line."""

import importlib
import json
import os
import resource
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

_TIRED_BYTES = 256 * 2**20
_PAGE = resource.getpagesize()


def main(source: str, entry: str, limits: dict[str, int]) -> None:
    """Serve jobs from standard input until it closes. Nothing but answers goes to standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    function = _load(source, entry)
    _limit(limits)
    start = _virtual_bytes()
    _say(answers, {"is_ready": True})
    for line in sys.stdin.buffer:
        job = json.loads(line)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        used = int(spent.ru_utime + spent.ru_stime)
        resource.setrlimit(resource.RLIMIT_CPU, (used + job["cpu"], resource.RLIM_INFINITY))
        reply = _answer(function, job["arguments"])
        # Memory that was freed but not given back would count against the next file.
        reply["is_tired"] = reply.pop("is_tired", False) or _virtual_bytes() - start > _TIRED_BYTES
        _say(answers, reply)


def _say(answers: BinaryIO, reply: dict[str, Any]) -> None:
    answers.write(json.dumps(reply, ensure_ascii=True).encode() + b"\n")
    answers.flush()


def _answer(function: Callable[[dict[str, Any]], dict[str, Any]], arguments: dict[str, Any]) -> dict[str, Any]:
    """The function's result or why the file was refused. Other errors give their type only: texts may hold values."""
    try:
        return {"result": function(arguments)}
    except MemoryError:
        return {"refused": "读取时内存超限，请拆分后重报", "is_tired": True}
    except Exception as error:
        if hasattr(error, "remedy"):  # our own words (an ExchangeError), which never carry a value
            return {"refused": str(error)}
        return {"refused": f"文件结构异常，读取程序无法处理（{type(error).__name__}）", "is_tired": True}


def _load(source: str, entry: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The entry function, imported past the packages' own start-up code: a child needs no database or settings."""
    sys.path.insert(0, source)
    name, _, function = entry.partition(":")
    parts = name.split(".")
    for end in range(1, len(parts)):
        package = types.ModuleType(".".join(parts[:end]))
        package.__path__ = [str(Path(source, *parts[:end]))]
        sys.modules[package.__name__] = package
    loaded: Callable[[dict[str, Any]], dict[str, Any]] = getattr(importlib.import_module(name), function)
    return loaded


def _limit(limits: dict[str, int]) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["output"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _virtual_bytes() -> int:
    table = Path("/proc/self/statm")
    return int(table.read_text("ascii").split()[0]) * _PAGE if table.exists() else 0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
