"""Reading: a district's 60,000 rows, a million rows in two thousand files, and what a small file costs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import intake

TIMES = 17
SMALL = 2_000


def measure(folder: Path) -> Iterator[str]:
    """Rows a second at 60,000 and at a million rows, ms per file of ten rows, and memory by the number of files."""
    drops, units = intake.district(folder / "district")
    small = _of("read", intake.intake(drops, units, folder / "small", "land", "read"))
    yield told("district", small)
    many = intake.multiplied(drops, units, TIMES, folder / "many")
    took = intake.intake(*many, folder / "large", "land", "read")
    large = _of("read", took)
    yield told(f"{TIMES} times", large)
    yield f"{TIMES} times the rows: {_per_row(large) / _per_row(small):.2f} x the time per row"
    land = _of("land", took)
    yield f"landing: {1000 * seconds(land) / files(land):.1f} ms per file ({files(land)} files)"
    yield from _small_files(folder)


def _small_files(folder: Path) -> Iterator[str]:
    """The cost of a file as such: two thousand of ten rows each, one sender each."""
    base = folder / "tiny"
    path = base / "police" / str(intake.MONTH) / f"370306001_PS_{intake.MONTH}_full_v1.csv"
    path.parent.mkdir(parents=True)
    rows = [
        f"{n},测试{n},,男,汉族,山东省淄博市周村区大街街道{n}号,2026-09-0{n},2026-09-0{n},13800138000"
        for n in range(1, 10)
    ]
    headings = "序号,姓名,公民身份号码,性别,民族,现居住地住址,到达本地日期,登记日期,联系电话"
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    units = base / "units.csv"
    units.write_text(
        "unit_code,source,name,township9,township_name\n370306001,PS,某所,370306001,某街道\n", encoding="utf-8"
    )
    took = intake.intake(*intake.multiplied(base, units, SMALL, folder / "tiny_many"), folder / "tiny_home")
    for stage in ("land", "read", "validate"):
        part = [line for line in _of(stage, took) if line["source"] == "police"]
        yield f"{SMALL} files of 9 rows: {stage} {1000 * seconds(part) / SMALL:.1f} ms per file, {memory(part)}"


def told(name: str, lines: Sequence[dict[str, Any]]) -> str:
    """One line about the same stage of every source."""
    rows, taken = sum(line["rows"] for line in lines), seconds(lines)
    spent = sum(line["processor"] for line in lines)
    pace = f"{taken:.1f} s, {rows / taken:.0f} rows/s, {spent:.1f} s of processor"
    return f"{name}: {rows} rows, {files(lines)} files: {pace}, {memory(lines)}"


def memory(lines: Sequence[dict[str, Any]]) -> str:
    """Peaks of the process itself and of its largest child."""
    own, child = (max(line[name] for line in lines) for name in ("own_gib", "child_gib"))
    return f"{own:.2f} GiB, child {child:.2f} GiB"


def seconds(lines: Sequence[dict[str, Any]]) -> float:
    """Of all sources one after another."""
    return float(sum(line["seconds"] for line in lines))


def files(lines: Sequence[dict[str, Any]]) -> int:
    """Of all sources together."""
    return int(sum(line["files"] for line in lines))


def _of(stage: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["stage"] == stage]


def _per_row(lines: Sequence[dict[str, Any]]) -> float:
    return seconds(lines) / sum(line["rows"] for line in lines)
