"""What the expectations about months and published tables find: hints for people, which never change a row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from exchange.model.period import Period
from exchange.model.report import Observation
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.profiles import Profile, profile_of
from exchange.services.suites import run_suite

MONTHS: Final = "months"
"""The suite that looks across months. Tables: volumes, sources, distributions."""

PUBLISHED: Final = "published"
"""The suite about a publication's own tables; each table is the statement of its name under sql/published."""

VOLUMES: Final = "report/volumes"
"""The statement that counts each sender's rows and those of the months before."""

_LOOK_BACK: Final = 3
_KEY: Final = "place"
_BELONGS: Final = "|"


def months_observed(period: Period, registry: Registry, services: Services) -> tuple[Observation, ...]:
    """The suite `months` over the month beside the up to three before it; nothing when no such suite is declared.

    Tables: `volumes` (sender and kind of file: rows, months, median, ratio), `sources` (expected, reported_share, rows,
    without_number_share, without_number_rise), `distributions` (code column: rows, earlier_rows, distance).
    """
    if MONTHS not in registry.suites:
        return ()
    profiles = {
        source.name: [profile_of(source, month, services) for month in _back(period)]
        for source in registry.sources.values()
    }
    with services.warehouse.transaction() as conn:
        found = services.warehouse.query(conn, VOLUMES, volume_bounds(period))
    volumes = _volumes(found)
    tables = {
        "volumes": volumes,
        "sources": _sources(registry, volumes, profiles),
        "distributions": _distributions(registry, profiles),
    }
    return tuple(_judged(MONTHS, registry, tables))


def publication_observed(
    period: Period, generation: int, registry: Registry, services: Services
) -> tuple[Observation, ...]:
    """The suite `published` over the tables of one generation; nothing when no such suite is declared."""
    if PUBLISHED not in registry.suites:
        return ()
    names = list(dict.fromkeys(_table(item) for item in registry.suites[PUBLISHED]["expectations"]))
    key = {"period": str(period), "generation": generation}
    with services.warehouse.transaction() as conn:
        tables = {name: services.warehouse.query(conn, f"{PUBLISHED}/{name}", key) for name in names}
    return tuple(_judged(PUBLISHED, registry, tables))


def _judged(name: str, registry: Registry, tables: Mapping[str, pd.DataFrame]) -> Iterator[Observation]:
    """One observation per expectation, in the suite's order within each table."""
    declared = registry.suites[name]["expectations"]
    for table, frame in tables.items():
        chosen = [item for item in declared if _table(item) == table]
        if not chosen:
            continue
        run = run_suite(name, {"expectations": chosen}, frame, _KEY)
        told = dict(zip(frame[_KEY], frame["told"], strict=True)) if "told" in frame else {}
        for item, finding in zip(chosen, run.findings, strict=True):
            found = tuple((place, str(told.get(place, ""))) for place in sorted(set(finding.ids)))
            notes = str(item["meta"].get("notes", ""))
            yield Observation(name, table, finding.rule, finding.column, notes, run.rows, found)


def _table(item: Mapping[str, Any]) -> str:
    return str(item["meta"]["table"])


def _back(period: Period) -> list[Period]:
    """The month itself, then the months before it."""
    months = [period]
    for _ in range(_LOOK_BACK):
        months.append(months[-1].previous())
    return months


def volume_bounds(period: Period) -> dict[str, str]:
    """What the statement VOLUMES binds for a month."""
    return {"period": str(period), "first": str(_back(period)[-1])}


def odd_volumes(volumes: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """What the suite `months` says of one month's VOLUMES: source, unit_code, kind, rule, rows, usual, months."""
    items = [item for item in registry.suites.get(MONTHS, {}).get("expectations", ()) if _table(item) == "volumes"]
    frame = _volumes(volumes)
    run = run_suite(MONTHS, {"expectations": items}, frame, _KEY)
    fired = pd.DataFrame(
        [(place, finding.rule) for finding in run.findings for place in sorted(set(finding.ids))],
        columns=[_KEY, "rule"],
    )
    known = frame.rename(columns={"median": "usual"})[[_KEY, "source", "unit_code", "kind", "rows", "usual", "months"]]
    return fired.astype(known.dtypes[[_KEY]].to_dict()).merge(known, on=_KEY).drop(columns=_KEY)


def _volumes(frame: pd.DataFrame) -> pd.DataFrame:
    told = [
        f"本月 {rows:,} 行，前 {months} 个月中位数 {middle:g} 行"
        for rows, months, middle in zip(frame["rows"], frame["months"], frame["median"], strict=True)
    ]
    place = frame["source"] + _BELONGS + frame["unit_code"] + _BELONGS + frame["kind"]
    return frame.assign(place=place, told=pd.Series(told, index=frame.index, dtype=pd.ArrowDtype(pa.string())))


def _sources(registry: Registry, volumes: pd.DataFrame, profiles: Mapping[str, list[Profile | None]]) -> pd.DataFrame:
    rows = []
    for source in registry.sources.values():
        expected = {unit.unit_code for unit in registry.senders(source)}
        came = expected & set(volumes[(volumes["source"] == source.name).to_numpy(bool)]["unit_code"])
        now, *before = profiles[source.name]
        earlier = [one.without_number for one in before if one is not None]
        share = now.without_number if now else None
        usual = median(earlier) if earlier else None
        told = f"应报 {len(expected)}，到位 {len(came)}"
        if share is not None:
            told += f"；无可用证件号 {share:.1%}" + ("" if usual is None else f"，前 {len(earlier)} 个月 {usual:.1%}")
        rows.append({
            _KEY: source.name, "expected": len(expected), "told": told, "months": len(earlier),
            "rows": now.rows if now else 0, "without_number_share": share,
            "reported_share": len(came) / len(expected) if expected else None,
            "without_number_rise": None if share is None or usual is None else share - usual,
        })  # fmt: skip
    return _frame(rows, _SOURCES)


def _distributions(registry: Registry, profiles: Mapping[str, list[Profile | None]]) -> pd.DataFrame:
    """Per code column the total variation distance between this month's codes and those of the months before."""
    rows = []
    for source in registry.sources.values():
        now, *before = profiles[source.name]
        for kind, columns in now.codes.items() if now else ():
            for name, counts in columns.items():
                own, earlier = Counter(counts), Counter[str]()
                for profile in before:
                    earlier.update(profile.codes.get(kind, {}).get(name, {}) if profile else {})
                distance = _distance(own, earlier)
                told = "" if distance is None else f"与前三个月相差 {distance:.0%}"
                place = _BELONGS.join((source.name, name, kind))
                sizes = {"rows": own.total(), "earlier_rows": earlier.total()}
                rows.append({_KEY: place, **sizes, "distance": distance, "told": told})
    return _frame(rows, _DISTRIBUTIONS)


def _distance(one: Counter[str], other: Counter[str]) -> float | None:
    if not one or not other:
        return None
    codes = sorted(set(one) | set(other))
    return sum(abs(one[code] / one.total() - other[code] / other.total()) for code in codes) / 2


def _frame(rows: list[dict[str, Any]], schema: pa.Schema) -> pd.DataFrame:
    frame: pd.DataFrame = pa.Table.from_pylist(rows, schema=schema).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


_SOURCES: Final = pa.schema(
    {
        _KEY: pa.string(), "expected": pa.int64(), "told": pa.string(), "months": pa.int64(), "rows": pa.int64(),
        "without_number_share": pa.float64(), "reported_share": pa.float64(), "without_number_rise": pa.float64(),
    }
)  # fmt: skip
_DISTRIBUTIONS: Final = pa.schema(
    {
        _KEY: pa.string(), "rows": pa.int64(), "earlier_rows": pa.int64(), "distance": pa.float64(),
        "told": pa.string(),
    }
)  # fmt: skip
