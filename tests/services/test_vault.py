"""The vault: joins that need the key, ciphertext that tells when it was touched, tokens that mean nothing."""

import hashlib
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.errors import ContentError
from exchange.services.keys import KeyMissing, secret
from exchange.services.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys")


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    first, second = Vault(keys), Vault(keys)
    assert first.hmac_id("resident", "1") == second.hmac_id("resident", "1")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    assert sorted(path.name for path in keys.iterdir()) == ["id.key", "seal.key", "token.key"]


def test_a_missing_key_is_named_and_not_replaced_when_data_exists(tmp_path: Path) -> None:
    Vault(tmp_path)
    (tmp_path / "id.key").unlink()
    with pytest.raises(KeyMissing, match=r"id\.key") as caught:
        Vault(tmp_path, create=False)
    assert "backup" in caught.value.remedy
    assert not caught.value.retry
    assert not (tmp_path / "id.key").exists()


def test_a_key_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    Vault(tmp_path)
    (tmp_path / "seal.key").write_bytes(b"short")
    with pytest.raises(KeyMissing, match="5 bytes instead of 32"):
        Vault(tmp_path)


def test_of_two_makers_the_first_key_stands(tmp_path: Path) -> None:
    def rival() -> bytes:
        secret(tmp_path, "one.key", make=lambda: b"first")
        return b"second"

    assert secret(tmp_path, "one.key", make=rival) == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["one.key"]


def test_two_installations_cannot_join_their_pseudonyms(tmp_path: Path) -> None:
    one, other = Vault(tmp_path / "one"), Vault(tmp_path / "other")
    assert one.hmac_id("resident", "A") != other.hmac_id("resident", "A")
    assert one.hmac_id("resident", "A") != hashlib.sha256(b"A").digest()


def test_schemes_and_parts_never_run_into_each_other(vault: Vault) -> None:
    assert vault.hmac_id("ab", "c") != vault.hmac_id("a", "bc")
    assert vault.token("ab", "c") != vault.token("a", "bc")
    assert vault.person_id("x", "y") != vault.person_id("xy")


def test_many_hashes_equal_single_ones_and_null_stays_null(vault: Vault) -> None:
    values = pd.Series(["A", None, "B", "A"], index=[7, 3, 9, 1], dtype="string[pyarrow]", name="id_number")
    hashed = vault.hmac_many("resident", values)
    assert list(hashed.index) == [7, 3, 9, 1]
    assert hashed.isna().tolist() == [False, True, False, False]
    assert hashed[9] == vault.hmac_id("resident", "B")
    assert hashed[7] == hashed[1]


def test_no_values_give_no_hashes(vault: Vault) -> None:
    assert len(vault.hmac_many("resident", pd.Series([], dtype="string[pyarrow]"))) == 0
    assert vault.hmac_many("resident", pd.Series([None, None], dtype="string[pyarrow]")).isna().all()


def test_person_ids_and_tokens_have_their_agreed_shape(vault: Vault) -> None:
    assert vault.person_id("resident", "A").startswith("P")
    assert len(vault.person_id("resident", "A")) == 21
    assert len(vault.token("2026-10", "row")) == 10
    frame = pd.DataFrame({"period": ["2026-10"] * 2, "row": ["a", "b"]}, index=[4, 2])
    tokens = vault.tokens(frame["period"], frame["row"])
    assert tokens.to_dict() == {4: vault.token("2026-10", "a"), 2: vault.token("2026-10", "b")}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("vault"))


@given(value=st.text())
def test_whatever_is_sealed_opens_again(shared: Vault, value: str) -> None:
    assert shared.open(shared.seal(value)) == value


def test_the_same_value_is_never_sealed_alike(vault: Vault) -> None:
    assert len({vault.seal("A") for _ in range(50)}) == 50


def test_a_changed_byte_anywhere_is_noticed(vault: Vault) -> None:
    sealed = vault.seal("A")
    for place in range(len(sealed)):
        touched = bytearray(sealed)
        touched[place] ^= 1
        with pytest.raises(ContentError):
            vault.open(bytes(touched))


def test_an_error_does_not_tell_the_value(vault: Vault, tmp_path: Path) -> None:
    sealed = Vault(tmp_path / "other").seal("CANARY")
    with pytest.raises(ContentError) as caught:
        vault.open(sealed)
    assert "CANARY" not in f"{caught.value} {caught.value.remedy}"
