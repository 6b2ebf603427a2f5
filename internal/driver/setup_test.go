package driver_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a loop in Go does to the tables decides about the queries on them: with the
// catalog for its list it takes in the registry of tenants, which is then asked for in
// nobody's context; and where the names come from elsewhere nothing is said of them.
func TestSetupInGo(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	const list = "	for _, table := range Tables {"
	for name, test := range map[string]struct {
		loop string
		want []string
	}{
		"the list": {list, nil},
		"the catalog": {`	rows, err := db.QueryContext(ctx, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
	if err != nil {
		return err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
	}
	for _, table := range names {`, []string{"internal/isolation/tenant.go:29 rawpool"}},
		"a table without FORCE and policy": {`	if _, err := db.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s ADD COLUMN tenant_id uuid NOT NULL", "comments")); err != nil {
		return err
	}
	for _, table := range []string{"projects", "tasks", "audit_log"} {`, []string{"migrations/0001_init.sql:23 norls"}},
		"names from elsewhere": {`	for _, table := range strings.Fields(os.Getenv("TABLES")) {`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("../../examples/systems/isolationkit/safe")); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "internal/isolation/setup.go")
			text, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(text), list) {
				t.Fatal("no loop", err)
			}
			code := strings.Replace(string(text), list, test.loop, 1)
			if strings.Contains(test.loop, "os.") {
				code = strings.Replace(code, "\"fmt\"\n", "\"fmt\"\n\t\"os\"\n\t\"strings\"\n", 1)
			}
			write(t, file, code)
			_, r := check(t, dir)
			if got := findings(r); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
