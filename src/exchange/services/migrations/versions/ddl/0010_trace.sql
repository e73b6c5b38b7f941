CREATE TABLE mart.figure_member (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    name TEXT NOT NULL,
    township9 TEXT NOT NULL,
    person_id TEXT NOT NULL,
    part TEXT NOT NULL,
    is_long BOOLEAN NOT NULL,
    numerator INTEGER NOT NULL,
    denominator INTEGER NOT NULL,
    basis_row_id TEXT,
    proof_row_ids TEXT[],
    CONSTRAINT pk_figure_member PRIMARY KEY (period, generation, name, township9, person_id, part),
    CONSTRAINT ck_figure_member_counts CHECK (denominator > 0 and numerator between 0 and denominator)
);
COMMENT ON TABLE mart.figure_member IS '指标的组成：每个计入分母的人（单位、行），计入分子几何，依据哪些数据行；发布后不改';
COMMENT ON COLUMN mart.figure_member.period IS '统计月份';
COMMENT ON COLUMN mart.figure_member.generation IS '版次';
COMMENT ON COLUMN mart.figure_member.name IS '指标（mart.figure 的 name）';
COMMENT ON COLUMN mart.figure_member.township9 IS '计入的镇街；全区数按人去重';
COMMENT ON COLUMN mart.figure_member.person_id IS '人员编号（发布时）；按单位或只列人数的指标为空字符串';
COMMENT ON COLUMN mart.figure_member.part IS '同一人之内的区分：分娩日期、周岁段、服务行、核实行标识、单位；一人一行的为空字符串';
COMMENT ON COLUMN mart.figure_member.is_long IS '月末在管且居住满6个月';
COMMENT ON COLUMN mart.figure_member.numerator IS '计入分子的数';
COMMENT ON COLUMN mart.figure_member.denominator IS '计入分母的数';
COMMENT ON COLUMN mart.figure_member.basis_row_id IS '计入分母所据的数据行';
COMMENT ON COLUMN mart.figure_member.proof_row_ids IS '计入分子所据的数据行';

CREATE TABLE ledger.rule_text (
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_rule_text PRIMARY KEY (sha256)
);
COMMENT ON TABLE ledger.rule_text IS '规则原文，按内容指纹存放，同一文本只存一份';
COMMENT ON COLUMN ledger.rule_text.sha256 IS '原文的 SHA-256';
COMMENT ON COLUMN ledger.rule_text.body IS '原文：声明为 JSON，语句为 SQL';

CREATE TABLE ledger.generation_text (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    CONSTRAINT pk_generation_text PRIMARY KEY (period, generation, kind, name),
    CONSTRAINT ck_generation_text_kind CHECK (kind in ('indicator', 'target', 'rule', 'statement', 'suite')),
    CONSTRAINT fk_generation_text_sha256 FOREIGN KEY (sha256) REFERENCES ledger.rule_text (sha256)
);
COMMENT ON TABLE ledger.generation_text IS '各月各版次发布时适用的规则原文';
COMMENT ON COLUMN ledger.generation_text.period IS '统计月份';
COMMENT ON COLUMN ledger.generation_text.generation IS '版次';
COMMENT ON COLUMN ledger.generation_text.kind IS '种类：indicator 指标，target 目标值，rule 核验规则，statement 语句，suite 期望套件';
COMMENT ON COLUMN ledger.generation_text.name IS '编号或名称';
COMMENT ON COLUMN ledger.generation_text.sha256 IS '原文的 SHA-256';

alter table core.service add column case_reported boolean;
alter table core.service add column case_in_time boolean;
comment on column core.service.case_reported is '传染病登记行是否填有网络报告时间；其他行为空';
comment on column core.service.case_in_time is '传染病报告是否及时；缺时刻者为空。病种和时刻本身不入库';

create function core.mothers_here(first_day date, last_day date, days integer)
returns table (person_id text, delivery_date date, live_births integer, township9 text, spell_id text)
language sql stable as $$
    select distinct on (delivered.person_id, delivered.delivery_date)
        delivered.person_id, delivered.delivery_date, delivered.live_births, spell.township9, spell.spell_id
    from (
        select pregnancy.person_id, pregnancy.delivery_date, max(pregnancy.live_births) as live_births
        from core.pregnancy as pregnancy
        where pregnancy.delivery_date between first_day and last_day - days
        group by pregnancy.person_id, pregnancy.delivery_date
    ) as delivered
    join core.residence_spell as spell
        on spell.person_id = delivered.person_id and spell.scope_group = 'default'
        and core.covers(spell, delivered.delivery_date + days)
    order by delivered.person_id, delivered.delivery_date, spell.register_date desc
$$;
comment on function core.mothers_here(date, date, integer) is '期间分娩、分娩后第若干天在管的流动妇女及当日登记所在镇街';

create view core.newborn_visit as
select
    service.guardian_person_id as mother_id, service.birth_date as delivery_date, service.person_id as child_id,
    service.service_date, service.service_item, service.period, service.row_id
from core.service as service
where service.guardian_person_id is not null and service.service_date between service.birth_date and service.birth_date + 30
union all
select
    mother.person_id, service.birth_date, service.person_id,
    service.service_date, service.service_item, service.period, service.row_id
from core.service as service
join core.person as mother on mother.name_key = service.guardian_name_key
where service.guardian_person_id is null and service.service_date between service.birth_date and service.birth_date + 30;
comment on view core.newborn_visit is '出生30天内的服务及其母亲：有监护人号码的按号码，没有的按姓名拼音';
comment on column core.newborn_visit.mother_id is '母亲的人员编号；按姓名时可有几人，以分娩日期相同者为准';
comment on column core.newborn_visit.delivery_date is '出生日期，即分娩日期';
comment on column core.newborn_visit.child_id is '新生儿的人员编号';
comment on column core.newborn_visit.service_date is '服务日期';
comment on column core.newborn_visit.service_item is '服务项目代码';
comment on column core.newborn_visit.period is '计入的统计月份';
comment on column core.newborn_visit.row_id is '数据行编号';

create view ledger.latest_answer as
select distinct on (token) token, period, township9, list, person_id, entry_id, row_id, answer, imported_at
from ledger.answer
order by token, imported_at desc, file_sha256;
comment on view ledger.latest_answer is '各名单行最后一次核实结果';
comment on column ledger.latest_answer.token is '行标识';
comment on column ledger.latest_answer.period is '名单的统计月份';
comment on column ledger.latest_answer.township9 is '镇街代码';
comment on column ledger.latest_answer.list is '名单';
comment on column ledger.latest_answer.person_id is '人员编号';
comment on column ledger.latest_answer.entry_id is '名单内的区分';
comment on column ledger.latest_answer.row_id is '所据的数据行编号';
comment on column ledger.latest_answer.answer is '核实结果';
comment on column ledger.latest_answer.imported_at is '导入时间';
