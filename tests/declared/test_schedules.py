"""Every schedule under schemas/schedules is usable as it stands and asks for no service that may make no list."""

import shutil
from pathlib import Path

import pytest

from exchange.model.errors import RegistryError
from exchange.registry.load import load_registry
from exchange.registry.spec_schedules import Immunisation, Repeats, Visits

PROJECT = Path(__file__).resolve().parents[2]
REGISTRY = load_registry(PROJECT / "schemas", PROJECT / "expectations")
SENSITIVE = {"08", "09", "11", "13", "20"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "schemas", tmp_path / "schemas")
    return tmp_path / "schemas"


def broken(schemas: Path, name: str, old: str, new: str) -> str:
    path = schemas / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegistryError) as refused:
        load_registry(schemas, PROJECT / "expectations")
    return str(refused.value)


def test_every_schedule_names_its_source_and_its_validity():
    for schedule in REGISTRY.schedules.all.values():
        assert schedule.source
        assert schedule.kind == "immunisation_rules" or schedule.valid_from


def test_no_schedule_asks_for_a_sensitive_service():
    classes = {s.service_class for s in REGISTRY.schedules.all.values() if isinstance(s, Visits | Repeats)}
    assert classes == {"04", "05", "06", "07"}
    assert not classes & SENSITIVE


def test_versions_follow_each_other_and_every_policy_knows_one():
    names = [version.name for version in REGISTRY.schedules.versions]
    assert names == ["NIP2016", "NIP2021", "NIP2025"]
    known = {p.name: [v.name for v in REGISTRY.schedules.versions_for(p)] for p in REGISTRY.policies}
    assert known["current"] == names
    assert known["2017"] == ["NIP2016"]


def test_completion_limits_are_those_of_the_national_schedule():
    version = REGISTRY.schedules.all["NIP2021"]
    assert isinstance(version, Immunisation)
    limits = {f"{d.vaccine}{d.number}": d.within_months or f"{d.within_days}d" for d in version.doses
              if d.within_months or d.within_days}  # fmt: skip
    assert limits == {
        "HepB1": "1d", "HepB3": 12, "BCG1": 3, "bOPV1": 12, "DTaP3": 12, "DTaP4": 24, "DT1": 84, "MMR1": 12,
        "MMR2": 24, "JEL1": 12, "MPSVA2": 18, "MPSVAC2": 84, "HepAL1": 24,
    }  # fmt: skip


def test_a_vaccine_nobody_knows_is_refused(copied: Path):
    assert "no vaccine XYZ" in broken(copied, "schedules/NIP2021.yaml", "      BCG: {}", "      XYZ: {}\n      BCG: {}")


def test_a_sensitive_class_is_refused(copied: Path):
    text = broken(copied, "schedules/elderly.yaml", 'service_class: "06"', 'service_class: "20"')
    assert "sensitive" in text


def test_a_key_nobody_reads_is_refused(copied: Path):
    assert "Extra inputs" in broken(copied, "schedules/antenatal.yaml", "anchor:", "colour: red\nanchor:")


def test_doses_out_of_order_are_refused(copied: Path):
    text = broken(
        copied, "schedules/NIP2025.yaml", "vaccine: HepB, number: 1, months: 0", "vaccine: HepB, number: 1, months: 9"
    )
    assert "HepB" in text


def test_a_policy_without_its_schedule_is_refused(copied: Path):
    assert "NIP1999" in broken(copied, "policies/current.yaml", "immunisation: NIP2025", "immunisation: NIP1999")
