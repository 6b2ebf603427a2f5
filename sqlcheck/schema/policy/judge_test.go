package policy_test

import (
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// around is what the judged policies lean on.
const around = `
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE members (user_id uuid, tenant_id uuid, role text);
CREATE TABLE staff (user_id uuid);
CREATE TABLE projects (id uuid PRIMARY KEY, tenant_id uuid, public boolean);
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON projects USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
CREATE TABLE open_projects (id uuid PRIMARY KEY, tenant_id uuid);
CREATE TABLE circular (id uuid, tenant_id uuid);
ALTER TABLE circular ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON circular USING (EXISTS (SELECT FROM notes n WHERE n.tenant_id = circular.tenant_id));
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
CREATE FUNCTION raw_tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN current_setting('app.tenant_id', true); END $$;
CREATE FUNCTION caught_tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN current_setting('app.tenant_id')::uuid;
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END $$;
CREATE FUNCTION required_tenant() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE v text := current_setting('app.tenant_id', true);
BEGIN
	IF v IS NULL OR v = '' THEN
		RAISE EXCEPTION 'no tenant';
	END IF;
	RETURN v::uuid;
END $$;
CREATE FUNCTION signed_tenant() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE v text[]; at int;
BEGIN
	v := regexp_split_to_array(current_setting('app.signed', true), ':');
	at := v[2];
	IF v[3] = md5(v[1] || at) THEN
		RETURN v[1];
	END IF;
	RAISE EXCEPTION 'not signed';
END $$;
CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT tenant_id FROM members WHERE user_id = auth.uid() LIMIT 1 $$;
CREATE FUNCTION is_staff() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM staff WHERE user_id = auth.uid()) $$;
CREATE FUNCTION is_member(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM members WHERE user_id = auth.uid() AND tenant_id = t) $$;
CREATE FUNCTION guc_unset() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT COALESCE(current_setting('app.tenant_id', true), '') = '' $$;
CREATE FUNCTION std_tenant() RETURNS uuid LANGUAGE sql STABLE RETURN NULLIF(current_setting('app.tenant_id', true), '')::uuid;
CREATE FUNCTION atomic_tenant() RETURNS uuid LANGUAGE sql STABLE BEGIN ATOMIC SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid; END;
CREATE FUNCTION with_default(name text DEFAULT 'app.tenant_id') RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting(name, true), '')::uuid $$;
CREATE TABLE notes (id uuid, tenant_id uuid, slug text, owner_id uuid, project_id uuid, open_project_id uuid, public boolean, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`

const tenant = "current_setting('app.tenant_id', true)"

var verdicts = []struct {
	using   string
	verdict string
	way     string // of the first way that is not tied
	raises  string
}{
	{using: "tenant_id = NULLIF(" + tenant + ", '')::uuid", verdict: "closed"},
	{using: "tenant_id = (SELECT NULLIF(" + tenant + ", '')::uuid)", verdict: "closed"},
	{using: "tenant_id::text = " + tenant, verdict: "closed"},
	{using: "tenant_id = " + tenant + "::uuid", verdict: "closed", raises: "app.tenant_id"},
	{using: "tenant_id = current_setting('app.tenant_id')::uuid", verdict: "closed"}, // fails alike when unset
	{using: tenant + " <> '' AND tenant_id = " + tenant + "::uuid", verdict: "closed", raises: "app.tenant_id"},
	{using: "tenant_id = CASE WHEN " + tenant + " <> '' THEN " + tenant + "::uuid END", verdict: "closed"},
	{using: "tenant_id = ANY (string_to_array(" + tenant + ", ',')::uuid[])", verdict: "closed"},
	{using: "tenant_id IN (SELECT unnest(string_to_array(" + tenant + ", ',')::uuid[]))", verdict: "closed"},
	{using: "tenant_id::text = signed_tenant()", verdict: "can't tell"}, // fails alike when unset
	{using: "tenant_id = (string_to_array(" + tenant + ", ','))[1]::uuid", verdict: "can't tell"},
	{using: "tenant_id = (regexp_split_to_array(" + tenant + ", ','))[1]::uuid", verdict: "can't tell", raises: "app.tenant_id"},
	{using: "tenant_id = (regexp_split_to_array(" + tenant + ", ','))[2]::uuid", verdict: "can't tell"},
	{using: "tenant_id = ANY (regexp_split_to_array(" + tenant + ", ',')::uuid[])", verdict: "closed", raises: "app.tenant_id"},
	{using: "tenant_id = ANY (" + tenant + "::uuid[])", verdict: "closed", raises: "app.tenant_id"},

	{using: "true", verdict: "open"},
	{using: "tenant_id IS NOT NULL", verdict: "open"},
	{using: "tenant_id = tenant_id", verdict: "open"},
	{using: "NULL", verdict: "closed"},
	{using: tenant + " IS NULL OR tenant_id::text = " + tenant, verdict: "open", way: "app.tenant_id is unset"},
	{using: "tenant_id::text = " + tenant + " OR " + tenant + " = ''", verdict: "open", way: "app.tenant_id is ''"},
	{using: "guc_unset() OR tenant_id = current_tenant()", verdict: "open", way: "app.tenant_id is ''"},
	{using: "tenant_id = COALESCE(NULLIF(" + tenant + ", '')::uuid, tenant_id)", verdict: "open", way: "app.tenant_id is ''"},
	{using: "COALESCE(tenant_id::text = " + tenant + ", true)", verdict: "open", way: "app.tenant_id is unset"},
	{using: "(tenant_id::text = " + tenant + ") IS NOT FALSE", verdict: "open", way: "app.tenant_id is unset"},
	{using: "tenant_id IS NOT DISTINCT FROM current_tenant()", verdict: "closed"},
	{using: "NOT (tenant_id <> current_tenant())", verdict: "closed"},
	{using: "tenant_id <> current_tenant()", verdict: "open", way: "app.tenant_id is set"},
	{using: "tenant_id = current_tenant() OR current_setting('app.bypass', true) = 'on'", verdict: "open", way: "app.bypass is 'on'"},
	{using: "tenant_id = current_tenant() OR current_setting('app.bypass', true)::boolean", verdict: "open", way: "app.bypass is 'true'", raises: "app.bypass"},
	{using: "tenant_id = current_tenant() AND current_setting('app.bypass', true) = 'on'", verdict: "closed"},
	{using: tenant + " = 'all' OR tenant_id::text = " + tenant, verdict: "open", way: "app.tenant_id is 'all'"},
	{using: "tenant_id::text LIKE " + tenant + " || '%'", verdict: "open", way: "app.tenant_id is ''"},
	{using: "tenant_id::text LIKE " + tenant, verdict: "open"},
	{using: "tenant_id = '00000000-0000-0000-0000-000000000001'", verdict: "open", way: "the row's tenant_id is '00000000-0000-0000-0000-000000000001'"},
	{using: tenant + " <> ''", verdict: "open", way: "app.tenant_id is set"},

	{using: "tenant_id = current_tenant()", verdict: "closed"},
	{using: "tenant_id = std_tenant()", verdict: "closed"},
	{using: "tenant_id = atomic_tenant()", verdict: "closed"},
	{using: "tenant_id = with_default()", verdict: "closed"},
	{using: "tenant_id = with_default('app.other')", verdict: "closed"},
	{using: "tenant_id = raw_tenant()", verdict: "closed", raises: "app.tenant_id"},
	{using: "tenant_id = caught_tenant()", verdict: "closed"},
	{using: "tenant_id = required_tenant()", verdict: "closed"},
	{using: "tenant_id = nobody_knows()", verdict: "can't tell"},
	{using: "nobody_knows(tenant_id)", verdict: "can't tell"},
	{using: "tenant_id = current_tenant() AND nobody_knows()", verdict: "closed"},

	{using: "tenant_id = (auth.jwt() ->> 'tenant_id')::uuid", verdict: "closed"},
	{using: "tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid", verdict: "closed"},
	{using: "tenant_id::text = current_setting('request.jwt.claims', true)::json ->> 'tenant_id'", verdict: "closed", raises: "request.jwt.claims"},
	{using: "auth.uid() IS NOT NULL", verdict: "open", way: "auth.uid() is set"},
	{using: "auth.role() = 'authenticated'", verdict: "open", way: "auth.role() is 'authenticated'"},
	{using: "auth.role() = 'service_role'", verdict: "closed"},
	{using: "owner_id = auth.uid()", verdict: "closed"},
	{using: "tenant_id = current_tenant() OR public", verdict: "guarded", way: "public"},
	{using: "tenant_id = current_tenant() OR current_user = 'auditor'", verdict: "guarded", way: "the role is auditor"},

	{using: "tenant_id IN (SELECT tenant_id FROM members WHERE user_id = auth.uid())", verdict: "closed"},
	{using: "EXISTS (SELECT FROM members m WHERE m.tenant_id = notes.tenant_id AND m.user_id = auth.uid())", verdict: "closed"},
	{using: "tenant_id = (SELECT m.tenant_id FROM members m WHERE m.user_id = auth.uid())", verdict: "closed"},
	{using: "tenant_id = my_tenant()", verdict: "closed"},
	{using: "is_member(tenant_id)", verdict: "closed"},
	{using: "is_staff()", verdict: "guarded"},
	{using: "EXISTS (SELECT FROM members m WHERE m.user_id = auth.uid())", verdict: "guarded"},
	{using: "EXISTS (SELECT FROM members m WHERE m.user_id = auth.uid()) AND EXISTS (SELECT FROM members m WHERE m.tenant_id = notes.tenant_id)", verdict: "guarded"},
	{using: "EXISTS (SELECT FROM members m WHERE m.tenant_id = tenant_id AND m.user_id = auth.uid())", verdict: "guarded"}, // m.tenant_id twice
	{using: "EXISTS (SELECT FROM tenants t WHERE t.id = notes.tenant_id)", verdict: "open", way: "tenants.id = the row's tenant_id, a row in tenants is there"},
	{using: "EXISTS (SELECT FROM projects p WHERE p.id = project_id)", verdict: "closed"}, // its policies hold here
	{using: "project_id IN (SELECT id FROM projects)", verdict: "closed"},
	{using: "EXISTS (SELECT FROM open_projects p WHERE p.id = open_project_id)", verdict: "open"},
	{using: "EXISTS (SELECT FROM open_projects p WHERE p.id = open_project_id AND p.tenant_id = current_tenant())", verdict: "closed"},
	{using: "EXISTS (SELECT FROM open_projects p JOIN members m ON m.tenant_id = p.tenant_id WHERE p.id = open_project_id AND m.user_id = auth.uid())", verdict: "closed"},
	{using: "EXISTS (SELECT FROM open_projects p LEFT JOIN members m ON m.tenant_id = p.tenant_id AND m.user_id = auth.uid() WHERE p.id = open_project_id)", verdict: "can't tell"},
	{using: "EXISTS (SELECT FROM circular c WHERE c.id = notes.id)", verdict: "closed"},
	{using: "NOT EXISTS (SELECT FROM staff WHERE user_id = auth.uid())", verdict: "open"},
}

func judged(t *testing.T, more string) (*policy.Judge, *schema.Table) {
	t.Helper()
	m, problems := schema.Replay([]schema.File{{Path: "1.sql", SQL: around + more}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	notes := m.Table(name("notes"))
	return policy.New(m, func(t *schema.Table) []string {
		if t == notes {
			return []string{"tenant_id"}
		}
		return nil
	}), notes
}

func TestVerdicts(t *testing.T) {
	for _, test := range verdicts {
		j, notes := judged(t, "CREATE POLICY p ON notes USING ("+test.using+");")
		a := j.Policy(notes, notes.Policies[0], "select", policy.Using)
		if got := a.Verdict().String(); got != test.verdict {
			t.Errorf("%s\n\tis %s, want %s\n\t%q", test.using, got, test.verdict, a.Ways)
		}
		way := ""
		for _, w := range a.Ways {
			if w.Class() != policy.Tied {
				way = w.String()
				break
			}
		}
		if test.way != "" && way != test.way {
			t.Errorf("%s\n\tway %q, want %q", test.using, way, test.way)
		}
		if got := strings.Join(a.Raises, " "); got != test.raises {
			t.Errorf("%s\n\traises for %q, want %q", test.using, got, test.raises)
		}
	}
}

func name(s string) sqlcheck.Name { return sqlcheck.Name{Name: s} }

// Names are looked up where the search_path was when the policy was created.
func TestSearchPath(t *testing.T) {
	j, notes := judged(t, `
CREATE SCHEMA core;
CREATE TABLE core.projects (id uuid, tenant_id uuid);
CREATE FUNCTION core.current_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$;
CREATE POLICY in_public ON notes USING (project_id IN (SELECT id FROM projects));
SET search_path = core, public;
CREATE POLICY in_core ON notes USING (project_id IN (SELECT id FROM projects));
CREATE POLICY of_core ON notes USING (tenant_id IS DISTINCT FROM current_tenant());`)
	for _, p := range notes.Policies {
		want := policy.IsOpen // nothing is enabled on core.projects, and core.current_tenant() is NULL
		if p.Name == "in_public" {
			want = policy.IsClosed
		}
		if a := j.Policy(notes, p, "select", policy.Using); a.Verdict() != want {
			t.Errorf("%s is %v, want %v: %q", p.Name, a.Verdict(), want, a.Ways)
		}
	}
}

// Where another permissive policy makes every statement fail, a policy lets nothing
// through: what a column is compared with is evaluated for the plan.
func TestOthersFail(t *testing.T) {
	const batch = "CREATE POLICY batch ON notes USING (current_setting('app.tenant_id', true) = '');\n"
	for _, test := range []struct {
		other string
		want  policy.Verdict
	}{
		{"tenant_id = current_setting('app.tenant_id', true)::uuid", policy.IsUnproven},
		{"EXISTS (SELECT FROM members m WHERE m.tenant_id = notes.tenant_id AND m.user_id = current_setting('app.tenant_id', true)::uuid)", policy.IsUnproven},
		{"tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid", policy.IsOpen},
		{"tenant_id = CASE WHEN current_setting('app.tenant_id', true) <> '' THEN current_setting('app.tenant_id', true)::uuid END", policy.IsOpen},
	} {
		j, notes := judged(t, batch+"CREATE POLICY other ON notes USING ("+test.other+");")
		if a := j.Policy(notes, notes.Policies[0], "select", policy.Using); notes.Policies[0].Name != "batch" || a.Verdict() != test.want {
			t.Errorf("beside %s\n\tit is %v, want %v: %q", test.other, a.Verdict(), test.want, a.Ways)
		}
	}
}
