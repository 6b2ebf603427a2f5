-- +goose Up
CREATE TABLE products (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants,
    sku         text NOT NULL,
    title       text NOT NULL,
    price_cents bigint NOT NULL,
    stock       integer NOT NULL DEFAULT 0,
    UNIQUE (tenant_id, sku)
);

CREATE TABLE customers (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants,
    email     text NOT NULL,
    name      text NOT NULL,
    UNIQUE (tenant_id, email)
);

ALTER TABLE products ENABLE ROW LEVEL SECURITY;
ALTER TABLE products FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON products
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE customers FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON customers
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON products, customers TO shop_app;
GRANT SELECT ON products, customers TO shop_support;

-- +goose Down
DROP TABLE customers;
DROP TABLE products;
