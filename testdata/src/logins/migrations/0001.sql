-- +goose Up
CREATE ROLE app LOGIN NOBYPASSRLS;
CREATE ROLE batch LOGIN BYPASSRLS;
CREATE ROLE archivist LOGIN NOBYPASSRLS;
CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, total bigint NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
CREATE TABLE archives (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE archives OWNER TO archivist;
ALTER TABLE archives ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON archives USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
