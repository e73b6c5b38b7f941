"""Declarations are loaded strictly and every problem is told at once."""

import shutil
from pathlib import Path

import pytest

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.registry.load import load_registry

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def declared(tmp_path):
    shutil.copytree(PROJECT / "schemas", tmp_path / "schemas")
    shutil.copytree(PROJECT / "expectations", tmp_path / "expectations")
    return tmp_path


def load(folder):
    return load_registry(folder / "schemas", folder / "expectations")


def test_the_projects_own_declarations_load(declared):
    registry = load(declared)
    assert [source.code for source in registry.sources.values()] == ["PH", "HR", "PS"]
    assert registry.divisions.area("370306") == "周村区"
    assert registry.divisions.township("370306102") == "王村镇"


def test_the_fingerprint_follows_content_and_not_place(declared):
    first = load(declared).fingerprint
    assert load_registry(PROJECT / "schemas", PROJECT / "expectations").fingerprint == first
    rules = declared / "schemas" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("姓名为空", "没有姓名", 1), encoding="utf-8")
    assert load(declared).fingerprint != first


def test_every_problem_of_every_file_is_named_in_one_message(declared):
    source = declared / "schemas" / "sources" / "hr.yaml"
    source.write_text(source.read_text(encoding="utf-8").replace("role: employment", "rôle: employment"), "utf-8")
    codes = declared / "schemas" / "codes" / "sex.yaml"
    codes.write_text('title: 性别\nsource: x\nentries: {"1": {nam: 男}}\n', encoding="utf-8")
    (declared / "expectations" / "police.json").unlink()
    with pytest.raises(RegistryError) as caught:
        load(declared)
    message = str(caught.value)
    assert "sources/hr.yaml: role" in message
    assert "codes/sex.yaml: entries.1.name" in message
    assert "there is no expectations/police.json" in message


def test_an_unquoted_code_is_refused_because_yaml_reads_it_as_a_number(declared):
    codes = declared / "schemas" / "codes" / "plan_stay.yaml"
    codes.write_text("title: 期限\nsource: x\nentries: {0412: {name: 甲}}\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"codes/plan_stay\.yaml"):
        load(declared)


def test_a_sender_declared_twice_is_named(declared):
    units = declared / "schemas" / "units.csv"
    lines = units.read_text(encoding="utf-8").splitlines()
    units.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="stands twice"):
        load(declared)


def test_each_month_has_exactly_one_policy(declared):
    registry = load(declared)
    assert registry.policy_for(Period(2017, 11)).name == "2017"
    assert registry.policy_for(Period(2026, 10)).name == "current"
    overlapping = declared / "schemas" / "policies" / "2017.yaml"
    overlapping.write_text(overlapping.read_text(encoding="utf-8").replace('valid_to: "2021-08"\n', ""), "utf-8")
    with pytest.raises(RegistryError, match="2 policy profiles"):
        load(declared).policy_for(Period(2026, 10))


def test_what_must_not_enter_is_never_a_field(declared):
    registry = load(declared)
    for source in registry.sources.values():
        headings = {heading for field in source.fields for heading in field.headings}
        assert not headings & set(source.never_read), source.name
    assert {"工资卡号", "月工资"} <= set(registry.sources["hr"].never_read)
    assert {"政治面貌", "重点人员标识", "房主身份证号"} <= set(registry.sources["police"].never_read)
