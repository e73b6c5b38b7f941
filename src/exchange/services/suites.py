"""Great Expectations, and only here: a declared suite and a frame in, findings with row ids out, no values anywhere."""

import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final, Literal

import pandas as pd

from exchange.model.errors import RegistryError
from exchange.model.findings import Finding
from exchange.services.lazy import postponed

Suite = Mapping[str, Any]

RESULT_FORMAT: Final = {
    "result_format": "COMPLETE",
    "include_unexpected_rows": False,
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
}
"""Counts and row ids. Without the last key results would carry people's values into logs and reports."""

ROW_BY_ROW: Final = frozenset(
    (
        *(f"expect_column_values_to_{check}" for check in (
            "be_null", "not_be_null", "be_in_set", "not_be_in_set", "be_between", "be_of_type", "be_in_type_list",
            "match_regex", "not_match_regex", "match_regex_list", "not_match_regex_list", "match_strftime_format",
        )),
        *("expect_column_value_lengths_to_be_between", "expect_column_value_lengths_to_equal"),
        *("expect_column_pair_values_a_to_be_greater_than_b", "expect_column_pair_values_to_be_equal"),
        *("expect_column_pair_values_to_be_in_set", "expect_select_column_values_to_be_unique_within_record"),
        *("expect_multicolumn_sum_to_equal", "expect_columns_to_add_up"),
    )
)  # fmt: skip
"""Expectations that judge each row by itself: rows in parts get the verdicts they would get together."""

_IMPORTING: Final = Lock()
_COLUMN_KEYS: Final = ("column", "column_A", "column_B")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class SuiteRun:
    """What became of one run: `empty` is an outcome of its own, because every expectation passes on nothing."""

    outcome: Literal["judged", "empty"]
    rows: int
    findings: tuple[Finding, ...]


def run_suite(name: str, suite: Suite, frame: pd.DataFrame, key: str = "row_id") -> SuiteRun:
    """Judge `frame` by a suite of expectations/; one finding per expectation, in the suite's order.

    `key` is the column that names rows in the findings. Raises RegistryError when the suite names a column the frame
    does not have, an expectation nobody knows, or one that could not be worked out.
    """
    expectations = [dict(item) for item in suite.get("expectations", ())]
    _refuse_unfit(name, expectations, frame)
    if frame.empty:
        return SuiteRun("empty", 0, tuple(_finding(item, ()) for item in expectations))
    numbered = [{**item, "meta": {**item["meta"], "place": place}} for place, item in enumerate(expectations)]
    found = _validate(name, numbered, frame[_columns(expectations, frame, key)], key)
    return SuiteRun(
        "judged", len(frame), tuple(_finding(item, found[place]) for place, item in enumerate(expectations))
    )


def run_by_parts(
    name: str, suite: Suite, parts: Callable[[Suite], Iterable[pd.DataFrame]]
) -> Iterator[tuple[pd.DataFrame, SuiteRun]]:
    """`run_suite` over rows that come in parts, part by part: all runs together find what one over all rows would.

    `parts` gives the rows with the columns a suite may name, in at least one part. Expectations that look at more than
    one row at a time are judged once, over all rows. Raises what `run_suite` raises.
    """
    expectations = suite.get("expectations", ())
    _refuse_unfit(name, expectations, next(iter(parts(suite))))
    together = [place for place, item in enumerate(expectations) if item.get("type") not in ROW_BY_ROW]
    whole: Suite = {"expectations": [expectations[place] for place in together]}
    found = run_suite(name, whole, pd.concat(parts(whole), ignore_index=True)).findings if together else ()
    ids = [frozenset(finding.ids) for finding in found]
    single: Suite = {"expectations": [item for place, item in enumerate(expectations) if place not in together]}
    for part in parts(single):
        run = run_suite(name, single, part)
        own = part["row_id"].tolist() if found else []
        held = (replace(one, ids=tuple(filter(known.__contains__, own))) for one, known in zip(found, ids, strict=True))
        yield part, replace(run, findings=(*run.findings, *held))


def prepare() -> None:
    """Import what judging needs, ahead of need: a caller with time to spare does it on a thread of its own."""
    _import_gx()


def known_types() -> frozenset[str]:
    """Names of every expectation a suite may use."""
    _import_gx()
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    return frozenset(list_registered_expectation_implementations())


def _validate(
    name: str, expectations: list[dict[str, Any]], frame: pd.DataFrame, key: str
) -> dict[int, tuple[str, ...]]:
    """One Great Expectations run; place in the suite -> ids of unexpected rows. The context lives in memory only."""
    gx = _import_gx()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        context.enable_analytics(enable=False)
        bare = [
            {part: item[part] for part in ("type", "kwargs", "meta", "severity") if part in item}
            for item in expectations
        ]
        suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=bare))
        asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame})
        results = batch.validate(suite, result_format={**RESULT_FORMAT, "unexpected_index_column_names": [key]}).results
    problems = [f"{item.expectation_config.type}: {_cause(item)}" for item in results if _failed(item)]
    if problems:
        raise _unfit(name, problems)
    return {item.expectation_config.meta["place"]: _ids(item.result, key) for item in results}


def _import_gx() -> Any:
    """Great Expectations takes seconds to import: only the process that judges rows pays for it.

    Half of them are for statistics and charts that a few of its expectations use: they load if a suite names one.
    SQLAlchemy is an extra of the library; frames are all it is given here, so it is not loaded for its sake alone.
    """
    with _IMPORTING, postponed("altair", "scipy.stats", optional=("sqlalchemy",)):
        import great_expectations

        import exchange.services.suites_custom  # noqa: F401  registers our own expectations

    for noisy in ("great_expectations", "great_expectations.core.batch"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return great_expectations


def _ids(result: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Ids of unexpected rows; an expectation about the whole table has none."""
    groups = result.get("unexpected_index_list") or []
    return tuple(str(one) for group in groups for one in _listed(group[key]))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _failed(item: Any) -> bool:
    """Whether the expectation itself could not be worked out, which must never look like rows that pass."""
    info = item.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    return any(isinstance(entry, Mapping) and entry.get("raised_exception") for entry in entries)


def _cause(item: Any) -> str:
    """The kind of failure only: an exception's text could quote a value."""
    texts = re.findall(r"\b([A-Z]\w*(?:Error|Exception))\b", str(item.exception_info))
    return texts[0] if texts else "could not be worked out"


def _refuse_unfit(name: str, expectations: Sequence[Mapping[str, Any]], frame: pd.DataFrame) -> None:
    """Raises RegistryError with everything wrong with a suite that can be seen before it runs."""
    known = known_types()
    problems = []
    for place, item in enumerate(expectations):
        where = f"expectation {place + 1}"
        if item.get("type") not in known:
            problems.append(f"{where}: there is no expectation called {item.get('type')}")
        if not item.get("meta", {}).get("rule"):
            problems.append(f"{where}: meta.rule is missing")
        kwargs = item.get("kwargs", {})
        named = [kwargs[part] for part in _COLUMN_KEYS if part in kwargs] + list(kwargs.get("column_list", ()))
        missing = [column for column in named if column not in frame]
        problems += [f"{where}: the rows have no column {column}" for column in missing]
    if problems:
        raise _unfit(name, problems)


def _columns(expectations: list[dict[str, Any]], frame: pd.DataFrame, key: str) -> list[str]:
    """The columns a suite looks at, in the frame's order: the rest would only be copied around."""
    wanted = {key}
    for item in expectations:
        kwargs = item["kwargs"]
        wanted |= {kwargs[part] for part in _COLUMN_KEYS if part in kwargs} | set(kwargs.get("column_list", ()))
        wanted |= set(_WORD.findall(str(kwargs.get("row_condition", ""))))
    return [column for column in frame.columns if column in wanted]


def _finding(item: Mapping[str, Any], ids: tuple[str, ...]) -> Finding:
    meta, kwargs = item["meta"], item["kwargs"]
    column = next((str(kwargs[part]) for part in _COLUMN_KEYS if part in kwargs), "")
    return Finding(
        rule=meta["rule"],
        field=meta.get("field", column.removesuffix("__outcome")),
        column=column,
        importance=item.get("severity", "critical"),
        ids=ids,
        severity=meta.get("severity"),
        says=meta.get("says", ""),
        asks=meta.get("asks", ""),
        counts=meta.get("counts", True),
        of=meta.get("of", "reading"),
    )


def _unfit(name: str, problems: list[str]) -> RegistryError:
    return RegistryError(
        f"expectations/{name}.json cannot be used:\n  " + "\n  ".join(problems),
        remedy=f"Correct expectations/{name}.json; it may name fields, their outcomes and features of the rows.",
    )
