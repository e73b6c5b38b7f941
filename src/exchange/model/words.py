"""The closed vocabularies that travel between rooms: what can become of a file and of a row."""

from typing import Final, Literal

DeliveryStatus = Literal["received", "unchanged", "duplicate", "partial", "rejected", "superseded", "held"]
Disposition = Literal["accept", "warn", "quarantine", "file_rejected", "superseded", "ignore"]
RowKind = Literal[
    "data", "title", "header", "total", "footer", "blank", "block_title", "hidden_sheet", "stale_sheet", "other"
]
CellKind = Literal["text", "number", "date", "boolean", "error", "empty"]
Severity = Literal["F", "R", "M", "W", "I"]

KEPT: Final[tuple[Disposition, ...]] = ("accept", "warn")
"""Rows that may move a figure; everything else waits for a person or goes back to the sender."""

SET_ASIDE: Final[tuple[Disposition, ...]] = ("quarantine", "file_rejected", "superseded")
