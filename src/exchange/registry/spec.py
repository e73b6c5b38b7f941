"""The shapes a declaration may take: sources and their fields, senders, code lists, rules, policies."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
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


class Relation(Spec):
    """Rows of an agency's database: a `view` by its name, or a `query` that may bind :period, :start and :end.

    `unit` is the column with the sender's code; `month` a date or time by which rows belong to a month (without it
    every row belongs to the month that is read).
    """

    view: Annotated[str, Constraint(pattern=r"^[^\W\d][\w$]*(\.[^\W\d][\w$]*)?$")] | None = None
    query: str | None = None
    unit: str
    month: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Relation":
        if (self.view is None) == (self.query is None):
            raise ValueError("give either view or query")
        return self

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"view {self.view}" if self.view else "query"


class View(Relation):
    """What stands for the files of one kind: its rows in the order of `key`, columns by the names of our fields.

    `columns` maps fields to columns that are called otherwise. Columns that no field names are never fetched.
    """

    key: Annotated[Words, Constraint(min_length=1)]
    columns: dict[str, str] = {}


class Transport(Spec):
    """How the agency's data are reached: files in its SFTP account (or a drop folder), or views of its database.

    A database has a `secret`, the name under which its address with user and password is kept, and a view per kind
    of delivery; `reported` lists the senders that have closed a month, with or without rows. `look_back` months before
    the one that is read are read again, and what has changed there comes in late. `chunk` is rows per fetch.
    """

    kind: Literal["files", "database"] = "files"
    account: str
    folder: str
    secret: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    views: dict[DeliveryKind, View] = {}
    reported: Relation | None = None
    look_back: Annotated[int, Constraint(ge=0, le=12)] = 0
    chunk: Annotated[int, Constraint(ge=1)] = 10_000
    timeout_seconds: Annotated[int, Constraint(ge=1)] = 600

    @model_validator(mode="after")
    def _complete(self) -> "Transport":
        is_database = self.kind == "database"
        if is_database != bool(self.secret and self.views) or (self.reported and not is_database):
            raise ValueError("kind: database needs secret and views; kind: files has neither")
        return self


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

    unit_code: Annotated[str, Constraint(pattern=r"^[0-9A-Za-z]{1,20}$")]
    source: str
    name: Annotated[str, Constraint(min_length=1)]
    township9: Annotated[str, Constraint(pattern=r"^[0-9]{6}[0-9L][0-9]{2}$")]
    township_name: Annotated[str, Constraint(min_length=1)]
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


class Basis(Spec):
    """The document a jurisdiction (`prefix` of its division code, '' everywhere) exchanges its data by."""

    prefix: Annotated[str, Constraint(pattern=r"^([0-9]{2}){0,3}$")]
    document: str


class Policy(Spec):
    """A policy profile: what is asked and kept, how offices are called, by period of validity.

    `never_read` are headings that may not enter while the profile holds, whatever source carries them and whoever
    declared a field for them. `timeliness_base`: what the share of cases reported in time is taken of, the cases
    reported (third edition of the national norm) or all on the register (edition of 2011). `village_floor`: no rate
    of a village stands on fewer people than this.
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
    timeliness_base: Literal["reported", "registered"] = "reported"
    village_floor: Annotated[int, Constraint(ge=3)] = 10
    basis: Annotated[tuple[Basis, ...], BeforeValidator(_frozen)]
    source: str

    @model_validator(mode="after")
    def _has_a_basis_everywhere(self) -> "Policy":
        prefixes = [basis.prefix for basis in self.basis]
        if "" not in prefixes or len(prefixes) != len(set(prefixes)):
            raise ValueError(f"{self.name}: basis needs one document per prefix, and one for everywhere (prefix '')")
        return self

    def basis_of(self, code6: str) -> str:
        """The document that holds in this county: the one with the longest prefix."""
        return max(
            (basis for basis in self.basis if code6.startswith(basis.prefix)), key=lambda b: len(b.prefix)
        ).document
