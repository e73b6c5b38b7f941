"""Schema `mart`: what a month says, by generation: balance, lists, figures, service counts and who reported."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from exchange.services.tables.base import Json, metadata, text

SCHEMA = "mart"
DISTRICT = "district"
"""Stands in `township9` for the whole district, which is not always the sum of its townships."""


def _key() -> "list[Column[str] | Column[int]]":
    return [
        text("period", "统计月份", key=True),
        Column("generation", Integer, primary_key=True, autoincrement=False, comment="版次"),
        text("township9", "乡级区划代码；district 为全区", key=True),
    ]


def _number(name: str, comment: str) -> "Column[int]":
    return Column(name, Integer, nullable=False, comment=comment)


balance = Table(
    "balance",
    metadata,
    *_key(),
    text("scope_group", "口径：all 全部登记人员，default 流动人口", key=True),
    _number("opening", "月初数"),
    _number("new", "新增"),
    _number("late_reg", "补登"),
    _number("move_in", "区内移入"),
    _number("return", "返回"),
    _number("out", "流出"),
    _number("move_out", "区内移出"),
    _number("cancel", "注销"),
    _number("closing", "月末数"),
    CheckConstraint(
        'closing = opening + "new" + late_reg + move_in + "return" - "out" - move_out - "cancel"', name="adds_up"
    ),
    schema=SCHEMA,
    comment="人口变动平衡表：月初 + 流入 − 流出 − 注销 = 月末",
)

list_entry = Table(
    "list_entry",
    metadata,
    *_key(),
    text(
        "list",
        "名单：inflow outflow pregnant births children_0_6 missed missed_may served due unserved handover"
        " verifying changes archive regrouped whereabouts",
        key=True,
    ),
    text("person_id", "人员编号", key=True),
    text("entry_id", "名单内的区分：事件或服务的数据行编号；一人一行的名单为空字符串", key=True),
    text("row_id", "所据的数据行编号"),
    Column("event_date", Date, comment="该条所指的日期：登记、注销、分娩、线索、服务日期"),
    text("sort_key", "排序键：村、户、与户主关系、日期、姓名拼音"),
    Column("payload", Json, nullable=False, comment="工作簿所需的各列，不含证件号码"),
    CheckConstraint(
        "list in ('inflow', 'outflow', 'pregnant', 'births', 'children_0_6', 'missed', 'missed_may', 'served',"
        " 'due', 'unserved', 'handover', 'verifying', 'changes', 'archive', 'regrouped', 'whereabouts')",
        name="list",
    ),
    CheckConstraint(
        "list <> 'changes' or (payload ->> 'change' in ('marriage', 'pregnancy', 'birth')"
        " and not payload ?| array['method', 'termination', 'live_births', 'children'])",
        name="three_changes_only",
    ),
    Index(None, "period", "generation", "list"),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="各镇街各类名单，一行一人（served 一行一次服务，handover 一行一人一类，changes、regrouped 一行一项）",
)

figure = Table(
    "figure",
    metadata,
    *_key(),
    text("name", "指标：K02…K20、stock、closing_by_scope、missed", key=True),
    text("grouping", "分组：指标为空字符串；其余为细目", key=True),
    _number("numerator", "分子；存量数即其值"),
    Column("denominator", Integer, comment="分母；存量数为空"),
    text("status", "计算状态：COMPUTED 已计算，PARTIAL 部分，NO_DENOMINATOR 分母为零"),
    CheckConstraint("status in ('COMPUTED', 'PARTIAL', 'NO_DENOMINATOR')", name="status"),
    CheckConstraint("numerator >= 0 and denominator >= 0", name="not_negative"),
    CheckConstraint("numerator <= denominator", name="not_more_than_all"),
    schema=SCHEMA,
    comment="指标与存量数，分子分母均为整数",
)

figure_member = Table(
    "figure_member",
    metadata,
    text("period", "统计月份", key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False, comment="版次"),
    text("name", "指标（mart.figure 的 name）", key=True),
    text("township9", "计入的镇街；全区数按人去重", key=True),
    text("person_id", "人员编号（发布时）；按单位或只列人数的指标为空字符串", key=True),
    text(
        "part",
        "同一人之内的区分：剂次、分娩日期、周岁段、服务行、核实行标识、单位；一人一行的为空字符串",
        key=True,
    ),
    Column("is_long", Boolean, nullable=False, comment="月末在管且居住满6个月"),
    _number("numerator", "计入分子的数"),
    _number("denominator", "计入分母的数"),
    text("basis_row_id", "计入分母所据的数据行", null=True),
    Column("proof_row_ids", ARRAY(Text), comment="计入分子所据的数据行"),
    text("village", "分村（居）的指标：月末登记的村（居），能对上的为12位代码，否则为来文所写", null=True),
    CheckConstraint("denominator > 0 and numerator between 0 and denominator", name="counts"),
    schema=SCHEMA,
    comment="指标的组成：每个计入分母的人（单位、行），计入分子几何，依据哪些数据行；发布后不改",
)

figure_aside = Table(
    "figure_aside",
    metadata,
    text("period", "统计月份", key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False, comment="版次"),
    text("name", "指标（mart.figure 的 name）", key=True),
    text("aside", "另计的原因（schemas/indicators.yaml 的 asides）", key=True),
    text("township9", "另计的镇街；全区数按人去重", key=True),
    text("person_id", "人员编号（发布时）", key=True),
    text("part", "同一人之内的区分，与指标的组成相同", key=True),
    _number("counted", "另计的数"),
    text("basis_row_id", "另计所据的数据行", null=True),
    CheckConstraint("counted > 0", name="counts"),
    schema=SCHEMA,
    comment="指标分母以外另计的人：因何不计入，依据哪一数据行；发布后不改",
)

figure_detail = Table(
    "figure_detail",
    metadata,
    *_key(),
    text("name", "指标（mart.figure 的 name）", key=True),
    text("kind", "种类：part 剂次，village 村（居），aside 另计", key=True),
    text("detail", "剂次；村（居）代码或名称，空字符串为未填；另计的原因", key=True),
    Column("numerator", Integer, comment="分子；另计的为空"),
    _number("denominator", "分母；另计的为其数"),
    _number("people", "分母（另计）涉及的人数"),
    CheckConstraint("denominator > 0 and numerator between 0 and denominator", name="counts"),
    CheckConstraint("kind in ('part', 'village', 'aside') and (kind = 'aside') = (numerator is null)", name="kind"),
    schema=SCHEMA,
    comment="指标的细目：分剂次、分村（居），以及分母以外另计的",
)

service_count = Table(
    "service_count",
    metadata,
    *_key(),
    text("service_class", "服务类别代码", key=True),
    text("service_item", "服务项目代码；空字符串为该类合计", key=True),
    _number("migrant", "流动人口（有登记）"),
    _number("migrant_unregistered", "填报为流动而无登记"),
    _number("hukou", "填报为户籍"),
    _number("memo", "有登记的其他人员"),
    _number("unknown", "未填且无登记"),
    _number("total", "合计"),
    CheckConstraint("total = migrant + migrant_unregistered + hukou + memo + unknown", name="adds_up"),
    schema=SCHEMA,
    comment="服务人次，按类别、项目和人群；镇街为填报单位所在地",
)

unit_status = Table(
    "unit_status",
    metadata,
    text("period", "统计月份", key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False, comment="版次"),
    text("source", "来源", key=True),
    text("unit_code", "填报单位代码", key=True),
    text("township9", "填报单位所在乡级区划代码"),
    text("name", "填报单位名称"),
    text("status", "状态：reported 已报，zero 零报告，missing 缺报，rejected 整表退回"),
    Column("is_late", Boolean, nullable=False, comment="是否有迟报文件计入本月"),
    _number("rows_in", "数据行数"),
    _number("accepted", "收下行数"),
    _number("warned", "收下并提示行数"),
    _number("set_aside", "搁置行数"),
    CheckConstraint("status in ('reported', 'zero', 'missing', 'rejected')", name="status"),
    CheckConstraint("rows_in = accepted + warned + set_aside", name="no_row_vanishes"),
    Index(None, "period", "generation", "township9"),
    schema=SCHEMA,
    comment="各填报单位本月报送情况",
)


def _count(name: str, comment: str) -> "Column[int]":
    return Column(name, Integer, comment=comment)


report_line = Table(
    "report_line",
    metadata,
    *_key(),
    text("line", "月报表的行（schemas/monthly_report.yaml）", key=True),
    _count("hukou", "户籍人口本月；空为未报或不适用"),
    _count("migrant", "流动人口本月；空为未报或不适用"),
    _count("ge6m", "其中居住满6个月本月；空为未报或不适用"),
    _count("hukou_year", "户籍人口本年累计"),
    _count("migrant_year", "流动人口本年累计"),
    _count("ge6m_year", "其中居住满6个月本年累计"),
    schema=SCHEMA,
    comment="月报表各行，按户籍、流动、居住满6个月；区级不一定等于各镇街之和",
)
