package evidence_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// tenantSQL is a schema with one tenant table.
const tenantSQL = `CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders USING (tenant_id = current_setting('app.tenant_id')::uuid);
`

// plainSQL is a schema with the same table and no row level security.
const plainSQL = "CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);\n"

// write makes a directory tree, with a go.mod at its root unless the files have
// one somewhere, and a cache of its own.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	root := t.TempDir()
	hasModule := false
	for name, text := range files {
		put(t, filepath.Join(root, name), text)
		hasModule = hasModule || filepath.Base(name) == "go.mod"
	}
	if !hasModule {
		put(t, filepath.Join(root, "go.mod"), "module example.com/shop\n")
	}
	return root
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func refresh(t *testing.T, root string) *evidence.Module {
	t.Helper()
	m, err := evidence.Refresh(root, "test")
	if err != nil {
		t.Fatal(err)
	}
	return m
}
