package proof

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// TestLibraries proves on a server what the catalogue says of the libraries on
// top of database/sql and pgx: which of their handles are the transaction, and
// which are another connection. The tool must say so as well.
func TestLibraries(t *testing.T) {
	s := pgserver.Need(t, server)
	const dir = "../../testdata/orms"
	schema, err := os.ReadFile(dir + "/migrations/0001_orders.sql")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Prepare(t.Context(), "orms", `
DO $$ BEGIN CREATE ROLE orms_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
`+string(schema)+`
GRANT SELECT ON orders TO orms_app;
INSERT INTO orders VALUES ('a1', '`+tenantA+`'), ('b1', '`+tenantB+`');`)
	if err != nil {
		t.Fatal(err)
	}

	var out, problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "run", ".", s.URL("orms_app", "orms"), tenantA)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &problems)
	}
	found := map[string]bool{}
	for _, f := range runTool(t, dir, 1).Findings {
		found[f.Function] = true
	}
	n := 0
	for line := range strings.Lines(out.String()) {
		name, rows, _ := strings.Cut(strings.TrimSpace(line), ":")
		bad := strings.Contains(name, "/Bad")
		if rows = strings.TrimSpace(rows); bad && rows != "" || !bad && rows != "a1" {
			t.Errorf("%s sees %q of the tenant's one order", name, rows)
		}
		if function := strings.ReplaceAll(name, "/", ""); found[function] != bad {
			t.Errorf("%s: a finding: %v, want %v", name, found[function], bad)
		}
		n++
	}
	if n < 18 {
		t.Errorf("%d programs were run", n)
	}
}
