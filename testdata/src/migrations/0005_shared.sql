-- templates are a tenant's own, or everybody's: those that no tenant has.
CREATE TABLE templates (id uuid PRIMARY KEY, tenant_id uuid, name text NOT NULL);
ALTER TABLE templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE templates FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_shared ON templates FOR SELECT USING (tenant_id IS NULL OR tenant_id = current_tenant());
CREATE POLICY add ON templates FOR INSERT WITH CHECK (tenant_id = current_tenant());
CREATE POLICY change ON templates FOR UPDATE USING (tenant_id = current_tenant());

-- plans say themselves that they are for everybody, and whoever may write adds such.
CREATE TABLE plans (id uuid PRIMARY KEY, tenant_id uuid, public boolean NOT NULL DEFAULT false);
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans FORCE ROW LEVEL SECURITY;
CREATE POLICY own_or_public ON plans USING (public OR tenant_id = current_tenant());

-- circulars are like templates, but their policies don't bind whoever owns the table.
CREATE TABLE circulars (id uuid PRIMARY KEY, tenant_id uuid, name text NOT NULL);
ALTER TABLE circulars ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_or_shared ON circulars USING (tenant_id IS NULL OR tenant_id = current_tenant());
