create schema core;
comment on schema core is '业务明细：人员现况、居住登记、务工、服务、孕产';

CREATE TABLE core.person (
    person_id TEXT NOT NULL,
    name TEXT,
    name_key TEXT,
    sex TEXT,
    birth_date DATE,
    ethnicity TEXT,
    education TEXT,
    marital TEXT,
    hukou_code6 TEXT,
    hukou_township9 TEXT,
    hukou_address TEXT,
    current_address TEXT,
    village TEXT,
    phone TEXT,
    guardian_name TEXT,
    is_local BOOLEAN,
    updated_period TEXT NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (person_id)
);
COMMENT ON TABLE core.person IS '人员现况：按来源优先顺序（schemas/sources 的 precedence）取最近一次已知的值';
COMMENT ON COLUMN core.person.person_id IS '人员编号';
COMMENT ON COLUMN core.person.name IS '姓名（清洗后）';
COMMENT ON COLUMN core.person.name_key IS '姓名拼音键';
COMMENT ON COLUMN core.person.sex IS '性别代码；有有效号码时以号码为准';
COMMENT ON COLUMN core.person.birth_date IS '出生日期；有有效号码时以号码为准';
COMMENT ON COLUMN core.person.ethnicity IS '民族代码';
COMMENT ON COLUMN core.person.education IS '文化程度代码';
COMMENT ON COLUMN core.person.marital IS '婚姻状况代码';
COMMENT ON COLUMN core.person.hukou_code6 IS '户籍地县级区划代码';
COMMENT ON COLUMN core.person.hukou_township9 IS '户籍地乡级区划代码';
COMMENT ON COLUMN core.person.hukou_address IS '户籍地址';
COMMENT ON COLUMN core.person.current_address IS '现住址';
COMMENT ON COLUMN core.person.village IS '村（居）名称';
COMMENT ON COLUMN core.person.phone IS '联系电话（清洗后第一个）';
COMMENT ON COLUMN core.person.guardian_name IS '监护人（母亲）姓名';
COMMENT ON COLUMN core.person.is_local IS '是否曾被就业台账记为本镇街户籍（不作漏管）';
COMMENT ON COLUMN core.person.updated_period IS '最近更新的统计月份';

CREATE TABLE core.person_source (
    person_id TEXT NOT NULL,
    source TEXT NOT NULL,
    precedence INTEGER NOT NULL,
    name TEXT,
    name_key TEXT,
    sex TEXT,
    birth_date DATE,
    ethnicity TEXT,
    education TEXT,
    marital TEXT,
    hukou_code6 TEXT,
    hukou_township9 TEXT,
    hukou_address TEXT,
    current_address TEXT,
    village TEXT,
    phone TEXT,
    guardian_name TEXT,
    is_local BOOLEAN,
    identity_certain BOOLEAN NOT NULL,
    row_id TEXT NOT NULL,
    updated_period TEXT NOT NULL,
    CONSTRAINT pk_person_source PRIMARY KEY (person_id, source)
);
COMMENT ON TABLE core.person_source IS '各来源对同一人最近一次的说法';
COMMENT ON COLUMN core.person_source.person_id IS '人员编号';
COMMENT ON COLUMN core.person_source.source IS '来源';
COMMENT ON COLUMN core.person_source.precedence IS '来源优先顺序，小者为先';
COMMENT ON COLUMN core.person_source.name IS '姓名（清洗后）';
COMMENT ON COLUMN core.person_source.name_key IS '姓名拼音键';
COMMENT ON COLUMN core.person_source.sex IS '性别代码；有有效号码时以号码为准';
COMMENT ON COLUMN core.person_source.birth_date IS '出生日期；有有效号码时以号码为准';
COMMENT ON COLUMN core.person_source.ethnicity IS '民族代码';
COMMENT ON COLUMN core.person_source.education IS '文化程度代码';
COMMENT ON COLUMN core.person_source.marital IS '婚姻状况代码';
COMMENT ON COLUMN core.person_source.hukou_code6 IS '户籍地县级区划代码';
COMMENT ON COLUMN core.person_source.hukou_township9 IS '户籍地乡级区划代码';
COMMENT ON COLUMN core.person_source.hukou_address IS '户籍地址';
COMMENT ON COLUMN core.person_source.current_address IS '现住址';
COMMENT ON COLUMN core.person_source.village IS '村（居）名称';
COMMENT ON COLUMN core.person_source.phone IS '联系电话（清洗后第一个）';
COMMENT ON COLUMN core.person_source.guardian_name IS '监护人（母亲）姓名';
COMMENT ON COLUMN core.person_source.is_local IS '该来源是否曾记为本镇街户籍';
COMMENT ON COLUMN core.person_source.identity_certain IS '姓名、性别、出生日期是否取自有有效号码的行';
COMMENT ON COLUMN core.person_source.row_id IS '最近一行的数据行编号';
COMMENT ON COLUMN core.person_source.updated_period IS '最近更新的统计月份';

CREATE TABLE core.residence_spell (
    spell_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    township9 TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_group TEXT NOT NULL,
    arrive_date DATE,
    register_date DATE,
    opened_period TEXT NOT NULL,
    opening_kind TEXT NOT NULL,
    closed_period TEXT,
    closing_kind TEXT,
    close_date DATE,
    close_row_id TEXT,
    close_reason TEXT,
    village TEXT,
    village12 TEXT,
    address TEXT,
    stay_reason TEXT,
    stay_place TEXT,
    plan_stay TEXT,
    employer TEXT,
    relation TEXT,
    head_name TEXT,
    note TEXT,
    details_row_id TEXT NOT NULL,
    CONSTRAINT pk_residence_spell PRIMARY KEY (spell_id),
    CONSTRAINT ck_residence_spell_closed_whole CHECK ((closed_period is null) = (closing_kind is null)),
    CONSTRAINT ck_residence_spell_opening_kind CHECK (opening_kind in ('OPENING', 'NEW', 'LATE_REG', 'MOVE_IN', 'RETURN')),
    CONSTRAINT ck_residence_spell_closing_kind CHECK (closing_kind in ('OUT', 'MOVE_OUT', 'CANCEL')),
    CONSTRAINT ck_residence_spell_scope_group CHECK (scope_group in ('default', 'memo'))
);
CREATE INDEX ix_residence_spell_closed_period ON core.residence_spell (closed_period);
CREATE INDEX ix_residence_spell_opened_period ON core.residence_spell (opened_period);
CREATE INDEX ix_residence_spell_person_id ON core.residence_spell (person_id);
CREATE UNIQUE INDEX uq_residence_spell_one_open ON core.residence_spell (person_id) WHERE closed_period is null;
COMMENT ON TABLE core.residence_spell IS '居住登记：一人在全区同一时间至多一条在册';
COMMENT ON COLUMN core.residence_spell.spell_id IS '登记编号：开启该登记的数据行编号';
COMMENT ON COLUMN core.residence_spell.person_id IS '人员编号';
COMMENT ON COLUMN core.residence_spell.township9 IS '登记地乡级区划代码';
COMMENT ON COLUMN core.residence_spell.scope IS '流动范围，登记时确定，登记期间不变';
COMMENT ON COLUMN core.residence_spell.scope_group IS '口径：default 流动人口，memo 其他登记人员';
COMMENT ON COLUMN core.residence_spell.arrive_date IS '到达本地日期（居住起始）';
COMMENT ON COLUMN core.residence_spell.register_date IS '登记日期';
COMMENT ON COLUMN core.residence_spell.opened_period IS '计入的统计月份';
COMMENT ON COLUMN core.residence_spell.opening_kind IS '开启方式：OPENING 首月存量，NEW 新增，LATE_REG 补登，MOVE_IN 区内移入，RETURN 返回';
COMMENT ON COLUMN core.residence_spell.closed_period IS '结束计入的统计月份；在册为空';
COMMENT ON COLUMN core.residence_spell.closing_kind IS '结束方式：OUT 流出，MOVE_OUT 区内移出，CANCEL 注销；在册为空';
COMMENT ON COLUMN core.residence_spell.close_date IS '结束日期；在册为空';
COMMENT ON COLUMN core.residence_spell.close_row_id IS '结束该登记的数据行编号';
COMMENT ON COLUMN core.residence_spell.close_reason IS '注销原因代码';
COMMENT ON COLUMN core.residence_spell.village IS '村（居）名称';
COMMENT ON COLUMN core.residence_spell.village12 IS '村级区划代码';
COMMENT ON COLUMN core.residence_spell.address IS '现居住地址';
COMMENT ON COLUMN core.residence_spell.stay_reason IS '居住事由代码';
COMMENT ON COLUMN core.residence_spell.stay_place IS '居住处所代码';
COMMENT ON COLUMN core.residence_spell.plan_stay IS '拟居住期限代码';
COMMENT ON COLUMN core.residence_spell.employer IS '工作单位';
COMMENT ON COLUMN core.residence_spell.relation IS '与户主关系代码';
COMMENT ON COLUMN core.residence_spell.head_name IS '户主姓名';
COMMENT ON COLUMN core.residence_spell.note IS '备注';
COMMENT ON COLUMN core.residence_spell.details_row_id IS '居住信息所据的数据行编号（变更后为变更行）';

CREATE TABLE core.register_event (
    row_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    period TEXT NOT NULL,
    event_date DATE,
    township9 TEXT NOT NULL,
    person_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    scope_group TEXT NOT NULL,
    spell_id TEXT,
    CONSTRAINT pk_register_event PRIMARY KEY (row_id, kind, reason),
    CONSTRAINT ck_register_event_kind CHECK (kind in ('NEW', 'LATE_REG', 'MOVE_IN', 'RETURN', 'OUT', 'MOVE_OUT', 'CANCEL', 'IGNORED'))
);
CREATE INDEX ix_register_event_period_kind ON core.register_event (period, kind);
CREATE INDEX ix_register_event_person_id ON core.register_event (person_id);
COMMENT ON TABLE core.register_event IS '居住登记事件：每一笔流量与每一条无影响的行';
COMMENT ON COLUMN core.register_event.row_id IS '引起该事件的数据行编号';
COMMENT ON COLUMN core.register_event.kind IS '种类：NEW LATE_REG MOVE_IN RETURN OUT MOVE_OUT CANCEL；IGNORED 为无影响的行';
COMMENT ON COLUMN core.register_event.reason IS '无影响或特殊处理的原因；一般为空字符串';
COMMENT ON COLUMN core.register_event.period IS '计入的统计月份（办理月份，不看行内日期）';
COMMENT ON COLUMN core.register_event.event_date IS '行内的登记或注销日期';
COMMENT ON COLUMN core.register_event.township9 IS '乡级区划代码';
COMMENT ON COLUMN core.register_event.person_id IS '人员编号';
COMMENT ON COLUMN core.register_event.scope IS '流动范围';
COMMENT ON COLUMN core.register_event.scope_group IS '口径：default 流动人口，memo 其他登记人员';
COMMENT ON COLUMN core.register_event.spell_id IS '所涉登记编号';

CREATE TABLE core.job (
    row_id TEXT NOT NULL,
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    person_id TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    township9 TEXT NOT NULL,
    employer TEXT,
    job_type TEXT,
    industry TEXT,
    work_from DATE,
    work_to DATE,
    hr_service TEXT,
    service_date DATE,
    is_local BOOLEAN,
    has_number BOOLEAN NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (row_id)
);
CREATE INDEX ix_job_period ON core.job (period);
CREATE INDEX ix_job_person_id ON core.job (person_id);
COMMENT ON TABLE core.job IS '务工与就业服务记录';
COMMENT ON COLUMN core.job.row_id IS '数据行编号';
COMMENT ON COLUMN core.job.period IS '计入的统计月份';
COMMENT ON COLUMN core.job.source IS '来源';
COMMENT ON COLUMN core.job.person_id IS '人员编号';
COMMENT ON COLUMN core.job.unit_code IS '填报单位代码';
COMMENT ON COLUMN core.job.township9 IS '填报单位所在乡级区划代码';
COMMENT ON COLUMN core.job.employer IS '用工单位';
COMMENT ON COLUMN core.job.job_type IS '工种';
COMMENT ON COLUMN core.job.industry IS '所属行业';
COMMENT ON COLUMN core.job.work_from IS '务工开始时间';
COMMENT ON COLUMN core.job.work_to IS '离岗时间';
COMMENT ON COLUMN core.job.hr_service IS '已享受就业服务';
COMMENT ON COLUMN core.job.service_date IS '就业服务时间';
COMMENT ON COLUMN core.job.is_local IS '户籍地与现住地同一镇街（转户籍统计）';
COMMENT ON COLUMN core.job.has_number IS '该行是否有有效身份证号';

CREATE TABLE core.service (
    row_id TEXT NOT NULL,
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    person_id TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    township9 TEXT NOT NULL,
    service_date DATE,
    service_class TEXT NOT NULL,
    service_item TEXT,
    resident_type TEXT,
    has_number BOOLEAN NOT NULL,
    resident_group TEXT,
    is_free BOOLEAN,
    has_ehr BOOLEAN,
    ehr_standard BOOLEAN,
    certificate_number TEXT,
    certificate_created DATE,
    vaccine TEXT,
    dose_number INTEGER,
    check_month INTEGER,
    birth_date DATE,
    name_key TEXT,
    guardian_hmac BYTEA,
    guardian_person_id TEXT,
    guardian_name_key TEXT,
    last_menses DATE,
    due_date DATE,
    booked_date DATE,
    gestation_days INTEGER,
    high_risk BOOLEAN,
    delivery_date DATE,
    delivery_place TEXT,
    live_births INTEGER,
    termination DATE,
    CONSTRAINT pk_service PRIMARY KEY (row_id),
    CONSTRAINT ck_service_resident_group CHECK (resident_group in ('migrant', 'migrant_unregistered', 'hukou', 'memo', 'unknown'))
);
CREATE INDEX ix_service_guardian_hmac ON core.service (guardian_hmac);
CREATE INDEX ix_service_guardian_person_id ON core.service (guardian_person_id);
CREATE INDEX ix_service_period_service_class ON core.service (period, service_class);
CREATE INDEX ix_service_person_id ON core.service (person_id);
CREATE INDEX ix_service_service_class_person_id ON core.service (service_class, person_id);
COMMENT ON TABLE core.service IS '公共卫生与计划生育服务记录，一行一次服务';
COMMENT ON COLUMN core.service.row_id IS '数据行编号';
COMMENT ON COLUMN core.service.period IS '计入的统计月份';
COMMENT ON COLUMN core.service.source IS '来源';
COMMENT ON COLUMN core.service.person_id IS '人员编号';
COMMENT ON COLUMN core.service.unit_code IS '填报单位代码';
COMMENT ON COLUMN core.service.township9 IS '填报单位所在乡级区划代码';
COMMENT ON COLUMN core.service.service_date IS '服务日期';
COMMENT ON COLUMN core.service.service_class IS '服务类别代码';
COMMENT ON COLUMN core.service.service_item IS '服务项目代码';
COMMENT ON COLUMN core.service.resident_type IS '填报的常住类型代码：1 户籍，2 非户籍；空为未填';
COMMENT ON COLUMN core.service.has_number IS '该行是否有有效身份证号';
COMMENT ON COLUMN core.service.resident_group IS '统计归类：migrant migrant_unregistered hukou memo unknown';
COMMENT ON COLUMN core.service.is_free IS '是否免费';
COMMENT ON COLUMN core.service.has_ehr IS '是否载有健康档案编号';
COMMENT ON COLUMN core.service.ehr_standard IS '健康档案是否规范';
COMMENT ON COLUMN core.service.certificate_number IS '接种证号';
COMMENT ON COLUMN core.service.certificate_created IS '建证日期';
COMMENT ON COLUMN core.service.vaccine IS '疫苗代码';
COMMENT ON COLUMN core.service.dose_number IS '剂次';
COMMENT ON COLUMN core.service.check_month IS '检查月龄';
COMMENT ON COLUMN core.service.birth_date IS '该行的出生日期（有效号码优先）';
COMMENT ON COLUMN core.service.name_key IS '该行的姓名拼音键';
COMMENT ON COLUMN core.service.guardian_hmac IS '监护人（母亲）号码的带密钥摘要';
COMMENT ON COLUMN core.service.guardian_person_id IS '监护人（母亲）的人员编号；号码归谁已知时';
COMMENT ON COLUMN core.service.guardian_name_key IS '监护人（母亲）姓名拼音键';
COMMENT ON COLUMN core.service.last_menses IS '末次月经';
COMMENT ON COLUMN core.service.due_date IS '预产期';
COMMENT ON COLUMN core.service.booked_date IS '建册日期';
COMMENT ON COLUMN core.service.gestation_days IS '填报的孕周，折合天数';
COMMENT ON COLUMN core.service.high_risk IS '是否高危';
COMMENT ON COLUMN core.service.delivery_date IS '分娩日期';
COMMENT ON COLUMN core.service.delivery_place IS '分娩地点';
COMMENT ON COLUMN core.service.live_births IS '活产数';
COMMENT ON COLUMN core.service.termination IS '终止妊娠日期';

CREATE TABLE core.pregnancy (
    person_id TEXT NOT NULL,
    episode TEXT NOT NULL,
    last_menses DATE,
    due_date DATE,
    booked_date DATE,
    antenatal_days INTEGER,
    postnatal_days INTEGER,
    high_risk BOOLEAN,
    delivery_date DATE,
    delivery_place TEXT,
    live_births INTEGER,
    termination DATE,
    first_period TEXT NOT NULL,
    row_ids TEXT[] NOT NULL,
    CONSTRAINT pk_pregnancy PRIMARY KEY (person_id, episode)
);
CREATE INDEX ix_pregnancy_delivery_date ON core.pregnancy (delivery_date);
COMMENT ON TABLE core.pregnancy IS '孕产：由孕产妇服务记录归集，一行一次妊娠';
COMMENT ON COLUMN core.pregnancy.person_id IS '人员编号（孕产妇）';
COMMENT ON COLUMN core.pregnancy.episode IS '孕次标识：末次月经日期；没有时为 D 加分娩日期';
COMMENT ON COLUMN core.pregnancy.last_menses IS '末次月经';
COMMENT ON COLUMN core.pregnancy.due_date IS '预产期';
COMMENT ON COLUMN core.pregnancy.booked_date IS '建册日期';
COMMENT ON COLUMN core.pregnancy.antenatal_days IS '已产检次数（不同日期）';
COMMENT ON COLUMN core.pregnancy.postnatal_days IS '产后访视与42天检查次数（不同日期）';
COMMENT ON COLUMN core.pregnancy.high_risk IS '是否高危';
COMMENT ON COLUMN core.pregnancy.delivery_date IS '分娩日期';
COMMENT ON COLUMN core.pregnancy.delivery_place IS '分娩地点';
COMMENT ON COLUMN core.pregnancy.live_births IS '活产数';
COMMENT ON COLUMN core.pregnancy.termination IS '终止妊娠日期';
COMMENT ON COLUMN core.pregnancy.first_period IS '首次记载的统计月份';
COMMENT ON COLUMN core.pregnancy.row_ids IS '所据的数据行编号';

create function core.is_open(spell core.residence_spell, at_period text) returns boolean
language sql immutable as $$
    select spell.opened_period <= at_period and (spell.closed_period is null or spell.closed_period > at_period)
$$;
comment on function core.is_open(core.residence_spell, text) is '该登记在某统计月份月末是否在册（按计入月份）';

create function core.covers(spell core.residence_spell, on_day date) returns boolean
language sql immutable as $$
    select coalesce(spell.arrive_date, spell.register_date) <= on_day and (spell.close_date is null or on_day < spell.close_date)
$$;
comment on function core.covers(core.residence_spell, date) is '某日是否由该登记覆盖：到达本地当日起（未填则登记当日），至结束日期前一日止';

create function core.full_years(birth date, on_day date) returns integer
language sql immutable as $$
    select extract(year from age(on_day, birth))::integer
$$;
comment on function core.full_years(date, date) is '某日的周岁';

create function core.person_card(person core.person) returns jsonb
language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'name', person.name, 'name_key', person.name_key, 'sex', person.sex, 'birth_date', person.birth_date,
        'hukou_code6', person.hukou_code6, 'hukou_address', person.hukou_address,
        'current_address', person.current_address, 'village', person.village, 'phone', person.phone
    ))
$$;
comment on function core.person_card(core.person) is '名单通用各列：人员部分，不含证件号码';

create function core.spell_card(spell core.residence_spell) returns jsonb
language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'village', spell.village, 'village12', spell.village12, 'current_address', spell.address,
        'relation', spell.relation, 'arrive_date', spell.arrive_date
    ))
$$;
comment on function core.spell_card(core.residence_spell) is '名单通用各列：居住登记部分';

create function core.sort_key(card jsonb, on_day date) returns text
language sql immutable as $$
    select concat_ws('|',
        coalesce(card ->> 'village12', '~' || coalesce(card ->> 'village', '~')),
        coalesce(card ->> 'current_address', '~'),
        coalesce(card ->> 'relation', '~'),
        coalesce(on_day::text, '~'),
        coalesce(card ->> 'name_key', '~')
    )
$$;
comment on function core.sort_key(jsonb, date) is '名单排序键：村、户、与户主关系（户主在先）、日期、姓名拼音';
