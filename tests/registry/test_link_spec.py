import json
from pathlib import Path

import pytest

from exchange.model.errors import RegistryError
from exchange.registry.pair_model import model_of
from exchange.registry.spec_link import link_spec

MODEL = Path(__file__).resolve().parents[2] / "schemas" / "models" / "linkage-1.json"


def test_a_spec_names_the_columns_of_its_roles_and_parts_of_the_address():
    spec = link_spec({"record": "id", "roles": {"name": "n", "address": ["street", "town"]}})
    assert spec.roles.columns() == {"name": "n", "address_1": "street", "address_2": "town"}
    assert (spec.source, spec.id_scheme, spec.thresholds.link) == ("file", "resident", 4.0)


def test_every_problem_of_a_spec_is_told_at_once():
    with pytest.raises(RegistryError) as caught:
        link_spec({"roles": {"nmae": "n"}, "id_scheme": "passport"})
    assert all(word in str(caught.value) for word in ("record", "nmae", "id_scheme"))


def test_a_spec_without_roles_is_refused():
    with pytest.raises(RegistryError, match="no role"):
        link_spec({"record": "id", "roles": {}})


def test_the_frozen_model_is_whole_and_every_weight_is_possible():
    model = model_of(json.loads(MODEL.read_text(encoding="utf-8")))
    for comparison in model.comparisons:
        known = [level for level in comparison.levels if level.place >= 0]
        assert all(0 < level.m < 1 and 0 < level.u < 1 for level in known), comparison.name
        assert sum(level.m for level in known) == pytest.approx(1, abs=0.05), comparison.name
        assert known[-1].bits < 0 < known[0].bits


def test_no_level_measures_the_distance_of_chinese_texts():
    model = model_of(json.loads(MODEL.read_text(encoding="utf-8")))
    conditions = " ".join(level.condition for each in model.comparisons for level in each.levels)
    for column in ("name", "community", "s1", "s2", "s3", "s4"):
        assert f"levenshtein({column}_l" not in conditions


def test_comparisons_the_tables_say_nothing_about_are_left_out():
    model = model_of(json.loads(MODEL.read_text(encoding="utf-8"))).for_columns({"name", "key", "born"})
    assert model.names == ("name", "born")
    assert "gamma_sex" not in model.veto_sql()
