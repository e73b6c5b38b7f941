CREATE TABLE mart.report_line (
    period TEXT NOT NULL,
    generation INTEGER NOT NULL,
    township9 TEXT NOT NULL,
    line TEXT NOT NULL,
    hukou INTEGER,
    migrant INTEGER,
    ge6m INTEGER,
    hukou_year INTEGER,
    migrant_year INTEGER,
    ge6m_year INTEGER,
    CONSTRAINT pk_report_line PRIMARY KEY (period, generation, township9, line)
);
COMMENT ON TABLE mart.report_line IS '月报表各行，按户籍、流动、居住满6个月；区级不一定等于各镇街之和';
COMMENT ON COLUMN mart.report_line.period IS '统计月份';
COMMENT ON COLUMN mart.report_line.generation IS '版次';
COMMENT ON COLUMN mart.report_line.township9 IS '乡级区划代码；district 为全区';
COMMENT ON COLUMN mart.report_line.line IS '月报表的行（schemas/monthly_report.yaml）';
COMMENT ON COLUMN mart.report_line.hukou IS '户籍人口本月；空为未报或不适用';
COMMENT ON COLUMN mart.report_line.migrant IS '流动人口本月；空为未报或不适用';
COMMENT ON COLUMN mart.report_line.ge6m IS '其中居住满6个月本月；空为未报或不适用';
COMMENT ON COLUMN mart.report_line.hukou_year IS '户籍人口本年累计';
COMMENT ON COLUMN mart.report_line.migrant_year IS '流动人口本年累计';
COMMENT ON COLUMN mart.report_line.ge6m_year IS '其中居住满6个月本年累计';

CREATE TABLE ledger.answer (
    token TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    period TEXT NOT NULL,
    township9 TEXT NOT NULL,
    list TEXT NOT NULL,
    person_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    row_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    correction_cipher BYTEA,
    answered_by TEXT,
    answered_on DATE,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_answer PRIMARY KEY (token, file_sha256)
);
CREATE INDEX ix_answer_period_township9 ON ledger.answer (period, township9);
CREATE INDEX ix_answer_row_id ON ledger.answer (row_id);
COMMENT ON TABLE ledger.answer IS '镇街退回的核实结果，一行一次；同一行以最后导入的为准';
COMMENT ON COLUMN ledger.answer.token IS '行标识';
COMMENT ON COLUMN ledger.answer.file_sha256 IS '退回文件的内容指纹';
COMMENT ON COLUMN ledger.answer.period IS '名单的统计月份';
COMMENT ON COLUMN ledger.answer.township9 IS '镇街代码';
COMMENT ON COLUMN ledger.answer.list IS '名单';
COMMENT ON COLUMN ledger.answer.person_id IS '人员编号';
COMMENT ON COLUMN ledger.answer.entry_id IS '名单内的区分';
COMMENT ON COLUMN ledger.answer.row_id IS '所据的数据行编号';
COMMENT ON COLUMN ledger.answer.answer IS '核实结果';
COMMENT ON COLUMN ledger.answer.correction_cipher IS '更正内容（加密）；未填为空';
COMMENT ON COLUMN ledger.answer.answered_by IS '核实人';
COMMENT ON COLUMN ledger.answer.answered_on IS '核实日期；未填或看不懂为空';
COMMENT ON COLUMN ledger.answer.imported_at IS '导入时间';
