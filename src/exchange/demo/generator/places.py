"""The district's townships and villages, and the counties its migrants come from, out of the division tables."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COUNTY = "370306"
_CITY = COUNTY[:4]
_PROVINCE = COUNTY[:2]
# Where migrants of a small industrial district come from: neighbours first, then the labour-sending provinces.
_PROVINCE_WEIGHTS = {
    "41": 20, "34": 14, "13": 9, "32": 6, "53": 5, "52": 5, "51": 7, "50": 3, "42": 5, "43": 4, "61": 3, "62": 3,
    "23": 5, "22": 3, "21": 3, "14": 3, "36": 3, "45": 2, "33": 1, "15": 1, "65": 1, "64": 1, "35": 1, "44": 1,
}  # fmt: skip
_RINGS = ("township", "district", "county", "province", "country")
_RING_WEIGHTS = (5, 9, 15, 37, 34)
# Counties whose old codes still begin the numbers of people registered before the reforms of the late 1990s.
_OLD_PREFIX = {
    "371725": "372928", "371726": "372929", "371721": "372922", "371722": "372925", "371681": "372330",
    "371621": "372321", "411425": "412321", "411426": "412326", "411424": "412327", "411421": "412323",
}  # fmt: skip
_UNNAMED = ("市辖区", "县", "省直辖", "自治区直辖")


@dataclass(frozen=True)
class Village:
    """A village or neighbourhood committee and the township it lies in."""

    code: str
    name: str
    township9: str
    township: str

    @property
    def short(self) -> str:
        """The name people use: 苏李村委会 -> 苏李村."""
        for tail in ("社区居民委员会", "社区居委会"):
            if self.name.endswith(tail):
                return self.name.removesuffix(tail) + "社区"
        for tail in ("村民委员会", "村委会"):
            if self.name.endswith(tail):
                return self.name.removesuffix(tail).removesuffix("村") + "村"
        return self.name.removesuffix("居民委员会").removesuffix("居委会")


@dataclass(frozen=True)
class Origin:
    """A place of household registration: county, township, and the three names in front of the house."""

    area6: str
    township9: str
    province: str
    city: str
    area: str
    township: str
    old_prefix: str | None

    @property
    def address(self) -> str:
        """Province, city and county run together, with nothing twice."""
        return self.province + self.city + self.area


def _table(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["code"], row["name"]


class Places:
    """The division tables, ready for drawing from."""

    def __init__(self, divisions: Path) -> None:
        self._provinces = dict(_table(divisions / "provinces.csv"))
        self._cities = dict(_table(divisions / "cities.csv"))
        self._areas = {code: name for code, name in _table(divisions / "areas.csv") if not 71 <= int(code[4:]) <= 80}
        towns: dict[str, list[tuple[str, str]]] = {}
        for code, name in _table(divisions / "townships.csv"):
            towns.setdefault(code[:6], []).append((code, name))
        self._towns = towns
        self.townships = dict(towns[COUNTY])
        self.county_name = self._areas[COUNTY]
        self.villages: dict[str, list[Village]] = {code: [] for code in self.townships}
        for code, name in _table(divisions / "villages.csv"):
            if code[:9] in self.villages:
                self.villages[code[:9]].append(Village(code, name, code[:9], self.townships[code[:9]]))
        self.clinic_villages = {code: self._clinic_villages(code) for code in self.townships}
        self._rings = self._counties_by_ring()

    def _clinic_villages(self, township9: str) -> list[Village]:
        villages = self.villages[township9]
        return [villages[len(villages) // 4], villages[len(villages) * 3 // 4]]

    def _counties_by_ring(self) -> dict[str, list[str]]:
        rings: dict[str, list[str]] = {ring: [] for ring in _RINGS}
        for code, name in self._areas.items():
            if code not in self._towns or code[:2] in ("71", "81", "82"):
                continue
            if code == COUNTY:
                rings["township"].append(code)
            elif code[:4] == _CITY:
                rings["district" if name.endswith("区") else "county"].append(code)
            elif code[:2] == _PROVINCE:
                rings["province"].append(code)
            elif code[:2] in _PROVINCE_WEIGHTS:
                rings["country"].append(code)
        return rings

    def origin(self, rng: random.Random) -> Origin:
        """A place of household registration, near ones more often."""
        ring = rng.choices(_RINGS, _RING_WEIGHTS)[0]
        if ring == "country":
            province = rng.choices(list(_PROVINCE_WEIGHTS), list(_PROVINCE_WEIGHTS.values()))[0]
            area6 = rng.choice([code for code in self._rings[ring] if code.startswith(province)])
        else:
            area6 = rng.choice(self._rings[ring])
        return self._origin(rng, area6, rng.choice(self._towns[area6]))

    def local(self, rng: random.Random, township9: str) -> Origin:
        """Registered where they live: the people who are no migrants at all."""
        return self._origin(rng, COUNTY, (township9, self.townships[township9]))

    def _origin(self, rng: random.Random, area6: str, town: tuple[str, str]) -> Origin:
        city = self._cities.get(area6[:4], "")
        if city.startswith(_UNNAMED):
            city = ""
        old = _OLD_PREFIX.get(area6) if rng.random() < 0.7 else None
        return Origin(area6, town[0], self._provinces[area6[:2]], city, self._areas[area6], town[1], old)

    def home(self, rng: random.Random, township9: str | None = None) -> Village:
        """A village to live in: streets more than outlying towns, villages with a clinic more than the rest."""
        if township9 is None:
            codes = list(self.townships)
            township9 = rng.choices(codes, [5 if int(code[6:]) < 100 else 4 for code in codes])[0]
        if rng.random() < 0.35:
            return rng.choice(self.clinic_villages[township9])
        return rng.choice(self.villages[township9][:24])
