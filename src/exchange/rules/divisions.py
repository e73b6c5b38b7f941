"""Places: address text -> county and township, township text -> code, and how far from home somebody lives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exchange.registry.divisions import Divisions
from exchange.rules.cells.distinct import Distinct, as_arrow, text_column
from exchange.rules.cells.text import is_nothing, parse_texts, tidy

SCOPES: Final = (
    "same_township", "intra_district", "intra_county", "inter_district_same_city", "inter_county_same_city",
    "inter_city_same_province", "inter_province", "unknown",
)  # fmt: skip
MUNICIPALITIES: Final = frozenset(("11", "12", "31", "50"))
"""Beijing, Tianjin, Shanghai, Chongqing: the whole province-level unit is one city."""

ABROAD: Final = frozenset(("71", "81", "82", "90", "91"))
"""Taiwan, Hong Kong, Macau and foreign countries: always from another province."""

_BLANKS = re.compile(r"[\s,，;；·]+")
_LEVEL_NAMES = re.compile(r"^(?:市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$")
_SHORT_PROVINCE = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")


@dataclass(frozen=True)
class Place:
    """What an address says: `code6` may end in 00 or 0000 when only a city or province is named."""

    code6: str | None = None
    code9: str | None = None
    outcome: str = "unknown"


@dataclass(frozen=True)
class Gazetteer:
    """The division tables turned round: names -> codes."""

    divisions: Divisions

    @cached_property
    def provinces(self) -> dict[str, str]:
        """Full province names -> 2-digit code."""
        return {name: code for code, name in self.divisions.provinces.items()}

    @cached_property
    def short_provinces(self) -> dict[str, str]:
        """Province names without 省, 市, 自治区 -> 2-digit code."""
        return {_SHORT_PROVINCE.sub("", name): code for name, code in self.provinces.items()}

    @cached_property
    def cities(self) -> dict[str, str]:
        """City names -> 4-digit codes."""
        return {name: code for code, name in self.divisions.cities.items() if not _LEVEL_NAMES.match(name)}

    @cached_property
    def short_cities(self) -> dict[str, str]:
        """City names without 市 -> 4-digit codes."""
        return {name.removesuffix("市"): code for name, code in self.cities.items() if len(name) > 2}

    @cached_property
    def counties(self) -> dict[str, list[str]]:
        """County names -> 6-digit codes; names no longer in use stand behind the current ones."""
        found: dict[str, list[str]] = {}
        for code, name in (*self.divisions.areas.items(), *self.divisions.former):
            if not _LEVEL_NAMES.match(name) and code not in found.get(name, ()):
                found.setdefault(name, []).append(code)
        return found

    @cached_property
    def townships(self) -> dict[str, dict[str, str]]:
        """County code -> township name -> 9-digit code."""
        found: dict[str, dict[str, str]] = {}
        for code, name in self.divisions.townships.items():
            found.setdefault(code[:6], {})[name] = code
        return found

    def read(self, text: str, home: str = "") -> Place:
        """An address -> Place. Province and city may be left out; `home` is the county meant when none is named.

        Outcomes: ok (county found), city_only, province_only, unknown, empty, placeholder.
        """
        seen = _BLANKS.sub("", tidy(text))
        if is_nothing(seen):
            return Place(outcome="placeholder" if seen else "empty")
        found = _prefix(seen, self.provinces)
        readings = [(found, seen[len(found) :])] if found else [("", seen)]
        short = "" if found else _prefix(seen, self.short_provinces)
        if short:
            readings.append((short, seen[len(short) :]))
        for name, rest in readings:
            province = self.provinces.get(name, self.short_provinces.get(name, ""))
            place = self._within(rest, province, home)
            if place is not None:
                return place
        province = self.provinces.get(found, self.short_provinces.get(short, ""))
        return Place(province + "0000", None, "province_only") if province else Place()

    def _within(self, rest: str, province: str, home: str) -> Place | None:
        """A county, or at least a city, at the head of `rest`; a township of `home` where nothing larger is named."""
        rest = rest.removeprefix("市辖区")
        if home and not province:
            code9 = self._township(rest, home)
            if code9 is not None:
                return Place(home, code9, "ok")
        for cities in (self.cities, self.short_cities):
            city = _prefix(rest, cities)
            if city and cities[city].startswith(province):
                code, tail = cities[city], rest[len(city) :].removeprefix("市辖区")
                place = self._county(tail, code, home)
                if place is None and code + "00" in self.divisions.areas:
                    place = Place(code + "00", self._township(tail, code + "00"), "ok")
                if place is not None:
                    return place
        place = self._county(rest, province, home)
        city = _prefix(rest, self.cities) if place is None else ""
        return (
            Place(self.cities[city] + "00", None, "city_only")
            if city and self.cities[city].startswith(province)
            else place
        )

    def _county(self, text: str, within: str, home: str) -> Place | None:
        """The county `text` begins with; of several with that name the one in force, then the one in the home city."""
        for size in range(min(15, len(text)), 1, -1):
            codes = [code for code in self.counties.get(text[:size], ()) if code.startswith(within)]
            codes = [code for code in codes if code in self.divisions.areas] or codes[:1]
            if len(codes) > 1 and home:
                codes = [code for code in codes if code == home or code[:4] == home[:4]] or codes
            if codes and len({code[:4] for code in codes}) == 1:
                return Place(codes[0], self._township(text[size:], codes[0]), "ok")
        return None

    def _township(self, text: str, code6: str) -> str | None:
        names = self.townships.get(code6, {})
        name = _prefix(text, names)
        return names[name] if name else None

    def township(self, text: str, code6: str) -> str | None:
        """A township's name as a clerk writes it (with or without 镇, 街道 …) in a county -> 9-digit code."""
        seen = _BLANKS.sub("", tidy(text))
        names = self.townships.get(code6, {})
        if seen in names:
            return names[seen]
        near = [code for name, code in names.items() if len(seen) > 1 and name.startswith(seen)]
        return near[0] if len(near) == 1 else self._township(seen, code6)


def _prefix(text: str, names: Mapping[str, object]) -> str:
    """The longest of `names` that `text` begins with, or an empty text."""
    return next((text[:size] for size in range(min(20, len(text)), 1, -1) if text[:size] in names), "")


def parse_addresses(column: pd.Series, gazetteer: Gazetteer, home: pd.Series) -> dict[str, pd.Series]:
    """Addresses -> value (tidy text), code6, township9 and outcome; `home` is the sender's county, per row."""
    value = parse_texts(column)
    # Places stand before the first house number: cutting there leaves far fewer distinct texts.
    heads = pc.replace_substring_regex(as_arrow(column), r"""^[\s="“'‘’`]+|[0-9０-９].*""", "")
    joined = pc.binary_join_element_wise(heads, pc.fill_null(as_arrow(home), ""), pa.scalar("\0"))
    distinct = Distinct.of(text_column(joined, column.index))
    places = [gazetteer.read(*text.split("\0", 1)) for text in distinct.texts]
    return {
        "value": value,
        "code6": distinct.texts_of([place.code6 for place in places]),
        "township9": distinct.texts_of([place.code9 for place in places]),
        "outcome": distinct.words_of([place.outcome for place in places], "empty"),
    }


def parse_divisions(column: pd.Series, gazetteer: Gazetteer) -> dict[str, pd.Series]:
    """A column of division codes -> value (digits) and outcome: ok, partial (a city or province), unknown, empty."""
    known, prefixes = gazetteer.divisions.townships, gazetteer.divisions.known_prefixes
    areas, villages = gazetteer.divisions.areas, gazetteer.divisions.villages

    def read(text: str) -> tuple[str | None, str]:
        seen = re.sub(r"[^0-9A-Z]", "", tidy(text).upper())
        if is_nothing(tidy(text)) or not seen:
            return None, "empty"
        if len(seen) > 9 and (seen in villages or seen[:9] in known):
            return seen[:12], "ok"
        for size in (9, 6):
            if seen[:size] in known or seen[:size] in areas or seen[:size] in prefixes:
                whole = seen[:size] if seen[size:].strip("0") == "" else seen
                return whole, "ok"
        if seen[:2] in gazetteer.divisions.provinces and len(seen) in (2, 4, 6):
            return seen.ljust(6, "0"), "partial"
        return (seen, "ok") if "L" in seen and seen[:6] in areas else (None, "unknown")

    distinct = Distinct.of(column)
    answers = distinct.each(read)
    return {
        "value": distinct.texts_of([code for code, _ in answers]),
        "outcome": distinct.words_of([word for _, word in answers], "empty"),
    }


def is_district(code6: str, areas: Mapping[str, str]) -> bool:
    """Whether a county-level code is a district of a city (区), as opposed to a county, banner or county-level city.

    Functional zones (71-80) have no place of their own in GB/T 2260 and count as districts of their city.
    """
    last = code6[4:]
    name = areas.get(code6, "")
    if "71" <= last <= "80":
        return True
    return (
        (name.endswith("区") or not name)
        and ("01" <= last <= "20" or "51" <= last <= "70")
        and not name.endswith("林区")
    )


def city_of(code6: str) -> str:
    """What identifies the city: 4 digits, 2 for a municipality, all 6 where a county is directly under the province."""
    if code6[:2] in MUNICIPALITIES:
        return code6[:2]
    return code6 if code6[2:4] == "90" else code6[:4]


def scope_of(
    hukou6: str | None, hukou9: str | None, current6: str, current9: str | None, areas: Mapping[str, str]
) -> str:
    """Mobility scope of one person (`SCOPES`), from the place of hukou to the place of residence.

    Codes ending in 00 name only a city or province: then the answer is known only if that much differs.
    Source: definitions of the regulation on migrants' services and of the 2020 census.
    """
    if not hukou6 or len(hukou6) < 6 or len(current6) < 6:
        return "unknown"
    if hukou6[:2] in ABROAD or hukou6[:2] != current6[:2]:
        return "inter_province"
    if hukou6[2:] == "0000":
        return "unknown"
    if city_of(hukou6) != city_of(current6):
        return "inter_city_same_province"
    if hukou6 == current6:
        if not hukou9 or not current9:
            return "intra_district" if is_district(current6, areas) else "intra_county"
        if hukou9 == current9:
            return "same_township"
        return "intra_district" if is_district(current6, areas) else "intra_county"
    if hukou6[4:] == "00":
        return "unknown"
    both = is_district(hukou6, areas) and is_district(current6, areas)
    return "inter_district_same_city" if both else "inter_county_same_city"


def scopes(
    hukou6: pd.Series, hukou9: pd.Series, current6: pd.Series, current9: pd.Series, divisions: Divisions
) -> pd.Series:
    """`scope_of` over rows, once per distinct combination of places."""
    joined = hukou6.fillna("") + "|" + hukou9.fillna("") + "|" + current6.fillna("") + "|" + current9.fillna("")
    distinct = Distinct.of(joined)
    answers = []
    for text in distinct.texts:
        home6, home9, here6, here9 = text.split("|")
        answers.append(scope_of(home6 or None, home9 or None, here6, here9 or None, divisions.areas))
    return distinct.words_of(answers, "unknown")
