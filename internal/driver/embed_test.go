package driver_test

import (
	"strings"
	"testing"
)

const embedding = `-- go.mod --
module example.com/shop

go 1.25.0
-- store/migrations/0001_orders.sql --
CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id text NOT NULL);

CREATE POLICY isolation ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), ''));
-- store/migrations/0002_notes.sql --
CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id text NOT NULL);
-- tenantvet:ignore dormantpolicy -- the next release enables it
CREATE POLICY isolation ON notes USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), ''));
-- store/store.go --
package store

import "embed"

// Migrations make the schema.
//
//go:embed migrations/*.sql
var Migrations embed.FS
-- other/other.go --
package other

const Nothing = 0
`

// What is wrong with embedded migrations stands at the embedding for go vet, which
// knows no other files, and in the migration for the command line; never at both.
func TestEmbeddedMigrations(t *testing.T) {
	dir := program(t, embedding)
	const message = "store/migrations/0001_orders.sql:3: policy isolation does nothing, since row level security is not enabled on orders"
	vet := run(t, dir, "go", "vet", "-vettool="+tool, "./...")
	if vet.code != 1 || !strings.Contains(vet.stderr, "store.go:7:1: "+message) || strings.Count(vet.stderr, "does nothing") != 1 {
		t.Errorf("go vet exits with %d:\n%s%s", vet.code, vet.stdout, vet.stderr)
	}
	o := run(t, dir, tool, "./...")
	if o.code != 1 || !strings.Contains(o.stdout, "0001_orders.sql:3:1: dormantpolicy: policy isolation") || strings.Count(o.stdout, "does nothing") != 1 {
		t.Errorf("tenantvet exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	// A changed migration is a changed package.
	write(t, dir+"/store/migrations/0003_on.sql", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders FORCE ROW LEVEL SECURITY;\n")
	if vet := run(t, dir, "go", "vet", "-vettool="+tool, "./..."); vet.code != 0 {
		t.Errorf("after the fix go vet exits with %d:\n%s%s", vet.code, vet.stdout, vet.stderr)
	}
	// A comment at the embedding silences it there.
	dir = program(t, strings.Replace(embedding, "//go:embed", "//tenantvet:ignore dormantpolicy -- the next release enables it\n//go:embed", 1))
	if vet := run(t, dir, "go", "vet", "-vettool="+tool, "./..."); vet.code != 0 {
		t.Errorf("silenced, go vet exits with %d:\n%s%s", vet.code, vet.stdout, vet.stderr)
	}
	dir = program(t, embedding)
	if vet := run(t, dir, "go", "vet", "-vettool="+tool, "-dormantpolicy=false", "./..."); vet.code != 0 {
		t.Errorf("switched off, go vet exits with %d:\n%s%s", vet.code, vet.stdout, vet.stderr)
	}
	write(t, dir+"/tenantvet.yaml", "version: 1\nrules: {dormantpolicy: false}\n")
	if vet := run(t, dir, "go", "vet", "-vettool="+tool, "./..."); vet.code != 0 {
		t.Errorf("switched off by the configuration, go vet exits with %d:\n%s%s", vet.code, vet.stdout, vet.stderr)
	}
}
