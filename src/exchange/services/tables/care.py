"""Shape of the scratch table through which a month's care reaches its lists."""

from sqlalchemy import Column, Date, Integer, MetaData, Table

from exchange.services.tables.base import Json, text

CARE = Table(
    "care",
    MetaData(),
    text("list", "名单"),
    text("township9", "乡级区划代码"),
    text("person_id", "人员编号"),
    text("entry_id", "名单内的区分"),
    text("spell_id", "登记编号"),
    Column("event_date", Date),
    Column("facts", Json, nullable=False),
)
"""One row per entry: facts for a list that is there already, or a whole entry of a list made of care alone."""

DOSES = Table(
    "doses",
    MetaData(),
    text("spell_id", "登记编号"),
    Column("due", Integer, nullable=False),
    Column("met", Integer, nullable=False),
)
"""One row per registered child: doses of the schedule that have come due, and those of them on record."""
