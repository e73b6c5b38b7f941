-- Decisions: what people said about who is who, what came of it, and the rows that moved.
CREATE TABLE registry.decision (
    decision_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    row_id_a TEXT NOT NULL,
    row_id_b TEXT NOT NULL,
    item_id TEXT,
    actor TEXT NOT NULL,
    second_actor TEXT,
    needs_two BOOLEAN NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    note TEXT NOT NULL,
    revokes TEXT,
    origin TEXT NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (decision_id),
    CONSTRAINT ck_decision_verdict CHECK (verdict in ('same', 'different', 'unsure', 'revoke')),
    CONSTRAINT ck_decision_revokes CHECK ((verdict = 'revoke') = (revokes is not null)),
    CONSTRAINT ck_decision_ordered CHECK (row_id_a < row_id_b),
    CONSTRAINT ck_decision_two_people CHECK (second_actor <> actor),
    CONSTRAINT ck_decision_origin CHECK (origin in ('terminal', 'workbook')),
    CONSTRAINT uq_decision_seq UNIQUE (seq),
    CONSTRAINT fk_decision_revokes FOREIGN KEY(revokes) REFERENCES registry.decision (decision_id)
);
CREATE INDEX ix_decision_row_id_a_row_id_b ON registry.decision (row_id_a, row_id_b);
COMMENT ON TABLE registry.decision IS '人工决定：两行是否同一人；只增不改，撤销也是新的一条';
COMMENT ON COLUMN registry.decision.decision_id IS '决定编号：由内容得出';
COMMENT ON COLUMN registry.decision.seq IS '先后次序，从 1 起';
COMMENT ON COLUMN registry.decision.verdict IS '结论：same 同一人，different 不是同一人，unsure 无法判断，revoke 撤销此前一条';
COMMENT ON COLUMN registry.decision.row_id_a IS '数据行编号甲（两者中较小的）';
COMMENT ON COLUMN registry.decision.row_id_b IS '数据行编号乙';
COMMENT ON COLUMN registry.decision.item_id IS '所答的待核实事项编号';
COMMENT ON COLUMN registry.decision.actor IS '核实人';
COMMENT ON COLUMN registry.decision.second_actor IS '第二核实人（一次由两人共同作出时）';
COMMENT ON COLUMN registry.decision.needs_two IS '是否须两人意见一致方能生效';
COMMENT ON COLUMN registry.decision.decided_at IS '作出时间';
COMMENT ON COLUMN registry.decision.note IS '说明（不含个人信息）';
COMMENT ON COLUMN registry.decision.revokes IS '所撤销的决定编号';
COMMENT ON COLUMN registry.decision.origin IS '途径：terminal 命令行，workbook 退回的工作簿';

CREATE TABLE registry.decision_applied (
    decision_id TEXT NOT NULL,
    period TEXT NOT NULL,
    effect TEXT NOT NULL,
    CONSTRAINT pk_decision_applied PRIMARY KEY (decision_id),
    CONSTRAINT ck_decision_applied_effect CHECK (effect in ('joined', 'parted', 'kept', 'refused')),
    CONSTRAINT fk_decision_applied_decision_id FOREIGN KEY(decision_id) REFERENCES registry.decision (decision_id)
);
CREATE INDEX ix_decision_applied_period ON registry.decision_applied (period);
COMMENT ON TABLE registry.decision_applied IS '人工决定何时生效、有何后果';
COMMENT ON COLUMN registry.decision_applied.decision_id IS '决定编号';
COMMENT ON COLUMN registry.decision_applied.period IS '生效的统计月份';
COMMENT ON COLUMN registry.decision_applied.effect IS '后果：joined 因此合并，parted 因此拆分，kept 无需变动，refused 与其他依据矛盾而未执行';

CREATE TABLE registry.moved_row (
    row_id TEXT NOT NULL,
    period TEXT NOT NULL,
    from_id TEXT NOT NULL,
    into_id TEXT NOT NULL,
    CONSTRAINT pk_moved_row PRIMARY KEY (row_id, period)
);
CREATE INDEX ix_moved_row_from_id ON registry.moved_row (from_id);
CREATE INDEX ix_moved_row_into_id ON registry.moved_row (into_id);
COMMENT ON TABLE registry.moved_row IS '拆分时改归他人的数据行；此前各月的名单不变';
COMMENT ON COLUMN registry.moved_row.row_id IS '数据行编号';
COMMENT ON COLUMN registry.moved_row.period IS '改归的统计月份';
COMMENT ON COLUMN registry.moved_row.from_id IS '原属人员编号';
COMMENT ON COLUMN registry.moved_row.into_id IS '改属人员编号';

CREATE TABLE registry.former_identifier (
    scheme TEXT NOT NULL,
    id_hmac BYTEA NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    person_id TEXT NOT NULL,
    CONSTRAINT pk_former_identifier PRIMARY KEY (scheme, id_hmac, valid_from)
);
CREATE INDEX ix_former_identifier_person_id ON registry.former_identifier (person_id);
COMMENT ON TABLE registry.former_identifier IS '证件号码曾归谁；现归谁见 registry.identifier';
COMMENT ON COLUMN registry.former_identifier.scheme IS '证件种类';
COMMENT ON COLUMN registry.former_identifier.id_hmac IS '号码的带密钥摘要';
COMMENT ON COLUMN registry.former_identifier.valid_from IS '自哪一统计月份起属于此人';
COMMENT ON COLUMN registry.former_identifier.valid_to IS '至哪一统计月份（不含）';
COMMENT ON COLUMN registry.former_identifier.person_id IS '人员编号';

create function registry.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'decisions are append-only' using errcode = 'insufficient_privilege';
end
$$;
comment on function registry.refuse_change() is '人工决定只增不改';
create trigger decision_is_append_only before update or delete on registry.decision
    for each row execute function registry.refuse_change();
create trigger decision_is_never_emptied before truncate on registry.decision
    for each statement execute function registry.refuse_change();

create view registry.identifier_history as
select scheme, id_hmac, person_id, first_period as valid_from, null::text as valid_to from registry.identifier
union all
select scheme, id_hmac, person_id, valid_from, valid_to from registry.former_identifier;
comment on view registry.identifier_history is '证件号码归属的沿革：valid_to 为空者为现归属';

COMMENT ON COLUMN registry.event.kind IS '种类：merge 合并，split 拆分，reassign 行改归，id_dispute 号码存疑；全部变更见 registry.feed';

create view registry.feed as
select md5(concat_ws('/', period, kind, person_id, coalesce(other_id, ''), why::text)) as event_id, feed.*
from (
    select first_period as period, 'create' as kind, person_id, null::text as other_id, '{}'::jsonb as why
    from registry.person
    union all
    select number.valid_from, 'id_attach', number.person_id, null, jsonb_build_object('scheme', number.scheme)
    from registry.identifier_history as number join registry.person as person on person.person_id = number.person_id
    where number.valid_from > person.first_period
    union all
    select period, kind, person_id, other_id, why from registry.event
) as feed;
comment on view registry.feed is '人员编号变更流水：下游据此更新自己存的编号；同一变更的 event_id 永远相同';

ALTER TABLE core.person ADD COLUMN origin JSONB;
COMMENT ON COLUMN core.person.origin IS '各项取自哪个来源：* 为一般，其余按项列出；到行见 core.provenance';
ALTER TABLE core.person_source ADD COLUMN older JSONB;
COMMENT ON COLUMN core.person_source.older IS '不取自最近一行的项：项 → [数据行编号, 统计月份]';

CREATE TABLE core.disagreement (
    person_id TEXT NOT NULL,
    field TEXT NOT NULL,
    source TEXT NOT NULL,
    row_id TEXT NOT NULL,
    first_period TEXT NOT NULL,
    closed_period TEXT,
    CONSTRAINT pk_disagreement PRIMARY KEY (person_id, field, source)
);
CREATE INDEX ix_disagreement_source ON core.disagreement (source) WHERE closed_period is null;
COMMENT ON TABLE core.disagreement IS '异议：各来源对同一人说法不一的项；只请来源核对，不改动来源的数据';
COMMENT ON COLUMN core.disagreement.person_id IS '人员编号';
COMMENT ON COLUMN core.disagreement.field IS '哪一项：sex 性别，birth_date 出生日期';
COMMENT ON COLUMN core.disagreement.source IS '被请核对的来源';
COMMENT ON COLUMN core.disagreement.row_id IS '该来源据以说的数据行编号';
COMMENT ON COLUMN core.disagreement.first_period IS '发现的统计月份';
COMMENT ON COLUMN core.disagreement.closed_period IS '各来源一致起的统计月份；仍有异议为空';

create view core.provenance as
select
    person.person_id, part.field, said.source,
    coalesce(said.older -> part.field ->> 0, said.row_id) as row_id,
    coalesce(said.older -> part.field ->> 1, said.updated_period) as period
from core.person as person
cross join lateral jsonb_object_keys(
    jsonb_strip_nulls(to_jsonb(person)) - 'person_id' - 'is_local' - 'updated_period' - 'origin'
) as part (field)
join core.person_source as said
    on said.person_id = person.person_id and said.source = coalesce(person.origin ->> part.field, person.origin ->> '*');
comment on view core.provenance is '人员各项的出处：来源、数据行、统计月份';
COMMENT ON COLUMN registry.review_item.kind IS '种类：id_dispute 号码存疑，undecided 可属多人，candidate 疑似同一人，near 分数接近界限，margin 两人选相差无几，contradiction 分数高而有矛盾，decision_conflict 决定无法执行，asked 业务人员提出';
