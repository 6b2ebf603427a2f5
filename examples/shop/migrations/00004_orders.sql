-- +goose Up
CREATE TABLE orders (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants,
    customer_id uuid NOT NULL REFERENCES customers,
    status      text NOT NULL DEFAULT 'open',
    total_cents bigint NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_tenant_id_idx ON orders (tenant_id, created_at);

CREATE TABLE order_items (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants,
    order_id    uuid NOT NULL REFERENCES orders,
    product_id  uuid NOT NULL REFERENCES products,
    quantity    integer NOT NULL,
    price_cents bigint NOT NULL
);
CREATE INDEX order_items_tenant_id_idx ON order_items (tenant_id, order_id);

CREATE TABLE invoices (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants,
    order_id     uuid NOT NULL REFERENCES orders,
    amount_cents bigint NOT NULL,
    issued_at    timestamptz NOT NULL DEFAULT now(),
    paid_at      timestamptz,
    UNIQUE (tenant_id, order_id)
);

-- +goose StatementBegin
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['orders', 'order_items', 'invoices'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)', t);
    END LOOP;
END
$$;
-- +goose StatementEnd

GRANT SELECT, INSERT, UPDATE, DELETE ON orders, order_items, invoices TO shop_app;
GRANT SELECT ON orders, order_items, invoices TO shop_support;

-- +goose Down
DROP TABLE invoices;
DROP TABLE order_items;
DROP TABLE orders;
