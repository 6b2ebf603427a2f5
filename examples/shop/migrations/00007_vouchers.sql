-- +goose Up
CREATE TABLE vouchers (
    tenant_id uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants,
    code      text NOT NULL,
    cents     bigint NOT NULL,
    PRIMARY KEY (code)
);
CREATE INDEX ON vouchers (tenant_id);
ALTER TABLE vouchers ENABLE ROW LEVEL SECURITY;
ALTER TABLE vouchers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON vouchers
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON vouchers TO shop_app;

-- +goose Down
DROP TABLE vouchers;
