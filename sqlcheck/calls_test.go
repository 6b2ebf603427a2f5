package sqlcheck_test

import (
	"slices"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

func TestCalls(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"SELECT 1", nil},
		{"SELECT pg_advisory_xact_lock(hashtext($1)), 'f(x)'", []string{"hashtext", "pg_advisory_xact_lock"}},
		{`SELECT app."Reprice" /* all */ ($1), (1 + 2)`, []string{"reprice"}},
		{"SELECT -- g(\n 1", nil},
	}
	for _, tt := range tests {
		tmpl := sqlcheck.Template{Parts: []sqlcheck.Part{{Text: tt.text}}}
		if got := tmpl.Calls(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: calls %q, want %q", tt.text, got, tt.want)
		}
	}
}
