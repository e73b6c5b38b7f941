-- Sources: what a sender corrected in the workbook that went back to it.
CREATE TABLE ledger.correction_act (
    act_id TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    source TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    file_period TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    approved_by TEXT,
    why TEXT NOT NULL,
    rows INTEGER NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_correction_act PRIMARY KEY (act_id)
);
CREATE INDEX ix_correction_act_delivery_id ON ledger.correction_act (delivery_id);
COMMENT ON TABLE ledger.correction_act IS '更正：填报单位退回一次问题反馈所改的行，按单位和月份成为一份新的报送';
COMMENT ON COLUMN ledger.correction_act.act_id IS '更正编号';
COMMENT ON COLUMN ledger.correction_act.file_sha256 IS '依据：退回文件的内容指纹';
COMMENT ON COLUMN ledger.correction_act.source IS '来源';
COMMENT ON COLUMN ledger.correction_act.unit_code IS '填报单位代码';
COMMENT ON COLUMN ledger.correction_act.file_period IS '原报送所属月份';
COMMENT ON COLUMN ledger.correction_act.delivery_id IS '改后各行所在的报送';
COMMENT ON COLUMN ledger.correction_act.asked_by IS '提出人（填报单位或其经办人）';
COMMENT ON COLUMN ledger.correction_act.checked_by IS '核对并导入的人';
COMMENT ON COLUMN ledger.correction_act.approved_by IS '批准人；未经批准流程的为空';
COMMENT ON COLUMN ledger.correction_act.why IS '理由';
COMMENT ON COLUMN ledger.correction_act.rows IS '行数';
COMMENT ON COLUMN ledger.correction_act.imported_at IS '导入时间';

CREATE TABLE ledger.correction (
    row_id_new TEXT NOT NULL,
    row_id_old TEXT NOT NULL,
    act_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    sheet_new TEXT NOT NULL,
    row_new INTEGER NOT NULL,
    fields TEXT NOT NULL,
    old_hmac BYTEA NOT NULL,
    new_hmac BYTEA NOT NULL,
    CONSTRAINT pk_correction PRIMARY KEY (row_id_new)
);
CREATE INDEX ix_correction_row_id_old ON ledger.correction (row_id_old);
CREATE INDEX ix_correction_delivery_id ON ledger.correction (delivery_id);
COMMENT ON TABLE ledger.correction IS '更正的行：原行与改后的行；值只在封存的报送文件里';
COMMENT ON COLUMN ledger.correction.row_id_new IS '改后的数据行编号';
COMMENT ON COLUMN ledger.correction.row_id_old IS '原数据行编号';
COMMENT ON COLUMN ledger.correction.act_id IS '更正编号';
COMMENT ON COLUMN ledger.correction.delivery_id IS '改后各行所在的报送；同月再次退回时由更高版本取代';
COMMENT ON COLUMN ledger.correction.sheet_new IS '改后的工作表';
COMMENT ON COLUMN ledger.correction.row_new IS '改后的行号';
COMMENT ON COLUMN ledger.correction.fields IS '改动的项目，以分号分隔；整行重报为空';
COMMENT ON COLUMN ledger.correction.old_hmac IS '原值的密钥摘要';
COMMENT ON COLUMN ledger.correction.new_hmac IS '新值的密钥摘要';

CREATE TABLE ledger.volume_finding (
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    rows BIGINT NOT NULL,
    usual FLOAT NOT NULL,
    months INTEGER NOT NULL,
    CONSTRAINT pk_volume_finding PRIMARY KEY (period, source, unit_code, kind, rule)
);
COMMENT ON TABLE ledger.volume_finding IS '报送量异常：某单位本月行数与前三个月相比变化过大；只提示核实，不搁置行，不停办理';
COMMENT ON COLUMN ledger.volume_finding.period IS '统计月份';
COMMENT ON COLUMN ledger.volume_finding.source IS '来源（schemas/sources 的文件名）';
COMMENT ON COLUMN ledger.volume_finding.unit_code IS '填报单位代码；文件名无法识别的为空字符串';
COMMENT ON COLUMN ledger.volume_finding.kind IS '文件类别：full 全量，delta 增量，events 明细';
COMMENT ON COLUMN ledger.volume_finding.rule IS '规则编号（F05 等），见 expectations/months.json';
COMMENT ON COLUMN ledger.volume_finding.rows IS '本月行数';
COMMENT ON COLUMN ledger.volume_finding.usual IS '前三个月行数的中位数';
COMMENT ON COLUMN ledger.volume_finding.months IS '前三个月中有几个月可比';
