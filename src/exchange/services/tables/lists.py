"""Schema `mart`, continued: what answers did to a month, who was in stock, and every term of its balances by person."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Date, Index, Integer, MetaData, Table, Text

from exchange.services.tables.base import metadata, text
from exchange.services.tables.mart import SCHEMA


def _key(*, place: bool = True) -> "list[Column[str] | Column[int]]":
    key: list[Column[str] | Column[int]] = [
        text("period", "统计月份", key=True),
        Column("generation", Integer, primary_key=True, autoincrement=False, comment="版次"),
    ]
    return [*key, text("township9", "乡级区划代码；district 为全区", key=True)] if place else key


def _number(name: str, comment: str) -> "Column[int]":
    return Column(name, Integer, nullable=False, comment=comment)


answer_state = Table(
    "answer_state",
    metadata,
    *_key(),
    text("token", "行标识", key=True),
    text("file_sha256", "退回文件的内容指纹"),
    text("person_id", "人员编号"),
    text("list", "名单"),
    text("list_period", "名单的统计月份"),
    text("row_id", "所据的数据行编号"),
    text("answer", "核实结果"),
    text("effect", "作用（schemas/answers.yaml）"),
    text(
        "state",
        "进展：done 已了结，standing 起作用，waiting 待来源更正，ended 已有新情况，corrected 已更正，"
        "repeated 再报未改，expired 已过期",
    ),
    text("why", "了结的原因，或来源改了的列名"),
    Column("said_on", Date, nullable=False, comment="核实日期；未填以导入日期计"),
    text("until_period", "作用到哪个统计月份为止"),
    Column("is_fresh", Boolean, nullable=False, comment="是否上次发布之后才退回"),
    Column("is_told", Boolean, nullable=False, comment="是否告知来源单位"),
    CheckConstraint(
        "state in ('done', 'standing', 'waiting', 'ended', 'corrected', 'repeated', 'expired')", name="state"
    ),
    Index(None, "person_id"),
    Index(None, "token"),
    schema=SCHEMA,
    comment="发布时每条核实结果的作用和进展；已发布的月份不因后来的核实结果而变",
)

answer_count = Table(
    "answer_count",
    metadata,
    *_key(),
    text("source", "来源；空字符串为合计", key=True),
    _number("fresh", "其中上次发布之后退回"),
    _number("answered", "退回核实结果的行数"),
    _number("verified", "其中核实了信息真伪的行数"),
    _number("confirmed", "其中属实的行数"),
    CheckConstraint("confirmed <= verified and verified <= answered and fresh <= answered", name="in_order"),
    schema=SCHEMA,
    comment="本年退回的核实结果按来源计数；没有退回的不列（未报，不是零）",
)

stock_person = Table(
    "stock_person",
    metadata,
    *_key(place=False),
    text("township9", "乡级区划代码"),
    text("spell_id", "登记编号", key=True),
    text("person_id", "人员编号"),
    text("sex", "当时所知的性别", null=True),
    Column("birth_date", Date, comment="当时所知的出生日期"),
    Column("groups", ARRAY(Text), nullable=False, comment="所属人群：all children_0_6 women_15_49 aged_65"),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="月末在管的每一个人及当时所属人群；下月的月初数即由此而来",
)

term = Table(
    "term",
    metadata,
    *_key(place=False),
    text("township9", "乡级区划代码"),
    text("group_name", "人群：all children_0_6 women_15_49 aged_65", key=True),
    text("term", "项：流入流出各类，AGED 因年龄进出人群，CORRECTED 因更正出生日期或性别进出人群", key=True),
    text("spell_id", "登记编号", key=True),
    text("person_id", "人员编号"),
    text("row_id", "所据的数据行编号"),
    Column("event_date", Date, comment="登记、注销日期；年龄变动为月末"),
    CheckConstraint(
        "term in ('NEW', 'LATE_REG', 'MOVE_IN', 'RETURN', 'OUT', 'MOVE_OUT', 'CANCEL', 'AGED_IN', 'AGED_OUT',"
        " 'CORRECTED_IN', 'CORRECTED_OUT')",
        name="term",
    ),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="人群变动平衡表各项到人：月初与月末之间的每一个增减，一行一人",
)

group_balance = Table(
    "group_balance",
    metadata,
    *_key(),
    text("group_name", "人群：all children_0_6 women_15_49 aged_65", key=True),
    _number("opening", "月初数"),
    _number("inflow", "流入（新增、补登、返回）"),
    _number("move_in", "区内移入"),
    _number("outflow", "流出"),
    _number("move_out", "区内移出"),
    _number("cancel", "注销"),
    _number("aged_in", "因年龄进入人群"),
    _number("aged_out", "因年龄离开人群"),
    _number("corrected", "因更正出生日期或性别进出人群（净数）"),
    _number("closing", "月末数"),
    CheckConstraint(
        "closing = opening + inflow + move_in - outflow - move_out - cancel + aged_in - aged_out + corrected",
        name="adds_up",
    ),
    schema=SCHEMA,
    comment="人群变动平衡表：月初 + 流入 − 流出 ± 年龄变动 ± 更正 = 月末，每项可到人（mart.term）",
)

difference = Table(
    "difference",
    metadata,
    *_key(place=False),
    text("line", "项：figure/名称/分组、report/行名、moves（区内移动）", key=True),
    _number("townships", "各镇街之和"),
    _number("district", "全区数"),
    text("why", "原因：moved 区内移动，several 同一人在几个镇街，joined 登记口径随移动改变"),
    schema=SCHEMA,
    comment="全区数不等于各镇街之和的各项及其原因",
)

MEANING = Table(
    "meaning",
    MetaData(),
    text("list", "名单"),
    text("answer", "核实结果"),
    text("effect", "作用"),
    text("verdict", "是否核实了信息真伪：right wrong none"),
    Column("months", Integer, nullable=False, comment="作用几个月"),
    Column("is_told", Boolean, nullable=False, comment="是否告知来源单位"),
)
"""Shape of the scratch table of what answers mean, one row per list and answer (schemas/answers.yaml)."""

CORRECTED = Table(
    "corrected",
    MetaData(),
    text("token", "行标识"),
    text("state", "进展：waiting corrected repeated"),
    text("why", "改了的列名"),
)
"""Shape of the scratch table of what became of corrections that were asked for."""

ARCHIVE_RULE = Table(
    "archive_rule",
    MetaData(),
    Column("place", Integer, nullable=False, comment="次序"),
    text("field", "列"),
    text("title", "名称"),
    Column("from_age", Integer, nullable=False, comment="适用的最小周岁"),
    Column("to_age", Integer, nullable=False, comment="适用的最大周岁"),
)
"""Shape of the scratch table of what a comprehensive record must hold (schemas/archive.yaml)."""
