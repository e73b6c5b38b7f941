CREATE TABLE ledger.audit (
    seq BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    why TEXT NOT NULL,
    counts JSONB NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (seq)
);
COMMENT ON TABLE ledger.audit IS '审计日志：只增不改，逐条链接';
COMMENT ON COLUMN ledger.audit.seq IS '序号，从 1 起连续无缺';
COMMENT ON COLUMN ledger.audit.at IS '时间';
COMMENT ON COLUMN ledger.audit.actor IS '操作者';
COMMENT ON COLUMN ledger.audit.act IS '行为';
COMMENT ON COLUMN ledger.audit.object IS '对象（编号，不含个人信息）';
COMMENT ON COLUMN ledger.audit.why IS '事由';
COMMENT ON COLUMN ledger.audit.counts IS '计数';
COMMENT ON COLUMN ledger.audit.prev_hash IS '上一条的指纹；第一条为 64 个 0';
COMMENT ON COLUMN ledger.audit.hash IS '本条指纹：SHA-256(上一条指纹 + 本条规范化 JSON)';

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end
$$;
comment on function ledger.refuse_change() is '审计日志只增不改';
create trigger audit_is_append_only before update or delete on ledger.audit
    for each row execute function ledger.refuse_change();
create trigger audit_is_never_emptied before truncate on ledger.audit
    for each statement execute function ledger.refuse_change();
