-- orders is what a tenant table should be: enabled, forced, and safe on a reused
-- connection, where the setting reads '' and no longer NULL.
CREATE TABLE orders (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false
);
ALTER TABLE orders OWNER TO app_owner;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON orders
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

-- documents is not forced: its policies don't bind its owner.
CREATE TABLE documents (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false
);
ALTER TABLE documents OWNER TO app_owner;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON documents
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);

-- tickets has a door for batch work.
CREATE TABLE tickets (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false
);
ALTER TABLE tickets OWNER TO app_owner;
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tickets
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY batch ON tickets
    USING (current_setting('app.bypass_rls', true) = 'on');

GRANT SELECT, INSERT, UPDATE, DELETE ON orders, documents, tickets TO app, service_role, neondb_owner;
GRANT SELECT ON orders, documents, tickets TO app_readonly, app_support;
