"""Splink against the same model evaluated in our own SQL: seconds, and how far the scores are apart."""

import math
import re
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.linkage.tables import hard_files
from benchmarks.linkage.train import ROLES, SCHEMAS, spec_of
from exchange.registry.pair_model import Comparison, Level, Model
from exchange.services.identity.linker import open_scorer
from exchange.services.identity.models import read_model
from exchange.services.identity.pairs import candidate_pairs
from exchange.services.sets import open_sets
from exchange.services.tables_in import read_tables
from exchange.stages.link.evidence import prepare


def measure(folder: Path, records: int = 200_000, seed: int = 5) -> Iterator[str]:
    files, _ = hard_files(records, seed, folder)
    spec, model = spec_of(ROLES), read_model(SCHEMAS)
    with open_sets(folder) as sets:
        prepare(sets, read_tables(files, spec.record, spec.source, spec.roles.columns()), spec, 2026)
        sets.run("linkage/keys", {"is_kept": False})
        pairs, profiles = candidate_pairs(sets), sets.table("linkage/all_profiles")
        shares = sets.table("linkage/frequency")
    filled = [name for name in profiles.schema.names if profiles[name].null_count < len(profiles)]
    used, prior = model.for_columns(filled), 1 / len(profiles)
    seconds: dict[str, list[float]] = {"splink": [], "own": []}
    for _ in range(3):
        began = time.process_time()
        with open_scorer(profiles, folder) as scorer:
            one = scorer.score(used, pairs, shares, prior, -2.0)
        seconds["splink"].append(time.process_time() - began)
        began = time.process_time()
        other = own_scores(profiles, used, pairs, shares, prior, -2.0)
        seconds["own"].append(time.process_time() - began)
    first = _scores(one)
    second = _scores(other)
    apart = max(abs(first[pair] - second[pair]) for pair in first.keys() & second.keys())
    splink, own = min(seconds["splink"]), min(seconds["own"])
    yield f"{len(pairs)} pairs: Splink {splink:.2f}, own SQL {own:.2f} seconds of processor: {splink / own:.2f} times"
    yield f"{len(first.keys() ^ second.keys())} pairs only in one; scores at most {apart:.1e} bits apart"


def _scores(table: pa.Table) -> dict[tuple[int, int], float]:
    rows = zip(*(table[name].to_pylist() for name in ("a", "b", "score")), strict=True)
    return {(a, b): score for a, b, score in rows}


def own_scores(
    profiles: pa.Table, model: Model, pairs: pa.Table, shares: pa.Table, prior: float, least: float
) -> pa.Table:
    """The same model, one statement."""
    connection = duckdb.connect()
    for name, table in (("profile", profiles), ("pair", pairs), ("share", shares)):
        connection.register(name, table)
    joins = "".join(
        f" left join (select value, share from share where field = '{column}') as f_{column}"
        f" on f_{column}.value = p.{column}"
        for column in model.frequencies
    )
    columns = "".join(f", f_{column}.share as f_{column}" for column in model.frequencies)
    connection.execute(f"create table weighed as select p.*{columns} from profile as p{joins}").fetchall()
    bits = ", ".join(f"{bits_sql(each)} as mw_{each.name}" for each in model.comparisons)
    total = " + ".join(f"mw_{each.name}" for each in model.comparisons)
    odds = math.log2(prior / (1 - prior))
    found: pa.Table = connection.sql(
        f"with compared as (select p.join_key_l as a, p.join_key_r as b, {bits} from pair as p "
        "inner join weighed as l on l.profile = p.join_key_l inner join weighed as r on r.profile = p.join_key_r) "
        f"select *, {odds!r} + {total} as score from compared where {odds!r} + {total} >= {least}"
    ).to_arrow_table()
    return found


def bits_sql(each: Comparison) -> str:
    """An expression over two profiles and their values' frequencies: the bits that speak for one person."""
    whens = [f"when {qualified(level.condition)} then {_bits(level)}" for level in each.levels[:-1]]
    return f"case {' '.join(whens)} else {_bits(each.levels[-1])} end"


def qualified(condition: str) -> str:
    return re.sub(r"\b(\w+)_([lr])\b", r"\2.\1", condition)


def _bits(level: Level) -> str:
    if level.place < 0:
        return "0.0"
    if level.frequency_of is None:
        return repr(level.bits)
    column = f"f_{level.frequency_of}"
    return (
        f"{math.log2(level.m)!r} - log2(greatest(coalesce(l.{column}, r.{column}), coalesce(r.{column}, l.{column})))"
    )
