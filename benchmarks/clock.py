"""Wall time and peak memory of a whole process and its children."""

import os
import subprocess
import sys
import time
from pathlib import Path


def timed(arguments: list[str], **environ: str) -> tuple[float, float]:
    """Runs `python -m arguments…`; seconds and the peak GiB of the largest process in its tree."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _tree_gib(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(process.stderr.read() if process.stderr else f"exit {process.returncode}")
    return time.perf_counter() - began, peak


def _tree_gib(root: int) -> float:
    """Resident memory of a process and everything below it, in GiB."""
    parents, sizes = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            sizes[int(entry.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    total = 0
    for process in sizes:
        ancestor = process
        while ancestor > 1 and ancestor != root:
            ancestor = parents.get(ancestor, 0)
        total += sizes[process] if ancestor == root else 0
    return total / 1024**3
