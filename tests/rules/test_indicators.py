"""Indicators: compared without rounding, rounded once for the eye, silent where nothing may be said."""

import pytest

from exchange.model.period import Period
from exchange.registry.spec_indicators import Indicator, ReportLine, Target
from exchange.rules.indicators import Figure, indicator_rows, is_attained, percent, target_for
from exchange.rules.letters.monthly_report import problems, report_rows

MONTH = Period(2026, 10)
PLAIN = Indicator(
    id="K05", title="建档率", formula="甲", numerator="乙", denominator="丙", period="stock", figure="K05",
    numerator_by="with_record", denominator_by="here_6_months",
    source="某文件", status="COMPUTED",
)  # fmt: skip
SENSITIVE = PLAIN.model_copy(update={"id": "K06", "figure": "K06", "sensitive": True})
UNKNOWN = Indicator(
    id="K11", title="知晓率", formula="甲", numerator="乙", denominator="丙", period="survey", source="某文件",
    status="NOT_COMPUTABLE", reason="需要调查",
)  # fmt: skip
TARGET = Target(indicator="K05", prefix="370306", valid_from="2017-11", value="0.95", source="某文件")


def row(figure: Figure | None, indicator: Indicator = PLAIN, targets: tuple[Target, ...] = (TARGET,)) -> dict:
    figures = {} if figure is None else {indicator.figure or "": figure}
    (found,) = indicator_rows([indicator], targets, figures, "370306", MONTH)
    return found


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (1899, 2000, "95.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 2000, "0.1"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
        (0, 0, "—"),
    ],
)
def test_a_rate_has_one_decimal_rounded_half_up(numerator: int, denominator: int, shown: str) -> None:
    assert percent(numerator, denominator) == shown


def test_94_point_95_percent_prints_as_95_and_does_not_reach_95() -> None:
    told = row(Figure(1899, 2000))
    assert (told["rate"], told["attained"]) == ("95.0%", "未达标")


def test_the_target_itself_is_enough() -> None:
    assert is_attained(Figure(19, 20), TARGET) is True


def test_a_lower_bound_below_the_target_decides_nothing() -> None:
    partial = PLAIN.model_copy(update={"status": "PARTIAL", "reason": "为下限"})
    assert row(Figure(1, 50), partial)["attained"] == "不能判断"
    assert row(Figure(49, 50), partial)["attained"] == "达标"


def test_an_upper_bound_that_reaches_its_target_decides_nothing() -> None:
    partial = PLAIN.model_copy(update={"status": "PARTIAL", "reason": "为上限", "bound": "upper"})
    assert row(Figure(49, 50), partial)["attained"] == "不能判断"
    assert row(Figure(1, 50), partial)["attained"] == "未达标"


def test_nought_in_nought_is_a_dash_and_neither_reached_nor_missed() -> None:
    told = row(Figure(0, 0))
    assert (told["rate"], told["attained"], told["denominator"]) == ("—", "—", 0)


def test_what_cannot_be_computed_says_why() -> None:
    told = row(None, UNKNOWN, ())
    assert (told["rate"], told["state"], told["reason"]) == ("不可计算", "不可计算", "需要调查")


def test_few_people_make_a_warning() -> None:
    assert "分母不足30" in row(Figure(9, 10))["reason"]
    assert "分母不足30" not in row(Figure(30, 40))["reason"]


def test_one_person_of_a_sensitive_service_gives_neither_count_nor_rate() -> None:
    told = row(Figure(1, 40), SENSITIVE, ())
    assert (told["numerator"], told["rate"]) == ("<3", "—")
    one_is_missing = row(Figure(39, 40), SENSITIVE, ())
    assert (one_is_missing["numerator"], one_is_missing["rate"]) == ("—", "—")


def test_the_longest_prefix_and_the_month_choose_the_target() -> None:
    city = Target(indicator="K05", prefix="3703", valid_from="2017-11", value="0.80", source="某文件")
    ended = TARGET.model_copy(update={"valid_to": "2026-10"})
    assert target_for([city, TARGET], "K05", "370306", MONTH) == TARGET
    assert target_for([city, ended], "K05", "370306", MONTH) == city
    assert target_for([TARGET], "K05", "410102", MONTH) is None


def line(name: str, counts: str = "stock", **more: object) -> ReportLine:
    return ReportLine.model_validate({"name": name, "block": "一", "title": name, "counts": counts, **more})


def test_what_nobody_reported_is_never_nought() -> None:
    (told,) = report_rows([line("visits", "events")], {"visits": {"migrant": 0, "ge6m": 0}}, (), is_district=False)
    assert (told["hukou"], told["migrant"], told["total"]) == ("未报", 0, "未报")


def test_small_counts_of_sensitive_services_cannot_be_reckoned_from_the_total() -> None:
    counts = {"procedures": {"hukou": 1, "migrant": 7, "ge6m": 2, "hukou_year": 1, "migrant_year": 9, "ge6m_year": 4}}
    (told,) = report_rows([line("procedures", "events", codes=["2003"])], counts, ("20",), is_district=False)
    assert (told["hukou"], told["migrant"], told["ge6m"], told["total"]) == ("<3", 7, "<3", "8—9")
    assert {told[name] for name in ("hukou_year", "migrant_year", "total_year")} == {"—"}


def test_a_part_that_all_but_few_are_in_is_not_printed_nor_what_would_tell_it() -> None:
    counts = {
        "cases": {"hukou": 5, "migrant": 9, "ge6m": 4},
        "cases_reported": {"hukou": 5, "migrant": 8, "ge6m": 4},
    }
    _, told = report_rows([line(name, "events", codes=["1101"]) for name in counts], counts, ("11",), is_district=False)
    assert [told[name] for name in ("hukou", "migrant", "ge6m", "total")] == [5, "—", 4, "—"]


def test_an_indicator_of_the_district_alone_says_so_in_a_township() -> None:
    whole = PLAIN.model_copy(update={"grain": "district"})
    (told,) = indicator_rows([whole], (TARGET,), {"K05": Figure(9, 10)}, "370306", MONTH)
    assert (told["numerator"], told["rate"], told["target"]) == ("—", "—", "—")
    (told,) = indicator_rows([whole], (TARGET,), {"K05": Figure(9, 10)}, "370306", MONTH, is_district=True)
    assert told["numerator"] == 9


BALANCE = {
    "opening": {"migrant": 10, "migrant_year": 8}, "inflow": {"migrant": 3, "migrant_year": 6},
    "outflow": {"migrant": 2, "migrant_year": 3}, "cancel": {"migrant": 1, "migrant_year": 1},
    "closing": {"migrant": 10, "migrant_year": 10},
}  # fmt: skip
LINES = [
    line("opening", "opening"),
    *(line(name, "events") for name in ("inflow", "outflow", "cancel")),
    line("closing"),
]
EARLIER = {"inflow": {"migrant_year": 3}, "outflow": {"migrant_year": 1}, "cancel": {"migrant_year": 0}}


def test_a_report_that_adds_up_has_no_problem() -> None:
    assert problems(LINES, BALANCE, EARLIER) == []


def test_a_balance_that_does_not_add_up_is_found() -> None:
    broken = BALANCE | {"closing": {"migrant": 11, "migrant_year": 10}}
    assert problems(LINES, broken, EARLIER) == ["月初数＋流入－流出－注销≠月末数"]


def test_sexes_that_do_not_add_up_are_found() -> None:
    sexes = {"male": {"migrant": 5}, "female": {"migrant": 4}, "sex_unknown": {"migrant": 0}}
    assert problems(LINES, BALANCE | sexes, EARLIER) == ["男＋女＋性别不明≠月末数"]


def test_a_year_that_is_not_last_months_year_and_this_month_is_found() -> None:
    assert problems(LINES, BALANCE, EARLIER | {"inflow": {"migrant_year": 4}}) == ["inflow：本年累计≠上月累计＋本月"]
