-- +goose Up
CREATE TABLE tenants (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
-- Everybody's, and those that a tenant has agreed on.
CREATE TABLE plans (id uuid PRIMARY KEY, tenant_id uuid, name text NOT NULL);

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    total bigint NOT NULL,
    note text
);
CREATE TABLE items (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    order_id uuid NOT NULL REFERENCES orders (id),
    name text NOT NULL
);
CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    email text NOT NULL UNIQUE,
    phone text NOT NULL,
    UNIQUE (tenant_id, phone),
    UNIQUE (tenant_id, id)
);
-- Rows without tenant are for all.
CREATE TABLE templates (
    id uuid PRIMARY KEY,
    tenant_id uuid REFERENCES tenants (id),
    name text NOT NULL
);
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid,
    name text NOT NULL
);
-- A call goes to a customer of its own tenant; who sent that one may be anybody's.
CREATE TABLE calls (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    referrer uuid REFERENCES customers (id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
);
CREATE TABLE settings (
    name text NOT NULL,
    tenant_id text NOT NULL DEFAULT 'default',
    value text NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- +goose Down
DROP TABLE calls, settings, events, templates, customers, items, orders, plans, countries, tenants;
