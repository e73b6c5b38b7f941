"""Reopened months, what it takes to take a month back, and the rows an auditor drew with what he found of them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Table,
    UniqueConstraint,
)

from exchange.services.tables.base import Json, Moment, metadata, text

LEDGER, CORE = "ledger", "core"

reopening = Table(
    "reopening",
    metadata,
    text("period", "统计月份", key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False, comment="重开后将发布的版次"),
    text("asked_by", "提出人"),
    text("approved_by", "批准人，与提出人不是同一人"),
    text("why", "理由"),
    Column("reopened_at", Moment, nullable=False, comment="重开时间"),
    CheckConstraint("asked_by <> approved_by", name="two_people"),
    CheckConstraint("why <> ''", name="reason"),
    schema=LEDGER,
    comment="重开：已发布月份经批准再次办理",
)

watched = Table(
    "watched",
    metadata,
    text("place", "表名", key=True),
    text("key_columns", "主键列，以逗号分隔"),
    text("born_in", "记有产生月份的列：当月新增的行凭它找到，不另记；没有此列的为空", null=True),
    schema=CORE,
    comment="逐月累积的表：发布时记下改动前的样子，重开时据以还原",
)

undo = Table(
    "undo",
    metadata,
    text("period", "统计月份", key=True),
    text("place", "表名", key=True),
    Column("row_key", Json, primary_key=True, comment="主键的值；同一行只记最早的样子"),
    Column("image", Json, comment="改动前的整行；当月新增的行为空"),
    schema=CORE,
    comment="发布某月时各表被改动的行原来的样子，仅供重开该月时还原",
)

audit_sample = Table(
    "audit_sample",
    metadata,
    text("sample_id", "抽样编号：由月份、版次、样本量和抽样种子得出", key=True),
    text("period", "统计月份"),
    Column("generation", Integer, nullable=False, comment="版次"),
    Column("size", Integer, nullable=False, comment="每个镇街的样本量"),
    text("seed", "抽样种子，由审计人员给出"),
    Column("rows", Integer, nullable=False, comment="抽出的行数"),
    text("drawn_by", "抽样人"),
    text("why", "事由"),
    Column("drawn_at", Moment, nullable=False, comment="抽样时间"),
    UniqueConstraint("period", "generation", "size", "seed", name="uq_audit_sample_period"),
    schema=LEDGER,
    comment="审计抽样：从某月某版的名单中抽出的行",
)

audit_sample_row = Table(
    "audit_sample_row",
    metadata,
    Column("sample_id", ForeignKey("ledger.audit_sample.sample_id"), primary_key=True, comment="抽样编号"),
    text("token", "行标识，与镇街工作簿中的相同", key=True),
    text("township9", "镇街代码"),
    text("list", "名单"),
    text("source", "所据数据行的来源"),
    text("row_id", "所据的数据行编号"),
    text("person_id", "人员编号"),
    text("entry_id", "名单内的区分"),
    Column("population", Integer, nullable=False, comment="所在层（镇街、来源、名单）的总行数"),
    schema=LEDGER,
    comment="审计抽样抽出的行",
)

audit_sample_answer = Table(
    "audit_sample_answer",
    metadata,
    text("sample_id", "抽样编号", key=True),
    text("token", "行标识", key=True),
    text("file_sha256", "依据：交回文件的内容指纹", key=True),
    text("answer", "核对结果：right 一致，wrong 不一致，unclear 无法核对"),
    text("checked_by", "核对人"),
    Column("checked_on", Date, comment="核对日期"),
    Column("imported_at", Moment, nullable=False, comment="导入时间"),
    CheckConstraint("answer in ('right', 'wrong', 'unclear')", name="answer"),
    ForeignKeyConstraint(
        ["sample_id", "token"], ["ledger.audit_sample_row.sample_id", "ledger.audit_sample_row.token"]
    ),
    schema=LEDGER,
    comment="审计抽样的核对结果，以最后导入的为准",
)
