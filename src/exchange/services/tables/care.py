"""Shape of the scratch table through which a month's care reaches its lists."""

from sqlalchemy import Boolean, Column, Date, MetaData, Table

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
    text("dose", "剂次的名称"),
    Column("is_due", Boolean, nullable=False),
    Column("given_on", Date),
    text("vaccine", "覆盖该剂的接种记录的疫苗代码", null=True),
    Column("is_early", Boolean, nullable=False),
)
"""One row per registered child and dose of the schedule whose day has come; `is_due` when its grace has gone by too.

`given_on` and `vaccine` are those of the dose on record that covers it, empty when none does; `is_early`: none does,
but one would had it not come too early."""
