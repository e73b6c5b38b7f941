"""What the statements under sql/publish bind: the month's days, the codes figures are made of, the policy in force."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec_indicators import Indicator
from exchange.rules.features_events import ANOTHER_PREGNANCY
from exchange.rules.letters import monthly_report

DISTRICT: Final = "district"
"""Stands for the whole district where a township code is expected."""

# Items of the national norm of basic public-health services (third edition) and of the family-planning services.
CODES: Final[Mapping[str, Any]] = {
    "record_class": "01",
    "immunisation_class": "03",
    "child_care_class": "04",
    "maternity_class": "05",
    "care_classes": ["01", "03", "04", "05", "06", "07", "10"],
    "newborn_items": ["0401", "0402"],
    "antenatal_items": ["0501", "0502", "0503", "0504", "0505"],
    "postnatal_items": ["0506", "0507"],
    "senior_item": "0601",
    "guidance_item": "2001",
    "check_item": "2005",
    "procedure_item": "2003",
    "pregnancy_check_item": "2004",
    "home_visit_item": "0401",
    "psychiatric_item": "0801",
    "case_item": "1101",
    "chronic_items": ["0702", "0703"],
    "hukou_type": "1",
    "migrant_type": "2",
    "scheme": "resident",
    "clue_lists": ["missed", "missed_may"],
    "visited_lists": ["pregnant", "children_0_6", "due", "unserved"],
    "care_lists": ["due", "unserved"],
    "disputed_lists": ["inflow", "pregnant", "births", "children_0_6"],
}

GATHER: Final = (
    "replace_services", "replace_jobs", "meet_services", "meet_jobs", "link_guardians", "clear_pregnancies",
    "gather_pregnancies",
)  # fmt: skip
"""What follows from rows of several months together."""

STOCK: Final = ("mark_w08", "mark_w10", "mark_w11", "classify_services", "stock")
"""What the register says of the month's services, and everybody it has at the end of the month."""

RESULTS: Final = (
    "balance", "list_inflow", "list_outflow", "list_pregnant", "list_births", "list_children_0_6", "list_missed",
    "rest_missed", "list_served", "figure_stock", "figure_closing_by_scope", "figure_missed", "count_services",
)  # fmt: skip
"""What the month says, in the order in which one result rests on another."""

REPORT: Final = (
    "count_members", "count_details", "report_population", "report_care", "report_services", "report_exchange",
    "report_years",
)  # fmt: skip
"""What rests on the members of the indicators, and the lines of the monthly report."""

ANSWERED: Final = ("rest_residents", "rest_services", "note_answers", "mark_disputed")
"""What answers do to the lists when all figures are counted."""

NAMED: Final = (
    "list_changes", "list_archive", "keep_stock", "opening_stock", "list_terms", "group_balance", "list_regrouped",
    "list_differences",
)  # fmt: skip
"""What changed, the records of those who stay, and the balances opened to persons."""


REOPENABLE_MONTHS: Final = 3
"""So many published months can be reopened, the newest first; of older ones what was known before them is forgotten."""


def parameters(period: Period, generation: int, registry: Registry) -> dict[str, Any]:
    """Every value the publishing statements bind."""
    policy = registry.policy_for(period)
    marital = registry.codes["marital"]
    told = published_indicators(registry, period)
    return {
        **CODES,
        "period": str(period),
        "previous": str(period.previous()),
        "reopenable_from": str(period.minus(REOPENABLE_MONTHS - 1)),
        "known": str(period),
        "generation": generation,
        "as_of": period.last_day,
        "month_start": period.start,
        "year_start": date(period.year, 1, 1),
        "half_start": date(period.year, 1 if period.month < 7 else 7, 1),
        "year_period": f"{period.year:04d}-01",
        "places": [*registry.townships(), DISTRICT],
        "ever_married": list(marital.tagged("ever_married")),
        "coupled": list(marital.tagged("has_spouse")),
        "not_coupled": sorted({"10", *marital.tagged("ever_married")} - {*marital.tagged("has_spouse")}),
        "sensitive": list(policy.sensitive_classes),
        "codes": json.dumps({source.name: source.code for source in registry.sources.values()}),
        "register_code": _code(registry, "residence_register"),
        "employment_code": _code(registry, "employment"),
        "service_code": _code(registry, "service_log"),
        "register_sources": _names(registry, "residence_register"),
        "employment_sources": _names(registry, "employment"),
        "service_sources": _names(registry, "service_log"),
        "figure_names": [indicator.figure for indicator in told],
        "figure_states": [indicator.status for indicator in told],
        "part_names": [indicator.figure for indicator in told if indicator.by_part],
        "village_names": [indicator.figure for indicator in told if indicator.grain == "village"],
        "timeliness_base": policy.timeliness_base,
        "check_starts": _check_starts(registry),
        "another_pregnancy_days": ANOTHER_PREGNANCY,
        "dose_gap_days": _least(registry, "dose_gap_days"),
        **monthly_report.parameters(registry.report_lines),
    }


def published_indicators(registry: Registry, period: Period) -> tuple[Indicator, ...]:
    """Indicators that can be computed under the month's policy, in the order of their declaration."""
    policy = registry.policy_for(period).name
    return tuple(one for one in registry.indicators if one.figure is not None and policy in (one.only_in or (policy,)))


def _least(registry: Registry, feature: str) -> int:
    """The least value the suites allow a feature of a row: beyond one file the same limit holds. 0 when none does."""
    suites = [registry.suites[source.name]["expectations"] for source in registry.sources.values()]
    told = [item["kwargs"] for suite in suites for item in suite if item["kwargs"].get("column") == feature]
    return max((int(kwargs["min_value"]) for kwargs in told if "min_value" in kwargs), default=0)


def _check_starts(registry: Registry) -> list[str]:
    """Ages at which children's checks begin, as PostgreSQL reads intervals; the newborn's visit at home is none."""
    schedule = registry.schedules.visits.get("child_checks")
    steps = schedule.steps if schedule else ()
    return [
        f"{step.begins.months} months {step.begins.weeks} weeks {step.begins.days} days"
        for step in steps
        if step.item != CODES["home_visit_item"]
    ]


def _code(registry: Registry, role: Any) -> str:
    return next((source.code for source in registry.of_role(role)), "")


def _names(registry: Registry, role: Any) -> list[str]:
    return [source.name for source in registry.of_role(role)]
