-- Reopening: a month that is taken back to what was known before it; and the audit's sample.
ALTER TABLE ledger.period DROP CONSTRAINT ck_period_state;
ALTER TABLE ledger.period ADD CONSTRAINT ck_period_state CHECK (
    state in ('open', 'published', 'delivered', 'locked', 'reopened')
);
COMMENT ON COLUMN ledger.period.state IS '状态：open 办理中，published 已发布，delivered 已送达，locked 已锁定，reopened 已重开待再次发布';

CREATE TABLE ledger.reopening (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    why TEXT NOT NULL,
    reopened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reopening PRIMARY KEY (period, generation),
    CONSTRAINT ck_reopening_two_people CHECK (asked_by <> approved_by),
    CONSTRAINT ck_reopening_reason CHECK (why <> '')
);
COMMENT ON TABLE ledger.reopening IS '重开：已发布月份经批准再次办理';
COMMENT ON COLUMN ledger.reopening.period IS '统计月份';
COMMENT ON COLUMN ledger.reopening.generation IS '重开后将发布的版次';
COMMENT ON COLUMN ledger.reopening.asked_by IS '提出人';
COMMENT ON COLUMN ledger.reopening.approved_by IS '批准人，与提出人不是同一人';
COMMENT ON COLUMN ledger.reopening.why IS '理由';
COMMENT ON COLUMN ledger.reopening.reopened_at IS '重开时间';

CREATE TABLE core.watched (
    place TEXT NOT NULL,
    key_columns TEXT NOT NULL,
    born_in TEXT,
    CONSTRAINT pk_watched PRIMARY KEY (place)
);
COMMENT ON TABLE core.watched IS '逐月累积的表：发布时记下改动前的样子，重开时据以还原';
COMMENT ON COLUMN core.watched.place IS '表名';
COMMENT ON COLUMN core.watched.key_columns IS '主键列，以逗号分隔';
COMMENT ON COLUMN core.watched.born_in IS '记有产生月份的列：当月新增的行凭它找到，不另记；没有此列的为空';

CREATE TABLE core.undo (
    period TEXT NOT NULL,
    place TEXT NOT NULL,
    row_key JSONB NOT NULL,
    image JSONB,
    CONSTRAINT pk_undo PRIMARY KEY (period, place, row_key)
);
COMMENT ON TABLE core.undo IS '发布某月时各表被改动的行原来的样子，仅供重开该月时还原';
COMMENT ON COLUMN core.undo.period IS '统计月份';
COMMENT ON COLUMN core.undo.place IS '表名';
COMMENT ON COLUMN core.undo.row_key IS '主键的值；同一行只记最早的样子';
COMMENT ON COLUMN core.undo.image IS '改动前的整行；当月新增的行为空';

create function core.remember() returns trigger language plpgsql as $$
declare
    month text := current_setting('exchange.publishing', true);
    place text := tg_table_schema || '.' || tg_table_name;
    told text := 'select $1, $2, jsonb_build_array(' || tg_argv[0] || ')';
    older text := case when tg_nargs = 1 then '' else ' where ' || tg_argv[1] || ' is distinct from $1' end;
    first text := ' on conflict do nothing';
begin
    if coalesce(month, '') = '' then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        execute 'insert into core.undo (period, place, row_key, image) ' || told || ', to_jsonb(was) from was' || older
            || first using month, place;
    end if;
    if tg_op = 'INSERT' then
        execute 'insert into core.undo (period, place, row_key) ' || told || ' from came' || first using month, place;
    elsif tg_op = 'UPDATE' then
        execute 'insert into core.undo (period, place, row_key) ' || told || ' from came' || older
            || first using month, place;
    end if;
    return null;
end
$$;
comment on function core.remember() is '发布时记下表中各行改动前的样子；不在发布中则什么也不做';

create function core.watch(place text, key_columns text, born_in text) returns void language plpgsql as $$
declare
    doing text := ' for each statement execute function core.remember('
        || concat_ws(', ', quote_literal(key_columns), quote_literal(born_in)) || ')';
begin
    insert into core.watched values (place, key_columns, born_in);
    if born_in is null then
        execute 'create trigger remember_new after insert on ' || place || ' referencing new table as came' || doing;
    end if;
    execute 'create trigger remember_changed after update on ' || place
        || ' referencing old table as was new table as came' || doing;
    execute 'create trigger remember_gone after delete on ' || place || ' referencing old table as was' || doing;
end
$$;
comment on function core.watch(text, text, text) is '登记一张逐月累积的表';

select core.watch('registry.person', 'person_id', 'first_period');
select core.watch('registry.identifier', 'scheme, id_hmac', 'first_period');
select core.watch('registry.former_identifier', 'scheme, id_hmac, valid_from', null);
select core.watch('registry.key', 'key_kind, key_hmac, person_id', 'first_period');
select core.watch('registry.link', 'row_id', 'period');
select core.watch('registry.moved_row', 'row_id, period', 'period');
select core.watch('registry.evidence', 'row_id, period, step', 'period');
select core.watch('registry.event', 'period, kind, person_id, other_id, why', 'period');
select core.watch('registry.quality', 'period, source', 'period');
select core.watch('registry.decision_applied', 'decision_id', 'period');
select core.watch('registry.review_item', 'item_id', null);
select core.watch('core.person', 'person_id', null);
select core.watch('core.person_source', 'person_id, source', null);
select core.watch('core.disagreement', 'person_id, field, source', null);
select core.watch('core.residence_spell', 'spell_id', null);
select core.watch('core.register_event', 'row_id, kind, reason', 'period');
select core.watch('core.job', 'row_id', 'period');
select core.watch('core.service', 'row_id', 'period');
select core.watch('core.pregnancy', 'person_id, episode', null);

-- A person's number and whom a person was merged into are put back in one transaction, in no particular order.
ALTER TABLE registry.person ALTER CONSTRAINT fk_person_merged_into DEFERRABLE;
ALTER TABLE registry.identifier ALTER CONSTRAINT fk_identifier_person_id DEFERRABLE;

create function core.take_back(month text) returns bigint language plpgsql as $$
declare
    one record;
    own_key text;
    touched bigint;
    total bigint := 0;
begin
    set constraints all deferred;
    for one in select * from core.watched order by place loop
        if one.born_in is not null then
            execute 'delete from ' || one.place || ' where ' || one.born_in || ' = $1' using month;
            get diagnostics touched = row_count;
            total := total + touched;
        end if;
        select string_agg('own.' || trim(name), ', ') into own_key
        from unnest(string_to_array(one.key_columns, ',')) as name;
        execute 'delete from ' || one.place || ' as own'
            || ' using core.undo as known where known.period = $1 and known.place = $2'
            || ' and jsonb_build_array(' || own_key || ') = known.row_key' using month, one.place;
        get diagnostics touched = row_count;
        total := total + touched;
        execute 'insert into ' || one.place || ' select (jsonb_populate_record(null::' || one.place || ', image)).*'
            || ' from core.undo where period = $1 and place = $2 and image is not null' using month, one.place;
        get diagnostics touched = row_count;
        total := total + touched;
    end loop;
    delete from core.undo where period = month;
    return total;
end
$$;
comment on function core.take_back(text) is '把逐月累积的各表还原到发布该月之前；只可用于最近发布的月份；返回触及的行数';

create view ledger.known_answer as
select * from ledger.answer
where imported_at <= coalesce(nullif(current_setting('exchange.answers_until', true), '')::timestamptz, 'infinity');
comment on view ledger.known_answer is '核实结果；再次发布某月时只含该月首次发布之前收到的';
comment on column ledger.known_answer.token is '行标识';
comment on column ledger.known_answer.file_sha256 is '依据：退回文件的内容指纹';
comment on column ledger.known_answer.period is '名单的统计月份';
comment on column ledger.known_answer.township9 is '镇街代码';
comment on column ledger.known_answer.list is '名单';
comment on column ledger.known_answer.person_id is '人员编号';
comment on column ledger.known_answer.entry_id is '名单内的区分';
comment on column ledger.known_answer.row_id is '所据的数据行编号';
comment on column ledger.known_answer.answer is '核实结果';
comment on column ledger.known_answer.correction_cipher is '更正内容（加密）；未填为空';
comment on column ledger.known_answer.answered_by is '核实人';
comment on column ledger.known_answer.answered_on is '核实日期';
comment on column ledger.known_answer.imported_at is '导入时间';

create or replace view ledger.latest_answer as
select distinct on (token) token, period, township9, list, person_id, entry_id, row_id, answer, imported_at
from ledger.known_answer
order by token, imported_at desc, file_sha256;

create function ledger.answers_since(month text) returns timestamptz language sql stable as $$
    select coalesce(max(published_at), '-infinity') from ledger.generation where period < month and generation = 1
$$;
comment on function ledger.answers_since(text) is '某月的新答复从何时算起：上一个月首次发布之后';

CREATE TABLE ledger.audit_sample (
    sample_id TEXT NOT NULL,
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    size INTEGER NOT NULL,
    seed TEXT NOT NULL,
    rows INTEGER NOT NULL,
    drawn_by TEXT NOT NULL,
    why TEXT NOT NULL,
    drawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_sample PRIMARY KEY (sample_id),
    CONSTRAINT uq_audit_sample_period UNIQUE (period, generation, size, seed)
);
COMMENT ON TABLE ledger.audit_sample IS '审计抽样：从某月某版的名单中抽出的行';
COMMENT ON COLUMN ledger.audit_sample.sample_id IS '抽样编号：由月份、版次、样本量和抽样种子得出';
COMMENT ON COLUMN ledger.audit_sample.period IS '统计月份';
COMMENT ON COLUMN ledger.audit_sample.generation IS '版次';
COMMENT ON COLUMN ledger.audit_sample.size IS '每个镇街的样本量';
COMMENT ON COLUMN ledger.audit_sample.seed IS '抽样种子，由审计人员给出';
COMMENT ON COLUMN ledger.audit_sample.rows IS '抽出的行数';
COMMENT ON COLUMN ledger.audit_sample.drawn_by IS '抽样人';
COMMENT ON COLUMN ledger.audit_sample.why IS '事由';
COMMENT ON COLUMN ledger.audit_sample.drawn_at IS '抽样时间';

CREATE TABLE ledger.audit_sample_row (
    sample_id TEXT NOT NULL,
    token TEXT NOT NULL,
    township9 TEXT NOT NULL,
    list TEXT NOT NULL,
    source TEXT NOT NULL,
    row_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    population INTEGER NOT NULL,
    CONSTRAINT pk_audit_sample_row PRIMARY KEY (sample_id, token),
    CONSTRAINT fk_audit_sample_row_sample_id FOREIGN KEY (sample_id) REFERENCES ledger.audit_sample (sample_id)
);
COMMENT ON TABLE ledger.audit_sample_row IS '审计抽样抽出的行';
COMMENT ON COLUMN ledger.audit_sample_row.sample_id IS '抽样编号';
COMMENT ON COLUMN ledger.audit_sample_row.token IS '行标识，与镇街工作簿中的相同';
COMMENT ON COLUMN ledger.audit_sample_row.township9 IS '镇街代码';
COMMENT ON COLUMN ledger.audit_sample_row.list IS '名单';
COMMENT ON COLUMN ledger.audit_sample_row.source IS '所据数据行的来源';
COMMENT ON COLUMN ledger.audit_sample_row.row_id IS '所据的数据行编号';
COMMENT ON COLUMN ledger.audit_sample_row.person_id IS '人员编号';
COMMENT ON COLUMN ledger.audit_sample_row.entry_id IS '名单内的区分';
COMMENT ON COLUMN ledger.audit_sample_row.population IS '所在层（镇街、来源、名单）的总行数';

CREATE TABLE ledger.audit_sample_answer (
    sample_id TEXT NOT NULL,
    token TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    answer TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_on DATE,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_sample_answer PRIMARY KEY (sample_id, token, file_sha256),
    CONSTRAINT ck_audit_sample_answer_answer CHECK (answer in ('right', 'wrong', 'unclear')),
    CONSTRAINT fk_audit_sample_answer_sample_id_token FOREIGN KEY (sample_id, token)
        REFERENCES ledger.audit_sample_row (sample_id, token)
);
COMMENT ON TABLE ledger.audit_sample_answer IS '审计抽样的核对结果，以最后导入的为准';
COMMENT ON COLUMN ledger.audit_sample_answer.sample_id IS '抽样编号';
COMMENT ON COLUMN ledger.audit_sample_answer.token IS '行标识';
COMMENT ON COLUMN ledger.audit_sample_answer.file_sha256 IS '依据：交回文件的内容指纹';
COMMENT ON COLUMN ledger.audit_sample_answer.answer IS '核对结果：right 一致，wrong 不一致，unclear 无法核对';
COMMENT ON COLUMN ledger.audit_sample_answer.checked_by IS '核对人';
COMMENT ON COLUMN ledger.audit_sample_answer.checked_on IS '核对日期';
COMMENT ON COLUMN ledger.audit_sample_answer.imported_at IS '导入时间';
