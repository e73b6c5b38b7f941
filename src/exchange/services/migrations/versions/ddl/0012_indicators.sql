comment on column mart.figure_member.part is '同一人之内的区分：剂次、分娩日期、周岁段、服务行、核实行标识、单位；一人一行的为空字符串';
alter table mart.figure_member add column village text;
comment on column mart.figure_member.village is '分村（居）的指标：月末登记的村（居），能对上的为12位代码，否则为来文所写';

CREATE TABLE mart.figure_aside (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    name TEXT NOT NULL,
    aside TEXT NOT NULL,
    township9 TEXT NOT NULL,
    person_id TEXT NOT NULL,
    part TEXT NOT NULL,
    counted INTEGER NOT NULL,
    basis_row_id TEXT,
    CONSTRAINT pk_figure_aside PRIMARY KEY (period, generation, name, aside, township9, person_id, part),
    CONSTRAINT ck_figure_aside_counts CHECK (counted > 0)
);
COMMENT ON TABLE mart.figure_aside IS '指标分母以外另计的人：因何不计入，依据哪一数据行；发布后不改';
COMMENT ON COLUMN mart.figure_aside.period IS '统计月份';
COMMENT ON COLUMN mart.figure_aside.generation IS '版次';
COMMENT ON COLUMN mart.figure_aside.name IS '指标（mart.figure 的 name）';
COMMENT ON COLUMN mart.figure_aside.aside IS '另计的原因（schemas/indicators.yaml 的 asides）';
COMMENT ON COLUMN mart.figure_aside.township9 IS '另计的镇街；全区数按人去重';
COMMENT ON COLUMN mart.figure_aside.person_id IS '人员编号（发布时）';
COMMENT ON COLUMN mart.figure_aside.part IS '同一人之内的区分，与指标的组成相同';
COMMENT ON COLUMN mart.figure_aside.counted IS '另计的数';
COMMENT ON COLUMN mart.figure_aside.basis_row_id IS '另计所据的数据行';

CREATE TABLE mart.figure_detail (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    numerator INTEGER,
    denominator INTEGER NOT NULL,
    people INTEGER NOT NULL,
    CONSTRAINT pk_figure_detail PRIMARY KEY (period, generation, township9, name, kind, detail),
    CONSTRAINT ck_figure_detail_counts CHECK (denominator > 0 and numerator between 0 and denominator),
    CONSTRAINT ck_figure_detail_kind CHECK (
        kind in ('part', 'village', 'aside') and (kind = 'aside') = (numerator is null)
    )
);
COMMENT ON TABLE mart.figure_detail IS '指标的细目：分剂次、分村（居），以及分母以外另计的';
COMMENT ON COLUMN mart.figure_detail.period IS '统计月份';
COMMENT ON COLUMN mart.figure_detail.generation IS '版次';
COMMENT ON COLUMN mart.figure_detail.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.figure_detail.name IS '指标（mart.figure 的 name）';
COMMENT ON COLUMN mart.figure_detail.kind IS '种类：part 剂次，village 村（居），aside 另计';
COMMENT ON COLUMN mart.figure_detail.detail IS '剂次；村（居）代码或名称，空字符串为未填；另计的原因';
COMMENT ON COLUMN mart.figure_detail.numerator IS '分子；另计的为空';
COMMENT ON COLUMN mart.figure_detail.denominator IS '分母；另计的为其数';
COMMENT ON COLUMN mart.figure_detail.people IS '分母（另计）涉及的人数';

create function core.mothers_arrived(first_day date, last_day date, gestation integer)
returns table (person_id text, delivery_date date, township9 text, spell_id text, came_late boolean)
language sql stable as $$
    select
        mother.person_id, mother.delivery_date, mother.township9, mother.spell_id,
        pregnancy.last_menses is not null and not exists (
            select from core.residence_spell as spell
            where spell.person_id = mother.person_id and core.covers(spell, pregnancy.last_menses + gestation)
        )
    from core.mothers_here(first_day, last_day, 0) as mother
    cross join lateral (
        select min(last_menses) as last_menses
        from core.pregnancy
        where person_id = mother.person_id and delivery_date = mother.delivery_date
    ) as pregnancy
$$;
comment on function core.mothers_arrived(date, date, integer) is '期间分娩、分娩日在管的流动妇女，及孕期第若干天时是否还未到本区；末次月经不明的不算晚到';

create function core.mothers_left(first_day date, last_day date, days integer)
returns table (person_id text, delivery_date date, live_births integer, township9 text, spell_id text)
language sql stable as $$
    select mother.*
    from core.mothers_here(first_day, last_day - days, 0) as mother
    where not exists (
        select from core.mothers_here(first_day, last_day, days) as stayed
        where stayed.person_id = mother.person_id and stayed.delivery_date = mother.delivery_date
    )
$$;
comment on function core.mothers_left(date, date, integer) is '分娩日在管、满若干天时已不在管的流动妇女，按分娩日登记所在镇街';
