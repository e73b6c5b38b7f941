"""Days counted in months and weeks from an anchor: the arithmetic every schedule rests on."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from exchange.registry.spec_schedules import Age


@lru_cache(maxsize=1 << 17)
def add_months(day: date, months: int) -> date:
    """`day` plus calendar months; a day the month does not have becomes its last (31 August + 3 = 30 November)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day if day.day < 29 else min(day.day, monthrange(year, month + 1)[1]))


def after(anchor: date, age: Age) -> date:
    """The day on which `age` has passed since `anchor`."""
    days = age.days + 7 * age.weeks
    begun = add_months(anchor, age.months) if age.months else anchor
    return begun + timedelta(days=days) if days else begun
