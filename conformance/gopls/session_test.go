package gopls_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

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

// reads is the policy of the table of vouchers, by which it is the tenants'.
const reads = "USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid)"

// TestSession: a day's work. What is wrong is shown with all that a client can
// show, the fix makes it go away, breaking it again brings it back; and changes of
// files that are not Go are noticed while the server runs.
func TestSession(t *testing.T) {
	const orders, vouchers, media, migration, configuration = "internal/httpapi/orders.go", "internal/httpapi/vouchers.go",
		"internal/media/media.go", "migrations/00007_vouchers.sql", "tenantvet.yaml"
	e := open(t, gopls, t.TempDir(), shop(t))
	e.opens(orders, vouchers, media)

	d := e.one(orders, "outerhandle")
	if d.Severity != 1 || d.CodeDescription.Href != "https://pkg.go.dev/github.com/tenantvet/tenantvet/analyzer#hdr-Analyzer_outerhandle" ||
		!strings.HasPrefix(d.Message, "UPDATE on orders runs on the pool") {
		t.Errorf("the diagnostic: %+v", d)
	}
	if d := e.one(vouchers, "upsertoracle"); d.Severity != 2 {
		t.Errorf("a suspect has severity %d, want 2: a warning", d.Severity)
	}
	e.one(media, "servicerole")

	var actions []codeAction
	e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uri(e.path(orders))}, "range": d.Range,
		"context": map[string]any{"diagnostics": []any{d.raw}, "only": []string{"quickfix"}},
	}, &actions)
	i := slices.IndexFunc(actions, func(a codeAction) bool { return a.Title == "Use WithTx(tx)" })
	if i < 0 {
		t.Fatalf("actions: %+v", actions)
	}
	wrong := e.disk(orders)
	right := apply(t, wrong, actions[i])
	e.types(orders, right)
	e.none(orders, "outerhandle")

	e.types(orders, wrong)
	start := time.Now()
	e.one(orders, "outerhandle")
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("an edit that breaks the scope is shown after %v", took)
	}

	useless := "//tenantvet:ignore rawpool -- nothing is here\n\n" + e.disk(media)
	e.types(media, useless)
	if d := e.one(media, "directive"); !slices.Equal(d.Tags, []int{1}) {
		t.Errorf("a directive that is of no use has tags %v, want 1: unnecessary", d.Tags)
	}
	e.types(media, e.disk(media))
	e.none(media, "directive")
	e.one(media, "servicerole")

	was := e.disk(configuration)
	e.writes(configuration, strings.Replace(was, "- ./cmd/shopadmin/...", "- ./cmd/shopadmin/...\n    - ./internal/media", 1))
	e.tells(configuration)
	e.none(media, "servicerole")
	e.writes(configuration, was+"\nrolls: {}\n")
	e.tells(configuration)
	if d := e.one(media, "tenantvet"); !strings.Contains(d.Message, `unknown key "rolls"`) {
		t.Errorf("a configuration that is wrong: %s", d.Message)
	}
	e.none(media, "servicerole") // as when it was right
	e.writes(configuration, was)
	e.tells(configuration)
	e.one(media, "servicerole")
	e.none(media, "tenantvet")

	policy := e.disk(migration)
	if !strings.Contains(policy, reads) {
		t.Fatal("the migration has another policy")
	}
	e.writes(migration, strings.Replace(policy, reads, "USING (true)", 1))
	e.tells(migration)
	e.none(vouchers, "upsertoracle")
	d = e.one(migration, "openpolicy") // no package embeds it, nor is it open
	line := strings.Split(e.disk(migration), "\n")[d.Range.Start.Line]
	if d.Severity != 1 || d.CodeDescription.Href != "https://pkg.go.dev/github.com/tenantvet/tenantvet/sqlcheck/schema/rules#hdr-Rule_openpolicy" ||
		!strings.HasPrefix(line, "CREATE POLICY") || d.Range.End != (position{d.Range.Start.Line, len(line)}) {
		t.Errorf("the diagnostic in a migration: %+v", d)
	}

	// Not every client watches files: an edit some seconds later notices it all the
	// same. How many, depends on how long it takes to look at the module's files.
	e.writes(migration, policy)
	for i := range 60 {
		time.Sleep(time.Second)
		e.types(vouchers, e.disk(vouchers)+strings.Repeat("\n", i+1))
		if slices.ContainsFunc(e.ours(vouchers), func(d diagnostic) bool { return d.Code == "upsertoracle" }) {
			break
		}
	}
	e.one(vouchers, "upsertoracle")
}

// TestRestart: what a server kept on disk doesn't outlive a change that was made
// while it was not running.
func TestRestart(t *testing.T) {
	const orders, vouchers, migration = "internal/httpapi/orders.go", "internal/httpapi/vouchers.go", "migrations/00007_vouchers.sql"
	cache, module := t.TempDir(), shop(t)
	t.Run("before", func(t *testing.T) {
		e := open(t, gopls, cache, module)
		e.opens(orders, vouchers)
		e.one(vouchers, "upsertoracle")
	})
	name := filepath.Join(module, filepath.FromSlash(migration))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(data), reads, "USING (true)", 1)
	if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Run("after", func(t *testing.T) {
		e := open(t, gopls, cache, module)
		e.opens(orders, vouchers)
		e.one(orders, "outerhandle") // of the same package: it has been looked at
		e.none(vouchers, "upsertoracle")
	})
}
