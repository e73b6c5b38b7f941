"""A city month through land, read and validate: seven million rows of nine thousand senders."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from benchmarks import intake, read

TIMES: Final[Mapping[str, int]] = {"police": 99, "hr": 80, "clinic": 250}
"""How often a district's files are sent: 3.3 M, 1.2 M and 2.2 M rows."""


def measure(folder: Path) -> Iterator[str]:
    """What every stage of every source took; needs 10 GB of disk."""
    drops, units = intake.district(folder / "district")
    took = intake.intake(*intake.multiplied(drops, units, TIMES, folder / "many"), folder / "city")
    for line in took:
        yield read.told(f"{line['stage']} {line['source']}", [line])
