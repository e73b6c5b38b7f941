"""What goes wrong with whole files, and where: fixed by month and office, so that a demo always shows all of it."""

import random
from typing import Literal

from exchange.demo.generator.records import Record
from exchange.demo.generator.senders import Sender

Case = Literal[
    "",
    "missing",
    "zero_report",
    "wrong_month",
    "same_again",
    "corrected",
    "late",
    "truncated",
    "manifest_wrong",
    "all_numeric",
    "total_wrong",
]
_PLAN: dict[tuple[int, str, int], Case] = {
    (0, "village_clinic", 4): "zero_report",
    (0, "labour_office", 7): "wrong_month",
    (0, "labour_office", 3): "same_again",
    (1, "police_station", 4): "missing",
    (1, "township_clinic", 2): "corrected",
    (1, "township_clinic", 6): "late",
    (1, "labour_office", 2): "truncated",
    (1, "village_clinic", 9): "manifest_wrong",
    (2, "village_clinic", 12): "missing",
    (2, "labour_office", 8): "all_numeric",
    (2, "police_station", 8): "total_wrong",
    (2, "police_station", 2): "corrected",
}


def case_of(month: int, office: Sender) -> Case:
    """The accident that befalls `office` in the n-th month, "" for none."""
    return _PLAN.get((month, office.kind, office.ordinal), "")


def all_numeric(records: list[Record]) -> None:
    """Every identity number turned into a number by a column format: fifteen digits survive."""
    for record in records:
        number = record.text("id")
        if len(number) == 18 and number[:17].isdigit():
            record.cells["id"] = float(number[:15] + "000")
            record.marks.append("id_precision")


def truncated(rng: random.Random, content: bytes) -> bytes:
    """The file as a broken connection leaves it."""
    return content[: len(content) * rng.randrange(40, 70) // 100]
