create schema vault;
comment on schema vault is '证件号码密文库：密钥在数据库之外';

CREATE TABLE vault.identity (
    id_hmac BYTEA NOT NULL,
    id_cipher BYTEA NOT NULL,
    key_version INTEGER NOT NULL,
    CONSTRAINT pk_identity PRIMARY KEY (id_hmac)
);
COMMENT ON TABLE vault.identity IS '证件号码密文库';
COMMENT ON COLUMN vault.identity.id_hmac IS '号码的带密钥摘要';
COMMENT ON COLUMN vault.identity.id_cipher IS '号码密文；密钥不在数据库内';
COMMENT ON COLUMN vault.identity.key_version IS '密钥版本';

