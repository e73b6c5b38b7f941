"""A figure opened: what was published, what was found behind it, and the rules as they then stood."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TraceTable:
    """A table of the trace: its name (also of the sheet), headings, and rows as text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Trace:
    """The whole of it. `facts`: what and value; `agrees` tells whether what was found is what was published."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[TraceTable, ...]
    texts: TraceTable
    agrees: bool
