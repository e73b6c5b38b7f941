"""What the statements under sql/publish bind: the month's days, the codes figures are made of, the policy in force."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.rules import monthly_report

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
    "chronic_items": ["0702", "0703"],
    "hukou_type": "1",
    "migrant_type": "2",
    "scheme": "resident",
    "clue_lists": ["missed", "missed_may"],
}

GATHER: Final = ("link_guardians", "clear_pregnancies", "gather_pregnancies")
"""What follows from rows of several months together."""

STOCK: Final = ("mark_w08", "classify_services", "stock")
"""What the register says of the month's services, and everybody it has at the end of the month."""

RESULTS: Final = (
    "balance", "list_inflow", "list_outflow", "list_pregnant", "list_births", "list_children_0_6", "list_missed",
    "list_served", "figure_stock", "figure_closing_by_scope", "figure_missed", "figure_k02", "figure_k05",
    "figure_k05_std", "figure_k06", "figure_k10", "figure_k14", "figure_k16", "figure_k19", "figure_k20",
    "count_services",
)  # fmt: skip
"""What the month says, in the order in which one result rests on another."""

REPORT: Final = (
    "figure_k01", "figure_k08", "figure_k17", "figure_k22", "figure_k25", "figure_k26", "figure_k27",
    "report_population", "report_care", "report_services", "report_exchange", "report_years",
)  # fmt: skip
"""What rests on the care lists as well: the other indicators and the lines of the monthly report."""


def parameters(period: Period, generation: int, registry: Registry) -> dict[str, Any]:
    """Every value the publishing statements bind."""
    policy = registry.policy_for(period)
    marital = registry.codes["marital"]
    return {
        **CODES,
        "period": str(period),
        "previous": str(period.previous()),
        "generation": generation,
        "as_of": period.last_day,
        "month_start": period.start,
        "year_start": date(period.year, 1, 1),
        "year_period": f"{period.year:04d}-01",
        "places": [*registry.townships(), DISTRICT],
        "ever_married": list(marital.tagged("ever_married")),
        "sensitive": list(policy.sensitive_classes),
        "codes": json.dumps({source.name: source.code for source in registry.sources.values()}),
        "register_code": _code(registry, "residence_register"),
        "employment_code": _code(registry, "employment"),
        "service_code": _code(registry, "service_log"),
        "register_sources": _names(registry, "residence_register"),
        "employment_sources": _names(registry, "employment"),
        "service_sources": _names(registry, "service_log"),
        **monthly_report.parameters(registry.report_lines),
    }


def _code(registry: Registry, role: Any) -> str:
    return next((source.code for source in registry.of_role(role)), "")


def _names(registry: Registry, role: Any) -> list[str]:
    return [source.name for source in registry.of_role(role)]
