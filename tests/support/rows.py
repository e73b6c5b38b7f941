"""Synthetic rows for the tests of rules: a few cells in; typed, featured and judged rows out. Nobody here exists."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from exchange.model.period import Period
from exchange.registry.load import Registry, load_registry
from exchange.rules.cells.identity import check_digits
from exchange.rules.disposition import Judgement, judge
from exchange.rules.features import add_features
from exchange.rules.parse import parse_rows
from exchange.services.suites import run_suite

PROJECT = Path(__file__).resolve().parents[2]
PERIOD = Period(2026, 10)

WHOLE_ROWS: dict[str, dict[str, Any]] = {
    "police": {
        "name": "王小明", "id_number": "370321199001011231", "sex": "男", "birth_date": "1990-01-01",
        "hukou_code": "370321", "current_code": "370306001", "current_address": "周村区丝绸路街道东门路1号",
        "stay_reason": "务工", "stay_place": "租赁房屋", "plan_stay": "一年以上", "arrive_date": "2026-10-02",
        "register_date": "2026-10-03", "phone": "13800138000",
    },
    "hr": {
        "name": "李建国", "id_number": "370321198502034517", "sex": "男", "birth_date": "1985-02",
        "hukou_address": "山东省桓台县", "township": "丝绸路街道", "employer": "某某公司", "work_from": "2025-03-01",
        "phone": "13900139000",
    },
    "clinic": {
        "name": "赵芳", "id_number": "37032119920304762X", "sex": "女", "birth_date": "1992-03-04",
        "service_date": "2026-10-12", "service_class": "01", "service_item": "0101", "resident_type": "流动",
        "phone": "13700137000",
    },
}  # fmt: skip
"""A row of each source that no rule finds fault with."""


@cache
def registry() -> Registry:
    """The project's own declarations."""
    return load_registry(PROJECT / "schemas", PROJECT / "expectations")


def valid_number(body: str) -> str:
    """17 digits with the check digit they need."""
    return body + chr(check_digits(np.array([[int(digit) for digit in body]]))[0])


def number(born: str, sequence: int = 1, county: str = "370321") -> str:
    """A valid resident number for a birth date YYYYMMDD; odd sequences are men."""
    return valid_number(f"{county}{born}{sequence:03d}")


def read_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the reader leaves them.

    `delivery`, `kind`, `unit` and `month` in a row describe its file; `<field>__cell` may be given, else it is text.
    """
    fields = sorted({name for row in rows for name in row} - {"delivery", "kind", "unit", "month", "block"})
    fields = [name for name in fields if not name.endswith("__cell")]
    frame = pd.DataFrame(
        {
            "delivery_id": [row.get("delivery", "one") for row in rows],
            "sheet": "",
            "sheet_no": 0,
            "row": range(2, len(rows) + 2),
            "row_kind": "data",
            "block": [row.get("block") for row in rows],
            **{name: [row.get(name) for row in rows] for name in fields},
            **{
                f"{name}__cell": [row.get(f"{name}__cell", "text" if row.get(name) else "empty") for row in rows]
                for name in fields
            },
        }
    )
    texts = [name for name in frame if name not in ("sheet_no", "row")]
    return frame.astype(dict.fromkeys(texts, "string[pyarrow]"))


def deliveries(source: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The deliveries the rows say they belong to."""
    found = {row.get("delivery", "one"): row for row in rows} or {"one": {}}
    kinds = {"police": "delta", "hr": "full", "clinic": "events"}
    return pd.DataFrame(
        {
            "delivery_id": list(found),
            "file": [f"{source}/2026-10/{name}.csv" for name in found],
            "unit_code": [row.get("unit", "370306001") for row in found.values()],
            "file_period": [row.get("month", "2026-10") for row in found.values()],
            "kind": [row.get("kind", kinds.get(source, "full")) for row in found.values()],
            "is_late": False,
        }
    ).astype(dict.fromkeys(("delivery_id", "file", "unit_code", "file_period", "kind"), "string[pyarrow]"))


def typed(source: str, *rows: Mapping[str, Any], whole: bool = True) -> pd.DataFrame:
    """Rows typed and with features; each starts from a faultless row of its source unless `whole` is false."""
    full = [{**(WHOLE_ROWS[source] if whole else {}), **row} for row in rows]
    declared = registry().sources[source]
    parsed = parse_rows(declared, read_frame(full), deliveries(source, full), registry(), PERIOD)
    return add_features(declared, parsed, registry())


def judged(source: str, *rows: Mapping[str, Any], suite: Mapping[str, Any] | None = None) -> Judgement:
    """Rows judged by their source's suite, or by another."""
    frame = typed(source, *rows)
    chosen = registry().suites[source] if suite is None else suite
    return judge(frame["row_id"], run_suite(source, chosen, frame).findings, registry().rules)


def rules(source: str, *rows: Mapping[str, Any]) -> list[str]:
    """The rules found for each row, joined by `;`."""
    found: list[str] = judged(source, *rows).rows["rules"].tolist()
    return found
