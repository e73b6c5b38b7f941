"""Schema `core`: persons as last known, their registrations, jobs, services and pregnancies, with their source rows."""

from datetime import date

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Date, Index, Integer, LargeBinary, Table, Text

from exchange.services.tables.base import Json, metadata, text

SCHEMA = "core"


def day(name: str, comment: str) -> "Column[date]":
    """A date that may be unknown."""
    return Column(name, Date, comment=comment)


def flag(name: str, comment: str) -> "Column[bool]":
    """Yes, no or not said."""
    return Column(name, Boolean, comment=comment)


def count(name: str, comment: str) -> "Column[int]":
    """A whole number that may be unknown."""
    return Column(name, Integer, comment=comment)


def _known() -> "list[Column[str] | Column[date]]":
    """What a source says of a person; the same columns per source and as decided."""
    return [
        text("name", "姓名（清洗后）", null=True),
        text("name_key", "姓名拼音键", null=True),
        text("sex", "性别代码；有有效号码时以号码为准", null=True),
        day("birth_date", "出生日期；有有效号码时以号码为准"),
        text("ethnicity", "民族代码", null=True),
        text("education", "文化程度代码", null=True),
        text("marital", "婚姻状况代码", null=True),
        text("hukou_code6", "户籍地县级区划代码", null=True),
        text("hukou_township9", "户籍地乡级区划代码", null=True),
        text("hukou_address", "户籍地址", null=True),
        text("current_address", "现住址", null=True),
        text("village", "村（居）名称", null=True),
        text("phone", "联系电话（清洗后第一个）", null=True),
        text("guardian_name", "监护人（母亲）姓名", null=True),
    ]


person = Table(
    "person",
    metadata,
    text("person_id", "人员编号", key=True),
    *_known(),
    flag("is_local", "是否曾被就业台账记为本镇街户籍（不作漏管）"),
    text("updated_period", "最近更新的统计月份"),
    Column("origin", Json, comment="各项取自哪个来源：* 为一般，其余按项列出；到行见 core.provenance"),
    schema=SCHEMA,
    comment="人员现况：按来源优先顺序（schemas/sources 的 precedence）取最近一次已知的值",
)

person_source = Table(
    "person_source",
    metadata,
    text("person_id", "人员编号", key=True),
    text("source", "来源", key=True),
    Column("precedence", Integer, nullable=False, comment="来源优先顺序，小者为先"),
    *_known(),
    flag("is_local", "该来源是否曾记为本镇街户籍"),
    Column("identity_certain", Boolean, nullable=False, comment="姓名、性别、出生日期是否取自有有效号码的行"),
    text("row_id", "最近一行的数据行编号"),
    text("updated_period", "最近更新的统计月份"),
    Column("older", Json, comment="不取自最近一行的项：项 → [数据行编号, 统计月份]"),
    schema=SCHEMA,
    comment="各来源对同一人最近一次的说法",
)

disagreement = Table(
    "disagreement",
    metadata,
    text("person_id", "人员编号", key=True),
    text("field", "哪一项：sex 性别，birth_date 出生日期", key=True),
    text("source", "被请核对的来源", key=True),
    text("row_id", "该来源据以说的数据行编号"),
    text("first_period", "发现的统计月份"),
    text("closed_period", "各来源一致起的统计月份；仍有异议为空", null=True),
    Index(None, "source", postgresql_where="closed_period is null"),
    schema=SCHEMA,
    comment="异议：各来源对同一人说法不一的项；只请来源核对，不改动来源的数据",
)

residence_spell = Table(
    "residence_spell",
    metadata,
    text("spell_id", "登记编号：开启该登记的数据行编号", key=True),
    text("person_id", "人员编号"),
    text("township9", "登记地乡级区划代码"),
    text("scope", "流动范围，登记时确定，登记期间不变"),
    text("scope_group", "口径：default 流动人口，memo 其他登记人员"),
    day("arrive_date", "到达本地日期（居住起始）"),
    day("register_date", "登记日期"),
    text("opened_period", "计入的统计月份"),
    text("opening_kind", "开启方式：OPENING 首月存量，NEW 新增，LATE_REG 补登，MOVE_IN 区内移入，RETURN 返回"),
    text("closed_period", "结束计入的统计月份；在册为空", null=True),
    text("closing_kind", "结束方式：OUT 流出，MOVE_OUT 区内移出，CANCEL 注销；在册为空", null=True),
    day("close_date", "结束日期；在册为空"),
    text("close_row_id", "结束该登记的数据行编号", null=True),
    text("close_reason", "注销原因代码", null=True),
    text("village", "村（居）名称", null=True),
    text("village12", "村级区划代码", null=True),
    text("address", "现居住地址", null=True),
    text("stay_reason", "居住事由代码", null=True),
    text("stay_place", "居住处所代码", null=True),
    text("plan_stay", "拟居住期限代码", null=True),
    text("employer", "工作单位", null=True),
    text("relation", "与户主关系代码", null=True),
    text("head_name", "户主姓名", null=True),
    text("note", "备注", null=True),
    text("details_row_id", "居住信息所据的数据行编号（变更后为变更行）"),
    CheckConstraint("(closed_period is null) = (closing_kind is null)", name="closed_whole"),
    CheckConstraint("opening_kind in ('OPENING', 'NEW', 'LATE_REG', 'MOVE_IN', 'RETURN')", name="opening_kind"),
    CheckConstraint("closing_kind in ('OUT', 'MOVE_OUT', 'CANCEL')", name="closing_kind"),
    CheckConstraint("scope_group in ('default', 'memo')", name="scope_group"),
    Index("uq_residence_spell_one_open", "person_id", unique=True, postgresql_where="closed_period is null"),
    Index(None, "person_id"),
    Index(None, "opened_period"),
    Index(None, "closed_period"),
    schema=SCHEMA,
    comment="居住登记：一人在全区同一时间至多一条在册",
)

register_event = Table(
    "register_event",
    metadata,
    text("row_id", "引起该事件的数据行编号", key=True),
    text("kind", "种类：NEW LATE_REG MOVE_IN RETURN OUT MOVE_OUT CANCEL；IGNORED 为无影响的行", key=True),
    text("reason", "无影响或特殊处理的原因；一般为空字符串", key=True),
    text("period", "计入的统计月份（办理月份，不看行内日期）"),
    day("event_date", "行内的登记或注销日期"),
    text("township9", "乡级区划代码"),
    text("person_id", "人员编号"),
    text("scope", "流动范围"),
    text("scope_group", "口径：default 流动人口，memo 其他登记人员"),
    text("spell_id", "所涉登记编号", null=True),
    CheckConstraint(
        "kind in ('NEW', 'LATE_REG', 'MOVE_IN', 'RETURN', 'OUT', 'MOVE_OUT', 'CANCEL', 'IGNORED')", name="kind"
    ),
    Index(None, "period", "kind"),
    Index(None, "person_id"),
    schema=SCHEMA,
    comment="居住登记事件：每一笔流量与每一条无影响的行",
)

job = Table(
    "job",
    metadata,
    text("row_id", "数据行编号", key=True),
    text("period", "计入的统计月份"),
    text("source", "来源"),
    text("person_id", "人员编号"),
    text("unit_code", "填报单位代码"),
    text("township9", "填报单位所在乡级区划代码"),
    text("employer", "用工单位", null=True),
    text("job_type", "工种", null=True),
    text("industry", "所属行业", null=True),
    day("work_from", "务工开始时间"),
    day("work_to", "离岗时间"),
    text("hr_service", "已享受就业服务", null=True),
    day("service_date", "就业服务时间"),
    flag("is_local", "户籍地与现住地同一镇街（转户籍统计）"),
    Column("has_number", Boolean, nullable=False, comment="该行是否有有效身份证号"),
    Index(None, "person_id"),
    Index(None, "period"),
    schema=SCHEMA,
    comment="务工与就业服务记录",
)

service = Table(
    "service",
    metadata,
    text("row_id", "数据行编号", key=True),
    text("period", "计入的统计月份"),
    text("source", "来源"),
    text("person_id", "人员编号"),
    text("unit_code", "填报单位代码"),
    text("township9", "填报单位所在乡级区划代码"),
    day("service_date", "服务日期"),
    text("service_class", "服务类别代码"),
    text("service_item", "服务项目代码", null=True),
    text("resident_type", "填报的常住类型代码：1 户籍，2 非户籍；空为未填", null=True),
    Column("has_number", Boolean, nullable=False, comment="该行是否有有效身份证号"),
    text("resident_group", "统计归类：migrant migrant_unregistered hukou memo unknown", null=True),
    flag("is_free", "是否免费"),
    flag("has_ehr", "是否载有健康档案编号"),
    flag("ehr_standard", "健康档案是否规范"),
    text("certificate_number", "接种证号", null=True),
    day("certificate_created", "建证日期"),
    text("vaccine", "疫苗代码", null=True),
    count("dose_number", "剂次"),
    day("dose_date", "接种日期；转录的剂次早于服务日期"),
    count("check_month", "检查月龄"),
    day("birth_date", "该行的出生日期（有效号码优先）"),
    text("name_key", "该行的姓名拼音键", null=True),
    Column("guardian_hmac", LargeBinary, comment="监护人（母亲）号码的带密钥摘要"),
    text("guardian_person_id", "监护人（母亲）的人员编号；号码归谁已知时", null=True),
    text("guardian_name_key", "监护人（母亲）姓名拼音键", null=True),
    day("last_menses", "末次月经"),
    day("due_date", "预产期"),
    day("booked_date", "建册日期"),
    count("gestation_days", "填报的孕周，折合天数"),
    flag("high_risk", "是否高危"),
    day("delivery_date", "分娩日期"),
    text("delivery_place", "分娩地点", null=True),
    count("live_births", "活产数"),
    day("termination", "终止妊娠日期"),
    flag("case_reported", "传染病登记行是否填有网络报告时间；其他行为空"),
    flag("case_in_time", "传染病报告是否及时；缺时刻者为空。病种和时刻本身不入库"),
    CheckConstraint(
        "resident_group in ('migrant', 'migrant_unregistered', 'hukou', 'memo', 'unknown')", name="resident_group"
    ),
    Index(None, "person_id"),
    Index(None, "period", "service_class"),
    Index(None, "service_class", "person_id"),
    Index(None, "guardian_person_id"),
    Index(None, "guardian_hmac"),
    schema=SCHEMA,
    comment="公共卫生与计划生育服务记录，一行一次服务",
)

pregnancy = Table(
    "pregnancy",
    metadata,
    text("person_id", "人员编号（孕产妇）", key=True),
    text("episode", "孕次标识：末次月经日期；没有时为 D 加分娩日期", key=True),
    day("last_menses", "末次月经"),
    day("due_date", "预产期"),
    day("booked_date", "建册日期"),
    count("antenatal_days", "已产检次数（不同日期）"),
    count("postnatal_days", "产后访视与42天检查次数（不同日期）"),
    flag("high_risk", "是否高危"),
    day("delivery_date", "分娩日期"),
    text("delivery_place", "分娩地点", null=True),
    count("live_births", "活产数"),
    day("termination", "终止妊娠日期"),
    text("first_period", "首次记载的统计月份"),
    Column("row_ids", ARRAY(Text), nullable=False, comment="所据的数据行编号"),
    Index(None, "delivery_date"),
    schema=SCHEMA,
    comment="孕产：由孕产妇服务记录归集，一行一次妊娠",
)
