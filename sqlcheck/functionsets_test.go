package sqlcheck_test

import (
	"fmt"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

func TestFunctionSets(t *testing.T) {
	for _, test := range []struct{ name, language, body, want string }{
		{"a parameter by its name", "plpgsql", "BEGIN PERFORM set_config('App.T', p_t::text, true); END", "app.t local certain 1"},
		{"by its number", "sql", "SELECT set_config('app.t', $2, false)", "app.t session certain 2"},
		{"of another function", "sql", "SELECT set_config('app.t', other.p_t, false)", "app.t session certain 0"},
		{"after a check", "plpgsql", "BEGIN IF p_t IS NULL THEN RAISE EXCEPTION 'x'; END IF; PERFORM set_config('app.t', p_t, true); END", "app.t local certain 1"},
		{"after a way out", "plpgsql", "BEGIN IF p_t IS NULL THEN RETURN; END IF; PERFORM set_config('app.t', p_t, true); END", "app.t local perhaps 1"},
		{"in a branch", "plpgsql", "BEGIN IF p_t <> '' THEN PERFORM set_config('app.t', p_t, true); END IF; END", "app.t local perhaps 1"},
		{"where errors are caught", "plpgsql", "BEGIN PERFORM set_config('app.t', p_t, true); EXCEPTION WHEN OTHERS THEN NULL; END", "app.t local perhaps 1"},
		{"what is returned", "plpgsql", "BEGIN RETURN set_config('app.t', p_t, true); END", "app.t local certain 1"},
		{"put together", "plpgsql", "BEGIN EXECUTE format('SET LOCAL app.t = %L', p_t); END", "app.t local certain 1"},
		{"of both", "plpgsql", "BEGIN PERFORM set_config('app.t', p_t || p_u, true); END", "app.t local certain 0"},
		{"taken away", "sql", "SELECT set_config('app.t', '', false)", "app.t session certain reset 0"},
		{"several", "sql", "SELECT set_config('app.t', $1, true); SELECT set_config('app.u', $2, true)", "app.t local certain 1; app.u local certain 2"},
		{"how long decides the caller", "sql", "SELECT set_config('app.t', $1, $2)", ""},
		{"another language", "plv8", "plv8.execute(\"SELECT set_config('app.t', $1, true)\")", ""},
		{"no body", "plpgsql", "what is this? set", ""},
	} {
		got := ""
		for i, s := range sqlcheck.FunctionSets(test.language, test.body, []string{"p_t", "p_u"}) {
			if i > 0 {
				got += "; "
			}
			certain := "perhaps"
			if s.Certain {
				certain = "certain"
			}
			if s.Reset {
				certain += " reset"
			}
			got += fmt.Sprintf("%s %s %s %d", s.Name, s.Lifetime, certain, s.Arg)
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
