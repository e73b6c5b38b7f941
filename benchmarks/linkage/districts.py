"""Simulated districts whose clerks slip far more than usual, through whole months: links before and after the scorer.

Seeds are used for nothing else, and nothing was tuned on them. Quality is counted over the rows without a usable
number too: accepted rows of all sources against the persons the generator knows.
"""

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pandas as pd
import yaml

from benchmarks.clock import timed
from benchmarks.linkage.tables import quality
from exchange.demo.district import DistrictFacts, make_district
from exchange.demo.generator.dirt import Slip
from exchange.demo.generator.records import Record
from exchange.model.period import Period

MONTHS = [Period(2026, 8), Period(2026, 9)]
SIZES = ((2_400, 7101, 3.0), (2_400, 7102, 5.0))
SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def _phone_changed(rng: Random, record: Record, _month: Period) -> bool:
    had = len(record.text("phone")) == 11
    if had:
        record.cells["phone"] = f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"
    return had


def _birth_swapped(rng: Random, record: Record, _month: Period) -> bool:
    born = record.cells.get("birth")
    if not isinstance(born, date) or born.day > 12 or born.day == born.month:
        return False
    record.cells["birth"] = born.replace(month=born.day, day=born.month)
    return True


def _birth_year(rng: Random, record: Record, _month: Period) -> bool:
    born = record.cells.get("birth")
    if not isinstance(born, date) or (born.month, born.day) == (2, 29):
        return False
    record.cells["birth"] = born.replace(year=born.year - 1)
    return True


def _name_other(rng: Random, record: Record, _month: Period) -> bool:
    name = record.text("name")
    if len(name) != 3 or "·" in name:
        return False
    record.cells["name"] = name[:2] + rng.choice("芳伟军丽强敏静磊洋艳勇娟涛明超霞平刚")
    return True


def _name_unread(rng: Random, record: Record, _month: Period) -> bool:
    name = record.text("name")
    if not 2 <= len(name) <= 3:
        return False
    record.cells["name"] = name[:-1] + "?"
    return True


def _no_number(rng: Random, record: Record, _month: Period) -> bool:
    had = "day" in record.cells and bool(record.text("id"))
    if had:
        record.cells["id"] = ""
    return had


HARDER: tuple[tuple[str, float, Slip], ...] = (
    ("no_number", 0.05, _no_number), ("phone_changed", 0.04, _phone_changed), ("birth_swapped", 0.01, _birth_swapped),
    ("birth_year", 0.01, _birth_year), ("name_other", 0.006, _name_other), ("name_unread", 0.006, _name_unread),
)  # fmt: skip
"""Slips beside the usual ones, with their rates at dirt 1."""


def measure(folder: Path) -> Iterator[str]:
    """Pairwise precision, recall, F1 and B-cubed F1, with tiers only and with the scorer, of all and per source."""
    for people, seed, dirt in SIZES:
        root = folder / str(seed)
        facts = make_district(root, people, MONTHS, seed=seed, dirt=dirt, more=HARDER)
        yield f"{people} people, seed {seed}, {dirt:.0f} x the usual slips"
        for name in ("tiers only", "with the scorer"):
            links = linked(facts, root / name.replace(" ", "-"), _schemas(root, name == "with the scorer"))
            for line in scored(links, facts.rows()):
                yield f"  {name:<16}{line}"


def linked(facts: DistrictFacts, home: Path, schemas: Path) -> pd.DataFrame:
    """file, sheet, row, person_id of every accepted row after the last month."""
    common = ["--units", str(facts.units), "--home", str(home)]
    for month in facts.months:
        for late in facts.late:
            if late.before == month:
                (facts.drops / late.path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(late.source, facts.drops / late.path)
        timed(["exchange", "run", str(month), "--drops", str(facts.drops), *common], EXCHANGE_SCHEMAS=str(schemas))
    out = home / "links.parquet"
    timed(["exchange", "export", "links", str(facts.months[-1]), "--home", str(home), "--out", str(out)])
    return pd.read_parquet(out)


def scored(links: pd.DataFrame, rows: pd.DataFrame) -> Iterator[str]:
    """One line for all rows and one per agency's folder."""
    truth = rows.assign(record_id=rows["path"] + "\0" + rows["sheet"] + "\0" + rows["row"].astype(str))
    found = links.assign(record=links["file"] + "\0" + links["sheet"].fillna("") + "\0" + links["row"].astype(str))
    truth = truth[truth["record_id"].isin(found["record"])]
    source = truth["path"].str.split("/").str[0]
    for name, part in (("all", truth), *((name, truth[source == name]) for name in sorted(set(source)))):
        yield f"{name:<8}{quality(found[['record', 'person_id']], part[['record_id', 'person']])}  {len(part)} rows"


def _schemas(root: Path, with_scorer: bool) -> Path:
    if with_scorer:
        return SCHEMAS
    folder = root / "schemas"
    if not folder.exists():
        shutil.copytree(SCHEMAS, folder)
        declared = yaml.safe_load((folder / "linkage.yaml").read_text(encoding="utf-8"))
        declared.pop("scorer", None)
        (folder / "linkage.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return folder


if __name__ == "__main__":
    for line in measure(Path(sys.argv[1])):
        print(line, flush=True)
