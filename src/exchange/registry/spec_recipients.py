"""The shape of the policy on recipients: how what leaves is protected, and what is expected back."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Constraint

from exchange.registry.spec import Spec, Words
from exchange.registry.spec_products import RecipientKind

Method = Literal["ooxml", "zip", "age", "none"]
"""ooxml: the workbook itself asks for a password. zip: AES-256 zip. age: to a system's public key. none: as it is."""

Rotation = Literal["month", "quarter", "half_year", "year"]

AgeKey = Annotated[str, Constraint(pattern=r"^age1[02-9ac-hj-np-z]{58}$")]
_A_REASON = 8


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_KINDS: tuple[RecipientKind, ...] = ("office", "center", "agency", "auditor", "bureau")


class Protection(Spec):
    """How one recipient's files are protected.

    `rotate` is how long one password holds, `issue` is raised by one when a password became known to others.
    `keys` are the public keys of a system (age, X25519). Nothing leaves unprotected without a `reason` in words.
    """

    method: Method
    reason: str = ""
    rotate: Rotation = "quarter"
    issue: Annotated[int, Constraint(ge=1)] = 1
    keys: Annotated[tuple[AgeKey, ...], BeforeValidator(_frozen)] = ()

    @model_validator(mode="after")
    def _is_meant(self) -> "Protection":
        if self.method == "none" and len(self.reason.strip()) < _A_REASON:
            raise ValueError("a recipient without protection needs a `reason` in words")
        if self.method == "age" and not self.keys:
            raise ValueError("age needs the recipient's public keys in `keys`")
        if self.method != "age" and self.keys:
            raise ValueError("`keys` belong to the method age")
        return self

    @property
    def needs_password(self) -> bool:
        """Whether its files open with a password."""
        return self.method in ("ooxml", "zip")


class ReceiptTerms(Spec):
    """Which packages are to be signed for, and what happens when nobody does.

    A package that holds one of `products` awaits a receipt. The first reminder goes out `remind_after_days` after the
    upload, the next ones every `remind_every_days`, `remind_at_most` of them. `keep_days` after its receipt a
    package's files leave the outbox; manifests and hashes stay.
    """

    products: Words
    remind_after_days: Annotated[int, Constraint(ge=1)]
    remind_every_days: Annotated[int, Constraint(ge=1)]
    remind_at_most: Annotated[int, Constraint(ge=0)]
    keep_days: Annotated[int, Constraint(ge=1)]


class Recipients(Spec):
    """The policy: by kind of recipient, and by account where one differs."""

    kinds: dict[RecipientKind, Protection]
    accounts: dict[str, Protection] = Constraint(default_factory=dict)
    receipts: ReceiptTerms

    @model_validator(mode="after")
    def _whole(self) -> "Recipients":
        missing = [kind for kind in _KINDS if kind not in self.kinds]
        if missing:
            raise ValueError(f"nothing is said about recipients of kind {', '.join(missing)}")
        return self

    def protection(self, kind: RecipientKind, account: str) -> Protection:
        """What holds for an account: its own entry, else that of its kind."""
        return self.accounts.get(account, self.kinds[kind])
