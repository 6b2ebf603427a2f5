package driver_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/internal/redteam"
)

func TestProve(t *testing.T) {
	dir := program(t, shop)
	write(t, filepath.Join(dir, "db/migrations/0002_app.sql"), "CREATE ROLE app LOGIN;\nGRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app;\n")
	o := run(t, dir, tool, "prove")
	if o.code == 2 && strings.Contains(o.stderr, "no PostgreSQL server found") && os.Getenv(pgserver.RequireEnv) == "" {
		t.Skip(o.stderr)
	}
	if o.code != 0 || !strings.Contains(o.stdout, "nothing got through; tables, views and functions: 1; as app") {
		t.Errorf("exit code %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	write(t, filepath.Join(dir, "db/migrations/0003_view.sql"), "CREATE VIEW totals AS SELECT count(*) FROM orders;\nALTER TABLE orders NO FORCE ROW LEVEL SECURITY;\nGRANT SELECT ON totals TO app;\n")
	o = run(t, dir, tool, "prove", "db")
	if o.code != 1 || !strings.Contains(o.stdout, "view public.totals: read as app") || !strings.Contains(o.stdout, "    SELECT * FROM \"totals\";\n") {
		t.Errorf("exit code %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	o = run(t, dir, tool, "prove", "-format=json")
	var r redteam.Result
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("%v\n%s", err, o.stdout)
	}
	if leaks, links := r.Leaks(); leaks == 0 || links > 0 {
		t.Errorf("%d leaks, %d links", leaks, links)
	}
	write(t, filepath.Join(dir, "db/migrations/0004_broken.sql"), "ALTER TABLE nothing ADD x int;\n")
	if o = run(t, dir, tool, "prove"); o.code != 3 || !strings.Contains(o.stderr, "0004_broken.sql") {
		t.Errorf("a migration that fails: exit code %d: %s", o.code, o.stderr)
	}
	if o = run(t, t.TempDir(), tool, "prove"); o.code != 2 {
		t.Errorf("without a schema: exit code %d: %s%s", o.code, o.stdout, o.stderr)
	}
}
