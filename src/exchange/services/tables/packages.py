"""Schema `ledger`, what leaves: packages, receipts for them, and what happened to them after they were sent."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from exchange.services.tables.base import Json, Moment, metadata, text
from exchange.services.tables.ledger import SCHEMA

package = Table(
    "package",
    metadata,
    text("package_id", "发件包编号", key=True),
    text("period", "统计月份"),
    Column("generation", Integer, nullable=False, comment="版次"),
    text("account", "接收方账户"),
    text("folder", "账户内的文件夹"),
    text("kind", "接收方类别：office、center、agency、auditor、bureau"),
    text("recipient", "接收方"),
    text("series", "清单链：账户和文件夹，月份以 * 代替"),
    Column("number", Integer, nullable=False, comment="在清单链中的序号，从 1 起连续"),
    text("manifest", "清单文件名"),
    text("manifest_sha256", "清单指纹"),
    text("previous_sha256", "链上前一份清单的指纹；第一份为空", null=True),
    text("package_sha256", "包摘要：清单中文件列表的指纹，回执以此为准"),
    text("public_key", "签名公钥（Ed25519，base64）"),
    Column("attachments", Json, nullable=False, comment="清单、签名和附件的文件名与指纹"),
    Column("files", Integer, nullable=False, comment="文件数"),
    Column("rows", BigInteger, nullable=False, comment="行数"),
    text("protection", "保护方式：ooxml、zip、age、none"),
    text("reason", "不加密的理由；加密的为空字符串"),
    text("password_term", "密码的适用期（不是密码）；不用密码的为空", null=True),
    Column("awaits_receipt", Boolean, nullable=False, comment="是否须签收"),
    Column("made_at", Moment, nullable=False, comment="生成时间"),
    Column("sent_at", Moment, comment="上传完成时间"),
    Column("received_at", Moment, comment="回执登记时间；未签收为空"),
    text("signed_by", "签收人", null=True),
    Column("signed_on", Date, comment="签收日期"),
    Column("reminders", Integer, nullable=False, server_default="0", comment="已催办次数"),
    UniqueConstraint("series", "number"),
    CheckConstraint("protection in ('ooxml', 'zip', 'age', 'none')", name="protection"),
    CheckConstraint("protection <> 'none' or reason <> ''", name="reason"),
    Index(None, "period", "account"),
    Index(None, "package_sha256"),
    schema=SCHEMA,
    comment="发件包：一个账户一个月一版的全部文件和签名清单",
)

package_receipt = Table(
    "package_receipt",
    metadata,
    text("file_sha256", "回执文件的内容指纹", key=True),
    text("account", "交来回执的账户；人工导入的为空字符串", key=True),
    text("name", "回执文件名"),
    Column("bytes", BigInteger, nullable=False, comment="字节数"),
    Column("modified", BigInteger, nullable=False, comment="文件时间（Unix 秒）；与大小相同则不再读取"),
    text("package_id", "所签收的发件包；对不上的为空", null=True),
    text(
        "outcome",
        "结果：accepted 签收，repeated 重复，mismatch 不符，foreign 他方的包，unknown 无此包，"
        "incomplete 未填全，unreadable 无法识别",
    ),
    text("message", "给签收方的说明"),
    text("told_sha256", "回执所列包摘要", null=True),
    Column("told_rows", BigInteger, comment="回执所列行数"),
    text("signed_by", "签收人", null=True),
    Column("signed_on", Date, comment="签收日期"),
    Column("seen_at", Moment, nullable=False, comment="登记时间"),
    CheckConstraint(
        "outcome in ('accepted', 'repeated', 'mismatch', 'foreign', 'unknown', 'incomplete', 'unreadable')",
        name="outcome",
    ),
    Index(None, "package_id"),
    schema=SCHEMA,
    comment="收到的签收回执，一份一行，不论是否相符",
)

dispatch_event = Table(
    "dispatch_event",
    metadata,
    text("package_id", "发件包编号", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False, comment="该包的第几件事，从 1 起"),
    text("event", "resent 重发原字节，reminded 催办，removed 到期销毁文件"),
    Column("at", Moment, nullable=False, comment="时间"),
    text("actor", "操作者"),
    text("why", "事由"),
    Column("files", Integer, nullable=False, comment="涉及的文件数"),
    CheckConstraint("event in ('resent', 'reminded', 'removed')", name="event"),
    schema=SCHEMA,
    comment="发件包寄出之后的事：重发、催办、到期销毁",
)
