-- Linking: the evidence of a link, the month's quality figure, and how urgent an open question is.
CREATE TABLE registry.evidence (
    row_id TEXT NOT NULL,
    period TEXT NOT NULL,
    step INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    tier TEXT NOT NULL,
    bits DOUBLE PRECISION,
    runner_up DOUBLE PRECISION,
    other_row TEXT,
    other_person TEXT,
    model TEXT,
    detail JSONB NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (row_id, period, step)
);
CREATE INDEX ix_evidence_person_id ON registry.evidence (person_id);
CREATE INDEX ix_evidence_period ON registry.evidence (period);
COMMENT ON TABLE registry.evidence IS '认定的依据：不凭本行号码而归某人的每一行，逐步说明凭什么（凭本行有效号码的 T1、T2 与新建 NEW 无须另记）';
COMMENT ON COLUMN registry.evidence.row_id IS '数据行编号';
COMMENT ON COLUMN registry.evidence.period IS '认定的统计月份';
COMMENT ON COLUMN registry.evidence.step IS '第几步，从 1 起：先与他行相认，再同归一人';
COMMENT ON COLUMN registry.evidence.person_id IS '认定为何人';
COMMENT ON COLUMN registry.evidence.tier IS '层级：schemas/linkage.yaml 中的名称；FS 按模型计分；SAME 与往月某行内容全同';
COMMENT ON COLUMN registry.evidence.bits IS '这一对的分数（比特）；仅 FS 有';
COMMENT ON COLUMN registry.evidence.runner_up IS '第二人选的分数（比特）；没有第二人选时为空';
COMMENT ON COLUMN registry.evidence.other_row IS '与之比对的本月数据行编号';
COMMENT ON COLUMN registry.evidence.other_person IS '与之比对的往月人员编号';
COMMENT ON COLUMN registry.evidence.model IS '模型版本；仅 FS 有';
COMMENT ON COLUMN registry.evidence.detail IS '细目（不含个人信息）：层级写相同的键（tiers、by）；FS 写各项比对、等级、比特（evidence）及同户封顶（household）、先验（prior）';

CREATE TABLE registry.quality (
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    model TEXT,
    hidden INTEGER NOT NULL,
    findable INTEGER NOT NULL,
    linked INTEGER NOT NULL,
    correct INTEGER NOT NULL,
    CONSTRAINT pk_quality PRIMARY KEY (period, source),
    CONSTRAINT ck_quality_counts CHECK (correct <= linked and linked <= hidden and findable <= hidden)
);
COMMENT ON TABLE registry.quality IS '认定质量的逐月检验：藏起一部分无争议的号码，再认一遍，与号码所指相比';
COMMENT ON COLUMN registry.quality.period IS '统计月份';
COMMENT ON COLUMN registry.quality.source IS '数据来源';
COMMENT ON COLUMN registry.quality.model IS '模型版本';
COMMENT ON COLUMN registry.quality.hidden IS '藏起号码的行数';
COMMENT ON COLUMN registry.quality.findable IS '其中本人另有他行可认的行数：召回率的分母';
COMMENT ON COLUMN registry.quality.linked IS '认作某人的行数：准确率的分母';
COMMENT ON COLUMN registry.quality.correct IS '认对的行数';

ALTER TABLE registry.review_item
    ADD COLUMN score DOUBLE PRECISION,
    ADD COLUMN margin DOUBLE PRECISION,
    ADD COLUMN priority DOUBLE PRECISION;
COMMENT ON COLUMN registry.review_item.kind IS '种类：id_dispute 号码存疑，undecided 可属多人，candidate 疑似同一人，near 分数接近界限，margin 两人选相差无几，contradiction 分数高而有矛盾';
COMMENT ON COLUMN registry.review_item.score IS '分数（比特）；计分所得的事项才有';
COMMENT ON COLUMN registry.review_item.margin IS '与第二人选相差的比特';
COMMENT ON COLUMN registry.review_item.priority IS '先后：数大者先核实';
COMMENT ON COLUMN registry.link.tier IS '认定依据的层级：T1、T2 凭本行有效号码，schemas/linkage.yaml 中的层级名，FS 按模型计分，SAME 与往月某行全同，NEW 新建，DECIDED 人工决定';
