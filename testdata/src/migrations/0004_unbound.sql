-- sessions are looked up before anybody knows the tenant: a policy is there for that.
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('app.tenant_id', true), '')::uuid
$$;
CREATE TABLE sessions (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, token text NOT NULL);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON sessions USING (tenant_id = current_tenant());
CREATE POLICY unbound_select ON sessions FOR SELECT USING (current_tenant() IS NULL);

-- branches are listed by a role that is there for it.
CREATE ROLE branch_reader LOGIN;
CREATE TABLE branches (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, name text NOT NULL);
ALTER TABLE branches ENABLE ROW LEVEL SECURITY;
ALTER TABLE branches FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON branches USING (tenant_id = current_tenant());
CREATE POLICY enumerate ON branches FOR SELECT TO branch_reader USING (true);

-- drafts are open to everybody who sets nothing: that is no policy for it, but a hole.
CREATE TABLE drafts (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON drafts USING (current_tenant() IS NULL OR tenant_id = current_tenant());
CREATE POLICY mine ON drafts FOR DELETE USING (tenant_id = current_tenant());
