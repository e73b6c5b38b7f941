"""Schema `registry`, third part: what links rest on, and how good they are."""

from sqlalchemy import CheckConstraint, Column, Double, Index, Integer, Table

from exchange.services.tables.base import Json, metadata, text

SCHEMA = "registry"

evidence = Table(
    "evidence",
    metadata,
    text("row_id", "数据行编号", key=True),
    text("period", "认定的统计月份", key=True),
    Column("step", Integer, primary_key=True, comment="第几步，从 1 起：先与他行相认，再同归一人"),
    text("person_id", "认定为何人"),
    text("tier", "层级：schemas/linkage.yaml 中的名称；FS 按模型计分；SAME 与往月某行内容全同"),
    Column("bits", Double, comment="这一对的分数（比特）；仅 FS 有"),
    Column("runner_up", Double, comment="第二人选的分数（比特）；没有第二人选时为空"),
    text("other_row", "与之比对的本月数据行编号", null=True),
    text("other_person", "与之比对的往月人员编号", null=True),
    text("model", "模型版本；仅 FS 有", null=True),
    Column(
        "detail",
        Json,
        nullable=False,
        comment="细目（不含个人信息）：层级写相同的键（tiers、by）；"
        "FS 写各项比对、等级、比特（evidence）及同户封顶（household）、先验（prior）",
    ),
    Index(None, "person_id"),
    Index(None, "period"),
    schema=SCHEMA,
    comment="认定的依据：不凭本行号码而归某人的每一行，逐步说明凭什么（凭本行有效号码的 T1、T2 与新建 NEW 无须另记）",
)

quality = Table(
    "quality",
    metadata,
    text("period", "统计月份", key=True),
    text("source", "数据来源", key=True),
    text("model", "模型版本", null=True),
    Column("hidden", Integer, nullable=False, comment="藏起号码的行数"),
    Column("findable", Integer, nullable=False, comment="其中本人另有他行可认的行数：召回率的分母"),
    Column("linked", Integer, nullable=False, comment="认作某人的行数：准确率的分母"),
    Column("correct", Integer, nullable=False, comment="认对的行数"),
    CheckConstraint("correct <= linked and linked <= hidden and findable <= hidden", name="counts"),
    schema=SCHEMA,
    comment="认定质量的逐月检验：藏起一部分无争议的号码，再认一遍，与号码所指相比",
)
