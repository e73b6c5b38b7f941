"""Protection of what leaves: passwords per recipient, and files only their recipient can open.

Encryption draws fresh random numbers each time, so a file is encrypted once and its bytes are kept: what is sent
again is what was sent.
"""

import hmac
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pyrage
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile

from exchange.model.errors import PublicationError, RegistryError
from exchange.model.period import Period
from exchange.registry.spec_recipients import Method, Protection
from exchange.services.keys import secret
from exchange.services.parsing.unlock import unlocked

KEY_FILE = "packages.key"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Small letters and digits that no print confuses: a clerk types them from paper."""
_GROUPS, _GROUP = 4, 4
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)


class Passwords:
    """The recipients' passwords of one installation, each derived from the key `packages.key` in home/keys.

    Nothing but that key is stored, so a password is in no database, log or backup of one. Sixteen signs of 31 are
    79 bits. With `create=False` a missing key raises KeyMissing: a new one would not fit the sheets handed out.
    """

    def __init__(self, keys: Path, *, create: bool = True) -> None:
        self._key = secret(keys, KEY_FILE, create=create)

    def of(self, account: str, term: str) -> str:
        """The password of `account` for a term (see `password_term`), in groups of four."""
        told = "\0".join(("package password", account, term)).encode()
        number = int.from_bytes(hmac.digest(self._key, told, "sha512"), "big")
        signs = []
        for _ in range(_GROUPS * _GROUP):
            number, place = divmod(number, len(_SIGNS))
            signs.append(_SIGNS[place])
        return "-".join("".join(signs[at : at + _GROUP]) for at in range(0, len(signs), _GROUP))


def password_term(protection: Protection, period: Period) -> str:
    """What one password holds for: 2026-10, 2026Q4, 2026H2 or 2026, with the issue when it is not the first."""
    by_rotation = {
        "month": str(period),
        "quarter": f"{period.year}Q{(period.month + 2) // 3}",
        "half_year": f"{period.year}H{1 if period.month <= 6 else 2}",
        "year": str(period.year),
    }
    issue = "" if protection.issue == 1 else f"-{protection.issue}"
    return by_rotation[protection.rotate] + issue


def method_for(name: str, protection: Protection) -> Method:
    """How the file `name` is protected: only a workbook can ask for a password itself, the rest goes into a zip."""
    return "zip" if protection.method == "ooxml" and not name.endswith(".xlsx") else protection.method


def protected_name(name: str, method: Method) -> str:
    """The name under which the protected file leaves."""
    return name + {"ooxml": "", "none": "", "zip": ".zip", "age": ".age"}[method]


def protect(name: str, content: bytes, protection: Protection, password: str | None) -> bytes:
    """`content` as only its recipient can open it, opened once again here before anybody relies on it.

    Raises PublicationError when it cannot be made or does not open; no message holds a password.
    """
    method = method_for(name, protection)
    if method == "none":
        return content
    try:
        if method == "age":
            return _to_keys(content, protection)
        sealed = _SEAL[method](name, content, password or "")
        whole = _OPEN[method](sealed, password or "") == content
    except RegistryError:
        raise
    except Exception as error:
        raise _defect(f"could not be protected ({type(error).__name__})") from None
    if not password or not whole:
        raise _defect("does not open with its password")
    return sealed


def _to_keys(content: bytes, protection: Protection) -> bytes:
    try:
        keys = [pyrage.x25519.Recipient.from_str(key) for key in protection.keys]
    except pyrage.RecipientError:
        raise RegistryError(
            "a recipient's age key is none",
            remedy="Ask for the line `age-keygen -y` prints and copy it whole into the policy on recipients.",
        ) from None
    sealed: bytes = pyrage.encrypt(content, keys)
    return sealed


def _seal_workbook(name: str, content: bytes, password: str) -> bytes:
    out = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, out)
    return out.getvalue()


def _seal_zip(name: str, content: bytes, password: str) -> bytes:
    out = BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(pyzipper.zipfile_aes.AESZipInfo(name, _MEMBER_TIME), content)
    return out.getvalue()


def _open_zip(content: bytes, password: str) -> bytes:
    with pyzipper.AESZipFile(BytesIO(content)) as archive:
        archive.setpassword(password.encode())
        plain: bytes = archive.read(archive.namelist()[0])
        return plain


def _defect(what: str) -> PublicationError:
    return PublicationError(
        f"a finished file {what}",
        remedy="Nothing was sent. This is a defect of the program: keep the home folder and report it.",
    )


_SEAL: Mapping[str, Callable[[str, bytes, str], bytes]] = {"ooxml": _seal_workbook, "zip": _seal_zip}
_OPEN: Mapping[str, Callable[[bytes, str], bytes | None]] = {"ooxml": unlocked, "zip": _open_zip}
