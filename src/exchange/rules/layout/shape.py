"""What the reader must know of a source: its fields, their headings, and the headings it must never read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Cell = Any
"""A cell as a reader hands it over: text, number, boolean, date or time; "" is an empty cell."""

Merge = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: first and last (row, column), counted from 0, both inside."""


@dataclass(frozen=True)
class Column:
    """One field: the name it gets in our frames, its Chinese title, every heading clerks use for it."""

    name: str
    title: str
    type: str
    required: bool
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """The layout half of a source's declaration, small enough to travel to the reading process as JSON."""

    source: str
    columns: tuple[Column, ...]
    never_read: tuple[str, ...]

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns that must be there."""
        return tuple(column for column in self.columns if column.required)

    def title(self, name: str) -> str:
        """The Chinese title of the field called `name`."""
        return next(column.title for column in self.columns if column.name == name)

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists; `from_json` is the way back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Shape":
        """The shape `as_json` was made from."""
        columns = tuple(Column(**{**item, "headings": tuple(item["headings"])}) for item in data["columns"])
        return cls(source=data["source"], columns=columns, never_read=tuple(data["never_read"]))
