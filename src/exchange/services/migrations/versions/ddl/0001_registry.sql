create schema registry;
comment on schema registry is '人员登记：谁是谁';

CREATE TABLE registry.person (
    person_id TEXT NOT NULL,
    first_period TEXT NOT NULL,
    last_period TEXT NOT NULL,
    status TEXT NOT NULL,
    merged_into TEXT,
    merged_period TEXT,
    CONSTRAINT pk_person PRIMARY KEY (person_id),
    CONSTRAINT ck_person_status CHECK (status in ('active', 'merged')),
    CONSTRAINT ck_person_merged CHECK ((status = 'merged') = (merged_into is not null and merged_period is not null)),
    CONSTRAINT fk_person_merged_into FOREIGN KEY(merged_into) REFERENCES registry.person (person_id)
);
CREATE INDEX ix_person_merged_into ON registry.person (merged_into) WHERE merged_into is not null;
COMMENT ON TABLE registry.person IS '人员：只增不删，合并只作指向';
COMMENT ON COLUMN registry.person.person_id IS '人员编号：由首个证据的带密钥摘要得出，终身不变、不重用';
COMMENT ON COLUMN registry.person.first_period IS '首次出现的统计月份';
COMMENT ON COLUMN registry.person.last_period IS '最近出现的统计月份';
COMMENT ON COLUMN registry.person.status IS '状态：active 有效，merged 已并入他人';
COMMENT ON COLUMN registry.person.merged_into IS '并入的人员编号';
COMMENT ON COLUMN registry.person.merged_period IS '并入发生的统计月份';

CREATE TABLE registry.identifier (
    scheme TEXT NOT NULL,
    id_hmac BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    first_period TEXT NOT NULL,
    CONSTRAINT pk_identifier PRIMARY KEY (scheme, id_hmac),
    CONSTRAINT fk_identifier_person_id FOREIGN KEY(person_id) REFERENCES registry.person (person_id)
);
CREATE INDEX ix_identifier_person_id ON registry.identifier (person_id);
COMMENT ON TABLE registry.identifier IS '证件号码归谁：一个号码只属于一个人';
COMMENT ON COLUMN registry.identifier.scheme IS '证件种类：resident 居民身份证，birth_cert 出生医学证明，permit 居住证件，other 其他';
COMMENT ON COLUMN registry.identifier.id_hmac IS '号码的带密钥摘要';
COMMENT ON COLUMN registry.identifier.person_id IS '人员编号';
COMMENT ON COLUMN registry.identifier.first_period IS '首次出现的统计月份';

CREATE TABLE registry.key (
    key_kind TEXT NOT NULL,
    key_hmac BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    first_period TEXT NOT NULL,
    CONSTRAINT pk_key PRIMARY KEY (key_kind, key_hmac, person_id)
);
CREATE INDEX ix_key_person_id ON registry.key (person_id);
COMMENT ON TABLE registry.key IS '无号码时据以认人的组合键；同一键可以属于几个人，届时由人决定';
COMMENT ON COLUMN registry.key.key_kind IS '种类：schemas/linkage.yaml 的层级名；name 为姓名读音';
COMMENT ON COLUMN registry.key.key_hmac IS '组合键的带密钥摘要';
COMMENT ON COLUMN registry.key.person_id IS '人员编号';
COMMENT ON COLUMN registry.key.first_period IS '首次出现的统计月份';

CREATE TABLE registry.link (
    row_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    tier TEXT NOT NULL,
    period TEXT NOT NULL,
    CONSTRAINT pk_link PRIMARY KEY (row_id)
);
CREATE INDEX ix_link_period ON registry.link (period);
CREATE INDEX ix_link_person_id ON registry.link (person_id);
COMMENT ON TABLE registry.link IS '每一个计入的数据行属于谁';
COMMENT ON COLUMN registry.link.row_id IS '数据行编号';
COMMENT ON COLUMN registry.link.person_id IS '人员编号';
COMMENT ON COLUMN registry.link.tier IS '认定依据的层级';
COMMENT ON COLUMN registry.link.period IS '计入的统计月份';

CREATE TABLE registry.event (
    period TEXT NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT NOT NULL,
    other_id TEXT,
    why JSONB NOT NULL
);
CREATE INDEX ix_event_period ON registry.event (period);
CREATE INDEX ix_event_person_id ON registry.event (person_id);
COMMENT ON TABLE registry.event IS '人员编号的变更记录';
COMMENT ON COLUMN registry.event.period IS '发生的统计月份';
COMMENT ON COLUMN registry.event.kind IS '种类：create 新建，attach 补得号码，merge 合并，dispute 号码存疑';
COMMENT ON COLUMN registry.event.person_id IS '人员编号';
COMMENT ON COLUMN registry.event.other_id IS '另一方人员编号';
COMMENT ON COLUMN registry.event.why IS '原因（不含个人信息）';

CREATE TABLE registry.review_item (
    item_id TEXT NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL,
    person_a TEXT,
    person_b TEXT,
    row_id_a TEXT,
    row_id_b TEXT,
    why JSONB NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_review_item PRIMARY KEY (item_id),
    CONSTRAINT ck_review_item_state CHECK (state in ('new', 'decided', 'expired'))
);
CREATE INDEX ix_review_item_period ON registry.review_item (period);
COMMENT ON TABLE registry.review_item IS '交人核实的疑似同一人';
COMMENT ON COLUMN registry.review_item.item_id IS '待核实事项编号：由双方编号得出';
COMMENT ON COLUMN registry.review_item.period IS '提出的统计月份';
COMMENT ON COLUMN registry.review_item.kind IS '种类：id_dispute 号码存疑，undecided 可属多人，candidate 疑似同一人';
COMMENT ON COLUMN registry.review_item.person_a IS '人员编号甲';
COMMENT ON COLUMN registry.review_item.person_b IS '人员编号乙';
COMMENT ON COLUMN registry.review_item.row_id_a IS '数据行编号甲';
COMMENT ON COLUMN registry.review_item.row_id_b IS '数据行编号乙';
COMMENT ON COLUMN registry.review_item.why IS '原因（不含个人信息）';
COMMENT ON COLUMN registry.review_item.state IS '状态：new 待办，decided 已定，expired 已过时';

create view registry.current_person as
with recursive chain (person_id, current_id, hops) as (
    select person_id, merged_into, 1 from registry.person where merged_into is not null
    union all
    select chain.person_id, person.merged_into, chain.hops + 1
    from chain join registry.person on person.person_id = chain.current_id
    where person.merged_into is not null
),
last_hop as (select distinct on (person_id) person_id, current_id from chain order by person_id, hops desc)
select person.person_id, coalesce(last_hop.current_id, person.person_id) as current_id
from registry.person left join last_hop using (person_id);
comment on view registry.current_person is '人员编号对照：合并后应以 current_id 为准';
