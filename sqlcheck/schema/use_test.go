package schema_test

import (
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

const usePrelude = `
CREATE TABLE orders (id uuid, tenant_id uuid, owner_id uuid, project_id uuid, path text, role text);
CREATE TABLE members (tenant_id uuid, user_id uuid, role text);
CREATE TABLE projects (id uuid, tenant_id uuid);
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
CREATE FUNCTION indirect() RETURNS uuid LANGUAGE sql AS 'SELECT public.current_tenant()';
CREATE FUNCTION pl_tenant() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE v text := current_setting('app.tenant_id', true);
BEGIN
  IF v IS NULL OR v = '' THEN RETURN NULL; END IF;
  RETURN v::uuid;
EXCEPTION WHEN others THEN RETURN NULL;
END $$;
CREATE FUNCTION is_bypass() RETURNS boolean LANGUAGE sql AS $$ SELECT COALESCE(current_setting('app.bypass', true), 'off') = 'on' $$;
CREATE FUNCTION pl_bypass() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN current_setting('app.bypass', true)::boolean; END $$;
CREATE FUNCTION belongs(t uuid) RETURNS boolean LANGUAGE sql AS $$ SELECT t = current_setting('app.tenant_id')::uuid $$;
CREATE FUNCTION belongs_named(t uuid, setting text DEFAULT 'app.other') RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN $1 = current_setting(setting)::uuid; END $$;
CREATE FUNCTION my_tenants() RETURNS SETOF uuid LANGUAGE sql SECURITY DEFINER AS $$ SELECT tenant_id FROM members WHERE user_id = current_setting('app.user_id')::uuid $$;
CREATE FUNCTION is_staff() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE found_role text;
BEGIN
  SELECT role INTO found_role FROM members WHERE user_id = current_setting('app.user_id')::uuid;
  RETURN found_role = 'staff';
END $$;
CREATE FUNCTION get(name text) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('app.' || name, true) $$;
CREATE FUNCTION loops() RETURNS text LANGUAGE sql AS 'SELECT loops()';
`

// TestPolicyUses says, for a policy's expression on orders, what becomes of the
// settings in it.
func TestPolicyUses(t *testing.T) {
	for _, test := range []struct{ using, want string }{
		{"tenant_id = current_setting('app.tenant_id')::uuid", "compares app.tenant_id with tenant_id"},
		{"tenant_id = current_setting('App.Tenant_ID', true)::uuid", "compares app.tenant_id with tenant_id"},
		{"tenant_id::text = (SELECT current_setting('app.tenant_id', true))", "compares app.tenant_id with tenant_id"},
		{"orders.tenant_id = NULLIF(pg_catalog.current_setting('app.tenant_id', true), '')::uuid", "compares app.tenant_id with tenant_id"},
		{"tenant_id = ANY (string_to_array(current_setting('app.tenants'), ',')::uuid[])", "compares app.tenants with tenant_id"},
		{"tenant_id IN (SELECT unnest(string_to_array(current_setting('app.tenants'), ','))::uuid)", "compares app.tenants with tenant_id"},
		{"tenant_id IN (SELECT x::uuid FROM unnest(string_to_array(current_setting('app.tenants'), ',')) AS x)", "compares app.tenants with tenant_id"},
		{"tenant_id = (current_setting('request.jwt.claims', true)::json ->> 'tenant')::uuid", "compares request.jwt.claims with tenant_id"},
		{"tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant')::uuid", "compares request.jwt.claims with tenant_id"},
		{"owner_id = auth.uid()", "compares request.jwt.claims with owner_id"},
		{"auth.role() = 'service_role'", "flag request.jwt.claims"},

		{"current_setting('app.bypass', true) = 'on'", "flag app.bypass"},
		{"current_setting('app.bypass', true)::boolean", "flag app.bypass"},
		{"COALESCE(current_setting('app.bypass', true), '') IN ('on', 'true')", "flag app.bypass"},
		{"current_setting('app.bypass', true)::boolean IS TRUE", "flag app.bypass"},
		{"current_setting('app.tenant_id', true) IS NULL", "flag app.tenant_id"},
		{"NOT current_setting('app.on')::bool", "flag app.on"},
		{"CASE current_setting('app.mode') WHEN 'all' THEN true ELSE tenant_id = current_setting('app.tenant_id')::uuid END",
			"flag app.mode; compares app.tenant_id with tenant_id"},
		{"CASE WHEN current_setting('app.tenant_id', true) = '' THEN false ELSE tenant_id::text = current_setting('app.tenant_id', true) END",
			"compares app.tenant_id with tenant_id"},
		{"tenant_id = current_setting('app.tenant_id')::uuid OR current_setting('app.bypass', true) = 'on'",
			"flag app.bypass; compares app.tenant_id with tenant_id"},
		{"current_setting('app.tenant_id', true) <> '' AND tenant_id::text = current_setting('app.tenant_id', true)",
			"compares app.tenant_id with tenant_id"},
		{"current_setting('app.a') = current_setting('app.b')", "flag app.a; flag app.b"},

		{"tenant_id IN (SELECT tenant_id FROM members WHERE user_id = current_setting('app.user_id')::uuid)",
			"compares app.user_id with tenant_id"},
		{"EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = orders.tenant_id AND m.user_id = current_setting('app.user_id')::uuid)",
			"compares app.user_id with tenant_id"},
		{"EXISTS (SELECT 1 FROM projects p WHERE p.id = project_id AND p.tenant_id = current_setting('app.tenant_id')::uuid)",
			"compares app.tenant_id with"},
		{"project_id IN (SELECT p.id FROM projects p JOIN members m ON m.tenant_id = p.tenant_id AND m.user_id = auth.uid())",
			"compares request.jwt.claims with project_id"},
		{"tenant_id IN (WITH mine AS (SELECT tenant_id AS t FROM members WHERE user_id = current_setting('app.user_id')::uuid) SELECT t FROM mine)",
			"compares app.user_id with tenant_id"},
		{"tenant_id = (SELECT s.t FROM (SELECT current_setting('app.tenant_id')::uuid AS t) s)", "compares app.tenant_id with tenant_id"},
		{"current_setting('app.user_id')::uuid IN (SELECT user_id FROM members WHERE role = 'admin')", "compares app.user_id with"},
		{"path LIKE current_setting('app.prefix') || '%'", "compares app.prefix with path"},
		{"starts_with(path, current_setting('app.prefix'))", "compares app.prefix with path"},
		{"(tenant_id, owner_id) = (current_setting('app.tenant_id')::uuid, current_setting('app.user_id')::uuid)",
			"compares app.tenant_id with owner_id, tenant_id; compares app.user_id with owner_id, tenant_id"},

		{"tenant_id = current_tenant()", "compares app.tenant_id with tenant_id"},
		{"tenant_id = public.indirect()", "compares app.tenant_id with tenant_id"},
		{"tenant_id = (SELECT pl_tenant())", "compares app.tenant_id with tenant_id"},
		{"is_bypass() OR tenant_id = current_tenant()", "flag app.bypass; compares app.tenant_id with tenant_id"},
		{"pl_bypass()", "flag app.bypass"},
		{"belongs(tenant_id)", "compares app.tenant_id with tenant_id"},
		{"belongs_named(tenant_id)", "compares app.other with tenant_id"},
		{"belongs_named(tenant_id, 'app.this')", "compares app.this with tenant_id"},
		{"belongs_named(t => tenant_id, setting => 'app.this')", "compares app.this with tenant_id"},
		{"tenant_id IN (SELECT my_tenants())", "compares app.user_id with tenant_id"},
		{"tenant_id IN (SELECT * FROM my_tenants())", "compares app.user_id with tenant_id"},
		{"is_staff()", "compares app.user_id with"},
		{"tenant_id::text = get('tenant_id')", "compares app.tenant_id with tenant_id"},

		{"path = current_user", "compares role with path"},
		{"current_user = 'admin'", ""},
		{"pg_has_role(session_user, 'admin', 'member')", ""},
		{"true", ""},
		{"tenant_id IS NOT NULL AND path = loops()", ""},
		{"undefined_function(tenant_id)", ""},
	} {
		model, problems := schema.Replay([]schema.File{{Path: "f.sql", SQL: usePrelude + "CREATE POLICY p ON orders USING (" + test.using + ");"}})
		if len(problems) > 0 {
			t.Errorf("%s: %v", test.using, problems)
			continue
		}
		var got []string
		for _, table := range model.Tables {
			for _, p := range table.Policies {
				for _, s := range p.Settings {
					got = append(got, describeUse(s))
				}
			}
		}
		if joined := strings.Join(got, "; "); joined != test.want {
			t.Errorf("%s\n got  %s\n want %s", test.using, joined, test.want)
		}
	}
}
