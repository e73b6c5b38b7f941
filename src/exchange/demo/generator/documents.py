"""Numbers that documents carry: resident numbers after GB 11643, birth certificates, telephones, health records."""

import random
from collections.abc import Callable
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PREFIXES = tuple(f"1{second}" for second in "333555556677788888899")


def check_digit(body: str) -> str:
    """The eighteenth character for seventeen digits (GB 11643: weighted sum modulo 11)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


class Issuer:
    """Gives out numbers, none of them twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def resident(self, area6: str, birth: date, sex: int) -> str:
        """A valid resident number: county of first registration, birth date, odd sequence for men (sex 1)."""
        while True:
            sequence = self._rng.randrange(0, 500) * 2 + sex % 2
            body = f"{area6}{birth:%Y%m%d}{sequence:03d}"
            number = body + check_digit(body)
            if number not in self._taken:
                self._taken.add(number)
                return number

    def birth_certificate(self) -> str:
        """A letter and nine digits, as the certificate of birth has it."""
        return self._fresh(lambda: self._rng.choice("STUVW") + f"{self._rng.randrange(10**9):09d}")

    def mobile(self) -> str:
        """An eleven-digit mobile number."""
        return self._fresh(lambda: self._rng.choice(_PREFIXES) + f"{self._rng.randrange(10**9):09d}")

    def card(self) -> str:
        """A wage card number, which the product must never take in."""
        return self._fresh(lambda: "621" + f"{self._rng.randrange(10**16):016d}")

    def health_record(self, village12: str) -> str:
        """Seventeen digits: county, township, village segment (101 and up for villages), serial."""
        segment = int(village12[9:])
        if segment >= 200:
            segment -= 99
        return self._fresh(lambda: f"{village12[:9]}{segment:03d}{self._rng.randrange(1, 10**5):05d}")

    def _fresh(self, make: Callable[[], str]) -> str:
        while True:
            number = make()
            if number not in self._taken:
                self._taken.add(number)
                return number


def fifteen_digits(number: str) -> str:
    """The number as old cards carry it: without century and check digit (people born before 2000)."""
    return number[:6] + number[8:17]


def with_birth(number: str, birth: str) -> str:
    """`number` with another birth part and a check digit that fits, for dates that do not exist."""
    body = number[:6] + birth + number[14:17]
    return body + check_digit(body)


def wrong_by_one_digit(rng: random.Random, number: str) -> str:
    """A slip of the finger after the county part: one digit differs, so the check digit cannot fit."""
    place = rng.randrange(14, 17)
    digit = rng.choice([other for other in "0123456789" if other != number[place]])
    return number[:place] + digit + number[place + 1 :]
