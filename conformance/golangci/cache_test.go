package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/conformance/parity"
)

// shop copies the example, to be edited.
func shop(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(parity.Root(t), "examples", "shop"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// edit replaces a text in a file of a module.
func edit(t *testing.T, module, file, before, after string) {
	t.Helper()
	name := filepath.Join(module, filepath.FromSlash(file))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), before) {
		t.Fatalf("%s has no %q", file, before)
	}
	if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(data), before, after)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// has reports whether there is a finding of a rule in a file.
func has(found []parity.Finding, rule, file string) bool {
	return slices.ContainsFunc(found, func(f parity.Finding) bool { return f.Rule == rule && strings.HasSuffix(f.File, file) })
}

// TestCache: golangci-lint's cache, which knows of Go files and of its own
// configuration only, doesn't outlive a change of what else the findings rest on.
func TestCache(t *testing.T) {
	cache, module := t.TempDir(), shop(t)
	run := func() []parity.Finding {
		t.Helper()
		found, failed := lint(t, cache, module, everything)
		if failed != "" {
			t.Fatal(failed)
		}
		return found
	}
	first := run()
	if !has(first, "upsertoracle", "vouchers.go") || !has(first, "servicerole", "media.go") {
		t.Fatalf("findings at first: %v", first)
	}

	const reads, open = "USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)", "USING (true)"
	edit(t, module, "migrations/00007_vouchers.sql", reads, open)
	if found := run(); has(found, "upsertoracle", "vouchers.go") {
		t.Error("a table whose policy names no tenant any more is a tenant table still")
	}
	edit(t, module, "migrations/00007_vouchers.sql", open, reads)
	if found := run(); !slices.Equal(found, first) {
		t.Errorf("the policy is as it was, the findings are not: %v", found)
	}

	edit(t, module, "tenantvet.yaml", "- ./cmd/shopadmin/...", "- ./cmd/shopadmin/...\n    - ./internal/media")
	if found := run(); has(found, "servicerole", "media.go") {
		t.Error("a package that is declared privileged now is reported still")
	}
}

// TestInline: the settings of golangci-lint's own file hold all that tenantvet.yaml
// does.
func TestInline(t *testing.T) {
	cache, module := t.TempDir(), shop(t)
	want, failed := lint(t, cache, module, everything)
	if failed != "" {
		t.Fatal(failed)
	}

	const settings = `        settings:
          shared: [jobs]
          packages:
            privileged: [./cmd/shopadmin/...]
            client: [./cmd/shopkiosk]
          handles:
            privileged:
              - {name: internal/media.FromEnv, reason: to see that the name keeps its case}
          tenant:
            settings: [app.tenant_id]
            verified: []
          apis: []
          rules: {globalkey: false}
          tests: false
`
	with := func(more string) string {
		return strings.Replace(everything, "        type: module\n", "        type: module\n"+more, 1)
	}
	if _, failed := lint(t, cache, module, with(settings)); !strings.Contains(failed, "tenantvet.yaml: there is a configuration in linters.settings.custom.tenantvet.settings as well; keep one of them") {
		t.Errorf("both configurations: %q", failed)
	}
	if err := os.Remove(filepath.Join(module, "tenantvet.yaml")); err != nil {
		t.Fatal(err)
	}
	got, failed := lint(t, cache, module, with(settings))
	if failed != "" {
		t.Fatal(failed)
	}
	parity.Compare(t, want, got, parity.Equal)

	for _, wrong := range []struct{ settings, says string }{
		{"        settings: {tenat: {columns: [shop]}}\n", `unknown key "tenat" in the configuration; did you mean "tenant"?`},
		{"        settings: {rules: {rawpol: true}}\n", `unknown rule "rawpol"; did you mean "rawpool"?`},
		{"        settings: {shared: jobs}\n", "shared must be a list, as in [a, b], not the text \"jobs\""},
		{"        settings: {handles: {privileged: {internal/media.FromEnv: why}}}\n", "handles.privileged must be a list here"},
		{"        settings: {schema: [elsewhere]}\n", `schema: "elsewhere" matches no SQL file`},
	} {
		if _, failed := lint(t, cache, module, with(wrong.settings)); !strings.Contains(failed, wrong.says) {
			t.Errorf("%s says %q, want %q", strings.TrimSpace(wrong.settings), failed, wrong.says)
		}
	}
}
