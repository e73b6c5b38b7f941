"""`exchange explain` on a real register: scored, tier and number links, a merge, decisions; no value of anybody."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from lxml import etree

from exchange.cli import main
from exchange.model.decisions import ordered
from exchange.model.errors import ContentError
from exchange.model.explained import Explained
from exchange.registry.load import Registry
from exchange.registry.spec_link import Thresholds
from exchange.registry.spec_linkage import linkage_of
from exchange.services.bundle import Services
from exchange.services.identity.decisions import append
from exchange.services.reporting.waterfall import picture, pictures_page
from exchange.stages.explain import explain, explain_table
from exchange.stages.publish import publish_period
from exchange.stages.resolve import resolve_persons
from tests.stages.months import EAST, WEST, Month, lay_accepted, number, run_of, table
from tests.stages.test_decisions import AUGUST, SEPTEMBER, WANG, registered, visit, who

BORN = "1990-02-10"
OWNER = number("341222", "19900210", 1)
KNOWN = {"birth_date": BORN, "sex": "1", "village": "东门村"}
SECRETS = (
    "王芳",
    OWNER,
    WANG,
    "王小明",
    "王晓鸣",
    "wangxiaoming",
    "1990",
    "13800138000",
    "13900139000",
    "东门",
    "赵大力",
)
MARKS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"


def crowd(month: Month, count: int = 60) -> None:
    """People who have nothing to do with the case: with them a name or a day says something."""
    for n in range(count):
        name = f"{MARKS[n % 20]}{MARKS[n // 20]}{MARKS[(n * 7) % 20]}"
        born = f"19{50 + n % 40}0{1 + n % 9}1{n % 10}"
        told = {"phone": f"137{n:08d}", "village": f"{MARKS[n % 20]}家村"}
        registered(month, number("341222", born, 2 * n + 1), name, EAST, **told)


Publish = Callable[[Month], None]


@pytest.fixture(name="publish")
def _publish(services: Services, registry: Registry) -> Publish:
    def call(month: Month) -> None:
        run = run_of(month.period)
        lay_accepted(month, registry, services)
        services.ledger.record_receipt(run, resolve_persons(run, registry, services))
        publish_period(run, registry, services)

    return call


def told(services: Services, registry: Registry, about: str) -> Explained:
    return explain(services, lambda _: linkage_of(registry.linkage), about, actor="t", why="w")


def everything(found: Explained) -> str:
    tables = json.dumps([[one.name, one.columns, one.rows] for one in found.tables], ensure_ascii=False)
    page = pictures_page(found.title, found.pairs, found.lines)
    return "\n".join([str(found.facts), *found.lines, tables, page, *map(picture, found.pairs)])


def clean(text: str) -> bool:
    return not [secret for secret in SECRETS if secret in text]


@pytest.fixture(name="scored")
def _scored(services: Services, publish: Publish) -> tuple[str, str]:
    """A register row and a clinic row that only weight joins, in a published month."""
    month = Month(AUGUST)
    crowd(month)
    police = registered(month, OWNER, "王小明", **KNOWN, phone="13800138000")
    clinic = visit(month, "王晓鸣", **(KNOWN | {"sex": None}), phone="13900139000")
    publish(month)
    assert len(set(who(services, police, clinic))) == 1
    return police, clinic


def test_a_scored_link_tells_bits_that_add_up_the_model_both_places_and_no_value(services, registry, scored):
    _, clinic = scored
    found = told(services, registry, clinic)
    (line,), (pair,) = found.lines, found.pairs
    (kept,) = table(services, "registry.evidence", "step").to_dict("records")
    assert pair.total == kept["bits"]
    assert sum(step.bits for step in pair.steps) == pytest.approx(kept["bits"], abs=0.005)
    for words in ("FS 按固定模型逐项计分", "姓名（读音相同、用字不同）", "先验 −", "界限 4.00", "没有第二人选",
                  "模型 linkage-1 SHA-256", f"service_log/2026-08/{WEST}.csv 第2行",
                  f"residence_register/2026-08/{WEST}.csv 第", "2026-08 认定"):  # fmt: skip
        assert words in line, words
    assert "\n" not in line
    assert clean(everything(found))
    image = etree.fromstring(picture(pair).encode())
    texts = {"".join(each.itertext()) for each in image.iter("{http://www.w3.org/2000/svg}text")}
    assert {step.what for step in pair.steps} | {"合计", "认定界限 4.00"} <= texts
    assert len(pair.steps) == len(kept["detail"]["evidence"]) + 1 + (pair.steps[-1].kind == "rounding")


def test_a_row_token_and_a_token_of_a_list_open_the_same_link_and_the_act_is_on_record(services, registry, scored):
    token = services.vault.token("row", scored[1])
    assert told(services, registry, token) == told(services, registry, scored[1])
    entry = table(services, "mart.list_entry", "list, person_id").to_dict("records")[0]
    key = ("2026-08", entry["township9"], entry["list"], entry["person_id"], entry["entry_id"])
    opened = told(services, registry, services.vault.token(*key))
    assert dict(opened.facts)["行标识"] == services.vault.token("row", entry["row_id"])
    acts = table(services, "ledger.audit", "seq")
    assert acts["act"].tolist()[-3:] == ["explain"] * 3
    assert acts["object"].iloc[-2] == f"行标识 {token}"
    assert services.ledger.verify_audit().problems == ()


def test_a_tier_link_says_its_title_what_agreed_and_with_whom(services, registry, publish):
    month = Month(AUGUST)
    registered(month, OWNER, "王小明", **KNOWN, phone="13800138000")
    clinic = visit(month, "王小明", **KNOWN, phone="13800138000")
    publish(month)
    found = told(services, registry, clinic)
    (line,) = found.lines
    assert "T4 姓名、出生日期与电话相同｜双方相同的项：出生日期、姓名（读音）、联系电话" in line
    assert f"residence_register/2026-08/{WEST}.csv 第2行" in line
    assert found.pairs == ()
    assert clean(everything(found))


def test_a_number_link_needs_no_more_than_its_number_and_shows_none(services, registry, scored):
    (line,) = told(services, registry, scored[0]).lines
    assert "T1 本行有效证件号码与其人相同｜本行" in line
    assert OWNER not in line


def test_a_person_shows_all_links_the_merge_its_decision_and_kinds_of_numbers(services, registry, publish):
    month = Month(AUGUST)
    police = registered(month, WANG, "王小明", birth_date="1990-01-01", phone="13800138000")
    clinic = visit(month, "赵大力", EAST, birth_date="1971-01-01", phone="13900139000")
    publish(month)
    before = set(who(services, police, clinic))
    with services.warehouse.transaction() as conn:
        told_by = {"needs_two": False, "note": "", "origin": "terminal"}
        made = append(conn, ordered(police, clinic), "same", ("王芳",), **told_by)
    publish(Month(SEPTEMBER))
    (person,) = set(who(services, police, clinic))
    found = told(services, registry, person)
    assert found == told(services, registry, person)
    assert len(found.lines) == 2
    (gone,) = before - {person}
    assert ("曾用编号", f"{gone}（2026-09 并入）") in found.facts
    tables = {one.name: one.rows for one in found.tables}
    assert tables["证件（不含号码）"] == (("居民身份证", "1", "2026-08", "现归此人"),)
    assert tables["编号变更"][0][:2] == ("2026-09", "合并")
    assert made in tables["编号变更"][0][4]
    assert [row[1:] for row in tables["人工决定"]] == [("同一人", "一人", "2026-09 因此合并", made)]
    assert clean(everything(found))
    assert told(services, registry, gone).lines == found.lines


def test_a_month_resolved_before_the_scorer_says_that_it_kept_no_evidence(services, registry, scored):
    with services.warehouse.transaction() as conn:
        conn.execute(sa.text("delete from registry.evidence"))
    (line,) = told(services, registry, scored[1]).lines
    assert "该月认定早于计分器启用，未留存逐项依据，只知层级" in line


def test_what_nobody_is_called_is_told_without_repeating_a_number(services, registry, scored):
    for about in ("NOSUCHROW1", "P" + "A" * 20, OWNER):
        with pytest.raises(ContentError, match="nothing is called") as caught:
            told(services, registry, about)
        assert OWNER not in str(caught.value)


def test_a_pair_of_any_tables_is_explained_from_its_file_without_an_installation(tmp_path: Path, capfd):
    evidence = "name: same characters +9.1; born: same day +13.0; household over 22 -1.0; prior -16.2"
    why = pd.DataFrame(
        {"record_a": ["A1"], "record_b": ["B7"], "bits": [4.93], "runner_up": [3.0], "model": "linkage-1",
         "evidence": [evidence]}
    )  # fmt: skip
    why.to_parquet(tmp_path / "why.parquet")
    why.to_csv(tmp_path / "why.csv", index=False)
    found = explain_table(tmp_path / "why.parquet", "B7", "A1", Thresholds())
    assert found.lines == explain_table(tmp_path / "why.csv", "A1", "B7", Thresholds()).lines
    assert sum(step.bits for step in found.pairs[0].steps) == pytest.approx(4.93)
    words = ["explain", "A1", "B7", "--from", str(tmp_path / "why.csv"), "--picture", str(tmp_path / "p.svg")]
    assert main([*words, "--home", str(tmp_path / "none")]) == 0
    assert "姓名（字形相同） +9.10" in capfd.readouterr().out
    assert "第二人选" in (tmp_path / "p.svg").read_text(encoding="utf-8")
    assert not (tmp_path / "none").exists()
    with pytest.raises(ContentError):
        explain_table(tmp_path / "why.csv", "A1", "A1", Thresholds())
