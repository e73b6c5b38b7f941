"""The frozen model of pairs: comparisons, their levels and weights, as declared in schemas/models/."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

_SIDE = re.compile(r"\b(\w+)_[lr]\b")


@dataclass(frozen=True)
class Level:
    """One answer of a comparison. `place` is its number in the results: -1 unknown, 0 differs, more is more alike."""

    condition: str
    label: str
    place: int
    m: float
    u: float
    frequency_of: str | None

    @property
    def bits(self) -> float:
        """Weight of the evidence, before the frequency of the value is known."""
        return 0.0 if self.place < 0 else math.log2(self.m / self.u)


@dataclass(frozen=True)
class Comparison:
    """What is compared, and the levels in the order they are tried."""

    name: str
    levels: tuple[Level, ...]

    @property
    def columns(self) -> frozenset[str]:
        """Columns of a profile that its conditions read."""
        return frozenset(column for level in self.levels for column in _SIDE.findall(level.condition))

    def place_sql(self) -> str:
        """An expression over two profiles `l` and `r`: the place of the level they fall into."""
        whens = [f"when {_qualified(level.condition)} then {level.place}" for level in self.levels[:-1]]
        return f"case {' '.join(whens)} else {self.levels[-1].place} end"


@dataclass(frozen=True)
class Model:
    """A version, its comparisons, and how they are put together."""

    version: str
    comparisons: tuple[Comparison, ...]
    household: tuple[str, ...]
    cap: float
    vetoes: tuple[str, ...]
    learned: frozenset[str]
    settings: Mapping[str, Any]

    def for_columns(self, filled: Collection[str]) -> "Model":
        """The same model without the comparisons these tables say nothing about."""
        kept = tuple(each for each in self.comparisons if each.columns & set(filled) >= _needed(each, filled))
        return replace(self, comparisons=kept)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the comparisons."""
        return tuple(each.name for each in self.comparisons)

    @property
    def frequencies(self) -> tuple[str, ...]:
        """Columns whose values weigh by how rare they are."""
        found = {level.frequency_of for each in self.comparisons for level in each.levels if level.frequency_of}
        return tuple(sorted(found))

    @property
    def usual(self) -> dict[str, float]:
        """Column -> how often two persons taken at random agree in it."""
        levels = (level for each in self.comparisons for level in each.levels)
        return {level.frequency_of: level.u for level in levels if level.frequency_of}

    def veto_sql(self) -> str:
        """A condition over the places (`gamma_<comparison>`) under which a pair is never linked by itself."""
        known = {f"gamma_{name}" for name in self.names}

        def told(place: re.Match[str]) -> str:
            return place[0] if place[0] in known else "-1"

        return " or ".join(f"({re.sub(r'gamma_[a-z_0-9]+', told, veto)})" for veto in self.vetoes) or "false"

    def household_sql(self) -> str:
        """The bits (`mw_<comparison>`) that a whole household shares."""
        shared = [name for name in self.names if name in self.household]
        terms = [f"greatest({column}, 0)" for name in shared for column in self._weights(name)]
        return " + ".join(terms) or "0.0"

    def _weights(self, name: str) -> list[str]:
        """One expression: the weight of a comparison with that of its value's frequency."""
        levels = next(each for each in self.comparisons if each.name == name).levels
        has_frequency = any(level.frequency_of for level in levels)
        return [f"mw_{name} + mw_tf_adj_{name}" if has_frequency else f"mw_{name}"]

    def with_weights(self, weights: Mapping[str, Sequence[tuple[float, float]]]) -> "Model":
        """The same model with these (m, u) per comparison, in the order of its levels."""

        def changed(each: Comparison) -> Comparison:
            if each.name not in weights:
                return each
            pairs = zip(each.levels, weights[each.name], strict=True)
            return replace(each, levels=tuple(replace(level, m=m, u=u) for level, (m, u) in pairs))

        return replace(self, comparisons=tuple(changed(each) for each in self.comparisons))

    def splink(self, prior: float) -> dict[str, Any]:
        """Settings for the scorer. `prior`: probability that two persons' profiles taken at random are one person."""
        settings = deepcopy(dict(self.settings))
        by_name = {each.name: each for each in self.comparisons}
        chosen = [each for each in settings["comparisons"] if each["output_column_name"] in by_name]
        for declared in chosen:
            for level, own in zip(
                declared["comparison_levels"], by_name[declared["output_column_name"]].levels, strict=True
            ):
                if own.place >= 0:
                    level["m_probability"], level["u_probability"] = own.m, own.u
        return settings | {"comparisons": chosen, "probability_two_random_records_match": prior}


def model_of(declared: Mapping[str, Any]) -> Model:
    """The parsed model file."""
    comparisons = []
    for each in declared["splink"]["comparisons"]:
        levels = each["comparison_levels"]
        known = sum(not level.get("is_null_level", False) for level in levels)
        read, place = [], known - 1
        for level in levels:
            is_null = bool(level.get("is_null_level", False))
            m, u = float(level.get("m_probability", 1.0)), float(level.get("u_probability", 1.0))
            read.append(
                Level(
                    level["sql_condition"],
                    level["label_for_charts"],
                    -1 if is_null else place,
                    m,
                    u,
                    level.get("tf_adjustment_column"),
                )
            )
            place -= not is_null
        comparisons.append(Comparison(each["output_column_name"], tuple(read)))
    return Model(
        version=str(declared["version"]),
        comparisons=tuple(comparisons),
        household=tuple(declared["household"]["comparisons"]),
        cap=float(declared["household"]["cap"]),
        vetoes=tuple(declared["veto"]),
        learned=frozenset(declared["learned_on_the_tables"]),
        settings=declared["splink"],
    )


def _needed(each: Comparison, filled: Collection[str]) -> frozenset[str]:
    """What a comparison cannot do without: the column of its name, or any of its columns when there is none."""
    if each.name in each.columns:
        return frozenset({each.name})
    return frozenset() if each.columns & set(filled) else frozenset({"\0"})


def _qualified(condition: str) -> str:
    """`name_l = name_r` -> `l.name = r.name`."""
    return re.sub(r"\b(\w+)_([lr])\b", r"\2.\1", condition)
