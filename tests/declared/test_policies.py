"""The policy profiles under schemas/policies govern what enters, how offices are called and which doses are due."""

from pathlib import Path

import pytest

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.stages.read import read_file

PROJECT = Path(__file__).resolve().parents[2]
BEFORE, AFTER = Period(2021, 7), Period(2021, 8)
NOW = Period(2026, 10)


@pytest.mark.parametrize(
    ("period", "name", "office"),
    [(BEFORE, "2017", "卫生和计划生育办公室"), (AFTER, "current", "卫生健康办公室")],
)
def test_a_month_has_the_profile_of_its_time(registry: Registry, period: Period, name: str, office: str):
    policy = registry.policy_for(period)
    assert (policy.name, policy.health_office) == (name, office)


def test_each_profile_names_an_immunisation_programme_of_its_own(registry: Registry):
    assert registry.policy_for(BEFORE).immunisation != registry.policy_for(NOW).immunisation


def test_profiles_that_leave_a_gap_are_refused_when_a_month_falls_into_it(registry: Registry):
    with pytest.raises(RegistryError, match="policy profiles"):
        registry.policy_for(Period(1999, 12))


def test_every_source_refuses_what_the_profile_forbids(registry: Registry):
    forbidden = set(registry.policy_for(NOW).never_read)
    assert forbidden
    for name in registry.sources:
        source = registry.source_in(name, NOW)
        assert forbidden <= set(source.never_read)
        assert not forbidden & {heading for field in source.fields for heading in field.headings}


def test_a_forbidden_column_does_not_enter_even_when_somebody_declared_a_field_for_it(
    registry: Registry, tmp_path: Path
):
    source = registry.of_role("residence_register")[0]
    heading = next(heading for heading in registry.policy_for(NOW).never_read if heading not in source.never_read)
    model = next(field for field in source.fields if field.type == "text" and not field.required)
    extra = model.model_copy(update={"name": "enforcement", "title": heading, "headings": (heading,)})
    declared = source.model_copy(update={"fields": (*source.fields, extra)})
    widened = Registry(**{**vars(registry), "sources": {**registry.sources, source.name: declared}})
    required = [field.headings[0] for field in declared.fields if field.required]
    path = tmp_path / "a.csv"
    path.write_text(",".join([*required, heading]) + "\n" + ",".join(["甲"] * len(required) + ["秘密"]) + "\n", "utf-8")

    then, _ = read_file(path, widened.source_in(source.name, BEFORE), BEFORE)
    assert "秘密" in str(then.to_pylist())
    now, facts = read_file(path, widened.source_in(source.name, NOW), NOW)
    assert "秘密" not in str(now.to_pylist())
    assert facts["sheets"][0]["never_read"] == [heading]
