package proof

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// TestHooks proves failopen with a program of its own: that a module has a pool
// with hooks changes how all of its pools are judged.
func TestHooks(t *testing.T) {
	s := pgserver.Need(t, server)
	err := s.Prepare(t.Context(), "hooked", `
DO $$ BEGIN CREATE ROLE hooked_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE orders (name text, tenant_id uuid);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT ON orders TO hooked_app;
INSERT INTO orders VALUES ('a1', '`+tenantA+`'), ('b1', '`+tenantB+`');`)
	if err != nil {
		t.Fatal(err)
	}
	leak := func(hook string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "go", "run", "./leak", hook, s.URL("hooked_app", "hooked"), tenantB)
		cmd.Dir = "../../testdata/hooked"
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		return out.String(), err
	}
	if out, err := leak("accept"); err != nil || !strings.Contains(out, "b1") {
		t.Errorf("a request without tenant saw %q (%v), want the rows of the tenant before", out, err)
	}
	if out, err := leak("refuse"); err == nil || !strings.Contains(out, "no tenant") || strings.Contains(out, "b1") {
		t.Errorf("a request without tenant got %q (%v), want it refused", out, err)
	}
}
