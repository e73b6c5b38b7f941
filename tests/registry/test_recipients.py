"""The policy on recipients: declared by kind and account, frozen with the month, never silently unprotected."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.registry.load import load_registry
from exchange.rules.letters.recipients import recipient_accounts
from exchange.services.config import current_registry, freeze, frozen_registry
from exchange.services.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED, PRODUCTION = PROJECT / "schemas" / "recipients.yaml", PROJECT / "docs" / "deploy" / "recipients.yaml"


def settings_of(home: Path) -> Settings:
    home.mkdir(parents=True, exist_ok=True)
    return Settings(home=home, schemas=PROJECT / "schemas", expectations=PROJECT / "expectations", code_version="test")


def loaded(policy: Path):
    return load_registry(PROJECT / "schemas", PROJECT / "expectations", None, policy).recipients


def test_the_shipped_policy_protects_nothing_and_says_why():
    assert {held.method for held in loaded(SHIPPED).kinds.values()} == {"none"}
    assert "演练环境" in loaded(SHIPPED).kinds["office"].reason


def test_the_policy_of_production_protects_every_file_with_a_person_in_it():
    policy = loaded(PRODUCTION)
    assert {kind: held.method for kind, held in policy.kinds.items()} == {
        "office": "ooxml", "center": "ooxml", "bureau": "ooxml", "agency": "zip", "auditor": "none",
    }  # fmt: skip


def test_an_account_may_differ_from_its_kind(tmp_path):
    told = yaml.safe_load(PRODUCTION.read_text("utf-8"))
    told["accounts"] = {"office-1": {"method": "zip", "issue": 2}}
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(told), "utf-8")
    policy = loaded(tmp_path / "r.yaml")
    assert (policy.protection("office", "office-1").issue, policy.protection("office", "office-2").method) == (
        2,
        "ooxml",
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kinds": {"office": {"method": "none"}}}, "reason"),
        ({"kinds": {"office": {"method": "rot13"}}}, "method"),
        ({"kinds": {"office": {"method": "age", "keys": ["age1short"]}}}, "keys"),
        ({"kinds": {"office": {"method": "zip", "password": "1234"}}}, "Extra inputs"),
        ({"kinds": {}}, "office, center, agency, auditor, bureau"),
    ],
)
def test_a_policy_that_leaves_something_open_is_refused(tmp_path, change, complaint):
    told = yaml.safe_load(PRODUCTION.read_text("utf-8"))
    told["kinds"] = told["kinds"] | change["kinds"] if change["kinds"] else {}
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(told), "utf-8")
    with pytest.raises(RegistryError, match=complaint):
        loaded(tmp_path / "r.yaml")


def test_a_homes_own_policy_holds_and_is_frozen_with_the_month(tmp_path):
    settings = settings_of(tmp_path / "home")
    plain = current_registry(settings)
    (settings.under("config") / "recipients.yaml").write_bytes(PRODUCTION.read_bytes())
    own = current_registry(settings)
    assert own.fingerprint != plain.fingerprint
    freeze(settings, own)
    (settings.home / "config" / "recipients.yaml").unlink()
    assert frozen_registry(settings, own.fingerprint).recipients == own.recipients
    named = replace(settings, recipients=PRODUCTION)
    assert current_registry(named).fingerprint == own.fingerprint


def test_every_account_is_known_by_name(tmp_path):
    registry = current_registry(settings_of(tmp_path / "home"))
    found = recipient_accounts(registry, Period(2026, 10))
    assert len({one.account for one in found}) == len(found)
    assert all(one.name for one in found)
    assert {one.kind for one in found} == {"office", "center", "agency", "auditor", "bureau"}
