"""The national division tables: codes and names of provinces, cities, counties, townships and villages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Divisions:
    """Division codes as text, by level: 2, 4, 6, 9 and 12 digits (GB/T 2260, GB/T 10114, NBS).

    `known_prefixes` are all county codes that ever stood at the head of an identity number,
    abolished ones included: a person keeps the code of first registration for life. `former` are the
    codes and names of counties that no longer exist or are called otherwise now: addresses still use them.
    """

    provinces: Mapping[str, str]
    cities: Mapping[str, str]
    areas: Mapping[str, str]
    townships: Mapping[str, str]
    villages: Mapping[str, str]
    known_prefixes: frozenset[str]
    former: tuple[tuple[str, str], ...] = ()

    def area(self, code6: str) -> str | None:
        """Name of a county-level division, or None."""
        return self.areas.get(code6)

    def township(self, code9: str) -> str | None:
        """Name of a township-level division, or None."""
        return self.townships.get(code9)
