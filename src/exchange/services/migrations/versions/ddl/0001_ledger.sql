comment on schema ledger is '办理台账：发生过什么（不含个人信息）';

CREATE TABLE ledger.period (
    period TEXT NOT NULL,
    state TEXT NOT NULL,
    generation INTEGER DEFAULT '0' NOT NULL,
    epoch BIGINT DEFAULT '0' NOT NULL,
    holder TEXT,
    held_since TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_period PRIMARY KEY (period),
    CONSTRAINT ck_period_state CHECK (state in ('open', 'published', 'delivered', 'locked')),
    CONSTRAINT ck_period_month CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
);
COMMENT ON TABLE ledger.period IS '统计月份及其状态、版次和占用';
COMMENT ON COLUMN ledger.period.period IS '统计月份，如 2026-10';
COMMENT ON COLUMN ledger.period.state IS '状态：open 办理中，published 已发布，delivered 已送达，locked 已锁定';
COMMENT ON COLUMN ledger.period.generation IS '现行版次，0 表示尚未发布';
COMMENT ON COLUMN ledger.period.epoch IS '占用序号：每次占用加一，旧占用者不得再写';
COMMENT ON COLUMN ledger.period.holder IS '当前（或最近一次）占用本月的运行编号';
COMMENT ON COLUMN ledger.period.held_since IS '占用开始时间';

CREATE TABLE ledger.delivery (
    delivery_id TEXT NOT NULL,
    source TEXT NOT NULL,
    unit_code TEXT,
    file_period TEXT,
    version INTEGER,
    kind TEXT,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    status TEXT NOT NULL,
    rule TEXT,
    message TEXT,
    manifest_rows INTEGER,
    first_seen_period TEXT NOT NULL,
    processed_period TEXT,
    is_late BOOLEAN DEFAULT 'false' NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retain_until DATE,
    bytes_removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_delivery PRIMARY KEY (delivery_id),
    CONSTRAINT ck_delivery_status CHECK (status in ('received', 'unchanged', 'duplicate', 'partial', 'rejected', 'superseded', 'held'))
);
CREATE INDEX ix_delivery_processed_period_source ON ledger.delivery (processed_period, source);
CREATE INDEX ix_delivery_sha256 ON ledger.delivery (sha256);
COMMENT ON TABLE ledger.delivery IS '报送文件登记：见过的每一个文件都有一行';
COMMENT ON COLUMN ledger.delivery.delivery_id IS '报送编号：路径与内容指纹的摘要（24 位十六进制）';
COMMENT ON COLUMN ledger.delivery.source IS '来源（schemas/sources 的文件名）';
COMMENT ON COLUMN ledger.delivery.unit_code IS '填报单位代码';
COMMENT ON COLUMN ledger.delivery.file_period IS '文件所属月份';
COMMENT ON COLUMN ledger.delivery.version IS '文件版本号 v1、v2…';
COMMENT ON COLUMN ledger.delivery.kind IS '文件类别：full 全量，delta 增量，events 明细';
COMMENT ON COLUMN ledger.delivery.path IS '在报送目录中的路径';
COMMENT ON COLUMN ledger.delivery.sha256 IS '内容指纹 SHA-256';
COMMENT ON COLUMN ledger.delivery.bytes IS '字节数';
COMMENT ON COLUMN ledger.delivery.status IS '处理结果：received、unchanged、duplicate、partial、rejected、superseded、held';
COMMENT ON COLUMN ledger.delivery.rule IS '退回或搁置所依据的规则编号';
COMMENT ON COLUMN ledger.delivery.message IS '给报送单位的说明（不含个人信息）';
COMMENT ON COLUMN ledger.delivery.manifest_rows IS '报送清单声明的行数';
COMMENT ON COLUMN ledger.delivery.first_seen_period IS '首次见到该文件的办理月份';
COMMENT ON COLUMN ledger.delivery.processed_period IS '计入的统计月份；未计入为空';
COMMENT ON COLUMN ledger.delivery.is_late IS '是否迟报（截止后才见到，按补报计入）';
COMMENT ON COLUMN ledger.delivery.seen_at IS '首次见到的时间';
COMMENT ON COLUMN ledger.delivery.retain_until IS '原始文件保存期限';
COMMENT ON COLUMN ledger.delivery.bytes_removed_at IS '原始文件销毁时间；指纹与计数永久保留';

CREATE TABLE ledger.receipt (
    period TEXT NOT NULL,
    stage TEXT NOT NULL,
    subject TEXT NOT NULL,
    run_id TEXT NOT NULL,
    rows_in BIGINT NOT NULL,
    rows_out BIGINT NOT NULL,
    rows_aside BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail JSONB NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (period, stage, subject),
    CONSTRAINT ck_receipt_no_row_vanishes CHECK (rows_in = rows_out + rows_aside),
    CONSTRAINT ck_receipt_outcome CHECK (outcome in ('done', 'unchanged', 'empty'))
);
COMMENT ON TABLE ledger.receipt IS '各环节收据：进入行数 = 通过行数 + 搁置行数';
COMMENT ON COLUMN ledger.receipt.period IS '统计月份';
COMMENT ON COLUMN ledger.receipt.stage IS '环节：land、read、validate、resolve、publish、notify';
COMMENT ON COLUMN ledger.receipt.subject IS '对象：来源名；整月环节为空字符串';
COMMENT ON COLUMN ledger.receipt.run_id IS '运行编号';
COMMENT ON COLUMN ledger.receipt.rows_in IS '进入行数';
COMMENT ON COLUMN ledger.receipt.rows_out IS '通过行数';
COMMENT ON COLUMN ledger.receipt.rows_aside IS '搁置行数（有去向、有原因）';
COMMENT ON COLUMN ledger.receipt.fingerprint IS '产物指纹：由输入、程序版本和配置决定';
COMMENT ON COLUMN ledger.receipt.outcome IS '结果：done 完成，unchanged 无变化，empty 无数据';
COMMENT ON COLUMN ledger.receipt.detail IS '计数明细（不含个人信息）';
COMMENT ON COLUMN ledger.receipt.ended_at IS '结束时间';

CREATE TABLE ledger.source_row (
    row_id TEXT NOT NULL,
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL,
    row INTEGER NOT NULL,
    disposition TEXT NOT NULL,
    rules TEXT NOT NULL,
    CONSTRAINT pk_source_row PRIMARY KEY (row_id)
);
CREATE INDEX ix_source_row_period_source ON ledger.source_row (period, source);
COMMENT ON TABLE ledger.source_row IS '每一个数据行的去向，一行一条，不含个人信息';
COMMENT ON COLUMN ledger.source_row.row_id IS '数据行编号：文件、工作表、行号的摘要';
COMMENT ON COLUMN ledger.source_row.period IS '计入的统计月份';
COMMENT ON COLUMN ledger.source_row.source IS '来源';
COMMENT ON COLUMN ledger.source_row.delivery_id IS '报送编号';
COMMENT ON COLUMN ledger.source_row.file IS '文件路径';
COMMENT ON COLUMN ledger.source_row.sheet IS '工作表名；文本文件为空字符串';
COMMENT ON COLUMN ledger.source_row.row IS '物理行号，从 1 起';
COMMENT ON COLUMN ledger.source_row.disposition IS '处置：accept、warn、quarantine、file_rejected、superseded、ignore';
COMMENT ON COLUMN ledger.source_row.rules IS '命中的规则编号，以分号相连';

CREATE TABLE ledger.issue (
    period TEXT NOT NULL,
    row_id TEXT NOT NULL,
    field TEXT,
    rule TEXT NOT NULL
);
CREATE INDEX ix_issue_period_row_id ON ledger.issue (period, row_id);
COMMENT ON TABLE ledger.issue IS '数据行的问题：只记哪一行哪一项违反哪条规则，不记值';
COMMENT ON COLUMN ledger.issue.period IS '统计月份';
COMMENT ON COLUMN ledger.issue.row_id IS '数据行编号';
COMMENT ON COLUMN ledger.issue.field IS '字段名';
COMMENT ON COLUMN ledger.issue.rule IS '规则编号';

CREATE TABLE ledger.generation (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    manifest JSONB NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    code_version TEXT NOT NULL,
    config_fingerprint TEXT NOT NULL,
    model_hash TEXT,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id TEXT NOT NULL,
    CONSTRAINT pk_generation PRIMARY KEY (period, generation)
);
COMMENT ON TABLE ledger.generation IS '每月各次发布';
COMMENT ON COLUMN ledger.generation.period IS '统计月份';
COMMENT ON COLUMN ledger.generation.generation IS '版次，从 1 起';
COMMENT ON COLUMN ledger.generation.manifest IS '发布清单：输入、计数、指纹';
COMMENT ON COLUMN ledger.generation.manifest_sha256 IS '清单指纹';
COMMENT ON COLUMN ledger.generation.code_version IS '程序版本';
COMMENT ON COLUMN ledger.generation.config_fingerprint IS '约定文件（schemas、expectations、units）的指纹';
COMMENT ON COLUMN ledger.generation.model_hash IS '身份比对模型的指纹；只用确定性规则时为空';
COMMENT ON COLUMN ledger.generation.published_at IS '发布时间';
COMMENT ON COLUMN ledger.generation.run_id IS '运行编号';

CREATE TABLE ledger.dispatch (
    dispatch_id TEXT NOT NULL,
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    product TEXT NOT NULL,
    township9 TEXT,
    unit_code TEXT,
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    rows BIGINT NOT NULL,
    status TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_dispatch PRIMARY KEY (dispatch_id),
    CONSTRAINT ck_dispatch_status CHECK (status in ('written', 'uploaded', 'received'))
);
CREATE INDEX ix_dispatch_period_generation ON ledger.dispatch (period, generation);
COMMENT ON TABLE ledger.dispatch IS '信息通报台账：什么、何时、发给谁、是否签收';
COMMENT ON COLUMN ledger.dispatch.dispatch_id IS '寄送编号';
COMMENT ON COLUMN ledger.dispatch.period IS '统计月份';
COMMENT ON COLUMN ledger.dispatch.generation IS '版次';
COMMENT ON COLUMN ledger.dispatch.recipient IS '接收方';
COMMENT ON COLUMN ledger.dispatch.product IS '产品（schemas/products 的文件名）';
COMMENT ON COLUMN ledger.dispatch.township9 IS '镇街代码；不分镇街的产品为空';
COMMENT ON COLUMN ledger.dispatch.unit_code IS '填报单位代码；不针对单位的产品为空';
COMMENT ON COLUMN ledger.dispatch.path IS '在发件目录中的路径';
COMMENT ON COLUMN ledger.dispatch.bytes IS '字节数';
COMMENT ON COLUMN ledger.dispatch.sha256 IS '内容指纹';
COMMENT ON COLUMN ledger.dispatch.rows IS '行数';
COMMENT ON COLUMN ledger.dispatch.status IS '状态：written 已生成，uploaded 已上传，received 已签收';
COMMENT ON COLUMN ledger.dispatch.sent_at IS '上传完成时间';
COMMENT ON COLUMN ledger.dispatch.received_at IS '签收时间';

