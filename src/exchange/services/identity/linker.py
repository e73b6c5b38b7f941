"""Scores of candidate pairs: the only place that speaks to Splink. It decides nothing; the model file does."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from exchange.model.errors import PublicationError
from exchange.registry.pair_model import Model


class Scorer:
    """Splink over one set of profiles."""

    def __init__(self, profiles: pa.Table, folder: Path, memory: str = "4GB") -> None:
        spill: dict[str, str | int | float | list[str]] = {"temp_directory": str(folder)}
        self._connection = duckdb.connect(config={"memory_limit": memory, "preserve_insertion_order": False, **spill})
        self._profiles = profiles
        self._connection.register("told_profiles", profiles)

    def close(self) -> None:
        """Forgets everything."""
        self._connection.close()

    def patterns(self, model: Model, pairs: pa.Table) -> pa.Table:
        """How often each pattern of places occurs among `pairs` (join_key_l, join_key_r): a column per comparison of
        the model, and `n`; in the order of the patterns."""
        self._connection.register("wanted_pairs", pairs)
        places = ", ".join(f"({each.place_sql()})::integer as {each.name}" for each in model.comparisons)
        with guarded("patterns"):
            found: pa.Table = self._connection.sql(
                f"select {places}, count(*) as n from wanted_pairs as p "
                "inner join told_profiles as l on l.profile = p.join_key_l "
                "inner join told_profiles as r on r.profile = p.join_key_r "
                "group by all order by all"
            ).to_arrow_table()
        return found

    def score(self, model: Model, pairs: pa.Table, frequencies: pa.Table, prior: float, least: float) -> pa.Table:
        """Every pair with at least `least` bits.

        `pairs`: match_key, join_key_l, join_key_r. `frequencies`: field, value, share of persons. `prior`: see
        `Model.splink`. Returns a, b, score, household (bits a household shares), is_vetoed, and per comparison
        gamma_* (place of its level) and mw_* (bits).
        """
        with guarded("score"):
            api = DuckDBAPI(connection=self._connection)
            told = api.register(self._profiles, dataset_display_name="profiles")
            linker = Linker(told, model.splink(prior), log_level=logging.ERROR)
            for column in model.frequencies:
                rows = frequencies.filter(pa.compute.equal(frequencies["field"], column))
                table = pa.table({column: rows["value"], f"tf_{column}": rows["share"]})
                linker.table_management.register_term_frequency_lookup(api.register(table), column)
            linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
            scored = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
            weights = [name for name in scored.as_duckdbpyrelation().columns if name.startswith(("gamma_", "mw_"))]
            found: pa.Table = self._connection.sql(
                f"select profile_l as a, profile_r as b, match_weight as score, {model.household_sql()} as household, "
                f"coalesce({model.veto_sql()}, false) as is_vetoed, {', '.join(weights)} from {scored.physical_name}"
            ).to_arrow_table()
        return found


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """An engine's message may quote a cell; what leaves here names the step and the kind of error."""
    try:
        yield
    except Exception as error:
        kind = type(error).__name__
        raise PublicationError(
            f"scoring failed in {what} ({kind})",
            remedy="Try again; if it stays so, report the step and the kind of error.",
        ) from None


@contextmanager
def open_scorer(profiles: pa.Table, folder: Path) -> Iterator[Scorer]:
    """A scorer for the length of a block; `folder` takes what does not fit into memory."""
    scorer = Scorer(profiles, folder)
    try:
        yield scorer
    finally:
        scorer.close()
