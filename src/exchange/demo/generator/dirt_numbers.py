"""What happens to identity numbers between the card and the file."""

import random
from collections.abc import Callable

from exchange.demo.generator import documents
from exchange.demo.generator.records import Record

_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_PLACEHOLDERS = ("无", "不详", "待补", "-", "暂无", "未知")
SPARED = ("small_x", "apostrophe", "spaces", "wide", "fifteen")
"""Slips that a reader can undo without guessing."""


def _precision(_: random.Random, number: str) -> float | None:
    return None if number.endswith("X") else float(number[:15] + "000")


def _typo(rng: random.Random, number: str) -> str:
    return documents.wrong_by_one_digit(rng, number)


def _short(rng: random.Random, number: str) -> str:
    place = rng.randrange(6, 17)
    return number[:place] + number[place + 1 :]


def _placeholder(rng: random.Random, _: str) -> str:
    return rng.choice(_PLACEHOLDERS)


def _masked(_: random.Random, number: str) -> str:
    return number[:6] + "********" + number[14:]


def _no_day(_: random.Random, number: str) -> str:
    return documents.with_birth(number, number[6:10] + "0230")


def _fifteen(_: random.Random, number: str) -> str | None:
    return documents.fifteen_digits(number) if number[6:8] == "19" and int(number[8:10]) < 80 else None


def _small_x(rng: random.Random, number: str) -> str | None:
    return number[:17] + rng.choice("xx×＊") if number.endswith("X") else None


def _spaces(rng: random.Random, number: str) -> str:
    return rng.choice(
        (f"{number[:6]} {number[6:14]} {number[14:]}", f"{number} ", f"\u200b{number}", f"{number}\u00a0")
    )


Slip = Callable[[random.Random, str], str | float | None]
SLIPS: dict[str, Slip] = {
    "precision": _precision,
    "typo": _typo,
    "empty": lambda _rng, _number: "",
    "placeholder": _placeholder,
    "short": _short,
    "masked": _masked,
    "no_day": _no_day,
    "zeros": lambda _rng, _number: "0" * 18,
    "fifteen": _fifteen,
    "small_x": _small_x,
    "apostrophe": lambda _rng, number: "'" + number,
    "spaces": _spaces,
    "wide": lambda _rng, number: number.translate(_WIDE),
}


def spoil_number(rng: random.Random, record: Record, rates: dict[str, float], dirt: float) -> None:
    """At most one slip on the identity number; a child's is left out, or is a parent's, more often."""
    number = record.text("id")
    if len(number) != 18:
        return
    if record.child and rng.random() < 0.05 * dirt and record.guardian:
        record.cells["id"] = record.guardian
        record.marks.append("id_guardian")
        return
    draw = rng.random()
    for slip, rate in rates.items():
        share = rate * dirt * (4 if record.child and slip == "empty" else 1)
        if draw < share:
            spoilt = SLIPS[slip](rng, number)
            if spoilt is not None:
                record.cells["id"] = spoilt
                record.marks.append(f"id_{slip}")
            return
        draw -= share
