"""Schema `registry`, second part: what people said about who is who, what came of it, and what moved because of it."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table

from exchange.services.tables.base import Moment, metadata, text

SCHEMA = "registry"

decision = Table(
    "decision",
    metadata,
    text("decision_id", "决定编号：由内容得出", key=True),
    Column("seq", BigInteger, nullable=False, unique=True, comment="先后次序，从 1 起"),
    text("verdict", "结论：same 同一人，different 不是同一人，unsure 无法判断，revoke 撤销此前一条"),
    text("row_id_a", "数据行编号甲（两者中较小的）"),
    text("row_id_b", "数据行编号乙"),
    text("item_id", "所答的待核实事项编号", null=True),
    text("actor", "核实人"),
    text("second_actor", "第二核实人（一次由两人共同作出时）", null=True),
    Column("needs_two", Boolean, nullable=False, comment="是否须两人意见一致方能生效"),
    Column("decided_at", Moment, nullable=False, comment="作出时间"),
    text("note", "说明（不含个人信息）"),
    Column("revokes", ForeignKey("registry.decision.decision_id"), comment="所撤销的决定编号"),
    text("origin", "途径：terminal 命令行，workbook 退回的工作簿"),
    CheckConstraint("verdict in ('same', 'different', 'unsure', 'revoke')", name="verdict"),
    CheckConstraint("(verdict = 'revoke') = (revokes is not null)", name="revokes"),
    CheckConstraint("row_id_a < row_id_b", name="ordered"),
    CheckConstraint("second_actor <> actor", name="two_people"),
    CheckConstraint("origin in ('terminal', 'workbook')", name="origin"),
    Index(None, "row_id_a", "row_id_b"),
    schema=SCHEMA,
    comment="人工决定：两行是否同一人；只增不改，撤销也是新的一条",
)

decision_applied = Table(
    "decision_applied",
    metadata,
    Column("decision_id", ForeignKey("registry.decision.decision_id"), primary_key=True, comment="决定编号"),
    text("period", "生效的统计月份"),
    text("effect", "后果：joined 因此合并，parted 因此拆分，kept 无需变动，refused 与其他依据矛盾而未执行"),
    CheckConstraint("effect in ('joined', 'parted', 'kept', 'refused')", name="effect"),
    Index(None, "period"),
    schema=SCHEMA,
    comment="人工决定何时生效、有何后果",
)

moved_row = Table(
    "moved_row",
    metadata,
    text("row_id", "数据行编号", key=True),
    text("period", "改归的统计月份", key=True),
    text("from_id", "原属人员编号"),
    text("into_id", "改属人员编号"),
    Index(None, "from_id"),
    Index(None, "into_id"),
    schema=SCHEMA,
    comment="拆分时改归他人的数据行；此前各月的名单不变",
)

former_identifier = Table(
    "former_identifier",
    metadata,
    text("scheme", "证件种类", key=True),
    Column("id_hmac", LargeBinary, primary_key=True, comment="号码的带密钥摘要"),
    text("valid_from", "自哪一统计月份起属于此人", key=True),
    text("valid_to", "至哪一统计月份（不含）"),
    text("person_id", "人员编号"),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="证件号码曾归谁；现归谁见 registry.identifier",
)
