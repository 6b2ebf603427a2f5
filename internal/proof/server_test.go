package proof

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

const (
	tenantA = "aaaaaaaa-0000-4000-8000-000000000001"
	tenantB = "bbbbbbbb-0000-4000-8000-000000000002"
)

// Set by TestMain.
var (
	server *pgserver.Server // nil when this machine has none
	tool   string           // where buildTool puts the binary
)

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "tenantvet-proof-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	tool = filepath.Join(dir, "tenantvet")
	return pgserver.Main(m, func(s *pgserver.Server) { server = s })
}

// prepare makes the database that every proof works on a copy of.
func prepare(ctx context.Context, s *pgserver.Server) error {
	files, err := filepath.Glob("examples/migrations/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(files)
	var texts []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		texts = append(texts, string(text))
	}
	return s.Prepare(ctx, "proof", texts...)
}

// fill puts the rows of both tenants into every table, a1 and a2 of A and b1 of B, and takes out what an
// earlier program has made of them.
func fill(ctx context.Context, s *pgserver.Server, database string) error {
	conn, err := pgx.Connect(ctx, s.URL(pgserver.Superuser, database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, table := range tables() {
		_, err := conn.Exec(ctx, fmt.Sprintf("DELETE FROM %s; INSERT INTO %[1]s (name, tenant_id) VALUES ('a1', '%s'), ('a2', '%[2]s'), ('b1', '%s')",
			table, tenantA, tenantB))
		if err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, "REFRESH MATERIALIZED VIEW order_archive")
	return err
}

func tables() []string {
	return []string{"documents", "labels", "note_lines", "notes", "orders", "readings", "tickets"}
}
