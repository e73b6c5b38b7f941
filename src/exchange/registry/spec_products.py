"""The shape of a product: who receives it, for what purpose, and exactly which columns it may carry."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Constraint

from exchange.model.sheets import SMALLEST_PRINT, ExhibitKind, printed_scale
from exchange.registry.spec import Role, Spec, Words

ColumnFormat = Literal[
    "text",
    "integer",
    "date",
    "month",
    "code",
    "flag",
    "weeks",
    "id",
    "masked_id",
    "masked_name",
    "masked_phone",
    "token",
    "fill",
    "count",
    "rate",
]
"""How a value is printed. `count` is a number, or the word that stands for none (未报); `rate` has one decimal.

`fill` stays empty for the clerk's pen; `token` is the meaningless key of a returned row, which is not printed."""

SheetKind = Literal[
    "notice", "persons", "senders", "deliveries", "rules", "problems", "returned", "report", "indicators", "letters",
    "answers", "corrections", "unplaced", "balances", "differences", "packet", "review",
    "doses", "villages", "sample",
]  # fmt: skip
"""What one row is: a line of the cover, a person, a source, a file, a rule, a problem of one cell, a row sent back,
a line of the monthly report, an indicator, a file exchanged, an answer that came back, a row its sender corrected,
a heading, sheet or word nobody has declared, a group's balance, a number of the district that is not the sum of its
townships', a line of a letter to another county, a question about who is who, a dose of the immunisation schedule, a
village with its indicators, a published row an auditor drew.

A `returned` sheet stands once per sheet of the sender's file; its column `own` stands for the sender's own columns.
"""

RecipientKind = Literal["office", "center", "agency", "auditor", "bureau"]

_FORBIDDEN_IN_SHEET_NAMES = set("\\/?*[]:")

_UNDOES_A_MASK = frozenset({"birth_date", "months"})
"""Fields that, printed beside a masked number, leave fewer than a thousand candidates for it."""


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_MANY = BeforeValidator(_frozen)


class Recipient(Spec):
    """Who receives the product.

    `account` is the SFTP account's name, with {township9} or {account} (that of the sender's source) to fill in;
    `folder` is the place below it, away from where the account's own deliveries lie.
    """

    kind: RecipientKind
    account: Annotated[str, Constraint(pattern=r"^[a-z0-9_{}-]+$")]
    folder: Annotated[str, Constraint(pattern=r"^[a-z0-9_{}/-]+$")] = "{period}"


class Column(Spec):
    """One column of a sheet: the only things a recipient may see are its `field`s.

    `width` is in characters. `codes` names the code list whose words are printed, `words` a small one given here.
    `choices` are the answers a clerk may pick in a `fill` column, `hint` tells how to fill it in. Neighbours of one
    `group` share a heading; equal neighbours in a `merge` column are one cell. A `folded` column is there but shut.
    """

    field: Annotated[str, Constraint(pattern=r"^[a-z][a-z0-9_]*$")]
    heading: str
    width: Annotated[float, Constraint(gt=2, lt=110)]
    format: ColumnFormat = "text"
    codes: str | None = None
    words: dict[str, str] = Constraint(default_factory=dict)
    choices: Words = ()
    hint: Annotated[str, Constraint(max_length=80)] = ""
    folded: bool = False
    group: str = ""
    merge: bool = False
    wrap: bool = False
    personal: bool = False


class SheetExhibit(Spec):
    """A small table on a cover and the chart drawn from it."""

    kind: ExhibitKind
    title: str
    columns: Annotated[tuple[Column, ...], _MANY]


class Sheet(Spec):
    """One sheet. `lists` are the lists of the month it prints; `fed_by` the roles of the sources those lists rest on.

    When it is empty, `empty` is printed, but only if everybody of `fed_by` reported.
    """

    name: Annotated[str, Constraint(min_length=1, max_length=31)]
    title: str
    kind: SheetKind
    lists: Words = ()
    fed_by: Annotated[tuple[Role, ...], _MANY] = ()
    empty: str = "本月无"
    left: str = "填报单位：{district}{township}{office}"
    unit: str = "单位：人"
    font_size: float = 10
    columns: Annotated[tuple[Column, ...], _MANY]
    exhibits: Annotated[tuple[SheetExhibit, ...], _MANY] = ()
    notes: Words = ()
    signature: Annotated[tuple[Words, ...], _MANY] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Every field the recipient is entitled to on this sheet."""
        return frozenset(column.field for column in self.columns)

    @property
    def printed_size(self) -> float:
        """Points of the sheet's letters on A4 landscape, one page wide."""
        beside = [column for exhibit in self.exhibits for column in exhibit.columns]
        shown = [column for column in (*self.columns, *beside) if column.format != "token" and not column.folded]
        return self.font_size * printed_scale([*(column.width for column in shown), *([1.0] * len(self.exhibits))])

    @model_validator(mode="after")
    def _prints_and_protects(self) -> "Sheet":
        if _FORBIDDEN_IN_SHEET_NAMES & set(self.name):
            raise ValueError("a sheet's name may not hold any of \\ / ? * [ ] :")
        if len(self.fields) != len(self.columns):
            raise ValueError(f"{self.name}: a field stands twice")
        if self.kind != "returned" and self.printed_size < SMALLEST_PRINT:
            raise ValueError(
                f"{self.name}: would print at {self.printed_size:.1f} points, {SMALLEST_PRINT} is the least; narrow,"
                " fold or split its columns"
            )
        formats = {column.format for column in self.columns}
        if self.kind == "persons" and "token" not in formats:
            raise ValueError(f"{self.name}: a sheet of persons needs a row token, or no answer can come back")
        if "masked_id" in formats and ("id" in formats or self.fields & _UNDOES_A_MASK):
            raise ValueError(f"{self.name}: a column beside the masked number would undo the mask")
        return self


class Product(Spec):
    """One notification product; the file's name is its name.

    `file_name` may use {county6} {district} {township} {unit} {period}; `file_name_empty` replaces it when there is
    nothing to report. `purpose` is the legal purpose printed into the file. Without `sheets` the product is made
    elsewhere (a report) and only delivered.
    """

    name: str
    title: str
    file_name: str
    file_name_empty: str | None = None
    recipients: Annotated[tuple[Recipient, ...], _MANY]
    purpose: str
    grade: str
    sheets: Annotated[tuple[Sheet, ...], _MANY] = ()

    def recipient(self, kind: RecipientKind) -> Recipient | None:
        """The recipient of `kind`, or None when the product is not for it."""
        return next((recipient for recipient in self.recipients if recipient.kind == kind), None)

    @model_validator(mode="after")
    def _names(self) -> "Product":
        names = [sheet.name for sheet in self.sheets]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: a sheet's name stands twice")
        return self
