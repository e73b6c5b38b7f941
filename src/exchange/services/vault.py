"""Pseudonyms and sealed identity: keyed hashes to join on, ciphertext to keep, tokens to print.

A plain hash of an identity number is no protection: its few million possible values are tried in
seconds. So every value here depends on a key that lives in `home/keys`, outside the database.
"""

import base64
import hmac
import secrets
from pathlib import Path

import pandas as pd
import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exchange.model.errors import ContentError
from exchange.services.keys import KEY_BYTES, KeyMissing, secret

KEY_VERSION = 1
NONCE_BYTES = 12
TOKEN_CHARACTERS = 10
PERSON_CHARACTERS = 20
_BINARY = pd.ArrowDtype(pa.binary())
_TEXT = pd.ArrowDtype(pa.string())


class Vault:
    """The keyed functions of one installation.

    Three keys with three purposes: `id.key` for joining, `seal.key` for opening again, `token.key`
    for what is printed. With `create=False` a missing key raises KeyMissing: callers that find sealed
    data in the database pass it, because a fresh key would silently make every person a stranger.
    """

    key_version = KEY_VERSION

    def __init__(self, keys: Path, *, create: bool = True) -> None:
        self._id_key = _key(keys, "id.key", create=create)
        self._token_key = _key(keys, "token.key", create=create)
        self._cipher = AESGCM(_key(keys, "seal.key", create=create))

    def hmac_id(self, scheme: str, value: str) -> bytes:
        """32 bytes that stand for `value` of `scheme`; equal values give equal bytes, schemes never collide."""
        return self._hmac("id", scheme, value)

    def hmac_many(self, scheme: str, values: pd.Series) -> pd.Series:
        """`hmac_id` of every value: binary Arrow series on the same index, null stays null.

        Each distinct value is hashed once; a month has far fewer persons than rows.
        """
        codes, distinct = pd.factorize(values)
        key, start, digest = self._id_key, _message("id", scheme), hmac.digest
        # As `_message(value)`, spelled out: a month hashes millions of keys.
        encoded = [value.encode() for value in map(str, distinct)]
        hashed = [digest(key, start + len(part).to_bytes(4, "big") + part, "sha256") for part in encoded]
        taken = pa.array(hashed, pa.binary()).take(pa.array(codes, pa.int64(), mask=codes < 0))
        return pd.Series(pd.array(taken, dtype=_BINARY), index=values.index, name=values.name)

    def person_id(self, *evidence: str) -> str:
        """`P` and 20 base32 characters, derived from a person's first evidence: the same after a crash and a rerun."""
        return "P" + _base32(self._hmac("person", *evidence), PERSON_CHARACTERS)

    def token(self, *parts: str) -> str:
        """Ten base32 characters that mean nothing outside this installation; names a row in a workbook."""
        return _base32(hmac.digest(self._token_key, _message("token", *parts), "sha256"), TOKEN_CHARACTERS)

    def tokens(self, *columns: pd.Series) -> pd.Series:
        """`token` row by row over text columns of equal length: text series on the first one's index."""
        made = [self.token(*map(str, parts)) for parts in zip(*columns, strict=True)]
        return pd.Series(made, index=columns[0].index, dtype=_TEXT, name="token")

    def seal(self, value: str) -> bytes:
        """Encrypt: version byte, 12 random bytes, AES-256-GCM ciphertext and tag. Never twice the same."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        version = bytes([KEY_VERSION])
        return version + nonce + self._cipher.encrypt(nonce, value.encode(), version)

    def open(self, cipher: bytes) -> str:
        """What `seal` was given. Raises ContentError for bytes of another key or version, or changed bytes."""
        version, nonce, sealed = cipher[:1], cipher[1 : 1 + NONCE_BYTES], cipher[1 + NONCE_BYTES :]
        if version != bytes([KEY_VERSION]):
            raise ContentError(
                "a sealed identity carries an unknown key version",
                remedy="Restore the keys folder that belongs to this database, or upgrade the program.",
            )
        try:
            return self._cipher.decrypt(nonce, sealed, version).decode()
        except (InvalidTag, ValueError):
            raise ContentError(
                "a sealed identity cannot be opened: it was changed, or sealed with another key",
                remedy="Check that home/keys and the database come from the same backup.",
            ) from None

    def _hmac(self, purpose: str, *parts: str) -> bytes:
        return hmac.digest(self._id_key, _message(purpose, *parts), "sha256")


def _key(keys: Path, name: str, *, create: bool) -> bytes:
    value = secret(keys, name, create=create)
    if len(value) != KEY_BYTES:
        raise KeyMissing(
            f"key {name} in {keys} has {len(value)} bytes instead of {KEY_BYTES}",
            remedy=f"Restore {keys} from its backup.",
        )
    return value


def _message(*parts: str) -> bytes:
    # Each part is preceded by its length: ("ab", "c") and ("a", "bc") must not meet.
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _base32(digest: bytes, characters: int) -> str:
    needed = -(-characters * 5 // 8)
    return base64.b32encode(digest[:needed]).decode("ascii")[:characters]
