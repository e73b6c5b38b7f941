"""Schema `registry`, third part: full clusterings somebody ordered, waiting for the next month to be published."""

from sqlalchemy import Column, ForeignKey, Table

from exchange.services.tables.base import Json, Moment, metadata, text

SCHEMA = "registry"

recluster = Table(
    "recluster",
    metadata,
    text("known_until", "所依据的最后一个已发布月份；下一个月份发布时生效", key=True),
    text("recluster_id", "编号：由结果得出，结果相同则编号相同"),
    text("asked_by", "决定人"),
    text("why", "理由"),
    Column("made_at", Moment, nullable=False, comment="作出时间"),
    Column("counts", Json, nullable=False, comment="各类变更的数目"),
    schema=SCHEMA,
    comment="全部数据重新认定：已发布的月份不动，下次发布起生效",
)

reclustered_row = Table(
    "reclustered_row",
    metadata,
    Column("known_until", ForeignKey("registry.recluster.known_until", ondelete="CASCADE"), primary_key=True,
           comment="所依据的最后一个已发布月份"),
    text("row_id", "数据行编号", key=True),
    text("person_id", "重新认定后所属的人员编号"),
    schema=SCHEMA,
    comment="重新认定会改变其归属的人员，及其各数据行的归属",
)  # fmt: skip
