"""Schemas `registry` (persons, what is known to identify them, which row is whose) and `vault` (sealed numbers)."""

from sqlalchemy import CheckConstraint, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table

from exchange.services.tables.base import Json, metadata, text
from exchange.services.tables.decisions import decision, decision_applied, former_identifier, moved_row
from exchange.services.tables.linking import evidence, quality
from exchange.services.tables.reclustering import recluster, reclustered_row

__all__ = [
    "SCHEMA", "decision", "decision_applied", "event", "evidence", "former_identifier", "identifier", "key", "link",
    "moved_row", "person", "quality", "recluster", "reclustered_row", "review_item", "vault_identity",
]  # fmt: skip

SCHEMA = "registry"

person = Table(
    "person",
    metadata,
    text("person_id", "人员编号：由首个证据的带密钥摘要得出，终身不变、不重用", key=True),
    text("first_period", "首次出现的统计月份"),
    text("last_period", "最近出现的统计月份"),
    text("status", "状态：active 有效，merged 已并入他人"),
    Column("merged_into", ForeignKey("registry.person.person_id", deferrable=True), comment="并入的人员编号"),
    text("merged_period", "并入发生的统计月份", null=True),
    CheckConstraint("status in ('active', 'merged')", name="status"),
    CheckConstraint("(status = 'merged') = (merged_into is not null and merged_period is not null)", name="merged"),
    Index(None, "merged_into", postgresql_where="merged_into is not null"),
    schema=SCHEMA,
    comment="人员：只增不删，合并只作指向",
)

identifier = Table(
    "identifier",
    metadata,
    text("scheme", "证件种类：resident 居民身份证，birth_cert 出生医学证明，permit 居住证件，other 其他", key=True),
    Column("id_hmac", LargeBinary, primary_key=True, comment="号码的带密钥摘要"),
    Column("person_id", ForeignKey("registry.person.person_id", deferrable=True), nullable=False, comment="人员编号"),
    text("first_period", "首次出现的统计月份"),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="证件号码归谁：一个号码只属于一个人",
)

key = Table(
    "key",
    metadata,
    text("key_kind", "种类：schemas/linkage.yaml 的层级名；name 为姓名读音", key=True),
    Column("key_hmac", LargeBinary, primary_key=True, comment="组合键的带密钥摘要"),
    # No foreign key: millions of rows a month arrive in the transaction that also writes the
    # persons, and one anti-join there proves the same for a tenth of the time.
    text("person_id", "人员编号", key=True),
    text("first_period", "首次出现的统计月份"),
    # Of a person only the names are ever asked for.
    Index(
        None,
        "person_id",
        postgresql_include=["key_hmac", "first_period"],
        postgresql_where="key_kind = 'name'",
    ),
    schema=SCHEMA,
    comment="无号码时据以认人的组合键；同一键可以属于几个人，届时由人决定",
)

link = Table(
    "link",
    metadata,
    text("row_id", "数据行编号", key=True),
    text("person_id", "人员编号"),
    text(
        "tier",
        "认定依据的层级：T1、T2 凭本行有效号码，schemas/linkage.yaml 中的层级名，FS 按模型计分，"
        "SAME 与往月某行全同，NEW 新建，DECIDED 人工决定，RECLUSTER 全部数据重新认定",
    ),
    text("period", "计入的统计月份"),
    Index(None, "person_id"),
    Index(None, "period"),
    schema=SCHEMA,
    comment="每一个计入的数据行属于谁",
)

event = Table(
    "event",
    metadata,
    text("period", "发生的统计月份"),
    text("kind", "种类：merge 合并，split 拆分，reassign 行改归，id_dispute 号码存疑；全部变更见 registry.feed"),
    text("person_id", "人员编号"),
    text("other_id", "另一方人员编号", null=True),
    Column("why", Json, nullable=False, comment="原因（不含个人信息）"),
    Index(None, "period"),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="人员编号的变更记录",
)

review_item = Table(
    "review_item",
    metadata,
    text("item_id", "待核实事项编号：由双方编号得出", key=True),
    text("period", "提出的统计月份"),
    text(
        "kind",
        "种类：id_dispute 号码存疑，undecided 可属多人，candidate 疑似同一人，near 分数接近界限，"
        "margin 两人选相差无几，contradiction 分数高而有矛盾，decision_conflict 决定无法执行，asked 业务人员提出",
    ),
    text("person_a", "人员编号甲", null=True),
    text("person_b", "人员编号乙", null=True),
    text("row_id_a", "数据行编号甲", null=True),
    text("row_id_b", "数据行编号乙", null=True),
    Column("why", Json, nullable=False, comment="原因（不含个人信息）"),
    text("state", "状态：new 待办，decided 已定，expired 已过时"),
    Column("score", Double, comment="分数（比特）；计分所得的事项才有"),
    Column("margin", Double, comment="与第二人选相差的比特"),
    Column("priority", Double, comment="先后：数大者先核实"),
    CheckConstraint("state in ('new', 'decided', 'expired')", name="state"),
    Index(None, "period"),
    schema=SCHEMA,
    comment="交人核实的疑似同一人",
)

vault_identity = Table(
    "identity",
    metadata,
    Column("id_hmac", LargeBinary, primary_key=True, comment="号码的带密钥摘要"),
    Column("id_cipher", LargeBinary, nullable=False, comment="号码密文；密钥不在数据库内"),
    Column("key_version", Integer, nullable=False, comment="密钥版本"),
    schema="vault",
    comment="证件号码密文库",
)
