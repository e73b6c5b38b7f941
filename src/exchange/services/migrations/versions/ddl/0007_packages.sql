-- Packages: protection, receipts and resends of what was delivered.
CREATE TABLE ledger.package (
    package_id TEXT NOT NULL,
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    account TEXT NOT NULL,
    folder TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    previous_sha256 TEXT,
    package_sha256 TEXT NOT NULL,
    public_key TEXT NOT NULL,
    attachments JSONB NOT NULL,
    files INTEGER NOT NULL,
    rows BIGINT NOT NULL,
    protection TEXT NOT NULL,
    reason TEXT NOT NULL,
    password_term TEXT,
    awaits_receipt BOOLEAN NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE,
    signed_by TEXT,
    signed_on DATE,
    reminders INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_package PRIMARY KEY (package_id),
    CONSTRAINT uq_package_series_number UNIQUE (series, number),
    CONSTRAINT ck_package_protection CHECK (protection in ('ooxml', 'zip', 'age', 'none')),
    CONSTRAINT ck_package_reason CHECK (protection <> 'none' or reason <> '')
);
CREATE INDEX ix_package_period_account ON ledger.package (period, account);
CREATE INDEX ix_package_package_sha256 ON ledger.package (package_sha256);
COMMENT ON TABLE ledger.package IS '发件包：一个账户一个月一版的全部文件和签名清单';
COMMENT ON COLUMN ledger.package.package_id IS '发件包编号';
COMMENT ON COLUMN ledger.package.period IS '统计月份';
COMMENT ON COLUMN ledger.package.generation IS '版次';
COMMENT ON COLUMN ledger.package.account IS '接收方账户';
COMMENT ON COLUMN ledger.package.folder IS '账户内的文件夹';
COMMENT ON COLUMN ledger.package.kind IS '接收方类别：office、center、agency、auditor、bureau';
COMMENT ON COLUMN ledger.package.recipient IS '接收方';
COMMENT ON COLUMN ledger.package.series IS '清单链：账户和文件夹，月份以 * 代替';
COMMENT ON COLUMN ledger.package.number IS '在清单链中的序号，从 1 起连续';
COMMENT ON COLUMN ledger.package.manifest IS '清单文件名';
COMMENT ON COLUMN ledger.package.manifest_sha256 IS '清单指纹';
COMMENT ON COLUMN ledger.package.previous_sha256 IS '链上前一份清单的指纹；第一份为空';
COMMENT ON COLUMN ledger.package.package_sha256 IS '包摘要：清单中文件列表的指纹，回执以此为准';
COMMENT ON COLUMN ledger.package.public_key IS '签名公钥（Ed25519，base64）';
COMMENT ON COLUMN ledger.package.attachments IS '清单、签名和附件的文件名与指纹';
COMMENT ON COLUMN ledger.package.files IS '文件数';
COMMENT ON COLUMN ledger.package.rows IS '行数';
COMMENT ON COLUMN ledger.package.protection IS '保护方式：ooxml、zip、age、none';
COMMENT ON COLUMN ledger.package.reason IS '不加密的理由；加密的为空字符串';
COMMENT ON COLUMN ledger.package.password_term IS '密码的适用期（不是密码）；不用密码的为空';
COMMENT ON COLUMN ledger.package.awaits_receipt IS '是否须签收';
COMMENT ON COLUMN ledger.package.made_at IS '生成时间';
COMMENT ON COLUMN ledger.package.sent_at IS '上传完成时间';
COMMENT ON COLUMN ledger.package.received_at IS '回执登记时间；未签收为空';
COMMENT ON COLUMN ledger.package.signed_by IS '签收人';
COMMENT ON COLUMN ledger.package.signed_on IS '签收日期';
COMMENT ON COLUMN ledger.package.reminders IS '已催办次数';

CREATE TABLE ledger.package_receipt (
    file_sha256 TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    package_id TEXT,
    outcome TEXT NOT NULL,
    message TEXT NOT NULL,
    told_sha256 TEXT,
    told_rows BIGINT,
    signed_by TEXT,
    signed_on DATE,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_package_receipt PRIMARY KEY (file_sha256, account),
    CONSTRAINT ck_package_receipt_outcome CHECK (
        outcome in ('accepted', 'repeated', 'mismatch', 'foreign', 'unknown', 'incomplete', 'unreadable')
    )
);
CREATE INDEX ix_package_receipt_package_id ON ledger.package_receipt (package_id);
COMMENT ON TABLE ledger.package_receipt IS '收到的签收回执，一份一行，不论是否相符';
COMMENT ON COLUMN ledger.package_receipt.file_sha256 IS '回执文件的内容指纹';
COMMENT ON COLUMN ledger.package_receipt.account IS '交来回执的账户；人工导入的为空字符串';
COMMENT ON COLUMN ledger.package_receipt.name IS '回执文件名';
COMMENT ON COLUMN ledger.package_receipt.bytes IS '字节数';
COMMENT ON COLUMN ledger.package_receipt.modified IS '文件时间（Unix 秒）；与大小相同则不再读取';
COMMENT ON COLUMN ledger.package_receipt.package_id IS '所签收的发件包；对不上的为空';
COMMENT ON COLUMN ledger.package_receipt.outcome IS '结果：accepted 签收，repeated 重复，mismatch 不符，foreign 他方的包，unknown 无此包，incomplete 未填全，unreadable 无法识别';
COMMENT ON COLUMN ledger.package_receipt.message IS '给签收方的说明';
COMMENT ON COLUMN ledger.package_receipt.told_sha256 IS '回执所列包摘要';
COMMENT ON COLUMN ledger.package_receipt.told_rows IS '回执所列行数';
COMMENT ON COLUMN ledger.package_receipt.signed_by IS '签收人';
COMMENT ON COLUMN ledger.package_receipt.signed_on IS '签收日期';
COMMENT ON COLUMN ledger.package_receipt.seen_at IS '登记时间';

CREATE TABLE ledger.dispatch_event (
    package_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    why TEXT NOT NULL,
    files INTEGER NOT NULL,
    CONSTRAINT pk_dispatch_event PRIMARY KEY (package_id, number),
    CONSTRAINT ck_dispatch_event_event CHECK (event in ('resent', 'reminded', 'removed'))
);
COMMENT ON TABLE ledger.dispatch_event IS '发件包寄出之后的事：重发、催办、到期销毁';
COMMENT ON COLUMN ledger.dispatch_event.package_id IS '发件包编号';
COMMENT ON COLUMN ledger.dispatch_event.number IS '该包的第几件事，从 1 起';
COMMENT ON COLUMN ledger.dispatch_event.event IS 'resent 重发原字节，reminded 催办，removed 到期销毁文件';
COMMENT ON COLUMN ledger.dispatch_event.at IS '时间';
COMMENT ON COLUMN ledger.dispatch_event.actor IS '操作者';
COMMENT ON COLUMN ledger.dispatch_event.why IS '事由';
COMMENT ON COLUMN ledger.dispatch_event.files IS '涉及的文件数';

ALTER TABLE ledger.dispatch ADD COLUMN package_id TEXT;
ALTER TABLE ledger.dispatch ADD COLUMN protection TEXT DEFAULT 'none' NOT NULL;
ALTER TABLE ledger.dispatch ADD COLUMN plain_sha256 TEXT;
ALTER TABLE ledger.dispatch ADD COLUMN bytes_removed_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX ix_dispatch_package_id ON ledger.dispatch (package_id);
COMMENT ON COLUMN ledger.dispatch.package_id IS '所属发件包；0007 之前寄出的为空';
COMMENT ON COLUMN ledger.dispatch.protection IS '保护方式：ooxml、zip、age、none';
COMMENT ON COLUMN ledger.dispatch.plain_sha256 IS '加密前内容的指纹';
COMMENT ON COLUMN ledger.dispatch.bytes_removed_at IS '发件目录中文件的销毁时间；指纹与计数永久保留';
