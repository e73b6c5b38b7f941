"""Hard tables as files, made once per folder, and how good links are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.support.hard_tables import make_hard_tables


@dataclass(frozen=True)
class Quality:
    """Pairwise precision, recall and F1; B-cubed F1."""

    precision: float
    recall: float
    f1: float
    b_cubed: float

    def __str__(self) -> str:
        return f"P {self.precision:.5f}  R {self.recall:.5f}  F1 {self.f1:.5f}  B3 {self.b_cubed:.5f}"


def hard_files(records: int, seed: int, folder: Path, noise: float = 1.0) -> tuple[list[Path], pd.DataFrame]:
    """Three CSV files and the truth (record_id, person)."""
    hard = make_hard_tables(records, seed, noise)
    files = []
    for name, frame in hard.tables.items():
        files.append(folder / f"{name}.csv")
        frame.to_csv(files[-1], index=False)
    return files, hard.truth


def quality(links: pd.DataFrame, truth: pd.DataFrame) -> Quality:
    """`links`: record, person_id. `truth`: record_id, person. Every record must be linked to somebody."""
    both = truth.set_index("record_id").join(links.set_index("record"), how="left")
    assert both["person_id"].notna().all(), "a record is missing"
    right, found, true = (_pairs(both, keys) for keys in (["person", "person_id"], ["person_id"], ["person"]))
    precision, recall = right / max(found, 1), right / max(true, 1)
    size = both.groupby(["person", "person_id"], sort=False)["person"].transform("size")
    b_precision = (size / both.groupby("person_id")["person"].transform("size")).mean()
    b_recall = (size / both.groupby("person")["person_id"].transform("size")).mean()
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return Quality(precision, recall, f1, float(2 * b_precision * b_recall / (b_precision + b_recall)))


def _pairs(frame: pd.DataFrame, keys: Sequence[str]) -> int:
    sizes = frame.groupby(list(keys)).size()
    return int((sizes * (sizes - 1) // 2).sum())
