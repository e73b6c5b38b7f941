-- Of a person only the names are ever asked for, and then without a visit to the table.
drop index registry.ix_key_person_id;
create index ix_key_person_id on registry.key (person_id) include (key_hmac, first_period) where key_kind = 'name';

CREATE TABLE registry.recluster (
    known_until TEXT NOT NULL,
    recluster_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    why TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    counts JSONB NOT NULL,
    CONSTRAINT pk_recluster PRIMARY KEY (known_until)
);
COMMENT ON TABLE registry.recluster IS '全部数据重新认定：已发布的月份不动，下次发布起生效';
COMMENT ON COLUMN registry.recluster.known_until IS '所依据的最后一个已发布月份；下一个月份发布时生效';
COMMENT ON COLUMN registry.recluster.recluster_id IS '编号：由结果得出，结果相同则编号相同';
COMMENT ON COLUMN registry.recluster.asked_by IS '决定人';
COMMENT ON COLUMN registry.recluster.why IS '理由';
COMMENT ON COLUMN registry.recluster.made_at IS '作出时间';
COMMENT ON COLUMN registry.recluster.counts IS '各类变更的数目';

CREATE TABLE registry.reclustered_row (
    known_until TEXT NOT NULL,
    row_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    CONSTRAINT pk_reclustered_row PRIMARY KEY (known_until, row_id),
    CONSTRAINT fk_reclustered_row_known_until FOREIGN KEY(known_until) REFERENCES registry.recluster (known_until) ON DELETE CASCADE
);
COMMENT ON TABLE registry.reclustered_row IS '重新认定会改变其归属的人员，及其各数据行的归属';
COMMENT ON COLUMN registry.reclustered_row.known_until IS '所依据的最后一个已发布月份';
COMMENT ON COLUMN registry.reclustered_row.row_id IS '数据行编号';
COMMENT ON COLUMN registry.reclustered_row.person_id IS '重新认定后所属的人员编号';
COMMENT ON COLUMN registry.link.tier IS '认定依据的层级：T1、T2 凭本行有效号码，schemas/linkage.yaml 中的层级名，FS 按模型计分，SAME 与往月某行全同，NEW 新建，DECIDED 人工决定，RECLUSTER 全部数据重新认定';
