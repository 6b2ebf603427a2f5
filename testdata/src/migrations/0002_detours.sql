-- +goose Up
CREATE ROLE reporting NOLOGIN NOBYPASSRLS;
CREATE ROLE owner NOLOGIN NOBYPASSRLS;

CREATE TABLE readings (
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    at timestamptz NOT NULL,
    value bigint NOT NULL
) PARTITION BY RANGE (at);
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE readings_old PARTITION OF readings DEFAULT;
ALTER TABLE readings OWNER TO owner;
ALTER TABLE readings ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON readings
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
-- One partition is guarded by itself.
ALTER TABLE readings_old ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON readings_old
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

CREATE VIEW order_totals AS SELECT tenant_id, sum(total) AS total FROM orders GROUP BY tenant_id;
ALTER VIEW order_totals OWNER TO batch;
CREATE VIEW customer_names AS SELECT id, email FROM customers;
CREATE VIEW own_customers AS
    SELECT id, email FROM customers WHERE tenant_id = current_setting('app.tenant_id')::uuid;
CREATE VIEW invoker_orders WITH (security_invoker = true) AS SELECT id, total FROM orders;
CREATE VIEW over_invoker AS SELECT id FROM invoker_orders;
CREATE VIEW invoker_over_definer WITH (security_invoker) AS SELECT total FROM order_totals;
CREATE VIEW bound_readings AS SELECT value FROM readings;
ALTER VIEW bound_readings OWNER TO reporting;
CREATE VIEW country_names AS SELECT name FROM countries;

CREATE MATERIALIZED VIEW reading_stats AS SELECT tenant_id, avg(value) AS value FROM readings GROUP BY tenant_id;
ALTER MATERIALIZED VIEW reading_stats OWNER TO batch;
CREATE MATERIALIZED VIEW frozen_readings AS SELECT value FROM readings;
ALTER MATERIALIZED VIEW frozen_readings OWNER TO reporting;

-- +goose Down
DROP MATERIALIZED VIEW frozen_readings, reading_stats;
DROP VIEW country_names, bound_readings, invoker_over_definer, over_invoker, invoker_orders, own_customers, customer_names, order_totals;
DROP TABLE readings;
