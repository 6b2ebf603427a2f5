package config

import (
	"reflect"
	"strings"
	"testing"
)

// TestInline: what another tool's file says is the same as a file of ours that
// says it.
func TestInline(t *testing.T) {
	got, err := Inline("elsewhere", map[string]any{
		"strategy": "both",
		"tenant": map[string]any{
			"columns": []any{"tenant_id"}, "settings": []any{"App.Tenant_ID"}, "tables": []any{"notes", "yes", "12"},
			"verified": []any{map[string]any{"name": "internal/auth.Verifier.Verify", "reason": "it checks: the signature"}},
		},
		"schema":   []any{"db/*.sql"},
		"shared":   []any{"jobs"},
		"packages": map[string]any{"privileged": []any{"./cmd/admin/..."}, "client": []any{"./cmd/desktop"}},
		"handles":  map[string]any{"privileged": []any{map[string]any{"name": "internal/store.Store.ownerPool", "reason": "sign-in"}}},
		"limits":   map[string]any{"projects": "plans.max_projects"},
		"roles":    map[string]any{"app": []any{"app"}, "migrating": "owner"},
		"apis":     []any{map[string]any{"func": "(*example.com/db.Client).Select", "sends": map[string]any{"text": 1, "args": 2}}},
		"rules":    map[string]any{"boundset": false},
		"tests":    true,
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := Parse("elsewhere", []byte(`version: 1
strategy: both
tenant:
  columns: [tenant_id]
  settings: [app.tenant_id]
  tables: [notes, "yes", "12"]
  verified:
    internal/auth.Verifier.Verify: "it checks: the signature"
schema: [db/*.sql]
shared: [jobs]
packages: {privileged: [./cmd/admin/...], client: [./cmd/desktop]}
handles:
  privileged: {internal/store.Store.ownerPool: sign-in}
limits: {projects: plans.max_projects}
roles: {app: [app], migrating: owner}
apis: [{func: (*example.com/db.Client).Select, sends: {text: 1, args: 2}}]
rules: {boundset: false}
tests: true
`))
	if err != nil {
		t.Fatal(err)
	}
	want.RulePositions, want.SchemaPositions, want.HandlePositions, want.VerifiedPositions, want.LimitPositions = nil, nil, nil, nil, nil
	want.APIs[0].Position = Position{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestInlineErrors(t *testing.T) {
	for _, c := range []struct {
		settings any
		want     string
	}{
		{"tenant", "elsewhere: the settings must be a mapping of keys to values, not string"},
		{map[string]any{"tenat": nil}, `elsewhere: unknown key "tenat" in the configuration; did you mean "tenant"?`},
		{map[string]any{"version": 2}, "elsewhere: version 2 is not known to this tenantvet"},
		{map[string]any{"rules": map[string]any{"rawpool": "no"}}, `elsewhere: rule rawpool must be true or false, not the text "no"`},
		{map[string]any{"handles": map[string]any{"privileged": map[string]any{"a.b": "why"}}}, "elsewhere: handles.privileged must be a list here"},
		{map[string]any{"handles": map[string]any{"privileged": []any{map[string]any{"name": "a.b"}}}}, "elsewhere: a.b needs the reason for it, as text"},
		{map[string]any{"handles": map[string]any{"privileged": []any{map[string]any{"reason": "why"}}}}, "elsewhere: an entry of handles.privileged needs a name"},
	} {
		if _, err := Inline("elsewhere", c.settings); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.settings, err, c.want)
		}
	}
}
