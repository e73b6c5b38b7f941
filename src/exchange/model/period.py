"""The exchange period: one calendar month in Asia/Shanghai, the unit of delivery, rerun and publication."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_LABEL = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month; ranges are half-open everywhere: `start <= day < end`."""

    year: int
    month: int

    @classmethod
    def parse(cls, label: str) -> "Period":
        """`"2026-10"` -> Period(2026, 10). Raises ValueError for anything else, with an example of a good label."""
        match = _LABEL.fullmatch(label)
        if match is None:
            raise ValueError(f"a period looks like 2026-10, not {label!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Period":
        """The month `day` lies in."""
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """First day after the month."""
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """The reporting day (`as_of`): stocks are counted at its end."""
        return self.end - timedelta(days=1)

    def previous(self) -> "Period":
        """The month before."""
        return Period.of(self.start - timedelta(days=1))

    def next(self) -> "Period":
        """The month after."""
        return Period.of(self.end)

    def minus(self, months: int) -> "Period":
        """The month `months` before this one."""
        index = self.year * 12 + self.month - 1 - months
        return Period(index // 12, index % 12 + 1)

    @property
    def chinese(self) -> str:
        """As a clerk writes it: 2026年10月."""
        return f"{self.year}年{self.month}月"

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
