"""The shapes a declaration may take: sources and their fields, senders, code lists, rules, policies."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Constraint

from exchange.model.words import Severity

FieldType = Literal[
    "text",
    "name",
    "id_number",
    "date",
    "birth",
    "datetime",
    "code",
    "division",
    "address",
    "phone",
    "boolean",
    "integer",
    "decimal",
    "weeks",
    "ehr",
]
Role = Literal["residence_register", "employment", "service_log", "records"]
DeliveryKind = Literal["full", "delta", "events"]


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_frozen)]
"""A list in YAML, immutable here."""

Code = Annotated[str, Constraint(min_length=1, pattern=r"^[0-9A-Za-z.]+$")]
"""Codes are quoted text: an unquoted 0412 is the number 266 to YAML, and strict mode refuses it."""


class Spec(BaseModel):
    """A declaration: frozen, strictly typed, and no key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Field(Spec):
    """One column of a source.

    `headings` are every spelling clerks use (compared without blanks, stars and full-width forms).
    `required` says that the column must be there, not that every cell is filled: that is a rule's affair.
    `dictionary` names the column of the registry of senders that selects one of `dictionaries`.
    `answers` are words that mean "nothing" elsewhere and are an answer here.
    `within` names a broader code field whose codes this one's codes begin with: it tells words apart that both use.
    """

    name: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    headings: Words
    type: FieldType = "text"
    required: bool = False
    codes: str | None = None
    dictionary: str | None = None
    dictionaries: dict[str, str] = {}
    answers: Words = ()
    within: str | None = None
    personal: bool = False


class Transport(Spec):
    """How the agency's files are reached: by SFTP account (or a drop folder in its place), or as a database view."""

    kind: Literal["files", "database"] = "files"
    account: str
    folder: str
    query: str | None = None


class Source(Spec):
    """One agency's monthly data: where it lies, what its columns mean, what makes two rows the same event."""

    name: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")]
    code: Annotated[str, Constraint(pattern=r"^[A-Z]{2,4}$")]
    role: Role
    agency: str
    title: str
    transport: Transport
    kinds: Annotated[tuple[DeliveryKind, ...], BeforeValidator(_frozen)]
    event_key: Words
    precedence: int
    fields: Annotated[tuple[Field, ...], BeforeValidator(_frozen)]
    never_read: Words = ()

    def field(self, name: str) -> Field | None:
        """The field called `name`, or None when this source does not have it."""
        return next((field for field in self.fields if field.name == name), None)


class Unit(Spec):
    """A sender: a police station, labour office or clinic that is expected to report every month."""

    unit_code: str
    source: str
    name: str
    township9: str
    township_name: str
    village12: str = ""
    kind: str = ""
    sends: str = ""
    reason_dict: str = ""
    sex_dict: str = ""
    township_means: str = ""


class Entry(Spec):
    """One code. `to` is the canonical code when the list is a sender's own dictionary; `tags` are facts rules use."""

    name: str
    aliases: Words = ()
    to: str | None = None
    tags: Words = ()


class CodeList(Spec):
    """A closed list of codes with the words clerks write for them."""

    name: str
    title: str
    source: str
    entries: dict[str, Entry]

    def tagged(self, tag: str) -> tuple[str, ...]:
        """Codes that carry `tag`, in order."""
        return tuple(code for code, entry in self.entries.items() if tag in entry.tags)


class Rule(Spec):
    """One rule of the catalogue: F rejects the file, R and M set a row aside, W warns, I informs.

    `says` tells the sender what is wrong and `asks` what to do, without any value of the row.
    """

    id: str
    severity: Severity
    title: str
    says: str
    asks: str
    source: str
    since: str = "2017-12"


class Policy(Spec):
    """A policy profile: what is asked and kept, how offices are called, by period of validity.

    `never_read` are headings that may not enter while the profile holds, whatever source carries them and whoever
    declared a field for them.
    """

    name: str
    title: str
    valid_from: str
    valid_to: str | None = None
    health_office: str
    immunisation: str
    default_scopes: Words
    retention_months: int
    sensitive_classes: Words
    never_read: Words = ()
    source: str
