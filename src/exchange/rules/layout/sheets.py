"""Which sheets of a workbook are data: hidden ones never, another month's only when there is nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from exchange.model.period import Period

SheetRole = Literal["data", "stale_sheet", "hidden_sheet", "other"]


@dataclass(frozen=True)
class SheetView:
    """What decides a sheet's role: can it be seen, has it our header, which months do name and title carry."""

    name: str
    visible: bool
    has_header: bool
    name_period: Period | None
    title_period: Period | None

    def is_foreign(self, period: Period) -> bool:
        """Whether its name or its title carries another month."""
        return any(found not in (None, period) for found in (self.name_period, self.title_period))


def sheet_roles(sheets: Sequence[SheetView], period: Period) -> tuple[SheetRole, ...]:
    """The role of every sheet, in order.

    A visible sheet with another month is last month's, left in the workbook. When no other visible sheet
    has a header there is nothing it was left beside: the whole file is of the wrong month, its rows stay
    data, and F03 decides over the file.
    """
    candidates = [sheet for sheet in sheets if sheet.visible and sheet.has_header]
    has_fresh = any(not sheet.is_foreign(period) for sheet in candidates)

    def role(sheet: SheetView) -> SheetRole:
        if not sheet.visible:
            return "hidden_sheet"
        if not sheet.has_header:
            return "other"
        return "stale_sheet" if has_fresh and sheet.is_foreign(period) else "data"

    return tuple(role(sheet) for sheet in sheets)


def contradicts(sheet: SheetView, period: Period) -> bool:
    """Whether a data sheet belongs to another month (F03): its title decides, its name only without a title."""
    return (sheet.title_period or sheet.name_period or period) != period
