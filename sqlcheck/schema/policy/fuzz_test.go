package policy_test

import (
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/policy"
)

// No policy and no function makes the judge fail or hang.
func FuzzJudge(f *testing.F) {
	for _, v := range verdicts {
		f.Add(v.using, "SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid")
	}
	f.Add("f() = tenant_id", "BEGIN IF f() IS NULL THEN RETURN NULL; END IF; SELECT tenant_id INTO x FROM members; RETURN x; EXCEPTION WHEN OTHERS THEN RETURN f(); END")
	f.Add("tenant_id = (SELECT a.x FROM (VALUES (1)) a(x), LATERAL unnest(ARRAY[1]) u WHERE a.x = ANY (TABLE members))", "")
	f.Fuzz(func(t *testing.T, using, body string) {
		m, _ := schema.Replay([]schema.File{{Path: "1.sql", SQL: around +
			"CREATE FUNCTION f() RETURNS uuid LANGUAGE sql AS $body$" + body + "$body$;\n" +
			"CREATE FUNCTION g() RETURNS uuid LANGUAGE plpgsql AS $body$" + body + "$body$;\n" +
			"CREATE POLICY p ON notes USING (" + using + ");"}})
		notes := m.Table(name("notes"))
		if notes == nil {
			return
		}
		j := policy.New(m, func(*schema.Table) []string { return []string{"tenant_id"} })
		for _, p := range notes.Policies {
			for _, part := range []policy.Part{policy.Using, policy.Check} {
				a := j.Policy(notes, p, "select", part)
				for _, w := range a.Ways {
					_ = w.String()
				}
				j.Ties(notes, p, "select", part)
			}
			j.Calls(p)
		}
	})
}
