"""Who is who, month after month: a base month, a later month into it, and the same later month into twice the persons.

Rows are made by the million without any generator of papers: a register of residents with numbers, and visits of
which a third come without one, with slips. What is timed is the stage `resolve` and the part of `publish` that keeps
persons, keys and links; both as a process would run them, one after the other.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from exchange.model.period import Period
from exchange.model.run import Receipt, Run
from exchange.registry.load import Registry, load_registry
from exchange.rules.cells.identity import check_digits
from exchange.rules.cells.names import name_key
from exchange.services.bundle import Services, open_services
from exchange.services.publication import Publication
from exchange.services.settings import Settings
from exchange.stages.publish.inputs import RESOLVED
from exchange.stages.publish.persons import store_identities
from exchange.stages.resolve import resolve_persons

PROJECT = Path(__file__).resolve().parents[1]
PERSONS, LATER = 150_000, 20_000
BASE, NEXT = Period(2026, 8), Period(2026, 9)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈"
_GIVEN = (
    "伟强勇磊军鹏涛超斌杰波辉刚健峰飞亮明龙宁丽娟敏静燕艳芳玲娜霞红梅雪莉倩颖"
    "洁琳慧婷浩宇轩子泽梓博文俊豪睿辰逸鑫晨铭欣怡涵诗雨萱雅琪"
)


@dataclass(frozen=True)
class People:
    """Columns of persons, by place."""

    name: Any
    key: Any
    born: Any
    number: Any
    phone: Any
    township: Any
    village: Any
    sex: Any


def measure(folder: Path, persons: int = PERSONS, later: int = LATER) -> Iterator[str]:
    """Seconds of the three runs, and the two ratios the budgets are about."""
    registry = load_registry(PROJECT / "schemas", PROJECT / "expectations")
    seconds: dict[int, tuple[float, float]] = {}
    for count in (persons, 2 * persons):
        with open_services(_settings(folder / str(count))) as services:
            people = make_people(count + later)
            base = run_month(services, registry, BASE, rows_of(people, np.arange(count), BASE, seed=1))
            touched = np.concatenate(
                [np.arange(0, count, max(1, count * 100 // (later * 85))), count + np.arange(later * 15 // 100)]
            )
            after = run_month(services, registry, NEXT, rows_of(people, touched[:later], NEXT, seed=2))
        seconds[count] = base, after
        told = f"a later month of {later:,} persons {after:.1f} s ({after / base:.0%})"
        yield f"{count:,} persons: base {base:.1f} s, {told}"
    one, two = seconds[persons], seconds[2 * persons]
    yield f"later month / base: {one[1] / one[0]:.1%} (budget: 15 %, with 200 k rows a million persons)"
    yield f"later month into twice the persons: {two[1] / one[1] - 1:+.0%} (budget: +20 %)"


def _settings(home: Path) -> Settings:
    return Settings(
        home=home, schemas=PROJECT / "schemas", expectations=PROJECT / "expectations", code_version="benchmark"
    )


def make_people(count: int, seed: int = 5) -> People:
    """So many persons with valid numbers, as arrays."""
    rng = np.random.default_rng(seed)
    surnames, given = np.array(list(_SURNAMES)), np.array(list(_GIVEN))
    weight = 1 / (np.arange(len(surnames)) + 6)
    name = surnames[rng.choice(len(surnames), count, p=weight / weight.sum())].astype(object)
    name = name + given[rng.integers(len(given), size=count)] + given[rng.integers(len(given), size=count)]
    days = np.datetime64("1945-01-01") + rng.integers(0, 28_000, count)
    order = np.arange(count)
    digits = pd.Series(days.astype(str)).str.replace("-", "").to_numpy(dtype=object)
    body = (
        (370300 + order % 80).astype(str).astype(object) + digits + np.char.zfill((order // 80 % 1000).astype(str), 3)
    )
    matrix = np.array([list(text) for text in body]).astype(int)
    number = body + np.array([chr(mark) for mark in check_digits(matrix)], dtype=object)
    keys = {text: name_key(text) for text in set(name)}
    return People(
        name, np.array([keys[text] for text in name], dtype=object), days, number,
        (13_000_000_000 + rng.integers(0, 9_999_999_999, count)).astype(str).astype(object),
        np.char.add("3703060", np.char.zfill((order % 12).astype(str), 2)).astype(object),
        np.char.add("村", (order // 12 % 40).astype(str)).astype(object), np.where(order % 2, "1", "2").astype(object),
    )  # fmt: skip


def rows_of(people: People, who: Any, period: Period, seed: int) -> dict[str, pd.DataFrame]:
    """A row of the register for each, and a visit for every second; of the visits a third lack the number and slip."""
    rng = np.random.default_rng(seed)
    visitors = who[rng.random(len(who)) < 0.5]
    police = _frame("police", people, who, np.ones(len(who), dtype=bool), period)
    clinic = _frame("clinic", people, visitors, rng.random(len(visitors)) > 0.33, period)
    lost = clinic["id_number"].isna().to_numpy() & (rng.random(len(clinic)) < 0.2)
    clinic.loc[lost, "phone"] = "139" + pd.Series(
        rng.integers(10**7, 10**8, int(lost.sum())).astype(str), index=clinic.index[lost]
    )
    return {"police": police, "clinic": clinic}


def _frame(source: str, people: People, who: Any, has_number: Any, period: Period) -> pd.DataFrame:
    born = pd.Series(people.born[who]).astype("datetime64[s]")
    return pd.DataFrame({
        "row_id": [f"{source[0]}{period.month:03d}{place:020d}" for place in range(len(who))], "source": source,
        "disposition": "accept", "id_number": np.where(has_number, people.number[who], None),
        "id_number__outcome": np.where(has_number, "ok", "empty"), "id_scheme": np.where(has_number, "resident", None),
        "name": people.name[who], "name_key": people.key[who], "sex": people.sex[who], "sex_printed": people.sex[who],
        "phone": people.phone[who], "birth_date": born, "birth_printed": born, "is_temp_name": False,
        "unit_township9": people.township[who], "village": people.village[who],
    })  # fmt: skip


def run_month(services: Services, registry: Registry, period: Period, frames: dict[str, pd.DataFrame]) -> float:
    """Lays the rows down as validate would, then times resolve and the keeping of its result."""
    run = Run("benchmark", period, "", True, datetime(2026, 11, 10, tzinfo=UTC), "benchmark")
    for source, rows in frames.items():
        services.lake.write(f"accepted/{source}/{period}", "benchmark", {"rows": rows}, {})
        services.ledger.record_receipt(run, Receipt("validate", source, len(rows), len(rows), 0, "benchmark"))
    began = time.perf_counter()
    receipt = resolve_persons(run, registry, services)
    resolved = {name: services.lake.read(f"resolved/{period}", receipt.fingerprint, name) for name in RESOLVED}
    middle = time.perf_counter()
    with services.warehouse.transaction() as conn:
        month = Publication(services.warehouse, conn, {"period": str(period)})
        store_identities(month, SimpleNamespace(period=period, resolved=resolved, model="linkage-1"))  # type: ignore[arg-type]
        month.analyze("registry")
    done = time.perf_counter()
    services.ledger.record_receipt(run, receipt)
    print(f"    {period}: resolve {middle - began:.1f} s, keep {done - middle:.1f} s", flush=True)
    return done - began
