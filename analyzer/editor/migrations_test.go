package editor_test

import (
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/analyzer/editor"
)

// TestMigrations: findings stand in the migrations as they are now, whether a package
// embeds them or not.
func TestMigrations(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n")
	const tables = `CREATE TABLE orders (id bigint, tenant_id uuid NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
`
	migration := filepath.Join(root, "migrations", "0001_orders.sql")
	write(t, migration, tables)

	s := editor.New()
	found := func() []editor.Migration {
		s.Changed([]string{migration})
		return s.Migrations([]string{root})
	}
	if f := found(); len(f) > 0 {
		t.Errorf("closed tables: %+v", f)
	}
	const opened = "CREATE POLICY everyone ON orders USING (true);\n"
	write(t, migration, tables+opened)
	f := found()
	if len(f) != 1 || f[0].File != migration || f[0].Line != 5 || f[0].Rule != "openpolicy" || f[0].Severity != editor.Error || f[0].URL == "" {
		t.Errorf("an open policy: %+v", f)
	}
	write(t, migration, tables+"-- tenantvet:ignore openpolicy -- the orders are public\n"+opened)
	if f := found(); len(f) > 0 {
		t.Errorf("a comment silences it: %+v", f)
	}
	write(t, migration, tables+"-- tenantvet:ignore openpolicy -- nothing is open\n")
	if f := found(); len(f) != 1 || f[0].Line != 5 || f[0].Rule != "directive" || f[0].URL == "" {
		t.Errorf("a comment of no use: %+v", f)
	}
	write(t, filepath.Join(root, "tenantvet.yaml"), "version: 1\nrules: {openpolicy: false}\n")
	write(t, migration, tables+opened)
	if f := found(); len(f) > 0 {
		t.Errorf("the configuration switches it off: %+v", f)
	}
}
