create schema mart;
comment on schema mart is '月度成果：按月份、版次、镇街存放，发布后不改';

CREATE TABLE mart.balance (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    scope_group TEXT NOT NULL,
    opening INTEGER NOT NULL,
    "new" INTEGER NOT NULL,
    late_reg INTEGER NOT NULL,
    move_in INTEGER NOT NULL,
    return INTEGER NOT NULL,
    out INTEGER NOT NULL,
    move_out INTEGER NOT NULL,
    cancel INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    CONSTRAINT pk_balance PRIMARY KEY (period, generation, township9, scope_group),
    CONSTRAINT ck_balance_adds_up CHECK (closing = opening + "new" + late_reg + move_in + "return" - "out" - move_out - "cancel")
);
COMMENT ON TABLE mart.balance IS '人口变动平衡表：月初 + 流入 − 流出 − 注销 = 月末';
COMMENT ON COLUMN mart.balance.period IS '统计月份';
COMMENT ON COLUMN mart.balance.generation IS '版次';
COMMENT ON COLUMN mart.balance.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.balance.scope_group IS '口径：all 全部登记人员，default 流动人口';
COMMENT ON COLUMN mart.balance.opening IS '月初数';
COMMENT ON COLUMN mart.balance."new" IS '新增';
COMMENT ON COLUMN mart.balance.late_reg IS '补登';
COMMENT ON COLUMN mart.balance.move_in IS '区内移入';
COMMENT ON COLUMN mart.balance.return IS '返回';
COMMENT ON COLUMN mart.balance.out IS '流出';
COMMENT ON COLUMN mart.balance.move_out IS '区内移出';
COMMENT ON COLUMN mart.balance.cancel IS '注销';
COMMENT ON COLUMN mart.balance.closing IS '月末数';

CREATE TABLE mart.list_entry (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    list TEXT NOT NULL,
    person_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    row_id TEXT NOT NULL,
    event_date DATE,
    sort_key TEXT NOT NULL,
    payload JSONB NOT NULL,
    CONSTRAINT pk_list_entry PRIMARY KEY (period, generation, township9, list, person_id, entry_id),
    CONSTRAINT ck_list_entry_list CHECK (list in ('inflow', 'outflow', 'pregnant', 'births', 'children_0_6', 'missed', 'missed_may', 'served'))
);
CREATE INDEX ix_list_entry_period_generation_list ON mart.list_entry (period, generation, list);
CREATE INDEX ix_list_entry_person_id ON mart.list_entry (person_id);
COMMENT ON TABLE mart.list_entry IS '各镇街各类名单，一行一人（served 为一行一次服务）';
COMMENT ON COLUMN mart.list_entry.period IS '统计月份';
COMMENT ON COLUMN mart.list_entry.generation IS '版次';
COMMENT ON COLUMN mart.list_entry.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.list_entry.list IS '名单：inflow outflow pregnant births children_0_6 missed missed_may served';
COMMENT ON COLUMN mart.list_entry.person_id IS '人员编号';
COMMENT ON COLUMN mart.list_entry.entry_id IS '名单内的区分：事件或服务的数据行编号；一人一行的名单为空字符串';
COMMENT ON COLUMN mart.list_entry.row_id IS '所据的数据行编号';
COMMENT ON COLUMN mart.list_entry.event_date IS '该条所指的日期：登记、注销、分娩、线索、服务日期';
COMMENT ON COLUMN mart.list_entry.sort_key IS '排序键：村、户、与户主关系、日期、姓名拼音';
COMMENT ON COLUMN mart.list_entry.payload IS '工作簿所需的各列，不含证件号码';

CREATE TABLE mart.figure (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    name TEXT NOT NULL,
    grouping TEXT NOT NULL,
    numerator INTEGER NOT NULL,
    denominator INTEGER,
    status TEXT NOT NULL,
    CONSTRAINT pk_figure PRIMARY KEY (period, generation, township9, name, grouping),
    CONSTRAINT ck_figure_status CHECK (status in ('COMPUTED', 'PARTIAL', 'NO_DENOMINATOR')),
    CONSTRAINT ck_figure_not_negative CHECK (numerator >= 0 and denominator >= 0),
    CONSTRAINT ck_figure_not_more_than_all CHECK (numerator <= denominator)
);
COMMENT ON TABLE mart.figure IS '指标与存量数，分子分母均为整数';
COMMENT ON COLUMN mart.figure.period IS '统计月份';
COMMENT ON COLUMN mart.figure.generation IS '版次';
COMMENT ON COLUMN mart.figure.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.figure.name IS '指标：K02…K20、stock、closing_by_scope、missed';
COMMENT ON COLUMN mart.figure.grouping IS '分组：指标为空字符串；其余为细目';
COMMENT ON COLUMN mart.figure.numerator IS '分子；存量数即其值';
COMMENT ON COLUMN mart.figure.denominator IS '分母；存量数为空';
COMMENT ON COLUMN mart.figure.status IS '计算状态：COMPUTED 已计算，PARTIAL 部分，NO_DENOMINATOR 分母为零';

CREATE TABLE mart.service_count (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    service_class TEXT NOT NULL,
    service_item TEXT NOT NULL,
    migrant INTEGER NOT NULL,
    migrant_unregistered INTEGER NOT NULL,
    hukou INTEGER NOT NULL,
    memo INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    total INTEGER NOT NULL,
    CONSTRAINT pk_service_count PRIMARY KEY (period, generation, township9, service_class, service_item),
    CONSTRAINT ck_service_count_adds_up CHECK (total = migrant + migrant_unregistered + hukou + memo + unknown)
);
COMMENT ON TABLE mart.service_count IS '服务人次，按类别、项目和人群；镇街为填报单位所在地';
COMMENT ON COLUMN mart.service_count.period IS '统计月份';
COMMENT ON COLUMN mart.service_count.generation IS '版次';
COMMENT ON COLUMN mart.service_count.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.service_count.service_class IS '服务类别代码';
COMMENT ON COLUMN mart.service_count.service_item IS '服务项目代码；空字符串为该类合计';
COMMENT ON COLUMN mart.service_count.migrant IS '流动人口（有登记）';
COMMENT ON COLUMN mart.service_count.migrant_unregistered IS '填报为流动而无登记';
COMMENT ON COLUMN mart.service_count.hukou IS '填报为户籍';
COMMENT ON COLUMN mart.service_count.memo IS '有登记的其他人员';
COMMENT ON COLUMN mart.service_count.unknown IS '未填且无登记';
COMMENT ON COLUMN mart.service_count.total IS '合计';

CREATE TABLE mart.unit_status (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    source TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    township9 TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    is_late BOOLEAN NOT NULL,
    rows_in INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    warned INTEGER NOT NULL,
    set_aside INTEGER NOT NULL,
    CONSTRAINT pk_unit_status PRIMARY KEY (period, generation, source, unit_code),
    CONSTRAINT ck_unit_status_status CHECK (status in ('reported', 'zero', 'missing', 'rejected')),
    CONSTRAINT ck_unit_status_no_row_vanishes CHECK (rows_in = accepted + warned + set_aside)
);
CREATE INDEX ix_unit_status_period_generation_township9 ON mart.unit_status (period, generation, township9);
COMMENT ON TABLE mart.unit_status IS '各填报单位本月报送情况';
COMMENT ON COLUMN mart.unit_status.period IS '统计月份';
COMMENT ON COLUMN mart.unit_status.generation IS '版次';
COMMENT ON COLUMN mart.unit_status.source IS '来源';
COMMENT ON COLUMN mart.unit_status.unit_code IS '填报单位代码';
COMMENT ON COLUMN mart.unit_status.township9 IS '填报单位所在乡级区划代码';
COMMENT ON COLUMN mart.unit_status.name IS '填报单位名称';
COMMENT ON COLUMN mart.unit_status.status IS '状态：reported 已报，zero 零报告，missing 缺报，rejected 整表退回';
COMMENT ON COLUMN mart.unit_status.is_late IS '是否有迟报文件计入本月';
COMMENT ON COLUMN mart.unit_status.rows_in IS '数据行数';
COMMENT ON COLUMN mart.unit_status.accepted IS '收下行数';
COMMENT ON COLUMN mart.unit_status.warned IS '收下并提示行数';
COMMENT ON COLUMN mart.unit_status.set_aside IS '搁置行数';
