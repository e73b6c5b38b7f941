"""What `exchange link` is told of tables it has never seen: which column says what."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel as Base
from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from exchange.model.errors import RegistryError

ADDRESS_PARTS = 8
"""How many parts of an address the model compares."""

TEXT_ROLES = (
    "id_number", "name", "family_name", "given_name", "sex", "birth_date", "phone", "guardian_name", "guardian_id",
    "guardian_phone", "community",
)  # fmt: skip

_Tuple = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)


class _Strict(Base):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Roles(_Strict):
    """The column of each role; a file may lack some of them."""

    id_number: str | None = None
    name: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    sex: str | None = None
    birth_date: str | None = None
    phone: str | None = None
    guardian_name: str | None = None
    guardian_id: str | None = None
    guardian_phone: str | None = None
    community: str | None = None
    address: Annotated[tuple[str, ...], _Tuple, Field(max_length=ADDRESS_PARTS)] = ()

    def columns(self) -> dict[str, str]:
        """role -> column; the parts of the address are address_1, address_2 …"""
        named = {role: column for role in TEXT_ROLES if (column := getattr(self, role)) is not None}
        return named | {f"address_{place}": column for place, column in enumerate(self.address, 1)}


class Thresholds(_Strict):
    """Bits of evidence from which a pair is linked, from which it is shown to people, and how far the second best
    person must be behind."""

    link: float = 4.0
    review: float = -2.0
    margin: float = 1.0


class LinkSpec(_Strict):
    """A whole spec. `source` is the word `file` or a column."""

    record: str
    source: str = "file"
    id_scheme: Literal["resident", "other"] = "resident"
    roles: Roles
    thresholds: Thresholds = Thresholds()


def link_spec(declared: Mapping[str, Any]) -> LinkSpec:
    """A parsed spec file. Raises RegistryError that lists every problem in it."""
    fitted = dict(declared)
    roles = fitted.get("roles")
    if isinstance(roles, Mapping) and "id_scheme" in roles:
        fitted.setdefault("id_scheme", roles["id_scheme"])
        fitted["roles"] = {role: column for role, column in roles.items() if role != "id_scheme"}
    try:
        spec = LinkSpec.model_validate(fitted)
    except ValidationError as error:
        problems = (
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise RegistryError("link spec: " + "; ".join(problems), remedy="Correct the spec, then try again.") from None
    if not spec.roles.columns():
        raise RegistryError("link spec: no role has a column", remedy="Say under roles which column is the name.")
    return spec
