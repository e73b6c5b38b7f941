"""A district month of 50,000 people through `exchange run`, and the same at half the size."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.clock import timed
from exchange.demo.district import make_district
from exchange.model.period import Period

MONTH = Period(2026, 9)


def measure(folder: Path) -> Iterator[str]:
    """Seconds, GiB and rows per second; doubling people may cost 2.1 times the time."""
    seconds = {}
    for people in (25_000, 50_000):
        root = folder / str(people)
        facts = make_district(root, people, [MONTH], seed=7)
        rows = sum(file.data_rows for file in facts.files)
        taken, peak = timed(
            ["exchange", "run", str(MONTH), "--drops", str(facts.drops), "--units", str(facts.units),
             "--home", str(root / "home")]
        )  # fmt: skip
        seconds[people] = taken
        yield f"{people} people, {rows} rows: {taken:.1f} s, {peak:.2f} GiB, {rows / taken:.0f} rows/s"
    yield f"double the people: {seconds[50_000] / seconds[25_000]:.2f} x the time"
