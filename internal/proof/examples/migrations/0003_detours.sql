-- Ways round the policies: a partition, views, a privilege that they don't limit.
CREATE TABLE readings (
    name      text NOT NULL,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (name, archived)
) PARTITION BY LIST (archived);
CREATE TABLE readings_open PARTITION OF readings FOR VALUES IN (false);
CREATE TABLE readings_archived PARTITION OF readings FOR VALUES IN (true);
ALTER TABLE readings OWNER TO app_owner;
ALTER TABLE readings ENABLE ROW LEVEL SECURITY;
ALTER TABLE readings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON readings
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON readings, readings_open TO app;

-- Of an owner who bypasses, of one that the table doesn't bind, and closed ones.
CREATE VIEW order_names AS SELECT name FROM orders;
ALTER VIEW order_names OWNER TO service_role;
CREATE VIEW document_names AS SELECT name FROM documents;
ALTER VIEW document_names OWNER TO app_owner;
CREATE VIEW my_orders WITH (security_invoker = true) AS SELECT name FROM orders;
CREATE VIEW owned_orders AS SELECT name FROM orders;
ALTER VIEW owned_orders OWNER TO app_owner;
CREATE VIEW orders_in_context AS
    SELECT name FROM orders WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid;
ALTER VIEW orders_in_context OWNER TO service_role;
CREATE MATERIALIZED VIEW order_archive AS SELECT name FROM orders;
ALTER MATERIALIZED VIEW order_archive OWNER TO service_role;
GRANT SELECT ON order_names, document_names, my_orders, owned_orders, orders_in_context, order_archive TO app;
