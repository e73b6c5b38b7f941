"""Declarations are loaded strictly and every problem is told at once."""

import shutil
from pathlib import Path

import pytest

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.services.config import remember_senders
from exchange.services.settings import Settings

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


CLERKS = {
    "UTF-8 with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "GB18030": lambda text: text.encode("gb18030"),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "columns of their own": lambda text: "\n".join(f"{line},甲乙丙" for line in text.splitlines()).encode("gb18030"),
    "rows of nothing at the end": lambda text: (text + ",,,,,,,,,,\n\n").encode(),
    "marks that keep digits text": lambda text: (
        text.replace("\n370306", "\n'370306").replace(",370306", ",\t370306").encode()
    ),
    "a line break in a name": lambda text: text.replace("大街街道派出所", '"大街街道\n派出所"').encode(),
}


@pytest.mark.parametrize("written", CLERKS.values(), ids=CLERKS)
def test_a_registry_of_senders_is_read_as_clerks_write_it(declared, written):
    units = declared / "schemas" / "units.csv"
    expected = load(declared).units
    units.write_bytes(written(units.read_text(encoding="utf-8")))
    found = load(declared).units
    assert [(unit.source, unit.unit_code, unit.township9) for unit in found] == [
        (unit.source, unit.unit_code, unit.township9) for unit in expected
    ]


UNREADABLE = {
    "another separator": (lambda text: text.replace(",", ";").encode(), "there is no column unit_code"),
    "a column gone": (lambda text: text.replace("township9", "镇").encode(), "there is no column township9"),
    "no text": (lambda text: text.encode("utf-16"), "neither UTF-8 nor GB18030"),
    "headings alone": (lambda text: text.splitlines()[0].encode(), "no sender is named"),
    "a source nobody knows": (lambda text: text.replace(",PS,", ",ps,").encode(), "there is no source ps"),
    "a code a spreadsheet ruined": (lambda text: text.replace(",370306102,", ",3.70306E+08,").encode(), "township9"),
}


@pytest.mark.parametrize(("written", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_registry_of_senders_that_cannot_be_meant_is_refused(declared, written, told):
    units = declared / "schemas" / "units.csv"
    units.write_bytes(written(units.read_text(encoding="utf-8")))
    with pytest.raises(RegistryError, match=told):
        load(declared)


def test_a_registry_of_senders_with_problems_does_not_replace_the_one_that_is_kept(declared):
    home = declared / "home"
    settings = Settings(home, declared / "schemas", declared / "expectations", "1")
    remember_senders(settings, declared / "schemas" / "units.csv")
    kept = (home / "config" / "units.csv").read_bytes()
    broken = declared / "broken.csv"
    broken.write_bytes(kept.replace(b"township9", b"town"))
    with pytest.raises(RegistryError, match="there is no column township9"):
        remember_senders(settings, broken)
    assert (home / "config" / "units.csv").read_bytes() == kept


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
