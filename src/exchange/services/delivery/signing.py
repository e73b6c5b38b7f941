"""The installation's signature: Ed25519 over a manifest's bytes, with a public key anybody may hold."""

import base64
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exchange.services.keys import secret

SIGNING_KEY = "signing.key"
SUFFIX = ".sig"
"""The signature of `manifest.json` is the 64 bytes of `manifest.json.sig`."""


class Signer:
    """Signs with the key `signing.key` in home/keys.

    With `create=False` a missing key raises KeyMissing: recipients were told the fingerprint of the lost one.
    """

    def __init__(self, keys: Path, *, create: bool = True) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret(keys, SIGNING_KEY, create=create))

    def sign(self, content: bytes) -> bytes:
        """64 bytes, always the same for the same content (RFC 8032)."""
        return self._key.sign(content)

    @property
    def public(self) -> str:
        """The public key's 32 bytes in base64."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode("ascii")

    @property
    def pem(self) -> str:
        """The public key as OpenSSL reads it."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, 64 hex digits: what is compared by telephone or on paper."""
        return fingerprint_of(self.public)


def fingerprint_of(public: str) -> str:
    """The fingerprint of a public key in base64."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()


def is_signed(content: bytes, signature: bytes, public: str) -> bool:
    """Whether `signature` over `content` was made with the private half of `public` (base64)."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
