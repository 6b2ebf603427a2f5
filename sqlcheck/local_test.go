package sqlcheck_test

import (
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// What makes a setting end with the transaction, and that it does.
func TestMakeLocal(t *testing.T) {
	tests := []struct{ text, want string }{
		{"SELECT set_config('app.tenant_id', $1, false)", "SELECT set_config('app.tenant_id', $1, true)"},
		{"SELECT set_config(lower('App.X'), concat($1, ','), FALSE )", "SELECT set_config(lower('App.X'), concat($1, ','), true )"},
		{"select pg_catalog.set_config('app.tenant_id', $1, /* why */ false), 1", "select pg_catalog.set_config('app.tenant_id', $1, /* why */ true), 1"},
		{"SET app.tenant_id = 'x'", "SET LOCAL app.tenant_id = 'x'"},
		{"  -- who\n\tset session app.tenant_id to 'x'", "  -- who\n\tset LOCAL app.tenant_id to 'x'"},
		{"SET ROLE reader", "SET LOCAL ROLE reader"},
		{"SET SESSION ROLE reader", "SET LOCAL ROLE reader"},
		{"SET SESSION AUTHORIZATION reader", "SET LOCAL SESSION AUTHORIZATION reader"},
		{"SELECT 1; SET app.tenant_id = 'x'; SELECT 2", "SELECT 1; SET LOCAL app.tenant_id = 'x'; SELECT 2"},
		// Nothing to do, or nothing that the text shows.
		{"SET LOCAL app.tenant_id = 'x'", ""},
		{"SELECT set_config('app.tenant_id', $1, true)", ""},
		{"SELECT set_config('app.tenant_id', $1, $2)", ""},
		{"SELECT set_config('app.tenant_id', $1, 'f')", ""},
		{"SELECT set_config('app.tenant_id', $1, NOT true)", ""},
		{"RESET app.tenant_id", ""},
		{"ALTER ROLE app SET app.tenant_id = 'x'", ""},
	}
	for _, tt := range tests {
		tmpl := sqlcheck.Template{Parts: []sqlcheck.Part{{Text: tt.text}}}
		got := ""
		for _, st := range sqlcheck.Analyze(tmpl).Statements {
			for _, set := range st.Settings {
				if e, ok := set.MakeLocal(tmpl); ok {
					got = tt.text[:e.Start] + e.New + tt.text[e.End:]
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s: becomes %q, want %q", tt.text, got, tt.want)
			continue
		}
		if got == "" {
			continue
		}
		after := sqlcheck.Template{Parts: []sqlcheck.Part{{Text: got}}}
		facts := sqlcheck.Analyze(after)
		if facts.Err != nil {
			t.Errorf("%s: %v", got, facts.Err)
		}
		for _, st := range facts.Statements {
			for _, set := range st.Settings {
				if _, again := set.MakeLocal(after); again || set.Lifetime != sqlcheck.Local {
					t.Errorf("%s: still for the session", got)
				}
			}
		}
	}
}
