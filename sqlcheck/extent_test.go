package sqlcheck_test

import (
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// What an editor underlines for a setting.
func TestSettingWords(t *testing.T) {
	hole := sqlcheck.Part{Hole: &sqlcheck.Hole{Type: "string"}}
	text := func(s string) sqlcheck.Part { return sqlcheck.Part{Text: s} }
	tests := []struct {
		parts []sqlcheck.Part
		want  string
	}{
		{[]sqlcheck.Part{text("SET LOCAL app.tenant_id = $1")}, "SET LOCAL app.tenant_id"},
		{[]sqlcheck.Part{text("  -- why\n\tset app.tenant_id to 'x'")}, "set app.tenant_id"},
		{[]sqlcheck.Part{text("SET LOCAL app.tenant_id = '"), hole, text("'")}, "SET LOCAL app.tenant_id"},
		{[]sqlcheck.Part{text("SET "), hole, text(" = 'x'")}, "SET ⟨…⟩"},
		{[]sqlcheck.Part{text("SELECT 1, set_config('app.tenant_id', $1, true)")}, "set_config('app.tenant_id'"},
		{[]sqlcheck.Part{text("SELECT pg_catalog.set_config( $1 , $2, true)")}, "pg_catalog.set_config( $1"},
		{[]sqlcheck.Part{text("SELECT set_config(lower('App.x'), $2, true)")}, "set_config(lower('App.x')"},
		{[]sqlcheck.Part{text("SET LOCAL ROLE service_role; SELECT 1")}, "SET LOCAL ROLE service_role"},
		{[]sqlcheck.Part{text("ALTER ROLE app SET app.tenant_id TO 'x'")}, "ALTER ROLE app SET app.tenant_id"},
		{[]sqlcheck.Part{text("RESET ALL")}, "RESET ALL"},
	}
	for _, tt := range tests {
		tmpl := sqlcheck.Template{Parts: tt.parts}
		facts := sqlcheck.Analyze(tmpl)
		if facts.Err != nil {
			t.Errorf("%s: %v", tmpl, facts.Err)
			continue
		}
		found := false
		for _, st := range facts.Statements {
			for _, set := range st.Settings {
				found = true
				if start, end := set.Words(tmpl); tmpl.Render()[start:end] != tt.want {
					t.Errorf("%s: words %q, want %q", tmpl, tmpl.Render()[start:end], tt.want)
				}
			}
		}
		if !found {
			t.Errorf("%s: no setting", tmpl)
		}
	}
}

// What an editor underlines for a relation or an error.
func TestWord(t *testing.T) {
	const sql = `SELECT 1 FROM /* all */ public . "Orders" o WHERE x = 'it' ;`
	tests := []struct {
		offset int
		want   string
	}{
		{0, "SELECT"},
		{14, `public . "Orders"`},
		{len(sql), "'it'"},
		{len(sql) + 9, "'it'"},
		{-1, "SELECT"},
	}
	for _, tt := range tests {
		start, end := sqlcheck.Text(sql).Word(tt.offset)
		if got := sql[start:end]; got != tt.want {
			t.Errorf("Word(%d) = %q, want %q", tt.offset, got, tt.want)
		}
	}
	if start, end := sqlcheck.Text("").Word(0); start != 0 || end != 0 {
		t.Errorf("Word of nothing: %d, %d", start, end)
	}
}
