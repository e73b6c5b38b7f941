"""Schema `ledger`: what happened, to every file, row, stage, publication and letter; nothing of a person."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, Index, Integer, LargeBinary, Table

from exchange.services.tables.base import Json, Moment, metadata, text

SCHEMA = "ledger"
_A_MONTH = r"~ '^[0-9]{4}-(0[1-9]|1[0-2])$'"

period = Table(
    "period",
    metadata,
    text("period", "统计月份，如 2026-10", key=True),
    text("state", "状态：open 办理中，published 已发布，delivered 已送达，locked 已锁定"),
    Column("generation", Integer, nullable=False, server_default="0", comment="现行版次，0 表示尚未发布"),
    Column("epoch", BigInteger, nullable=False, server_default="0", comment="占用序号：每次占用加一，旧占用者不得再写"),
    text("holder", "当前（或最近一次）占用本月的运行编号", null=True),
    Column("held_since", Moment, comment="占用开始时间"),
    CheckConstraint("state in ('open', 'published', 'delivered', 'locked')", name="state"),
    CheckConstraint(f"period {_A_MONTH}", name="month"),
    schema=SCHEMA,
    comment="统计月份及其状态、版次和占用",
)

delivery = Table(
    "delivery",
    metadata,
    text("delivery_id", "报送编号：路径与内容指纹的摘要（24 位十六进制）", key=True),
    text("source", "来源（schemas/sources 的文件名）"),
    text("unit_code", "填报单位代码", null=True),
    text("file_period", "文件所属月份", null=True),
    Column("version", Integer, comment="文件版本号 v1、v2…"),
    text("kind", "文件类别：full 全量，delta 增量，events 明细", null=True),
    text("path", "在报送目录中的路径"),
    text("sha256", "内容指纹 SHA-256"),
    Column("bytes", BigInteger, nullable=False, comment="字节数"),
    text("status", "处理结果：received、unchanged、duplicate、partial、rejected、superseded、held"),
    text("rule", "退回或搁置所依据的规则编号", null=True),
    text("message", "给报送单位的说明（不含个人信息）", null=True),
    Column("manifest_rows", Integer, comment="报送清单声明的行数"),
    text("first_seen_period", "首次见到该文件的办理月份"),
    text("processed_period", "计入的统计月份；未计入为空", null=True),
    Column("is_late", Boolean, nullable=False, server_default="false", comment="是否迟报（截止后才见到，按补报计入）"),
    Column("seen_at", Moment, nullable=False, comment="首次见到的时间"),
    Column("retain_until", Date, comment="原始文件保存期限"),
    Column("bytes_removed_at", Moment, comment="原始文件销毁时间；指纹与计数永久保留"),
    CheckConstraint(
        "status in ('received', 'unchanged', 'duplicate', 'partial', 'rejected', 'superseded', 'held')", name="status"
    ),
    Index(None, "processed_period", "source"),
    Index(None, "sha256"),
    schema=SCHEMA,
    comment="报送文件登记：见过的每一个文件都有一行",
)

receipt = Table(
    "receipt",
    metadata,
    text("period", "统计月份", key=True),
    text("stage", "环节：land、read、validate、resolve、publish、notify", key=True),
    text("subject", "对象：来源名；整月环节为空字符串", key=True),
    text("run_id", "运行编号"),
    Column("rows_in", BigInteger, nullable=False, comment="进入行数"),
    Column("rows_out", BigInteger, nullable=False, comment="通过行数"),
    Column("rows_aside", BigInteger, nullable=False, comment="搁置行数（有去向、有原因）"),
    text("fingerprint", "产物指纹：由输入、程序版本和配置决定"),
    text("outcome", "结果：done 完成，unchanged 无变化，empty 无数据"),
    Column("detail", Json, nullable=False, comment="计数明细（不含个人信息）"),
    Column("ended_at", Moment, nullable=False, comment="结束时间"),
    CheckConstraint("rows_in = rows_out + rows_aside", name="no_row_vanishes"),
    CheckConstraint("outcome in ('done', 'unchanged', 'empty')", name="outcome"),
    schema=SCHEMA,
    comment="各环节收据：进入行数 = 通过行数 + 搁置行数",
)

source_row = Table(
    "source_row",
    metadata,
    text("row_id", "数据行编号：文件、工作表、行号的摘要", key=True),
    text("period", "计入的统计月份"),
    text("source", "来源"),
    text("delivery_id", "报送编号"),
    text("file", "文件路径"),
    text("sheet", "工作表名；文本文件为空字符串"),
    Column("row", Integer, nullable=False, comment="物理行号，从 1 起"),
    text("disposition", "处置：accept、warn、quarantine、file_rejected、superseded、ignore"),
    text("rules", "命中的规则编号，以分号相连"),
    Index(None, "period", "source"),
    schema=SCHEMA,
    comment="每一个数据行的去向，一行一条，不含个人信息",
)

issue = Table(
    "issue",
    metadata,
    text("period", "统计月份"),
    text("row_id", "数据行编号"),
    text("field", "字段名", null=True),
    text("rule", "规则编号"),
    Index(None, "period", "row_id"),
    schema=SCHEMA,
    comment="数据行的问题：只记哪一行哪一项违反哪条规则，不记值",
)

generation = Table(
    "generation",
    metadata,
    text("period", "统计月份", key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False, comment="版次，从 1 起"),
    Column("manifest", Json, nullable=False, comment="发布清单：输入、计数、指纹"),
    text("manifest_sha256", "清单指纹"),
    text("code_version", "程序版本"),
    text("config_fingerprint", "约定文件（schemas、expectations、units）的指纹"),
    text("model_hash", "身份比对模型的指纹；只用确定性规则时为空", null=True),
    Column("published_at", Moment, nullable=False, comment="发布时间"),
    text("run_id", "运行编号"),
    schema=SCHEMA,
    comment="每月各次发布",
)

dispatch = Table(
    "dispatch",
    metadata,
    text("dispatch_id", "寄送编号", key=True),
    text("period", "统计月份"),
    Column("generation", Integer, nullable=False, comment="版次"),
    text("recipient", "接收方"),
    text("product", "产品（schemas/products 的文件名）"),
    text("township9", "镇街代码；不分镇街的产品为空", null=True),
    text("unit_code", "填报单位代码；不针对单位的产品为空", null=True),
    text("path", "在发件目录中的路径"),
    Column("bytes", BigInteger, nullable=False, comment="字节数"),
    text("sha256", "内容指纹"),
    Column("rows", BigInteger, nullable=False, comment="行数"),
    text("status", "状态：written 已生成，uploaded 已上传，received 已签收"),
    Column("sent_at", Moment, comment="上传完成时间"),
    Column("received_at", Moment, comment="签收时间"),
    CheckConstraint("status in ('written', 'uploaded', 'received')", name="status"),
    Index(None, "period", "generation"),
    schema=SCHEMA,
    comment="信息通报台账：什么、何时、发给谁、是否签收",
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, comment="序号，从 1 起连续无缺"),
    Column("at", Moment, nullable=False, comment="时间"),
    text("actor", "操作者"),
    text("act", "行为"),
    text("object", "对象（编号，不含个人信息）"),
    text("why", "事由"),
    Column("counts", Json, nullable=False, comment="计数"),
    text("prev_hash", "上一条的指纹；第一条为 64 个 0"),
    text("hash", "本条指纹：SHA-256(上一条指纹 + 本条规范化 JSON)"),
    schema=SCHEMA,
    comment="审计日志：只增不改，逐条链接",
)

answer = Table(
    "answer",
    metadata,
    text("token", "行标识", key=True),
    text("file_sha256", "退回文件的内容指纹", key=True),
    text("period", "名单的统计月份"),
    text("township9", "镇街代码"),
    text("list", "名单"),
    text("person_id", "人员编号"),
    text("entry_id", "名单内的区分"),
    text("row_id", "所据的数据行编号"),
    text("answer", "核实结果"),
    Column("correction_cipher", LargeBinary, comment="更正内容（加密）；未填为空"),
    text("answered_by", "核实人", null=True),
    Column("answered_on", Date, comment="核实日期；未填或看不懂为空"),
    Column("imported_at", Moment, nullable=False, comment="导入时间"),
    Index(None, "period", "township9"),
    Index(None, "row_id"),
    schema=SCHEMA,
    comment="镇街退回的核实结果，一行一次；同一行以最后导入的为准",
)
