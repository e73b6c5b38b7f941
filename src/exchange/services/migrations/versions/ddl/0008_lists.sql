ALTER TABLE mart.list_entry DROP CONSTRAINT ck_list_entry_list;
ALTER TABLE mart.list_entry ADD CONSTRAINT ck_list_entry_list CHECK (
    list in (
        'inflow', 'outflow', 'pregnant', 'births', 'children_0_6', 'missed', 'missed_may', 'served',
        'due', 'unserved', 'handover', 'verifying', 'changes', 'archive', 'regrouped', 'whereabouts'
    )
);
ALTER TABLE mart.list_entry ADD CONSTRAINT ck_list_entry_three_changes_only CHECK (
    list <> 'changes'
    or (payload ->> 'change' in ('marriage', 'pregnancy', 'birth')
        and not payload ?| array['method', 'termination', 'live_births', 'children'])
);
COMMENT ON COLUMN mart.list_entry.list IS '名单：inflow outflow pregnant births children_0_6 missed missed_may served due unserved handover verifying changes archive regrouped whereabouts';
COMMENT ON TABLE mart.list_entry IS '各镇街各类名单，一行一人（served 一行一次服务，handover 一行一人一类服务，changes、regrouped 一行一人一项）';

CREATE TABLE mart.answer_state (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    token TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    person_id TEXT NOT NULL,
    list TEXT NOT NULL,
    list_period TEXT NOT NULL,
    row_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    said_on DATE NOT NULL,
    until_period TEXT NOT NULL,
    is_fresh BOOLEAN NOT NULL,
    is_told BOOLEAN NOT NULL,
    CONSTRAINT pk_answer_state PRIMARY KEY (period, generation, township9, token),
    CONSTRAINT ck_answer_state_state CHECK (state in ('done', 'standing', 'waiting', 'ended', 'corrected', 'repeated', 'expired'))
);
CREATE INDEX ix_answer_state_person_id ON mart.answer_state (person_id);
CREATE INDEX ix_answer_state_token ON mart.answer_state (token);
COMMENT ON TABLE mart.answer_state IS '发布时每条核实结果的作用和进展；已发布的月份不因后来的核实结果而变';
COMMENT ON COLUMN mart.answer_state.period IS '统计月份';
COMMENT ON COLUMN mart.answer_state.generation IS '版次';
COMMENT ON COLUMN mart.answer_state.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.answer_state.token IS '行标识';
COMMENT ON COLUMN mart.answer_state.file_sha256 IS '退回文件的内容指纹';
COMMENT ON COLUMN mart.answer_state.person_id IS '人员编号';
COMMENT ON COLUMN mart.answer_state.list IS '名单';
COMMENT ON COLUMN mart.answer_state.list_period IS '名单的统计月份';
COMMENT ON COLUMN mart.answer_state.row_id IS '所据的数据行编号';
COMMENT ON COLUMN mart.answer_state.answer IS '核实结果';
COMMENT ON COLUMN mart.answer_state.effect IS '作用（schemas/answers.yaml）';
COMMENT ON COLUMN mart.answer_state.state IS '进展：done 已了结，standing 起作用，waiting 待来源更正，ended 已有新情况，corrected 已更正，repeated 再报未改，expired 已过期';
COMMENT ON COLUMN mart.answer_state.why IS '了结的原因，或来源改了的列名';
COMMENT ON COLUMN mart.answer_state.said_on IS '核实日期；未填以导入日期计';
COMMENT ON COLUMN mart.answer_state.until_period IS '作用到哪个统计月份为止';
COMMENT ON COLUMN mart.answer_state.is_fresh IS '是否上次发布之后才退回';
COMMENT ON COLUMN mart.answer_state.is_told IS '是否告知来源单位';

CREATE TABLE mart.answer_count (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    source TEXT NOT NULL,
    fresh INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    CONSTRAINT pk_answer_count PRIMARY KEY (period, generation, township9, source),
    CONSTRAINT ck_answer_count_in_order CHECK (confirmed <= verified and verified <= answered and fresh <= answered)
);
COMMENT ON TABLE mart.answer_count IS '本年退回的核实结果按来源计数；没有退回的不列（未报，不是零）';
COMMENT ON COLUMN mart.answer_count.period IS '统计月份';
COMMENT ON COLUMN mart.answer_count.generation IS '版次';
COMMENT ON COLUMN mart.answer_count.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.answer_count.source IS '来源；空字符串为合计';
COMMENT ON COLUMN mart.answer_count.fresh IS '其中上次发布之后退回';
COMMENT ON COLUMN mart.answer_count.answered IS '退回核实结果的行数';
COMMENT ON COLUMN mart.answer_count.verified IS '其中核实了信息真伪的行数';
COMMENT ON COLUMN mart.answer_count.confirmed IS '其中属实的行数';

CREATE TABLE mart.stock_person (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    spell_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    sex TEXT,
    birth_date DATE,
    groups TEXT[] NOT NULL,
    CONSTRAINT pk_stock_person PRIMARY KEY (period, generation, spell_id)
);
CREATE INDEX ix_stock_person_person_id ON mart.stock_person (person_id);
COMMENT ON TABLE mart.stock_person IS '月末在管的每一个人及当时所属人群；下月的月初数即由此而来';
COMMENT ON COLUMN mart.stock_person.period IS '统计月份';
COMMENT ON COLUMN mart.stock_person.generation IS '版次';
COMMENT ON COLUMN mart.stock_person.township9 IS '乡级区划代码';
COMMENT ON COLUMN mart.stock_person.spell_id IS '登记编号';
COMMENT ON COLUMN mart.stock_person.person_id IS '人员编号';
COMMENT ON COLUMN mart.stock_person.sex IS '当时所知的性别';
COMMENT ON COLUMN mart.stock_person.birth_date IS '当时所知的出生日期';
COMMENT ON COLUMN mart.stock_person.groups IS '所属人群：all children_0_6 women_15_49 aged_65';

CREATE TABLE mart.term (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    group_name TEXT NOT NULL,
    term TEXT NOT NULL,
    spell_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    row_id TEXT NOT NULL,
    event_date DATE,
    CONSTRAINT pk_term PRIMARY KEY (period, generation, group_name, term, spell_id),
    CONSTRAINT ck_term_term CHECK (term in ('NEW', 'LATE_REG', 'MOVE_IN', 'RETURN', 'OUT', 'MOVE_OUT', 'CANCEL', 'AGED_IN', 'AGED_OUT', 'CORRECTED_IN', 'CORRECTED_OUT'))
);
CREATE INDEX ix_term_person_id ON mart.term (person_id);
COMMENT ON TABLE mart.term IS '人群变动平衡表各项到人：月初与月末之间的每一个增减，一行一人';
COMMENT ON COLUMN mart.term.period IS '统计月份';
COMMENT ON COLUMN mart.term.generation IS '版次';
COMMENT ON COLUMN mart.term.township9 IS '乡级区划代码';
COMMENT ON COLUMN mart.term.group_name IS '人群：all children_0_6 women_15_49 aged_65';
COMMENT ON COLUMN mart.term.term IS '项：流入流出各类，AGED 因年龄进出人群，CORRECTED 因更正出生日期或性别进出人群';
COMMENT ON COLUMN mart.term.spell_id IS '登记编号';
COMMENT ON COLUMN mart.term.person_id IS '人员编号';
COMMENT ON COLUMN mart.term.row_id IS '所据的数据行编号';
COMMENT ON COLUMN mart.term.event_date IS '登记、注销日期；年龄变动为月末';

CREATE TABLE mart.group_balance (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    group_name TEXT NOT NULL,
    opening INTEGER NOT NULL,
    inflow INTEGER NOT NULL,
    move_in INTEGER NOT NULL,
    outflow INTEGER NOT NULL,
    move_out INTEGER NOT NULL,
    cancel INTEGER NOT NULL,
    aged_in INTEGER NOT NULL,
    aged_out INTEGER NOT NULL,
    corrected INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    CONSTRAINT pk_group_balance PRIMARY KEY (period, generation, township9, group_name),
    CONSTRAINT ck_group_balance_adds_up CHECK (closing = opening + inflow + move_in - outflow - move_out - cancel + aged_in - aged_out + corrected)
);
COMMENT ON TABLE mart.group_balance IS '人群变动平衡表：月初 + 流入 − 流出 ± 年龄变动 ± 更正 = 月末，每项可到人（mart.term）';
COMMENT ON COLUMN mart.group_balance.period IS '统计月份';
COMMENT ON COLUMN mart.group_balance.generation IS '版次';
COMMENT ON COLUMN mart.group_balance.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.group_balance.group_name IS '人群：all children_0_6 women_15_49 aged_65';
COMMENT ON COLUMN mart.group_balance.opening IS '月初数';
COMMENT ON COLUMN mart.group_balance.inflow IS '流入（新增、补登、返回）';
COMMENT ON COLUMN mart.group_balance.move_in IS '区内移入';
COMMENT ON COLUMN mart.group_balance.outflow IS '流出';
COMMENT ON COLUMN mart.group_balance.move_out IS '区内移出';
COMMENT ON COLUMN mart.group_balance.cancel IS '注销';
COMMENT ON COLUMN mart.group_balance.aged_in IS '因年龄进入人群';
COMMENT ON COLUMN mart.group_balance.aged_out IS '因年龄离开人群';
COMMENT ON COLUMN mart.group_balance.corrected IS '因更正出生日期或性别进出人群（净数）';
COMMENT ON COLUMN mart.group_balance.closing IS '月末数';

CREATE TABLE mart.difference (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    line TEXT NOT NULL,
    townships INTEGER NOT NULL,
    district INTEGER NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_difference PRIMARY KEY (period, generation, line)
);
COMMENT ON TABLE mart.difference IS '全区数不等于各镇街之和的各项及其原因';
COMMENT ON COLUMN mart.difference.period IS '统计月份';
COMMENT ON COLUMN mart.difference.generation IS '版次';
COMMENT ON COLUMN mart.difference.line IS '项：figure/名称/分组、report/行名、moves（区内移动）';
COMMENT ON COLUMN mart.difference.townships IS '各镇街之和';
COMMENT ON COLUMN mart.difference.district IS '全区数';
COMMENT ON COLUMN mart.difference.why IS '原因：moved 区内移动，several 同一人在几个镇街，joined 登记口径随移动改变';

create function core.groups_of(sex text, birth date, on_day date) returns text[]
language sql immutable as $$
    select array_remove(array[
        'all',
        case when core.full_years(birth, on_day) < 7 then 'children_0_6' end,
        case when sex = '2' and core.full_years(birth, on_day) between 15 and 49 then 'women_15_49' end,
        case when core.full_years(birth, on_day) >= 65 then 'aged_65' end
    ], null)
$$;
comment on function core.groups_of(text, date, date) is '某日所属人群：all children_0_6 women_15_49 aged_65';
